//! Which generation decides: another one is activated, or the one before comes back. Both are facts on the road.

use std::{collections::BTreeMap, sync::Arc};

use engine::{fact::Position, generation::Activation, id::Id, rule::Freeze};
use road::{
    Rulebook,
    glance::{Counted, Glance},
    source::{Activate, Decided, Request},
    wire::Event,
};
use tokio::sync::oneshot;

use super::{
    Busy, Tenant,
    generation::{Made, Trial, Unmade, Upload, activated},
};
use crate::counted;

/// Who wants another generation, and why.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) by: Option<String>,
    pub(crate) reason: Option<String>,
}

/// What came of an activation.
pub(crate) struct Activated {
    pub(crate) made: Made,
    /// The one that was live before.
    pub(crate) was: Option<Id>,
    /// Where it began to decide; nowhere new when it was live already.
    pub(crate) swapped: Option<Swapped>,
}

/// What came of a rollback.
pub(crate) struct RolledBack {
    pub(crate) generation: Id,
    pub(crate) was: Activation,
    /// It was ready: nothing had to be read again.
    pub(crate) was_ready: bool,
    pub(crate) swapped: Swapped,
    /// What the withdrawn generation had decided since it was activated.
    pub(crate) decided: Counted,
}

/// A swap on the road.
pub(crate) struct Swapped {
    /// The first position that the new one decided.
    pub(crate) position: Position,
    /// What ended with the old one, by the type of the decision.
    pub(crate) ended: Counted,
}

impl Tenant {
    /// Makes a generation and lets it decide.
    ///
    /// # Errors
    /// What speaks against it; then nothing has changed.
    pub(crate) async fn activate(&self, upload: Upload, wish: Wish) -> Result<Activated, Unmade> {
        let activated = self.try_to_activate(upload, wish).await;
        let result = activated.as_ref().map_or_else(|unmade| unmade.title().0, |_| "activated");
        metrics::counter!(counted::GENERATIONS, "tenant" => self.name.clone(), "result" => result).increment(1);
        match &activated {
            Ok(activated) => {
                let generation = activated.made.rulebook.policy().generation.to_string();
                let position = activated.swapped.as_ref().map(|swapped| swapped.position.0);
                tracing::info!(tenant = self.name, generation, position, "a generation was activated");
            }
            Err(Unmade::Failed(problem)) => tracing::error!(tenant = self.name, problem, "no generation was made"),
            Err(unmade) => tracing::warn!(tenant = self.name, problem = unmade.title().0, "no generation was made"),
        }
        activated
    }

    async fn try_to_activate(&self, upload: Upload, wish: Wish) -> Result<Activated, Unmade> {
        let _alone = self.generations.one_at_a_time.try_lock().map_err(|_| Unmade::Busy)?;
        if let Some(Freeze { to, .. }) = self.freeze().await? {
            return Err(Unmade::Frozen { until: to });
        }
        let generations = Arc::clone(&self.generations);
        let made = tokio::task::spawn_blocking(move || generations.make(&upload, Trial::Whole)).await;
        let made = made.map_err(|error| Unmade::Failed(error.to_string()))??;
        let was = self.live().await?.map(|live| live.generation);
        if was == Some(made.rulebook.policy().generation) {
            return Ok(Activated { made, was, swapped: None });
        }
        let event = activated(&made.rulebook, None, wish.by, wish.reason);
        let rulebook = self.behind(made.rulebook.clone(), was).await?;
        let swapped = self.swap(rulebook, event).await?;
        Ok(Activated { made, was, swapped: Some(swapped) })
    }

    /// Lets the generation before, or the one that is named, decide again; the live one is taken back.
    ///
    /// # Errors
    /// When there is none; then nothing has changed.
    pub(crate) async fn roll_back(&self, to: Option<Id>, wish: Wish) -> Result<RolledBack, Unmade> {
        let _alone = self.generations.one_at_a_time.try_lock().map_err(|_| Unmade::Busy)?;
        let history = self.look(|glance| glance.generations()).await?;
        let history = history.map_err(|error| Unmade::Failed(error.to_string()))?;
        let was = history.live().cloned().ok_or(Unmade::NothingBefore)?;
        let to = to
            .or_else(|| history.before(was.generation).map(|before| before.generation))
            .ok_or(Unmade::NothingBefore)?;
        if to == was.generation {
            return Err(Unmade::NothingBefore);
        }
        let was_ready = self.generations.is_ready(to);
        let before = history.before(to).map(|before| before.generation);
        let rulebook = self.behind(self.found(to).await?, before).await?;
        let event = activated(&rulebook, Some(was.generation), wish.by, wish.reason);
        let swapped = self.swap(rulebook, event).await?;
        let decided = self.decided_between(was.position, swapped.position).await?;
        metrics::counter!(counted::GENERATIONS, "tenant" => self.name.clone(), "result" => "rolled-back").increment(1);
        tracing::info!(tenant = self.name, generation = to.to_string(), "a generation was rolled back");
        Ok(RolledBack { generation: to, was, was_ready, swapped, decided })
    }

    async fn found(&self, generation: Id) -> Result<Rulebook, Unmade> {
        let generations = Arc::clone(&self.generations);
        let found = tokio::task::spawn_blocking(move || generations.find(generation)).await;
        found.map_err(|error| Unmade::Failed(error.to_string()))?
    }

    /// With the one that answers where a plugin of it fails and the pack says so; none where it is gone by now.
    async fn behind(&self, rulebook: Rulebook, before: Option<Id>) -> Result<Rulebook, Unmade> {
        let Some(before) = before else { return Ok(rulebook) };
        Ok(rulebook.with_previous(self.found(before).await.ok()))
    }

    /// What the generation that is live allows now.
    async fn freeze(&self) -> Result<Option<Freeze>, Unmade> {
        let now = self.now();
        Ok(self.look(move |glance| now.and_then(|now| glance.policy().freeze(now))).await?)
    }

    async fn live(&self) -> Result<Option<Activation>, Unmade> {
        let live = |glance: &Glance<'_>| glance.generations().map(|generations| generations.live().cloned());
        self.look(live).await?.map_err(|error| Unmade::Failed(error.to_string()))
    }

    async fn swap(&self, rulebook: Rulebook, event: Event) -> Result<Swapped, Unmade> {
        let (decided, answer) = oneshot::channel();
        let decided = Box::new(move |told| drop(decided.send(told)));
        self.request(Request::Activate(Box::new(Activate { event, rulebook, decided })))?;
        let Decided { positions, told } = answer.await.map_err(|_| Unmade::Down)?;
        let mut ended = Counted::new();
        told.iter().for_each(|told| *ended.entry(told.decision.body.name()).or_default() += 1);
        let position = positions.first().copied().ok_or(Unmade::Down)?;
        Ok(Swapped { position, ended })
    }

    /// Counts page by page, so that the road stands still for none of it.
    async fn decided_between(&self, from: Position, to: Position) -> Result<Counted, Unmade> {
        let mut sum: Counted = BTreeMap::new();
        let mut next = Some(from);
        while let Some(from) = next {
            let counted = self.look(move |glance| glance.counted(from, to)).await?;
            let (counted, on) = counted.map_err(|error| Unmade::Failed(error.to_string()))?;
            counted.into_iter().for_each(|(kind, count)| *sum.entry(kind).or_default() += count);
            next = on;
        }
        Ok(sum)
    }
}

impl From<Busy> for Unmade {
    fn from(_: Busy) -> Self {
        Unmade::Down
    }
}
