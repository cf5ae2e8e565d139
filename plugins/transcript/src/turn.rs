//! A single turn as it happens. Turn 0 also opens its contact; `closed` ends it.

use plaint_sdk::connector::{Draft, Refusal};

use crate::Settings;
use crate::drafts::{Maker, Said};
use crate::message::Turn;
use plaint_sdk::rfc3339;

pub(crate) fn drafts(message: Turn, settings: &Settings) -> Result<Vec<Draft>, Refusal> {
    let missing = |field: &str| Refusal::new(field, "a value");
    let maker = Maker { contact: &message.contact, backfill: settings.backfill };
    let time_ms = message.time.as_deref().map(time_ms).transpose()?;
    if message.closed {
        return Ok(vec![maker.closed(time_ms)]);
    }
    let turn = message.turn.ok_or_else(|| missing("turn"))?;
    let speaker = message.speaker.ok_or_else(|| missing("speaker"))?.speaker();
    // A revision without text takes the text back.
    if message.text.is_none() && message.revision == 0 {
        return Err(missing("text"));
    }
    if message.sentiment.is_some_and(|sentiment| !(-1.0..=1.0).contains(&sentiment)) {
        return Err(Refusal::new("sentiment", "a number from -1 to 1"));
    }
    let mut drafts = vec![];
    if turn == 0 && message.revision == 0 {
        let channel = settings.channel.as_deref().or(message.channel.as_deref()).unwrap_or("chat");
        drafts.push(maker.opened(channel, message.agent.as_deref().unwrap_or(&settings.agent), time_ms));
    }
    let said = Said { speaker, text: message.text, sentiment: message.sentiment, time_ms, revision: message.revision };
    drafts.push(maker.said(turn, &said));
    Ok(drafts)
}

fn time_ms(time: &str) -> Result<i64, Refusal> {
    rfc3339::to_ms(time).ok_or_else(|| Refusal::new("time", "RFC 3339, such as 2024-09-02T10:00:09+08:00"))
}
