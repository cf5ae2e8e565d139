//! The way in: CloudEvents 1.0 in JSON, one or a list, become drafts. What the types mean is the host's to know.

use plaint_sdk::connector::{Draft, Refusal, decode_body};
use plaint_sdk::rfc3339;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// One event. Attributes not named here are extensions of others and are left behind.
#[derive(Deserialize)]
struct Event {
    specversion: String,
    id: String,
    #[serde(rename = "type")]
    kind: String,
    subject: Option<String>,
    /// RFC 3339.
    time: Option<String>,
    #[serde(default)]
    backfill: bool,
    #[serde(default)]
    data: Option<Map<String, Json>>,
}

/// The drafts of one message: all, or a refusal that says which event is wrong.
pub(crate) fn drafts(body: &[u8]) -> Result<Vec<Draft>, Refusal> {
    let is_list = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    if !is_list {
        return Ok(vec![draft(decode_body(body)?, "")?]);
    }
    let events: Vec<Event> = decode_body(body)?;
    events.into_iter().enumerate().map(|(place, event)| draft(event, &format!("[{place}]."))).collect()
}

/// `path` is where the event stands, for refusals.
fn draft(event: Event, path: &str) -> Result<Draft, Refusal> {
    let refusal = |at: &str, expected: &str| Refusal::new(format!("{path}{at}"), expected);
    if event.specversion != "1.0" {
        return Err(refusal("specversion", "1.0"));
    }
    if event.id.is_empty() {
        return Err(refusal("id", "a text that is not empty"));
    }
    if event.kind.is_empty() {
        return Err(refusal("type", "a type such as plaint.turn.said"));
    }
    let time_ms = match event.time.as_deref().map(rfc3339::to_ms) {
        Some(None) => return Err(refusal("time", "an RFC 3339 time such as 2024-09-02T10:00:09+08:00")),
        Some(time_ms) => time_ms,
        None => None,
    };
    let mut data = event.data.unwrap_or_default();
    let revision = match data.remove("revision").map(|revision| revision.as_u64().map(u32::try_from)) {
        None => 0,
        Some(Some(Ok(revision))) => revision,
        Some(Some(Err(_)) | None) => return Err(refusal("data.revision", "a whole number, 0 or more")),
    };
    Ok(Draft {
        subject: event.subject.unwrap_or_else(|| format!("event/{}", event.id)),
        id: event.id,
        event_type: event.kind,
        time_ms,
        revision,
        backfill: event.backfill,
        data: Json::Object(data).to_string(),
    })
}
