//! What one commit carries: waiting appends, ready outcomes with their outbox, and now and then a checkpoint.

use engine::{
    entity::{Entity, EntityKey},
    fact::Position,
    outcome::Outcome,
};

use crate::Draft;

/// One transaction.
#[derive(Debug, Default)]
pub struct Write<'a> {
    /// Facts to append.
    pub drafts: &'a [Draft],
    /// Outcomes, continuing exactly where the last ended.
    pub outcomes: &'a [Decided],
    /// The state at one position.
    pub checkpoint: Option<Checkpoint>,
}

/// The outcome of one fact. What of it goes out is put in the outbox by the same commit.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The fact.
    pub position: Position,
    /// What the engine made of it.
    pub outcome: Outcome,
}

/// The state, sharp at one position: what was folded up to it, and nothing later.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The last fact that is folded in; it has an outcome, at the latest by this write.
    pub position: Position,
    /// Every entity that changed since the last checkpoint.
    pub changed: Vec<(EntityKey, Entity)>,
}

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is a fact now.
    New(Position),
    /// It was one already, word for word.
    Known(Position),
    /// Its key stands for another fact: not stored.
    Conflict {
        /// Where that one stands.
        position: Position,
    },
}

impl Appended {
    /// Where the fact with this key stands.
    pub fn position(self) -> Position {
        match self {
            Appended::New(position) | Appended::Known(position) | Appended::Conflict { position } => position,
        }
    }
}
