//! The way out: sign, post, and read the answer. Each step is a function of its state.

use plaint_sdk::connector::{Answer, Delivered, Delivery, Mac, Need, Progress, Request, Response};
use serde_json::Value as Json;

use crate::Settings;

/// The state while the request is out: there is nothing left to remember.
const SENT: &[u8] = b"sent";
/// A correlation that a host takes.
const CORRELATION_BYTES_MAX: usize = 256;

/// Asks for the signature over `<id>.<body>`.
///
/// No time is signed: the same delivery has the same signature in every attempt, and a receiver that keeps the ids it
/// has seen needs no clock to tell a repetition.
pub(crate) fn sign(settings: &Settings, delivery: &Delivery) -> Progress {
    if settings.url.is_none() {
        return Progress::refused("this connector has no `url` to deliver to");
    }
    let data = format!("{}.{}", delivery.id, delivery.body).into_bytes();
    let mac = Mac { secret: settings.secret.clone(), algorithm: "hmac-sha256".into(), data };
    Progress::Ask(Need::Mac(mac), Signing::of(delivery).write())
}

/// The step after an answer.
pub(crate) fn resume(settings: &Settings, state: &[u8], answer: Answer) -> Progress {
    if state == SENT {
        return match answer {
            Answer::Fetched(response) => Progress::Done(outcome(&response)),
            // It may have arrived; the receiver knows the id again.
            Answer::Unreachable(_) => Progress::Done(Delivered::RetryAfter(None)),
            Answer::Refused(why) => Progress::refused(why),
            Answer::Mac(_) | Answer::Encrypted(_) | Answer::Decrypted(_) => {
                Progress::refused("the host did something else where a request was asked for")
            }
        };
    }
    let Some(signing) = Signing::read(state) else { return Progress::refused("the state is not this connector's") };
    match answer {
        Answer::Mac(signature) => post(settings, &signing, &signature),
        Answer::Refused(why) => Progress::refused(why),
        Answer::Fetched(_) | Answer::Unreachable(_) | Answer::Encrypted(_) | Answer::Decrypted(_) => {
            Progress::refused("the host did something else where a signature was asked for")
        }
    }
}

fn post(settings: &Settings, signing: &Signing<'_>, signature: &[u8]) -> Progress {
    let Some(url) = settings.url.clone() else {
        return Progress::refused("this connector has no `url` to deliver to");
    };
    let own = [
        ("content-type", "application/json".to_owned()),
        ("idempotency-key", signing.id.to_owned()),
        ("plaint-attempt", signing.attempt.to_string()),
        ("plaint-delivery", signing.id.to_owned()),
        ("plaint-signature", format!("v1={}", hexadecimal(signature))),
    ];
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    let further = settings.header.iter().map(|(name, value)| (name.clone(), value.clone()));
    let request = Request {
        method: "POST".into(),
        url,
        headers: own.chain(further).collect(),
        body: signing.body.as_bytes().to_vec(),
    };
    Progress::Ask(Need::Fetch(request), SENT.to_vec())
}

fn outcome(response: &Response) -> Delivered {
    match response.status {
        202 => correlation(&response.body).map_or(Delivered::Delivered, Delivered::Accepted),
        // The receiver has it already.
        200..=299 | 409 => Delivered::Delivered,
        408 | 425 | 429 | 500..=599 => Delivered::RetryAfter(retry_after(response)),
        300..=399 => Delivered::Refused(format!(
            "the receiver answers {}: expected the address it points to as `url`",
            response.status
        )),
        status => Delivered::Refused(format!("the receiver answers {status}")),
    }
}

/// Seconds; a date would need a clock, and the host's own patience is as good.
fn retry_after(response: &Response) -> Option<u32> {
    response.header("retry-after")?.trim().parse().ok()
}

fn correlation(body: &[u8]) -> Option<String> {
    let body: Json = serde_json::from_slice(body).ok()?;
    let correlation = body.get("correlation")?.as_str()?;
    (1..=CORRELATION_BYTES_MAX).contains(&correlation.len()).then(|| correlation.to_owned())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is remembered while the host signs: the delivery, as `<attempt> <bytes of the id> <id><body>`. The body stands
/// as it is: quoted in JSON it could grow beyond what a state may be.
struct Signing<'a> {
    attempt: u32,
    id: &'a str,
    body: &'a str,
}

impl<'a> Signing<'a> {
    fn of(delivery: &'a Delivery) -> Self {
        Signing { attempt: delivery.attempt, id: &delivery.id, body: &delivery.body }
    }

    fn write(&self) -> Vec<u8> {
        format!("{} {} {}{}", self.attempt, self.id.len(), self.id, self.body).into_bytes()
    }

    fn read(state: &'a [u8]) -> Option<Self> {
        let mut parts = std::str::from_utf8(state).ok()?.splitn(3, ' ');
        let (attempt, length, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let (id, body) = rest.split_at_checked(length.parse().ok()?)?;
        Some(Signing { attempt: attempt.parse().ok()?, id, body })
    }
}
