//! Analyzers: texts become the contract's words, readings become the engine's.

use std::{fmt, sync::Arc};

use engine::contact::{Reading, ReadingAnswer, Text};
use wasmtime::component::{ComponentType, Lift, Lower};

use crate::{
    component::Component,
    counters::Snapshot,
    error::{Overrun, SandboxError},
    instance::{Instance, Prepared, Stop},
    limits::{LABEL_BYTES, LABELS, LANGUAGE_BYTES, beginning},
    manifest::Kind,
    spelled,
};

/// An analyzer with settings it accepted. Judges on several threads may ask it at once.
pub struct Analyzer {
    pub(crate) prepared: Prepared,
}

#[derive(ComponentType, Lower)]
#[component(record)]
struct WitText<'a> {
    speaker: &'a str,
    text: &'a str,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct WitReading {
    sentiment: Option<f32>,
    labels: Vec<(String, f32)>,
    language: Option<String>,
}

type Parameters<'a> = (&'a [WitText<'a>],);
type Results = (Vec<WitReading>,);

impl Analyzer {
    /// Starts the component once and asks whether it accepts `settings`, a JSON object.
    pub fn new(component: &Component, settings: &str) -> Result<Self, SandboxError> {
        let prepared = Prepared::new::<Parameters<'_>, Results>(component, (Kind::Analyzer, "read"), settings)?;
        Ok(Analyzer { prepared })
    }

    /// One answer for each text, in the same order, from one fresh instance.
    ///
    /// If that instance breaks, each text is read alone, so that no text is left unread because of another.
    pub fn read(&self, texts: &[Text]) -> Result<Vec<ReadingAnswer>, Overrun> {
        match self.ask(texts) {
            Ok(readings) => Ok(readings.into_iter().map(|reading| ReadingAnswer::Read(reading.into())).collect()),
            Err(Stop::Broke(_)) if texts.len() > 1 => {
                let alone = texts.iter().map(|text| self.read(std::slice::from_ref(text)));
                Ok(alone.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
            }
            Err(stop) => stop.abstention().map(|why| vec![ReadingAnswer::Abstained(why); texts.len()]),
        }
    }

    /// The text as the plugin's fixtures would write it.
    pub fn spelled(&self, text: &Text) -> String {
        spelled::text(self.prepared.settings(), text)
    }

    /// What it did so far.
    pub fn snapshot(&self) -> Snapshot {
        self.prepared.snapshot()
    }

    fn ask(&self, texts: &[Text]) -> Result<Vec<WitReading>, Stop> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        self.prepared.check_input(texts.iter().map(|text| text.text.len()).sum())?;
        self.prepared.asked(|instance| self.ask_in(instance, texts))
    }

    pub(crate) fn ask_in(&self, instance: &mut Instance, texts: &[Text]) -> Result<Vec<WitReading>, Stop> {
        let sent: Vec<WitText<'_>> = texts.iter().map(wit_text).collect();
        let (readings,): Results = instance.work::<Parameters<'_>, Results>(&self.prepared, (&sent,))?;
        if readings.len() != texts.len() {
            let (gave, asked) = (readings.len(), texts.len());
            return Err(Stop::answer(format!("it gave {gave} readings where {asked} were asked for")));
        }
        Ok(readings)
    }
}

impl fmt::Debug for Analyzer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Analyzer").finish_non_exhaustive()
    }
}

fn wit_text(text: &Text) -> WitText<'_> {
    WitText { speaker: text.speaker.word(), text: &text.text }
}

impl From<WitReading> for Reading {
    /// What is no number is not there; what is beyond its range is at its end.
    fn from(reading: WitReading) -> Self {
        let labels = reading.labels.into_iter().filter(|(label, confidence)| !label.is_empty() && !confidence.is_nan());
        Reading {
            sentiment: reading.sentiment.filter(|sentiment| !sentiment.is_nan()).map(|it| it.clamp(-1.0, 1.0)),
            labels: labels
                .take(LABELS)
                .map(|(label, confidence)| (Arc::from(beginning(label, LABEL_BYTES)), confidence.clamp(0.0, 1.0)))
                .collect(),
            language: reading.language.map(|tag| beginning(tag, LANGUAGE_BYTES)).filter(|tag| !tag.is_empty()),
        }
    }
}
