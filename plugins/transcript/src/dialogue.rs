//! A whole dialogue: opened, its turns in the order of the record, closed.

use plaint_sdk::connector::{Draft, Refusal};

use crate::Settings;
use crate::drafts::{Maker, Said};
use crate::message::{Dialogue, Line, Segment};

pub(crate) fn drafts(dialogue: Dialogue, settings: &Settings) -> Result<Vec<Draft>, Refusal> {
    let (said, usual_channel) = match (dialogue.turns, dialogue.segments) {
        (Some(turns), None) => (turns.into_iter().map(said_in_line).collect::<Vec<_>>(), "chat"),
        (None, Some(segments)) => (segments.into_iter().map(said_in_segment).collect(), "phone"),
        (Some(_), Some(_)) => return Err(Refusal::new("segments", "turns or segments, not both")),
        (None, None) => return Err(Refusal::new("", "a dialogue (turns or segments) or a turn (contact)")),
    };
    let maker = Maker { contact: &dialogue.id, backfill: settings.backfill };
    let channel = settings.channel.as_deref().unwrap_or(usual_channel);

    let times = || said.iter().filter_map(|said| said.time_ms);
    let mut drafts = Vec::with_capacity(said.len() + 2);
    drafts.push(maker.opened(channel, &settings.agent, times().min()));
    drafts.extend(said.iter().zip(0..).map(|(said, turn)| maker.said(turn, said)));
    drafts.push(maker.closed(times().max()));
    Ok(drafts)
}

fn said_in_line(line: Line) -> Said {
    Said {
        speaker: line.role.speaker(),
        text: Some(line.text),
        sentiment: None,
        time_ms: line.t.map(|seconds| (seconds * 1000.0).round() as i64),
        revision: 0,
    }
}

fn said_in_segment(segment: Segment) -> Said {
    Said {
        speaker: segment.role.speaker(),
        text: Some(segment.human_transcript),
        sentiment: segment.emotion_neg_neutral_pos.map(|[negative, _, positive]| thousandths(positive - negative)),
        time_ms: segment.start_timestamp_ms,
        revision: 0,
    }
}

/// The source gives three places; the difference must not look more exact than that.
fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
