//! Connectors: a message becomes drafts of facts. What they deliver stands in [`crate::delivery`].

use std::fmt;

use engine::{absence::Abstention, time::Instant};
use wasmtime::component::{ComponentType, Lift, Lower};

use crate::{
    component::{Component, Digest},
    counters::Snapshot,
    delivery::{Answer, DeliverError, Delivered, Deliveries, Delivery, Need},
    error::{Overrun, SandboxError},
    instance::{Prepared, Stop},
    limits::{DRAFTS, FAULT_BYTES, HEADERS, JSON_DEPTH, beginning},
    manifest::Kind,
};

/// A connector with settings it accepted. Several threads may use it at once.
pub struct Connector {
    prepared: Prepared,
    deliveries: Deliveries,
    digest: Digest,
    message_bytes: usize,
}

/// What arrived, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a connector makes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The facts it proposes: all are taken, or none.
    pub drafts: Vec<Draft>,
    /// What the channel waits for, such as the answer to a handshake.
    pub reply: Option<Reply>,
}

/// A fact that a connector proposes: an event without its source, which the host knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Unique within the source.
    pub id: String,
    /// The event's `type`, for example `plaint.turn.said`.
    pub kind: String,
    /// For example `contact/k-1`.
    pub subject: String,
    /// When it happened, where the source says so.
    pub time: Option<Instant>,
    /// 0 for what is new, counted up for each correction.
    pub revision: u32,
    /// It tells of the past, not of what happens now.
    pub backfill: bool,
    /// The event's `data`, a JSON object (not yet parsed).
    pub data: String,
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// A message was not received.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// The message cannot be understood: the sender must change it.
    #[error("understand the message at `{at}`: expected {expected}")]
    Refused {
        /// A path such as `turns[3].text`; empty for the whole message.
        at: String,
        /// What was expected.
        expected: String,
    },
    /// The connector broke, or too many wait for it.
    #[error("receive the message: {0}")]
    Failed(Abstention),
    /// The connector spent too much time.
    #[error("receive the message: {0}")]
    Overrun(Overrun),
}

#[derive(ComponentType, Lower)]
#[component(record)]
struct WitMessage<'a> {
    headers: &'a [(String, String)],
    body: &'a [u8],
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct WitDraft {
    id: String,
    #[component(name = "type")]
    kind: String,
    subject: String,
    #[component(name = "time-ms")]
    time_ms: Option<i64>,
    revision: u32,
    backfill: bool,
    data: String,
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct WitReply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct WitReceived {
    drafts: Vec<WitDraft>,
    reply: Option<WitReply>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct WitRefusal {
    at: String,
    expected: String,
}

type Parameters<'a> = (WitMessage<'a>,);
type Results = (Result<WitReceived, WitRefusal>,);

impl Connector {
    /// Starts the component once and asks whether it accepts `settings`, a JSON object.
    pub fn new(component: &Component, settings: &str) -> Result<Self, SandboxError> {
        let prepared = Prepared::new::<Parameters<'_>, Results>(component, (Kind::Connector, "receive"), settings)?;
        let deliveries = Deliveries::of(&prepared, component)?;
        let (digest, message_bytes) = (component.digest(), component.host().limits.message_bytes);
        Ok(Connector { prepared, deliveries, digest, message_bytes })
    }

    /// Which component it is: a fact that it makes records this.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Reads one message in a fresh instance.
    pub fn receive(&self, message: &Message) -> Result<Received, ReceiveError> {
        if message.bytes() > self.message_bytes {
            return Err(too_much(format!("at most {} bytes", self.message_bytes)));
        }
        if message.headers.len() > HEADERS {
            return Err(too_much(format!("at most {HEADERS} headers")));
        }
        let wit = WitMessage { headers: &message.headers, body: &message.body };
        let answer = self.prepared.asked(|instance| {
            let (answer,) = instance.work::<Parameters<'_>, Results>(&self.prepared, (wit,))?;
            answer.as_ref().map_or(Ok(()), check)?;
            Ok(answer)
        });
        match answer {
            Ok(Ok(received)) => Ok(received.into()),
            Ok(Err(refusal)) => Err(refusal.into()),
            Err(stop) => Err(stop.abstention().map_or_else(ReceiveError::Overrun, ReceiveError::Failed)),
        }
    }

    /// What it did so far.
    pub fn snapshot(&self) -> Snapshot {
        self.prepared.snapshot()
    }

    /// Brings one delivery to the channel: a fresh instance for each step, `answer` for what a step needs.
    pub fn deliver(
        &self,
        delivery: &Delivery,
        answer: &mut dyn FnMut(Need) -> Answer,
    ) -> Result<Delivered, DeliverError> {
        self.deliveries.walk(&self.prepared, delivery, answer)
    }

    pub(crate) fn prepared(&self) -> &Prepared {
        &self.prepared
    }
}

impl Message {
    fn bytes(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        headers.sum::<usize>() + self.body.len()
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Connector").finish_non_exhaustive()
    }
}

fn too_much(expected: String) -> ReceiveError {
    ReceiveError::Refused { at: String::new(), expected }
}

/// What a connector proposes is no more, and no deeper, than a reader can take.
fn check(received: &WitReceived) -> Result<(), Stop> {
    let drafts = received.drafts.len();
    if drafts > DRAFTS {
        return Err(Stop::answer(format!("it made {drafts} drafts, the limit is {DRAFTS}")));
    }
    if received.reply.as_ref().is_some_and(|reply| reply.headers.len() > HEADERS) {
        return Err(Stop::answer(format!("its reply has more than {HEADERS} headers")));
    }
    match received.drafts.iter().position(|draft| depth(&draft.data) > JSON_DEPTH) {
        Some(place) => Err(Stop::answer(format!("drafts[{place}].data is nested deeper than {JSON_DEPTH}"))),
        None => Ok(()),
    }
}

/// How deep a JSON text nests, found without going down into it; what is no JSON is somewhere near.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut is_text, mut is_escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match (is_text, byte) {
            (true, _) if is_escaped => is_escaped = false,
            (true, b'\\') => is_escaped = true,
            (true, b'"') => is_text = false,
            (false, b'"') => is_text = true,
            (false, b'[' | b'{') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

impl From<WitReceived> for Received {
    fn from(received: WitReceived) -> Self {
        Received {
            drafts: received.drafts.into_iter().map(Draft::from).collect(),
            reply: received.reply.map(Reply::from),
        }
    }
}

impl From<WitDraft> for Draft {
    fn from(draft: WitDraft) -> Self {
        Draft {
            id: draft.id,
            kind: draft.kind,
            subject: draft.subject,
            time: draft.time_ms.map(Instant),
            revision: draft.revision,
            backfill: draft.backfill,
            data: draft.data,
        }
    }
}

impl From<WitReply> for Reply {
    fn from(reply: WitReply) -> Self {
        Reply { status: reply.status, headers: reply.headers, body: reply.body }
    }
}

impl From<WitRefusal> for ReceiveError {
    fn from(refusal: WitRefusal) -> Self {
        ReceiveError::Refused {
            at: beginning(refusal.at, FAULT_BYTES),
            expected: beginning(refusal.expected, FAULT_BYTES),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn brackets_count_outside_of_texts() {
        let check = |json: &str, deep: usize| assert_eq!(depth(json), deep, "{json}");
        check("7", 0);
        check(r#"{"a":[1,{"b":2}],"c":[[]]}"#, 3);
        check(r#"{"a":"[[[[","b\"[[":"\\","c":{}}"#, 2);
        check("]]]]{", 1);
        check(&"[".repeat(100_000), 100_000);
    }
}
