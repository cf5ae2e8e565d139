//! Alert rules: a contact becomes the contract's words, a verdict becomes the engine's.

use std::fmt;

use engine::{
    condition::Scope,
    contact::Turn,
    fact::Speaker,
    rule::{Answered, Span, Verdict},
    step::Question,
};
use wasmtime::component::{ComponentType, Lift, Lower};

use crate::{
    component::Component,
    counters::Snapshot,
    error::{Overrun, SandboxError},
    instance::{Instance, Prepared, Stop},
    limits::{BECAUSE_ENTRIES, BECAUSE_NAME_BYTES, BECAUSE_VALUE_BYTES, SPANS, beginning},
    manifest::{Input, Kind},
    spelled,
    value::{WitValue, wit_value},
};

/// An alert rule with settings it accepted. Judges on several threads may ask it at once.
pub struct AlertRule {
    pub(crate) prepared: Prepared,
    pub(crate) input: Input,
}

/// One instance, kept for several batches: for `plugin check` and for measuring. The road uses fresh ones.
///
/// It occupies one of the sandbox's slots as long as it is kept.
pub struct AlertRuleInstance<'a> {
    rule: &'a AlertRule,
    instance: Instance,
}

#[derive(ComponentType, Lower)]
#[component(record)]
pub(crate) struct WitTurn<'a> {
    pub(crate) id: u32,
    pub(crate) speaker: &'a str,
    pub(crate) text: &'a str,
    #[component(name = "at-ms")]
    pub(crate) at_ms: Option<i64>,
    pub(crate) labels: Vec<(&'a str, f32)>,
    pub(crate) sentiment: Option<f32>,
}

#[derive(ComponentType, Lower)]
#[component(record)]
pub(crate) struct WitContact<'a> {
    pub(crate) id: &'a str,
    pub(crate) channel: &'a str,
    pub(crate) turns: Vec<WitTurn<'a>>,
    pub(crate) signals: Vec<(&'a str, WitValue<'a>)>,
    pub(crate) customer: Vec<(&'a str, WitValue<'a>)>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct WitSpan {
    pub(crate) turn: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct WitVerdict {
    pub(crate) fire: bool,
    pub(crate) score: Option<f64>,
    pub(crate) because: Vec<(String, String)>,
    pub(crate) spans: Vec<WitSpan>,
    pub(crate) near: Option<String>,
}

/// Who spoke when an agent did who no longer has the conversation.
const FORMER_AGENT: &str = "former-agent";

type Parameters<'a> = (&'a [WitContact<'a>],);
type Results = (Vec<WitVerdict>,);

impl AlertRule {
    /// Starts the component once and asks whether it accepts `settings`, a JSON object.
    pub fn new(component: &Component, settings: &str) -> Result<Self, SandboxError> {
        let prepared = Prepared::new::<Parameters<'_>, Results>(component, (Kind::AlertRule, "evaluate"), settings)?;
        Ok(AlertRule { prepared, input: component.manifest().input.clone() })
    }

    /// Looks at one contact in a fresh instance.
    pub fn evaluate(&self, question: &Question) -> Result<Answered, Overrun> {
        let checked = self.prepared.check_input(self.input_bytes(question));
        let answers = checked.and_then(|()| self.prepared.asked(|instance| self.answers(instance, &[question])));
        match answers {
            Ok(mut answers) => Ok(answers.swap_remove(0)),
            Err(stop) => stop.abstention().map(Answered::Abstained),
        }
    }

    /// The question as the plugin's fixtures would write it.
    pub fn spelled(&self, question: &Question) -> String {
        let scope = Scope::of(question.now, &question.measured);
        let signals = self.input.signals.iter().map(|signal| (signal.name.as_str(), scope.slot(signal.variable)));
        let turns: Vec<&Turn> = self.turns(question).collect();
        spelled::contact(self.prepared.settings(), turns.into_iter(), signals)
    }

    /// What it did so far.
    pub fn snapshot(&self) -> Snapshot {
        self.prepared.snapshot()
    }

    /// Looks at each contact in a fresh instance of its own.
    pub fn evaluate_all(&self, questions: &[&Question]) -> Vec<Result<Answered, Overrun>> {
        questions.iter().map(|question| self.evaluate(question)).collect()
    }

    /// One instance for several batches.
    pub fn instance(&self) -> Result<AlertRuleInstance<'_>, SandboxError> {
        let instance = self.prepared.configured().map_err(|stop| stop.while_configuring(&self.prepared.plugin))?;
        Ok(AlertRuleInstance { rule: self, instance })
    }

    /// One answer for each question, in the same order.
    fn answers(&self, instance: &mut Instance, questions: &[&Question]) -> Result<Vec<Answered>, Stop> {
        let contacts: Vec<WitContact<'_>> = questions.iter().map(|question| self.contact(question)).collect();
        let verdicts = self.ask(instance, &contacts)?.into_iter().zip(questions);
        Ok(verdicts.map(|(verdict, question)| Answered::Verdict(named(verdict, question))).collect())
    }

    /// One verdict for each contact, in the same order, as far as a verdict counts.
    pub(crate) fn ask(&self, instance: &mut Instance, contacts: &[WitContact<'_>]) -> Result<Vec<WitVerdict>, Stop> {
        let (verdicts,): Results = instance.work::<Parameters<'_>, Results>(&self.prepared, (contacts,))?;
        if verdicts.len() != contacts.len() {
            let (gave, asked) = (verdicts.len(), contacts.len());
            return Err(Stop::answer(format!("it gave {gave} verdicts where {asked} were asked for")));
        }
        Ok(verdicts.into_iter().zip(contacts).map(|(verdict, contact)| verdict.of(&contact.turns)).collect())
    }

    /// Only what the manifest asks for, and neither the source's name of the contact nor the customer's keys.
    pub(crate) fn contact<'a>(&'a self, question: &'a Question) -> WitContact<'a> {
        let scope = Scope::of(question.now, &question.measured);
        let signals = self.input.signals.iter();
        WitContact {
            id: "",
            channel: question.measured.about.channel.as_deref().unwrap_or_default(),
            turns: self.turns(question).map(|turn| wit_turn(turn, question.contact.agents)).collect(),
            signals: signals.map(|signal| (signal.name.as_str(), wit_value(scope.slot(signal.variable)))).collect(),
            customer: Vec::new(),
        }
    }

    /// Words and labels are all that can be large.
    fn input_bytes(&self, question: &Question) -> usize {
        let words = |turn: &Turn| {
            let labels: usize = turn.labels.iter().map(|(label, _)| label.len()).sum();
            turn.text.as_ref().map_or(0, |text| text.len()) + labels
        };
        self.turns(question).map(words).sum()
    }

    fn turns<'a>(&self, question: &'a Question) -> impl Iterator<Item = &'a Turn> + use<'a> {
        let turns = question.contact.window.turns();
        let before = question.contact.window.turns().count().saturating_sub(self.input.turns);
        turns.skip(before)
    }
}

impl WitVerdict {
    /// What counts of it, where these turns were sent.
    fn of(self, turns: &[WitTurn<'_>]) -> Self {
        let because = self.because.into_iter().take(BECAUSE_ENTRIES);
        WitVerdict {
            fire: self.fire,
            score: self.score.filter(|score| score.is_finite()),
            because: because
                .map(|(name, value)| (beginning(name, BECAUSE_NAME_BYTES), beginning(value, BECAUSE_VALUE_BYTES)))
                .collect(),
            spans: self.spans.into_iter().take(SPANS).filter(|span| span.lies_in(turns)).collect(),
            near: self.near.map(|near| beginning(near, BECAUSE_VALUE_BYTES)),
        }
    }
}

impl WitSpan {
    /// Whether it is of a turn that was sent, and between characters; anything else points nowhere.
    fn lies_in(&self, turns: &[WitTurn<'_>]) -> bool {
        let turn = turns.iter().find(|turn| turn.id == self.turn);
        let piece = turn.and_then(|turn| turn.text.get(self.start as usize..self.end as usize));
        piece.is_some_and(|piece| !piece.is_empty())
    }
}

impl AlertRuleInstance<'_> {
    /// One answer for each question, in the same order. After an abstention the instance abstains for ever.
    pub fn evaluate(&mut self, questions: &[&Question]) -> Result<Vec<Answered>, Overrun> {
        self.instance.begin_call();
        match self.rule.answers(&mut self.instance, questions) {
            Ok(answers) => Ok(answers),
            Err(stop) => stop.abstention().map(|why| vec![Answered::Abstained(why); questions.len()]),
        }
    }
}

impl fmt::Debug for AlertRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AlertRule").field("input", &self.input).finish_non_exhaustive()
    }
}

impl fmt::Debug for AlertRuleInstance<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("AlertRuleInstance").field(&self.rule).finish()
    }
}

/// A turn of a contact whose `agent`-th agent has the conversation now.
fn wit_turn(turn: &Turn, agent: u16) -> WitTurn<'_> {
    let is_former = turn.speaker == Speaker::Agent && turn.agent != agent;
    WitTurn {
        id: turn.ordinal,
        speaker: if is_former { FORMER_AGENT } else { turn.speaker.word() },
        text: turn.text.as_deref().unwrap_or_default(),
        at_ms: turn.timed.then_some(turn.happened.0),
        labels: turn.labels.iter().map(|(label, confidence)| (&**label, f32::from(*confidence) / 1_000.0)).collect(),
        sentiment: turn.sentiment,
    }
}

/// A verdict whose spans name turns as their source does.
fn named(verdict: WitVerdict, question: &Question) -> Verdict {
    let turn = |ordinal| question.contact.window.turns().find(|turn| turn.ordinal == ordinal);
    let WitVerdict { fire, score, because, spans, near } = verdict;
    let named = spans.into_iter().filter_map(|WitSpan { turn: ordinal, start, end }| {
        turn(ordinal).map(|turn| Span { turn: turn.id.to_string(), start, end })
    });
    Verdict { fire, score, because: because.into_iter().collect(), spans: named.collect(), near }
}
