//! A step that fails: its fact is dropped whole, the operator is told, everything else goes on.

use engine::{
    decision::DecisionBody,
    entity::{Entity, EntityKey},
    fact::{FactKind, subject_id},
    rule::{Answered, Verdict},
    step::Question,
};
use serde_json::json;
use store::Store;

use crate::house::{content, drive, events, scripted};

/// Panics about one contact when its agent says the word.
fn judge(question: &Question) -> Answered {
    let about = &question.contact.about;
    let last = question.contact.window.turns().next_back().and_then(|turn| turn.text.clone());
    assert!(
        !(about.subject == "contact/bad" && last.is_some_and(|text| text.contains("爆炸"))),
        "the judge of {} broke",
        about.subject
    );
    Answered::Verdict(Verdict::default())
}

fn turn(n: usize, subject: &str, speaker: &str, text: &str) -> String {
    let time = format!("2024-09-02T10:00:{n:02}Z");
    json!({"specversion": "1.0", "id": n.to_string(), "source": "chat", "type": "plaint.turn.said", "subject": subject,
        "time": time, "data": {"speaker": speaker, "text": text, "sentiment": -0.5}})
    .to_string()
}

fn lines() -> Vec<String> {
    // No sentence is said again: then the pack asks the judge about every turn of the agent from the third on.
    let said = ["您好,请问有什么可以帮您?", "请您说一下订单号码", "好的,我查一下记录", "师傅明天上午联系您"];
    let mut lines: Vec<String> = (0..4).map(|n| turn(n, "contact/bad", "agent", said[n])).collect();
    lines.push(turn(4, "contact/good", "customer", "还是不制冷"));
    lines.push(turn(5, "contact/bad", "agent", "爆炸"));
    lines.push(turn(6, "contact/good", "customer", "还是不制冷"));
    lines.push(turn(7, "contact/bad", "customer", "你们到底谁负责?"));
    lines.push(turn(8, "contact/good", "customer", "还是不制冷"));
    lines.push(turn(9, "contact/bad", "agent", "请您耐心等待"));
    lines
}

#[test]
fn a_poisoned_fact_is_dropped_whole_and_the_next_goes_on() {
    let mut first = None;
    for (threads, batch) in [(1, 1), (1, 1_000), (8, 3)] {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::open(dir.path()).expect("a store");
        let (store, told) = drive(store, scripted(Box::new(judge)), (threads, batch), events(&lines()));
        let outcomes = store.outcomes(engine::fact::Position(1), 100).expect("outcomes");
        let poisoned: Vec<(u64, &str)> = outcomes
            .iter()
            .filter_map(|(position, outcome)| Some((position.0, outcome.poisoned.as_deref()?)))
            .collect();
        assert_eq!(poisoned, [(6, "the judge of contact/bad broke")]);
        let alerted: Vec<_> = told
            .iter()
            .filter(|told| matches!(told.decision.body, DecisionBody::OperatorAlerted(_)))
            .map(|told| (told.position.0, told.subject.as_str()))
            .collect();
        assert_eq!(alerted, [(6, "contact/bad")]);
        let upset = told.iter().filter(|told| told.subject == "contact/good" && told.position.0 == 9);
        let upset: Vec<&str> = upset.map(|told| told.decision.body.name()).collect();
        let expected = ["plaint.alert.raised", "plaint.notification.ordered"];
        assert_eq!(upset[..2], expected, "the third dissatisfied turn of the other contact raises and tells");
        assert_eq!(turns_of(&store, "contact/bad"), ["0", "1", "2", "3", "7", "9"]);
        let content = content(&store);
        first.get_or_insert_with(|| content.clone()).assert_same("in other batches", &content);
    }
}

fn turns_of(store: &Store, subject: &str) -> Vec<String> {
    let key = EntityKey::Contact(subject_id("chat", FactKind::TurnSaid, subject));
    match store.load(&[key]).expect("a state").pop().flatten() {
        Some(Entity::Contact(contact)) => contact.window.turns().map(|turn| turn.id.to_string()).collect(),
        Some(_) | None => Vec::new(),
    }
}

#[test]
fn a_fact_that_was_poisoned_stays_known() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("a store");
    let (store, _) = drive(store, scripted(Box::new(judge)), (1, 1_000), events(&lines()));
    let before = content(&store);
    let (store, told) = drive(store, scripted(Box::new(judge)), (1, 1_000), events(&lines()));
    assert!(told.is_empty());
    before.assert_same("told again", &content(&store));
}
