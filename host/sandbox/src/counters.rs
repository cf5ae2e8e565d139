//! What a plugin did, counted: how often it answered or why not, how long it took, how much memory it had at most.
//!
//! Atomics that only go up; nobody waits for anybody. It knows no metrics library: whoever
//! shows the numbers takes a [`Snapshot`].

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use engine::absence::Absence;

/// The upper ends of the buckets of times, in nanoseconds: from a warm native call to the longest that is allowed.
pub const BUCKETS_NS: [u64; 10] =
    [10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 20_000_000, 100_000_000, 1_000_000_000];
/// One more for what is beyond the last end.
const BUCKETS: usize = BUCKETS_NS.len() + 1;
const ABSENCES: usize = Absence::ALL.len();

/// The counters of one prepared plugin.
#[derive(Default)]
pub(crate) struct Counters {
    answered: AtomicU64,
    absent: [AtomicU64; ABSENCES],
    fresh: Clocked,
    call: Clocked,
    memory_bytes_max: AtomicU64,
}

#[derive(Default)]
struct Clocked {
    sum_ns: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
}

/// What a plugin did since it was configured.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Calls that were answered.
    pub answered: u64,
    /// Calls that were not, by [`Absence::place`].
    pub absent: [u64; ABSENCES],
    /// Making a fresh instance ready: start and configure.
    pub fresh: Times,
    /// Calls in it.
    pub call: Times,
    /// The most memory that one instance had.
    pub memory_bytes_max: u64,
    /// Callers that wait now, where they may not be many.
    pub waiting: usize,
}

/// How long something took.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Times {
    /// All of it.
    pub sum_ns: u64,
    /// How often it took at most as long as [`BUCKETS_NS`] says at the same place; the last: longer.
    pub buckets: [u64; BUCKETS],
}

impl Counters {
    /// A call came to its end: `None` when it was answered.
    pub(crate) fn count(&self, absent: Option<Absence>) {
        let counter = absent.map_or(&self.answered, |absence| &self.absent[absence.place()]);
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// An instance was made ready in `fresh`, worked for `call` and had so much memory.
    pub(crate) fn clock(&self, fresh: Duration, call: Duration, memory_bytes: usize) {
        self.fresh.add(fresh);
        self.call.add(call);
        let memory_bytes = memory_bytes as u64;
        // Nearly always the same as before: a look is cheaper than a write.
        if memory_bytes > self.memory_bytes_max.load(Ordering::Relaxed) {
            self.memory_bytes_max.fetch_max(memory_bytes, Ordering::Relaxed);
        }
    }

    /// All numbers; each is true, and those of a call that ends meanwhile may be there in part.
    pub(crate) fn snapshot(&self, waiting: usize) -> Snapshot {
        Snapshot {
            answered: self.answered.load(Ordering::Relaxed),
            absent: self.absent.each_ref().map(|counter| counter.load(Ordering::Relaxed)),
            fresh: self.fresh.times(),
            call: self.call.times(),
            memory_bytes_max: self.memory_bytes_max.load(Ordering::Relaxed),
            waiting,
        }
    }
}

impl Clocked {
    fn add(&self, took: Duration) {
        let ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let bucket = BUCKETS_NS.iter().position(|end| ns <= *end).unwrap_or(BUCKETS_NS.len());
        self.sum_ns.fetch_add(ns, Ordering::Relaxed);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
    }

    fn times(&self) -> Times {
        Times {
            sum_ns: self.sum_ns.load(Ordering::Relaxed),
            buckets: self.buckets.each_ref().map(|bucket| bucket.load(Ordering::Relaxed)),
        }
    }
}

impl Snapshot {
    /// All calls.
    pub fn calls(&self) -> u64 {
        self.answered + self.absent.iter().sum::<u64>()
    }

    /// How often it did not answer, and why: only what happened.
    pub fn absences(&self) -> impl Iterator<Item = (Absence, u64)> {
        let all = Absence::ALL.iter().copied().zip(self.absent);
        all.filter(|(_, times)| *times > 0)
    }
}

impl Times {
    /// How often.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use engine::absence::Absence;

    use super::Counters;

    #[test]
    fn what_is_counted_is_told() {
        let counters = Counters::default();
        counters.clock(Duration::from_micros(10), Duration::from_micros(11), 500);
        counters.clock(Duration::from_secs(2), Duration::ZERO, 400);
        [None, Some(Absence::Trap), Some(Absence::Trap)].into_iter().for_each(|absent| counters.count(absent));
        let told = counters.snapshot(3);
        assert_eq!((told.calls(), told.answered, told.memory_bytes_max, told.waiting), (3, 1, 500, 3));
        assert_eq!(told.absences().collect::<Vec<_>>(), [(Absence::Trap, 2)]);
        assert_eq!((told.fresh.sum_ns, told.fresh.buckets[0], told.fresh.buckets[10]), (2_000_010_000, 1, 1));
        assert_eq!((told.call.count(), told.call.buckets[1]), (2, 1));
    }
}
