//! A glance at a tenant between two batches: state and log as of the last committed outcome, read and never changed.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    decision::Decision,
    entity::{Entity, EntityKey, Listing},
    fact::{Fact, Position},
    generation::Generations,
    id::Id,
    outcome::Outcome,
    person::Directory,
    rule::Policy,
    time::Instant,
};
use store::Store;

use crate::{RoadError, state::State, wire::Told};

/// Outcomes that one glance looks through for decisions: a millisecond or two that the road stands still.
const LOOKED_THROUGH_MAX: usize = 1_000;

/// See the module.
pub struct Glance<'a> {
    store: &'a Store,
    state: &'a State,
    policy: &'a Policy,
}

/// How many decisions of which type.
pub type Counted = BTreeMap<&'static str, u64>;

/// Decisions of the past, and how far the glance got.
#[derive(Clone, Debug, Default)]
pub struct Recalled {
    /// In the order they were made.
    pub told: Vec<Told>,
    /// Behind this decision the next glance goes on.
    pub after: (Position, u32),
    /// There is nothing behind it yet.
    pub is_all: bool,
}

impl<'a> Glance<'a> {
    pub(crate) fn new(store: &'a Store, state: &'a State, policy: &'a Policy) -> Self {
        Glance { store, state, policy }
    }

    /// What decides from here on.
    pub fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// Which generations have decided, and what is paused.
    ///
    /// # Errors
    /// When the store fails.
    pub fn generations(&self) -> Result<Arc<Generations>, RoadError> {
        let found = self.entity(EntityKey::Generations)?;
        Ok(if let Some(Entity::Generations(generations)) = found { generations } else { Arc::default() })
    }

    /// The last position with an outcome: what is shown is the state there.
    pub fn decided(&self) -> Position {
        self.store.decided()
    }

    /// An entity as it stands.
    ///
    /// # Errors
    /// When the store fails.
    pub fn entity(&self, key: EntityKey) -> Result<Option<Entity>, RoadError> {
        if self.state.holds(&key) {
            return Ok(self.state.get(&key));
        }
        Ok(self.store.load(&[key])?.pop().flatten())
    }

    /// The people of the house.
    ///
    /// # Errors
    /// When the store fails.
    pub fn directory(&self) -> Result<Arc<Directory>, RoadError> {
        let found = self.entity(EntityKey::Directory)?;
        Ok(if let Some(Entity::Directory(directory)) = found { directory } else { Arc::default() })
    }

    /// What stands in a listing since when, the latest first, behind the place where an earlier glance ended.
    pub fn listed(
        &self,
        listing: Listing,
        after: Option<(Instant, EntityKey)>,
    ) -> impl Iterator<Item = (Instant, EntityKey)> + '_ {
        self.state.listed(listing, after)
    }

    /// The fact at `last` and those of its subject before it, at most `limit`, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn trail(&self, last: Position, limit: usize) -> Result<Vec<Fact>, RoadError> {
        Ok(self.store.trail(last, limit)?)
    }

    /// The facts at these positions.
    ///
    /// # Errors
    /// When the store fails, or there is no such fact.
    pub fn facts(&self, positions: &[Position]) -> Result<Vec<Fact>, RoadError> {
        Ok(self.store.read_at(positions)?)
    }

    /// Decisions that are to be delivered and have not come to their end, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn undelivered(&self, limit: usize) -> Result<Vec<Told>, RoadError> {
        let mut told = Vec::new();
        for delivery in self.store.undelivered(limit)? {
            let decisions = self.decisions_at(delivery.position)?;
            told.extend(decisions.into_iter().filter(|told| told.n == delivery.n));
        }
        Ok(told)
    }

    /// The decisions of one position, as they were recorded.
    ///
    /// # Errors
    /// When the store fails.
    pub fn decisions_at(&self, position: Position) -> Result<Vec<Told>, RoadError> {
        let outcomes = self.store.outcomes(position, 1)?;
        let own = outcomes.into_iter().filter(|(at, _)| *at == position);
        own.map(|(position, outcome)| self.recorded(position, &outcome)).collect::<Result<Vec<_>, _>>().map(concat)
    }

    /// Up to `limit` decisions behind one that is known: `(position, n)`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn recall(&self, after: (Position, u32), limit: usize) -> Result<Recalled, RoadError> {
        let mut recalled = Recalled { after, ..Recalled::default() };
        let outcomes = self.store.outcomes(after.0, LOOKED_THROUGH_MAX)?;
        let is_last_page = outcomes.len() < LOOKED_THROUGH_MAX;
        for (position, outcome) in outcomes {
            if outcome.decisions().next().is_some() {
                for told in self.recorded(position, &outcome)? {
                    if (told.position, told.n) <= after {
                        continue;
                    }
                    if recalled.told.len() == limit {
                        return Ok(recalled);
                    }
                    recalled.after = (told.position, told.n);
                    recalled.told.push(told);
                }
            }
            recalled.after = recalled.after.max((position, u32::MAX));
        }
        recalled.is_all = is_last_page;
        Ok(recalled)
    }

    /// Decisions by type from a position on, up to another; and where the next glance goes on, if it has to.
    ///
    /// # Errors
    /// When the store fails.
    pub fn counted(&self, from: Position, to: Position) -> Result<(Counted, Option<Position>), RoadError> {
        let outcomes = self.store.outcomes(from, LOOKED_THROUGH_MAX)?;
        let on = outcomes.last().map(|(last, _)| Position(last.0 + 1)).filter(|next| *next < to);
        let on = on.filter(|_| outcomes.len() == LOOKED_THROUGH_MAX);
        let mut counted = Counted::new();
        for (_, outcome) in outcomes.iter().filter(|(position, _)| *position < to) {
            outcome.decisions().for_each(|decision| *counted.entry(decision.body.name()).or_default() += 1);
        }
        Ok((counted, on))
    }

    /// The decision of this instant that `is` says yes to; a decision is made at the first fact that is not before it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn find(&self, at: Instant, is: impl Fn(&Decision) -> bool) -> Result<Option<Told>, RoadError> {
        let Some(first) = self.store.first_at(at)? else { return Ok(None) };
        let outcomes = self.store.outcomes(first, LOOKED_THROUGH_MAX)?;
        let Some((position, outcome)) = outcomes.iter().find(|(_, outcome)| outcome.decisions().any(&is)) else {
            return Ok(None);
        };
        let told = self.recorded(*position, outcome)?;
        Ok(told.into_iter().find(|told| is(&told.decision)))
    }

    fn recorded(&self, position: Position, outcome: &Outcome) -> Result<Vec<Told>, RoadError> {
        let facts = self.store.read_at(&[position])?;
        let decisions = facts.iter().flat_map(|fact| (0..).zip(outcome.decisions()).map(move |made| (fact, made)));
        decisions
            .map(|(fact, (n, decision))| {
                let book = self.entity(EntityKey::Book(decision.subject))?;
                Ok(told(fact, outcome.generation, (n, decision), book))
            })
            .collect()
    }
}

/// The n-th decision made at a fact, as the world is told of it: with its subject in the source's words.
pub(crate) fn told(fact: &Fact, generation: Id, (n, decision): (u32, &Decision), book: Option<Entity>) -> Told {
    let of_book = || match &book {
        Some(Entity::Book(book)) => {
            book.seen.as_ref().map(|seen| (seen.about.source.clone(), seen.about.subject.clone()))
        }
        Some(_) | None => None,
    };
    // A case has the name that plaint itself gave it.
    let of_case = decision.body.case().map(|case| ("plaint".to_owned(), format!("case/{case}")));
    let named = of_case.or_else(of_book);
    let (source, subject) = named.unwrap_or_else(|| (fact.source.clone(), fact.subject.clone()));
    Told { position: fact.position, n, generation, source, subject, decision: decision.clone() }
}

fn concat(lists: Vec<Vec<Told>>) -> Vec<Told> {
    lists.into_iter().flatten().collect()
}
