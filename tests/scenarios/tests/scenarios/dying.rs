//! Plugins that die: every complaint is still opened and owned, nobody is asked in vain for long, and the outcome says
//! what stood in the way.

use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex},
};

use engine::{
    absence::Absence,
    contact::ReadingAnswer,
    decision::{CaseAssigned, DecisionBody},
    fact::Position,
    guard::{AskedBy, Breaker, Guarded},
    outcome::Outcome,
    rule::{Answered, RouteAnswer},
    time::Instant,
};
use plaint_hostile::{ANALYZER, Guest, ROUTING_POLICY};
use road::{Overruns, Plugins, Poison, Rulebook, wire::spell_instant};
use sandbox::{Kind, Limits, Sandbox, Settings, fixture};
use serde_json::{Value, json};
use store::Store;

use crate::house::{content, drive, events};

/// 2024-09-02T02:00:00Z.
const NOON: i64 = 1_725_242_400_000;
const DIES: Guest = Guest { evaluate: "(unreachable)", ..Guest::GOOD };

/// A rule, an analyzer and a row that each ask a plugin, with what they want where it fails.
fn pack(on_failure: &str) -> String {
    let of_rule = if on_failure == "default-route" { "abstain" } else { on_failure };
    format!(
        r#"
name = "dying"
[casework]
last_resort = "person:p-1"
[[alert]]
id = "listens"
on = "turn"
plugin = "judge"
severity = "warning"
say = {{ zh = "听到了", en = "heard" }}
on_failure = "{of_rule}"
[[analyzer]]
plugin = "reader"
on_failure = "{of_rule}"
[[department]]
id = "service"
zh = "服务部"
en = "Service"
[[role]]
id = "desk"
department = "service"
zh = "服务台"
en = "desk"
[[category]]
id = "repair"
zh = "维修"
en = "repair"
words = ["不制冷"]
[[route]]
id = "by-plugin"
plugin = "router"
on_failure = "{on_failure}"
[[route]]
id = "never"
when = "case.category == 'repair'"
department = "service"
role = "desk"
[[route]]
id = "all"
department = "service"
role = "desk"
"#
    )
}

/// The pack with these guests behind its plugins, as it is live.
fn rulebook(on_failure: &str, guest: &Guest) -> Rulebook {
    let folder = tempfile::tempdir().expect("a folder");
    let plugins = [
        ("judge", guest.component()),
        ("reader", guest.component_of(&ANALYZER, "analyzer")),
        ("router", guest.component_of(&ROUTING_POLICY, "routing-policy")),
    ];
    for (name, component) in plugins {
        fs::write(folder.path().join(format!("{name}.wasm")), component).expect("a file");
    }
    let settings = Settings { judges: 2, cache: None, limits: Limits::default() };
    let sandbox = Sandbox::new(settings).unwrap_or_else(|error| panic!("failed to {error}"));
    let files = BTreeMap::from([("p/pack.toml".to_owned(), pack(on_failure).into_bytes())]);
    let pack = policy::load_texts(files, "p").unwrap_or_else(|problems| panic!("{}", problems.text(policy::Lang::En)));
    let plugins = Plugins::new(sandbox, vec![folder.path().to_owned()]);
    plugins.rulebook(pack, Overruns::Abstain).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn line(id: &str, kind: &str, subject: &str, (second, data): (i64, Value)) -> String {
    let time = spell_instant(Instant(NOON + second * 1_000));
    json!({"specversion": "1.0", "id": id, "source": "chat", "type": kind, "subject": subject, "time": time,
        "data": data})
    .to_string()
}

/// A complaint of its own customer.
fn complaint(n: usize, second: i64) -> String {
    let data = json!({"text": format!("冰箱不制冷,第{n}次"), "keys": [{"kind": "phone", "value": format!("+86{n}")}]});
    line(&format!("c-{n}"), "plaint.complaint.filed", &format!("complaint/c-{n}"), (second, data))
}

fn turn(n: usize, text: &str) -> String {
    let data = json!({"speaker": "customer", "text": text});
    line(&format!("t-{n}"), "plaint.turn.said", "contact/k-1", (n as i64, data))
}

/// The outcomes of these lines, decided one by one.
fn outcomes(rulebook: Rulebook, lines: &[String]) -> Vec<Outcome> {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("a store");
    let (store, _) = drive(store, rulebook, (1, 1), events(lines));
    content(&store);
    store.outcomes(Position(1), usize::MAX).expect("outcomes").into_iter().map(|(_, outcome)| outcome).collect()
}

fn assigned(outcome: &Outcome) -> Vec<&CaseAssigned> {
    let bodies = outcome.decisions().map(|decision| &decision.body);
    bodies
        .filter_map(|body| if let DecisionBody::CaseAssigned(assigned) = body { Some(assigned) } else { None })
        .collect()
}

fn operator(outcome: &Outcome) -> Vec<&str> {
    let bodies = outcome.decisions().map(|decision| &decision.body);
    let told = bodies.filter_map(|body| if let DecisionBody::OperatorAlerted(told) = body { Some(told) } else { None });
    told.map(|told| told.reason.as_str()).collect()
}

fn breakers(outcome: &Outcome) -> Vec<(AskedBy, Option<Breaker>)> {
    outcome.guards.iter().map(|guard| (guard.by, guard.breaker)).collect()
}

fn causes(outcome: &Outcome) -> Vec<Absence> {
    let rules = outcome.answers.iter().filter_map(|answer| match &answer.answer {
        Answered::Abstained(why) => Some(why.cause),
        Answered::Verdict(_) => None,
    });
    let read = outcome.readings.iter().filter_map(|answer| match &answer.answer {
        ReadingAnswer::Abstained(why) => Some(why.cause),
        ReadingAnswer::Read(_) => None,
    });
    let routed = outcome.routes.iter().filter_map(|answer| match answer {
        RouteAnswer::Abstained(why) => Some(why.cause),
        RouteAnswer::Routed { .. } => None,
    });
    rules.chain(read).chain(routed).collect()
}

#[test]
fn no_complaint_is_lost_or_nobodys_because_plugins_died() {
    let times = [0, 0, 0, 0, 0, 1, 29, 30, 31, 91];
    let lines: Vec<String> = times.iter().enumerate().map(|(n, second)| complaint(n, *second)).collect();
    let outcomes = outcomes(rulebook("abstain", &DIES), &lines);
    let both = |state: Breaker| vec![(AskedBy::Analyzer, Some(state)), (AskedBy::Route, Some(state))];
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.poisoned, None, "{n}");
        let [case] = assigned(outcome)[..] else { panic!("{n}: {outcome:?}") };
        assert_eq!((case.desk.role.as_str(), case.owner.as_deref(), case.route.as_str()), ("desk", None, "never"));
        let (expected, cause) = match n {
            0..=3 => (vec![], Absence::Trap),
            4 => (both(Breaker::Opened), Absence::Trap),
            7 | 9 => (both(Breaker::HalfOpen), Absence::Trap),
            _ => (both(Breaker::Open), Absence::Breaker),
        };
        assert_eq!((breakers(outcome), causes(outcome)), (expected, vec![cause, cause]), "{n}");
    }
    let until = |n: usize| outcomes[n].guards[0].until.map(|until| (until.0 - NOON) / 1_000);
    assert_eq!([until(4), until(5), until(7), until(9)], [Some(30), Some(30), Some(90), Some(211)]);
    let told: Vec<_> = outcomes.iter().map(|outcome| operator(outcome).len()).collect();
    assert_eq!(told, [0, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
    let expected = "plugin `router` of route `by-plugin` is left alone for a while: it failed (trap), it broke off";
    assert!(operator(&outcomes[4])[1].starts_with(expected), "{:?}", operator(&outcomes[4]));
}

#[test]
fn a_row_can_want_the_last_one_where_its_plugin_fails() {
    let outcomes = outcomes(rulebook("default-route", &DIES), &[complaint(1, 0)]);
    let [case] = assigned(&outcomes[0])[..] else { panic!("{outcomes:?}") };
    assert_eq!((case.route.as_str(), &case.because), ("all", &vec![("failed".into(), "by-plugin: trap".into())]));
    // A policy that answers that it knows no route has not failed.
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 1))
        (i32.const 32)";
    let outcomes = self::outcomes(rulebook("default-route", &Guest { evaluate, ..Guest::GOOD }), &[complaint(1, 0)]);
    assert_eq!(assigned(&outcomes[0])[0].route, "never");
}

#[test]
fn the_generation_before_can_answer() {
    let before = rulebook("abstain", &Guest::GOOD);
    let generation = before.policy().generation;
    let now = rulebook("previous", &DIES).with_previous(Some(before));
    let outcomes = outcomes(now, &[turn(1, "还是不制冷")]);
    assert!(matches!(outcomes[0].answers[0].answer, Answered::Verdict(_)), "{outcomes:?}");
    assert!(matches!(outcomes[0].readings[0].answer, ReadingAnswer::Read(_)), "{outcomes:?}");
    let instead = |guard: &Guarded| (guard.by, guard.breaker, guard.instead);
    let expected = [AskedBy::Analyzer, AskedBy::Rule].map(|by| (by, None, Some(generation)));
    assert_eq!(outcomes[0].guards.iter().map(instead).collect::<Vec<_>>(), expected);
}

#[test]
fn the_operator_can_be_told_each_time() {
    let outcomes = outcomes(rulebook("alert-operator", &DIES), &[turn(1, "还是不制冷")]);
    let told = operator(&outcomes[0]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].starts_with("plugin `judge` of rule `listens` failed (trap): it broke off"), "{told:?}");
}

#[test]
fn a_question_that_breaks_its_plugin_twice_is_put_aside_and_not_asked_again() {
    // It breaks at a text that begins with `!`; the contact's first turn is left out of its sight.
    let evaluate = "
        (if (i32.eq (i32.load8_u (i32.load offset=8 (local.get 0))) (i32.const 33)) (then (unreachable)))
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (local.get 1))
        (i32.const 32)";
    let kept = Arc::new(Mutex::new(Vec::<Poison>::new()));
    let shelf = Arc::clone(&kept);
    let guest = Guest { evaluate, ..Guest::GOOD };
    let rulebook = rulebook("abstain", &guest).with_shelf(Arc::new(move |poison: &Poison| {
        shelf.lock().expect("nobody fails").push(poison.clone());
    }));
    let lines = [turn(1, "!"), turn(2, "好的"), turn(3, "!"), turn(4, "!")];
    let components = rulebook.components().clone();
    let outcomes = outcomes(rulebook, &lines);
    let read: Vec<Option<Absence>> = outcomes
        .iter()
        .map(|outcome| match &outcome.readings[0].answer {
            ReadingAnswer::Abstained(why) => Some(why.cause),
            ReadingAnswer::Read(_) => None,
        })
        .collect();
    assert_eq!(read, [Some(Absence::Trap), None, Some(Absence::Quarantined), Some(Absence::Quarantined)]);
    let kept = kept.lock().expect("nobody failed");
    let [poison] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!((poison.by, poison.plugin.as_str(), poison.why.cause), (AskedBy::Analyzer, "reader", Absence::Trap));
    assert_eq!(poison.input, r#"{"settings":{},"texts":[["customer","!"]]}"#);
    // What was kept is a fixture: asked again, it breaks the plugin again.
    let reader = components.values().find(|component| component.kind() == Kind::Analyzer).expect("an analyzer");
    let input: Value = serde_json::from_str(&poison.input).expect("JSON");
    let again = fixture::answer(reader, &input).expect("an answer").to_string();
    assert!(again.contains("unreachable"), "{again}");
}
