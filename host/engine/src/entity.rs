//! Entities: what the fold keeps. One key, one bounded value, one row.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    alert::Book, case::Case, contact::Contact, customer::Holder, generation::Generations, id::Id, person::Directory,
    time::Instant,
};

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
    /// Which generations have decided, and what is paused.
    Generations,
}

/// Names the open cases of a person.
pub fn workload(person: &str) -> EntityKey {
    EntityKey::Workload(Id::of(&[b"person", person.as_bytes()]))
}

/// What people leaf through: entities that stand in it, ordered by since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listing {
    /// Contacts that are not over.
    Contacts,
    /// Books with an alert that still needs somebody.
    Alerts,
    /// Cases that are not closed.
    Cases,
}

impl EntityKey {
    /// The book of a contact, or the book itself.
    pub fn book(&self) -> Option<EntityKey> {
        match self {
            EntityKey::Contact(id) | EntityKey::Book(id) => Some(EntityKey::Book(*id)),
            EntityKey::Home(_)
            | EntityKey::Directory
            | EntityKey::Holder(_)
            | EntityKey::Case(_)
            | EntityKey::Workload(_)
            | EntityKey::Generations => None,
        }
    }

    /// The listing that entities of this kind can stand in.
    pub fn listing(&self) -> Option<Listing> {
        match self {
            EntityKey::Contact(_) => Some(Listing::Contacts),
            EntityKey::Book(_) => Some(Listing::Alerts),
            EntityKey::Case(_) => Some(Listing::Cases),
            EntityKey::Home(_)
            | EntityKey::Directory
            | EntityKey::Holder(_)
            | EntityKey::Workload(_)
            | EntityKey::Generations => None,
        }
    }
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
    /// See [`EntityKey::Generations`].
    Generations(Arc<Generations>),
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
            | Entity::Workload(_)
            | Entity::Generations(_) => None,
        }
    }

    /// Since when it stands in the listing of its kind; `None` when it does not.
    pub fn listed(&self) -> Option<Instant> {
        match self {
            Entity::Contact(contact) => contact.closed.is_none().then_some(contact.opened),
            Entity::Book(book) => book.open_alerts().map(|alert| alert.raised).max(),
            Entity::Case(case) => case.is_open().then_some(case.opened),
            Entity::Home(_)
            | Entity::Directory(_)
            | Entity::Holder(_)
            | Entity::Workload(_)
            | Entity::Generations(_) => None,
        }
    }
}
