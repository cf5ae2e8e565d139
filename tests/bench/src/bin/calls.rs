//! How long a plugin takes: `cargo run --release -p plaint-bench --bin calls [plugin.wasm]`.
//!
//! The same rule on the same contacts: as a native function, warm (one instance kept), and fresh (what the road
//! does). Shown are the median and the slowest of a hundred rounds, in microseconds a call.

#![allow(clippy::print_stdout, reason = "a measurement is printed")]

use std::{
    error::Error,
    hint::black_box,
    sync::Arc,
    thread,
    time::{Duration, Instant as Clock},
};

use engine::{
    contact::Contact,
    fact::{Fact, FactBody, Marks, Position, Speaker, TurnSaid},
    step::Question,
    time::Instant,
};
use plaint_sdk::alert_rule::{AlertRule as NativeRule, Contact as NativeContact};
use repeated_script::RepeatedScript;
use sandbox::{AlertRule, Limits, Sandbox, Settings};

const ROUNDS: usize = 100;
const CALLS: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "target/plugins/repeated-script.wasm".to_owned());
    let threads = thread::available_parallelism()?.get();

    let folder = tempfile::tempdir()?;
    let started = Clock::now();
    let cache = Some(folder.path().join("code"));
    let sandbox = Sandbox::new(Settings { judges: threads, cache, limits: Limits::default() })?;
    let ready = started.elapsed();
    let compiled = took(|| sandbox.load_file(path.as_ref()))?;
    let cached = took(|| sandbox.load_file(path.as_ref()))?;
    println!(
        "sandbox {ready:.1?}, compile {:.1?}, from cache {:.1?} ({:?})",
        compiled.1,
        cached.1,
        cached.0.compiled()
    );

    let (rule, configured) = took(|| AlertRule::new(&cached.0, "{}"))?;
    println!("configure {configured:.1?}; {:?}", rule.evaluate(&question(6))?);
    println!("{:>7} {:>18} {:>18} {:>18} {:>22}", "turns", "native", "warm", "fresh", "fresh on all threads");
    let native_rule =
        RepeatedScript::new(<RepeatedScript as NativeRule>::Settings::default()).map_err(|_| "settings")?;
    for turns in [1, 6, 16, 32] {
        let question = question(turns);
        let contact = native_contact(&question);
        let native = measure(|| drop(black_box(native_rule.evaluate(&contact))));
        let mut instance = rule.instance()?;
        let warm = measure(|| drop(black_box(instance.evaluate(&[&question]))));
        drop(instance);
        let fresh = measure(|| drop(black_box(rule.evaluate(&question))));
        let all = thread::scope(|scope| {
            let measured = || measure(|| drop(black_box(rule.evaluate(&question))));
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(measured)).collect();
            running.into_iter().filter_map(|one| one.join().ok()).next_back().unwrap_or_default()
        });
        let shown = |(median, slowest): (f64, f64)| format!("{median:.1} ({slowest:.1})");
        println!("{turns:>7} {:>18} {:>18} {:>18} {:>22}", shown(native), shown(warm), shown(fresh), shown(all));
    }
    Ok(())
}

fn took<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, Duration), E> {
    let started = Clock::now();
    work().map(|made| (made, started.elapsed()))
}

/// The median and the slowest round, in microseconds a call.
fn measure(mut call: impl FnMut()) -> (f64, f64) {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started = Clock::now();
            (0..CALLS).for_each(|_| call());
            started.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    (rounds[ROUNDS / 2], rounds[ROUNDS - 1])
}

fn question(turns: usize) -> Question {
    let facts: Vec<Fact> = (0..turns).map(turn).collect();
    let mut contact = Contact::first_seen(&facts[0]);
    facts.iter().for_each(|fact| contact.fold(fact));
    let now = Instant(1_700_000_000_000 + turns as i64 * 5_000);
    Question { rule: 0, measured: contact.measured(), contact: Arc::new(contact), now }
}

/// The same contact as the plugin's own tests build it.
fn native_contact(question: &Question) -> NativeContact {
    let turns = question.contact.window.turns();
    let said: Vec<(&str, &str)> =
        turns.map(|turn| (turn.speaker.word(), turn.text.as_deref().unwrap_or_default())).collect();
    plaint_sdk::testing::contact(&said)
}

fn turn(place: usize) -> Fact {
    let (speaker, text) = match place % 2 {
        0 => (Speaker::Customer, format!("冰箱修了{place}次还是不制冷，你们到底什么时候能解决？")),
        _ => (Speaker::Agent, "非常抱歉给您带来不便，我这边会帮您反馈，请您耐心等待。".to_owned()),
    };
    let said = TurnSaid { speaker, text: Some(text), agent: None, sentiment: Some(-0.5), labels: [].into() };
    let at = Instant(1_700_000_000_000 + place as i64 * 5_000);
    Fact {
        position: Position(place as u64 + 1),
        at,
        time: Some(at),
        source: "bench".to_owned(),
        id: format!("turn-{place}"),
        revision: 0,
        subject: "contact/k-1".to_owned(),
        marks: Marks::default(),
        body: FactBody::TurnSaid(said),
    }
}
