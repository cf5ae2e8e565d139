//! Asking plugins behind their guards: breaker, second chance, quarantine, and what a pack wants where one fails.
//!
//! Only where calls go on ([`Overruns::Abstain`]). Elsewhere an overrun ends the run, nothing is asked twice and none
//! is skipped, so that no result depends on the ones before. It knows no plugin's contract.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use engine::{
    absence::{Absence, Abstention},
    contact::ReadingAnswer,
    guard::{AskedBy, Breaker as State, Guarded as Note, OnFailure},
    id::Id,
    rule::{Answered, PluginAsk, Policy, RouteAnswer},
    step::{Question, ReadQuestion, RouteQuestion},
    time::Instant,
};
use sandbox::{Analyzer, Overrun, RoutingPolicy};

use crate::{
    RoadError,
    breaker::{Breaker, Permit},
    plugins::{Judge, Overruns, Rulebook},
};

/// Questions of one place that are known to break its plugin: with more, the plugin is what is broken, and its breaker
/// says so.
const POISONS_MAX: usize = 1_000;

/// A plugin with its guards.
pub(crate) struct Guarded<T> {
    plugin: T,
    breaker: Breaker,
    /// The questions at which it broke twice.
    poisons: Mutex<BTreeSet<Id>>,
}

/// A question at which a plugin broke twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poison {
    /// The generation.
    pub generation: Id,
    /// Where it was asked from.
    pub by: AskedBy,
    /// The rule, the plugin of the analyzer, or the row.
    pub id: String,
    /// The plugin.
    pub plugin: String,
    /// How it broke.
    pub why: Abstention,
    /// The question, as the plugin's fixtures write one.
    pub input: String,
}

/// Where such questions are kept for whoever repairs the plugin.
pub type Shelf = Arc<dyn Fn(&Poison) + Send + Sync>;

/// An answer that may be none.
pub(crate) trait Abstains: Sized {
    fn abstained(why: Abstention) -> Self;
    fn abstention(&self) -> Option<&Abstention>;
}

/// Who is asked.
pub(crate) struct Named<'a> {
    id: &'a str,
    plugin: &'a str,
    on_failure: OnFailure,
}

/// A question to a plugin of one kind.
pub(crate) trait Asks: Sized {
    type Plugin;
    type Answer: Abstains;
    const BY: AskedBy;

    fn place(&self) -> usize;
    fn now(&self) -> Instant;
    fn named<'a>(&self, policy: &'a Policy) -> Named<'a>;
    fn plugins(rulebook: &Rulebook) -> &BTreeMap<usize, Guarded<Self::Plugin>>;
    fn ask(&self, plugin: &Self::Plugin) -> Result<Self::Answer, Overrun>;
    /// The question as a fixture.
    fn spelled(&self, plugin: &Self::Plugin) -> String;
    /// The same question to the place of this name in another policy.
    fn in_policy(&self, id: &str, other: &Policy) -> Option<Self>;
}

impl<T> Guarded<T> {
    pub(crate) fn new(plugin: T) -> Self {
        Guarded { plugin, breaker: Breaker::default(), poisons: Mutex::default() }
    }

    /// The plugin without its guards: to look at, not to ask.
    pub(crate) fn plugin(&self) -> &T {
        &self.plugin
    }

    fn poisons(&self) -> MutexGuard<'_, BTreeSet<Id>> {
        self.poisons.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it broke twice at this question; no question is spelled where none ever did.
    fn is_poison(&self, spelled: impl FnOnce() -> String) -> bool {
        let poisons = self.poisons();
        !poisons.is_empty() && poisons.contains(&poison_id(&spelled()))
    }
}

impl Rulebook {
    /// Asks one plugin, and notes what stood between.
    ///
    /// # Errors
    /// When it overruns where that is an error.
    pub(crate) fn ask_one<Q: Asks>(&self, question: &Q, notes: &mut Vec<Note>) -> Result<Q::Answer, RoadError> {
        let Named { id, plugin: name, on_failure } = question.named(self.policy());
        let Some(guarded) = Q::plugins(self).get(&question.place()) else {
            let reason = format!("no plugin answers for {} `{id}`", Q::BY.word());
            return Ok(Q::Answer::abstained(Abstention::new(Absence::Missing, reason)));
        };
        if self.overruns() == Overruns::Fail {
            let overrun = |overrun: Overrun| RoadError::Overrun { rule: id.to_owned(), reason: overrun.to_string() };
            return question.ask(&guarded.plugin).map_err(overrun);
        }
        let (answer, turned) = self.ask_behind(question, guarded);
        let Some(why) = answer.abstention().filter(|why| has_failed(why)) else {
            let note = note::<Q>(id, turned);
            notes.extend(note.breaker.is_some().then_some(note));
            return Ok(answer);
        };
        let mut note = note::<Q>(id, turned);
        note.alert = alert::<Q>(id, name, why, &note, on_failure);
        let instead = if on_failure == OnFailure::Previous { self.ask_before(question, id, notes)? } else { None };
        note.instead = instead.as_ref().map(|(generation, _)| *generation);
        let is_worth_noting = note.breaker.is_some() || note.alert.is_some() || note.instead.is_some();
        notes.extend(is_worth_noting.then_some(note));
        Ok(instead.map_or(answer, |(_, answer)| answer))
    }

    /// Asks it, once more where it broke, unless its guards know better.
    fn ask_behind<Q: Asks>(&self, question: &Q, guarded: &Guarded<Q::Plugin>) -> (Q::Answer, Option<Turned>) {
        let spelled = || question.spelled(&guarded.plugin);
        if guarded.is_poison(spelled) {
            let reason = "it broke twice at this very question, which is in quarantine";
            return (Q::Answer::abstained(Abstention::new(Absence::Quarantined, reason)), None);
        }
        let now = question.now();
        let permit = guarded.breaker.enter(now);
        let ask = || question.ask(&guarded.plugin).unwrap_or_else(|overrun| Q::Answer::abstained(overrun.into()));
        let answer = match permit {
            Permit::No(_) => {
                let reason = "it failed too often in a row; it is left alone for a while";
                Q::Answer::abstained(Abstention::new(Absence::Breaker, reason))
            }
            Permit::Ask | Permit::Try => {
                let first = ask();
                if first.abstention().is_some_and(breaks) { ask() } else { first }
            }
        };
        if let Some(why) = answer.abstention().filter(|why| breaks(why)) {
            self.quarantine(question, guarded, why);
        }
        let is_failure = answer.abstention().is_some_and(|why| why.cause.is_failure());
        let turned = guarded.breaker.leave(permit, is_failure, now);
        (answer, turned)
    }

    /// The generation before answers, if it asks a plugin there and that one does.
    fn ask_before<Q: Asks>(
        &self,
        question: &Q,
        id: &str,
        notes: &mut Vec<Note>,
    ) -> Result<Option<(Id, Q::Answer)>, RoadError> {
        let Some(before) = self.previous() else { return Ok(None) };
        let Some(question) = question.in_policy(id, before.policy()) else { return Ok(None) };
        let answer = before.ask_one(&question, notes)?;
        Ok(answer.abstention().is_none().then_some((before.policy().generation, answer)))
    }

    fn quarantine<Q: Asks>(&self, question: &Q, guarded: &Guarded<Q::Plugin>, why: &Abstention) {
        let Named { id, plugin, .. } = question.named(self.policy());
        let input = question.spelled(&guarded.plugin);
        let mut poisons = guarded.poisons();
        if poisons.len() >= POISONS_MAX || !poisons.insert(poison_id(&input)) {
            return;
        }
        drop(poisons);
        if let Some(shelf) = self.shelf() {
            let generation = self.policy().generation;
            let (id, plugin, why) = (id.to_owned(), plugin.to_owned(), why.clone());
            shelf(&Poison { generation, by: Q::BY, id, plugin, why, input });
        }
    }
}

/// How a breaker turned, and until when it lets nothing through.
type Turned = (State, Option<Instant>);

fn note<Q: Asks>(id: &str, turned: Option<Turned>) -> Note {
    let (breaker, until) = turned.map_or((None, None), |(state, until)| (Some(state), until));
    Note { by: Q::BY, id: id.to_owned(), breaker, until, instead: None, alert: None }
}

/// What the operator is told: that a breaker opened, and each failure where the pack wants that.
fn alert<Q: Asks>(id: &str, plugin: &str, why: &Abstention, note: &Note, on_failure: OnFailure) -> Option<String> {
    let by = Q::BY.word();
    if note.breaker == Some(State::Opened) {
        let cause = why.cause.word();
        return Some(format!("plugin `{plugin}` of {by} `{id}` is left alone for a while: it failed ({cause}), {why}"));
    }
    let is_asked = on_failure == OnFailure::AlertOperator && why.cause.is_failure();
    is_asked.then(|| format!("plugin `{plugin}` of {by} `{id}` failed ({}): {why}", why.cause.word()))
}

/// Whether the pack's word on failures counts: it did not answer, and that is not what it said itself.
fn has_failed(why: &Abstention) -> bool {
    why.cause.is_failure() || matches!(why.cause, Absence::Breaker | Absence::Quarantined)
}

/// Whether the question itself may be what breaks it. Time is no sign of that: the machine may be slow.
fn breaks(why: &Abstention) -> bool {
    matches!(why.cause, Absence::Trap | Absence::Memory | Absence::Table | Absence::Answer)
}

fn poison_id(input: &str) -> Id {
    Id::of(&[b"poison", input.as_bytes()])
}

fn named<'a>(id: &'a str, ask: Option<&'a PluginAsk>) -> Named<'a> {
    let (plugin, on_failure) = ask.map_or(("", OnFailure::Abstain), |ask| (ask.plugin.as_str(), ask.on_failure));
    Named { id, plugin, on_failure }
}

impl Asks for Question {
    type Plugin = Judge;
    type Answer = Answered;
    const BY: AskedBy = AskedBy::Rule;

    fn place(&self) -> usize {
        self.rule
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn named<'a>(&self, policy: &'a Policy) -> Named<'a> {
        let rule = &policy.rules[self.rule];
        named(&rule.id, rule.ask.as_ref())
    }

    fn plugins(rulebook: &Rulebook) -> &BTreeMap<usize, Guarded<Judge>> {
        rulebook.judges()
    }

    fn ask(&self, judge: &Judge) -> Result<Answered, Overrun> {
        match judge {
            Judge::Plugin(plugin) => plugin.evaluate(self),
            Judge::Scripted(judge) => Ok(judge(self)),
        }
    }

    fn spelled(&self, judge: &Judge) -> String {
        match judge {
            Judge::Plugin(plugin) => plugin.fixture(self).to_string(),
            Judge::Scripted(_) => String::new(),
        }
    }

    fn in_policy(&self, id: &str, other: &Policy) -> Option<Self> {
        let rule = other.rules.iter().position(|rule| rule.id == id && rule.ask.is_some())?;
        Some(Question { rule, ..self.clone() })
    }
}

impl Asks for ReadQuestion {
    type Plugin = Analyzer;
    type Answer = ReadingAnswer;
    const BY: AskedBy = AskedBy::Analyzer;

    fn place(&self) -> usize {
        self.analyzer
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn named<'a>(&self, policy: &'a Policy) -> Named<'a> {
        let ask = &policy.analyzers[self.analyzer].ask;
        named(&ask.plugin, Some(ask))
    }

    fn plugins(rulebook: &Rulebook) -> &BTreeMap<usize, Guarded<Analyzer>> {
        rulebook.analyzers()
    }

    fn ask(&self, analyzer: &Analyzer) -> Result<ReadingAnswer, Overrun> {
        analyzer.read(std::slice::from_ref(&self.text)).map(|mut answers| answers.swap_remove(0))
    }

    fn spelled(&self, analyzer: &Analyzer) -> String {
        analyzer.fixture(std::slice::from_ref(&self.text)).to_string()
    }

    fn in_policy(&self, id: &str, other: &Policy) -> Option<Self> {
        let analyzer = other.analyzers.iter().position(|analyzer| analyzer.ask.plugin == id)?;
        Some(ReadQuestion { analyzer, ..self.clone() })
    }
}

impl Asks for RouteQuestion {
    type Plugin = RoutingPolicy;
    type Answer = RouteAnswer;
    const BY: AskedBy = AskedBy::Route;

    fn place(&self) -> usize {
        self.route
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn named<'a>(&self, policy: &'a Policy) -> Named<'a> {
        let row = &policy.casework.routes[self.route];
        named(&row.id, row.to.plugin())
    }

    fn plugins(rulebook: &Rulebook) -> &BTreeMap<usize, Guarded<RoutingPolicy>> {
        rulebook.routers()
    }

    fn ask(&self, router: &RoutingPolicy) -> Result<RouteAnswer, Overrun> {
        router.route(&self.brief)
    }

    fn spelled(&self, router: &RoutingPolicy) -> String {
        router.fixture(&self.brief).to_string()
    }

    fn in_policy(&self, id: &str, other: &Policy) -> Option<Self> {
        let mut rows = other.casework.routes.iter();
        let route = rows.position(|row| row.id == id && row.to.plugin().is_some())?;
        Some(RouteQuestion { route, ..self.clone() })
    }
}

impl Abstains for Answered {
    fn abstained(why: Abstention) -> Self {
        Answered::Abstained(why)
    }

    fn abstention(&self) -> Option<&Abstention> {
        match self {
            Answered::Verdict(_) => None,
            Answered::Abstained(why) => Some(why),
        }
    }
}

impl Abstains for ReadingAnswer {
    fn abstained(why: Abstention) -> Self {
        ReadingAnswer::Abstained(why)
    }

    fn abstention(&self) -> Option<&Abstention> {
        match self {
            ReadingAnswer::Read(_) => None,
            ReadingAnswer::Abstained(why) => Some(why),
        }
    }
}

impl Abstains for RouteAnswer {
    fn abstained(why: Abstention) -> Self {
        RouteAnswer::Abstained(why)
    }

    fn abstention(&self) -> Option<&Abstention> {
        match self {
            RouteAnswer::Routed { .. } => None,
            RouteAnswer::Abstained(why) => Some(why),
        }
    }
}
