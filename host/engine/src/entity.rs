//! Entities: what the fold keeps. One key, one bounded value, one row.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{alert::Book, case::Case, contact::Contact, customer::Holder, id::Id, person::Directory, time::Instant};

/// The layout of entities as they are stored. Raise it with any change of their fields: a kept state of another
/// layout is not read, but folded again from the log.
pub const LAYOUT: u32 = 2;

/// Names one entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EntityKey {
    /// A contact.
    Contact(Id),
    /// A contact's book of alerts.
    Book(Id),
    /// Where an alert or an order lives.
    Home(Id),
    /// The people of the house.
    Directory,
    /// What is known by an identity key.
    Holder(Id),
    /// A case.
    Case(Id),
    /// The open cases of a person, by [`workload`].
    Workload(Id),
}

/// Names the open cases of a person.
pub fn workload(person: &str) -> EntityKey {
    EntityKey::Workload(Id::of(&[b"person", person.as_bytes()]))
}

/// An entity's value. Cheap to clone; a step works on a copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entity {
    /// See [`EntityKey::Contact`].
    Contact(Arc<Contact>),
    /// See [`EntityKey::Book`].
    Book(Arc<Book>),
    /// The contact in whose book the alert or order stands.
    Home(Id),
    /// See [`EntityKey::Directory`].
    Directory(Arc<Directory>),
    /// See [`EntityKey::Holder`].
    Holder(Arc<Holder>),
    /// See [`EntityKey::Case`].
    Case(Arc<Case>),
    /// The ids of the cases, in order.
    Workload(Arc<Vec<Id>>),
}

impl Entity {
    /// When time alone changes it next.
    pub fn due(&self) -> Option<Instant> {
        match self {
            Entity::Book(book) => book.due(),
            Entity::Contact(_)
            | Entity::Home(_)
            | Entity::Directory(_)
            | Entity::Holder(_)
            | Entity::Case(_)
            | Entity::Workload(_) => None,
        }
    }
}
