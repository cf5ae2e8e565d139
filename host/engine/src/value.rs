//! Values that conditions compare and evidence keeps.

use serde::{Deserialize, Serialize};

use crate::time::{Duration, Instant};

/// A value that outlives the fact it was read from. Absent stands for what nobody measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Nobody measured it, or the source does not say.
    Absent,
    /// Yes or no.
    Flag(bool),
    /// A number; whole numbers up to 2^53 are exact.
    Number(f64),
    /// A text.
    Text(String),
    /// A point in time.
    Instant(Instant),
    /// A length of time.
    Duration(Duration),
    /// Texts in order.
    Texts(Vec<String>),
    /// Numbers in order.
    Numbers(Vec<f64>),
}

/// What a condition works with: a borrowed [`Value`], free to copy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slot<'a> {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// A point in time.
    Instant(Instant),
    /// A length of time.
    Duration(Duration),
    /// Texts in order.
    Texts(&'a [String]),
    /// Numbers in order.
    Numbers(&'a [f64]),
}

impl Slot<'_> {
    /// As people read it: `3`, `13.5`, `90s`, `media`.
    pub fn spelled(self) -> String {
        match self {
            Slot::Flag(flag) => flag.to_string(),
            Slot::Number(number) => number.to_string(),
            Slot::Text(text) => text.to_owned(),
            Slot::Instant(instant) => instant.0.to_string(),
            Slot::Duration(duration) => duration.spelled(),
            Slot::Texts(texts) => texts.join(", "),
            Slot::Numbers(numbers) => numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// The value, owned. A number that overflowed is absent: nobody can read it back.
    pub fn to_value(self) -> Value {
        match self {
            Slot::Flag(flag) => Value::Flag(flag),
            Slot::Number(number) if !number.is_finite() => Value::Absent,
            Slot::Number(number) => Value::Number(number),
            Slot::Text(text) => Value::Text(text.to_owned()),
            Slot::Instant(instant) => Value::Instant(instant),
            Slot::Duration(duration) => Value::Duration(duration),
            Slot::Texts(texts) => Value::Texts(texts.to_vec()),
            Slot::Numbers(numbers) => Value::Numbers(numbers.to_vec()),
        }
    }
}
