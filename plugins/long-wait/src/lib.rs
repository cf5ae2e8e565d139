//! The customer wrote several times in a row without an answer.

use plaint_sdk::Fault;
use plaint_sdk::alert_rule::{AlertRule, Contact, Verdict};
use serde::Deserialize;

/// What the rule can be told.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    at_least: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { at_least: 3 }
    }
}

/// The rule.
pub struct LongWait(Settings);

impl AlertRule for LongWait {
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self, Vec<Fault>> {
        if settings.at_least == 0 { Err(vec![Fault::new("at_least", "1 or more")]) } else { Ok(Self(settings)) }
    }

    fn evaluate(&self, contact: &Contact) -> Verdict {
        let run = contact.turns.iter().rev().take_while(|turn| turn.speaker == "customer").count();
        Verdict { fire: run >= self.0.at_least, score: Some(run as f64), ..Verdict::default() }
    }
}

plaint_sdk::alert_rule!(LongWait);
