//! `plaint:plugin/connector`: generated types and their conversion.

mod generated {
    #![allow(unsafe_code, missing_docs, unreachable_pub, reason = "generated from the contract")]
    wit_bindgen::generate!({
        path: "../wit/0.1.0",
        world: "connector-plugin",
        pub_export_macro: true,
        export_macro_name: "export_connector",
    });
}

pub use generated::export_connector as export;
pub use generated::exports;
pub use generated::exports::plaint::plugin::connector::{
    Answer, Cipher, Delivered, Delivery, Draft, Fault, Guest, Mac, Message, Need, Progress, Received, Refusal, Reply,
    Request,
};

use crate::connector as plain;
use crate::settings::{Kept, decode};

/// Makes the connector of these settings and keeps it.
pub fn configure<C: plain::Connector>(kept: &Kept<C>, settings: &str) -> Result<(), Vec<Fault>> {
    let made = decode(settings).and_then(C::new);
    kept.keep(made).map_err(|faults| faults.into_iter().map(Fault::from).collect())
}

/// The drafts of one message.
pub fn receive<C: plain::Connector>(kept: &Kept<C>, message: Message) -> Result<Received, Refusal> {
    let message = plain::Message { headers: message.headers, body: message.body };
    kept.with(|connector| connector.receive(message)).map(Into::into).map_err(Into::into)
}

/// The first step of a delivery.
pub fn deliver<C: plain::Connector>(kept: &Kept<C>, delivery: Delivery) -> Progress {
    kept.with(|connector| connector.deliver(delivery.into())).into()
}

/// The next step of a delivery.
pub fn resume<C: plain::Connector>(kept: &Kept<C>, state: &[u8], answer: Answer) -> Progress {
    kept.with(|connector| connector.resume(state, answer.into())).into()
}

impl From<crate::Fault> for Fault {
    fn from(fault: crate::Fault) -> Self {
        Self { setting: fault.setting, expected: fault.expected }
    }
}

impl From<plain::Received> for Received {
    fn from(received: plain::Received) -> Self {
        Self { drafts: received.drafts.into_iter().map(Into::into).collect(), reply: received.reply.map(Into::into) }
    }
}

impl From<plain::Draft> for Draft {
    fn from(draft: plain::Draft) -> Self {
        Self {
            id: draft.id,
            type_: draft.event_type,
            subject: draft.subject,
            time_ms: draft.time_ms,
            revision: draft.revision,
            backfill: draft.backfill,
            data: draft.data,
        }
    }
}

impl From<plain::Reply> for Reply {
    fn from(reply: plain::Reply) -> Self {
        Self { status: reply.status, headers: reply.headers, body: reply.body }
    }
}

impl From<plain::Refusal> for Refusal {
    fn from(refusal: plain::Refusal) -> Self {
        Self { at: refusal.at, expected: refusal.expected }
    }
}
