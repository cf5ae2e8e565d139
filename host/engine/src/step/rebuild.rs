//! Rebuilding: the same state from a fact and its recorded outcome, with neither policy nor plugin.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    alert::{Book, Change},
    contact::Contact,
    decision::DecisionBody,
    entity::{Entity, EntityKey},
    fact::{Fact, SubjectKind},
    id::Id,
    outcome::Outcome,
};

/// What [`rebuild`] must be given for a fact and its outcome.
pub fn rebuild_keys(fact: &Fact, outcome: &Outcome) -> Vec<EntityKey> {
    let mut keys: Vec<EntityKey> = outcome.changes.iter().map(|change| EntityKey::Book(change.subject())).collect();
    if measures(fact, outcome) {
        let contact = fact.subject_id();
        keys.extend([EntityKey::Contact(contact), EntityKey::Book(contact)]);
    }
    keys.sort();
    keys.dedup();
    keys
}

/// Folds a fact with its recorded outcome into the entities named by [`rebuild_keys`]; gives what changed.
pub fn rebuild(fact: &Fact, outcome: &Outcome, entities: Vec<Option<Entity>>) -> Vec<(EntityKey, Entity)> {
    let mut books: BTreeMap<Id, Book> = BTreeMap::new();
    let mut contact = None;
    for (key, entity) in rebuild_keys(fact, outcome).into_iter().zip(entities) {
        match (key, entity) {
            (EntityKey::Book(id), Some(Entity::Book(book))) => {
                books.insert(id, Arc::unwrap_or_clone(book));
            }
            (EntityKey::Contact(_), Some(Entity::Contact(known))) => contact = Some(known),
            (EntityKey::Book(_) | EntityKey::Contact(_) | EntityKey::Home(_), _) => {}
        }
    }
    let mut changed: Vec<(EntityKey, Entity)> = homes(&outcome.changes).collect();
    if measures(fact, outcome) {
        let mut contact = contact.unwrap_or_else(|| Arc::new(Contact::first_seen(fact)));
        Arc::make_mut(&mut contact).fold(fact);
        let id = fact.subject_id();
        books.entry(id).or_insert_with(|| Book::new(id)).see(fact, contact.measured());
        changed.push((EntityKey::Contact(id), Entity::Contact(contact)));
    }
    for change in &outcome.changes {
        if let Some(book) = books.get_mut(&change.subject()) {
            book.apply(change);
        }
    }
    changed.extend(books.into_iter().map(|(id, book)| (EntityKey::Book(id), Entity::Book(Arc::new(book)))));
    changed.sort_by_key(|(key, _)| *key);
    changed
}

/// The homes that changes give to what they raise and order.
pub(super) fn homes(changes: &[Change]) -> impl Iterator<Item = (EntityKey, Entity)> {
    changes.iter().filter_map(|change| {
        let Change::Decided(decision) = change else { return None };
        let home = match &decision.body {
            DecisionBody::AlertRaised(raised) => raised.alert,
            DecisionBody::InterventionOrdered(ordered) => ordered.command,
            DecisionBody::AlertCleared(_)
            | DecisionBody::AlertActionRefused(_)
            | DecisionBody::NotificationOrdered(_)
            | DecisionBody::InterventionEnded(_)
            | DecisionBody::StepSkipped(_)
            | DecisionBody::OperatorAlerted(_) => return None,
        };
        Some((EntityKey::Home(home), Entity::Home(decision.subject)))
    })
}

fn measures(fact: &Fact, outcome: &Outcome) -> bool {
    fact.body.kind().about() == SubjectKind::Contact && outcome.poisoned.is_none()
}

impl Change {
    /// The contact whose book it changes.
    pub fn subject(&self) -> Id {
        match self {
            Change::Decided(decision) => decision.subject,
            Change::Noted(note) => note.subject,
        }
    }
}
