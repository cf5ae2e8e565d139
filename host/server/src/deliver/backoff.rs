//! When a delivery is tried again, and when it is given up.

use std::time::Duration;

use engine::id::Id;

/// The first wait; each later one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait: a channel that comes back is found within ten minutes.
const LONGEST: Duration = Duration::from_secs(600);
/// A channel that asks for more patience than this is tried all the same.
const ASKED_MAX: Duration = Duration::from_secs(3_600);
/// After so many attempts, some two hours, a delivery is dead.
pub(super) const ATTEMPTS_MAX: u32 = 20;
/// A channel that asks to come again at once is not asked for ever in one second: it waits at least this part.
const HURRY: u32 = 8;
/// Deliveries that failed together do not come back together: each waits up to a quarter longer, by its id.
const SPREAD: u32 = 4;

/// How long to wait behind the `attempt`-th attempt.
pub(super) fn wait(delivery: Id, attempt: u32, asked: Option<Duration>) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX));
    let wait = doubled.min(LONGEST);
    if let Some(asked) = asked {
        return asked.min(ASKED_MAX).max(wait / HURRY);
    }
    wait + wait * u32::from(delivery.0[0]) / (u32::from(u8::MAX) * SPREAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_do_not_meet() {
        let seconds = |attempt| wait(Id([0; 16]), attempt, None).as_secs();
        assert_eq!([1, 2, 3, 10, 40].map(seconds), [1, 2, 4, 512, 600]);
        assert_eq!(wait(Id([255; 16]), 3, None), Duration::from_secs(5));
        assert_eq!(wait(Id([0; 16]), 1, Some(Duration::from_secs(90_000))), ASKED_MAX);
        assert_eq!(wait(Id([0; 16]), 4, Some(Duration::ZERO)), FIRST);
    }
}
