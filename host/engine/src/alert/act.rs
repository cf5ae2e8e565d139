//! Acting: steps that are due, orders that expire, and what people and channels answer.

use super::{Alert, AlertState, Command, CommandState, Deciding, Noted, PendingStep, deciding::definition};
use crate::{
    contact::Measured,
    decision::{
        AlertActionRefused, DecisionBody, InterventionEnded, InterventionOrdered, NotificationOrdered, OperatorAlerted,
        StepSkipped,
    },
    fact::{Disposition, FactBody},
    id::Id,
    person::{Meant, Wanted, named},
    rule::{Act, Intervention, Policy, RuleStep},
};

/// What a step orders when it orders the channel.
struct Order<'a> {
    alert: &'a Alert,
    place: u16,
    step: &'a RuleStep,
    intervention: Intervention,
    instead_of: Option<Intervention>,
}

impl Deciding<'_> {
    /// Does everything in this book that is due by now.
    pub fn fire_due(&mut self) {
        let expired: Vec<Command> =
            self.book.open_commands().filter(|command| command.order.expires <= self.at).cloned().collect();
        for command in expired {
            self.end(&command, "expired");
        }
        self.take_due_steps();
        if self.book.tick.is_some_and(|tick| tick <= self.at) {
            self.look_at_passing_time();
        }
    }

    /// Takes the steps that are due by now.
    pub(super) fn take_due_steps(&mut self) {
        let due = |step: &&PendingStep| !step.held && step.due <= self.at;
        let mut steps: Vec<PendingStep> = self.book.pending.iter().filter(due).cloned().collect();
        steps.sort_by_key(|step| step.due);
        for step in steps {
            self.take(step.alert, step.step);
        }
    }

    /// Steps that waited for the end of a payment or identity check go on; the end of the contact is one, too.
    pub(super) fn release_held(&mut self, measured: &Measured) {
        if measured.sensitive && !measured.closed {
            return;
        }
        let held: Vec<PendingStep> = self.book.pending.iter().filter(|step| step.held).cloned().collect();
        for step in held {
            self.take(step.alert, step.step);
        }
    }

    /// What a person or a channel answers about an alert or an order.
    pub fn answer(&mut self, about: Id, body: &FactBody) {
        if let FactBody::AlertSeen(_) = body {
            self.move_on(about, "see", AlertState::Seen, None);
        } else if let FactBody::AlertTaken(_) = body {
            self.move_on(about, "take", AlertState::Taken, None);
        } else if let FactBody::AlertDisposed(disposed) = body {
            self.move_on(about, "dispose", AlertState::Disposed, Some(disposed.disposition));
        } else if let FactBody::CommandConfirmed(_) = body {
            if self.open_command(about, "confirm").is_some() {
                self.noted(Noted::Confirmed { command: about });
            }
        } else if let FactBody::CommandFailed(_) = body
            && let Some(command) = self.open_command(about, "fail")
        {
            self.end(&command, "failed");
        }
    }

    fn move_on(&mut self, id: Id, action: &str, to: AlertState, disposition: Option<Disposition>) {
        match self.book.alert(id).map(|alert| alert.state) {
            Some(now) if now.is_open() && to >= now => self.noted(Noted::Moved { alert: id, to, disposition }),
            Some(now) if now.is_open() => {}
            Some(now) => self.refuse(id, action, "an open alert", now.word()),
            None => self.refuse(id, action, "a known alert", "unknown"),
        }
    }

    fn open_command(&mut self, id: Id, action: &str) -> Option<Command> {
        let command = self.book.command(id).cloned();
        match command.as_ref().map(|command| command.state) {
            Some(CommandState::Open) => return command,
            Some(CommandState::Confirmed) => self.refuse(id, action, "an open order", "confirmed"),
            Some(CommandState::Ended) => self.refuse(id, action, "an open order", "ended"),
            None => self.refuse(id, action, "a known order", "unknown"),
        }
        None
    }

    fn refuse(&mut self, about: Id, action: &str, missing: &str, now: &str) {
        self.decided(refusal(about, action, missing, now));
    }

    fn take(&mut self, alert: Id, place: u16) {
        let Some(alert) = self.book.alert(alert).cloned() else { return };
        let policy = self.policy;
        let Some(step) = step_of(policy, &alert, place) else {
            return self.skip(&alert, place, None, "rule-gone");
        };
        if let Some(because) = self.unwanted(&alert, step) {
            let intervention = match step.act {
                Act::Intervene(intervention) => Some(intervention),
                Act::Hint(_) | Act::Notify | Act::OpenCase(_) => None,
            };
            return self.skip(&alert, place, intervention, because);
        }
        match &step.act {
            Act::Notify => self.notify(&alert, place, step),
            Act::OpenCase(category) => {
                self.noted(Noted::CaseWanted { alert: alert.id, step: place, category: category.clone() });
            }
            Act::Hint(_) => {
                self.order(Order { alert: &alert, place, step, intervention: Intervention::Hint, instead_of: None });
            }
            Act::Intervene(intervention) => {
                self.order(Order { alert: &alert, place, step, intervention: *intervention, instead_of: None });
            }
        }
    }

    /// Why a step is not wanted any more.
    fn unwanted(&self, alert: &Alert, step: &RuleStep) -> Option<&'static str> {
        if !alert.state.is_open() {
            return Some("alert-over");
        }
        if self.is_paused(&alert.rule, Some(step.act.word())) {
            return Some("paused");
        }
        let seen = self.book.seen.as_ref()?;
        let scope = self.scope(seen, None, Some(alert));
        let unless = step.unless.as_ref()?;
        (unless.holds(&scope) == Some(true)).then_some("unless")
    }

    fn notify(&mut self, alert: &Alert, place: u16, step: &RuleStep) {
        let notification = Id::of(&[b"notification", &alert.id.0, &place.to_le_bytes()]);
        let person = self.chosen(&step.to, &step.needs, None).or_else(|| self.last_resort(&alert.rule));
        self.decided(DecisionBody::NotificationOrdered(NotificationOrdered {
            notification,
            alert: Some(alert.id),
            rule: Some(alert.rule.clone()),
            step: Some(place),
            to: step.to.clone(),
            person,
            agent: self.agent(),
            ..NotificationOrdered::default()
        }));
    }

    /// The first of the recipients who is on duty; nobody where the house has no directory.
    fn chosen(&self, to: &[String], needs: &[String], except: Option<&str>) -> Option<String> {
        let agent = self.agent();
        let meant = Meant { agent: agent.as_deref(), ..Meant::default() };
        let person = self.directory.choose(&Wanted { to, needs, meant, except, at: self.at })?;
        Some(person.id.clone())
    }

    /// Never to nobody: the pack's last resort, and the operator hears of it.
    fn last_resort(&mut self, rule: &str) -> Option<String> {
        if self.directory.is_empty() {
            return None;
        }
        let person = self.policy.casework.last_resort.as_ref().map(|person| named(person).to_owned());
        let instead = person.as_deref().unwrap_or("nobody: the pack names no last resort");
        let reason = format!("rule `{rule}` reaches nobody on duty; told instead: {instead}");
        self.decided(DecisionBody::OperatorAlerted(OperatorAlerted { reason }));
        person
    }

    fn order(&mut self, order: Order<'_>) {
        let Order { alert, place, step, intervention, instead_of } = order;
        let seen = self.book.seen.as_ref();
        if seen.is_some_and(|seen| seen.closed) {
            return self.skip(alert, place, Some(intervention), "contact-closed");
        }
        if seen.is_some_and(|seen| seen.sensitive) && intervention.breaks_in() {
            return self.noted(Noted::Held { alert: alert.id, step: place });
        }
        let person = self.whom(intervention, step);
        let hindrance = match intervention.is_forced_change() {
            true if self.book.has_forced_change() => Some("one-forced-change"),
            true if !self.policy.forced_by_machine => Some("needs-a-person"),
            true | false if person.is_none() && self.must_name(intervention, step) => Some("nobody-there"),
            true | false => None,
        };
        if let Some(hindrance) = hindrance {
            match step.otherwise.filter(|otherwise| instead_of.is_none() && !otherwise.is_forced_change()) {
                Some(otherwise) => {
                    return self.order(Order { intervention: otherwise, instead_of: Some(intervention), ..order });
                }
                None => return self.skip(alert, place, Some(intervention), hindrance),
            }
        }
        let parts: [&[u8]; 4] = [b"command", &alert.id.0, &place.to_le_bytes(), intervention.word().as_bytes()];
        let hint = match &step.act {
            Act::Hint(name) => Some(name.clone()),
            Act::Notify | Act::Intervene(_) | Act::OpenCase(_) => None,
        };
        self.decided(DecisionBody::InterventionOrdered(InterventionOrdered {
            command: Id::of(&parts),
            alert: alert.id,
            rule: alert.rule.clone(),
            step: place,
            intervention,
            hint,
            to: step.to.clone(),
            person,
            needs: step.needs.clone(),
            agent: self.agent(),
            expires: self.at.plus(step.within),
            otherwise: if instead_of.is_none() { step.otherwise } else { None },
            instead_of,
        }));
    }

    /// Who takes over or joins; never the agent it is about.
    fn whom(&self, intervention: Intervention, step: &RuleStep) -> Option<String> {
        if intervention == Intervention::Hint {
            return None;
        }
        self.chosen(&step.to, &step.needs, self.agent().as_deref())
    }

    /// Whether an order without a person would be an order to nobody.
    fn must_name(&self, intervention: Intervention, step: &RuleStep) -> bool {
        let by_queue = step.to.iter().any(|to| to.starts_with("queue:"));
        !self.directory.is_empty() && intervention != Intervention::Hint && !by_queue
    }

    /// An order did not come to be; what the step says instead is ordered, if it is still wanted.
    fn end(&mut self, command: &Command, how: &str) {
        let order = &command.order;
        self.ended(order, how);
        let Some(otherwise) = order.otherwise else { return };
        let Some(alert) = self.book.alert(order.alert).cloned() else { return };
        let policy = self.policy;
        let Some(step) = step_of(policy, &alert, order.step) else {
            return self.skip(&alert, order.step, Some(otherwise), "rule-gone");
        };
        match self.unwanted(&alert, step) {
            Some(because) => self.skip(&alert, order.step, Some(otherwise), because),
            None => self.order(Order {
                alert: &alert,
                place: order.step,
                step,
                intervention: otherwise,
                instead_of: Some(order.intervention),
            }),
        }
    }

    /// An order is over without having been carried out.
    pub(super) fn ended(&mut self, order: &InterventionOrdered, how: &str) {
        self.decided(DecisionBody::InterventionEnded(InterventionEnded {
            command: order.command,
            alert: order.alert,
            rule: order.rule.clone(),
            intervention: order.intervention,
            how: how.to_owned(),
        }));
    }

    pub(super) fn skip(&mut self, alert: &Alert, step: u16, intervention: Option<Intervention>, because: &str) {
        self.decided(DecisionBody::StepSkipped(StepSkipped {
            alert: alert.id,
            rule: alert.rule.clone(),
            step,
            intervention,
            because: because.to_owned(),
        }));
    }

    fn agent(&self) -> Option<String> {
        let seen = self.book.seen.as_ref()?;
        seen.about.agent.as_ref().map(|agent| agent.id.clone())
    }
}

fn step_of<'p>(policy: &'p Policy, alert: &Alert, place: u16) -> Option<&'p RuleStep> {
    definition(policy, alert)?.then.get(usize::from(place))
}

/// That what was asked of an alert or an order cannot be done.
pub fn refusal(about: Id, action: &str, missing: &str, now: &str) -> DecisionBody {
    DecisionBody::AlertActionRefused(AlertActionRefused {
        about,
        action: action.to_owned(),
        missing: missing.to_owned(),
        now: now.to_owned(),
    })
}
