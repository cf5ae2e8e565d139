//! The tone of an utterance: how good or bad, and what it holds that a rule can build on.
//!
//! [`words`] are the phrases of both languages, [`lexicon`] finds them, [`reader`] weighs them; here stands what is
//! made of it. Nothing is learned and nothing is remembered: the same text gives the same reading.

mod label;
mod lexicon;
mod reader;
mod words;

use plaint_sdk::Fault;
use plaint_sdk::analyzer::{Analyzer, Reading, Text};
use serde::Deserialize;

use label::{Earner, Label};
use reader::Heard;

/// The weight of "nothing was said": one mild word alone is no strong feeling.
const NEUTRAL: f32 = 600.0;
/// A sentiment this low is dissatisfaction, of the least confidence.
const DISSATISFIED_AT: f32 = -0.3;
/// Less is not worth saying.
const CONFIDENCE_MIN: f32 = 0.3;
/// Words alone never make it certain.
const CONFIDENCE_MAX: f32 = 0.97;

/// The analyzer.
#[derive(Debug)]
pub struct Tone;

/// It can be told nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {}

impl Analyzer for Tone {
    type Settings = Settings;

    fn new(_settings: Settings) -> Result<Self, Vec<Fault>> {
        Ok(Tone)
    }

    fn read(&self, text: &Text) -> Reading {
        let mut heard = reader::read(&text.text);
        let language = language(&heard);
        if language.is_none() {
            return Reading::default();
        }
        let earner = earner(&text.speaker);
        let sentiment = sentiment(&heard);
        if earner == Earner::Customer {
            conclude(&mut heard, sentiment);
        }
        let earned =
            Label::ALL.into_iter().filter(|label| label.earner() == Earner::Anyone || label.earner() == earner);
        let labels = earned.map(|label| (label, heard.confidence(label).min(CONFIDENCE_MAX)));
        Reading {
            sentiment: Some(sentiment),
            labels: labels
                .filter(|(_, confidence)| *confidence >= CONFIDENCE_MIN)
                .map(|(label, confidence)| (label.name().to_owned(), confidence))
                .collect(),
            language: language.map(str::to_owned),
        }
    }
}

/// The balance of good and bad, drawn towards 0 where little was said.
fn sentiment(heard: &Heard) -> f32 {
    let (good, bad) = (heard.good as f32, heard.bad as f32);
    // Exclamation marks make what is there stronger, and are nothing by themselves.
    let louder = 1.0 + 0.1 * heard.exclamations.min(3) as f32 + 0.1 * heard.shouted.min(3) as f32;
    (louder * (good - bad) / (good + bad + NEUTRAL)).clamp(-1.0, 1.0)
}

/// What follows from several labels and the sentiment together.
fn conclude(heard: &mut Heard, sentiment: f32) {
    if sentiment <= DISSATISFIED_AT {
        heard.believe(Label::Dissatisfied, 0.35 + 0.5 * (DISSATISFIED_AT - sentiment));
    }
    let loud = heard.exclamations >= 2 || heard.shouted >= 2;
    if sentiment <= DISSATISFIED_AT && loud {
        heard.believe(Label::Angry, 0.4);
    }
    let threat = [Label::RegulatorThreat, Label::LegalThreat, Label::MediaThreat];
    let threat = threat.into_iter().map(|label| heard.confidence(label)).fold(0.0, f32::max);
    heard.believe(Label::Dissatisfied, 0.6 * threat);
    heard.believe(Label::Complaint, 0.5 * threat);
    heard.believe(Label::Complaint, 0.5 * (heard.confidence(Label::Dissatisfied) - 0.4).max(0.0));
    heard.believe(Label::Complaint, 0.5 * heard.confidence(Label::Angry));
    heard.believe(Label::Dissatisfied, 0.7 * heard.confidence(Label::Angry));
}

/// Anything but an agent's or a machine's words is read as a customer's.
fn earner(speaker: &str) -> Earner {
    match speaker {
        "agent" | "bot" => Earner::Agent,
        "system" => Earner::Anyone,
        _customer => Earner::Customer,
    }
}

/// One ideograph says as much as a word; Latin letters are English when one of its phrases was found.
fn language(heard: &Heard) -> Option<&'static str> {
    if heard.ideographs > 0 && heard.ideographs * 2 >= heard.words && heard.ideographs >= heard.foreign {
        Some("zh")
    } else {
        (heard.english > 0 && heard.words >= heard.foreign).then_some("en")
    }
}

plaint_sdk::analyzer!(Tone);

#[cfg(test)]
mod tests {
    use super::*;
    use plaint_sdk::testing;

    #[test]
    fn fixtures() {
        testing::check_analyzer::<Tone>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }
}
