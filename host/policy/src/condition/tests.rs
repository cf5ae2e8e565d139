//! Conditions as tables: what is wrong, at which column; and what a good one is lowered to.

use std::sync::Arc;

use engine::{condition::Tick, rule::On};

use super::{Lowered, Site, cost, lower};
use crate::{
    Lang,
    document::{self, Source, Text},
    param::Params,
    problem::Problems,
};

const PARAMS: &str = r#"
[params]
repeats  = { default = 3, min = 2, max = 6 }
patience = { default = "2m" }
strict   = { default = false }
brand    = { default = "snow" }

[[param-set]]
when = "agent.employer == 'bpo-b' || contact.channel == 'chat'"
set  = { repeats = 2, patience = "1m" }

[[param-set]]
when = "contact.brand == 'ice'"
set  = { repeats = 5 }
"#;

fn parsed(text: &str) -> document::Node {
    let source = Arc::new(Source { name: "t".into(), path: "t".into(), text: text.into() });
    document::parse(&source, &mut Problems::default()).unwrap()
}

pub(super) fn params() -> Params {
    let file = parsed(PARAMS);
    let mut problems = Problems::default();
    let entries = file.get("params").unwrap().entries().unwrap();
    let params = Params::read(entries, file.get("param-set").unwrap().elements().unwrap(), false, &mut problems);
    assert!(problems.is_empty(), "{problems}");
    params
}

/// The condition as a TOML file spells it: between `'''` so that columns count from the fourth letter on.
fn text(condition: &str) -> Text {
    parsed(&format!("'' = '''{condition}'''")).get("").unwrap().as_text().unwrap()
}

pub(super) fn lowered(condition: &str, site: Site) -> Result<Lowered, Problems> {
    let mut problems = Problems::default();
    let lowered = lower(&text(condition), site, &params(), &mut problems);
    assert_eq!(lowered.is_some(), problems.is_empty(), "{condition}: {problems}");
    lowered.ok_or_else(|| problems.sorted())
}

/// `column kind` of each problem.
fn found(condition: &str, site: Site) -> String {
    match lowered(condition, site) {
        Ok(_) => "fine".to_owned(),
        Err(problems) => {
            let one = |problem: &crate::Problem| format!("{} {}", column(problem), problem.kind);
            problems.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Counted from the condition's first letter; the literal's own quote stands three before it.
fn column(problem: &crate::Problem) -> i64 {
    i64::try_from(problem.place.column).unwrap() - 8
}

/// A condition, and its problems as `column kind`.
const WRONG: &[(&str, &str)] = &[
    // Names.
    ("conatct.agent_repeats > 3", "1 UnknownVariable"),
    ("agent_repeats > 3", "1 UnknownVariable"),
    ("contact > 3", "1 NoValueItself"),
    ("contact.agent_repeats.x > 3", "1 UnknownVariable"),
    ("contact.closed && contact.agent_repeats >= param.repaets", "44 UnknownParam"),
    ("alert.taken", "1 NotOffered"),
    ("turn.text.startWith('a')", "11 UnknownFunction"),
    ("[1, 2].map(x, x)", "8 UnknownFunction"),
    ("lower(turn.text) == 'a'", "1 UnknownFunction"),
    ("turn.speaker == 'agnet'", "17 NeverEqual"),
    ("contact.caller in ['media', 'tv']", "19 NeverEqual"),
    // Kinds.
    ("contact.agent_repeats", "1 WantsFlag"),
    ("3", "1 WantsFlag"),
    ("contact.closed && contact.turns", "19 WantsFlag"),
    ("contact.waiting > 120", "17 Mismatch"),
    ("contact.waiting > '2m'", "17 Mismatch"),
    ("contact.opened > '2026-01-01'", "16 Mismatch"),
    ("contact.channel > 3", "17 Mismatch"),
    ("contact.turns == '3'", "15 Mismatch"),
    ("contact.closed == 'true'", "16 Mismatch"),
    ("contact.closed > true", "16 NotComparable"),
    ("['a'] == ['a']", "7 NotComparable"),
    ("'a' in turn.text", "5 NotComparable"),
    ("contact.turns in ['a']", "15 Mismatch"),
    ("contact.turns + contact.waiting > 3", "15 Mismatch"),
    ("turn.text + 'a' == 'b'", "11 Mismatch"),
    ("-turn.text == 'b'", "1 NotComparable"),
    ("(contact.closed ? 1 : 'a') == 1", "17 Mismatch"),
    ("contact.turns.startsWith('a')", "1 WantsKind"),
    ("size(contact.turns) > 3", "6 WantsKind"),
    ("contact.channel.exists(x, x == 'a')", "1 WantsKind"),
    // Functions.
    ("has(contact)", "1 Arguments"),
    ("has(param.repeats)", "1 Arguments"),
    ("size() > 3", "1 Arguments"),
    ("matches(turn.text, 'a')", "1 Arguments"),
    ("turn.text.matches(contact.channel)", "19 NotLiteral"),
    ("turn.text.matches('(a')", "19 BadPattern"),
    ("turn.text.matches(r'\\w{900}{900}')", "19 BadPattern"),
    ("turn.text.matches('\\w+')", "20 Escape"),
    ("contact.waiting > duration('2 min')", "28 BadDuration"),
    ("contact.waiting > duration('2 working days')", "28 WorkingDays"),
    ("contact.waiting > duration('9999d')", "28 DurationTooLong"),
    ("contact.opened > timestamp('yesterday')", "28 BadInstant"),
    ("contact.opened > timestamp('1066-10-14T09:00:00Z')", "28 BadInstant"),
    ("['a'].filter(x, x == 'a') == ['a']", "7 FilterAlone"),
    ("['a'].exists(contact, contact == 'a')", "14 NameTaken"),
    ("['a'].exists('x', true)", "14 Arguments"),
    ("[1].all(a, [1].all(b, [1].all(c, [1].all(d, [1].all(e, true)))))", "45 WalkTooDeep"),
    // What CEL has and we have not.
    ("{'a': 1}.a == 1", "9 Unsupported"),
    ("{} == {}", "1 Unsupported, 7 Unsupported"),
    ("['a'][0] == 'a'", "6 Unsupported"),
    ("contact.turns % 2 == 0", "15 Unsupported"),
    ("contact.channel == null", "20 Unsupported"),
    ("contact.turns == 3u", "18 Unsupported"),
    ("turn.text == b'a'", "14 Unsupported"),
    ("contact{} == 3", "8 Unsupported"),
    ("contact.turns in [contact.agents]", "19 ListElements"),
    ("contact.turns in [1, 'a']", "22 ListElements"),
    ("contact.turns in []", "18 Empty"),
    ("contact.turns > 99999999999999999999", "17 NumberTooBig"),
    ("contact.turns > 9007199254740994.0", "17 NumberTooBig"),
    // Signs.
    ("contact.turns ＝ 3，contact.closed", "15 FullWidth, 18 FullWidth"),
    (
        "（contact.turns ≥ 3） ＆＆ contact.closed",
        "1 FullWidth, 16 FullWidth, 19 FullWidth, 21 FullWidth, 22 FullWidth",
    ),
    ("turn.text.contains(“投诉，退款”)", "20 FullWidth, 26 FullWidth"),
    (
        "！contact.closed ｜｜ contact.turns ≤ 3；",
        "1 FullWidth, 17 FullWidth, 18 FullWidth, 34 FullWidth, 37 FullWidth",
    ),
    ("turn.text.contains('投诉，“退款”')", "fine"),
    ("contact.turns = 3", "15 Sign"),
    ("contact.turns => 3 and not contact.closed", "15 Sign, 20 Sign, 24 Sign"),
    ("contact.turns <> 3 | contact.closed", "15 Sign, 20 Sign"),
    ("contact.closed == True", "19 Sign"),
    // Syntax.
    ("", "-2 Empty"),
    ("contact.turns >", "16 EndsEarly"),
    ("turn.text == '投诉' &&", "21 EndsEarly"),
    ("contact.turns > 3 contact.closed", "19 Unexpected"),
    ("contact.渠道 == 'a'", "9 Unexpected"),
    ("contact.turns > 3 # three", "19 Unexpected"),
    ("turn.text == 'abc", "14 OpenText"),
    ("(contact.turns > 3", "1 Brackets"),
    ("contact.turns > 3)", "18 Brackets"),
    ("(contact.turns > 3]", "1 Brackets, 19 Brackets"),
    // Several at once.
    ("contact.wating > 3 && turn.txet == 'a' && contact.turns", "1 UnknownVariable, 23 UnknownVariable, 43 WantsFlag"),
];

#[test]
fn what_is_wrong_is_said_at_its_column() {
    for (condition, expected) in WRONG {
        assert_eq!(found(condition, Site::When(On::Turn)), *expected, "{condition}");
    }
}

#[test]
fn each_place_offers_its_variables() {
    let cases = [
        ("turn.speaker == 'agent'", Site::When(On::Turn), "fine"),
        ("turn.speaker == 'agent'", Site::When(On::Contact), "1 NotOffered"),
        ("turn.speaker == 'agent'", Site::Clear, "1 NotOffered"),
        ("turn.speaker == 'agent'", Site::Unless, "1 NotOffered"),
        ("turn.speaker == 'agent'", Site::ParamSet, "1 NotOffered"),
        ("alert.taken || alert.age > duration('1h')", Site::Unless, "fine"),
        ("alert.taken", Site::Clear, "1 NotOffered"),
        ("has(alert.taken)", Site::When(On::Turn), "5 NotOffered"),
        ("param.repeats > 2", Site::ParamSet, "1 NotOffered"),
        ("contact.turns * 2 > 3", Site::ParamSet, "15 SetComputes"),
        ("contact.turns / 2 > 3", Site::ParamSet, "15 SetComputes"),
        ("(contact.closed ? 1 : 2) == contact.turns", Site::ParamSet, "17 SetComputes"),
        ("contact.waiting - duration('1m') > param.patience", Site::When(On::Contact), "17 GrowsInSum"),
        ("contact.waiting - duration('1m') > param.patience", Site::When(On::Turn), "fine"),
    ];
    for (condition, site, expected) in cases {
        assert_eq!(found(condition, site), expected, "{condition} in {site:?}");
    }
}

#[test]
fn a_good_condition_becomes_the_engines_tree() {
    let cases = [
        (
            "contact.agent_repeats >= 3 && !contact.closed && true",
            "And([Compare(GreaterOrEqual, [Variable(AgentRepeats), Constant(Number(3.0))]), Not(Variable(Closed)), \
             Constant(Flag(true))])",
        ),
        (
            "!(contact.turns < 3 || contact.closed)",
            "And([Compare(GreaterOrEqual, [Variable(Turns), Constant(Number(3.0))]), Not(Variable(Closed))])",
        ),
        ("param.strict", "Param(\"strict\", Constant(Flag(false)))"),
        (
            "size(['a', 'b'].filter(x, turn.text.contains(x))) > 1",
            "Compare(Greater, [Walk(Count, [Constant(Texts([\"a\", \"b\"])), TextTest(Contains, [Variable(Text), \
             Element(0)])]), Constant(Number(1.0))])",
        ),
        (
            "duration('1m') + contact.opened < timestamp('2026-01-01T08:00:00+08:00')",
            "Compare(Less, [Arithmetic(Add, [Variable(Opened), Constant(Duration(Duration(60000)))]), \
             Constant(Instant(Instant(1767225600000)))])",
        ),
        ("turn.text.matches('退(款|货)')", "Matches(Variable(Text), /退(款|货)/)"),
        ("contact.turns in [1, 2.5, -3]", "Compare(In, [Variable(Turns), Constant(Numbers([1.0, 2.5, -3.0]))])"),
    ];
    for (condition, expected) in cases {
        let lowered = lowered(condition, Site::When(On::Turn)).unwrap();
        assert_eq!(format!("{:?}", lowered.condition), expected, "{condition}");
    }
}

#[test]
fn what_waits_for_time_has_ticks() {
    let cases: [(&str, &[i64]); 6] = [
        ("contact.waiting > param.patience && !contact.closed", &[60_001, 120_001]),
        ("!(contact.silence < duration('1m') + duration('30s'))", &[90_000]),
        ("duration('1h') <= contact.age", &[3_600_000]),
        ("contact.waiting > (contact.closed ? duration('1m') : duration('2m'))", &[60_001, 120_001]),
        ("contact.turns > 3", &[]),
        ("contact.waiting < duration('2m')", &[]),
    ];
    for (condition, expected) in cases {
        let ticks = lowered(condition, Site::When(On::Contact)).unwrap().condition.ticks();
        let reaches: Vec<i64> = ticks.iter().map(|tick: &Tick| tick.reaches.0).collect();
        assert_eq!(reaches, expected, "{condition}");
    }
}

#[test]
fn limits_hold() {
    let long = format!("turn.text == '{}'", "x".repeat(4_000));
    let many = vec!["true"; 260].join("||");
    let deep = format!("{}contact.closed{}", "(".repeat(33), ")".repeat(33));
    let chain = format!("{} > 1", vec!["1"; 40].join("+"));
    let list = format!("contact.turns in [{}]", vec!["1"; 101].join(","));
    let pattern = format!("turn.text.matches('{}')", "x".repeat(501));
    let cases = [
        (long, "-2 TooLong"),
        (many, "-2 TooMany"),
        (deep, "33 TooDeep"),
        (chain, "66 TooDeep"),
        (list, "18 TooMany"),
        (pattern, "19 TooLong"),
    ];
    for (condition, expected) in cases {
        assert_eq!(found(&condition, Site::When(On::Turn)), expected);
    }
}

#[test]
fn what_the_limits_allow_is_parsed_on_the_loaders_stack() {
    let allowed = format!("{}contact.closed{}", "(".repeat(31), ")".repeat(31));
    let small = std::thread::Builder::new().stack_size(crate::limits::LOADER_STACK);
    let fine = small.spawn(move || found(&allowed, Site::When(On::Turn))).unwrap().join().unwrap();
    assert_eq!(fine, "fine");
}

#[test]
fn the_cost_counts_every_element() {
    for (condition, expected) in [
        ("contact.closed", 1),
        ("contact.turns > 3", 3),
        ("contact.turns in [1, 2, 3, 4]", 6),
        ("['a', 'b'].exists(x, turn.text.contains(x))", 1 + 2 * (1 + 3)),
    ] {
        assert_eq!(cost(&lowered(condition, Site::When(On::Turn)).unwrap().condition), expected, "{condition}");
    }
}

#[test]
fn advice_names_the_way_out() {
    let cases = [
        ("conatct.agent_repeats > 3", "是不是 `contact.agent_repeats`", "did you mean `contact.agent_repeats`"),
        ("agent_repeats > 3", "是不是 `contact.agent_repeats`", "did you mean `contact.agent_repeats`"),
        ("contact.waiting > 120", "`duration('2m')`", "write `duration('2m')`"),
        ("contact.turns ＝ 3", "写 `==`", "write `==`"),
        ("contact.turns", "例如 `… >= 3`", "like `… >= 3`"),
        ("turn.speaker == 'agnet'", "是不是 `agent`", "did you mean `agent`"),
        ("turn.text.startWith('a')", "是不是 `startsWith`", "did you mean `startsWith`"),
        ("contact.closed && alert.taken", "`unless`", "in the `unless` of a step"),
    ];
    for (condition, zh, en) in cases {
        let problems = lowered(condition, Site::When(On::Turn)).unwrap_err();
        assert!(problems.text(Lang::Zh).contains(zh), "{}", problems.text(Lang::Zh));
        assert!(problems.text(Lang::En).contains(en), "{}", problems.text(Lang::En));
    }
}
