//! A web chat: `{"id", "session", "speaker", "text"}` becomes a turn; a notification is posted to one address.

use plaint_sdk::Fault;
use plaint_sdk::connector::{
    Answer, Connector, Delivered, Delivery, Draft, Message, Need, Progress, Received, Refusal, Request, decode_body,
};
use serde::{Deserialize, Serialize};

/// What the connector can be told.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    url: String,
}

/// The connector.
pub struct MyPlugin(Settings);

#[derive(Deserialize)]
struct Said {
    id: String,
    session: String,
    speaker: String,
    text: String,
}

#[derive(Serialize)]
struct Turn {
    speaker: String,
    text: String,
}

impl Connector for MyPlugin {
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self, Vec<Fault>> {
        Ok(Self(settings))
    }

    fn receive(&self, message: Message) -> Result<Received, Refusal> {
        let Said { id, session, speaker, text } = decode_body(&message.body)?;
        let data = serde_json::to_string(&Turn { speaker, text }).map_err(|_| Refusal::new("", "a turn"))?;
        let subject = format!("contact/{session}");
        let draft = Draft { id, event_type: "plaint.turn.said".into(), subject, data, ..Draft::default() };
        Ok(Received { drafts: vec![draft], reply: None })
    }

    fn deliver(&self, delivery: Delivery) -> Progress {
        let headers = vec![("idempotency-key".into(), delivery.id)];
        let request =
            Request { method: "POST".into(), url: self.0.url.clone(), headers, body: delivery.body.into_bytes() };
        Progress::Ask(Need::Fetch(request), vec![])
    }

    fn resume(&self, _state: &[u8], answer: Answer) -> Progress {
        match answer {
            Answer::Fetched(response) if response.status < 300 => Progress::Done(Delivered::Delivered),
            Answer::Fetched(response) if response.status < 500 => Progress::refused(response.status.to_string()),
            Answer::Fetched(_) | Answer::Unreachable(_) => Progress::Done(Delivered::RetryAfter(None)),
            Answer::Refused(why) => Progress::refused(why),
            _ => Progress::refused("nothing else was asked for"),
        }
    }
}

plaint_sdk::connector!(MyPlugin);
