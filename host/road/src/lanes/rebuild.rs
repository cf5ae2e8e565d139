//! The rebuild lane: the state again from facts and recorded outcomes. No plugin runs and no policy is read.

use std::collections::BTreeMap;

use engine::{
    entity::{Entity, EntityKey},
    fact::Position,
    step::{rebuild as fold, rebuild_keys},
};
use store::Store;

use crate::{RoadError, state::State};

/// Facts read at once.
const PAGE_FACTS: usize = 2_000;

/// A state, by key.
pub type Rebuilt = BTreeMap<EntityKey, Entity>;

/// Folds the whole log with its recorded outcomes, from nothing.
///
/// # Errors
/// When the store fails.
pub fn rebuild(store: &Store) -> Result<Rebuilt, RoadError> {
    let mut state = Rebuilt::new();
    each_recorded(store, Position(0), |fact, outcome| {
        let keys = rebuild_keys(fact, outcome);
        let entities = keys.iter().map(|key| state.get(key).cloned()).collect();
        state.extend(fold(fact, outcome, entities));
        Ok(())
    })?;
    Ok(state)
}

/// Folds what was decided after `since` into a state that stands there.
pub(crate) fn fold_recorded(store: &Store, since: Position, state: &mut State) -> Result<(), RoadError> {
    each_recorded(store, since, |fact, outcome| {
        let keys = rebuild_keys(fact, outcome);
        let missing: Vec<EntityKey> = keys.iter().filter(|key| !state.holds(key)).copied().collect();
        let loaded = store.load(&missing)?;
        state.hold(missing, loaded);
        let entities = keys.iter().map(|key| state.get(key)).collect();
        state.put(fold(fact, outcome, entities));
        Ok(())
    })
}

fn each_recorded(
    store: &Store,
    since: Position,
    mut each: impl FnMut(&engine::fact::Fact, &engine::outcome::Outcome) -> Result<(), RoadError>,
) -> Result<(), RoadError> {
    let mut from = Position(since.0 + 1);
    loop {
        let outcomes = store.outcomes(from, PAGE_FACTS)?;
        let Some((last, _)) = outcomes.last() else { return Ok(()) };
        let positions: Vec<Position> = outcomes.iter().map(|(position, _)| *position).collect();
        from = Position(last.0 + 1);
        for (fact, (_, outcome)) in store.read_at(&positions)?.iter().zip(&outcomes) {
            each(fact, outcome)?;
        }
    }
}
