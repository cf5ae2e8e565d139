//! What stood between a question and its plugin: a breaker that is open, or another generation that answered instead.
//!
//! It is recorded beside the answer, so whoever reads an outcome sees why nobody was asked, or who was. Nothing here
//! decides when a breaker opens.

use serde::{Deserialize, Serialize};

use crate::{id::Id, time::Instant};

/// What a pack wants where a plugin fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum OnFailure {
    /// The rule, the analyzer or the row abstains.
    #[default]
    Abstain,
    /// The plugin of the generation before answers.
    Previous,
    /// The last row of the decision table counts.
    DefaultRoute,
    /// It abstains, and the operator is told each time.
    AlertOperator,
}

/// Where a plugin is asked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskedBy {
    /// An alert rule.
    Rule,
    /// An analyzer.
    Analyzer,
    /// A row of the decision table.
    Route,
}

impl AskedBy {
    /// The word in outcomes and texts.
    pub fn word(self) -> &'static str {
        match self {
            AskedBy::Rule => "rule",
            AskedBy::Analyzer => "analyzer",
            AskedBy::Route => "route",
        }
    }
}

/// How a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breaker {
    /// This failure opened it.
    Opened,
    /// It is open: nobody was asked.
    Open,
    /// One question was let through, and the plugin failed again.
    HalfOpen,
    /// One question was let through and answered.
    ClosedAgain,
}

/// What stood between one question and its plugin, where that was not nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guarded {
    /// Where it was asked from.
    pub by: AskedBy,
    /// The rule, the plugin of the analyzer, or the row.
    pub id: String,
    /// How the breaker stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<Breaker>,
    /// Until when it lets nothing through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The generation that answered instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Id>,
    /// What the operator is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
}
