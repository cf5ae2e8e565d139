//! A draft: a fact that has no position yet.

use engine::{
    fact::{self, Fact, FactBody, Marks, Position},
    id::Id,
    time::Instant,
};
use serde_json::{Map, Value};

/// A fact to append.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The engine's instant; never before that of the fact in front of it.
    pub at: Instant,
    /// When it happened, where the source says so.
    pub time: Option<Instant>,
    /// Who told it.
    pub source: String,
    /// The source's own id of it.
    pub id: String,
    /// 0 for what is new, counted up for each correction.
    pub revision: u32,
    /// What it is about, in the source's words.
    pub subject: String,
    /// What the door noticed.
    pub marks: Marks,
    /// What happened.
    pub body: FactBody,
    /// Fields of its data that nobody knows. Kept sealed; the door bounds them.
    pub extra: Map<String, Value>,
}

impl Draft {
    /// The idempotency key: source, id and revision.
    pub fn key(&self) -> Id {
        Id::of(&[b"fact", self.source.as_bytes(), self.id.as_bytes(), &self.revision.to_le_bytes()])
    }

    /// The pseudonymous id of what it is about, as [`Fact::subject_id`].
    pub fn subject_id(&self) -> Id {
        fact::subject_id(&self.source, self.body.kind(), &self.subject)
    }

    /// The fact it is at `position`.
    pub fn into_fact(self, position: Position) -> Fact {
        Fact {
            position,
            at: self.at,
            time: self.time,
            source: self.source,
            id: self.id,
            revision: self.revision,
            subject: self.subject,
            marks: self.marks,
            body: self.body,
        }
    }

    /// Whether it tells the same as a fact of its key. `at` and marks are the door's and differ each time; so is a
    /// `time` that was clamped.
    pub(crate) fn says_the_same(&self, fact: &Fact, extra: &Map<String, Value>) -> bool {
        let same_time = self.time == fact.time || self.marks.clock_skew || fact.marks.clock_skew;
        same_time && self.subject == fact.subject && self.body == fact.body && self.extra == *extra
    }

    /// Whether JSON can hold every number of it.
    pub(crate) fn is_finite(&self) -> bool {
        match &self.body {
            FactBody::TurnSaid(said) => said.sentiment.iter().chain(said.labels.values()).all(|n| n.is_finite()),
            FactBody::ReadingArrived(reading) => {
                reading.sentiment.iter().chain(reading.labels.values()).all(|n| n.is_finite())
            }
            FactBody::IdentityLinked(link) => link.confidence.is_none_or(f32::is_finite),
            FactBody::ContactOpened(_)
            | FactBody::ContactClosed(_)
            | FactBody::ContactConcerns(_)
            | FactBody::AgentJoined(_)
            | FactBody::AgentLeft(_)
            | FactBody::ContactHeld(_)
            | FactBody::ContactResumed(_)
            | FactBody::AlertSeen(_)
            | FactBody::AlertTaken(_)
            | FactBody::AlertDisposed(_)
            | FactBody::CommandConfirmed(_)
            | FactBody::CommandFailed(_)
            | FactBody::TimePassed(_)
            | FactBody::GenerationActivated(_)
            | FactBody::RulePaused(_)
            | FactBody::RuleResumed(_)
            | FactBody::ComplaintFiled(_)
            | FactBody::TouchpointRecorded(_)
            | FactBody::ProfileUpdated(_)
            | FactBody::IdentityUnlinked(_)
            | FactBody::PersonUpdated(_)
            | FactBody::DutyPlanned(_)
            | FactBody::PresenceChanged(_)
            | FactBody::CaseActionRequested(_)
            | FactBody::DeliveryAttempted(_)
            | FactBody::PersonErased(_) => true,
        }
    }
}
