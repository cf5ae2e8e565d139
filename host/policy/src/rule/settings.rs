//! A plugin's settings: a TOML table becomes a JSON object, its keys in alphabetical order.

use serde_json::{Map, Number, Value};

use crate::{
    document::{Data, Entry, Node},
    lang::Both,
    limits::SETTINGS_BYTES_MAX,
    problem::{ProblemKind, Problems},
};

/// The JSON object; `None` when it is no table or too long, and then that has been said.
pub(crate) fn to_json(node: &Node, problems: &mut Problems) -> Option<String> {
    let Data::Table(_) = &node.data else {
        let expected = Both { zh: "表，例如 { at_least = 3 }", en: "a table like { at_least = 3 }" };
        problems.add(node.spot.problem(&ProblemKind::WrongType { expected, found: node.form() }));
        return None;
    };
    let json = value(node).to_string();
    if json.len() > SETTINGS_BYTES_MAX {
        let what = Both { zh: "插件设置", en: "the settings" };
        problems.add(node.spot.problem(&ProblemKind::TooLong { what, max: SETTINGS_BYTES_MAX }));
        return None;
    }
    Some(json)
}

fn value(node: &Node) -> Value {
    match &node.data {
        Data::Text(text) | Data::Moment(text) => Value::String(text.clone()),
        Data::Integer(number) => Value::Number((*number).into()),
        Data::Number(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        Data::Flag(flag) => Value::Bool(*flag),
        Data::List(nodes) => Value::Array(nodes.iter().map(value).collect()),
        Data::Table(entries) => {
            let mut entries: Vec<&Entry> = entries.iter().collect();
            entries.sort_by(|left, right| left.key.cmp(&right.key));
            Value::Object(
                entries.into_iter().map(|entry| (entry.key.clone(), value(&entry.value))).collect::<Map<_, _>>(),
            )
        }
    }
}
