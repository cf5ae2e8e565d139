//! Connectors: a message becomes drafts of facts. What they deliver stands in [`crate::delivery`].

use std::fmt;

use engine::time::Instant;
use wasmtime::component::{ComponentType, Lift, Lower};

use crate::{
    component::Component,
    delivery::{Answer, DeliverError, Delivered, Deliveries, Delivery, Need},
    error::{Overrun, SandboxError},
    instance::Prepared,
    limits::{FAULT_BYTES, beginning},
    manifest::Kind,
};

/// A connector with settings it accepted. Several threads may use it at once.
pub struct Connector {
    prepared: Prepared,
    deliveries: Deliveries,
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
    /// The connector broke.
    #[error("receive the message: {0}")]
    Failed(String),
    /// The connector spent too much CPU time.
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
        Ok(Connector { prepared, deliveries, message_bytes: component.host().limits.message_bytes })
    }

    /// Reads one message in a fresh instance.
    pub fn receive(&self, message: &Message) -> Result<Received, ReceiveError> {
        if message.bytes() > self.message_bytes {
            let expected = format!("at most {} bytes", self.message_bytes);
            return Err(ReceiveError::Refused { at: String::new(), expected });
        }
        let wit = WitMessage { headers: &message.headers, body: &message.body };
        let instance = self.prepared.configured();
        let answer = instance.and_then(|mut instance| {
            instance.work::<Parameters<'_>, Results>(&self.prepared, (wit,)).map(|(answer,)| answer)
        });
        match answer {
            Ok(Ok(received)) => Ok(received.into()),
            Ok(Err(refusal)) => Err(refusal.into()),
            Err(stop) => Err(stop.reason().map_or_else(ReceiveError::Overrun, ReceiveError::Failed)),
        }
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
