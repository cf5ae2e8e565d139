//! The breaker: a plugin that fails time after time is left alone for a while, then tried with one question.
//!
//! It counts by the times of questions and asks no clock. It knows no plugin and no rule. Only where calls go on
//! ([`crate::Overruns::Abstain`]) is there one; a run or a test never skips a question, or its results would depend on
//! those before.

use std::sync::{Mutex, MutexGuard, PoisonError};

use engine::{
    guard::Breaker as State,
    time::{Duration, Instant},
};

/// Failures in a row that open it: one or two are an odd input, five are the plugin.
const FAILURES: u32 = 5;
/// How long it stays open at first: long enough to spare the judges, short enough that no call is over by then.
const WAIT: Duration = Duration::seconds(30);
/// How long at most, as it doubles: whoever repairs a plugin should not have to wait for it.
const WAIT_MAX: Duration = Duration::seconds(600);

/// The breaker of one place that asks a plugin.
#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    failures: u32,
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    until: Instant,
    waited: Duration,
}

/// Whether a question may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permit {
    /// It may.
    Ask,
    /// It may: the one that shows whether the plugin is well again.
    Try,
    /// It may not before then.
    No(Instant),
}

impl Breaker {
    /// A question comes.
    pub(crate) fn enter(&self, now: Instant) -> Permit {
        let mut inner = self.lock();
        match &mut inner.open {
            None => Permit::Ask,
            Some(open) if now < open.until => Permit::No(open.until),
            Some(open) => {
                // Until its answer is there, or got lost, the others wait.
                open.until = now.plus(open.waited);
                Permit::Try
            }
        }
    }

    /// What came of it; gives what is worth telling.
    pub(crate) fn leave(&self, permit: Permit, is_failure: bool, now: Instant) -> Option<(State, Option<Instant>)> {
        let mut inner = self.lock();
        match (permit, is_failure) {
            (Permit::No(until), _) => Some((State::Open, Some(until))),
            (Permit::Try, false) => {
                *inner = Inner::default();
                Some((State::ClosedAgain, None))
            }
            (Permit::Try, true) => {
                let waited = inner.open.map_or(WAIT, |open| Duration(open.waited.0 * 2).min(WAIT_MAX));
                Some((State::HalfOpen, Some(inner.open_for(waited, now))))
            }
            (Permit::Ask, false) => {
                inner.failures = 0;
                None
            }
            (Permit::Ask, true) => {
                inner.failures += 1;
                // Another judge's question may have opened it meanwhile.
                let opens = inner.failures >= FAILURES && inner.open.is_none();
                opens.then(|| (State::Opened, Some(inner.open_for(WAIT, now))))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn open_for(&mut self, waited: Duration, now: Instant) -> Instant {
        let until = now.plus(waited);
        self.open = Some(Open { until, waited });
        until
    }
}

#[cfg(test)]
mod tests {
    use engine::{guard::Breaker as State, time::Instant};

    use super::{Breaker, FAILURES, Permit};

    fn ask(breaker: &Breaker, second: i64, is_failure: bool) -> (Permit, Option<State>) {
        let now = Instant(second * 1_000);
        let permit = breaker.enter(now);
        (permit, breaker.leave(permit, is_failure, now).map(|(state, _)| state))
    }

    #[test]
    fn it_opens_by_failures_in_a_row_and_closes_by_one_answer() {
        let breaker = Breaker::default();
        (1..FAILURES).for_each(|_| assert_eq!(ask(&breaker, 0, true), (Permit::Ask, None)));
        assert_eq!(ask(&breaker, 0, false), (Permit::Ask, None));
        (1..FAILURES).for_each(|_| assert_eq!(ask(&breaker, 0, true), (Permit::Ask, None)));
        assert_eq!(ask(&breaker, 0, true), (Permit::Ask, Some(State::Opened)));
        assert_eq!(ask(&breaker, 29, true), (Permit::No(Instant(30_000)), Some(State::Open)));
        assert_eq!(ask(&breaker, 30, false), (Permit::Try, Some(State::ClosedAgain)));
        assert_eq!(ask(&breaker, 30, true), (Permit::Ask, None));
    }

    #[test]
    fn it_waits_twice_as_long_each_time_up_to_a_bound() {
        let breaker = Breaker::default();
        (0..FAILURES).for_each(|_| assert!(ask(&breaker, 0, true).1 != Some(State::Open)));
        let mut at = 30;
        for waited in [60, 120, 240, 480, 600, 600] {
            assert_eq!(ask(&breaker, at, true), (Permit::Try, Some(State::HalfOpen)));
            assert_eq!(ask(&breaker, at + waited - 1, true).1, Some(State::Open));
            at += waited;
        }
    }

    #[test]
    fn one_question_is_let_through_at_a_time() {
        let breaker = Breaker::default();
        (0..FAILURES).for_each(|_| assert!(ask(&breaker, 0, true).1 != Some(State::Open)));
        let now = Instant(30_000);
        assert_eq!((breaker.enter(now), breaker.enter(now)), (Permit::Try, Permit::No(Instant(60_000))));
        // Questions that were on their way when it opened change nothing.
        assert_eq!(breaker.leave(Permit::Ask, true, now), None);
        assert_eq!(breaker.leave(Permit::Try, false, now), Some((State::ClosedAgain, None)));
        assert_eq!(breaker.enter(now), Permit::Ask);
    }
}
