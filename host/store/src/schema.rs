//! The versions of each fact type's fields, and the steps from one to the next.
//!
//! A schema is never edited: whoever changes the fields of a type adds a step here and a sample in `samples/`.

use engine::fact::{FactBody, FactKind, data};
use serde_json::{Map, Value};

use crate::error::place_of;

/// Turns the data of one schema into that of the next.
type Step = fn(&mut Map<String, Value>);

/// `(type, schema, step to schema + 1)`, each type in order, from 1 on.
const STEPS: &[(&str, u32, Step)] = &[];

/// The schema that facts of `kind` are written in.
pub(crate) fn current(kind: FactKind) -> u32 {
    STEPS.iter().filter(|(name, _, _)| *name == kind.name()).fold(1, |_, (_, from, _)| from + 1)
}

/// The data of a `kind` in its current schema.
pub(crate) fn upcast(kind: FactKind, schema: u32, data: &mut Map<String, Value>) {
    for (_, _, step) in STEPS.iter().filter(|(name, from, _)| *name == kind.name() && *from >= schema) {
        step(data);
    }
}

/// Reads the data of a fact from the inside of its open and its sealed object.
///
/// The error says what is wrong and never quotes.
pub(crate) fn decode(kind: FactKind, schema: u32, open: &str, sealed: &str) -> Result<FactBody, String> {
    let newest = current(kind);
    if schema == 0 || schema > newest {
        return Err(format!("schema {schema} of {} is unknown, this program knows 1 to {newest}", kind.name()));
    }
    let comma = if open.is_empty() || sealed.is_empty() { "" } else { "," };
    let text = format!("{{{open}{comma}{sealed}}}");
    let body = if schema == newest {
        let mut json = serde_json::Deserializer::from_str(&text);
        data::read(kind, &mut json).and_then(|body| json.end().map(|()| body))
    } else {
        serde_json::from_str(&text).and_then(|mut fields| {
            upcast(kind, schema, &mut fields);
            data::read(kind, Value::Object(fields))
        })
    };
    body.map_err(|error| format!("as {}, {}", kind.name(), place_of(&error)))
}
