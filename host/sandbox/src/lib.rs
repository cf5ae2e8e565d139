//! The sandbox: plugins, which are WebAssembly components written by people we may not trust.
//!
//! wasmtime lives in this crate and nowhere else, and none of its types leave it. A [`Component`] is a file that
//! was checked and compiled; an [`AlertRule`], an [`Analyzer`], a [`RoutingPolicy`] or a [`Connector`] is a component
//! with settings it accepted. Every call runs in a fresh instance: configure, work, gone; so an answer depends on
//! nothing but its question.
//!
//! A guest has no door but its answer: a component that imports anything is refused. What it can waste is limited,
//! each limit a constant with its reason in [`limits`]; a plugin may ask for more in its manifest, up to the
//! operator's maximum. What it does wrong is never the host's panic: a guest that traps, asks for too much or answers
//! nonsense becomes an [`engine::absence::Abstention`], typed for machines and said for people. One that spends too
//! much time becomes an [`Overrun`], because only the caller knows what that means: live it is an abstention, in a
//! replay an error, so that a slow machine cannot change a result. What a plugin does is counted ([`Snapshot`]).
//!
//! No async: calls run on the caller's own thread, which needs a stack of 1 MiB or more. The modules stand in
//! reading order.

pub mod fixture;
pub mod limits;

mod alert_rule;
mod analyzer;
mod cache;
mod component;
mod connector;
mod counters;
mod delivery;
mod error;
mod file;
mod gate;
mod host;
mod instance;
mod key;
mod manifest;
mod meter;
mod outside;
mod routing_policy;
mod section;
mod signature;
mod value;

pub use alert_rule::{AlertRule, AlertRuleInstance};
pub use analyzer::Analyzer;
pub use component::{Compiled, Component, Digest};
pub use connector::{Connector, Draft, Message, ReceiveError, Received, Reply};
pub use counters::{BUCKETS_NS, Snapshot, Times};
pub use delivery::{
    Answer, Cipher, CipherAlgorithm, DeliverError, Delivered, Delivery, Mac, MacAlgorithm, Need, Request, Response,
};
pub use error::{Fault, Overrun, SandboxError};
pub use host::{Sandbox, Settings};
pub use key::{KeyError, KeyId, KeyPair, TrustedKey};
pub use limits::{Allowance, Excess, Limits};
pub use manifest::{
    About, Budget, DeliveryKind, Input, Kind, Manifest, SECTION as MANIFEST_SECTION, Setting, SettingType, Signal,
};
pub use outside::{Auth, Encoding, Fetch, HookForm, Stale};
pub use routing_policy::RoutingPolicy;
pub use signature::{SignatureError, Trust, sign, verify};
