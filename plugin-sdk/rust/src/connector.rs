//! Connectors: what a channel delivered in, proposed facts out; and deliveries, step by step.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Fault;
pub use crate::delivery::{Answer, Cipher, Delivered, Delivery, Mac, Need, Progress, Request, Response};

/// Said by a connector that was given something to deliver and has no way to.
const DELIVERS_NOTHING: &str = "this connector delivers nothing";

/// A connector: turns what a channel delivers into facts, and brings deliveries to the channel.
pub trait Connector: Sized {
    /// What the connector can be told; give it `#[serde(default, deny_unknown_fields)]`.
    type Settings: DeserializeOwned;

    /// Checks the settings and makes the connector; all faults at once.
    fn new(settings: Self::Settings) -> Result<Self, Vec<Fault>>;

    /// Turns one message into drafts. A message is atomic: all of its drafts are taken, or none.
    fn receive(&self, message: Message) -> Result<Received, Refusal>;

    /// Brings one delivery to the channel, or asks for what that needs; `delivers` in `plugin.toml` says which kinds.
    fn deliver(&self, delivery: Delivery) -> Progress {
        let _ = delivery;
        Progress::refused(DELIVERS_NOTHING)
    }

    /// Goes on with the answer; `state` is what the step before handed out.
    fn resume(&self, state: &[u8], answer: Answer) -> Progress {
        let _ = (state, answer);
        Progress::refused(DELIVERS_NOTHING)
    }
}

/// What arrived, byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// A fact the connector proposes: a CloudEvent without its source, which the host knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Unique within the connector's source; the same message must give the same id.
    pub id: String,
    /// The CloudEvents type, for example `plaint.turn.said`.
    pub event_type: String,
    /// For example `contact/k-1`.
    pub subject: String,
    /// When it happened, milliseconds since 1970-01-01T00:00:00Z; absent where the source does not say.
    pub time_ms: Option<i64>,
    /// 0 for what is new, counted up for each correction of the fact with this id.
    pub revision: u32,
    /// The message tells of the past (an import), not of what happens now.
    pub backfill: bool,
    /// The event's `data`, a JSON object.
    pub data: String,
}

/// An answer the channel waits for, such as a handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body as it shall go out.
    pub body: Vec<u8>,
}

/// What a message gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The proposed facts, in the order they shall stand in the log.
    pub drafts: Vec<Draft>,
    /// The answer, if the channel waits for one.
    pub reply: Option<Reply>,
}

/// A message that cannot be understood: where, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// A path into the message such as `turns[3].text`; empty for the whole.
    pub at: String,
    /// What was expected, as a fragment that fits "expected …".
    pub expected: String,
}

impl Refusal {
    /// A refusal of one place in the message.
    pub fn new(at: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { at: at.into(), expected: expected.into() }
    }
}

/// Decodes a JSON body; a refusal says where in the body it is and what was expected there.
pub fn decode_body<B: DeserializeOwned>(body: &[u8]) -> Result<B, Refusal> {
    crate::decode::from_slice(body).map_err(|misfit| Refusal::new(misfit.path, misfit.expected))
}

/// Exports a [`Connector`] from the component: `plaint_sdk::connector!(MyConnector);`.
#[macro_export]
macro_rules! connector {
    ($connector:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::guest::connector as guest;
            static KEPT: $crate::macros::Kept<$connector> = $crate::macros::Kept::new();
            struct Component;
            impl guest::Guest for Component {
                fn configure(settings: String) -> Result<(), Vec<guest::Fault>> {
                    guest::configure(&KEPT, &settings)
                }
                fn receive(message: guest::Message) -> Result<guest::Received, guest::Refusal> {
                    guest::receive(&KEPT, message)
                }
                fn deliver(delivery: guest::Delivery) -> guest::Progress {
                    guest::deliver(&KEPT, delivery)
                }
                fn resume(state: Vec<u8>, answer: guest::Answer) -> guest::Progress {
                    guest::resume(&KEPT, &state, answer)
                }
            }
    guest::export!(Component with_types_in guest);
        };
    };
}
