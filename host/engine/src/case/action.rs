//! Actions: what people may ask of a case, and in which state.

use super::CaseState;

/// What people may ask of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The owner takes it on; the owner answers to the customer from here on.
    Accept,
    /// Somebody writes something down.
    Note,
    /// It goes to another role or person.
    Transfer,
    /// It is solved.
    Resolve,
    /// It was not.
    Reopen,
    /// It is over.
    Close,
}

impl Action {
    /// Every action with its word.
    pub const WORDS: [(&'static str, Action); 6] = [
        ("accept", Action::Accept),
        ("note", Action::Note),
        ("transfer", Action::Transfer),
        ("resolve", Action::Resolve),
        ("reopen", Action::Reopen),
        ("close", Action::Close),
    ];

    /// The action of this word.
    pub fn named(word: &str) -> Option<Self> {
        Action::WORDS.iter().find(|(known, _)| *known == word).map(|(_, action)| *action)
    }

    /// The word in events.
    pub fn word(self) -> &'static str {
        Action::WORDS.iter().find(|(_, action)| *action == self).map_or("note", |(word, _)| word)
    }
}

/// Where an action leads from a state, or what it would need.
///
/// # Errors
/// The states it needs, for a person.
pub fn allowed(action: Action, now: CaseState) -> Result<CaseState, &'static str> {
    use CaseState::{Accepted, Assigned, Closed, Opened, Resolved};
    match (action, now) {
        (Action::Note, now) => Ok(now),
        (Action::Accept, Assigned) => Ok(Accepted),
        (Action::Accept, Opened | Accepted | Resolved | Closed) => Err("an assigned case"),
        (Action::Transfer, Opened | Assigned | Accepted) => Ok(Assigned),
        (Action::Transfer, Resolved | Closed) => Err("a case that is not resolved"),
        (Action::Resolve, Accepted) => Ok(Resolved),
        (Action::Resolve, Opened | Assigned | Resolved | Closed) => Err("an accepted case"),
        (Action::Reopen, Resolved | Closed) => Ok(Assigned),
        (Action::Reopen, Opened | Assigned | Accepted) => Err("a resolved or closed case"),
        (Action::Close, Resolved) => Ok(Closed),
        (Action::Close, Opened | Assigned | Accepted | Closed) => Err("a resolved case"),
    }
}
