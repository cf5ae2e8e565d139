//! Reading a table by its keys: what is unknown, missing or of another type is said here.

use engine::time::Duration;

use crate::{
    document::{Data, Node, Spot, Text},
    duration::{self, NoDuration},
    format::{Form, Key, Table},
    lang::Both,
    limits::{NAME_BYTES_MAX, RECIPIENTS_MAX, WORDS_MAX},
    nearest::Nearest,
    problem::{ProblemKind, Problems},
};

const A_TEXT: Both = Both { zh: "文本", en: "a text" };
const A_TABLE: Both = Both { zh: "表", en: "a table" };
const TABLES: Both = Both { zh: "表的列表", en: "a list of tables" };
const TEXTS: Both = Both { zh: "文本列表", en: "a list of texts" };
const A_FLAG: Both = Both { zh: "true 或 false", en: "true or false" };
const A_DURATION: Both = Both { zh: "时长，例如 \"10m\"", en: "a duration like \"10m\"" };

/// A table that is read by its keys.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    node: &'a Node,
    table: Table,
}

impl<'a> Fields<'a> {
    /// Opens a table; says which keys it should not have and which it lacks.
    pub(crate) fn open(node: &'a Node, table: Table, problems: &mut Problems) -> Option<Self> {
        let Some(entries) = node.entries() else {
            problems.add(node.spot.problem(&ProblemKind::WrongType { expected: A_TABLE, found: node.form() }));
            return None;
        };
        for entry in entries {
            check_key(&entry.key, &entry.spot, table, problems);
        }
        let fields = Fields { node, table };
        for key in table.keys().iter().filter(|key| key.needed && node.get(key.name).is_none()) {
            fields.missing(key.name, problems);
        }
        Some(fields)
    }

    /// Says that a key is missing.
    pub(crate) fn missing(&self, key: &'static str, problems: &mut Problems) {
        let missing = ProblemKind::Missing { key, table: self.table.label(), example: example(key, self.table) };
        problems.add(self.node.spot.problem(&missing));
    }

    pub(crate) fn node(&self) -> &'a Node {
        self.node
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        self.node.get(key)
    }

    /// The text under a key.
    pub(crate) fn text(&self, key: &str, problems: &mut Problems) -> Option<Text> {
        text(self.get(key)?, problems)
    }

    /// The name under a key: lower-case letters, digits and hyphens.
    pub(crate) fn name(&self, key: &str, problems: &mut Problems) -> Option<Text> {
        let name = self.text(key, problems)?;
        is_name(&name, problems).then_some(name)
    }

    /// The duration under a key.
    pub(crate) fn duration(&self, key: &str, problems: &mut Problems) -> Option<Duration> {
        let node = self.get(key)?;
        let Some(text) = node.as_text() else {
            problems.add(node.spot.problem(&ProblemKind::WrongType { expected: A_DURATION, found: node.form() }));
            return None;
        };
        duration_of(&text, problems)
    }

    /// The flag under a key; false where there is none.
    pub(crate) fn flag(&self, key: &str, problems: &mut Problems) -> bool {
        let Some(node) = self.get(key) else { return false };
        if let Data::Flag(flag) = node.data {
            return flag;
        }
        problems.add(node.spot.problem(&ProblemKind::WrongType { expected: A_FLAG, found: node.form() }));
        false
    }

    /// The texts under a key; a single text counts as a list of one.
    pub(crate) fn texts(&self, key: &str, problems: &mut Problems) -> Vec<Text> {
        let Some(node) = self.get(key) else { return Vec::new() };
        texts(node, problems)
    }

    /// The words under a key, however many a category has.
    pub(crate) fn words(&self, key: &str, problems: &mut Problems) -> Vec<Text> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let Some(elements) = node.elements() else { return texts(node, problems) };
        if elements.len() > WORDS_MAX {
            let what = Both { zh: "词语", en: "words" };
            problems.add(node.spot.problem(&ProblemKind::TooMany { what, max: WORDS_MAX }));
        }
        elements.iter().filter_map(|element| text(element, problems)).collect()
    }

    /// The tables under a key.
    pub(crate) fn tables(&self, key: &str, problems: &mut Problems) -> &'a [Node] {
        let Some(node) = self.get(key) else { return &[] };
        node.elements().unwrap_or_else(|| {
            problems.add(node.spot.problem(&ProblemKind::WrongType { expected: TABLES, found: node.form() }));
            &[]
        })
    }
}

/// Says when a key is unknown, or known but not carried out.
pub(crate) fn check_key(key: &str, spot: &Spot, table: Table, problems: &mut Problems) {
    match table.keys().iter().find(|known| known.name == key) {
        Some(Key { form: Form::Later, .. }) => {
            problems.add(spot.problem(&ProblemKind::NotYet { what: key.to_owned() }))
        }
        Some(_) => {}
        None => {
            let nearest = Nearest::of(key, table.keys().iter().map(|known| known.name));
            let unknown = ProblemKind::UnknownKey { key: key.to_owned(), table: table.label(), nearest };
            problems.add(spot.problem(&unknown));
        }
    }
}

/// The text a value is.
pub(crate) fn text(node: &Node, problems: &mut Problems) -> Option<Text> {
    let text = node.as_text();
    if text.is_none() {
        problems.add(node.spot.problem(&ProblemKind::WrongType { expected: A_TEXT, found: node.form() }));
    }
    text
}

/// The texts a value is: a list, or a single one.
pub(crate) fn texts(node: &Node, problems: &mut Problems) -> Vec<Text> {
    if let Some(text) = node.as_text() {
        return vec![text];
    }
    let Some(elements) = node.elements() else {
        problems.add(node.spot.problem(&ProblemKind::WrongType { expected: TEXTS, found: node.form() }));
        return Vec::new();
    };
    let what = Both { zh: "列表元素", en: "elements" };
    if elements.is_empty() {
        problems.add(node.spot.problem(&ProblemKind::Empty { what: Both { zh: "列表", en: "the list" } }));
    } else if elements.len() > RECIPIENTS_MAX {
        problems.add(node.spot.problem(&ProblemKind::TooMany { what, max: RECIPIENTS_MAX }));
    }
    elements.iter().filter_map(|element| text(element, problems)).collect()
}

/// Which of the words is written.
pub(crate) fn one_of(written: &Text, words: &[&'static str], problems: &mut Problems) -> Option<&'static str> {
    let found = words.iter().copied().find(|word| *word == written.text);
    if found.is_none() {
        problems.add(written.spot.problem(&ProblemKind::NotOneOf {
            found: written.text.clone(),
            words: words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
            nearest: Nearest::of(&written.text, words.iter().copied()),
        }));
    }
    found
}

/// The duration that is written.
pub(crate) fn duration_of(written: &Text, problems: &mut Problems) -> Option<Duration> {
    let found = written.text.clone();
    let no_duration = match duration::parse(&written.text) {
        Ok(length) => return Some(length),
        Err(NoDuration::Spelling) => ProblemKind::BadDuration { found },
        Err(NoDuration::WorkingDays) => ProblemKind::WorkingDays { found },
        Err(NoDuration::TooLong) => ProblemKind::DurationTooLong { found },
    };
    problems.add(written.spot.problem(&no_duration));
    None
}

/// Whether a name is lower-case letters, digits and hyphens.
pub(crate) fn is_name(name: &Text, problems: &mut Problems) -> bool {
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let good = name.text.starts_with(|first: char| first.is_ascii_lowercase()) && name.text.chars().all(letters);
    if !good || name.text.len() > NAME_BYTES_MAX {
        let form = Both {
            zh: "用小写字母开头，只含小写字母、数字和连字符，不超过 64 个",
            en: "begin with a small letter and use only small letters, digits and hyphens, at most 64",
        };
        problems.add(name.spot.problem(&ProblemKind::BadName { found: name.text.clone(), form }));
        return false;
    }
    true
}

fn example(key: &str, table: Table) -> Both {
    let example = match (table, key) {
        (_, "name") => "name = \"appliance\"",
        (Table::Category, "id") => "id = \"repair/not-fixed\"",
        (Table::Analyzer | Table::Department | Table::Role | Table::Route, "id") => "id = \"quality\"",
        (_, "plugin") => "plugin = \"tone\"",
        (_, "id") => "id = \"agent-repeats-script\"",
        (_, "on") => "on = \"turn\"",
        (Table::ParamSet, "when") => "when = \"agent.employer == 'bpo-b'\"",
        (_, "when") => "when = \"contact.agent_repeats >= 3\"",
        (_, "severity") => "severity = \"warning\"",
        (_, "say") => "say = { zh = \"…\", en = \"…\" }",
        (_, "zh") => "zh = \"坐席已说了 {contact.agent_repeats} 遍\"",
        (_, "en") => "en = \"said {contact.agent_repeats} times\"",
        (_, "default") => "default = 3",
        (_, "set") => "set = { repeats = 2 }",
        (_, "to") => "to = \"role:senior-desk\"",
        _ => "…",
    };
    Both { zh: example, en: example }
}
