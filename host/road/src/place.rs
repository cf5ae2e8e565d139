//! Placing: when, by the engine's own reckoning, an event counts.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use engine::{
    fact::{LIVE_HORIZON, Marks},
    time::{Duration, INSTANT_MIN, Instant, SKEW_MAX},
};
use store::Draft;

use crate::wire::Event;

/// Where a fact's `at` comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The event's own time: the past is played again.
    Told,
    /// The wall clock: now is now.
    Wall,
    /// The wall clock, since `began` so many times as fast: to play in a minute what takes an hour.
    Lapse {
        /// When it began to.
        began: Instant,
        /// How much faster.
        times: u32,
        /// How far ahead it was when it began: to play the next day today.
        ahead: Duration,
    },
    /// A clock that somebody sets, in milliseconds since 1970.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that from now on runs so many times as fast as the wall's, and is ahead of it by this much.
    pub fn lapsing(times: u32, ahead: Duration) -> Self {
        Clock::Lapse { began: wall(), times, ahead }
    }

    /// The instant it shows; `None` when it goes by what it is told.
    pub fn now(&self) -> Option<Instant> {
        match self {
            Clock::Told => None,
            Clock::Wall => Some(wall()),
            Clock::Lapse { began, times, ahead } => {
                let passed = wall().since(*began).0.max(0);
                Some(began.plus(*ahead).plus(Duration(passed.saturating_mul(i64::from(*times)))))
            }
            Clock::Set(millis) => Some(Instant(millis.load(Ordering::SeqCst))),
        }
    }
}

fn wall() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Instant(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// Places an event after everything placed so far: `at` never decreases.
pub(crate) fn place(event: Event, last_at: Instant, clock: &Clock) -> Draft {
    let mut marks = Marks { backfill: event.backfill, connector: event.connector, ..Marks::default() };
    let last_at = last_at.max(INSTANT_MIN);
    let mut time = event.time;
    let at = match clock.now() {
        None => time.map_or(last_at, |time| time.max(last_at)),
        Some(now) => {
            let at = now.max(last_at);
            if time.is_some_and(|time| time.since(at) > SKEW_MAX) {
                marks.clock_skew = true;
                time = Some(at);
            }
            marks.backfill |= time.is_some_and(|time| at.since(time) > LIVE_HORIZON);
            at
        }
    };
    marks.late = clock.now().is_none() && time.is_some_and(|time| time < at);
    Draft {
        at,
        time,
        source: event.source,
        id: event.id,
        revision: event.revision,
        subject: event.subject,
        marks,
        body: event.body,
        extra: event.extra,
    }
}
