//! The store through its own door, on disk and in memory.

mod crash;
mod house;
mod log;
mod runs;
mod samples;
mod state;
