//! The engine: what stands in the log, what is measured of a contact, and what is decided about it.
//!
//! Pure by construction: no input or output, no clock, no randomness, no threads, no store, no sandbox.
//! `now` is always an argument, and what the engine needs from outside it asks for by value (see [`step`]).
//! The modules stand in reading order; each uses only those above it.

pub mod id;
pub mod time;
pub mod value;
pub mod absence;
pub mod guard;
pub mod fact;
pub mod generation;
pub mod contact;
pub mod person;
pub mod condition;
pub mod customer;
pub mod rule;
pub mod decision;
pub mod case;
pub mod alert;
pub mod entity;
pub mod outcome;
pub mod step;
