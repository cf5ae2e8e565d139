//! The drafts themselves: ids, types and data in one place.

use plaint_sdk::connector::Draft;
use serde_json::{Value, json};

/// Makes the drafts of one contact.
pub(crate) struct Maker<'a> {
    pub(crate) contact: &'a str,
    pub(crate) backfill: bool,
}

/// One utterance, whatever its source called it.
pub(crate) struct Said {
    pub(crate) speaker: &'static str,
    pub(crate) text: Option<String>,
    pub(crate) sentiment: Option<f64>,
    pub(crate) time_ms: Option<i64>,
    pub(crate) revision: u32,
}

impl Maker<'_> {
    pub(crate) fn opened(&self, channel: &str, agent: &str, time_ms: Option<i64>) -> Draft {
        let data = json!({ "channel": channel, "agent": agent });
        Draft { time_ms, ..self.draft("opened", "plaint.contact.opened", &data) }
    }

    pub(crate) fn said(&self, turn: u32, said: &Said) -> Draft {
        let mut data = json!({ "speaker": said.speaker });
        if let Some(text) = &said.text {
            data["text"] = text.as_str().into();
        }
        if let Some(sentiment) = said.sentiment {
            data["sentiment"] = sentiment.into();
        }
        let draft = self.draft(&turn.to_string(), "plaint.turn.said", &data);
        Draft { time_ms: said.time_ms, revision: said.revision, ..draft }
    }

    pub(crate) fn closed(&self, time_ms: Option<i64>) -> Draft {
        Draft { time_ms, ..self.draft("closed", "plaint.contact.closed", &json!({})) }
    }

    fn draft(&self, part: &str, event_type: &str, data: &Value) -> Draft {
        Draft {
            id: format!("{}/{part}", self.contact),
            event_type: event_type.into(),
            subject: format!("contact/{}", self.contact),
            time_ms: None,
            revision: 0,
            backfill: self.backfill,
            data: data.to_string(),
        }
    }
}
