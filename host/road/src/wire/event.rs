//! One CloudEvents 1.0 event in JSON becomes a draft of a fact.

use engine::{
    fact::{FactBody, FactKind, SubjectKind, TouchpointRecorded, data},
    id::Id,
    time::{INSTANT_MAX, INSTANT_MIN, Instant},
};
use serde_json::{Map, Value};

use super::{EVENT_BYTES_MAX, EXTRA_BYTES_MAX, Refusal};

/// An event as a door takes it in: everything of a fact but its place in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Who told it.
    pub source: String,
    /// The source's id of it.
    pub id: String,
    /// 0 for what is new.
    pub revision: u32,
    /// What it is about.
    pub subject: String,
    /// When it happened, where the source says so.
    pub time: Option<Instant>,
    /// Told of the past.
    pub backfill: bool,
    /// What happened.
    pub body: FactBody,
    /// What plaint does not know, kept beside it.
    pub extra: Map<String, Value>,
    /// Which plugin made it of a message, where one did.
    pub connector: Option<Id>,
}

impl Event {
    /// An event that plaint itself tells: new, of the present, without a time of its own.
    pub fn of(source: &str, id: String, subject: String, body: FactBody) -> Self {
        Event {
            source: source.to_owned(),
            id,
            revision: 0,
            subject,
            time: None,
            backfill: false,
            body,
            extra: Map::new(),
            connector: None,
        }
    }
}

/// Attributes that a CloudEvent may carry and plaint needs no more of.
const ENVELOPE: [&str; 2] = ["datacontenttype", "dataschema"];

/// Reads one event.
///
/// # Errors
/// What is wrong with it and what was expected; nothing of it is taken in then.
pub fn parse_event(line: &[u8]) -> Result<Event, Refusal> {
    if line.len() > EVENT_BYTES_MAX {
        return Err(Refusal::TooLarge(line.len()));
    }
    let text = std::str::from_utf8(line).map_err(|error| Refusal::NotUtf8(error.valid_up_to()))?;
    let value: Value = serde_json::from_str(text).map_err(|error| Refusal::NotJson(error.to_string()))?;
    let Value::Object(object) = value else { return Err(Refusal::NotAnObject) };
    read_event(object)
}

/// Reads one event that is JSON already.
///
/// # Errors
/// As [`parse_event`].
pub fn read_event(mut object: Map<String, Value>) -> Result<Event, Refusal> {
    match object.remove("specversion") {
        Some(Value::String(version)) if version == "1.0" => {}
        Some(other) => return Err(Refusal::SpecVersion(other.to_string())),
        None => return Err(Refusal::Missing("specversion")),
    }
    let id = required(&mut object, "id")?;
    let source = required(&mut object, "source")?;
    let name = required(&mut object, "type")?;
    let subject = match object.remove("subject") {
        None | Some(Value::Null) => None,
        Some(Value::String(subject)) => Some(subject),
        Some(_) => return Err(field("subject", "expected a text")),
    };
    let time = match object.remove("time") {
        None | Some(Value::Null) => None,
        Some(Value::String(time)) => Some(parse_instant(&time)?),
        Some(other) => return Err(Refusal::Time(other.to_string())),
    };
    let backfill = match object.remove("backfill") {
        None => false,
        Some(Value::Bool(backfill)) => backfill,
        Some(_) => return Err(field("backfill", "expected true or false")),
    };
    let mut data = match object.remove("data") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(data)) => data,
        Some(_) => return Err(field("data", "expected an object")),
    };
    object.retain(|attribute, _| !ENVELOPE.contains(&attribute.as_str()));
    let revision = take_revision(&mut data)?;
    let mut extra = object;
    let kind = kind_of(&name)?;
    let body = match kind {
        Some(kind) => read_data(kind, data, &mut extra)?,
        None => foreign(name, data, &mut extra),
    };
    let bytes = if extra.is_empty() { 0 } else { Value::Object(extra.clone()).to_string().len() };
    if bytes > EXTRA_BYTES_MAX {
        return Err(Refusal::TooMuchUnknown(bytes));
    }
    let subject = checked_subject(body.kind(), subject, &id)?;
    Ok(Event { source, id, revision, subject, time, backfill, body, extra, connector: None })
}

/// Reads a draft that a connector of `source` proposes.
///
/// # Errors
/// As [`parse_event`].
pub fn read_draft(source: &str, draft: sandbox::Draft) -> Result<Event, Refusal> {
    let time = draft.time.map(|time| in_range(time, || time.0.to_string())).transpose()?;
    let mut event = Map::new();
    event.insert("specversion".into(), "1.0".into());
    event.insert("source".into(), source.into());
    event.insert("id".into(), draft.id.into());
    event.insert("type".into(), draft.kind.into());
    event.insert("subject".into(), draft.subject.into());
    let data = serde_json::from_str(&draft.data).map_err(|error| field("data", &error.to_string()))?;
    event.insert("data".into(), data);
    let read = read_event(event)?;
    Ok(Event { time, revision: draft.revision, backfill: draft.backfill, ..read })
}

fn required(object: &mut Map<String, Value>, attribute: &'static str) -> Result<String, Refusal> {
    match object.remove(attribute) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(Value::String(_) | Value::Null) | None => Err(Refusal::Missing(attribute)),
        Some(_) => Err(field(attribute, "expected a text")),
    }
}

fn take_revision(data: &mut Map<String, Value>) -> Result<u32, Refusal> {
    match data.remove("revision") {
        None => Ok(0),
        Some(value) => value
            .as_u64()
            .and_then(|revision| u32::try_from(revision).ok())
            .ok_or_else(|| field("data.revision", "expected a whole number from 0")),
    }
}

/// The kind of a `plaint.*` type; `None` for a foreign one.
fn kind_of(name: &str) -> Result<Option<FactKind>, Refusal> {
    if let Some(kind) = FactKind::named(name) {
        return Ok(Some(kind));
    }
    if !name.starts_with("plaint.") {
        return Ok(None);
    }
    if engine::decision::DecisionBody::ALL.iter().any(|(decision, _)| *decision == name) {
        return Err(Refusal::IsDecision(name.to_owned()));
    }
    let names = FactKind::ALL.iter().map(|kind| kind.name());
    Err(Refusal::UnknownType { name: name.to_owned(), nearest: policy::nearest(name, names) })
}

fn read_data(kind: FactKind, data: Map<String, Value>, extra: &mut Map<String, Value>) -> Result<FactBody, Refusal> {
    let mut known = Map::new();
    for (name, value) in data {
        if kind.open().contains(&name.as_str()) || kind.sealed().contains(&name.as_str()) {
            known.insert(name, value);
        } else {
            extra.insert(format!("data.{name}"), value);
        }
    }
    let mut track = serde_path_to_error::Track::new();
    let read = data::read(kind, serde_path_to_error::Deserializer::new(Value::Object(known), &mut track));
    read.map_err(|error| {
        let path = track.path().to_string();
        let at = if path == "." { "data".to_owned() } else { format!("data.{path}") };
        field(&at, &error.to_string())
    })
}

/// A foreign event is a touchpoint of the journey; its data is kept beside it whole.
fn foreign(name: String, data: Map<String, Value>, extra: &mut Map<String, Value>) -> FactBody {
    if !data.is_empty() {
        extra.insert("data".to_owned(), Value::Object(data));
    }
    FactBody::TouchpointRecorded(TouchpointRecorded {
        kind: name,
        title: None,
        keys: Vec::new(),
        fields: std::collections::BTreeMap::new(),
    })
}

fn checked_subject(kind: FactKind, subject: Option<String>, id: &str) -> Result<String, Refusal> {
    let (prefix, expected) = match kind.about() {
        SubjectKind::Contact => ("contact/", "contact/<the source's id of it>"),
        SubjectKind::Alert => ("alert/", "alert/<32 hexadecimal digits>"),
        SubjectKind::Command => ("command/", "command/<32 hexadecimal digits>"),
        SubjectKind::Case => ("case/", "case/<32 hexadecimal digits>"),
        SubjectKind::Other => return Ok(subject.unwrap_or_else(|| format!("event/{id}"))),
    };
    let Some(subject) = subject.filter(|subject| !subject.is_empty()) else { return Err(Refusal::Missing("subject")) };
    let own = kind.about() != SubjectKind::Contact;
    match subject.strip_prefix(prefix) {
        Some(name) if !name.is_empty() && (!own || Id::parse(name).is_some()) => Ok(subject),
        Some(_) | None => Err(Refusal::Subject { found: subject, expected }),
    }
}

/// Reads an RFC 3339 time.
///
/// # Errors
/// When it is none, or lies before 1990 or after 2100.
pub fn parse_instant(text: &str) -> Result<Instant, Refusal> {
    let time: jiff::Timestamp = text.parse().map_err(|_| Refusal::Time(text.to_owned()))?;
    in_range(Instant(time.as_millisecond()), || text.to_owned())
}

fn in_range(instant: Instant, spelled: impl Fn() -> String) -> Result<Instant, Refusal> {
    let known = (INSTANT_MIN..=INSTANT_MAX).contains(&instant);
    if known { Ok(instant) } else { Err(Refusal::TimeOutOfRange(spelled())) }
}

/// Writes an instant in RFC 3339, in UTC.
pub fn spell_instant(instant: Instant) -> String {
    jiff::Timestamp::from_millisecond(instant.0).map_or_else(|_| instant.0.to_string(), |time| time.to_string())
}

fn field(at: &str, problem: &str) -> Refusal {
    Refusal::Field { at: at.to_owned(), problem: problem.to_owned() }
}
