//! Time on a page: `10:00:09`, `+30s` behind the line before, or a whole RFC 3339 time.

use engine::time::{INSTANT_MIN, Instant};

use super::Flaw;

/// The day pages play on begins here: a Monday at ten, UTC. Only whoever writes whole times sees another.
pub(super) const START: Instant = Instant(1_767_607_200_000);
const DAY: i64 = 86_400_000;
const SECOND: i64 = 1_000;

/// Where on the page's time the reader is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    now: Instant,
}

impl Clock {
    /// A clock that shows `start`.
    pub(super) fn from(start: Instant) -> Self {
        Clock { now: start }
    }

    pub(super) fn now(&self) -> Instant {
        self.now
    }

    /// The last millisecond of the second it shows.
    pub(super) fn end_of_second(&self) -> Instant {
        Instant(self.now.0.div_euclid(SECOND) * SECOND + SECOND - 1)
    }

    /// Moves to the time a line begins with, if it begins with one, and gives the rest of the line.
    pub(super) fn take<'t>(&mut self, line: &'t str) -> Result<(Option<Instant>, &'t str), Flaw> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let starts = |test: fn(&char) -> bool| word.chars().next().filter(test).is_some();
        let time = if starts(|letter| *letter == '+') {
            policy::duration(&word[1..]).map(|length| self.now.plus(length))
        } else if starts(char::is_ascii_digit) {
            self.clock(word).or_else(|| Instant::parse(word).filter(|time| *time >= INSTANT_MIN))
        } else {
            return Ok((None, line));
        };
        let time = time.ok_or_else(|| Flaw::Time(word.to_owned()))?;
        if time < self.now {
            return Err(Flaw::TimeBack { time: word.to_owned(), now: self.spelled(self.now) });
        }
        self.now = time;
        Ok((Some(time), rest.trim_start()))
    }

    /// `10:00`, `10:00:09`, `10:00:09.5`: of the day it shows.
    fn clock(&self, word: &str) -> Option<Instant> {
        let seconds = if word.len() == "10:00".len() { ":00" } else { "" };
        let time = Instant::parse(&format!("1970-01-01T{word}{seconds}Z"))?;
        Some(Instant(self.now.0.div_euclid(DAY) * DAY + time.0))
    }

    /// The shortest way to write an instant on this day.
    pub(super) fn spelled(&self, instant: Instant) -> String {
        let spelled = crate::wire::spell_instant(instant);
        if instant.0.div_euclid(DAY) != self.now.0.div_euclid(DAY) {
            return spelled;
        }
        spelled.split_once('T').map_or(spelled.clone(), |(_, time)| time.trim_end_matches('Z').to_owned())
    }
}

/// Whether two instants lie in the same second: what somebody who writes seconds means.
pub(super) fn same_second(one: Instant, other: Instant) -> bool {
    one.0.div_euclid(SECOND) == other.0.div_euclid(SECOND)
}

#[cfg(test)]
mod tests {
    use engine::time::Duration;

    use super::{Clock, START};

    #[test]
    fn times_are_taken_off_a_line() {
        for (line, expected) in [
            ("10:00:09 customer: hi", Some((9, "customer: hi"))),
            ("10:01 close", Some((60, "close"))),
            ("+30s", Some((30, ""))),
            ("+1h agent: 12:00 works", Some((3_600, "agent: 12:00 works"))),
            ("2026-01-05T18:00:01+08:00 x", Some((1, "x"))),
        ] {
            let mut clock = Clock::from(START);
            let expected = expected.map(|(after, rest)| (Some(START.plus(Duration::seconds(after))), rest));
            assert_eq!(clock.take(line).ok(), expected, "{line}");
        }
        let mut clock = Clock::from(START);
        assert_eq!(clock.take("customer: 10:00").ok(), Some((None, "customer: 10:00")));
        for wrong in ["09:59 x", "10:60 x", "+3 x", "1000 x"] {
            assert!(clock.take(wrong).is_err(), "{wrong}");
        }
        assert_eq!(clock.spelled(START.plus(Duration::seconds(9))), "10:00:09");
        assert_eq!(clock.spelled(START.plus(Duration::seconds(86_400))), "2026-01-06T10:00:00Z");
    }
}
