//! A TOML file as a tree of values that know where they stand. TOML's own types end here.

mod literal;
mod source;

pub(crate) use source::{Source, Spot};

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::{
    full_width::ascii_for,
    lang::Both,
    problem::{Problem, ProblemKind, Problems},
};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) spot: Spot,
    pub(crate) data: Data,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
    /// A date or a time: nothing in a pack is one, except a plugin's settings.
    Moment(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key and its value, in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) spot: Spot,
    pub(crate) value: Node,
}

/// A text and where it stands: places inside it are found as well.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) spot: Spot,
}

impl Text {
    /// Where the byte at `offset` of the text stands in the file.
    pub(crate) fn at(&self, offset: usize) -> Spot {
        let within = literal::offset_in_source(self.spot.rest(), &self.text, offset);
        self.spot.moved(within)
    }
}

impl Node {
    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<Text> {
        match &self.data {
            Data::Text(text) => Some(Text { text: text.clone(), spot: self.spot.clone() }),
            Data::Integer(_) | Data::Number(_) | Data::Flag(_) | Data::Moment(_) | Data::List(_) | Data::Table(_) => {
                None
            }
        }
    }

    /// The entries, if it is a table.
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        if let Data::Table(entries) = &self.data { Some(entries) } else { None }
    }

    /// The elements, if it is a list.
    pub(crate) fn elements(&self) -> Option<&[Node]> {
        if let Data::List(elements) = &self.data { Some(elements) } else { None }
    }

    /// The value under a key, if it is a table that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// What kind of TOML value it is.
    pub(crate) fn form(&self) -> Both {
        let (zh, en) = match &self.data {
            Data::Text(_) => ("文本", "a text"),
            Data::Integer(_) | Data::Number(_) => ("数字", "a number"),
            Data::Flag(_) => ("true 或 false", "true or false"),
            Data::Moment(_) => ("日期时间", "a date or time"),
            Data::List(_) => ("列表", "a list"),
            Data::Table(_) => ("表", "a table"),
        };
        Both { zh, en }
    }
}

/// Reads a file; `None` when it is not TOML, and then everything that is wrong with it has been said.
pub(crate) fn parse(source: &Arc<Source>, problems: &mut Problems) -> Option<Node> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in &errors {
        problems.add(complaint(source, error));
    }
    if !errors.is_empty() {
        return None;
    }
    let spot = Spot::new(source, table.span().start);
    let mut door = Door { source, problems };
    Some(Node { spot, data: door.table(table.get_ref()) })
}

/// What TOML's complaint comes to: often a sign of another keyboard.
fn complaint(source: &Arc<Source>, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(source.text.len()..source.text.len());
    let blamed = source.text.get(span.start..).unwrap_or_default();
    let letters = blamed.char_indices().take_while(|(place, _)| *place == 0 || span.start + place < span.end);
    let wide = letters.into_iter().find_map(|(place, letter)| Some((place, letter, ascii_for(letter)?)));
    match wide {
        Some((place, found, write)) => {
            let write = if found == '＝' { "=" } else { write }.to_owned();
            Spot::new(source, span.start + place).problem(&ProblemKind::FullWidth { found, write })
        }
        None => Spot::new(source, span.start).problem(&ProblemKind::Syntax { why: error.message().to_owned() }),
    }
}

struct Door<'a> {
    source: &'a Arc<Source>,
    problems: &'a mut Problems,
}

impl Door<'_> {
    fn node(&mut self, value: &toml::Spanned<DeValue<'_>>) -> Node {
        let spot = Spot::new(self.source, value.span().start);
        let data = match value.get_ref() {
            DeValue::String(text) => Data::Text(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Data::Integer(number),
                Err(_) => self.too_big(&spot),
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Data::Number(number),
                Ok(_) | Err(_) => self.too_big(&spot),
            },
            DeValue::Boolean(flag) => Data::Flag(*flag),
            DeValue::Datetime(moment) => Data::Moment(moment.to_string()),
            DeValue::Array(list) => Data::List(list.iter().map(|value| self.node(value)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        Node { spot, data }
    }

    fn table(&mut self, table: &DeTable<'_>) -> Data {
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value) in table.iter() {
            let spot = Spot::new(self.source, key.span().start);
            entries.push(Entry { key: key.get_ref().to_string(), spot, value: self.node(value) });
        }
        entries.sort_by_key(|entry| entry.spot.offset());
        Data::Table(entries)
    }

    fn too_big(&mut self, spot: &Spot) -> Data {
        self.problems.add(spot.problem(&ProblemKind::NumberTooBig {}));
        Data::Integer(0)
    }
}
