//! Generations: which policy decides from which position on, and what is held still meanwhile.
//!
//! A fold of facts alone: what was activated, rolled back or paused is known to every reader of the log.

use serde::{Deserialize, Serialize};

use crate::{
    fact::{Fact, FactBody, GenerationActivated, Position, RulePaused, RuleResumed},
    id::Id,
    time::{Duration, Instant},
};

/// Activations that are remembered; older ones stand in the log. A year of daily ones.
const HISTORY_MAX: usize = 400;
/// Pauses at once: a brake is pulled for a few rules, not for a pack.
const PAUSES_MAX: usize = 100;
/// The longest pause: what shall stay away longer is taken out of the pack.
pub const PAUSE_MAX: Duration = Duration::seconds(24 * 60 * 60);

/// Which generations have decided, and what is paused.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Generations {
    /// Oldest first.
    pub history: Vec<Activation>,
    /// What is paused, also what is over by now.
    pub pauses: Vec<Pause>,
}

/// A generation began to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// Its digest.
    pub generation: Id,
    /// Its pack's name.
    pub pack: String,
    /// The first position it decided.
    pub position: Position,
    /// When.
    pub at: Instant,
    /// Who activated it.
    pub by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The generation it took back, where it is a rollback.
    pub withdraws: Option<Id>,
}

/// Something is held still for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// This rule; every rule where there is none.
    pub rule: Option<String>,
    /// Only these steps (`notify`, `hint`, `intervene`, `open-case`); the rule as a whole where there is none.
    pub step: Option<String>,
    /// Only for this brand.
    pub brand: Option<String>,
    /// From here.
    pub from: Instant,
    /// To here: it is over by itself.
    pub until: Instant,
    /// Who paused it.
    pub by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Generations {
    /// Whether a fact changes them.
    pub fn are_told_by(body: &FactBody) -> bool {
        matches!(body, FactBody::GenerationActivated(_) | FactBody::RulePaused(_) | FactBody::RuleResumed(_))
    }

    /// Folds a fact in. One that names no generation changes nothing.
    pub fn fold(&mut self, fact: &Fact) {
        if let FactBody::GenerationActivated(activated) = &fact.body {
            self.activate(fact, activated);
        } else if let FactBody::RulePaused(paused) = &fact.body {
            self.pause(fact.at, paused);
        } else if let FactBody::RuleResumed(resumed) = &fact.body {
            self.resume(resumed);
        }
    }

    /// The one that decides.
    pub fn live(&self) -> Option<&Activation> {
        self.history.last()
    }

    /// What a rollback goes back to: the last one before this one that was not taken back itself.
    pub fn before(&self, generation: Id) -> Option<&Activation> {
        let withdrawn = |activation: &&Activation| {
            self.history
                .iter()
                .any(|later| later.withdraws == Some(activation.generation) && later.position > activation.position)
        };
        let mut earlier = self.history.iter().rev().skip_while(|activation| activation.generation != generation);
        earlier.find(|activation| activation.generation != generation && !withdrawn(activation))
    }

    /// Whether what `generation` decided at a position was taken back since.
    pub fn has_withdrawn(&self, generation: Id, position: Position) -> bool {
        let next = self.history.iter().find(|activation| activation.position > position);
        next.is_some_and(|next| next.withdraws == Some(generation))
    }

    /// Whether a rule, or a step of it, is held still at an instant.
    pub fn pauses(&self, wanted: &Paused<'_>, at: Instant) -> bool {
        self.pauses.iter().any(|pause| pause.holds(wanted, at))
    }

    fn activate(&mut self, fact: &Fact, activated: &GenerationActivated) {
        let Some(generation) = Id::parse(&activated.generation) else { return };
        self.history.push(Activation {
            generation,
            pack: activated.pack.clone().unwrap_or_default(),
            position: fact.position,
            at: fact.at,
            by: activated.by.clone(),
            reason: activated.reason.clone(),
            withdraws: activated.withdraws.as_deref().and_then(Id::parse),
        });
        let too_many = self.history.len().saturating_sub(HISTORY_MAX);
        self.history.drain(..too_many);
    }

    fn pause(&mut self, at: Instant, paused: &RulePaused) {
        self.pauses.retain(|pause| pause.until > at);
        if self.pauses.len() < PAUSES_MAX {
            self.pauses.push(Pause {
                rule: paused.rule.clone(),
                step: paused.step.clone(),
                brand: paused.brand.clone(),
                from: at,
                until: at.plus(Duration::seconds(i64::from(paused.seconds)).min(PAUSE_MAX)),
                by: paused.by.clone(),
                reason: paused.reason.clone(),
            });
        }
    }

    fn resume(&mut self, resumed: &RuleResumed) {
        self.pauses
            .retain(|pause| (&pause.rule, &pause.step, &pause.brand) != (&resumed.rule, &resumed.step, &resumed.brand));
    }
}

/// What may be paused: a rule, or with `step` a step of it, for a contact of this brand.
#[derive(Clone, Copy, Debug)]
pub struct Paused<'a> {
    /// The rule.
    pub rule: &'a str,
    /// The step's word.
    pub step: Option<&'a str>,
    /// The contact's brand.
    pub brand: Option<&'a str>,
}

impl Pause {
    fn holds(&self, wanted: &Paused<'_>, at: Instant) -> bool {
        let in_time = self.from <= at && at < self.until;
        let of_rule = self.rule.as_deref().is_none_or(|rule| rule == wanted.rule);
        let of_brand = self.brand.is_none() || self.brand.as_deref() == wanted.brand;
        // A rule that is paused as a whole takes none of its steps either.
        let of_step = self.step.is_none() || self.step.as_deref() == wanted.step;
        in_time && of_rule && of_brand && of_step
    }
}
