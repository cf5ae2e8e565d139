//! Cases: one matter of one customer, with somebody who answers for it.
//!
//! A case changes only by applying decisions, live and in a rebuild alike.

mod action;
mod classify;
mod same;

pub use action::{Action, allowed};
pub use classify::{Classified, classify};
pub use same::{Same, same_matter};

use serde::{Deserialize, Serialize};

use crate::{
    contact::Matter,
    decision::{CaseAssigned, CaseMoved, CaseOpened},
    fact::Position,
    id::Id,
    rule::{Desk, Severity},
    time::Instant,
};

/// Contacts kept of one case; later ones are counted.
const CONTACTS_MAX: usize = 64;
/// Moves kept of one case, the latest; all of them stand in the log.
const MOVES_MAX: usize = 64;

/// One matter of one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: Id,
    /// The keys of its customer.
    pub keys: Vec<Id>,
    /// The category.
    pub category: String,
    /// How sure that is, in hundredths.
    pub confidence: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub matter: Matter,
    /// Where it came from.
    pub channel: Option<String>,
    /// The fact that holds the complaint in the customer's words.
    pub complaint: Position,
    /// When it was opened.
    pub opened: Instant,
    /// Where it stands.
    pub state: CaseState,
    /// The department and role that answer for it.
    pub desk: Option<Desk>,
    /// Who solves it.
    pub owner: Option<String>,
    /// Who answers to the customer until the owner takes over.
    pub keeper: Option<String>,
    /// By when it must be resolved.
    pub due: Option<Instant>,
    /// How urgent it is.
    pub priority: Option<String>,
    /// The contacts and complaints that were about it, oldest first.
    pub contacts: Vec<Id>,
    /// How often the customer came back about it.
    pub chasers: u32,
    /// When it was closed last.
    pub closed: Option<Instant>,
    /// What people did with it.
    pub moves: Vec<Move>,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseState {
    /// Nobody has it yet.
    Opened,
    /// An owner is named.
    Assigned,
    /// The owner has accepted it.
    Accepted,
    /// The owner says it is solved.
    Resolved,
    /// It is over.
    Closed,
}

/// One thing a person did with a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// What.
    pub action: String,
    /// Who.
    pub by: Option<String>,
    /// When.
    pub at: Instant,
}

impl CaseState {
    /// Every state with its word.
    pub const WORDS: [(&'static str, CaseState); 5] = [
        ("opened", CaseState::Opened),
        ("assigned", CaseState::Assigned),
        ("accepted", CaseState::Accepted),
        ("resolved", CaseState::Resolved),
        ("closed", CaseState::Closed),
    ];

    /// The word in events and refusals.
    pub fn word(self) -> &'static str {
        CaseState::WORDS.iter().find(|(_, state)| *state == self).map_or("opened", |(word, _)| word)
    }
}

impl Case {
    /// The case a decision opens.
    pub fn open(opened: &CaseOpened, at: Instant) -> Self {
        Case {
            id: opened.case,
            keys: opened.keys.clone(),
            category: opened.category.clone(),
            confidence: opened.confidence,
            severity: opened.severity,
            matter: opened.matter.clone(),
            channel: opened.channel.clone(),
            complaint: opened.complaint,
            opened: at,
            state: CaseState::Opened,
            desk: None,
            owner: None,
            keeper: None,
            due: None,
            priority: None,
            contacts: vec![opened.by],
            chasers: 0,
            closed: None,
            moves: Vec::new(),
        }
    }

    /// The id of the `nth` case of the customer with this key.
    pub fn id_of(anchor: Id, nth: u32) -> Id {
        Id::of(&[b"case", &anchor.0, &nth.to_le_bytes()])
    }

    /// Whether somebody still has to solve it or close it.
    pub fn is_open(&self) -> bool {
        self.state < CaseState::Closed
    }

    /// Somebody answers for it from here on.
    pub fn assign(&mut self, assigned: &CaseAssigned) {
        self.state = CaseState::Assigned;
        self.desk = Some(assigned.desk.clone());
        self.owner.clone_from(&assigned.owner);
        self.keeper.clone_from(&assigned.keeper);
        self.due = Some(assigned.due);
        self.priority.clone_from(&assigned.priority);
    }

    /// The customer came back about it.
    pub fn chase(&mut self, by: Id) {
        self.chasers = self.chasers.saturating_add(1);
        if self.contacts.len() < CONTACTS_MAX && !self.contacts.contains(&by) {
            self.contacts.push(by);
        }
    }

    /// A person moved it on.
    pub fn take_move(&mut self, moved: &CaseMoved, at: Instant) {
        let now = CaseState::WORDS.iter().find(|(word, _)| *word == moved.now);
        if let Some((_, now)) = now {
            self.state = *now;
        }
        if self.state == CaseState::Closed {
            self.closed = Some(at);
        }
        if moved.action == Action::Accept.word() {
            self.keeper.clone_from(&self.owner);
        }
        self.moves.push(Move { action: moved.action.clone(), by: moved.by.clone(), at });
        if self.moves.len() > MOVES_MAX {
            self.moves.remove(0);
        }
    }
}
