//! The live lane: events of a channel in, outcomes out, as they happen.

use crossbeam_channel::Receiver;
use store::Store;

use crate::{
    RoadError, Rulebook,
    drive::{BATCH_FACTS, Drive, Road},
    place::Clock,
    source::{LiveSource, Request, Stream},
};

/// What a tenant lives on.
pub struct Live {
    /// The log.
    pub store: Store,
    /// Policy and plugins.
    pub rulebook: Rulebook,
    /// Threads that measure.
    pub threads: usize,
    /// The wall clock, or one that a test sets.
    pub clock: Clock,
    /// What is sent; the lane is over when every sender is gone.
    pub requests: Receiver<Request>,
    /// Hears of every decision, once committed.
    pub stream: Option<Stream>,
}

/// Lives until the last sender is gone; gives the store back with the state written.
///
/// # Errors
/// When the store fails.
pub fn live(live: Live) -> Result<Store, RoadError> {
    let drive = Drive { clock: live.clock.clone(), threads: live.threads, batch_facts: BATCH_FACTS };
    let mut road = Road::open(live.store, live.rulebook, drive)?;
    road.drive(&mut LiveSource::new(live.requests, live.clock, live.stream))?;
    road.close()
}
