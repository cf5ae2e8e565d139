//! Runs a plugin natively, without WebAssembly: for the tests of its author.
//!
//! One question in one call ([`contact`], [`evaluate`], [`receive`], [`read`], [`route`], [`deliver`]), or a folder of
//! fixtures ([`check_alert_rule`], [`check_analyzer`], [`check_routing_policy`], [`check_connector`]): every
//! `name.in.json` is asked and the answer compared with `name.out.json`. With `PLAINT_UPDATE_FIXTURES=1` the answers
//! are written instead.

mod deliveries;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value as Json, json};

pub use self::deliveries::deliver;
use crate::alert_rule::{AlertRule, Contact, Turn, Value, Verdict};
use crate::analyzer::{Analyzer, Reading, Text};
use crate::connector::{Connector, Draft, Message, Received, Refusal};
use crate::routing_policy::{Case, Routed, RoutingPolicy};
use crate::{Fault, decode_settings};

/// A contact of these turns, each a speaker and a text, numbered from 0, without times.
#[must_use]
pub fn contact<S: AsRef<str>>(turns: &[(S, S)]) -> Contact {
    let turn = |(id, (speaker, text)): (u32, &(S, S))| Turn {
        id,
        speaker: speaker.as_ref().to_owned(),
        text: text.as_ref().to_owned(),
        ..Turn::default()
    };
    Contact {
        id: "k-1".into(),
        channel: "chat".into(),
        turns: (0..).zip(turns).map(turn).collect(),
        ..Contact::default()
    }
}

/// The verdict of the rule `R` with these settings (a JSON object).
pub fn evaluate<R: AlertRule>(settings: &str, contact: &Contact) -> Result<Verdict, Vec<Fault>> {
    Ok(decode_settings(settings).and_then(R::new)?.evaluate(contact))
}

/// What the connector `C` with these settings (a JSON object) makes of a message body.
pub fn receive<C: Connector>(settings: &str, body: &[u8]) -> Result<Result<Received, Refusal>, Vec<Fault>> {
    let connector = decode_settings(settings).and_then(C::new)?;
    Ok(connector.receive(Message { headers: vec![], body: body.to_vec() }))
}

/// What the analyzer `A` with these settings (a JSON object) makes of a text.
pub fn read<A: Analyzer>(settings: &str, text: &Text) -> Result<Reading, Vec<Fault>> {
    Ok(decode_settings(settings).and_then(A::new)?.read(text))
}

/// Where the policy `P` with these settings (a JSON object) sends a case.
pub fn route<P: RoutingPolicy>(settings: &str, case: &Case) -> Result<Option<Routed>, Vec<Fault>> {
    Ok(decode_settings(settings).and_then(P::new)?.route(case))
}

/// Checks an alert rule against a folder of fixtures; `in.json` is
/// `{"settings": {…}, "turns": [["agent", "…"], …], "signals": {"agent_repeats": 3}}`. A turn may say more:
/// `["customer", "…", {"id": 7, "at_ms": 1700000000000, "labels": {"angry": 0.7}, "sentiment": -0.4}]`.
///
/// # Panics
/// When an answer differs from its `out.json`, or a file cannot be read: it is a test.
pub fn check_alert_rule<R: AlertRule>(folder: impl AsRef<Path>) {
    check(folder.as_ref(), |question: AlertRuleQuestion| {
        let settings = question.settings.to_string();
        match evaluate::<R>(&settings, &question.into()) {
            Ok(verdict) => json!({ "verdict": verdict }),
            Err(faults) => json!({ "faults": faults }),
        }
    });
}

/// Checks an analyzer against a folder of fixtures; `in.json` is
/// `{"settings": {…}, "texts": [["customer", "…"]]}`.
///
/// # Panics
/// When an answer differs from its `out.json`, or a file cannot be read: it is a test.
pub fn check_analyzer<A: Analyzer>(folder: impl AsRef<Path>) {
    check(folder.as_ref(), |question: AnalyzerQuestion| {
        let made = decode_settings(&question.settings.to_string()).and_then(A::new);
        let texts = question.texts.into_iter().map(|(speaker, text)| Text { speaker, text });
        match made {
            Ok(analyzer) => {
                json!({ "readings": texts.map(|text| readable_reading(&analyzer.read(&text))).collect::<Vec<_>>() })
            }
            Err(faults) => json!({ "faults": faults }),
        }
    });
}

/// Checks a routing policy against a folder of fixtures; `in.json` is
/// `{"settings": {…}, "cases": [{"category": "…", "attributes": {"product": "…"}}]}`; what a case leaves out is empty,
/// its family is that of its category.
///
/// # Panics
/// When an answer differs from its `out.json`, or a file cannot be read: it is a test.
pub fn check_routing_policy<P: RoutingPolicy>(folder: impl AsRef<Path>) {
    check(folder.as_ref(), |question: RoutingQuestion| {
        let made = decode_settings(&question.settings.to_string()).and_then(P::new);
        let cases = question.cases.into_iter().map(Case::from);
        match made {
            Ok(policy) => json!({ "routes": cases.map(|case| policy.route(&case)).collect::<Vec<_>>() }),
            Err(faults) => json!({ "faults": faults }),
        }
    });
}

/// Checks a connector against a folder of fixtures; `in.json` is
/// `{"settings": {…}, "headers": {…}, "body": …}`, a body that is a text is taken as it is; or, for a delivery,
/// `{"settings": {…}, "delivery": {"id": "…", "kind": "…", "attempt": 1, "body": …}, "answers": [{"mac": "00ff"},
/// {"fetched": {"status": 200, "headers": {…}, "body": …}}, {"unreachable": "…"}, {"refused": "…"}]}`, whose `out.json`
/// holds what was asked for and how it ended.
///
/// # Panics
/// When an answer differs from its `out.json`, or a file cannot be read: it is a test.
pub fn check_connector<C: Connector>(folder: impl AsRef<Path>) {
    check(folder.as_ref(), |question: ConnectorQuestion| {
        let made = decode_settings(&question.settings.to_string()).and_then(C::new);
        let body = question.body_hex.map_or_else(
            || question.body.as_str().map_or_else(|| question.body.to_string(), str::to_owned).into_bytes(),
            |digits| deliveries::from_hexadecimal(&digits),
        );
        if let (Ok(connector), Some(delivery)) = (&made, question.delivery) {
            return delivery.walk(connector, question.answers);
        }
        let message = Message { headers: question.headers.into_iter().collect(), body };
        match made.map(|connector| connector.receive(message)) {
            Ok(Ok(received)) => readable_received(&received),
            Ok(Err(refusal)) => json!({ "refusal": refusal }),
            Err(faults) => json!({ "faults": faults }),
        }
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlertRuleQuestion {
    #[serde(default = "no_settings")]
    settings: Json,
    #[serde(default = "chat")]
    channel: String,
    turns: Vec<WrittenTurn>,
    /// The id of the first turn: above 0 when the window begins after the contact.
    #[serde(default)]
    first_turn: u32,
    #[serde(default)]
    signals: BTreeMap<String, Json>,
}

/// Speaker, text, and what else is known of a turn.
#[derive(Deserialize)]
struct WrittenTurn(String, String, #[serde(default)] Known);

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Known {
    /// Where it is not the place after the turn before.
    id: Option<u32>,
    at_ms: Option<i64>,
    labels: BTreeMap<String, f32>,
    sentiment: Option<f32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnalyzerQuestion {
    #[serde(default = "no_settings")]
    settings: Json,
    texts: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoutingQuestion {
    #[serde(default = "no_settings")]
    settings: Json,
    cases: Vec<WrittenCase>,
}

/// A case as fixtures write it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenCase {
    category: String,
    severity: String,
    channel: String,
    text: String,
    labels: BTreeMap<String, f32>,
    attributes: BTreeMap<String, Json>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectorQuestion {
    #[serde(default = "no_settings")]
    settings: Json,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Json,
    /// A body that is no text, in hexadecimal digits.
    body_hex: Option<String>,
    delivery: Option<deliveries::Written>,
    #[serde(default)]
    answers: Vec<deliveries::WrittenAnswer>,
}

impl From<AlertRuleQuestion> for Contact {
    fn from(question: AlertRuleQuestion) -> Self {
        let turn = |(place, WrittenTurn(speaker, text, known)): (u32, WrittenTurn)| Turn {
            id: known.id.unwrap_or(place),
            speaker,
            text,
            at_ms: known.at_ms,
            labels: known.labels.into_iter().collect(),
            sentiment: known.sentiment,
        };
        Contact {
            id: String::new(),
            channel: question.channel,
            turns: (question.first_turn..).zip(question.turns).map(turn).collect(),
            signals: question.signals.into_iter().map(|(name, json)| (name, value(json))).collect(),
            customer: Vec::new(),
        }
    }
}

/// A flag, a number and a text are themselves; an instant is `{"time": 1700000000000}`.
fn value(json: Json) -> Value {
    match json {
        Json::Bool(flag) => Value::Flag(flag),
        Json::Number(number) => number.as_f64().map_or(Value::Absent, Value::Number),
        Json::String(text) => Value::Text(text),
        Json::Object(object) => object.get("time").and_then(Json::as_i64).map_or(Value::Absent, Value::Time),
        Json::Null | Json::Array(_) => Value::Absent,
    }
}

fn chat() -> String {
    "chat".to_owned()
}

impl From<WrittenCase> for Case {
    fn from(case: WrittenCase) -> Self {
        Case {
            family: case.category.split('/').next().unwrap_or_default().to_owned(),
            category: case.category,
            severity: case.severity,
            channel: case.channel,
            text: case.text,
            labels: case.labels.into_iter().collect(),
            attributes: case.attributes.into_iter().map(|(name, json)| (name, value(json))).collect(),
        }
    }
}

fn no_settings() -> Json {
    json!({})
}

/// A reading with numbers of three decimals and without what is not there.
fn readable_reading(reading: &Reading) -> Json {
    let short = |number: f32| (f64::from(number) * 1_000.0).round() / 1_000.0;
    let labels: BTreeMap<&str, f64> =
        reading.labels.iter().map(|(label, confidence)| (label.as_str(), short(*confidence))).collect();
    let mut shown = json!({ "labels": labels });
    if let Some(sentiment) = reading.sentiment {
        shown["sentiment"] = short(sentiment).into();
    }
    if let Some(language) = &reading.language {
        shown["language"] = language.as_str().into();
    }
    shown
}

fn readable_received(received: &Received) -> Json {
    let mut shown = json!({ "drafts": received.drafts.iter().map(readable).collect::<Vec<_>>() });
    if let Some(reply) = &received.reply {
        let headers: BTreeMap<&str, &str> =
            reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = String::from_utf8_lossy(&reply.body);
        shown["reply"] = json!({ "status": reply.status, "headers": headers, "body": body });
    }
    shown
}

/// A draft with its `data` as JSON instead of text, and without what has its usual value.
fn readable(draft: &Draft) -> Json {
    let data: Json = serde_json::from_str(&draft.data).expect("a draft's data is JSON");
    let mut shown = json!({ "id": draft.id, "type": draft.event_type, "subject": draft.subject, "data": data });
    if let Some(time_ms) = draft.time_ms {
        shown["time_ms"] = time_ms.into();
    }
    if draft.revision > 0 {
        shown["revision"] = draft.revision.into();
    }
    if draft.backfill {
        shown["backfill"] = true.into();
    }
    shown
}

fn check<Q: for<'de> Deserialize<'de>>(folder: &Path, answer: impl Fn(Q) -> Json) {
    let questions = questions(folder);
    assert!(!questions.is_empty(), "no *.in.json in {}", folder.display());
    let update = std::env::var_os("PLAINT_UPDATE_FIXTURES").is_some();
    let wrong: Vec<String> = questions.iter().filter_map(|path| differs(path, update, &answer)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn questions(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("failed to read {}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".in.json"));
    paths.sort();
    paths
}

fn differs<Q: for<'de> Deserialize<'de>>(path: &Path, update: bool, answer: &impl Fn(Q) -> Json) -> Option<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("failed to read {}: {error}", path.display()));
    let question = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let got = answer(question);
    let expected_path = PathBuf::from(path.to_string_lossy().replace(".in.json", ".out.json"));
    if update {
        fs::write(&expected_path, format!("{got:#}\n")).expect("the fixtures can be written");
        return None;
    }
    let expected = fs::read_to_string(&expected_path).unwrap_or_default();
    let expected: Json = serde_json::from_str(&expected).unwrap_or(Json::Null);
    (got != expected).then(|| format!("{}:\n  expected {expected:#}\n  got {got:#}", expected_path.display()))
}
