//! The JSON Schema editors use, from the tables the reader reads by.

use serde_json::{Map, Value, json};

use crate::{
    format::{Form, Key, Table},
    lang::{Lang, Said},
};

/// The schema of `pack.toml` and of the other files of a pack.
pub fn schema() -> Value {
    let tables: Map<String, Value> =
        Table::ALL.into_iter().map(|table| (table.word().to_owned(), of_table(table))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "plaint policy pack",
        "anyOf": [{ "$ref": "#/$defs/pack" }, { "$ref": "#/$defs/rules" }],
        "$defs": with_rules_file(tables),
    })
}

/// A file beside `pack.toml` has rules and nothing else.
fn with_rules_file(mut tables: Map<String, Value>) -> Map<String, Value> {
    let lists = Table::LISTS.into_iter().map(|table| (table.word().to_owned(), of_form(Form::Many(table))));
    let lists: Map<String, Value> = lists.collect();
    let rules = json!({
        "type": "object",
        "properties": lists,
        "additionalProperties": false,
    });
    tables.insert("rules".to_owned(), rules);
    tables
}

fn of_table(table: Table) -> Value {
    let carried_out = || table.keys().iter().filter(|key| key.form != Form::Later);
    let properties: Map<String, Value> = carried_out().map(|key| (key.name.to_owned(), of_key(key))).collect();
    let needed: Vec<&str> = carried_out().filter(|key| key.needed).map(|key| key.name).collect();
    json!({
        "type": "object",
        "description": table.label().said(Lang::En),
        "properties": properties,
        "required": needed,
        "additionalProperties": false,
    })
}

fn of_key(key: &Key) -> Value {
    let mut schema = of_form(key.form);
    if let Some(schema) = schema.as_object_mut() {
        let about = format!("{} / {}", key.about.said(Lang::En), key.about.said(Lang::Zh));
        schema.insert("description".to_owned(), Value::String(about));
    }
    schema
}

fn of_form(form: Form) -> Value {
    let reference = |table: Table| json!({ "$ref": format!("#/$defs/{}", table.word()) });
    match form {
        Form::Name => json!({ "type": "string", "pattern": "^[a-z][a-z0-9-]*$", "maxLength": 64 }),
        Form::Text | Form::Condition => json!({ "type": "string", "minLength": 1 }),
        Form::Words(words) => json!({ "enum": words }),
        Form::Duration => json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" }),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Texts | Form::Recipients => {
            json!({ "type": ["string", "array"], "items": { "type": "string" }, "minItems": 1 })
        }
        Form::Values => json!({ "type": "object", "minProperties": 1, "additionalProperties": of_form(Form::Value) }),
        Form::Settings => json!({ "type": "object" }),
        Form::Value => json!({ "type": ["number", "string", "boolean"] }),
        Form::One(table) => reference(table),
        Form::Many(table) => json!({ "type": "array", "items": reference(table) }),
        Form::Each(table) => json!({ "type": "object", "additionalProperties": reference(table) }),
        Form::Later => json!(false),
    }
}
