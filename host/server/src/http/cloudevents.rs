//! The three ways a CloudEvent travels over HTTP: structured, batched, and binary with its attributes as headers.

use axum::http::{HeaderMap, header};
use road::wire::{Event, Refusal, parse_event, read_event};
use serde_json::{Map, Value, value::RawValue};

use super::problem::Problem;
use crate::config;

/// Events in one request: a batch that is appended together, and no more than that.
const EVENTS_MAX: usize = 10_000;
const STRUCTURED: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";
const JSON: &str = "application/json";
/// Attributes travel as headers that begin so.
const HEADER_PREFIX: &str = "ce-";

/// Reads the events of a request: all of them, or what is wrong with each.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Vec<Event>, Problem> {
    let found = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let found = found.unwrap_or_default();
    let (media, charset) = media_type(&found);
    let is_binary = headers.contains_key("ce-specversion") || headers.contains_key("ce-id");
    if !matches!(charset.as_deref(), None | Some("utf-8" | "us-ascii")) {
        return Err(Problem::ContentType { found });
    }
    let read = match media.as_str() {
        STRUCTURED => vec![parse_event(body)],
        BATCH => each(body)?,
        JSON | "" if is_binary => vec![binary(headers, body)],
        JSON if first(body) == Some(b'[') => each(body)?,
        JSON => vec![parse_event(body)],
        _ => return Err(Problem::ContentType { found }),
    };
    checked(read)
}

/// Good events are given only when there is no bad one among them.
fn checked(read: Vec<Result<Event, Refusal>>) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::with_capacity(read.len());
    let mut bad = Vec::new();
    for (index, result) in read.into_iter().enumerate() {
        match result {
            Ok(event) if config::is_own_source(&event.source) => {
                return Err(Problem::OwnSource { index, source: event.source });
            }
            Ok(event) => events.push(event),
            Err(refusal) => bad.push((index, refusal)),
        }
    }
    if bad.is_empty() { Ok(events) } else { Err(Problem::BadEvents(bad)) }
}

fn each(body: &[u8]) -> Result<Vec<Result<Event, Refusal>>, Problem> {
    let not_events = |problem: String| Problem::NotEvents { problem };
    let list: Vec<&RawValue> = serde_json::from_slice(body).map_err(|error| not_events(error.to_string()))?;
    if list.len() > EVENTS_MAX {
        return Err(Problem::TooMany { events_max: EVENTS_MAX });
    }
    Ok(list.into_iter().map(|event| parse_event(event.get().as_bytes())).collect())
}

fn binary(headers: &HeaderMap, body: &[u8]) -> Result<Event, Refusal> {
    let mut event = Map::new();
    for (name, value) in headers {
        let Some(attribute) = name.as_str().strip_prefix(HEADER_PREFIX) else { continue };
        let value = decoded(value.as_bytes()).ok_or_else(|| Refusal::Field {
            at: attribute.to_owned(),
            problem: format!("the header {name} is no UTF-8 after percent-decoding"),
        })?;
        let value = match (attribute, value.as_str()) {
            ("backfill", "true") => Value::Bool(true),
            ("backfill", "false") => Value::Bool(false),
            _ => Value::String(value),
        };
        event.insert(attribute.to_owned(), value);
    }
    if body.len() > road::wire::EVENT_BYTES_MAX {
        return Err(Refusal::TooLarge(body.len()));
    }
    if !body.is_empty() {
        let data = serde_json::from_slice(body)
            .map_err(|error| Refusal::Field { at: "data".to_owned(), problem: error.to_string() })?;
        event.insert("data".to_owned(), data);
    }
    read_event(event)
}

/// A header's value: without the quotes around it, `%E4%BD%A0` as the bytes it stands for.
fn decoded(value: &[u8]) -> Option<String> {
    let quoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    let value = quoted.unwrap_or(value);
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((byte, after)) = rest.split_first() {
        match (byte, after) {
            (b'\\', [next, after @ ..]) if quoted.is_some() => {
                bytes.push(*next);
                rest = after;
            }
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u8;
                bytes.push(digit(*high) << 4 | digit(*low));
                rest = after;
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// `application/json; charset=UTF-8` is `application/json` and `utf-8`.
fn media_type(text: &str) -> (String, Option<String>) {
    let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
    let media = parts.next().unwrap_or_default();
    let charset = parts.find_map(|part| Some(part.strip_prefix("charset=")?.trim_matches('"').to_owned()));
    (media, charset)
}

fn first(body: &[u8]) -> Option<u8> {
    body.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::{decoded, media_type};

    #[test]
    fn header_values_are_decoded_as_the_binding_says() {
        for (value, expected) in [
            ("plain", Some("plain")),
            ("%E4%BD%A0%E5%A5%BD", Some("你好")),
            ("\"a \\\" b\"", Some("a \" b")),
            ("100%", Some("100%")),
            ("%zz", Some("%zz")),
            ("%ff", None),
        ] {
            assert_eq!(decoded(value.as_bytes()).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_media_type_comes_with_or_without_a_charset() {
        let utf8 = Some("utf-8".to_owned());
        assert_eq!(media_type("Application/JSON; Charset=\"UTF-8\""), ("application/json".to_owned(), utf8));
        assert_eq!(media_type(""), (String::new(), None));
    }
}
