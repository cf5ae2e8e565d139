//! Outcomes: what the engine made of one fact. Exactly one for each position, never changed.
//!
//! Rebuilding folds facts with their recorded outcomes and needs neither policy nor plugin.

use serde::{Deserialize, Serialize};

use crate::{
    alert::Change,
    contact::ReadingAnswer,
    decision::{Decision, DecisionBody},
    guard::Guarded,
    id::Id,
    rule::{Answered, RouteAnswer},
};

/// What the engine made of one fact.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// The generation that decided.
    pub generation: Id,
    /// What plugins answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<RuleAnswer>,
    /// What analyzers said of the fact's text, in the order of the pack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<AnalyzerAnswer>,
    /// What routing policies said, in the order they were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteAnswer>,
    /// What stood between questions and plugins, in the order it was met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Guarded>,
    /// What changed, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The step failed and was dropped whole: the fact is in the log, and nothing was measured of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poisoned: Option<String>,
}

/// What an analyzer said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalyzerAnswer {
    /// The analyzer.
    pub analyzer: String,
    /// What it said.
    pub answer: ReadingAnswer,
}

/// What a plugin answered for a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleAnswer {
    /// The rule.
    pub rule: String,
    /// The answer.
    pub answer: Answered,
}

impl Outcome {
    /// The decisions, in order: the n-th is `(position, n)` in the stream.
    pub fn decisions(&self) -> impl Iterator<Item = &Decision> {
        self.changes.iter().filter_map(|change| match change {
            Change::Decided(decision) => Some(&**decision),
            Change::Noted(_) => None,
        })
    }

    /// Whether somebody outside is to hear of it: notifications and orders that stand in the outbox.
    pub fn has_deliveries(&self) -> bool {
        self.decisions().any(Decision::is_delivered)
    }
}

impl DecisionBody {
    /// The case it is about, for one.
    pub fn case(&self) -> Option<Id> {
        match self {
            DecisionBody::CaseOpened(opened) => Some(opened.case),
            DecisionBody::CaseAssigned(assigned) => Some(assigned.case),
            DecisionBody::CaseChased(chased) => Some(chased.case),
            DecisionBody::CaseMoved(moved) => Some(moved.case),
            DecisionBody::CaseActionRefused(refused) => Some(refused.case),
            DecisionBody::NotificationOrdered(ordered) => ordered.case,
            DecisionBody::CaseAsked(_)
            | DecisionBody::AlertRaised(_)
            | DecisionBody::AlertCleared(_)
            | DecisionBody::AlertActionRefused(_)
            | DecisionBody::InterventionOrdered(_)
            | DecisionBody::InterventionEnded(_)
            | DecisionBody::StepSkipped(_)
            | DecisionBody::OperatorAlerted(_) => None,
        }
    }
}

impl Decision {
    /// Whether it goes out through a connector.
    pub fn is_delivered(&self) -> bool {
        matches!(self.body, DecisionBody::NotificationOrdered(_) | DecisionBody::InterventionOrdered(_))
    }
}
