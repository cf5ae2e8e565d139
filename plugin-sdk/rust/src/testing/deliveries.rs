//! Deliveries in tests: the answers are given beforehand, what was asked for is written down.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::connector::{Answer, Cipher, Connector, Delivered, Delivery, Need, Progress, Response};
use crate::{Fault, decode_settings};

/// As often as a host lets a connector ask.
const ASKS_MAX: usize = 16;

/// How the connector `C` with these settings (a JSON object) brings a delivery to its channel, and what it asks
/// `answer` for.
pub fn deliver<C: Connector>(
    settings: &str,
    delivery: Delivery,
    answer: &mut dyn FnMut(Need) -> Answer,
) -> Result<Delivered, Vec<Fault>> {
    Ok(walk(&decode_settings(settings).and_then(C::new)?, delivery, answer))
}

/// A delivery as fixtures write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    id: String,
    kind: String,
    attempt: u32,
    body: Json,
}

/// An answer as fixtures write it: bytes in hexadecimal digits, a body as JSON or as a text.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum WrittenAnswer {
    Fetched(WrittenResponse),
    Unreachable(String),
    Mac(String),
    Refused(String),
    Encrypted(String),
    Decrypted(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenResponse {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Json,
}

impl Written {
    /// What was asked for, and how it ended.
    pub(super) fn walk<C: Connector>(self, connector: &C, answers: Vec<WrittenAnswer>) -> Json {
        let delivery =
            Delivery { id: self.id, kind: self.kind, attempt: self.attempt, body: bytes_as_text(&self.body) };
        let (mut asks, mut answers) = (Vec::new(), answers.into_iter());
        let delivered = walk(connector, delivery, &mut |need| {
            asks.push(readable(&need));
            let given = answers.next().map(Answer::from);
            given.unwrap_or_else(|| Answer::Refused("the fixture has no further answer".to_owned()))
        });
        json!({ "asks": asks, "delivered": delivered })
    }
}

fn walk<C: Connector>(connector: &C, delivery: Delivery, answer: &mut dyn FnMut(Need) -> Answer) -> Delivered {
    let mut progress = connector.deliver(delivery);
    for _ in 0..ASKS_MAX {
        progress = match progress {
            Progress::Done(delivered) => return delivered,
            Progress::Ask(need, state) => connector.resume(&state, answer(need)),
        };
    }
    match progress {
        Progress::Done(delivered) => delivered,
        Progress::Ask(..) => Delivered::Refused(format!("a host breaks off after {ASKS_MAX} asks")),
    }
}

impl From<WrittenAnswer> for Answer {
    fn from(answer: WrittenAnswer) -> Self {
        match answer {
            WrittenAnswer::Fetched(WrittenResponse { status, headers, body }) => {
                let body = if body.is_null() { Vec::new() } else { bytes_as_text(&body).into_bytes() };
                Answer::Fetched(Response { status, headers: headers.into_iter().collect(), body })
            }
            WrittenAnswer::Unreachable(why) => Answer::Unreachable(why),
            WrittenAnswer::Mac(digits) => Answer::Mac(from_hexadecimal(&digits)),
            WrittenAnswer::Refused(why) => Answer::Refused(why),
            WrittenAnswer::Encrypted(digits) => Answer::Encrypted(from_hexadecimal(&digits)),
            WrittenAnswer::Decrypted(digits) => Answer::Decrypted(from_hexadecimal(&digits)),
        }
    }
}

fn readable(need: &Need) -> Json {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ciphered =
        |cipher: &Cipher| json!({ "secret": cipher.secret, "algorithm": cipher.algorithm, "data": text(&cipher.data) });
    match need {
        Need::Fetch(request) => {
            let headers: BTreeMap<&str, &str> =
                request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let body = text(&request.body);
            json!({ "fetch": { "method": request.method, "url": request.url, "headers": headers, "body": body } })
        }
        Need::Mac(mac) => {
            json!({ "mac": { "secret": mac.secret, "algorithm": mac.algorithm, "data": text(&mac.data) } })
        }
        Need::Encrypt(cipher) => json!({ "encrypt": ciphered(cipher) }),
        Need::Decrypt(cipher) => json!({ "decrypt": ciphered(cipher) }),
    }
}

/// A body that is a text is taken as it is.
fn bytes_as_text(body: &Json) -> String {
    body.as_str().map_or_else(|| body.to_string(), str::to_owned)
}

pub(super) fn from_hexadecimal(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    pairs.map(|pair| byte(pair).expect("a signature in a fixture is of hexadecimal digits")).collect()
}
