//! Transcripts: whole dialogues, or one turn at a time, into facts.
//!
//! A message body is one JSON value: a dialogue (`turns` or `segments`) or a single turn (`contact`).
//! Only who spoke, when and what travels; labels that the source's own tools added stay behind.

mod dialogue;
mod drafts;
mod message;
mod turn;

use plaint_sdk::Fault;
use plaint_sdk::connector::{Connector, Message, Received, Refusal, decode_body};
use serde::Deserialize;

use crate::message::Shape;

/// The connector.
#[derive(Debug)]
pub struct Transcript {
    settings: Settings,
}

/// What it can be told; see `plugin.toml`.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    channel: Option<String>,
    agent: String,
    backfill: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { channel: None, agent: "agent".into(), backfill: false }
    }
}

impl Connector for Transcript {
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self, Vec<Fault>> {
        let mut faults = vec![];
        if settings.channel.as_deref().is_some_and(str::is_empty) {
            faults.push(Fault::new("channel", "a name such as chat or phone"));
        }
        if settings.agent.is_empty() {
            faults.push(Fault::new("agent", "a name"));
        }
        if faults.is_empty() { Ok(Self { settings }) } else { Err(faults) }
    }

    fn receive(&self, message: Message) -> Result<Received, Refusal> {
        let shape: Shape = decode_body(&message.body)?;
        let drafts = match shape.contact {
            Some(_) => turn::drafts(decode_body(&message.body)?, &self.settings)?,
            None => dialogue::drafts(decode_body(&message.body)?, &self.settings)?,
        };
        Ok(Received { drafts, reply: None })
    }
}

plaint_sdk::connector!(Transcript);

#[cfg(test)]
mod tests {
    use super::*;
    use plaint_sdk::testing;

    #[test]
    fn fixtures() {
        testing::check_connector::<Transcript>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }
}
