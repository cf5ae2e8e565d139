//! The house: one sandbox for all tests, so that every attack runs beside every other.
#![allow(clippy::print_stdout, reason = "each attack is told")]

use std::{
    fmt::Display,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Barrier, LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant as Clock},
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

/// How the line of an attack begins; tabs part what was tried, what stopped it, after how long, and how many calls of
/// neighbours were answered.
pub const TOLD: &str = "hostile\t";
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
    question_of("还是不制冷")
}

/// The same, where the customer says this.
pub fn question_of(complaint: &str) -> Question {
    let opened = ContactOpened { channel: Some("chat".to_owned()), ..ContactOpened::default() };
    let facts = [
        fact(0, FactBody::ContactOpened(opened)),
        fact(1, said(Speaker::Customer, complaint)),
        fact(2, said(Speaker::Agent, "我这边会帮您反馈")),
    ];
    let mut contact = Contact::first_seen(&facts[0]);
    facts.iter().for_each(|fact| contact.fold(fact));
    Question { rule: 0, measured: contact.measured(), contact: Arc::new(contact), now: Instant(NOON.0 + 9_000) }
}

/// What was seen beside an attack.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    /// How long the attack went on.
    pub took: Duration,
    /// Calls of neighbours: before, meanwhile and after.
    pub asked: u64,
    /// Those that were answered, and answered rightly.
    pub answered: u64,
}

/// Does `attack` while neighbours on other threads work on the same engine, and counts how often they were answered.
pub fn beside_a_neighbour<T>(attack: impl FnOnce() -> T) -> (T, Beside) {
    let good = rule(&Guest::GOOD).unwrap_or_else(|error| panic!("failed to {error}"));
    let (over, begun, question) = (AtomicBool::new(false), Barrier::new(NEIGHBOURS + 1), question());
    let (asked, answered) = (AtomicU64::new(0), AtomicU64::new(0));
    let ask = || {
        asked.fetch_add(1, Ordering::Relaxed);
        let is_answered = good.evaluate(&question) == Ok(Answered::Verdict(Verdict::default()));
        answered.fetch_add(u64::from(is_answered), Ordering::Relaxed);
    };
    let work = || {
        ask();
        begun.wait();
        while !over.load(Ordering::Relaxed) {
            ask();
        }
        ask();
    };
    let (outcome, took) = thread::scope(|scope| {
        (0..NEIGHBOURS).for_each(|_| drop(scope.spawn(work)));
        begun.wait();
        let since = Clock::now();
        let outcome = catch_unwind(AssertUnwindSafe(attack));
        let took = since.elapsed();
        over.store(true, Ordering::Relaxed);
        (outcome, took)
    });
    let outcome = outcome.unwrap_or_else(|panic| resume_unwind(panic));
    (outcome, Beside { took, asked: asked.into_inner(), answered: answered.into_inner() })
}

impl Beside {
    /// Tells of the attack in one line, and holds the house to it that no neighbour noticed.
    pub fn tell(&self, tried: &str, stopped_by: impl Display) {
        let Beside { took, asked, answered } = self;
        let stopped_by = stopped_by.to_string().replace(['\n', '\t'], " ");
        println!("{TOLD}{tried}\t{stopped_by}\t{took:.1?}\t{answered} of {asked}");
        assert_eq!(answered, asked, "{tried}: a neighbour was not answered");
    }
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
