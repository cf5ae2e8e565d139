//! Deliveries: what was decided goes out through connectors, until it is there or nobody can take it.
//!
//! A decision stands in the outbox from the commit that made it until its delivery has come to its end. Whatever
//! happens in between, a kill included, it is tried again under the same key. Each attempt is a fact.

mod backoff;
mod channel;
mod courier;
mod render;

pub(crate) use channel::Channel;
pub(crate) use courier::start;
