//! Write a plaint plugin: a struct, one trait, one macro line.
//!
//! A plugin is a function, not a resident: values in, values out, no imports, nothing remembered
//! between calls but its settings. The types here are plain Rust, so the same code runs natively in
//! tests ([`testing`]) and as a WebAssembly component in the host. The wire format (`../wit`) and the
//! code generated from it stay inside this crate.

pub mod alert_rule;
pub mod analyzer;
pub mod connector;
mod decode;
pub mod delivery;
pub mod rfc3339;
pub mod routing_policy;
mod settings;
pub mod testing;
mod value;

#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;

pub use settings::{Fault, decode as decode_settings};

/// What the macros of this crate name in the author's crate.
#[doc(hidden)]
pub mod macros {
    pub use crate::settings::Kept;
}
