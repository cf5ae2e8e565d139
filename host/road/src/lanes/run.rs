//! The run lane: facts of a file or a pipe in, decisions out, as fast as they can be decided.

use store::Store;

use crate::{
    RoadError, Rulebook,
    drive::{BATCH_FACTS, Drive, Road},
    place::Clock,
    source::{FileSource, Listener, Reading},
};

/// What a run runs on.
pub struct Run {
    /// The log; in memory it keeps nothing.
    pub store: Store,
    /// Policy and plugins.
    pub rulebook: Rulebook,
    /// Threads that measure.
    pub threads: usize,
    /// What is read.
    pub reading: Reading,
}

/// Runs to the end of the input; gives the store back with the state written.
///
/// # Errors
/// When the input cannot be read, the store fails, the listener can listen no more, or a plugin overruns.
pub fn run(run: Run, listener: &mut dyn Listener) -> Result<Store, RoadError> {
    let drive = Drive { clock: Clock::Told, threads: run.threads, batch_facts: BATCH_FACTS };
    let mut road = Road::open(run.store, run.rulebook, drive)?;
    let mut source = FileSource::open(run.reading, listener)?;
    road.drive(&mut source)?;
    road.close()
}
