//! What only a guest needs: generated bindings, the conversion to the crate's own types, and its heap.

pub mod alert_rule;
pub mod connector;
mod heap;
