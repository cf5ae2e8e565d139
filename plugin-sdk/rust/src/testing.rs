//! Runs a plugin natively, without WebAssembly: for the tests of its author.
//!
//! One question in one call ([`contact`], [`evaluate`], [`receive`]), or a folder of fixtures
//! ([`check_alert_rule`], [`check_connector`]): every `name.in.json` is asked and the answer compared
//! with `name.out.json`. With `PLAINT_UPDATE_FIXTURES=1` the answers are written instead.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::alert_rule::{AlertRule, Contact, Turn, Value, Verdict};
use crate::connector::{Connector, Draft, Message, Received, Refusal};
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

/// Checks an alert rule against a folder of fixtures; `in.json` is
/// `{"settings": {…}, "turns": [["agent", "…"], …], "signals": {"agent_repeats": 3}}`.
///
/// # Panics
/// When an answer differs from its `out.json`, or a file cannot be read: it is a test.
pub fn check_alert_rule<R: AlertRule>(folder: impl AsRef<Path>) {
    check(folder.as_ref(), |question: AlertRuleQuestion| {
        let mut contact = contact(&question.turns);
        contact.turns.iter_mut().for_each(|turn| turn.id += question.first_turn);
        contact.signals = question.signals.into_iter().map(|(name, number)| (name, Value::Number(number))).collect();
        match evaluate::<R>(&question.settings.to_string(), &contact) {
            Ok(verdict) => json!({ "verdict": verdict }),
            Err(faults) => json!({ "faults": faults }),
        }
    });
}

/// Checks a connector against a folder of fixtures; `in.json` is
/// `{"settings": {…}, "headers": {…}, "body": …}`, a body that is a text is taken as it is.
///
/// # Panics
/// When an answer differs from its `out.json`, or a file cannot be read: it is a test.
pub fn check_connector<C: Connector>(folder: impl AsRef<Path>) {
    check(folder.as_ref(), |question: ConnectorQuestion| {
        let body = question.body.as_str().map_or_else(|| question.body.to_string(), str::to_owned).into_bytes();
        let message = Message { headers: question.headers.into_iter().collect(), body };
        let made = decode_settings(&question.settings.to_string()).and_then(C::new);
        match made.map(|connector| connector.receive(message)) {
            Ok(Ok(received)) => json!({ "drafts": received.drafts.iter().map(readable).collect::<Vec<_>>() }),
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
    turns: Vec<(String, String)>,
    /// The id of the first turn: above 0 when the window begins after the contact.
    #[serde(default)]
    first_turn: u32,
    #[serde(default)]
    signals: std::collections::BTreeMap<String, f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectorQuestion {
    #[serde(default = "no_settings")]
    settings: Json,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    body: Json,
}

fn no_settings() -> Json {
    json!({})
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
