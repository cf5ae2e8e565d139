//! Chinese texts use the labels of the house: one thing has one name on the screen, too.

use toml::Value;

use crate::{
    finding::{Finding, refuse, seen},
    tree,
};

/// What is also said elsewhere, and the label of this house.
const LABELS: &[(&str, &str)] = &[
    ("警报", "预警"),
    ("客服人员", "坐席"),
    ("话务员", "坐席"),
    ("接线员", "坐席"),
    ("催促单", "催单"),
    ("回滚", "回退"),
    ("金丝雀", "灰度"),
    ("质量检查", "质检"),
];

/// The tables of a pack whose texts people read. What a condition looks for is the customer's own word.
const READ: &[&str] = &["say", "zh", "title", "label"];

#[test]
fn packs_speak_with_the_labels_of_the_house() {
    let packs =
        tree::files().iter().filter(|file| file.is(&["toml"]) && (file.under("rules") || file.under("plugins")));
    refuse(packs.flat_map(|file| other_labels(&file.path, &file.text)));
}

#[test]
fn the_host_speaks_with_the_labels_of_the_house() {
    let host = tree::files().iter().filter(|file| file.is(&["rs", "ts", "tsx", "html"]) && file.under("host"));
    refuse(host.flat_map(|file| file.lines().flat_map(|(number, line)| said(&file.path, number, line))));
}

#[test]
fn another_label_is_seen() {
    for (text, expected) in [
        ("[[alert]]\nsay = { zh = \"发出警报\", en = \"x\" }", vec![(2, "警报")]),
        ("[[alert]]\nsay.zh = \"预警：坐席\"", vec![]),
        ("[a]\nthen = [\n  { hint = \"x\", say = { zh = \"请话务员\" } },\n]", vec![(3, "话务员")]),
        ("[a]\nwhen = \"turn.text.contains('客服人员')\"", vec![]),
    ] {
        assert_eq!(seen(&other_labels("x.toml", text)), expected, "{text}");
    }
}

fn other_labels(path: &str, text: &str) -> Vec<Finding> {
    // What is no TOML is reported where packs are read, by the policy crate.
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let mut texts = Vec::new();
    gather(&Value::Table(table), false, &mut texts);
    let lines = (1..).zip(text.lines());
    let read = lines.filter(|(_, line)| texts.iter().any(|said| said.lines().any(|part| line.contains(part))));
    read.flat_map(|(number, line)| said(path, number, line)).collect()
}

fn gather(value: &Value, read: bool, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if read => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| gather(value, read, texts)),
        Value::Table(table) => {
            table.iter().for_each(|(key, value)| gather(value, read || READ.contains(&key.as_str()), texts));
        }
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}

fn said(path: &str, number: usize, line: &str) -> Vec<Finding> {
    let other = LABELS.iter().filter(|(other, _)| line.contains(other));
    other.map(|(other, ours)| Finding::new(path, number, *other, format!("here it is called {ours}"))).collect()
}
