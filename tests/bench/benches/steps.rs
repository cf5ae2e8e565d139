//! What each step of the road costs: `cargo bench -p plaint-bench`.
//!
//! Each stands beside its limit in the same run: the same work as a native function.

use std::{hint::black_box, sync::Arc};

use divan::Bencher;
use engine::{
    condition::{Condition, Scope},
    contact::{Contact, Measured},
    entity::{Entity, EntityKey},
    fact::Fact,
    outcome::Outcome,
    step::{Answer, Need, Step, rebuild, rebuild_keys},
};
use plaint_bench::{line, rulebook};
use road::wire::{Event, parse_event};

fn main() {
    divan::main();
}

/// The facts of the first generated contact, in order.
fn contact_facts() -> Vec<Fact> {
    (0..19).map(|place| fact(place * 2_000)).collect()
}

fn fact(n: u64) -> Fact {
    let mut text = String::new();
    line(n, &mut text);
    let event = parse_event(text.trim_end().as_bytes()).expect("a generated line is an event");
    let Event { source, id, revision, subject, time, body, .. } = event;
    Fact {
        position: engine::fact::Position(n + 1),
        at: time.unwrap_or_default(),
        time,
        source,
        id,
        revision,
        subject,
        marks: engine::fact::Marks::default(),
        body,
    }
}

fn contact(facts: &[Fact]) -> Contact {
    let mut contact = Contact::first_seen(&facts[0]);
    facts.iter().for_each(|fact| contact.fold(fact));
    contact
}

#[divan::bench]
fn read_an_event(bencher: Bencher<'_, '_>) {
    let mut text = String::new();
    line(4_000, &mut text);
    bencher.bench_local(|| parse_event(black_box(text.trim_end().as_bytes())));
}

#[divan::bench]
fn fold_a_turn_and_measure(bencher: Bencher<'_, '_>) {
    let facts = contact_facts();
    let before = contact(&facts[..18]);
    bencher.with_inputs(|| before.clone()).bench_local_values(|mut contact| {
        contact.fold(black_box(&facts[18]));
        contact.measured()
    });
}

/// `contact.agent_repeats >= param.repeats`, as the pack has it.
#[divan::bench]
fn condition(bencher: Bencher<'_, '_>) {
    let (condition, measured) = condition_and_contact();
    bencher.bench_local(|| {
        let scope = Scope::of(measured.opened, black_box(&measured));
        condition.holds(&scope)
    });
}

/// The same comparison, written in Rust.
#[divan::bench]
fn condition_native(bencher: Bencher<'_, '_>) {
    let (_, measured) = condition_and_contact();
    bencher.bench_local(|| f64::from(black_box(&measured).signals.agent_repeats) / 1_000.0 >= black_box(3.0));
}

fn condition_and_contact() -> (Condition, Measured) {
    let rulebook = rulebook(1).expect("the appliance pack loads");
    let rule = rulebook.policy().rules.iter().find(|rule| rule.id == "agent-repeats-script");
    (rule.expect("the rule is there").when.clone(), contact(&contact_facts()).measured())
}

/// The whole step of an agent's turn, without its plugin.
#[divan::bench]
fn step_without_plugin(bencher: Bencher<'_, '_>) {
    let facts = contact_facts();
    let mut rulebook = rulebook(1).expect("the appliance pack loads").policy().clone();
    rulebook.rules.retain(|rule| rule.ask.is_none());
    let before = Arc::new(contact(&facts[..17]));
    bencher.bench_local(|| {
        let mut step = Step::begin(&rulebook, &facts[17]);
        let mut answer = Answer::Begin;
        loop {
            answer = match step.next(answer) {
                Need::Load(keys) => Answer::Entities(keys.iter().map(|key| known(key, &before)).collect()),
                Need::Ask(_) => Answer::Answers(Vec::new()),
                Need::Open => Answer::Open(Vec::new()),
                Need::Dues(_) => Answer::Dues(Vec::new()),
                Need::Read(_) => Answer::Readings(Vec::new()),
                Need::Route(_) => Answer::Routes(Vec::new()),
                Need::Done(done) => break done,
            };
        }
    });
}

/// The same fact from its recorded outcome.
#[divan::bench]
fn rebuild_a_turn(bencher: Bencher<'_, '_>) {
    let facts = contact_facts();
    let outcome = Outcome::default();
    let before = Arc::new(contact(&facts[..17]));
    bencher.bench_local(|| {
        let keys = rebuild_keys(&facts[17], &outcome);
        let entities = keys.iter().map(|key| known(key, &before));
        rebuild(&facts[17], &outcome, entities.collect())
    });
}

/// Only the contact is known.
fn known(key: &EntityKey, contact: &Arc<Contact>) -> Option<Entity> {
    matches!(key, EntityKey::Contact(_)).then(|| Entity::Contact(Arc::clone(contact)))
}
