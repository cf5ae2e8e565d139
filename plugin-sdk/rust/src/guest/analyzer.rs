//! `plaint:plugin/analyzer`: generated types and their conversion.

mod generated {
    #![allow(unsafe_code, missing_docs, unreachable_pub, reason = "generated from the contract")]
    wit_bindgen::generate!({
        path: "../wit/0.1.0",
        world: "analyzer-plugin",
        pub_export_macro: true,
        export_macro_name: "export_analyzer",
    });
}

pub use generated::export_analyzer as export;
pub use generated::exports;
pub use generated::exports::plaint::plugin::analyzer::{Fault, Guest, Reading, Text};

use crate::analyzer as plain;
use crate::settings::{Kept, decode};

/// Makes the analyzer of these settings and keeps it.
pub fn configure<A: plain::Analyzer>(kept: &Kept<A>, settings: &str) -> Result<(), Vec<Fault>> {
    let made = decode(settings).and_then(A::new);
    kept.keep(made).map_err(|faults| faults.into_iter().map(Fault::from).collect())
}

/// One reading for each text, in the same order.
pub fn read<A: plain::Analyzer>(kept: &Kept<A>, texts: Vec<Text>) -> Vec<Reading> {
    kept.with(|analyzer| texts.into_iter().map(|text| analyzer.read(&text.into()).into()).collect())
}

impl From<crate::Fault> for Fault {
    fn from(fault: crate::Fault) -> Self {
        Self { setting: fault.setting, expected: fault.expected }
    }
}

impl From<Text> for plain::Text {
    fn from(text: Text) -> Self {
        Self { speaker: text.speaker, text: text.text }
    }
}

impl From<plain::Reading> for Reading {
    fn from(reading: plain::Reading) -> Self {
        Self { sentiment: reading.sentiment, labels: reading.labels, language: reading.language }
    }
}
