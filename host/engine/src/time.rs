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

#[cfg(test)]
mod tests {
    use super::Duration;

    #[test]
    fn durations_are_spelled_shortest() {
        for (millis, text) in [(0, "0s"), (90_000, "90s"), (600_000, "10m"), (604_800_000, "7d"), (1_500, "1500ms")] {
            assert_eq!(Duration(millis).spelled(), text);
        }
    }
}
