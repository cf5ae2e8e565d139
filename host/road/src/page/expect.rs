//! What must come of an example: a decision a line, by its type, words that stand in it and values it has.

use engine::{decision::DecisionBody, time::Instant};
use serde_json::{Map, Value};

use super::{
    Flaw,
    clock::{Clock, same_second},
    words::Words,
};
use crate::wire::{Told, decision_data};

/// Stands for any decisions, or none.
const GAP: [&str; 2] = ["...", "…"];
/// Says that nothing is decided.
const NOTHING: &str = "nothing";
/// Every type of plaint's own begins so; a page may leave it out.
const PREFIX: &str = "plaint.";

/// One line of an `expect` block.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) line: usize,
    /// As it is written.
    pub(super) text: String,
    pub(super) what: What,
}

/// What a line of an `expect` block says.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// Nothing is decided.
    Nothing,
    /// Any decisions, or none.
    Gap,
    /// A decision.
    Decision { time: Option<Instant>, name: String, words: Words },
}

/// A decision that was made, as a page sees it.
#[derive(Clone, Debug)]
pub(super) struct Came {
    at: Instant,
    name: &'static str,
    data: Map<String, Value>,
}

impl Expected {
    /// Reads a line.
    pub(super) fn read(line: usize, text: &str, clock: &mut Clock) -> Result<Self, Flaw> {
        let (time, rest) = clock.take(text)?;
        let what = match rest {
            NOTHING => What::Nothing,
            gap if GAP.contains(&gap) => What::Gap,
            rest => {
                let mut words = Words::read(rest)?;
                if words.bare.is_empty() {
                    return Err(Flaw::Line(text.to_owned()));
                }
                let name = words.bare.remove(0);
                What::Decision { time, name: decision(&name)?.to_owned(), words }
            }
        };
        Ok(Expected { line, text: text.to_owned(), what })
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.what, What::Nothing)
    }

    /// Whether this is the decision it means.
    pub(super) fn means(&self, came: &Came) -> bool {
        let What::Decision { time, name, words } = &self.what else { return false };
        name == came.name
            && time.is_none_or(|time| same_second(time, came.at))
            && words.bare.iter().all(|word| came.data.values().any(|value| says(value, word)))
            && words.pairs.iter().all(|(name, value)| came.value(name).is_some_and(|known| says(known, value)))
    }
}

/// The type a line names, with or without `plaint.`.
fn decision(name: &str) -> Result<&'static str, Flaw> {
    let short = name.strip_prefix(PREFIX).unwrap_or(name);
    let known = || DecisionBody::ALL.iter().map(|(known, _)| known.strip_prefix(PREFIX).unwrap_or(known));
    known()
        .find(|known| *known == short)
        .ok_or_else(|| Flaw::Decision { name: name.to_owned(), nearest: policy::nearest(short, known()) })
}

impl Came {
    pub(super) fn of(told: &Told) -> Self {
        let name = told.decision.body.name();
        let name = name.strip_prefix(PREFIX).unwrap_or(name);
        Came { at: told.decision.at, name, data: decision_data(told) }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// The value under a name, `desk.role` for one inside another.
    fn value(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let first = self.data.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    }

    /// The text under a name.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.value(path).and_then(Value::as_str)
    }

    /// As somebody would write it on a page.
    pub(super) fn spelled(&self, clock: &Clock) -> String {
        let mut line = format!("{} {}", clock.spelled(self.at), self.name);
        for (path, named) in TOLD {
            let Some(value) = self.value(path) else { continue };
            let name = if *named { format!("{path}=") } else { String::new() };
            let words = match value {
                Value::Array(list) if !named => list.iter().filter_map(word).collect(),
                Value::Bool(false) => Vec::new(),
                Value::Null
                | Value::Bool(true)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_) => word(value).into_iter().collect::<Vec<String>>(),
            };
            words.into_iter().for_each(|word| line.push_str(&format!(" {name}{word}")));
        }
        line
    }
}

/// What is told of a decision that nobody expected, in this order, and whether under its name.
const TOLD: &[(&str, bool)] = &[
    ("severity", false),
    ("intervention", false),
    ("hint", false),
    ("how", false),
    ("occasion", false),
    ("action", false),
    ("because", false),
    ("category", false),
    ("desk.department", false),
    ("desk.role", false),
    ("to", false),
    ("person", true),
    ("owner", true),
    ("keeper", true),
    ("route", true),
    ("priority", true),
    ("now", true),
    ("nth", true),
    ("late", true),
    ("reason", true),
];

/// Whether a value is this word, or a list that has it.
fn says(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text == word,
        Value::Number(number) => number.to_string() == word,
        Value::Bool(flag) => {
            if *flag {
                word == "true"
            } else {
                word == "false"
            }
        }
        Value::Array(list) => list.iter().any(|element| !element.is_array() && says(element, word)),
        Value::Null | Value::Object(_) => false,
    }
}

/// A simple value as a word of a line.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.contains(char::is_whitespace) => Some(value.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
