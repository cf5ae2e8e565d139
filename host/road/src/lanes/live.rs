//! The live lane: events of a channel in, outcomes out, as they happen.

use crossbeam_channel::Receiver;
use store::Store;

use crate::{
    RoadError, Rulebooks,
    drive::{BATCH_FACTS, Drive, Road},
    place::Clock,
    source::{LiveSource, Request, Stream},
};

/// What a tenant lives on.
pub struct Live {
    /// The log.
    pub store: Store,
    /// Policies and plugins.
    pub rulebooks: Rulebooks,
    /// Threads that measure.
    pub threads: usize,
    /// The wall clock, or one that a test sets.
    pub clock: Clock,
    /// What is sent; the lane is over when every sender is gone.
    pub requests: Receiver<Request>,
    /// Hears of every decision, once committed.
    pub stream: Option<Stream>,
}

/// A tenant whose log is open and decided to its end.
pub struct Opened {
    road: Road,
    source: LiveSource,
}

/// Opens the log; what was appended and not decided is decided.
///
/// # Errors
/// When the store fails, or the generation that is live cannot be had.
pub fn open(live: Live) -> Result<Opened, RoadError> {
    let drive = Drive { clock: live.clock.clone(), threads: live.threads, batch_facts: BATCH_FACTS };
    let road = Road::open(live.store, live.rulebooks, drive)?;
    Ok(Opened { road, source: LiveSource::new(live.requests, live.clock, live.stream) })
}

impl Opened {
    /// Lives until the last sender is gone; gives the store back with the state written.
    ///
    /// # Errors
    /// When the store fails.
    pub fn live(mut self) -> Result<Store, RoadError> {
        self.road.drive(&mut self.source)?;
        self.road.close()
    }
}
