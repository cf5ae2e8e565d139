//! The window: the latest turns in the order they happened, and what is left of those before.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    reading::Reading,
    script::Fingerprint,
    signals::{Past, Signals, measure},
};
use crate::{
    fact::{Fact, Position, Speaker, TurnSaid},
    id::Id,
    time::Instant,
};

/// A rule sees at most this many turns.
pub const WINDOW_TURNS_MAX: usize = 32;
/// A window's texts take at most this much; a contact's row stays small whatever is said.
pub const WINDOW_BYTES_MAX: usize = 8 * 1024;

/// Labels kept of one turn: no analyzer has more to say of one utterance.
const TURN_LABELS_MAX: usize = 16;

/// The latest turns of a contact.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Window {
    turns: Vec<Arc<Turn>>,
    past: Past,
    /// How many turns have ever entered: the next turn's ordinal.
    entered: u32,
}

/// One utterance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The source's id of the fact.
    pub id: Arc<str>,
    /// Counted from 0 in the order of arrival.
    pub ordinal: u32,
    /// When it happened; the engine's instant where the source does not say.
    pub happened: Instant,
    /// Whether the source says when it happened.
    pub timed: bool,
    /// Where it stands in the log.
    pub position: Position,
    /// Which revision of it this is.
    pub revision: u32,
    /// Who said it.
    pub speaker: Speaker,
    /// Which of the contact's agents had the conversation, counted from 1; 0 where none is known.
    pub agent: u16,
    /// The words; absent when deleted, the beginning when longer than a window.
    pub text: Option<Arc<str>>,
    /// Their fingerprint.
    pub words: Fingerprint,
    /// -1 to 1, where somebody measured it.
    pub sentiment: Option<f32>,
    /// Whether somebody has read the words: the source, or an analyzer.
    pub read: bool,
    /// What was noticed, with confidence in thousandths.
    pub labels: Vec<(Arc<str>, u16)>,
}

impl Turn {
    /// The turn that `fact` tells of, said while the contact's `agent`-th agent had the conversation.
    pub fn said(fact: &Fact, said: &TurnSaid, agent: u16) -> Self {
        let text = said.text.as_deref();
        Turn {
            id: fact.id.as_str().into(),
            ordinal: 0,
            happened: fact.happened(),
            timed: fact.time.is_some(),
            position: fact.position,
            revision: fact.revision,
            speaker: said.speaker,
            agent,
            text: text.map(|text| beginning(text, WINDOW_BYTES_MAX).into()),
            words: text.map(Fingerprint::of).unwrap_or_default(),
            sentiment: said.sentiment.filter(|sentiment| sentiment.is_finite()),
            read: said.sentiment.is_some() || !said.labels.is_empty(),
            labels: said
                .labels
                .iter()
                .map(|(label, confidence)| (label.as_str().into(), thousandths(*confidence)))
                .collect(),
        }
    }

    /// Takes in what an analyzer says; what is known already stands.
    fn read(&mut self, reading: &Reading) {
        self.read = true;
        self.sentiment = self.sentiment.or(reading.sentiment.filter(|sentiment| sentiment.is_finite()));
        for (label, confidence) in &reading.labels {
            if self.labels.len() < TURN_LABELS_MAX && !self.labels.iter().any(|(known, _)| known == label) {
                self.labels.push((Arc::clone(label), thousandths(*confidence)));
            }
        }
    }

    /// Was it deleted?
    pub fn is_deleted(&self) -> bool {
        self.text.is_none()
    }
}

impl Window {
    /// The turns that were not deleted, in the order they happened.
    pub fn turns(&self) -> impl DoubleEndedIterator<Item = &Turn> {
        self.turns.iter().map(|turn| &**turn).filter(|turn| !turn.is_deleted())
    }

    /// The turn that the fact with this id tells of, in its highest revision.
    pub fn turn(&self, id: &str) -> Option<&Turn> {
        self.turns.iter().map(|turn| &**turn).find(|turn| &*turn.id == id)
    }

    /// Takes in what an analyzer says of the turn that the fact with this id tells of.
    pub(super) fn read(&mut self, id: &str, reading: &Reading) {
        if let Some(turn) = self.turns.iter_mut().find(|turn| &*turn.id == id) {
            Arc::make_mut(turn).read(reading);
        }
    }

    /// Whether `fact` tells of a turn that was told of before: it says nothing of who has the conversation now.
    pub(super) fn corrects(&self, fact: &Fact) -> bool {
        self.turn(&fact.id).is_some() || (fact.revision > 0 && self.past.has_forgotten(&fact.id))
    }

    /// Takes a turn in at the place where it happened, or in the place of an earlier revision.
    pub(super) fn enter(&mut self, mut turn: Turn) {
        if let Some(known) = self.turns.iter_mut().find(|known| known.id == turn.id) {
            if turn.revision > known.revision {
                (turn.ordinal, turn.agent) = (known.ordinal, known.agent);
                if !turn.timed {
                    (turn.happened, turn.timed) = (known.happened, known.timed);
                }
                turn.position = known.position;
                *known = Arc::new(turn);
                self.turns.sort_by_key(|turn| (turn.happened, turn.position));
            }
            return;
        }
        if turn.revision > 0 && self.past.has_forgotten(&turn.id) {
            return;
        }
        turn.ordinal = self.entered;
        self.entered = self.entered.saturating_add(1);
        let place =
            self.turns.partition_point(|known| (known.happened, known.position) < (turn.happened, turn.position));
        self.turns.insert(place, Arc::new(turn));
        while self.turns.len() > WINDOW_TURNS_MAX || (self.bytes() > WINDOW_BYTES_MAX && self.turns.len() > 1) {
            let leaving = self.turns.remove(0);
            self.past.take(&leaving);
        }
    }

    /// What is measured of all turns, those before the window included, for the contact's `agent`-th agent.
    pub fn signals(&self, agent: u16) -> Signals {
        measure(&self.past, &self.turns, agent)
    }

    fn bytes(&self) -> usize {
        self.turns.iter().filter_map(|turn| turn.text.as_ref()).map(|text| text.len()).sum()
    }
}

/// The hash a turn leaves behind when it leaves the window.
pub(super) fn trace(id: &str) -> u32 {
    let hash = Id::of(&[b"turn", id.as_bytes()]).0;
    u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// A confidence of 0 to 1 in thousandths: what is compared must not hang on the last bit.
fn thousandths(confidence: f32) -> u16 {
    if confidence.is_finite() { (confidence.clamp(0.0, 1.0) * 1_000.0).round() as u16 } else { 0 }
}

fn beginning(text: &str, bytes_max: usize) -> &str {
    let end = (0..=bytes_max.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}
