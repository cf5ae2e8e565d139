//! Signals: measurements of a contact, a pure function of its turns in the order they happened.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    script::{Repeats, Script},
    window::{Turn, trace},
};
use crate::{fact::Speaker, time::Instant};

/// A customer's turn at or below this sentiment is dissatisfied.
pub const DISSATISFIED_SENTIMENT: f32 = -0.3;
/// A customer's turn with this label at a confidence of one half or more is dissatisfied, whatever its sentiment.
pub const DISSATISFIED_LABEL: &str = "dissatisfied";
/// Scripts remembered of one speaker from before the window; the one said least, then longest ago, is forgotten.
const PAST_SCRIPTS_MAX: usize = 16;
/// Turns remembered by a hash after they left the window, so that a late correction is not taken for a new turn.
const PAST_TRACES_MAX: usize = 64;

/// A customer's turn with this label at a confidence of one half or more asks for a person.
pub const WANTS_PERSON_LABEL: &str = "wants-person";
/// Labels remembered of one contact; further ones are not.
const LABELS_MAX: usize = 32;
/// A label is believed from this confidence on, in thousandths.
const BELIEVED: u16 = 500;

/// The measurements.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Signals {
    /// How often the present agent has said one script, in thousandths, the first time included.
    pub agent_repeats: u32,
    /// How often the customer has said the same thing, in thousandths, the first time included.
    pub customer_repeats: u32,
    /// Dissatisfied customer turns in a row up to now; absent while no customer turn has been measured.
    pub dissatisfied_run: Option<u32>,
    /// Turns.
    pub turns: u32,
    /// The customer's turns.
    pub customer_turns: u32,
    /// Agents' turns.
    pub agent_turns: u32,
    /// Since when the customer waits for an answer; absent when nobody waits or the source gives no times.
    pub unanswered_since: Option<Instant>,
    /// The latest turn; absent when there is none or the source gives no times.
    pub latest_turn: Option<Instant>,
    /// Whether the source gives times.
    pub timed: bool,
    /// The facts' ids of the turns in the window that say the script of `agent_repeats`.
    pub script_turns: Vec<Arc<str>>,
    /// How often the customer has asked for a person since one last spoke; absent while no customer turn was read.
    pub person_requests: Option<u32>,
    /// Whether any turn was read.
    pub read: bool,
    /// What was noticed in any turn, with the highest confidence, in thousandths.
    pub labels: Vec<(Arc<str>, u16)>,
}

/// What is left of the turns before the window.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Past {
    agent: u16,
    agent_scripts: Vec<Script>,
    customer_scripts: Vec<Script>,
    dissatisfied_run: Option<u32>,
    turns: u32,
    customer_turns: u32,
    agent_turns: u32,
    unanswered_since: Option<Instant>,
    latest_turn: Option<Instant>,
    untimed: bool,
    person_requests: Option<u32>,
    read: bool,
    labels: Vec<(Arc<str>, u16)>,
    traces: Vec<u32>,
}

impl Past {
    /// Takes in a turn that leaves the window.
    pub(super) fn take(&mut self, turn: &Turn) {
        self.traces.push(trace(&turn.id));
        if self.traces.len() > PAST_TRACES_MAX {
            self.traces.remove(0);
        }
        if turn.is_deleted() {
            return;
        }
        self.count(turn);
        match turn.speaker {
            Speaker::Agent => {
                if turn.agent != self.agent {
                    self.agent = turn.agent;
                    self.agent_scripts.clear();
                }
                say(&mut self.agent_scripts, turn);
                forget_least_said(&mut self.agent_scripts);
            }
            Speaker::Customer => {
                say(&mut self.customer_scripts, turn);
                forget_least_said(&mut self.customer_scripts);
            }
            Speaker::Bot | Speaker::System => {}
        }
    }

    /// Whether the turn with this id has left the window.
    pub(super) fn has_forgotten(&self, id: &str) -> bool {
        self.traces.contains(&trace(id))
    }

    fn notice(&mut self, label: &Arc<str>, confidence: u16) {
        if let Some((_, highest)) = self.labels.iter_mut().find(|(known, _)| known == label) {
            *highest = (*highest).max(confidence);
        } else if self.labels.len() < LABELS_MAX {
            self.labels.push((Arc::clone(label), confidence));
        }
    }

    /// Everything but scripts.
    fn count(&mut self, turn: &Turn) {
        self.turns += 1;
        self.untimed |= !turn.timed;
        self.latest_turn = Some(turn.happened);
        self.read |= turn.read;
        turn.labels.iter().for_each(|(label, confidence)| self.notice(label, *confidence));
        match turn.speaker {
            Speaker::Customer => {
                self.customer_turns += 1;
                self.unanswered_since.get_or_insert(turn.happened);
                if let Some(dissatisfied) = is_dissatisfied(turn) {
                    let run = self.dissatisfied_run.unwrap_or(0);
                    self.dissatisfied_run = Some(if dissatisfied { run + 1 } else { 0 });
                }
                if turn.read {
                    let asked = u32::from(turn.believes(WANTS_PERSON_LABEL));
                    self.person_requests = Some(self.person_requests.unwrap_or(0) + asked);
                }
            }
            Speaker::Agent => {
                self.agent_turns += 1;
                self.unanswered_since = None;
                self.person_requests = self.person_requests.map(|_| 0);
            }
            Speaker::Bot => self.unanswered_since = None,
            Speaker::System => {}
        }
    }
}

/// Measures `past` and the `turns` after it for the contact's `agent`-th agent.
pub(super) fn measure(past: &Past, turns: &[Arc<Turn>], agent: u16) -> Signals {
    let mut counts = Past {
        agent_scripts: if past.agent == agent { past.agent_scripts.clone() } else { Vec::new() },
        customer_scripts: past.customer_scripts.clone(),
        labels: past.labels.clone(),
        traces: Vec::new(),
        ..*past
    };
    for turn in turns.iter().filter(|turn| !turn.is_deleted()) {
        counts.count(turn);
        match turn.speaker {
            Speaker::Agent if turn.agent == agent => say(&mut counts.agent_scripts, turn),
            Speaker::Customer => say(&mut counts.customer_scripts, turn),
            Speaker::Agent | Speaker::Bot | Speaker::System => {}
        }
    }
    let script = most_said(&counts.agent_scripts);
    let timed = !counts.untimed && counts.turns > 0;
    Signals {
        agent_repeats: script.map_or(0, |script| script.said),
        customer_repeats: most_said(&counts.customer_scripts).map_or(0, |script| script.said),
        dissatisfied_run: counts.dissatisfied_run,
        turns: counts.turns,
        customer_turns: counts.customer_turns,
        agent_turns: counts.agent_turns,
        unanswered_since: counts.unanswered_since.filter(|_| timed),
        latest_turn: counts.latest_turn.filter(|_| timed),
        timed,
        person_requests: counts.person_requests,
        read: counts.read,
        labels: counts.labels.clone(),
        script_turns: script.filter(|script| script.said > 1_000).map_or_else(Vec::new, |script| {
            let says = |turn: &&Arc<Turn>| {
                turn.speaker == Speaker::Agent && turn.agent == agent && turn.words.repeats(&script.words).is_some()
            };
            turns.iter().filter(says).map(|turn| Arc::clone(&turn.id)).collect()
        }),
    }
}

/// Whether the customer is dissatisfied in this turn; `None` where nobody measured it.
fn is_dissatisfied(turn: &Turn) -> Option<bool> {
    match turn.sentiment {
        _ if turn.believes(DISSATISFIED_LABEL) => Some(true),
        Some(sentiment) => Some(sentiment <= DISSATISFIED_SENTIMENT),
        None => turn.labels.iter().any(|(label, _)| &**label == DISSATISFIED_LABEL).then_some(false),
    }
}

impl Turn {
    /// Whether a label is more likely than not.
    fn believes(&self, label: &str) -> bool {
        self.labels.iter().any(|(known, confidence)| &**known == label && *confidence >= BELIEVED)
    }
}

fn say(scripts: &mut Vec<Script>, turn: &Turn) {
    if !turn.words.is_script() {
        return;
    }
    let known = [Repeats::Whole, Repeats::CutShort].into_iter().find_map(|how| {
        let place = scripts.iter().position(|script| turn.words.repeats(&script.words) == Some(how))?;
        Some((place, how))
    });
    match known {
        Some((place, how)) => scripts[place].said += how.thousandths(),
        None => scripts.push(Script { words: turn.words, said: 1_000 }),
    }
}

fn most_said(scripts: &[Script]) -> Option<&Script> {
    scripts.iter().reduce(|most, script| if script.said > most.said { script } else { most })
}

fn forget_least_said(scripts: &mut Vec<Script>) {
    if scripts.len() > PAST_SCRIPTS_MAX {
        let least = (0..scripts.len()).min_by_key(|place| scripts[*place].said).unwrap_or(0);
        scripts.remove(least);
    }
}
