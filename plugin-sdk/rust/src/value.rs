//! Values, as every kind of plugin gets them.

use serde::{Deserialize, Serialize};

/// What a signal, a customer field or an attribute of a case holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Time(i64),
    /// Nothing known.
    #[default]
    Absent,
}

impl Value {
    /// The number it holds, if it holds one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
    /// The text it holds, if it holds one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}
