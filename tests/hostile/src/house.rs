//! The house: one sandbox for all tests, so that every attack runs beside every other.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Barrier, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use engine::{
    contact::Contact,
    fact::{ContactOpened, Fact, FactBody, Marks, Position, Speaker, TurnSaid},
    rule::{Answered, Verdict},
    step::Question,
    time::Instant,
};
use sandbox::{AlertRule, Allowance, Component, Limits, Sandbox, SandboxError, Settings};

use crate::guest::Guest;

/// Neighbours beside each attack.
const NEIGHBOURS: usize = 2;
const NOON: Instant = Instant(1_700_000_000_000);

/// What one guest may take here: less CPU time than in a real house, so that a loop is over soon; and so much time on
/// the clock that no slow machine makes a difference.
pub const ALLOWANCE: Allowance = Allowance {
    cpu: Duration::from_millis(60),
    wall: Duration::from_secs(600),
    memory_bytes: 16 << 20,
    answer_bytes: 64 << 10,
};

/// What guests may take here.
pub const LIMITS: Limits = Limits {
    contact: ALLOWANCE,
    message: ALLOWANCE,
    maximum: ALLOWANCE,
    table_elements: 10_000,
    input_bytes: 64 << 10,
    message_bytes: 64 << 10,
    component_bytes: 1 << 20,
    queue: 64,
};

/// The one sandbox.
pub fn sandbox() -> &'static Sandbox {
    static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| {
        let settings = Settings { judges: 4, cache: None, limits: LIMITS };
        Sandbox::new(settings).unwrap_or_else(|error| panic!("failed to {error}"))
    });
    &SANDBOX
}

/// Loads a component into it.
pub fn load(bytes: &[u8]) -> Result<Component, SandboxError> {
    sandbox().load(bytes, "guest.wasm")
}

/// The guest as a rule with empty settings.
pub fn rule(guest: &Guest) -> Result<AlertRule, SandboxError> {
    AlertRule::new(&load(&guest.component())?, "{}")
}

/// A chat of two turns, the customer's and the agent's.
pub fn question() -> Question {
    let opened = ContactOpened { channel: Some("chat".to_owned()), ..ContactOpened::default() };
    let facts = [
        fact(0, FactBody::ContactOpened(opened)),
        fact(1, said(Speaker::Customer, "还是不制冷")),
        fact(2, said(Speaker::Agent, "我这边会帮您反馈")),
    ];
    let mut contact = Contact::first_seen(&facts[0]);
    facts.iter().for_each(|fact| contact.fold(fact));
    Question { rule: 0, measured: contact.measured(), contact: Arc::new(contact), now: Instant(NOON.0 + 9_000) }
}

/// Does `attack` while neighbours on other threads work on the same engine, and shows that each of them was
/// answered every time: before, meanwhile and after.
pub fn beside_a_neighbour<T>(attack: impl FnOnce() -> T) -> T {
    let good = rule(&Guest::GOOD).unwrap_or_else(|error| panic!("failed to {error}"));
    let (over, begun, question) = (AtomicBool::new(false), Barrier::new(NEIGHBOURS + 1), question());
    let ask = || assert_eq!(good.evaluate(&question), Ok(Answered::Verdict(Verdict::default())));
    let work = || {
        ask();
        begun.wait();
        while !over.load(Ordering::Relaxed) {
            ask();
        }
        ask();
    };
    thread::scope(|scope| {
        let neighbours: Vec<_> = (0..NEIGHBOURS).map(|_| scope.spawn(work)).collect();
        begun.wait();
        let outcome = catch_unwind(AssertUnwindSafe(attack));
        over.store(true, Ordering::Relaxed);
        neighbours.into_iter().for_each(|neighbour| neighbour.join().unwrap_or_else(|panic| resume_unwind(panic)));
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn said(speaker: Speaker, text: &str) -> FactBody {
    let labels = [("dissatisfied".to_owned(), 0.5)].into();
    FactBody::TurnSaid(TurnSaid { speaker, text: Some(text.to_owned()), agent: None, sentiment: Some(-0.5), labels })
}

fn fact(place: u64, body: FactBody) -> Fact {
    let at = Instant(NOON.0 + place as i64 * 1_000);
    Fact {
        position: Position(place + 1),
        at,
        time: Some(at),
        source: "hotline".to_owned(),
        id: format!("fact-{place}"),
        revision: 0,
        subject: "contact/k-1".to_owned(),
        marks: Marks::default(),
        body,
    }
}
