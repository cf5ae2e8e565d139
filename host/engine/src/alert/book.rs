//! The book: the alerts of one contact, and the one way it changes.

use serde::{Deserialize, Serialize};

use super::{Change, Note, Noted, Truth};
use crate::{
    contact::Measured,
    decision::{AlertRaised, Decision, DecisionBody, InterventionOrdered},
    fact::{Disposition, Fact},
    id::Id,
    rule::Severity,
    time::Instant,
};

/// Alerts and orders that are over are remembered up to this many, so that a late click gets a true answer.
const OVER_MAX: usize = 16;

/// The alerts of one contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// The contact.
    pub subject: Id,
    /// The generation that last looked at it.
    pub generation: Option<Id>,
    /// The contact as last seen.
    pub seen: Option<Measured>,
    /// Its latest fact told of the past: so does what time alone makes true.
    pub backfill: bool,
    /// What rules remember.
    pub memories: Vec<Memory>,
    /// Alerts, oldest first.
    pub alerts: Vec<Alert>,
    /// Steps that are due later.
    pub pending: Vec<PendingStep>,
    /// Orders to the channel, oldest first.
    pub commands: Vec<Command>,
    /// When time alone could next make a rule true.
    pub tick: Option<Instant>,
}

/// What a rule remembers of a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// The rule.
    pub rule: String,
    /// The digest of the definition it was made under.
    pub definition: Id,
    /// Its condition when last looked at.
    pub truth: Truth,
    /// When it last raised an alert.
    pub raised: Option<Instant>,
    /// How many alerts it has raised here.
    pub episodes: u32,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: Id,
    /// Its rule.
    pub rule: String,
    /// The digest of the definition it was raised under.
    pub definition: Id,
    /// How bad it is.
    pub severity: Severity,
    /// When it was raised.
    pub raised: Instant,
    /// How it stands.
    pub state: AlertState,
    /// What came of it.
    pub disposition: Option<Disposition>,
}

/// How an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertState {
    /// Nobody has seen it.
    Raised,
    /// Somebody has seen it.
    Seen,
    /// Somebody has taken it on.
    Taken,
    /// Somebody has said what came of it.
    Disposed,
    /// It is over by itself.
    Cleared,
}

impl AlertState {
    /// Whether it still needs somebody.
    pub fn is_open(self) -> bool {
        self <= AlertState::Taken
    }

    /// The word in events and refusals.
    pub fn word(self) -> &'static str {
        match self {
            AlertState::Raised => "raised",
            AlertState::Seen => "seen",
            AlertState::Taken => "taken",
            AlertState::Disposed => "disposed",
            AlertState::Cleared => "cleared",
        }
    }
}

/// A step of a rule that is due later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PendingStep {
    /// The alert it belongs to.
    pub alert: Id,
    /// Its place in the rule.
    pub step: u16,
    /// When it is due.
    pub due: Instant,
    /// It was due while the contact was sensitive and waits until that is over.
    pub held: bool,
}

/// An order to the channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// What was ordered.
    pub order: InterventionOrdered,
    /// How it stands.
    pub state: CommandState,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandState {
    /// Nobody has answered yet.
    Open,
    /// The channel carried it out.
    Confirmed,
    /// It failed, expired or lost its purpose.
    Ended,
}

impl Command {
    fn is_forced_change(&self) -> bool {
        self.order.intervention.is_forced_change()
    }

    /// Whether nothing rests on it any more; that an agent was changed by force is never forgotten.
    fn is_over(&self) -> bool {
        match self.state {
            CommandState::Open => false,
            CommandState::Confirmed => !self.is_forced_change(),
            CommandState::Ended => true,
        }
    }
}

impl Book {
    /// The empty book of a contact.
    pub fn new(subject: Id) -> Self {
        Book {
            subject,
            generation: None,
            seen: None,
            backfill: false,
            memories: Vec::new(),
            alerts: Vec::new(),
            pending: Vec::new(),
            commands: Vec::new(),
            tick: None,
        }
    }

    /// The contact as `fact` left it.
    pub(crate) fn see(&mut self, fact: &Fact, measured: Measured) {
        (self.seen, self.backfill) = (Some(measured), fact.marks.backfill);
    }

    /// The rules whose conditions hold now and need not hold after `fact`, because it revises another.
    pub(super) fn held(&self, fact: &Fact) -> Vec<String> {
        let hold = self.memories.iter().filter(|memory| fact.revision > 0 && memory.truth == Truth::True);
        hold.map(|memory| memory.rule.clone()).collect()
    }

    /// When something here is due next.
    pub fn due(&self) -> Option<Instant> {
        let steps = self.pending.iter().filter(|step| !step.held).map(|step| step.due);
        let orders = self.open_commands().map(|command| command.order.expires);
        steps.chain(orders).chain(self.tick).min()
    }

    /// What the rule remembers.
    pub fn memory(&self, rule: &str) -> Option<&Memory> {
        self.memories.iter().find(|memory| memory.rule == rule)
    }

    /// The alert with this id.
    pub fn alert(&self, id: Id) -> Option<&Alert> {
        self.alerts.iter().find(|alert| alert.id == id)
    }

    /// Alerts that still need somebody, oldest first.
    pub fn open_alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().filter(|alert| alert.state.is_open())
    }

    /// The order with this id.
    pub fn command(&self, id: Id) -> Option<&Command> {
        self.commands.iter().find(|command| command.order.command == id)
    }

    /// Orders nobody has answered yet.
    pub fn open_commands(&self) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(|command| command.state == CommandState::Open)
    }

    /// Whether the conversation has been, or is being, taken from an agent by force.
    pub fn has_forced_change(&self) -> bool {
        self.commands.iter().any(|command| command.is_forced_change() && command.state != CommandState::Ended)
    }

    /// Changes the book. Consults no policy: live and in a rebuild the same changes make the same book.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Decided(decision) => self.decide(decision),
            Change::Noted(note) => self.note(note),
        }
    }

    fn decide(&mut self, decision: &Decision) {
        match &decision.body {
            DecisionBody::AlertRaised(raised) => self.raise(raised, decision.at),
            DecisionBody::AlertCleared(cleared) => self.move_on(cleared.alert, AlertState::Cleared, None),
            DecisionBody::NotificationOrdered(ordered) => {
                if let (Some(alert), Some(step)) = (ordered.alert, ordered.step) {
                    self.take_from_pending(alert, step);
                }
            }
            DecisionBody::InterventionOrdered(ordered) => {
                self.take_from_pending(ordered.alert, ordered.step);
                self.commands.push(Command { order: ordered.clone(), state: CommandState::Open });
                forget_oldest(&mut self.commands, Command::is_over);
            }
            DecisionBody::InterventionEnded(ended) => self.settle(ended.command, CommandState::Ended),
            DecisionBody::StepSkipped(skipped) => self.take_from_pending(skipped.alert, skipped.step),
            DecisionBody::AlertActionRefused(_)
            | DecisionBody::CaseOpened(_)
            | DecisionBody::CaseAssigned(_)
            | DecisionBody::CaseChased(_)
            | DecisionBody::CaseAsked(_)
            | DecisionBody::CaseMoved(_)
            | DecisionBody::CaseActionRefused(_)
            | DecisionBody::OperatorAlerted(_) => {}
        }
    }

    fn note(&mut self, note: &Note) {
        match &note.what {
            Noted::Met { generation } => self.generation = Some(*generation),
            Noted::Truth { rule, definition, truth, .. } => {
                let memory = self.remember(rule, *definition);
                if memory.definition != *definition {
                    memory.raised = None;
                }
                (memory.definition, memory.truth) = (*definition, *truth);
            }
            Noted::Kept { .. } => {}
            Noted::Moved { alert, to, disposition } => self.move_on(*alert, *to, *disposition),
            Noted::Held { alert, step } => {
                let held = self.pending.iter_mut().find(|pending| pending.alert == *alert && pending.step == *step);
                if let Some(pending) = held {
                    pending.held = true;
                }
            }
            Noted::CaseWanted { alert, step, .. } => self.take_from_pending(*alert, *step),
            Noted::Confirmed { command } => self.settle(*command, CommandState::Confirmed),
            Noted::Tick { due } => self.tick = *due,
        }
    }

    fn raise(&mut self, raised: &AlertRaised, at: Instant) {
        let memory = self.remember(&raised.rule, raised.definition);
        memory.raised = Some(at);
        memory.episodes += 1;
        self.alerts.push(Alert {
            id: raised.alert,
            rule: raised.rule.clone(),
            definition: raised.definition,
            severity: raised.severity,
            raised: at,
            state: AlertState::Raised,
            disposition: None,
        });
        forget_oldest(&mut self.alerts, |alert| !alert.state.is_open());
        let plan = raised.plan.iter();
        self.pending.extend(plan.map(|planned| PendingStep {
            alert: raised.alert,
            step: planned.step,
            due: planned.due,
            held: false,
        }));
    }

    fn remember(&mut self, rule: &str, definition: Id) -> &mut Memory {
        let place = self.memories.iter().position(|memory| memory.rule == rule).unwrap_or_else(|| {
            self.memories.push(Memory {
                rule: rule.to_owned(),
                definition,
                truth: Truth::False,
                raised: None,
                episodes: 0,
            });
            self.memories.len() - 1
        });
        &mut self.memories[place]
    }

    fn move_on(&mut self, id: Id, to: AlertState, disposition: Option<Disposition>) {
        if let Some(alert) = self.alerts.iter_mut().find(|alert| alert.id == id) {
            alert.state = to;
            alert.disposition = disposition.or(alert.disposition);
        }
    }

    fn settle(&mut self, id: Id, state: CommandState) {
        if let Some(command) = self.commands.iter_mut().find(|command| command.order.command == id) {
            command.state = state;
        }
    }

    fn take_from_pending(&mut self, alert: Id, step: u16) {
        self.pending.retain(|pending| pending.alert != alert || pending.step != step);
    }
}

/// Keeps the list bounded: what is over goes, oldest first.
fn forget_oldest<T>(list: &mut Vec<T>, is_over: impl Fn(&T) -> bool) {
    while list.iter().filter(|item| is_over(item)).count() > OVER_MAX {
        let Some(oldest) = list.iter().position(&is_over) else { return };
        list.remove(oldest);
    }
}
