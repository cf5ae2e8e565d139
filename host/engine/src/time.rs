//! Instants and lengths of time, in whole milliseconds. The engine never asks what time it is.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duration(pub i64);

/// 1990-01-01: nothing a complaint is about happened before; an older time is a unit mistake.
pub const INSTANT_MIN: Instant = Instant(631_152_000_000);
/// 2100-01-01: a later time is a unit mistake.
pub const INSTANT_MAX: Instant = Instant(4_102_444_800_000);
/// A source's clock may run ahead of ours by this much before its time is clamped and marked.
pub const SKEW_MAX: Duration = Duration(5 * 60_000);

impl Instant {
    /// Reads an RFC 3339 time such as `2024-09-02T10:00:00+08:00`; a fraction counts to the millisecond.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
        let sign = |place: usize, signs: &[u8]| text.as_bytes().get(place).is_some_and(|byte| signs.contains(byte));
        let separated = sign(4, b"-") && sign(7, b"-") && sign(10, b"Tt ") && sign(13, b":") && sign(16, b":");
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        let (rest, millis) = fraction(text.get(19..)?);
        let in_range = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
        if !separated || !in_range {
            return None;
        }
        let days = days_before(year, month) + day - 1;
        let local = ((days * 24 + hour) * 60 + minute) * 60 + second;
        Some(Instant((local - offset_seconds(rest)?) * 1_000 + millis))
    }

    /// This instant moved by `by`, saturating at the ends of the range.
    pub fn plus(self, by: Duration) -> Self {
        Instant(self.0.saturating_add(by.0))
    }

    /// How long after `earlier` this is (negative when before it).
    pub fn since(self, earlier: Instant) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Duration {
    /// A length of `count` seconds.
    pub const fn seconds(count: i64) -> Self {
        Duration(count * 1_000)
    }

    /// The shortest spelling in the one grammar of durations: `90s`, `2h`, `7d`, `1500ms`.
    pub fn spelled(self) -> String {
        let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
        let fit = units.iter().find(|(size, _)| self.0 != 0 && self.0 % size == 0);
        match fit {
            Some((size, unit)) => format!("{}{unit}", self.0 / size),
            None if self.0 == 0 => "0s".to_owned(),
            None => format!("{}ms", self.0),
        }
    }
}

/// The fraction of a second behind a time, in milliseconds, and what follows it.
fn fraction(text: &str) -> (&str, i64) {
    let Some(digits) = text.strip_prefix('.') else { return (text, 0) };
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    let millis = format!("{:0<3}", &digits[..end.min(3)]);
    (&digits[end..], millis.parse().unwrap_or(0))
}

/// `Z`, `+08:00`, `-03:30`.
fn offset_seconds(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = match text.get(0..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    Some(sign * (hours.parse::<i64>().ok()? * 3_600 + minutes.parse::<i64>().ok()? * 60))
}

/// Days from 1970-01-01 to the first of a month: the calendar is counted from March, so that leap days come last.
fn days_before(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let months = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (months * 153 + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::{Duration, Instant};

    #[test]
    fn times_are_read_with_their_offset() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-09-02T10:00:00+08:00", Some(1_725_242_400_000)),
            ("2024-02-29T23:59:59.5-03:30", Some(1_709_263_799_500)),
            ("2024-13-01T00:00:00Z", None),
            ("2024-09-02T10:00:00", None),
            ("tomorrow", None),
        ] {
            assert_eq!(Instant::parse(text), millis.map(Instant), "{text}");
        }
    }

    #[test]
    fn durations_are_spelled_shortest() {
        for (millis, text) in [(0, "0s"), (90_000, "90s"), (600_000, "10m"), (604_800_000, "7d"), (1_500, "1500ms")] {
            assert_eq!(Duration(millis).spelled(), text);
        }
    }
}
