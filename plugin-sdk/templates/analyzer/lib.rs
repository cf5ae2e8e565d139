//! Hears who is in a hurry.

use plaint_sdk::Fault;
use plaint_sdk::analyzer::{Analyzer, Reading, Text};
use serde::Deserialize;

const WORDS: [&str; 3] = ["马上", "赶紧", "right now"];

/// It can be told nothing.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {}

/// The analyzer.
pub struct MyPlugin;

impl Analyzer for MyPlugin {
    type Settings = Settings;

    fn new(_: Settings) -> Result<Self, Vec<Fault>> {
        Ok(Self)
    }

    fn read(&self, text: &Text) -> Reading {
        let hurried = text.speaker == "customer" && WORDS.iter().any(|word| text.text.contains(word));
        let labels = if hurried { vec![("hurried".into(), 0.7)] } else { vec![] };
        Reading { labels, ..Reading::default() }
    }
}

plaint_sdk::analyzer!(MyPlugin);
