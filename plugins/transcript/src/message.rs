//! What a message body may hold. Fields not named here are somebody else's and are ignored.

use serde::{Deserialize, Deserializer, de};

/// Which of the two a body is: a single turn names its contact.
#[derive(Deserialize)]
pub(crate) struct Shape {
    pub(crate) contact: Option<de::IgnoredAny>,
}

/// A whole dialogue: typed (`turns`) or a phone call (`segments`).
#[derive(Deserialize)]
pub(crate) struct Dialogue {
    #[serde(deserialize_with = "name")]
    pub(crate) id: String,
    pub(crate) turns: Option<Vec<Line>>,
    pub(crate) segments: Option<Vec<Segment>>,
}

/// A single turn, or the news that the contact is over.
#[derive(Deserialize)]
pub(crate) struct Turn {
    #[serde(deserialize_with = "name")]
    pub(crate) contact: String,
    /// Its ordinal within the contact, from 0.
    pub(crate) turn: Option<u32>,
    pub(crate) speaker: Option<Role>,
    pub(crate) text: Option<String>,
    /// RFC 3339.
    pub(crate) time: Option<String>,
    pub(crate) channel: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) sentiment: Option<f64>,
    #[serde(default)]
    pub(crate) revision: u32,
    /// The contact is over; there is no turn in this message.
    #[serde(default)]
    pub(crate) closed: bool,
}

/// One line of a typed dialogue.
#[derive(Deserialize)]
pub(crate) struct Line {
    pub(crate) role: Role,
    pub(crate) text: String,
    /// Unix seconds.
    pub(crate) t: Option<f64>,
}

/// One segment of a phone call.
#[derive(Deserialize)]
pub(crate) struct Segment {
    pub(crate) role: Role,
    pub(crate) human_transcript: String,
    /// Unix milliseconds.
    pub(crate) start_timestamp_ms: Option<i64>,
    /// Probabilities of negative, neutral and positive.
    pub(crate) emotion_neg_neutral_pos: Option<[f64; 3]>,
}

/// Who spoke.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Customer,
    Agent,
    Bot,
    #[serde(alias = "system_action")]
    System,
}

impl Role {
    pub(crate) fn speaker(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Bot => "bot",
            Self::System => "system",
        }
    }
}

/// A name is a text or a whole number; sources use both.
fn name<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    struct Name;
    impl de::Visitor<'_> for Name {
        type Value = String;
        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("a name: a text that is not empty, or a whole number")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            if text.is_empty() {
                return Err(E::invalid_value(de::Unexpected::Str(text), &self));
            }
            Ok(text.to_owned())
        }
        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            Ok(number.to_string())
        }
    }
    source.deserialize_any(Name)
}
