//! The rulebooks a road can decide by: one for everything, or one for each generation the log names.

use std::fmt;

use engine::{
    entity::{Entity, EntityKey},
    fact::{Fact, FactBody},
    id::Id,
};

use crate::{RoadError, Rulebook, state::State};

/// Finds the rulebook of a generation; of the one to begin with, where the log names none yet. An error is a sentence
/// for a person.
pub type FindRulebook = Box<dyn FnMut(Option<Live>) -> Result<Rulebook, String> + Send>;

/// What the log says is live.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// The generation.
    pub generation: Id,
    /// The one that answers where a plugin fails, if the pack says so.
    pub before: Option<Id>,
}

/// See the module.
pub enum Rulebooks {
    /// The same for every position, whatever the log says: a run, a test.
    One(Rulebook),
    /// As the log says.
    Logged(FindRulebook),
}

impl From<Rulebook> for Rulebooks {
    fn from(rulebook: Rulebook) -> Self {
        Rulebooks::One(rulebook)
    }
}

impl Rulebooks {
    /// The one that decides where this generation is live.
    pub(crate) fn find(&mut self, live: Option<Live>) -> Result<Rulebook, RoadError> {
        match self {
            Rulebooks::One(rulebook) => Ok(rulebook.clone()),
            Rulebooks::Logged(find) => find(live).map_err(RoadError::Generation),
        }
    }

    /// The one that decides from this fact on, where it says so.
    pub(crate) fn swapped(&mut self, fact: &Fact, state: &State) -> Result<Option<Rulebook>, RoadError> {
        let (Rulebooks::Logged(_), FactBody::GenerationActivated(activated)) = (&self, &fact.body) else {
            return Ok(None);
        };
        let Some(generation) = Id::parse(&activated.generation) else { return Ok(None) };
        let before = live_in(state).map(|live| live.generation).filter(|before| *before != generation);
        self.find(Some(Live { generation, before })).map(Some)
    }
}

impl fmt::Debug for Rulebooks {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Rulebooks::One(_) => "Rulebooks::One",
            Rulebooks::Logged(_) => "Rulebooks::Logged",
        })
    }
}

/// The generation that is live in a state.
pub(crate) fn live_in(state: &State) -> Option<Live> {
    let generations = match state.get(&EntityKey::Generations) {
        Some(Entity::Generations(generations)) => generations,
        Some(_) | None => return None,
    };
    let generation = generations.live()?.generation;
    Some(Live { generation, before: generations.before(generation).map(|before| before.generation) })
}
