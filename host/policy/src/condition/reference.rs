//! The cel interpreter as the reference: random conditions over random scopes, our evaluation against its own.
//!
//! An unknown variable is an absent key there, and reading it an error. cel 0.15 absorbs an error beside a deciding
//! `false` or `true` in either order, in `&&`, `||`, `exists` and `all`, which is three-valued logic: so its error is
//! compared with our *unknown* as well, and no evaluator of our own has to stand in. Numbers are written as doubles.
//! One difference is by design and left out: a division by zero is infinite there and unknown here.

use std::sync::Arc;

use cel::{Context, Program, Value};
use engine::{
    condition::{AlertView, Scope, Variable},
    contact::{About, Agent, Measured, Signals, Turn},
    fact::{Capacity, Speaker},
    rule::On,
    time::Instant,
    value::Slot,
};
use proptest::prelude::*;

use super::{Site, tests::lowered};

const NOW: i64 = 1_767_225_600_000;

fn numbers(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        (-3i32..6).prop_map(|number| format!("({number}.0)")),
        Just("2.5".to_owned()),
        prop::sample::select(vec![
            "contact.agent_repeats",
            "contact.dissatisfied_run",
            "contact.turns",
            "contact.agents",
            "turn.sentiment",
        ])
        .prop_map(str::to_owned),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let (inner, flag) = (numbers(depth - 1), flags(depth - 1));
    prop_oneof![
        3 => leaf,
        2 => (inner.clone(), prop::sample::select(vec!["+", "-", "*"]), inner.clone())
            .prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
        1 => inner.clone().prop_map(|part| format!("(-{part})")),
        1 => inner.clone().prop_map(|part| format!("({part} / 2.0)")),
        1 => (flag, inner.clone(), inner).prop_map(|(test, yes, no)| format!("({test} ? {yes} : {no})")),
    ]
    .boxed()
}

fn texts() -> BoxedStrategy<String> {
    prop_oneof![
        prop::sample::select(vec!["'a'", "'ab'", "''", "'退款'", "'投诉退款'", r"'\''"]).prop_map(str::to_owned),
        prop::sample::select(vec!["contact.channel", "contact.brand", "turn.text", "agent.id", "agent.employer"])
            .prop_map(str::to_owned),
    ]
    .boxed()
}

fn durations(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        (0i32..200).prop_map(|count| format!("duration('{count}s')")),
        prop::sample::select(vec!["contact.waiting", "contact.silence", "contact.age"]).prop_map(str::to_owned),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = durations(depth - 1);
    prop_oneof![
        3 => leaf,
        1 => (inner.clone(), prop::sample::select(vec!["+", "-"]), inner)
            .prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
        1 => (instants(), instants()).prop_map(|(left, right)| format!("({left} - {right})")),
    ]
    .boxed()
}

fn instants() -> BoxedStrategy<String> {
    prop_oneof![
        Just("contact.opened".to_owned()),
        Just("timestamp('2025-12-31T23:59:00Z')".to_owned()),
        (0i32..200).prop_map(|count| format!("(contact.opened + duration('{count}s'))")),
    ]
    .boxed()
}

fn walks(depth: u32) -> BoxedStrategy<String> {
    let test = prop_oneof![
        Just("x == 'a'".to_owned()),
        Just("turn.text.contains(x)".to_owned()),
        Just("x.startsWith('a') || contact.held".to_owned()),
        flags(depth).prop_map(|flag| format!("x == 'a' && {flag}")),
        Just("[1.0, 2.0].exists(y, y == 2.0 && x == 'ab')".to_owned()),
    ];
    let list = prop::sample::select(vec!["['a', 'ab']", "['退款']", "['a', 'b', 'a']"]);
    prop_oneof![
        (list.clone(), prop::sample::select(vec!["exists", "all"]), test.clone())
            .prop_map(|(list, how, test)| format!("{list}.{how}(x, {test})")),
        (list, test).prop_map(|(list, test)| format!("double(size({list}.filter(x, {test}))) > 1.0")),
    ]
    .boxed()
}

fn flags(depth: u32) -> BoxedStrategy<String> {
    let signs = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let compared = |side: BoxedStrategy<String>| {
        (side.clone(), signs(), side).prop_map(|(left, sign, right)| format!("({left} {sign} {right})")).boxed()
    };
    let leaf = prop_oneof![
        prop::sample::select(vec!["true", "false", "contact.closed", "contact.held", "alert.taken"])
            .prop_map(str::to_owned),
        prop::sample::select(vec!["has(contact.waiting)", "has(turn.text)", "has(agent.employer)"])
            .prop_map(str::to_owned),
        compared(texts()),
        (texts(), prop::sample::select(vec!["startsWith", "endsWith", "contains"]), texts())
            .prop_map(|(text, test, part)| format!("{text}.{test}({part})")),
        texts().prop_map(|text| format!("{text}.matches('^a|款$')")),
        texts().prop_map(|text| format!("({text} in ['a', '退款'])")),
        texts().prop_map(|text| format!("(double(size({text})) > 1.0)")),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = flags(depth - 1);
    prop_oneof![
        2 => leaf,
        2 => compared(numbers(depth - 1)),
        2 => compared(durations(depth - 1)),
        1 => compared(instants()),
        1 => numbers(depth - 1).prop_map(|number| format!("({number} in [1.0, 2.0, 3.0])")),
        2 => inner.clone().prop_map(|part| format!("!({part})")),
        4 => (inner.clone(), prop::sample::select(vec!["&&", "||"]), inner.clone())
            .prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
        1 => (inner.clone(), inner.clone(), inner).prop_map(|(test, yes, no)| format!("({test} ? {yes} : {no})")),
        1 => walks(depth - 1),
    ]
    .boxed()
}

/// What a scope borrows.
#[derive(Clone, Debug)]
struct World {
    measured: Measured,
    turn: Option<Turn>,
    alert: Option<AlertView>,
}

impl World {
    fn scope(&self) -> Scope<'_> {
        Scope { turn: self.turn.as_ref(), alert: self.alert, ..Scope::of(Instant(NOW), &self.measured) }
    }
}

fn some_text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(vec!["a", "ab", "b", "退款", "我要投诉退款", ""]).prop_map(str::to_owned))
}

fn worlds() -> impl Strategy<Value = World> {
    let about = (some_text(), some_text(), prop::option::of((some_text(), some_text())));
    let counts = (0u32..5_000, prop::option::of(0u32..5), 0u32..5, 0u16..4);
    let times = (0i64..300_000, prop::option::of(0i64..300_000), prop::option::of(0i64..300_000), any::<bool>());
    let turn = prop::option::of((some_text(), prop::option::of(-4i32..5)));
    let flags = (any::<bool>(), any::<bool>(), prop::option::of(any::<bool>()));
    (about, counts, times, turn, flags).prop_map(|(about, counts, times, turn, flags)| World {
        measured: Measured {
            about: Arc::new(About {
                channel: about.0,
                brand: about.1,
                caller: Capacity::Unknown,
                agent: about.2.map(|(id, employer)| Agent { id: id.unwrap_or_default(), team: None, employer }),
                ..About::default()
            }),
            episode: 1,
            opened: Instant(NOW - times.0),
            closed: flags.0,
            held: flags.1,
            sensitive: false,
            concerned: 1,
            agents: counts.3,
            signals: Signals {
                agent_repeats: counts.0,
                dissatisfied_run: counts.1,
                turns: counts.2,
                unanswered_since: times.1.map(|ago| Instant(NOW - ago)),
                latest_turn: times.2.map(|ago| Instant(NOW - ago)),
                timed: times.3,
                ..Signals::default()
            },
        },
        turn: turn.map(|(text, sentiment)| said(text, sentiment)),
        alert: flags.2.map(|taken| AlertView { raised: Instant(NOW - 5_000), seen: taken, taken, disposed: false }),
    })
}

fn said(text: Option<String>, quarters: Option<i32>) -> Turn {
    Turn {
        id: "t".into(),
        ordinal: 0,
        happened: Instant(NOW),
        timed: true,
        position: engine::fact::Position(1),
        revision: 0,
        speaker: Speaker::Customer,
        agent: 1,
        text: text.map(Into::into),
        words: engine::contact::Fingerprint::of(""),
        sentiment: quarters.map(|quarters| quarters as f32 / 4.0),
        read: quarters.is_some(),
        labels: Vec::new(),
    }
}

/// A constant as cel has it: durations and instants are asked of cel itself.
fn asked(expression: &str) -> Value {
    Program::compile(expression).unwrap().execute(&Context::default()).unwrap()
}

fn as_cel(slot: Slot<'_>) -> Value {
    match slot {
        Slot::Flag(flag) => Value::Bool(flag),
        Slot::Number(number) => Value::Float(number),
        Slot::Text(text) => Value::String(Arc::new(text.to_owned())),
        Slot::Duration(length) => asked(&format!("duration('{}ms')", length.0)),
        Slot::Instant(instant) => {
            asked(&format!("timestamp('{}')", jiff::Timestamp::from_millisecond(instant.0).unwrap()))
        }
        Slot::Texts(_) | Slot::Numbers(_) => Value::Null,
    }
}

fn context(scope: &Scope<'_>) -> Context<'static, 'static> {
    let mut context = Context::default();
    for group in ["contact", "turn", "agent", "alert"] {
        let known = Variable::ALL.iter().filter_map(|variable| {
            let (word, name) = variable.facts().name.split_once('.')?;
            Some((name.to_owned(), as_cel(scope.slot(*variable)?))).filter(|_| word == group)
        });
        let map: std::collections::HashMap<String, Value> = known.collect();
        context.add_variable_from_value(group, map);
    }
    context
}

fn compare_with_cel(condition: &str, world: &World) {
    // `double(size(…))` is how cel compares a size with a double; here a size is a number already.
    let written = condition.replace("double(size(", "(size(");
    let (when, unless) = (Site::When(On::Turn), Site::Unless);
    let site = if written.contains("alert.") { unless } else { when };
    if site == unless && written.contains("turn.") {
        return;
    }
    let lowered = lowered(&written, site).unwrap_or_else(|problems| panic!("{written}\n{problems}"));
    let scope = world.scope();
    let expected = match Program::compile(condition).unwrap().execute(&context(&scope)) {
        Ok(Value::Bool(flag)) => Some(flag),
        Ok(other) => panic!("{condition} is {other:?}"),
        Err(_) => None,
    };
    assert_eq!(lowered.condition.holds(&scope), expected, "{condition}\n{:?}", lowered.condition);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn our_evaluation_equals_cels(condition in flags(3), world in worlds()) {
        compare_with_cel(&condition, &world);
    }

    #[test]
    fn no_text_makes_the_checker_fail(condition in "[a-z.()'&|!<=> 0-9\\[\\],?:+\"{}中＝“]{0,40}") {
        let _ = lowered(&condition.replace("'''", ""), Site::When(On::Turn));
    }

    /// A set whose condition cannot be known does not match; otherwise it matches as written.
    #[test]
    fn a_set_matches_only_for_certain(condition in flags(2), world in worlds()) {
        let Ok(written) = lowered(&condition, Site::ParamSet) else { return Ok(()) };
        let scope = world.scope();
        let certainly = super::certainly(&written.condition);
        prop_assert_eq!(certainly.holds(&scope), Some(written.condition.holds(&scope) == Some(true)));
    }
}
