//! Scenarios: facts in, decisions out, through the real store, the real plugins and the real binary.
//!
//! The binary and the plugins are built by the first test that needs them (see [`house`]).

mod house;
mod log;

mod word_for_word;
mod same_bytes;
mod kept;
mod killed;
mod lines;
mod inputs;
mod packs;
mod poisoned;
mod dying;
mod fixtures;
mod authors;
mod live;
