//! One decision becomes one CloudEvent in JSON.

use engine::{
    decision::Decision,
    fact::Position,
    id::Id,
    time::{Duration, INSTANT_MIN, Instant},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::spell_instant;

/// A decision with what its reader needs beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The fact it was made at.
    pub position: Position,
    /// The how-many-th decision of that fact, from 0: with the position its address in the stream.
    pub n: u32,
    /// The generation that decided.
    pub generation: Id,
    /// Who told of the subject.
    pub source: String,
    /// The subject in the source's words.
    pub subject: String,
    /// The decision.
    pub decision: Decision,
}

/// The attributes in the order people read them.
#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'a str,
    id: String,
    source: &'a str,
    r#type: &'a str,
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    data: Map<String, Value>,
}

/// The decision as one line of CloudEvents JSON. A log without any times has decisions without `time`.
pub fn decision_json(told: &Told) -> String {
    let event = CloudEvent {
        specversion: "1.0",
        id: format!("{}-{}", told.position.0, told.n),
        source: "plaint",
        r#type: told.decision.body.name(),
        subject: &told.subject,
        time: (told.decision.at > INSTANT_MIN).then(|| spell_instant(told.decision.at)),
        data: decision_data(told),
    };
    serde_json::to_string(&event).unwrap_or_default()
}

/// The decision's data as its readers see it: values plain, instants spelled, empty parts left out.
pub fn decision_data(told: &Told) -> Map<String, Value> {
    let data = told.decision.body.write_data(serde_json::value::Serializer).unwrap_or(Value::Null);
    let Value::Object(mut data) = data else { return Map::new() };
    data.remove("definition");
    data.remove("plan");
    spell_instants(&mut data);
    if let Some(Value::Object(evidence)) = data.get_mut("evidence") {
        plain_evidence(evidence);
    }
    if let Some(Value::Object(matter)) = data.get_mut("matter") {
        matter.retain(|_, value| !is_empty(value));
    }
    data.retain(|_, value| !is_empty(value));
    data.insert("source".into(), json!(told.source));
    data.insert("generation".into(), json!(told.generation));
    data
}

fn spell_instants(data: &mut Map<String, Value>) {
    for name in ["expires", "due"] {
        if let Some(instant) = data.get_mut(name) {
            let millis = instant.as_i64().unwrap_or_default();
            *instant = json!(spell_instant(Instant(millis)));
        }
    }
}

/// Values without their type tags, empty parts left out.
fn plain_evidence(evidence: &mut Map<String, Value>) {
    if let Some(Value::Array(compared)) = evidence.get_mut("compared") {
        for comparison in compared.iter_mut().filter_map(Value::as_object_mut) {
            for side in ["left_value", "right_value"] {
                if let Some(value) = comparison.get_mut(side) {
                    *value = plain(value.take());
                }
            }
        }
    }
    if let Some(Value::Object(verdict)) = evidence.get_mut("verdict") {
        verdict.retain(|_, value| !is_empty(value));
        if let Some(score) = verdict.get_mut("score") {
            *score = whole(score.take());
        }
    }
    evidence.retain(|_, value| !is_empty(value));
}

fn plain(value: Value) -> Value {
    let Value::Object(tagged) = value else { return Value::Null };
    match tagged.into_iter().next() {
        Some((tag, Value::Number(millis))) if tag == "duration" => {
            json!(Duration(millis.as_i64().unwrap_or_default()).spelled())
        }
        Some((tag, Value::Number(millis))) if tag == "instant" => {
            json!(spell_instant(Instant(millis.as_i64().unwrap_or_default())))
        }
        Some((_, value)) => whole(value),
        None => Value::Null,
    }
}

/// `3`, not `3.0`.
fn whole(value: Value) -> Value {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => json!(number as i64),
        _ => value,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
