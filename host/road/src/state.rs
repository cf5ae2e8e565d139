//! The state in memory: entities that were touched lately, what is due when, and what people leaf through.
//!
//! What changed since the last checkpoint stays here; what did not can be read from the store again.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
};

use engine::{
    entity::{Entity, EntityKey, Listing},
    fact::{Fact, SubjectKind},
    time::Instant,
};

/// Entities held in memory; when there are more, those not touched since the last checkpoint are let go.
const HELD_MAX: usize = 200_000;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct State {
    held: HashMap<EntityKey, Held>,
    dues: BTreeSet<(Instant, EntityKey)>,
    listed: BTreeMap<Listing, BTreeSet<(Instant, EntityKey)>>,
    dirty: Vec<EntityKey>,
    round: u64,
}

#[derive(Debug)]
struct Held {
    entity: Option<Entity>,
    due: Option<Instant>,
    listed: Option<Instant>,
    dirty: bool,
    round: u64,
}

impl State {
    /// The state that was written last: what is due, and what is listed, since when.
    pub(crate) fn new(dues: Vec<(Instant, EntityKey)>, listed: Vec<(Instant, EntityKey)>) -> Self {
        let mut state = State { dues: dues.into_iter().collect(), ..State::default() };
        listed.into_iter().for_each(|(since, key)| state.list(key, None, Some(since)));
        state
    }

    pub(crate) fn get(&self, key: &EntityKey) -> Option<Entity> {
        self.held.get(key)?.entity.clone()
    }

    pub(crate) fn holds(&self, key: &EntityKey) -> bool {
        self.held.contains_key(key)
    }

    /// The contacts and books these facts will need that are not in memory.
    pub(crate) fn missing(&self, facts: &[Fact]) -> Vec<EntityKey> {
        let contacts = facts.iter().filter(|fact| fact.body.kind().about() == SubjectKind::Contact);
        let keys = contacts.flat_map(|fact| {
            let id = fact.subject_id();
            [EntityKey::Contact(id), EntityKey::Book(id)]
        });
        let missing: BTreeSet<EntityKey> = keys.filter(|key| !self.holds(key)).collect();
        missing.into_iter().collect()
    }

    /// Takes in what the store has under these keys.
    pub(crate) fn hold(&mut self, keys: Vec<EntityKey>, entities: Vec<Option<Entity>>) {
        for (key, entity) in keys.into_iter().zip(entities) {
            let due = entity.as_ref().and_then(Entity::due);
            let listed = entity.as_ref().and_then(Entity::listed);
            self.held.insert(key, Held { entity, due, listed, dirty: false, round: self.round });
        }
    }

    /// Takes in what changed.
    pub(crate) fn put(&mut self, changed: Vec<(EntityKey, Entity)>) {
        for (key, entity) in changed {
            let (due, listed) = (entity.due(), entity.listed());
            let held = Held { entity: Some(entity), due, listed, dirty: true, round: self.round };
            let known = self.held.insert(key, held);
            let (was_due, was_listed, was_dirty) =
                known.map_or((None, None, false), |held| (held.due, held.listed, held.dirty));
            self.list(key, was_listed, listed);
            if !was_dirty {
                self.dirty.push(key);
            }
            if let Some(was_due) = was_due.filter(|_| was_due != due) {
                self.dues.remove(&(was_due, key));
            }
            // Also where it is due as before: it may have been dropped meanwhile.
            self.dues.extend(due.map(|due| (due, key)));
        }
    }

    /// What is due by `until`, in the order it is due.
    pub(crate) fn dues(&self, until: Instant) -> Vec<(Instant, EntityKey)> {
        self.dues.iter().take_while(|(due, _)| *due <= until).copied().collect()
    }

    /// The books of contacts that are not over, and all with something due, in the order of their keys.
    pub(crate) fn open_books(&self) -> Vec<EntityKey> {
        let listed = self.listed.get(&Listing::Contacts).into_iter().flatten();
        let of_contacts = listed.filter_map(|(_, key)| key.book());
        let due = self.dues.iter().filter_map(|(_, key)| key.book());
        of_contacts.chain(due).collect::<BTreeSet<EntityKey>>().into_iter().collect()
    }

    /// What stands in a listing, the latest first, behind the place where an earlier look ended.
    pub(crate) fn listed(
        &self,
        listing: Listing,
        after: Option<(Instant, EntityKey)>,
    ) -> impl Iterator<Item = (Instant, EntityKey)> + '_ {
        let before = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.listed.get(&listing).into_iter().flat_map(move |set| set.range((Bound::Unbounded, before)).rev().copied())
    }

    fn list(&mut self, key: EntityKey, was: Option<Instant>, is: Option<Instant>) {
        let Some(listing) = key.listing().filter(|_| was != is) else { return };
        let set = self.listed.entry(listing).or_default();
        if let Some(was) = was {
            set.remove(&(was, key));
        }
        set.extend(is.map(|since| (since, key)));
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.dues.first().map(|(due, _)| *due)
    }

    pub(crate) fn drop_dues(&mut self, until: Instant) {
        self.dues.retain(|(due, _)| *due > until);
    }

    /// What changed since it was last asked, in the order of the keys.
    pub(crate) fn take_dirty(&mut self) -> Vec<(EntityKey, Entity)> {
        let mut keys = std::mem::take(&mut self.dirty);
        keys.sort();
        let mut changed = Vec::with_capacity(keys.len());
        for key in keys {
            if let Some(held) = self.held.get_mut(&key) {
                held.dirty = false;
                changed.extend(held.entity.clone().map(|entity| (key, entity)));
            }
        }
        let round = self.round;
        if self.held.len() > HELD_MAX {
            self.held.retain(|_, held| held.round == round);
        }
        self.round += 1;
        changed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use engine::{
        alert::Book,
        entity::{Entity, EntityKey},
        id::Id,
        time::Instant,
    };

    use super::State;

    #[test]
    fn what_was_dropped_comes_back_with_its_owners_next_fact() {
        let book = Book { tick: Some(Instant(5)), ..Book::new(Id::default()) };
        let (key, book) = (EntityKey::Book(Id::default()), Entity::Book(Arc::new(book)));
        let mut state = State::default();
        state.put(vec![(key, book.clone())]);
        state.drop_dues(Instant(5));
        assert_eq!(state.next_due(), None);
        state.put(vec![(key, book)]);
        assert_eq!(state.dues(Instant(5)), [(Instant(5), key)]);
    }
}
