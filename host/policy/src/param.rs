//! Parameters and parameter sets: numbers a team lead may change without touching an expression.

use std::collections::{BTreeMap, BTreeSet};

use engine::{condition::Condition, value::Value};

use crate::{
    canonical,
    condition::{Site, certainly, cost, lower},
    document::{Data, Entry, Node, Text},
    duration::{self, NoDuration},
    fields::{Fields, duration_of},
    format::Table,
    kind::Kind,
    lang::Both,
    limits::{NAME_BYTES_MAX, NUMBER_MAX, PARAM_SETS_MAX, PARAMS_MAX, SET_COST_MAX},
    nearest::Nearest,
    problem::{ProblemKind, Problems},
};

/// Every parameter of a pack.
#[derive(Debug, Default)]
pub(crate) struct Params {
    known: BTreeMap<String, Param>,
    /// Something was wrong with these, or with a file that may hold others: what reads them is not blamed.
    broken: BTreeSet<String>,
    incomplete: bool,
}

/// What is known of a name.
pub(crate) enum Lookup<'a> {
    Known(Kind, &'a Condition),
    Unknown(Nearest),
    /// What is wrong has been said elsewhere.
    Unsaid,
}

#[derive(Debug)]
struct Param {
    kind: Kind,
    default: Value,
    min: Option<Value>,
    max: Option<Value>,
    /// What each matching set makes of it, the first one first.
    sets: Vec<Choice>,
    /// All of it as a condition.
    choice: Condition,
}

#[derive(Debug)]
struct Choice {
    when: String,
    certainly: Condition,
    value: Value,
}

impl Params {
    /// Reads the parameters and their sets; `incomplete` when a file could not be read.
    pub(crate) fn read(entries: &[Entry], sets: &[Node], incomplete: bool, problems: &mut Problems) -> Self {
        let mut params = Params { incomplete, ..Params::default() };
        for (place, entry) in entries.iter().enumerate() {
            if place == PARAMS_MAX {
                let what = Both { zh: "参数", en: "parameters" };
                problems.add(entry.spot.problem(&ProblemKind::TooMany { what, max: PARAMS_MAX }));
            }
            match read_param(entry, problems) {
                Some(param) => drop(params.known.insert(entry.key.clone(), param)),
                None => drop(params.broken.insert(entry.key.clone())),
            }
        }
        for (place, set) in sets.iter().enumerate() {
            if place == PARAM_SETS_MAX {
                let what = Both { zh: "参数组", en: "parameter sets" };
                problems.add(set.spot.problem(&ProblemKind::TooMany { what, max: PARAM_SETS_MAX }));
            }
            params.read_set(set, problems);
        }
        params.known.values_mut().for_each(Param::choose);
        params
    }

    /// The parameter of this name.
    pub(crate) fn find(&self, name: &str) -> Lookup<'_> {
        match self.known.get(name) {
            Some(param) => Lookup::Known(param.kind, &param.choice),
            None if self.incomplete || self.broken.contains(name) => Lookup::Unsaid,
            None => Lookup::Unknown(Nearest::of(name, self.known.keys().map(String::as_str))),
        }
    }

    /// What decides the value of a parameter, in canonical text: a rule that reads it changes with it.
    pub(crate) fn definition(&self, name: &str) -> String {
        let Some(param) = self.known.get(name) else { return String::new() };
        let sets = param.sets.iter().map(|set| format!("\n{} => {}", set.when, canonical::value(&set.value)));
        format!("{name} = {}{}", canonical::value(&param.default), sets.collect::<String>())
    }

    fn read_set(&mut self, node: &Node, problems: &mut Problems) {
        let Some(fields) = Fields::open(node, Table::ParamSet, problems) else { return };
        let when = fields.text("when", problems);
        let lowered = when.as_ref().and_then(|when| certain(when, problems));
        let Some(set) = fields.get("set") else { return };
        let Some(entries) = set.entries() else {
            let expected = Both { zh: "表，例如 { repeats = 2 }", en: "a table like { repeats = 2 }" };
            problems.add(set.spot.problem(&ProblemKind::WrongType { expected, found: set.form() }));
            return;
        };
        if entries.is_empty() {
            let what = Both { zh: "`set`", en: "`set`" };
            problems.add(set.spot.problem(&ProblemKind::Empty { what }));
        }
        for entry in entries {
            let Some(value) = self.value_for(entry, problems) else { continue };
            if let (Some(param), Some(when), Some(certainly)) = (self.known.get_mut(&entry.key), &when, &lowered) {
                param.sets.push(Choice { when: when.text.trim().to_owned(), certainly: certainly.clone(), value });
            }
        }
    }

    /// The value a set gives a parameter, of its kind and within its range.
    fn value_for(&self, entry: &Entry, problems: &mut Problems) -> Option<Value> {
        let value = value_of(&entry.value, problems)?;
        let name = entry.key.clone();
        match (self.find(&entry.key), self.known.get(&entry.key)) {
            (Lookup::Unknown(nearest), _) => {
                problems.add(entry.spot.problem(&ProblemKind::UnknownParam { name, nearest }));
                None
            }
            (Lookup::Unsaid, _) | (Lookup::Known(..), None) => None,
            (Lookup::Known(..), Some(param)) => param.allows(&name, &value, &entry.value, problems).then_some(value),
        }
    }
}

impl Param {
    /// Whether it may have this value; says why not.
    fn allows(&self, name: &str, value: &Value, node: &Node, problems: &mut Problems) -> bool {
        let name = name.to_owned();
        let found = Kind::of_value(value).unwrap_or(self.kind);
        if found != self.kind {
            problems.add(node.spot.problem(&ProblemKind::ParamKind { name, expected: self.kind, found }));
            return false;
        }
        let below = self.min.as_ref().is_some_and(|min| size(value) < size(min));
        let above = self.max.as_ref().is_some_and(|max| size(value) > size(max));
        if below || above {
            let shown = |sign: &str, value: &Option<Value>| {
                value.as_ref().map(|value| format!("{sign} {}", canonical::value(value)))
            };
            let bounds = [shown("≥", &self.min), shown("≤", &self.max)];
            let range = bounds.into_iter().flatten().collect::<Vec<_>>().join(", ");
            let value = canonical::value(value);
            problems.add(node.spot.problem(&ProblemKind::ParamRange { name, value, range }));
            return false;
        }
        true
    }

    /// Nests the sets so that the first that matches counts.
    fn choose(&mut self) {
        let last = Condition::Constant(self.default.clone());
        self.choice = self.sets.iter().rev().fold(last, |rest, set| {
            let value = Condition::Constant(set.value.clone());
            Condition::Choose(Box::new([set.certainly.clone(), value, rest]))
        });
    }
}

/// The condition of a set, never unknown.
fn certain(when: &Text, problems: &mut Problems) -> Option<Condition> {
    let certainly = certainly(&lower(when, Site::ParamSet, &Params::default(), problems)?.condition);
    if cost(&certainly) > SET_COST_MAX {
        let what = Both { zh: "参数组条件的组成部分", en: "parts in the condition of a parameter set" };
        problems.add(when.spot.problem(&ProblemKind::TooMany { what, max: SET_COST_MAX }));
        return None;
    }
    Some(certainly)
}

fn read_param(entry: &Entry, problems: &mut Problems) -> Option<Param> {
    let before = problems.len();
    is_param_name(entry, problems);
    if entry.value.entries().is_none() {
        problems.add(entry.value.spot.problem(&ProblemKind::ParamForm { name: entry.key.clone() }));
        return None;
    }
    let fields = Fields::open(&entry.value, Table::Param, problems)?;
    fields.flag("override", problems);
    let default_node = fields.get("default")?;
    let default = value_of(default_node, problems)?;
    let kind = Kind::of_value(&default)?;
    let (min, max) = (bound(fields, "min", problems), bound(fields, "max", problems));
    for (found, node) in [&min, &max].into_iter().flatten() {
        let name = entry.key.clone();
        let problem = match (kind, Kind::of_value(found)) {
            (Kind::Number | Kind::Duration, Some(found)) if found == kind => continue,
            (Kind::Number | Kind::Duration, Some(found)) => {
                node.spot.problem(&ProblemKind::ParamKind { name, expected: kind, found })
            }
            (Kind::Text, Some(Kind::Duration)) => {
                let found = default_node.as_text().map(|text| text.text).unwrap_or_default();
                default_node.spot.problem(&ProblemKind::BadDuration { found })
            }
            (kind, _) => node.spot.problem(&ProblemKind::NoRange { kind }),
        };
        problems.add(problem);
    }
    let choice = Condition::Constant(default.clone());
    let value = |bound: Option<(Value, &Node)>| bound.map(|(value, _)| value);
    let param = Param { kind, default, min: value(min), max: value(max), sets: Vec::new(), choice };
    (problems.len() == before && param.allows(&entry.key, &param.default, default_node, problems)).then_some(param)
}

fn bound<'a>(fields: Fields<'a>, key: &str, problems: &mut Problems) -> Option<(Value, &'a Node)> {
    let node = fields.get(key)?;
    Some((value_of(node, problems)?, node))
}

fn is_param_name(entry: &Entry, problems: &mut Problems) {
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let good = entry.key.starts_with(|first: char| first.is_ascii_lowercase())
        && entry.key.chars().all(letters)
        && entry.key.len() <= NAME_BYTES_MAX;
    if !good {
        let form = Both {
            zh: "参数名用小写字母开头，只含小写字母、数字和下划线，不超过 64 个",
            en: "a parameter begins with a small letter and uses only small letters, digits and underscores, at most 64",
        };
        problems.add(entry.spot.problem(&ProblemKind::BadName { found: entry.key.clone(), form }));
    }
}

/// A simple value; a text that reads as a duration is one.
fn value_of(node: &Node, problems: &mut Problems) -> Option<Value> {
    match &node.data {
        Data::Flag(flag) => Some(Value::Flag(*flag)),
        Data::Integer(number) if (*number as f64).abs() <= NUMBER_MAX => Some(Value::Number(*number as f64)),
        Data::Number(number) if number.abs() <= NUMBER_MAX => Some(Value::Number(*number)),
        Data::Integer(_) | Data::Number(_) => {
            problems.add(node.spot.problem(&ProblemKind::NumberTooBig {}));
            None
        }
        Data::Text(text) => match duration::parse(text) {
            Ok(length) => Some(Value::Duration(length)),
            Err(NoDuration::Spelling) => Some(Value::Text(text.clone())),
            Err(NoDuration::WorkingDays | NoDuration::TooLong) => {
                duration_of(&node.as_text()?, problems).map(Value::Duration)
            }
        },
        Data::Moment(_) | Data::List(_) | Data::Table(_) => {
            let expected =
                Both { zh: "数字、时长、是非或文本", en: "a number, a duration, a flag or a text" };
            problems.add(node.spot.problem(&ProblemKind::WrongType { expected, found: node.form() }));
            None
        }
    }
}

fn size(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Duration(length) => length.0 as f64,
        Value::Absent | Value::Flag(_) | Value::Text(_) | Value::Instant(_) | Value::Texts(_) | Value::Numbers(_) => {
            0.0
        }
    }
}
