//! Rebuilding: the same state from a fact and its recorded outcome, with neither policy nor plugin.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    decide::fold_mentions,
    world::{World, book_of, keys_of},
};
use crate::{
    alert::Book,
    contact::{Contact, ReadingAnswer},
    customer::{Mention, mentions},
    entity::{Entity, EntityKey},
    fact::{Fact, SubjectKind},
    generation::Generations,
    outcome::Outcome,
    person::Directory,
};

/// What [`rebuild`] must be given for a fact and its outcome.
pub fn rebuild_keys(fact: &Fact, outcome: &Outcome) -> Vec<EntityKey> {
    let mut keys: BTreeSet<EntityKey> = outcome.changes.iter().flat_map(keys_of).collect();
    if outcome.poisoned.is_none() {
        if fact.body.kind().about() == SubjectKind::Contact {
            let contact = fact.subject_id();
            keys.extend([EntityKey::Contact(contact), EntityKey::Book(contact)]);
        }
        keys.extend(Directory::is_told_by(&fact.body).then_some(EntityKey::Directory));
        keys.extend(Generations::are_told_by(&fact.body).then_some(EntityKey::Generations));
        keys.extend(mentions(fact).iter().flat_map(Mention::keys).map(EntityKey::Holder));
    }
    keys.into_iter().collect()
}

/// Folds a fact with its recorded outcome into the entities named by [`rebuild_keys`]; gives what changed.
pub fn rebuild(fact: &Fact, outcome: &Outcome, entities: Vec<Option<Entity>>) -> Vec<(EntityKey, Entity)> {
    let mut world = World::over(rebuild_keys(fact, outcome).into_iter().zip(entities).collect());
    if outcome.poisoned.is_none() {
        fold_fact(&mut world, fact, outcome);
    }
    for change in &outcome.changes {
        if let Some(book) = book_of(change).and_then(|id| world.book(id)) {
            let mut book = Arc::unwrap_or_clone(book);
            book.apply(change);
            world.put(EntityKey::Book(book.subject), Entity::Book(Arc::new(book)));
        }
        world.apply(change);
    }
    world.into_changed()
}

fn fold_fact(world: &mut World, fact: &Fact, outcome: &Outcome) {
    if fact.body.kind().about() == SubjectKind::Contact {
        let id = fact.subject_id();
        let mut contact = world.contact(id).unwrap_or_else(|| Arc::new(Contact::first_seen(fact)));
        let folded = Arc::make_mut(&mut contact);
        folded.fold(fact);
        for reading in &outcome.readings {
            if let ReadingAnswer::Read(reading) = &reading.answer {
                folded.read(&fact.id, reading);
            }
        }
        let mut book = world.book(id).map_or_else(|| Book::new(id), Arc::unwrap_or_clone);
        book.see(fact, folded.measured());
        world.put(EntityKey::Contact(id), Entity::Contact(contact));
        world.put(EntityKey::Book(id), Entity::Book(Arc::new(book)));
    }
    fold_mentions(world, fact, &mentions(fact));
    if Generations::are_told_by(&fact.body) {
        let mut generations = world.generations();
        Arc::make_mut(&mut generations).fold(fact);
        world.put(EntityKey::Generations, Entity::Generations(generations));
    }
    if Directory::is_told_by(&fact.body) {
        let mut directory = world.directory();
        Arc::make_mut(&mut directory).fold(fact);
        world.put(EntityKey::Directory, Entity::Directory(directory));
    }
}
