//! Fixtures through the built components: what authors check natively holds in the host too, and a live question
//! written down as a fixture has the same answer.

use std::{fs, path::PathBuf, sync::Arc};

use engine::{
    contact::{Contact, ReadingAnswer, Text},
    fact::{Fact, FactBody, Marks, Position, Speaker, TurnSaid},
    rule::{Answered, Brief},
    step::Question,
    time::Instant,
    value::Value,
};
use plaint_scenarios::{plugins, root};
use sandbox::{
    AlertRule, Analyzer, Component, Connector, Delivery, DeliveryKind, Limits, Message, RoutingPolicy, Sandbox,
    Settings, fixture,
};
use serde_json::{Value as Json, json};

use crate::house::cache;

fn load(id: &str) -> Component {
    let settings = Settings { judges: 1, cache: Some(cache()), limits: Limits::default() };
    let sandbox = Sandbox::new(settings).expect("a sandbox");
    sandbox.load_file(&plugins().join(format!("{id}.wasm"))).expect("a plugin")
}

fn json(path: &PathBuf) -> Json {
    serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON")
}

#[test]
fn every_fixture_holds_in_the_host() {
    let mut asked = 0;
    for folder in fs::read_dir(root().join("plugins")).expect("plugins").filter_map(|entry| Some(entry.ok()?.path())) {
        let Ok(fixtures) = fs::read_dir(folder.join("fixtures")) else { continue };
        let component = load(&folder.file_name().expect("a name").to_string_lossy());
        for question in fixtures.filter_map(|entry| Some(entry.ok()?.path())) {
            let Some(name) = question.to_str().and_then(|path| path.strip_suffix(".in.json")) else { continue };
            let answer = fixture::answer(&component, &json(&question)).expect("an answer");
            assert_eq!(answer, json(&PathBuf::from(format!("{name}.out.json"))), "{name}");
            asked += 1;
        }
    }
    assert!(asked > 80, "only {asked} fixtures were found");
}

#[test]
fn what_the_host_would_not_send_is_no_fixture() {
    let refused =
        |question: Json| fixture::answer(&load("repeated-script"), &question).expect_err("no answer").to_string();
    let turns: Vec<_> = (0..33).map(|_| json!(["agent", "hello"])).collect();
    assert!(refused(json!({ "turns": turns })).contains("it has 33 turns, and `[input] turns` of the manifest"));
    assert!(refused(json!({ "turns": [], "signals": { "silence": 1 } })).contains("the signal `silence` is not in"));
    assert!(refused(json!({ "turns": [], "turn": [] })).contains("unknown field `turn`"));
}

#[test]
fn a_live_question_is_a_fixture() {
    let settings = r#"{"at_least":2}"#;
    let component = load("repeated-script");
    let rule = AlertRule::new(&component, settings).expect("a rule");
    let question = question();
    let written = rule.fixture(&question);
    assert_eq!(written["settings"], json!({ "at_least": 2 }));
    assert_eq!(
        written["turns"][0],
        json!(["customer", "冰箱坏了", { "at_ms": 1_700_000_000_000_i64, "labels": { "angry": 0.7 }, "sentiment": -0.3 }])
    );
    let answer = fixture::answer(&component, &written).expect("an answer");
    let Answered::Verdict(verdict) = rule.evaluate(&question).expect("in time") else { panic!("a verdict") };
    assert_eq!((answer["verdict"]["fire"].clone(), answer["verdict"]["score"].clone()), (true.into(), 2.0.into()));
    assert_eq!((verdict.fire, verdict.score, verdict.spans.len()), (true, Some(2.0), 2));
    assert_eq!(answer["verdict"]["spans"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_live_text_case_and_message_are_fixtures() {
    let component = load("tone");
    let analyzer = Analyzer::new(&component, "{}").expect("an analyzer");
    let text = Text { speaker: Speaker::Customer, text: "气死我了".into() };
    let answer = fixture::answer(&component, &analyzer.fixture(std::slice::from_ref(&text))).expect("an answer");
    let read = analyzer.read(&[text]).expect("in time");
    let [ReadingAnswer::Read(reading)] = read.as_slice() else { panic!("one reading") };
    assert_eq!(answer["readings"][0]["language"].as_str(), reading.language.as_deref());

    let component = load("by-category");
    let policy =
        RoutingPolicy::new(&component, r#"{"map":{"repair":"a/b"},"by":"brand","overrides":{"X":{"repair":"c/d"}}}"#);
    let attributes = vec![("brand".to_owned(), Value::Text("X".to_owned()))];
    let brief =
        Brief { category: "repair/slow".to_owned(), family: "repair".to_owned(), attributes, ..Brief::default() };
    let answer = fixture::answer(&component, &policy.expect("a policy").fixture(&brief)).expect("an answer");
    assert_eq!(answer["routes"][0]["department"], "c");

    let component = load("webhook");
    let connector = Connector::new(&component, "{}").expect("a connector");
    let message = Message { headers: vec![("a".into(), "1".into()), ("a".into(), "2".into())], body: vec![0xff, 0x00] };
    let written = connector.fixture(&message);
    assert_eq!(written, json!({ "settings": {}, "headers": { "a": "1, 2" }, "body_hex": "ff00" }));
    assert!(fixture::answer(&component, &written).expect("an answer")["refusal"].is_object());
    let delivery = Delivery { id: "d-1".into(), kind: DeliveryKind::Message, attempt: 1, body: "{}".into() };
    let answer = fixture::answer(&component, &connector.fixture_of_delivery(&delivery)).expect("an answer");
    assert!(answer["delivered"].is_object(), "{answer}");
}

fn question() -> Question {
    let said = |place: i64, speaker, text: &str| Fact {
        position: Position(place as u64 + 1),
        at: Instant(1_700_000_000_000 + place * 5_000),
        time: Some(Instant(1_700_000_000_000 + place * 5_000)),
        source: "test".to_owned(),
        id: format!("turn-{place}"),
        revision: 0,
        subject: "contact/k-1".to_owned(),
        marks: Marks::default(),
        body: FactBody::TurnSaid(TurnSaid {
            speaker,
            text: Some(text.to_owned()),
            agent: None,
            sentiment: (place == 0).then_some(-0.3),
            labels: if place == 0 { [("angry".to_owned(), 0.7)].into() } else { [].into() },
        }),
    };
    let script = "非常抱歉给您带来不便，我这边会帮您反馈，请您耐心等待。";
    let facts = [
        said(0, Speaker::Customer, "冰箱坏了"),
        said(1, Speaker::Agent, script),
        said(2, Speaker::Customer, "到底什么时候修？"),
        said(3, Speaker::Agent, script),
    ];
    let mut contact = Contact::first_seen(&facts[0]);
    facts.iter().for_each(|fact| contact.fold(fact));
    Question { rule: 0, measured: contact.measured(), contact: Arc::new(contact), now: Instant(1_700_000_100_000) }
}
