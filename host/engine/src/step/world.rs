//! The world of one step: the entities it was given, the copies it changes, and what it looked for and was not given.
//!
//! Deciding looks things up as it goes. What is not there yet is named as missing and taken for absent; that attempt
//! counts for nothing, and deciding starts again once it was given what was missing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    alert::{Book, Change},
    case::{Case, CaseState},
    contact::Contact,
    customer::{Customer, Holder},
    decision::{Decision, DecisionBody},
    entity::{Entity, EntityKey, workload},
    generation::Generations,
    id::Id,
    person::Directory,
};

/// Open cases kept of one person; a longer list is nobody's work any more, and is only counted in the log.
const WORKLOAD_MAX: usize = 10_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct World {
    held: BTreeMap<EntityKey, Option<Entity>>,
    changed: BTreeSet<EntityKey>,
    missing: BTreeSet<EntityKey>,
}

impl World {
    pub(super) fn over(held: BTreeMap<EntityKey, Option<Entity>>) -> Self {
        World { held, ..World::default() }
    }

    /// What was looked for and not given.
    pub(super) fn missing(&self) -> Vec<EntityKey> {
        self.missing.iter().copied().collect()
    }

    /// What changed, in the order of the keys.
    pub(super) fn into_changed(self) -> Vec<(EntityKey, Entity)> {
        let World { mut held, changed, .. } = self;
        changed.into_iter().filter_map(|key| Some((key, held.remove(&key)??))).collect()
    }

    fn get(&mut self, key: EntityKey) -> Option<Entity> {
        match self.held.get(&key) {
            Some(entity) => entity.clone(),
            None => {
                self.missing.insert(key);
                None
            }
        }
    }

    pub(super) fn put(&mut self, key: EntityKey, entity: Entity) {
        self.held.insert(key, Some(entity));
        self.changed.insert(key);
    }

    pub(super) fn contact(&mut self, id: Id) -> Option<Arc<Contact>> {
        match self.get(EntityKey::Contact(id)) {
            Some(Entity::Contact(contact)) => Some(contact),
            Some(_) | None => None,
        }
    }

    pub(super) fn book(&mut self, id: Id) -> Option<Arc<Book>> {
        match self.get(EntityKey::Book(id)) {
            Some(Entity::Book(book)) => Some(book),
            Some(_) | None => None,
        }
    }

    pub(super) fn home(&mut self, id: Id) -> Option<Id> {
        match self.get(EntityKey::Home(id)) {
            Some(Entity::Home(contact)) => Some(contact),
            Some(_) | None => None,
        }
    }

    pub(super) fn directory(&mut self) -> Arc<Directory> {
        match self.get(EntityKey::Directory) {
            Some(Entity::Directory(directory)) => directory,
            Some(_) | None => Arc::default(),
        }
    }

    pub(super) fn generations(&mut self) -> Arc<Generations> {
        match self.get(EntityKey::Generations) {
            Some(Entity::Generations(generations)) => generations,
            Some(_) | None => Arc::default(),
        }
    }

    pub(super) fn holder(&mut self, id: Id) -> Option<Arc<Holder>> {
        match self.get(EntityKey::Holder(id)) {
            Some(Entity::Holder(holder)) => Some(holder),
            Some(_) | None => None,
        }
    }

    pub(super) fn case(&mut self, id: Id) -> Option<Arc<Case>> {
        match self.get(EntityKey::Case(id)) {
            Some(Entity::Case(case)) => Some(case),
            Some(_) | None => None,
        }
    }

    /// The open cases of a person.
    pub(super) fn workload(&mut self, person: &str) -> Arc<Vec<Id>> {
        match self.get(workload(person)) {
            Some(Entity::Workload(cases)) => cases,
            Some(_) | None => Arc::default(),
        }
    }

    pub(super) fn customer(&mut self, keys: &[Id]) -> Customer {
        Customer::resolve(keys, &mut |id| self.holder(id))
    }

    /// Applies a change that concerns no book: consults no policy, live and in a rebuild alike.
    pub(super) fn apply(&mut self, change: &Change) {
        let Change::Decided(decision) = change else { return };
        match &decision.body {
            DecisionBody::AlertRaised(raised) => {
                self.put(EntityKey::Home(raised.alert), Entity::Home(decision.subject));
            }
            DecisionBody::InterventionOrdered(ordered) => {
                self.put(EntityKey::Home(ordered.command), Entity::Home(decision.subject));
            }
            DecisionBody::CaseOpened(opened) => {
                let case = Case::open(opened, decision.at);
                self.put(EntityKey::Case(opened.case), Entity::Case(Arc::new(case)));
                for key in &opened.keys {
                    let mut holder = self.holder(*key).unwrap_or_default();
                    Arc::make_mut(&mut holder).keep_case(decision.at, opened.case);
                    self.put(EntityKey::Holder(*key), Entity::Holder(holder));
                }
            }
            DecisionBody::CaseAssigned(assigned) => {
                self.change_case(assigned.case, |case| case.assign(assigned));
                self.unload(assigned.from.as_deref(), assigned.case);
                self.load(assigned.owner.as_deref(), assigned.case);
            }
            DecisionBody::CaseChased(chased) => self.change_case(chased.case, |case| case.chase(chased.by)),
            DecisionBody::CaseMoved(moved) => {
                self.change_case(moved.case, |case| case.take_move(moved, decision.at));
                if moved.now == CaseState::Closed.word() {
                    self.unload(moved.owner.as_deref(), moved.case);
                } else {
                    self.load(moved.owner.as_deref(), moved.case);
                }
            }
            DecisionBody::AlertCleared(_)
            | DecisionBody::AlertActionRefused(_)
            | DecisionBody::NotificationOrdered(_)
            | DecisionBody::InterventionEnded(_)
            | DecisionBody::StepSkipped(_)
            | DecisionBody::CaseAsked(_)
            | DecisionBody::CaseActionRefused(_)
            | DecisionBody::OperatorAlerted(_) => {}
        }
    }

    fn change_case(&mut self, id: Id, change: impl FnOnce(&mut Case)) {
        if let Some(mut case) = self.case(id) {
            change(Arc::make_mut(&mut case));
            self.put(EntityKey::Case(id), Entity::Case(case));
        }
    }

    fn load(&mut self, person: Option<&str>, case: Id) {
        let Some(person) = person else { return };
        let mut cases = self.workload(person);
        if let Err(place) = cases.binary_search(&case)
            && cases.len() < WORKLOAD_MAX
        {
            Arc::make_mut(&mut cases).insert(place, case);
            self.put(workload(person), Entity::Workload(cases));
        }
    }

    fn unload(&mut self, person: Option<&str>, case: Id) {
        let Some(person) = person else { return };
        let mut cases = self.workload(person);
        if let Ok(place) = cases.binary_search(&case) {
            Arc::make_mut(&mut cases).remove(place);
            self.put(workload(person), Entity::Workload(cases));
        }
    }
}

/// The contact whose book a change is in; `None` for a change of a case or of nothing that is kept.
pub(super) fn book_of(change: &Change) -> Option<Id> {
    let decision: &Decision = match change {
        Change::Noted(note) => return Some(note.subject),
        Change::Decided(decision) => decision,
    };
    match &decision.body {
        DecisionBody::AlertRaised(_)
        | DecisionBody::AlertCleared(_)
        | DecisionBody::AlertActionRefused(_)
        | DecisionBody::InterventionOrdered(_)
        | DecisionBody::InterventionEnded(_)
        | DecisionBody::StepSkipped(_) => Some(decision.subject),
        DecisionBody::NotificationOrdered(ordered) => ordered.alert.map(|_| decision.subject),
        DecisionBody::CaseOpened(_)
        | DecisionBody::CaseAssigned(_)
        | DecisionBody::CaseChased(_)
        | DecisionBody::CaseAsked(_)
        | DecisionBody::CaseMoved(_)
        | DecisionBody::CaseActionRefused(_)
        | DecisionBody::OperatorAlerted(_) => None,
    }
}

/// The entities that applying a change looks up.
pub(super) fn keys_of(change: &Change) -> Vec<EntityKey> {
    let mut keys: Vec<EntityKey> = book_of(change).map(EntityKey::Book).into_iter().collect();
    let Change::Decided(decision) = change else { return keys };
    let people = |people: [&Option<String>; 2]| people.into_iter().flatten().map(|person| workload(person)).collect();
    let more: Vec<EntityKey> = match &decision.body {
        DecisionBody::CaseOpened(opened) => opened.keys.iter().copied().map(EntityKey::Holder).collect(),
        DecisionBody::CaseAssigned(assigned) => {
            keys.push(EntityKey::Case(assigned.case));
            people([&assigned.from, &assigned.owner])
        }
        DecisionBody::CaseChased(chased) => vec![EntityKey::Case(chased.case)],
        DecisionBody::CaseMoved(moved) => {
            keys.push(EntityKey::Case(moved.case));
            people([&moved.owner, &None])
        }
        DecisionBody::AlertRaised(_)
        | DecisionBody::AlertCleared(_)
        | DecisionBody::AlertActionRefused(_)
        | DecisionBody::NotificationOrdered(_)
        | DecisionBody::InterventionOrdered(_)
        | DecisionBody::InterventionEnded(_)
        | DecisionBody::StepSkipped(_)
        | DecisionBody::CaseAsked(_)
        | DecisionBody::CaseActionRefused(_)
        | DecisionBody::OperatorAlerted(_) => Vec::new(),
    };
    keys.extend(more);
    keys
}
