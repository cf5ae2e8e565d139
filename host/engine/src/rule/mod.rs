//! Rules: what a checked pack asks, and what follows when the answer is yes.

mod casework;

pub use casework::{
    Brief, Casework, Category, DUE_DEFAULT, Desk, REOPEN_WITHIN, Route, RouteAnswer, RouteTo, UNCLASSIFIED,
};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    absence::Abstention,
    condition::{Condition, Group, Tick},
    fact::Speaker,
    guard::OnFailure,
    id::Id,
    time::{Duration, Instant},
};

/// An order to a channel that is neither confirmed nor failed by then has expired.
pub const COMMAND_LIMIT: Duration = Duration::seconds(30);

/// A pack that was checked: what the engine decides by.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The pack's name.
    pub pack: String,
    /// The digest of the pack and its plugins.
    pub generation: Id,
    /// The alert rules, in the order of the pack.
    pub rules: Vec<Rule>,
    /// The analyzers that read texts, in the order of the pack.
    pub analyzers: Vec<Analyzer>,
    /// How complaints become cases.
    pub casework: Casework,
    /// When only a pause or a rollback may change what decides.
    pub freezes: Vec<Freeze>,
    /// Whether a machine may take a conversation from an agent without a person: the tenant's own switch.
    pub forced_by_machine: bool,
}

/// A time in which only a pause or a rollback may change what decides: from here, to here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// It begins.
    pub from: Instant,
    /// It is over.
    pub to: Instant,
}

impl Policy {
    /// The freeze that holds at an instant.
    pub fn freeze(&self, at: Instant) -> Option<Freeze> {
        self.freezes.iter().copied().find(|freeze| freeze.from <= at && at < freeze.to)
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Whether any rule reads what is known of customers.
    pub fn reads_customers(&self) -> bool {
        self.rules.iter().any(Rule::reads_customers)
    }
}

impl Rule {
    fn reads_customers(&self) -> bool {
        let said = self.say.zh.iter().chain(&self.say.en).filter_map(|piece| match piece {
            Piece::Value(value) => Some(value),
            Piece::Words(_) | Piece::Score | Piece::Because(_) => None,
        });
        let unless = self.then.iter().filter_map(|step| step.unless.as_ref());
        let mut all = std::iter::once(&self.when).chain(&self.clear).chain(said).chain(unless);
        all.any(|condition| condition.reads().iter().any(|read| read.facts().group == Group::Customer))
    }
}

/// An analyzer the pack asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analyzer {
    /// The plugin with its settings.
    pub ask: PluginAsk,
    /// Whose turns it reads; complaints are always read.
    pub speakers: Vec<Speaker>,
}

/// One alert rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name: the pattern it catches.
    pub id: String,
    /// The digest of its definition: what it remembers is kept under it.
    pub digest: Id,
    /// When it is looked at.
    pub on: On,
    /// The plugin that answers instead of `when`; `when` then says whether to ask at all.
    pub ask: Option<PluginAsk>,
    /// The condition.
    pub when: Condition,
    /// On the rise or every time.
    pub fire: Fire,
    /// When an open alert of this rule is over by itself.
    pub clear: Option<Condition>,
    /// How bad it is.
    pub severity: Severity,
    /// What people read.
    pub say: Say,
    /// What follows.
    pub then: Vec<RuleStep>,
    /// Having fired, it keeps still for this long on the same contact.
    pub cooldown: Duration,
    /// When `when` could become true by nothing but time.
    pub ticks: Vec<Tick>,
}

/// When a rule is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// At each turn.
    Turn,
    /// At each fact of a contact, and when time makes a difference.
    Contact,
}

/// A plugin with its settings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PluginAsk {
    /// The plugin's id.
    pub plugin: String,
    /// A JSON object.
    pub settings: String,
    /// What follows where it fails.
    pub on_failure: OnFailure,
}

/// When a condition that holds raises an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fire {
    /// When it becomes true.
    Rise,
    /// Every time it is true.
    Each,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth a look.
    Warning,
    /// Somebody must act now.
    Critical,
}

impl Severity {
    /// The word in events and conditions.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        }
    }
}

/// A text in two languages, with places for values.
#[derive(Clone, Debug, Default)]
pub struct Say {
    /// Chinese.
    pub zh: Vec<Piece>,
    /// English.
    pub en: Vec<Piece>,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A value read when the alert is raised.
    Value(Condition),
    /// The plugin's score.
    Score,
    /// What the plugin's verdict says under this name.
    Because(String),
}

/// What follows when an alert is raised.
#[derive(Clone, Debug)]
pub struct RuleStep {
    /// What to do.
    pub act: Act,
    /// Who is told or takes over, best first; the last one is always there.
    pub to: Vec<String>,
    /// How long after the alert.
    pub after: Duration,
    /// Not if this holds then.
    pub unless: Option<Condition>,
    /// What the one who takes over must be able to do.
    pub needs: Vec<String>,
    /// An order that is open for this long has expired.
    pub within: Duration,
    /// What to order instead when the order fails, expires or may not be given.
    pub otherwise: Option<Intervention>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Shows the agent a hint by this name.
    Hint(String),
    /// Tells people.
    Notify,
    /// Orders the channel.
    Intervene(Intervention),
    /// Opens a case for each customer the contact concerns: of this category, or of the one their words speak for.
    OpenCase(Option<String>),
}

impl Act {
    /// The word in rules and pauses.
    pub fn word(&self) -> &'static str {
        match self {
            Act::Hint(_) => "hint",
            Act::Notify => "notify",
            Act::Intervene(_) => "intervene",
            Act::OpenCase(_) => "open-case",
        }
    }
}

/// What a channel can be ordered to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intervention {
    /// Show the agent a hint.
    Hint,
    /// Listen in.
    Monitor,
    /// Speak to the agent alone.
    Whisper,
    /// Break into the conversation.
    Barge,
    /// Add a third party.
    Conference,
    /// Hand the conversation to another agent, named.
    TransferAgent,
    /// Hand the conversation to a queue.
    TransferQueue,
    /// Replace the agent.
    ChangeAgent,
}

impl Intervention {
    /// Every intervention a rule can order by `intervene`, with its word.
    pub const WORDS: [(&'static str, Intervention); 8] = [
        ("hint", Intervention::Hint),
        ("monitor", Intervention::Monitor),
        ("whisper", Intervention::Whisper),
        ("barge", Intervention::Barge),
        ("conference", Intervention::Conference),
        ("transfer-agent", Intervention::TransferAgent),
        ("transfer-queue", Intervention::TransferQueue),
        ("change-agent", Intervention::ChangeAgent),
    ];

    /// The word in events and rules.
    pub fn word(self) -> &'static str {
        Intervention::WORDS.iter().find(|(_, intervention)| *intervention == self).map_or("hint", |(word, _)| word)
    }

    /// Whether it takes the conversation from the agent who has it.
    pub fn is_forced_change(self) -> bool {
        matches!(self, Intervention::TransferAgent | Intervention::TransferQueue | Intervention::ChangeAgent)
    }

    /// Whether it must wait while the contact is sensitive.
    pub fn breaks_in(self) -> bool {
        self.is_forced_change() || matches!(self, Intervention::Barge | Intervention::Conference)
    }
}

/// A plugin's answer about one contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answered {
    /// It answered.
    Verdict(Verdict),
    /// It did not; the rule abstains.
    Abstained(Abstention),
}

/// What a plugin said. Most say no; what is empty is not written.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdict {
    /// Whether the pattern is there.
    pub fire: bool,
    /// How strongly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Names and values a reader needs to believe it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub because: BTreeMap<String, String>,
    /// Where it was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
    /// What was missing when it did not fire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
}

/// A piece of a turn's text: UTF-8 byte offsets, `start` included, `end` not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The fact's id of the turn.
    pub turn: String,
    /// From here.
    pub start: u32,
    /// To here.
    pub end: u32,
}
