//! The store through its own door, on disk and in memory.

#[cfg(test)]
mod crash;
#[cfg(test)]
mod house;
#[cfg(test)]
mod log;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod state;
