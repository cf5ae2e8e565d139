//! Attacks by routing policies, and what a route may hold.

use engine::{
    absence::Absence::{self, Answer, Trap, Unwilling},
    rule::{Brief, Desk, RouteAnswer},
    time::Instant,
    value::Value,
};
use plaint_hostile::{Contract, Guest, ROUTING_POLICY, beside_a_neighbour, load};
use sandbox::RoutingPolicy;

use crate::{GOOD, LOOP, OVERRUN, stopped};

/// Answers with the option at 4096.
const ANSWER: &str = "
    (i32.store (i32.const 32) (i32.const 4096))
    (i32.store (i32.const 36) (i32.const 1))
    (i32.const 32)";

fn policy(guest: &Guest) -> RoutingPolicy {
    RoutingPolicy::new(&load(&guest.component_of(&ROUTING_POLICY, "routing-policy")).unwrap(), "{}").unwrap()
}

fn brief() -> Brief {
    Brief {
        category: "repair/not-fixed".to_owned(),
        family: "repair".to_owned(),
        severity: "warning".to_owned(),
        channel: "chat".to_owned(),
        text: "还是不制冷".to_owned(),
        labels: vec![("injury".to_owned(), 0.5)],
        attributes: vec![
            ("product".to_owned(), Value::Text("washer".to_owned())),
            ("since".to_owned(), Value::Instant(Instant(7))),
            ("tags".to_owned(), Value::Texts(vec!["a".to_owned()])),
        ],
    }
}

fn abstains(tried: &str, evaluate: &str, expected: (Absence, &str)) {
    let policy = policy(&Guest { evaluate: evaluate.to_owned().leak(), ..GOOD });
    let (answer, beside) = beside_a_neighbour(|| policy.route(&brief()));
    match answer {
        Ok(RouteAnswer::Abstained(abstention)) => beside.tell(tried, stopped(tried, &abstention, expected)),
        other => panic!("{tried}: {other:?}"),
    }
}

/// A route at 4096: department and role of so many bytes at 8192, a priority, and reasons that are none.
fn names(department: u32, role: u32, priority: u32) -> String {
    format!(
        "(i32.store8 (i32.const 4096) (i32.const 1))
        (i32.store (i32.const 4100) (i32.const 8192))
        (i32.store (i32.const 4104) (i32.const {department}))
        (i32.store (i32.const 4108) (i32.const 8192))
        (i32.store (i32.const 4112) (i32.const {role}))
        (i32.store8 (i32.const 4116) (i32.const 1))
        (i32.store (i32.const 4120) (i32.const 8192))
        (i32.store (i32.const 4124) (i32.const {priority}))
        {ANSWER}"
    )
}

#[test]
fn policies_that_misbehave() {
    abstains("a policy that traps", "(unreachable)", (Trap, "`unreachable` instruction executed"));
    abstains("no answer", "(i32.const 16)", (Answer, "it gave 0 answers where 1 were asked for"));
    let three = ANSWER.replace("(i32.const 1)", "(i32.const 3)");
    abstains("three answers for one case", &three, (Answer, "3 answers where 1 were asked for"));
    let many = ANSWER.replace("(i32.const 1)", "(i32.const 4000)");
    abstains("4000 answers", &many, (Answer, "65536 bytes"));
    abstains("no route", ANSWER, (Unwilling, "it knows no route for this case"));
    abstains("no department", &names(0, 3, 3), (Answer, "it named no department of 1 to 128 bytes"));
    abstains("a role of 129 bytes", &names(3, 129, 3), (Answer, "it named no role of 1 to 128 bytes"));
    abstains("a priority of 129 bytes", &names(3, 3, 129), (Answer, "its priority has more than 128 bytes"));
    let looping = policy(&Guest { evaluate: LOOP, ..GOOD });
    let (answer, beside) = beside_a_neighbour(|| looping.route(&brief()));
    assert_eq!(answer, Err(OVERRUN));
    beside.tell("a policy that loops", OVERRUN);
}

#[test]
fn what_a_policy_is_sent_and_what_comes_back() {
    // department: the category; role: the family; priority: the severity; because: the channel with the text, forty
    // times over, after the first attribute's name with its own text.
    let evaluate = format!(
        "(local $place i32) (local $attributes i32)
        (local.set $attributes (i32.load offset=48 (local.get 0)))
        (if (i32.ne (i32.load offset=52 (local.get 0)) (i32.const 3)) (then (unreachable)))
        ;; The second attribute is the time 7, the third is absent.
        (if (i32.ne (i32.load8_u offset=32 (local.get $attributes)) (i32.const 3)) (then (unreachable)))
        (if (i64.ne (i64.load offset=40 (local.get $attributes)) (i64.const 7)) (then (unreachable)))
        (if (i32.ne (i32.load8_u offset=56 (local.get $attributes)) (i32.const 4)) (then (unreachable)))
        (i32.store8 (i32.const 4096) (i32.const 1))
        (memory.copy (i32.const 4100) (local.get 0) (i32.const 16))
        (i32.store8 (i32.const 4116) (i32.const 1))
        (memory.copy (i32.const 4120) (i32.add (local.get 0) (i32.const 16)) (i32.const 8))
        (i32.store (i32.const 4128) (i32.const 5000))
        (i32.store (i32.const 4132) (i32.const 40))
        (loop $next
            (memory.copy (i32.add (i32.const 5000) (local.get $place))
                (i32.add (local.get 0) (i32.const 24)) (i32.const 16))
            (local.set $place (i32.add (local.get $place) (i32.const 16)))
            (br_if $next (i32.lt_u (local.get $place) (i32.const 640))))
        (memory.copy (i32.const 5000) (local.get $attributes) (i32.const 8))
        (memory.copy (i32.const 5008) (i32.add (local.get $attributes) (i32.const 16)) (i32.const 8))
        {ANSWER}"
    );
    let answer = policy(&Guest { evaluate: evaluate.leak(), ..GOOD }).route(&brief()).unwrap();
    let RouteAnswer::Routed { desk, priority, because } = answer else { panic!("{answer:?}") };
    assert_eq!(desk, Desk { department: "repair/not-fixed".to_owned(), role: "repair".to_owned() });
    assert_eq!(priority.as_deref(), Some("warning"));
    assert_eq!((because.len(), &because[0]), (32, &("product".to_owned(), "washer".to_owned())));
    assert_eq!(because[31], ("chat".to_owned(), "还是不制冷".to_owned()));
}

#[test]
fn a_policy_of_another_shape() {
    let functions = [ROUTING_POLICY.functions[0], ("route", r#"(param "cases" (list string)) (result (list string))"#)];
    let other = Contract { functions: functions.to_vec().leak(), ..ROUTING_POLICY };
    let component = load(&GOOD.component_of(&other, "routing-policy")).unwrap();
    let error = RoutingPolicy::new(&component, "{}").unwrap_err().to_string();
    assert!(error.contains("route is not as plaint:plugin/routing-policy@0.1.0 declares it"), "{error}");
}
