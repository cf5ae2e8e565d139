//! Hostile guests, and the house they are let into.
//!
//! A guest is a component written by hand: the canonical ABI in a few lines of WAT, so that each part of it can be
//! replaced by one that misbehaves. What an attack must not do is shown by a neighbour: a well-behaved rule on the
//! same engine, asked on other threads all the while, that must answer every time.

mod guest;
mod house;

pub use guest::{
    ANALYZER, CONNECTOR, Contract, Guest, MANIFEST, ROUTING_POLICY, RULE, encode, manifest_of, nested, nested_lists,
    nested_types, with_manifest,
};
pub use house::{ALLOWANCE, Beside, LIMITS, TOLD, beside_a_neighbour, load, question, question_of, rule, sandbox};
