//! The engine: what stands in the log, what is measured of a contact, and what is decided about it.
//!
//! Pure by construction: no input or output, no clock, no randomness, no threads, no store, no sandbox.
//! `now` is always an argument, and what the engine needs from outside it asks for by value (see [`step`]).
//! The modules stand in reading order; each uses only those above it.

pub mod alert;
pub mod condition;
pub mod contact;
pub mod decision;
pub mod entity;
pub mod fact;
pub mod id;
pub mod outcome;
pub mod rule;
pub mod step;
pub mod time;
pub mod value;
