//! Questions as plugins' fixtures write them: what a plugin was asked, for whoever wants to ask it again.

use engine::{
    contact::{Text, Turn},
    rule::Brief,
    value::{Slot, Value},
};
use serde_json::{Map, Value as Json, json};

/// A contact as an alert rule is asked about it.
pub(crate) fn contact<'a>(
    settings: &str,
    turns: impl Iterator<Item = &'a Turn> + Clone,
    signals: impl Iterator<Item = (&'a str, Option<Slot<'a>>)>,
) -> String {
    let first = turns.clone().next().map_or(0, |turn| turn.ordinal);
    let said: Vec<[&str; 2]> =
        turns.map(|turn| [turn.speaker.word(), turn.text.as_deref().unwrap_or_default()]).collect();
    let numbers = signals.filter_map(|(name, slot)| match slot? {
        Slot::Number(number) => Some((name.to_owned(), json!(number))),
        Slot::Duration(duration) => Some((name.to_owned(), json!(duration.0))),
        Slot::Flag(_) | Slot::Text(_) | Slot::Instant(_) | Slot::Texts(_) | Slot::Numbers(_) => None,
    });
    let signals: Map<String, Json> = numbers.collect();
    json!({"settings": read(settings), "turns": said, "first_turn": first, "signals": signals}).to_string()
}

/// A text as an analyzer is asked to read it.
pub(crate) fn text(settings: &str, text: &Text) -> String {
    json!({"settings": read(settings), "texts": [[text.speaker.word(), &*text.text]]}).to_string()
}

/// A case as a routing policy is asked about it; its family is that of its category.
pub(crate) fn case(settings: &str, brief: &Brief) -> String {
    let attribute = |value: &Value| match value {
        Value::Flag(flag) => json!(flag),
        Value::Number(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Instant(instant) => json!(instant.0),
        Value::Duration(duration) => json!(duration.0),
        Value::Absent | Value::Texts(_) | Value::Numbers(_) => Json::Null,
    };
    let labels: Map<String, Json> = brief.labels.iter().map(|(label, share)| (label.clone(), json!(share))).collect();
    let attributes: Map<String, Json> =
        brief.attributes.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
    let case = json!({
        "category": brief.category, "severity": brief.severity, "channel": brief.channel, "text": brief.text,
        "labels": labels, "attributes": attributes,
    });
    json!({"settings": read(settings), "cases": [case]}).to_string()
}

fn read(settings: &str) -> Json {
    serde_json::from_str(settings).unwrap_or(Json::Null)
}
