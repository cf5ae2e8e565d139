//! Chinese texts use the labels of the house: one thing has one name on the screen, too.

use std::{collections::BTreeSet, fs, sync::OnceLock};

use toml::Value;

use crate::{
    finding::{Finding, refuse, seen},
    tree,
};

/// The one list of labels.
const LIST: &str = "host/policy/labels.toml";

/// What the one list says of one thing.
#[derive(Debug)]
struct Label {
    term: String,
    zh: String,
    en: String,
    /// What is also said elsewhere.
    not_zh: Vec<String>,
}

/// One text of a label.
type Says = fn(&Label) -> &String;

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
fn one_thing_has_one_label() {
    let labels = labels();
    let says: [(&str, Says); 3] = [("term", |label| &label.term), ("zh", |label| &label.zh), ("en", |label| &label.en)];
    for (key, of) in says {
        let distinct: BTreeSet<&String> = labels.iter().map(of).collect();
        assert_eq!(distinct.len(), labels.len(), "two labels have one `{key}` in {LIST}");
    }
    let ours: BTreeSet<&String> = labels.iter().map(|label| &label.zh).collect();
    let both: Vec<&String> = labels.iter().flat_map(|label| &label.not_zh).filter(|word| ours.contains(word)).collect();
    assert!(both.is_empty(), "{both:?} in {LIST} is a label and refused");
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
    let others = labels().iter().flat_map(|label| label.not_zh.iter().map(move |other| (other, &label.zh)));
    let found = others.filter(|(other, _)| line.contains(other.as_str()));
    found.map(|(other, ours)| Finding::new(path, number, other.as_str(), format!("here it is called {ours}"))).collect()
}

fn labels() -> &'static [Label] {
    static LABELS: OnceLock<Vec<Label>> = OnceLock::new();
    LABELS.get_or_init(|| read(&fs::read_to_string(tree::root().join(LIST)).expect("the list of labels")))
}

fn read(text: &str) -> Vec<Label> {
    let table: toml::Table = text.parse().expect("the list of labels is TOML");
    let labels = table["label"].as_array().expect("labels");
    labels
        .iter()
        .map(|label| {
            let text = |key: &str| label[key].as_str().expect("a text").to_owned();
            let words = label.get("not_zh").and_then(Value::as_array).into_iter().flatten();
            let not_zh = words.map(|word| word.as_str().expect("a word").to_owned()).collect();
            Label { term: text("term"), zh: text("zh"), en: text("en"), not_zh }
        })
        .collect()
}
