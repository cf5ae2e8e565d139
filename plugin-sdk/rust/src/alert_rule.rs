//! Alert rules: one contact in, one verdict out.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Fault;
pub use crate::value::Value;

/// An alert rule: looks at one contact and says whether a person must look at it too.
///
/// It is a function: the same contact gives the same verdict, whatever was asked before.
pub trait AlertRule: Sized {
    /// What the rule can be told; give it `#[serde(default, deny_unknown_fields)]`.
    type Settings: DeserializeOwned;

    /// Checks the settings and makes the rule; all faults at once.
    fn new(settings: Self::Settings) -> Result<Self, Vec<Fault>>;

    /// The verdict on one contact.
    fn evaluate(&self, contact: &Contact) -> Verdict;
}

/// One session on one channel: its latest turns, oldest first, and what the host measured of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contact {
    /// The contact's name.
    pub id: String,
    /// `chat`, `phone`, …
    pub channel: String,
    /// The latest turns, as many as `[input]` in `plugin.toml` asks for.
    pub turns: Vec<Turn>,
    /// The signals `[input]` asks for.
    pub signals: Vec<(String, Value)>,
    /// The customer fields `[input]` asks for.
    pub customer: Vec<(String, Value)>,
}

impl Contact {
    /// A signal's value; [`Value::Absent`] when the host did not measure it.
    #[must_use]
    pub fn signal(&self, name: &str) -> &Value {
        let found = self.signals.iter().find(|(signal, _)| signal == name);
        found.map_or(&Value::Absent, |(_, value)| value)
    }
}

/// One utterance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Turn {
    /// The turn's ordinal within the contact, counted from 0 in the order of arrival.
    pub id: u32,
    /// `customer`, `agent`, `former-agent` (one who no longer has the conversation), `bot` or `system`.
    pub speaker: String,
    /// What was said.
    pub text: String,
    /// Milliseconds since 1970-01-01T00:00:00Z; absent where the source gives no times.
    pub at_ms: Option<i64>,
    /// What analyzers said of the text, each with a confidence of 0 to 1.
    pub labels: Vec<(String, f32)>,
    /// -1 (bad) to 1 (good); absent where nothing measured it.
    pub sentiment: Option<f32>,
}

/// A piece of a turn's text: UTF-8 byte offsets, `start` included, `end` not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The turn's id.
    pub turn: u32,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
}

/// What a rule makes of a contact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Verdict {
    /// A person must look.
    pub fire: bool,
    /// How strongly, in the rule's own unit (the plugin's page says which).
    pub score: Option<f64>,
    /// Names and values a reader needs to believe the verdict; never a quotation.
    pub because: Vec<(String, String)>,
    /// Where in the turns it was seen.
    pub spans: Vec<Span>,
    /// When `fire` is false: what was missing, for a person who asks why not.
    pub near: Option<String>,
}

/// Exports an [`AlertRule`] from the component: `plaint_sdk::alert_rule!(MyRule);`.
#[macro_export]
macro_rules! alert_rule {
    ($rule:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::guest::alert_rule as guest;
            static KEPT: $crate::macros::Kept<$rule> = $crate::macros::Kept::new();
            struct Component;
            impl guest::Guest for Component {
                fn configure(settings: String) -> Result<(), Vec<guest::Fault>> {
                    guest::configure(&KEPT, &settings)
                }
                fn evaluate(contacts: Vec<guest::Contact>) -> Vec<guest::Verdict> {
                    guest::evaluate(&KEPT, contacts)
                }
            }
    guest::export!(Component with_types_in guest);
        };
    };
}
