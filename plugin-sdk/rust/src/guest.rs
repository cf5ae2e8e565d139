//! What only a guest needs: generated bindings, the conversion to the crate's own types, and its heap.

pub mod alert_rule;
pub mod analyzer;
pub mod connector;
mod delivery;
mod heap;
pub mod routing_policy;
