//! Facts: what stands in the log. They come only from outside, and they are never changed.

mod body;
mod kind;

pub use body::*;
pub use kind::{FactBody, FactKind, SubjectKind, data};

use serde::{Deserialize, Serialize};

use crate::{id::Id, time::Instant};

/// Where a fact stands in its tenant's log: opaque, increasing, gaps allowed, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

/// One fact: that something happened, told by a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Where it stands in the log.
    pub position: Position,
    /// The engine's own instant, never decreasing in a log.
    pub at: Instant,
    /// When it happened, where the source says so.
    pub time: Option<Instant>,
    /// Who told it, for example `hotline`.
    pub source: String,
    /// The source's own id of it; with `source` and `revision` the idempotency key.
    pub id: String,
    /// 0 for what is new, counted up for each correction.
    pub revision: u32,
    /// What it is about, in the source's words, for example `contact/k-1`.
    pub subject: String,
    /// What the door noticed when it took the fact in.
    pub marks: Marks,
    /// What happened.
    pub body: FactBody,
}

/// What the door noticed of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// It tells of the past (an import, or more than [`LIVE_HORIZON`] late): nobody can act on it live any more.
    pub backfill: bool,
    /// Its `time` was more than [`crate::time::SKEW_MAX`] ahead and was clamped.
    pub clock_skew: bool,
    /// It stands behind facts that happened later.
    pub late: bool,
    /// Which plugin made it of a channel's message: the digest's first half.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connector: Option<Id>,
}

/// A fact that happened longer ago than this when it is received is backfill.
pub const LIVE_HORIZON: crate::time::Duration = crate::time::Duration::seconds(60);

impl Fact {
    /// The pseudonymous id of what the fact is about: unique per source, except for what plaint itself named.
    pub fn subject_id(&self) -> Id {
        subject_id(&self.source, self.body.kind(), &self.subject)
    }

    /// When it happened, or, where the source does not say, when the engine placed it.
    pub fn happened(&self) -> Instant {
        self.time.unwrap_or(self.at)
    }
}

/// The internal id of `subject` as `source` names it; see [`Fact::subject_id`].
pub fn subject_id(source: &str, kind: FactKind, subject: &str) -> Id {
    match kind.about() {
        SubjectKind::Alert | SubjectKind::Command | SubjectKind::Case => own_id(subject),
        SubjectKind::Contact | SubjectKind::Other => Id::of(&[b"subject", source.as_bytes(), subject.as_bytes()]),
    }
}

/// The id within a subject that plaint itself named, such as `alert/0123…`.
fn own_id(subject: &str) -> Id {
    let name = subject.split_once('/').map_or(subject, |(_, name)| name);
    Id::parse(name).unwrap_or_else(|| Id::of(&[b"unknown", subject.as_bytes()]))
}
