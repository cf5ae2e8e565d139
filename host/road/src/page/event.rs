//! What happens on a page: lines in a short form, or CloudEvents, become events in time.

use std::mem::take;

use engine::{
    fact::{FactKind, SubjectKind},
    time::Instant,
};
use serde_json::{Map, Value, json};

use super::{
    Flaw,
    clock::{Clock, START},
    words::{self, Words},
};
use crate::{
    source::time_passed,
    wire::{Event, read_event, spell_instant},
};

/// The source pages speak as.
const SOURCE: &str = "page";
/// Who may say a turn.
const SPEAKERS: [&str; 4] = ["customer", "agent", "bot", "system"];
/// What begins a contact.
const CONTACT: &str = "contact";
/// Between the kind and the value of an identity key: `phone:+86…`.
const KEY_SIGN: char = ':';

/// An event, and what it is about where the page cannot name it.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) line: usize,
    pub(super) at: Instant,
    pub(super) event: Event,
    pub(super) about: Option<Latest>,
}

/// Something plaint itself names: a page means the latest of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latest {
    /// The alert that was raised last.
    Alert,
    /// The order that was given last.
    Order,
    /// The case that was opened last.
    Case,
}

/// Reads the lines of an `events` block one after the other.
#[derive(Debug)]
pub(super) struct Script {
    clock: Clock,
    contacts: usize,
    /// A contact without a time begins with the line after it.
    opening: Option<(usize, Map<String, Value>)>,
    planned: Vec<Planned>,
}

impl Default for Script {
    fn default() -> Self {
        Script { clock: Clock::from(START), contacts: 0, opening: None, planned: Vec::new() }
    }
}

impl Script {
    /// Reads one line.
    pub(super) fn line(&mut self, number: usize, line: &str) -> Result<(), Flaw> {
        let (time, rest) = self.clock.take(line)?;
        let (head, said) = rest.split_once([':', '：']).map_or((rest, None), |(head, said)| (head, Some(said.trim())));
        let first = head.split_whitespace().next().unwrap_or_default();
        if let (CONTACT, Some(said)) = (first, said) {
            return self.contact(number, rest, said, time.is_some());
        }
        self.open(None)?;
        if rest.is_empty() {
            self.planned.push(Planned {
                line: number,
                at: self.clock.now(),
                event: time_passed(self.clock.now()),
                about: None,
            });
            return Ok(());
        }
        if rest.starts_with('{') {
            return self.cloud_event(number, rest);
        }
        match said {
            Some(text) if SPEAKERS.contains(&first) => self.turn(number, head, text),
            Some(_) | None if first.contains('.') => self.fact(number, rest),
            Some(_) | None => Err(Flaw::Line(rest.to_owned())),
        }
    }

    /// What was planned, and when the last of it happens.
    pub(super) fn end(mut self) -> (Vec<Planned>, Instant) {
        // A contact that nobody says anything in was read already: it opens without a complaint.
        let _ = self.open(None);
        (self.planned, self.clock.now())
    }

    /// `contact: phone agent=a-17 caller=media concerns=phone:+86…`
    fn contact(&mut self, number: usize, whole: &str, said: &str, timed: bool) -> Result<(), Flaw> {
        self.open(None)?;
        let mut words = Words::read(said)?;
        let (caller, from) = (words.take("caller"), words.take("from"));
        let concerns = words.take("concerns");
        let Words { bare, pairs } = words;
        let [channel] = bare.as_slice() else { return Err(Flaw::Line(whole.to_owned())) };
        let mut data = Map::from_iter([("channel".to_owned(), json!(channel))]);
        data.extend(pairs.into_iter().map(|(name, value)| (name, Value::String(value))));
        if !caller.is_empty() || !from.is_empty() {
            let capacity = caller.first().map_or("self", String::as_str);
            data.insert("caller".to_owned(), json!({ "capacity": capacity, "keys": keys(&from)? }));
        }
        let concerned = concerns.iter().map(|key| Ok(json!({ "keys": keys(std::slice::from_ref(key))? })));
        let concerned = concerned.collect::<Result<Vec<Value>, Flaw>>()?;
        if !concerned.is_empty() {
            data.insert("concerns".to_owned(), Value::Array(concerned));
        }
        self.contacts += 1;
        self.opening = Some((number, data));
        if timed { self.open(Some(number)) } else { Ok(()) }
    }

    /// Opens the contact that waits for the time of its first line.
    fn open(&mut self, line: Option<usize>) -> Result<(), Flaw> {
        let Some((number, data)) = self.opening.take() else { return Ok(()) };
        self.plan(line.unwrap_or(number), FactKind::ContactOpened, data)
    }

    /// `customer: text`, `agent a-17: text`, `customer sentiment=-0.6 injury=0.9: text`
    fn turn(&mut self, number: usize, head: &str, text: &str) -> Result<(), Flaw> {
        let words = Words::read(head)?;
        let (speaker, agent) = match words.bare.as_slice() {
            [speaker] => (speaker, None),
            [speaker, agent] if speaker == "agent" => (speaker, Some(agent)),
            _ => return Err(Flaw::Line(head.to_owned())),
        };
        let mut data = Map::from_iter([("speaker".to_owned(), json!(speaker)), ("text".to_owned(), json!(text))]);
        data.extend(agent.map(|agent| ("agent".to_owned(), json!(agent))));
        let mut labels = Map::new();
        for (name, value) in words.pairs {
            let into = if name == "sentiment" { &mut data } else { &mut labels };
            into.insert(name, words::json(&value));
        }
        if !labels.is_empty() {
            data.insert("labels".to_owned(), Value::Object(labels));
        }
        self.plan(number, FactKind::TurnSaid, data)
    }

    /// `contact.held reason=payment`, `alert.taken by=p-1`: any fact by its type.
    fn fact(&mut self, number: usize, line: &str) -> Result<(), Flaw> {
        let words = Words::read(line)?;
        let [name] = words.bare.as_slice() else { return Err(Flaw::Line(line.to_owned())) };
        let full = if name.starts_with("plaint.") { name.clone() } else { format!("plaint.{name}") };
        let Some(kind) = FactKind::named(&full) else {
            let names = FactKind::ALL.iter().filter_map(|kind| kind.name().strip_prefix("plaint."));
            return Err(Flaw::Fact { name: name.clone(), nearest: policy::nearest(name, names) });
        };
        let mut data = Map::new();
        for (name, value) in words.pairs {
            let value = if name == "keys" { keys(&[value])? } else { words::json(&value) };
            data.insert(name, value);
        }
        self.plan(number, kind, data)
    }

    fn plan(&mut self, number: usize, kind: FactKind, data: Map<String, Value>) -> Result<(), Flaw> {
        let event = Map::from_iter([("type".to_owned(), json!(kind.name())), ("data".to_owned(), Value::Object(data))]);
        self.event(number, event)
    }

    /// `{"type": "plaint.…", "data": {…}}`: what it does not say is filled in.
    fn cloud_event(&mut self, number: usize, line: &str) -> Result<(), Flaw> {
        match serde_json::from_str(line) {
            Ok(Value::Object(event)) => self.event(number, event),
            Ok(_) => Err(Flaw::Line(line.to_owned())),
            Err(error) => Err(Flaw::Json(error.to_string())),
        }
    }

    fn event(&mut self, number: usize, mut event: Map<String, Value>) -> Result<(), Flaw> {
        let kind = event.get("type").and_then(Value::as_str).and_then(FactKind::named);
        let at = self.time(&event)?;
        let named = event.contains_key("subject");
        let about = kind.map(FactKind::about).filter(|_| !named).and_then(latest);
        if kind.map(FactKind::about) == Some(SubjectKind::Contact) && !named {
            if self.contacts == 0 {
                return Err(Flaw::NoContact);
            }
            event.insert("subject".to_owned(), json!(format!("{CONTACT}/{}", self.contacts)));
        }
        if let Some(about) = about {
            event.insert("subject".to_owned(), json!(about.placeholder()));
        }
        for (name, value) in [
            ("specversion", "1.0".to_owned()),
            ("source", SOURCE.to_owned()),
            ("id", format!("line-{number}-{}", self.planned.len())),
            ("time", spell_instant(at)),
        ] {
            event.entry(name).or_insert_with(|| Value::String(value));
        }
        let event = read_event(event).map_err(Flaw::Refused)?;
        self.planned.push(Planned { line: number, at, event, about });
        Ok(())
    }

    /// When it happens: what a CloudEvent says of it counts for the lines behind it as well.
    fn time(&mut self, event: &Map<String, Value>) -> Result<Instant, Flaw> {
        if let Some(time) = event.get("time").and_then(Value::as_str) {
            self.clock.take(time)?;
        }
        Ok(self.clock.now())
    }
}

impl Latest {
    /// What stands for it until it is known.
    fn placeholder(self) -> String {
        self.subject("0".repeat(32).as_str())
    }

    /// The subject of a fact about it.
    pub(super) fn subject(self, id: &str) -> String {
        let word = match self {
            Latest::Alert => "alert",
            Latest::Order => "command",
            Latest::Case => "case",
        };
        format!("{word}/{id}")
    }
}

fn latest(about: SubjectKind) -> Option<Latest> {
    match about {
        SubjectKind::Alert => Some(Latest::Alert),
        SubjectKind::Command => Some(Latest::Order),
        SubjectKind::Case => Some(Latest::Case),
        SubjectKind::Contact | SubjectKind::Other => None,
    }
}

/// `phone:+86…,member:m-1` as identity keys; JSON stays what it is.
fn keys(written: &[String]) -> Result<Value, Flaw> {
    if let [one] = written
        && one.starts_with('[')
    {
        return Ok(words::json(one));
    }
    let mut keys = Vec::new();
    for key in written.iter().flat_map(|keys| keys.split(',')) {
        let (kind, value) = key.split_once(KEY_SIGN).ok_or_else(|| Flaw::Key(key.to_owned()))?;
        keys.push(json!({ "kind": kind, "value": value }));
    }
    Ok(Value::Array(take(&mut keys)))
}

#[cfg(test)]
mod tests {
    use engine::time::Duration;

    use super::{START, Script};
    use crate::wire::Event;

    fn events(lines: &[&str]) -> Vec<(i64, Event)> {
        let mut script = Script::default();
        for (number, line) in (1..).zip(lines) {
            script.line(number, line).unwrap_or_else(|flaw| panic!("{line}: {}", flaw.text(policy::Lang::En)));
        }
        let planned = script.end().0;
        planned.into_iter().map(|planned| (planned.at.since(START).0 / 1_000, planned.event)).collect()
    }

    #[test]
    fn the_short_form_says_what_the_long_form_says() {
        for (short, data) in [
            ("customer: 你好：在吗", r#"{"speaker": "customer", "text": "你好：在吗"}"#),
            ("agent a-18: 好的", r#"{"speaker": "agent", "text": "好的", "agent": "a-18"}"#),
            (
                "customer sentiment=-0.5 injury=0.9: 烫伤",
                r#"{"speaker": "customer", "text": "烫伤", "sentiment": -0.5, "labels": {"injury": 0.9}}"#,
            ),
        ] {
            let long = format!(r#"{{"type": "plaint.turn.said", "data": {data}}}"#);
            let [short, long] = [short, &long].map(|line| events(&["contact: phone agent=a-1", line]));
            assert_eq!(short[1].1.body, long[1].1.body);
        }
    }

    #[test]
    fn a_contact_opens_with_its_first_line_and_the_next_is_another() {
        let lines =
            ["contact: phone", "10:00:05 customer: a", "+5s contact: chat", "bot: b", "+1m contact.closed", "+1m"];
        let found: Vec<(i64, String)> = events(&lines)
            .into_iter()
            .map(|(at, event)| (at, format!("{} {}", event.subject, event.body.kind().name())))
            .collect();
        let expected = [
            (5, "contact/1 plaint.contact.opened"),
            (5, "contact/1 plaint.turn.said"),
            (10, "contact/2 plaint.contact.opened"),
            (10, "contact/2 plaint.turn.said"),
            (70, "contact/2 plaint.contact.closed"),
            (130, "time/2026-01-05T10:02:10Z plaint.time.passed"),
        ];
        assert_eq!(found, expected.map(|(at, event)| (at, event.to_owned())));
    }

    #[test]
    fn who_calls_for_whom_is_read() {
        let opened = events(&["contact: phone caller=media from=phone:+861 concerns=phone:+862 concerns=member:m-3"]);
        let engine::fact::FactBody::ContactOpened(opened) = &opened[0].1.body else { panic!("{opened:?}") };
        let caller = opened.caller.as_ref().expect("a caller");
        assert_eq!((caller.capacity.word(), caller.keys[0].value.as_str()), ("media", "+861"));
        let concerned: Vec<&str> = opened.concerns.iter().map(|customer| customer.keys[0].value.as_str()).collect();
        assert_eq!(concerned, ["+862", "m-3"]);
    }

    #[test]
    fn wrong_lines_are_refused() {
        for line in [
            "customer hello",
            "customer agent: hi",
            "contact.hold",
            "contact: phone chat",
            "{\"type\": 3}",
            "touchpoint.recorded kind=order keys=+861",
            "turn.said text=a",
        ] {
            let mut script = Script::default();
            script.line(1, "contact: phone").expect("a contact");
            assert!(script.line(2, line).is_err(), "{line}");
        }
        let later =
            events(&["contact: phone", "{\"type\": \"plaint.contact.closed\", \"time\": \"2026-01-05T10:05:00Z\"}"]);
        assert_eq!(later[1].0, Duration::seconds(300).0 / 1_000);
    }
}
