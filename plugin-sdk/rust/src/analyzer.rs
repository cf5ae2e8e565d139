//! Analyzers: one text in, one reading out.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Fault;

/// An analyzer: reads one text and says how the speaker feels and what it noticed.
///
/// It is a function of the text alone: the same text gives the same reading, whatever is read beside it.
pub trait Analyzer: Sized {
    /// What the analyzer can be told; give it `#[serde(default, deny_unknown_fields)]`.
    type Settings: DeserializeOwned;

    /// Checks the settings and makes the analyzer; all faults at once.
    fn new(settings: Self::Settings) -> Result<Self, Vec<Fault>>;

    /// The reading of one text.
    fn read(&self, text: &Text) -> Reading;
}

/// One utterance, or one complaint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// `customer`, `agent`, `bot` or `system`.
    pub speaker: String,
    /// What was said or written.
    pub text: String,
}

/// What an analyzer says of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reading {
    /// -1 (bad) to 1 (good); absent where the analyzer does not measure it, or cannot tell.
    pub sentiment: Option<f32>,
    /// What it noticed, each with a confidence of 0 to 1. The host keeps the first 16.
    pub labels: Vec<(String, f32)>,
    /// `zh`, `en`, …; absent where it does not know.
    pub language: Option<String>,
}

impl Reading {
    /// The confidence of a label; 0 where it is not there.
    #[must_use]
    pub fn confidence(&self, label: &str) -> f32 {
        let found = self.labels.iter().find(|(name, _)| name == label);
        found.map_or(0.0, |(_, confidence)| *confidence)
    }
}

/// Exports an [`Analyzer`] from the component: `plaint_sdk::analyzer!(MyAnalyzer);`.
#[macro_export]
macro_rules! analyzer {
    ($analyzer:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::guest::analyzer as guest;
            static KEPT: $crate::macros::Kept<$analyzer> = $crate::macros::Kept::new();
            struct Component;
            impl guest::Guest for Component {
                fn configure(settings: String) -> Result<(), Vec<guest::Fault>> {
                    guest::configure(&KEPT, &settings)
                }
                fn read(texts: Vec<guest::Text>) -> Vec<guest::Reading> {
                    guest::read(&KEPT, texts)
                }
            }
    guest::export!(Component with_types_in guest);
        };
    };
}
