//! Canonical text: one spelling of a table, whatever its layout, comments, quotes and the order of its keys.

use engine::value::Value;

use crate::{
    document::{Data, Entry, Node},
    format::{Form, Key, Table},
};

/// The lines `key = value` of a table in the order of the format; `override` is no part of the result.
pub(crate) fn lines(node: &Node, table: Table) -> String {
    let keys = table.keys().iter().filter(|key| key.name != "override");
    let lines = keys.filter_map(|key| Some(format!("{} = {}\n", key.name, of_key(node.get(key.name)?, key, true))));
    lines.collect()
}

/// A table in one line.
pub(crate) fn inline(node: &Node, table: Table) -> String {
    let keys = table.keys().iter().filter(|key| key.name != "override");
    let parts = keys.filter_map(|key| Some(format!("{} = {}", key.name, of_key(node.get(key.name)?, key, false))));
    braced(parts.collect())
}

/// A value as a pack writes it.
pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::Absent => "\"\"".to_owned(),
        Value::Flag(flag) => flag.to_string(),
        Value::Number(value) => number(*value),
        Value::Text(text) => quoted(text),
        Value::Instant(instant) => instant.0.to_string(),
        Value::Duration(length) => quoted(&length.spelled()),
        Value::Texts(texts) => list(texts.iter().map(|text| quoted(text)).collect()),
        Value::Numbers(numbers) => list(numbers.iter().map(|value| number(*value)).collect()),
    }
}

/// A text as a TOML string.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

fn of_key(node: &Node, key: &Key, wide: bool) -> String {
    match (&node.data, key.form) {
        (Data::Table(_), Form::One(table)) => inline(node, table),
        (Data::List(nodes), Form::Many(table)) if wide => {
            let lines: String = nodes.iter().map(|node| format!("  {},\n", inline(node, table))).collect();
            format!("[\n{lines}]")
        }
        (Data::List(nodes), Form::Many(table)) => list(nodes.iter().map(|node| inline(node, table)).collect()),
        (Data::Text(text), Form::Condition) => quoted(text.trim()),
        (_, _) => any(node),
    }
}

/// Any value; the keys of a table in alphabetical order.
fn any(node: &Node) -> String {
    match &node.data {
        Data::Text(text) => quoted(text),
        Data::Integer(number) => number.to_string(),
        Data::Number(value) => number(*value),
        Data::Flag(flag) => flag.to_string(),
        Data::Moment(moment) => moment.clone(),
        Data::List(nodes) => list(nodes.iter().map(any).collect()),
        Data::Table(entries) => {
            let mut entries: Vec<&Entry> = entries.iter().collect();
            entries.sort_by(|left, right| left.key.cmp(&right.key));
            braced(entries.into_iter().map(|entry| format!("{} = {}", key(&entry.key), any(&entry.value))).collect())
        }
    }
}

fn key(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    if bare { key.to_owned() } else { quoted(key) }
}

fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { format!("{number:?}") }
}

fn list(parts: Vec<String>) -> String {
    format!("[{}]", parts.join(", "))
}

fn braced(parts: Vec<String>) -> String {
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}
