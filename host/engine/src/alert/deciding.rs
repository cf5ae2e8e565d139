//! Deciding about one contact: every change is applied to the book and recorded in the same breath.

use super::{Alert, Book, Change, Note, Noted};
use crate::{
    condition::{AlertView, CustomerView, Scope},
    contact::{Measured, Turn},
    decision::{Decision, DecisionBody},
    generation::{Generations, Paused},
    person::Directory,
    rule::{Policy, Rule},
    time::Instant,
};

/// One book being decided on at one instant.
pub struct Deciding<'a> {
    /// What it is decided by.
    pub policy: &'a Policy,
    /// The people of the house.
    pub directory: &'a Directory,
    /// What is paused.
    pub generations: &'a Generations,
    /// The customers of the contact, where a rule reads them.
    pub customer: Option<&'a CustomerView>,
    /// The book, a copy.
    pub book: &'a mut Book,
    /// The record.
    pub changes: &'a mut Vec<Change>,
    /// The instant.
    pub at: Instant,
}

impl<'a> Deciding<'a> {
    pub(super) fn decided(&mut self, body: DecisionBody) {
        self.record(Change::Decided(Box::new(Decision { at: self.at, subject: self.book.subject, body })));
    }

    pub(super) fn noted(&mut self, what: Noted) {
        self.record(Change::Noted(Note { subject: self.book.subject, what }));
    }

    fn record(&mut self, change: Change) {
        self.book.apply(&change);
        self.changes.push(change);
    }

    /// Whether a rule, or with `step` such a step of it, is held still now.
    pub(super) fn is_paused(&self, rule: &str, step: Option<&str>) -> bool {
        if self.generations.pauses.is_empty() {
            return false;
        }
        let brand = self.book.seen.as_ref().and_then(|seen| seen.about.brand.as_deref());
        self.generations.pauses(&Paused { rule, step, brand }, self.at)
    }

    /// What a condition of `rule` about one of its alerts sees.
    pub(super) fn scope<'s>(&self, seen: &'s Measured, turn: Option<&'s Turn>, alert: Option<&Alert>) -> Scope<'s>
    where
        'a: 's,
    {
        Scope { turn, alert: alert.map(view), customer: self.customer, ..Scope::of(self.at, seen) }
    }
}

/// The definition an alert was raised under, where the policy still has it.
pub(super) fn definition<'p>(policy: &'p Policy, alert: &Alert) -> Option<&'p Rule> {
    policy.rules.iter().find(|rule| rule.id == alert.rule && rule.digest == alert.definition)
}

fn view(alert: &Alert) -> AlertView {
    use super::AlertState::{Cleared, Disposed, Raised, Seen, Taken};
    let (seen, taken, disposed) = match alert.state {
        Raised => (false, false, false),
        Seen => (true, false, false),
        Taken => (true, true, false),
        Disposed => (true, true, true),
        Cleared => (true, false, false),
    };
    AlertView { raised: alert.raised, seen, taken, disposed }
}
