//! The scenes of the story, in the order they are played, and the stage they share.

pub(crate) mod call;
pub(crate) mod cases;
pub(crate) mod ending;
pub(crate) mod journey;
pub(crate) mod next_day;
pub(crate) mod then;

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    client::Client,
    failure::Failure,
    house::{House, Server, TIME_LAPSE},
    news::Desk,
    story::Recording,
    tell::Teller,
};

/// What a reader needs for a line that nobody recorded, such as an answer of the new agent.
const READING: SignedDuration = SignedDuration::from_secs(24);

/// What a scene is played on.
pub(crate) struct Stage<'a> {
    pub(crate) house: &'a House,
    pub(crate) server: Server,
    /// Whoever runs plaint: tells of events, and may look at everything.
    pub(crate) client: Client,
    pub(crate) desk: Desk<'a>,
    pub(crate) teller: &'a Teller<'a>,
    pub(crate) recording: &'a Recording,
    pub(crate) pace: Pace,
}

/// How fast what is said follows on what was said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As it was said, so many times as fast as the server's clock runs.
    Spoken,
    /// At once.
    AtOnce,
}

impl Pace {
    /// When something is said that was said so long after `began`.
    pub(crate) fn instant(self, began: Instant, after: SignedDuration) -> Instant {
        match self {
            Pace::Spoken => began + Duration::try_from(after).unwrap_or_default() / TIME_LAPSE,
            Pace::AtOnce => began,
        }
    }
}

impl Stage<'_> {
    /// A fact that happens now.
    pub(crate) fn happens(&mut self, events: &[Value]) -> Result<(), Failure> {
        let answer = self.client.events(events)?;
        self.desk.catch_up(&answer)
    }

    /// Leaves the reader time for one more line.
    pub(crate) fn pause(&mut self) -> Result<(), Failure> {
        let until = self.pace.instant(Instant::now(), READING);
        self.desk.listen(until)
    }

    /// How long after the call began it is now, by the server's clock.
    pub(crate) fn now(&self, began: Instant) -> SignedDuration {
        SignedDuration::try_from(began.elapsed() * TIME_LAPSE).unwrap_or_default()
    }
}

/// A CloudEvent of a source.
pub(crate) fn event(source: &str, id: &str, (kind, subject): (&str, &str), data: Value) -> Value {
    json!({"specversion": "1.0", "source": source, "id": id, "type": kind, "subject": subject, "data": data})
}
