//! The deciding half of a step: what is due, then what the fact says, then what the rules ask for.
//!
//! One attempt over a [`World`]; it counts only if nothing was missing and no routing policy has to be asked.

use std::sync::Arc;

use super::{RouteQuestion, world::World};
use crate::{
    alert::{Book, Change, Deciding, Looked, Noted, Swap, refusal},
    condition::CustomerView,
    contact::{Contact, Measured, Reading},
    customer::{self, Customer, Mention, mentions},
    decision::{Decision, DecisionBody, OperatorAlerted},
    entity::{Entity, EntityKey},
    fact::{Fact, FactBody, SubjectKind},
    generation::Generations,
    id::Id,
    person::Directory,
    rule::{Answered, Policy, RouteAnswer},
    time::Instant,
};

/// One attempt at deciding a fact.
pub(super) struct Attempt<'a> {
    pub(super) policy: &'a Policy,
    pub(super) fact: &'a Fact,
    pub(super) world: World,
    pub(super) changes: Vec<Change>,
    /// What routing policies answered in earlier attempts, in the order they were asked.
    pub(super) routes: &'a [RouteAnswer],
    /// How many of them this attempt has used.
    pub(super) routed: usize,
    /// The routing policy that must be asked.
    pub(super) asked: Option<RouteQuestion>,
    /// What analyzers said of the fact's text.
    pub(super) readings: &'a [Reading],
    /// The books to look through at a swap of generations.
    pub(super) open: &'a [EntityKey],
}

/// What was measured of the fact's contact.
#[derive(Clone, Copy)]
pub(super) struct MeasuredContact<'a> {
    pub(super) contact: &'a Contact,
    pub(super) measured: &'a Measured,
    pub(super) answers: &'a [(usize, Answered)],
}

impl Attempt<'_> {
    /// Everything due by now, in the order it is due; what that makes due by now as well.
    pub(super) fn fire_dues(&mut self, mut dues: std::collections::BTreeSet<(Instant, EntityKey)>) {
        while let Some((at, key)) = dues.pop_first() {
            let EntityKey::Book(id) = key else { continue };
            self.with_book(id, at, |deciding| deciding.fire_due());
            let due = self.world.book(id).and_then(|book| book.due());
            dues.extend(due.filter(|due| *due <= self.fact.at && *due > at).map(|due| (due, key)));
        }
    }

    /// What the fact says.
    pub(super) fn take_in(&mut self, measured: Option<MeasuredContact<'_>>) {
        let mentions = mentions(self.fact);
        fold_mentions(&mut self.world, self.fact, &mentions);
        if let Some(measured) = measured {
            self.look(measured);
            if mentions.iter().any(Mention::is_journey) {
                self.link_contact(measured.contact);
            }
        }
        match self.fact.body.kind().about() {
            SubjectKind::Contact => {}
            SubjectKind::Alert | SubjectKind::Command => self.answer(),
            SubjectKind::Case => self.act_on_case(),
            SubjectKind::Other => self.take_in_other(),
        }
    }

    fn take_in_other(&mut self) {
        if let FactBody::ComplaintFiled(filed) = &self.fact.body {
            self.take_complaint(filed);
        } else if Directory::is_told_by(&self.fact.body) {
            self.change_directory();
        } else if Generations::are_told_by(&self.fact.body) {
            self.change_generations();
        }
    }

    /// A fact about generations. A swap arms silently what is already true, and what a rollback takes back ends.
    fn change_generations(&mut self) {
        let mut generations = self.world.generations();
        Arc::make_mut(&mut generations).fold(self.fact);
        self.world.put(EntityKey::Generations, Entity::Generations(generations));
        let FactBody::GenerationActivated(activated) = &self.fact.body else { return };
        let swap = Swap { withdraws: activated.withdraws.is_some() };
        for key in self.open {
            let EntityKey::Book(id) = *key else { continue };
            let Some(book) = self.world.book(id) else { continue };
            if swap.concerns(&book, self.policy, self.fact.at) {
                self.with_book(id, self.fact.at, |deciding| deciding.swap(swap));
            }
        }
    }

    fn look(&mut self, of: MeasuredContact<'_>) {
        let looked = Looked {
            fact: self.fact,
            measured: of.measured,
            turn: of.contact.window.turn(&self.fact.id),
            answers: of.answers,
        };
        let id = self.fact.subject_id();
        if self.world.book(id).is_none() {
            self.world.put(EntityKey::Book(id), Entity::Book(Arc::new(Book::new(id))));
        }
        self.with_book(id, self.fact.at, |deciding| deciding.look(looked));
    }

    fn answer(&mut self) {
        let about = self.fact.subject_id();
        let Some(home) = self.world.home(about) else {
            let is_alert = self.fact.body.kind().about() == SubjectKind::Alert;
            let what = if is_alert { "a known alert" } else { "a known order" };
            return self.decided(about, refusal(about, "find", what, "unknown"));
        };
        let body = &self.fact.body;
        self.with_book(home, self.fact.at, |deciding| deciding.answer(about, body));
    }

    /// Decides in the book of a contact, and does what its rules ask for outside of it.
    fn with_book(&mut self, id: Id, at: Instant, decide: impl FnOnce(&mut Deciding<'_>)) {
        let Some(mut book) = self.world.book(id).map(Arc::unwrap_or_clone) else { return };
        let directory = self.world.directory();
        let generations = self.world.generations();
        let customer = self.policy.reads_customers().then(|| self.view_of(id));
        let mut changes = Vec::new();
        decide(&mut Deciding {
            policy: self.policy,
            directory: &directory,
            generations: &generations,
            customer: customer.as_ref(),
            book: &mut book,
            changes: &mut changes,
            at,
        });
        self.world.put(EntityKey::Book(id), Entity::Book(Arc::new(book)));
        let wanted: Vec<(Id, Option<String>)> = changes.iter().filter_map(case_wanted).collect();
        changes.iter().for_each(|change| self.world.apply(change));
        self.changes.append(&mut changes);
        for (alert, category) in wanted {
            self.open_wanted(id, alert, category.as_deref(), at);
        }
    }

    /// What conditions see of a contact's customers.
    fn view_of(&mut self, contact: Id) -> CustomerView {
        let parties = self.world.contact(contact).map(|contact| contact.customers()).unwrap_or_default();
        let customers: Vec<Customer> = parties.iter().map(|party| self.world.customer(&party.keys)).collect();
        let cases: Vec<Id> = customers.iter().flat_map(Customer::cases).collect();
        let open = cases.into_iter().filter_map(|case| self.world.case(case)).filter(|case| case.is_open());
        let open = open.count() as u32;
        customer::view(&customers, open)
    }

    /// Records a decision that is in no book.
    pub(super) fn decided(&mut self, subject: Id, body: DecisionBody) {
        self.decided_at(subject, self.fact.at, body);
    }

    pub(super) fn decided_at(&mut self, subject: Id, at: Instant, body: DecisionBody) {
        let change = Change::Decided(Box::new(Decision { at, subject, body }));
        self.world.apply(&change);
        self.changes.push(change);
    }

    pub(super) fn tell_operator(&mut self, reason: String) {
        self.decided(self.fact.subject_id(), DecisionBody::OperatorAlerted(OperatorAlerted { reason }));
    }
}

fn case_wanted(change: &Change) -> Option<(Id, Option<String>)> {
    let Change::Noted(note) = change else { return None };
    match &note.what {
        Noted::CaseWanted { alert, category, .. } => Some((*alert, category.clone())),
        Noted::Met { .. }
        | Noted::Truth { .. }
        | Noted::Kept { .. }
        | Noted::Moved { .. }
        | Noted::Held { .. }
        | Noted::Confirmed { .. }
        | Noted::Tick { .. } => None,
    }
}

/// Folds what a fact says by naming keys into what is known by them: live and in a rebuild alike.
pub(super) fn fold_mentions(world: &mut World, fact: &Fact, mentions: &[Mention]) {
    for mention in mentions {
        for key in mention.keys() {
            let mut holder = world.holder(key).unwrap_or_default();
            Arc::make_mut(&mut holder).fold(fact, mention, key);
            world.put(EntityKey::Holder(key), Entity::Holder(holder));
        }
    }
}
