//! Alerts: something a person must look at, and what follows while nobody does.
//!
//! One book per contact holds what rules remember, open alerts, pending steps and open orders. Deciding writes
//! changes; the book is only ever changed by applying them, live and in a rebuild alike.

mod act;
mod book;
mod deciding;
mod judge;
mod swap;

pub use act::refusal;
pub use book::{Alert, AlertState, Book, Command, CommandState, Memory, PendingStep};
pub use deciding::Deciding;
pub use judge::Looked;
pub use swap::Swap;

use serde::{Deserialize, Serialize};

use crate::{decision::Decision, fact::Disposition, id::Id, time::Instant};

/// One change of one book, as the outcome records it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Something the world is told.
    Decided(Box<Decision>),
    /// Something only the book needs.
    Noted(Note),
}

/// What only the book needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The contact.
    pub subject: Id,
    /// What.
    pub what: Noted,
}

/// See [`Note`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noted {
    /// The book met this generation.
    Met {
        /// Its digest.
        generation: Id,
    },
    /// A rule's condition changed its truth.
    Truth {
        /// The rule.
        rule: String,
        /// The digest of its definition.
        definition: Id,
        /// What it is now.
        truth: Truth,
        /// What could not be known, when unknown.
        missing: Vec<String>,
    },
    /// A rule would have fired.
    Kept {
        /// The rule.
        rule: String,
        /// `cooldown` or `already-open`.
        because: String,
    },
    /// A person moved an alert on.
    Moved {
        /// Which.
        alert: Id,
        /// To what.
        to: AlertState,
        /// With what result.
        disposition: Option<Disposition>,
    },
    /// A step waits until nobody is in a payment or identity check any more.
    Held {
        /// The alert.
        alert: Id,
        /// The step.
        step: u16,
    },
    /// A step asks for a case for each customer the contact concerns.
    CaseWanted {
        /// The alert.
        alert: Id,
        /// The step.
        step: u16,
        /// Of this category; else of the one their words speak for.
        category: Option<String>,
    },
    /// The channel carried an order out.
    Confirmed {
        /// Which.
        command: Id,
    },
    /// When time alone could next make a rule true.
    Tick {
        /// When, if ever.
        due: Option<Instant>,
    },
}

/// What is known of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds.
    True,
    /// It cannot be known.
    Unknown,
}

impl From<Option<bool>> for Truth {
    fn from(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Unknown,
        }
    }
}
