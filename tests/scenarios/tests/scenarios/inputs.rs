//! Inputs as they come: compressed, piped, empty, not there; told twice, corrected, out of order, after the end.

use std::{fs, io::Write};

use engine::{contact::Contact, entity::Entity, fact::FactBody};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use store::Store;

use crate::{
    house::{drive, events, rulebook, run_file, story},
    lines::run_lines,
};

fn turn(id: &str, revision: u32, second: u32, text: Option<&str>) -> String {
    let time = format!("2024-09-02T10:00:{second:02}Z");
    let data = json!({"speaker": "agent", "text": text, "revision": revision});
    let subject = "contact/k-1";
    json!({"specversion": "1.0", "id": id, "source": "hotline", "type": "plaint.turn.said", "subject": subject, "time": time, "data": data})
        .to_string()
}

/// Runs lines over a fresh log; gives what was said and the log.
fn kept(lines: &[String]) -> (crate::house::Went, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().to_str().expect("UTF-8").to_owned();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    (run_lines(text.as_bytes(), &["--lang", "en", "--data", &data]), dir)
}

/// The contact that lines are about, and what was decided.
fn contact(lines: &[String]) -> Contact {
    let store = Store::in_memory().expect("a store");
    let (store, _) = drive(store, rulebook(), (1, 1_000), events(lines));
    let contacts = store.entities().filter_map(|entity| {
        let Entity::Contact(contact) = entity.expect("an entity").1 else { return None };
        Some(Contact::clone(&contact))
    });
    contacts.last().expect("a contact")
}

#[test]
fn gzip_and_a_pipe_give_what_the_file_gives() {
    let path = story("word-for-word.en.jsonl");
    let plain = run_file(&path, &[]);
    let text = fs::read(&path).expect("a story");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&text).expect("gzip");
    let gzip = gzip.finish().expect("gzip");
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("story.jsonl.gz");
    fs::write(&file, &gzip).expect("a file");
    assert_eq!(run_file(&file, &[]).out, plain.out);
    assert_eq!(run_lines(&gzip, &[]).out, plain.out);
    assert_eq!(run_lines(&text, &["--input", "-"]).out, plain.out);
}

#[test]
fn gzip_that_is_cut_off_is_told_and_what_came_before_counts() {
    let text = fs::read(story("word-for-word.en.jsonl")).expect("a story");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&text).expect("gzip");
    let gzip = gzip.finish().expect("gzip");
    let went = run_lines(&gzip[..gzip.len() - 20], &["--lang", "en"]);
    assert_eq!(went.code, Some(1));
    assert!(went.err.contains("failed to read standard input: "), "{}", went.err);
}

#[test]
fn nothing_to_read_is_nothing_wrong() {
    let went = run_lines(b"", &["--lang", "en"]);
    assert_eq!((went.code, went.out.as_str()), (Some(0), ""));
    assert!(went.err.starts_with("0 facts · 0 alerts"), "{}", went.err);
}

#[test]
fn an_input_that_is_not_there_or_a_folder() {
    for (input, expected) in [
        ("no/such/file.jsonl", "plaint: failed to read no/such/file.jsonl: No such file"),
        (".", "plaint: failed to read .: it is a folder; expected a file"),
    ] {
        let went = run_lines(b"", &["--input", input, "--lang", "en"]);
        assert_eq!(went.code, Some(1), "{}", went.err);
        assert!(went.err.contains(expected), "{}", went.err);
    }
}

#[test]
fn the_same_again_is_known_and_other_words_are_a_conflict() {
    let lines = [turn("1", 0, 1, Some("hello")), turn("1", 0, 1, Some("hello")), turn("1", 0, 1, Some("goodbye"))];
    let (went, data) = kept(&lines);
    assert_eq!(went.code, Some(1));
    let conflict = "line 3: id `1` of source `hotline` already stands at position 1 with other content; \
                    a correction needs `data.revision`";
    assert!(went.err.contains(conflict), "{}", went.err);
    assert!(went.err.contains("1 fact · "), "{}", went.err);
    assert!(went.err.contains("1 already in the log · 1 bad line ·"), "{}", went.err);
    let store = Store::open(data.path()).expect("a store");
    let facts = store.read(engine::fact::Position(1), 10).expect("facts");
    let FactBody::TurnSaid(said) = &facts[0].body else { panic!("{facts:?}") };
    assert_eq!((facts.len(), said.text.as_deref()), (1, Some("hello")));
}

#[test]
fn a_revision_counts_whichever_comes_first() {
    let first = turn("1", 0, 1, Some("we will look into it"));
    let better = turn("1", 1, 1, Some("we will look into it today"));
    let gone = turn("2", 1, 5, None);
    let second = turn("2", 0, 5, Some("please wait a moment now"));
    let forth = contact(&[first.clone(), better.clone(), second.clone(), gone.clone()]);
    let back = contact(&[better, first, gone, second]);
    for contact in [forth, back] {
        let texts: Vec<&str> = contact.window.turns().filter_map(|turn| turn.text.as_deref()).collect();
        assert_eq!(texts, ["we will look into it today"]);
        assert_eq!(contact.measured().signals.agent_turns, 1);
    }
}

#[test]
fn turns_out_of_order_and_after_the_end_still_count() {
    let closed = json!({"specversion": "1.0", "id": "c", "source": "hotline", "type": "plaint.contact.closed", "subject": "contact/k-1", "time": "2024-09-02T10:00:30Z"});
    let lines = [
        turn("3", 0, 20, Some("third thing said by her")),
        turn("1", 0, 1, Some("first thing said by her")),
        closed.to_string(),
        turn("4", 0, 40, Some("fourth thing said by her")),
        turn("2", 0, 10, Some("second thing said by her")),
    ];
    let contact = contact(&lines);
    let order: Vec<&str> = contact.window.turns().map(|turn| &*turn.id).collect();
    assert_eq!(order, ["1", "2", "3", "4"]);
    assert_eq!((contact.episode, contact.closed.is_some()), (1, true));
}

#[test]
fn a_foreign_type_is_a_touchpoint_and_what_nobody_knows_is_kept() {
    let line = json!({"specversion": "1.0", "id": "o-1", "source": "shop", "type": "com.shop.order.placed", "traceparent": "00-1", "data": {"order": 7}});
    let said = turn("1", 0, 1, Some("hello")).replace("\"speaker\"", "\"mood\":\"calm\",\"speaker\"");
    let (went, data) = kept(&[line.to_string(), said]);
    assert_eq!(went.code, Some(0), "{}", went.err);
    let store = Store::open(data.path()).expect("a store");
    let facts = store.read(engine::fact::Position(1), 10).expect("facts");
    let FactBody::TouchpointRecorded(touchpoint) = &facts[0].body else { panic!("{facts:?}") };
    assert_eq!(touchpoint.kind, "com.shop.order.placed");
    let positions = [facts[0].position, facts[1].position];
    let extras: Vec<Value> = store.extras_at(&positions).expect("extras").into_iter().map(Value::Object).collect();
    assert_eq!(extras, [json!({"data": {"order": 7}, "traceparent": "00-1"}), json!({"data.mood": "calm"})]);
}

#[test]
fn facts_without_times_are_taken_in_order_and_measure_no_time() {
    let untimed = |id: &str, text: &str| {
        json!({"specversion": "1.0", "id": id, "source": "chat", "type": "plaint.turn.said", "subject": "contact/k-1", "data": {"speaker": "agent", "text": text}})
            .to_string()
    };
    let script = "we have recorded your problem please wait";
    let lines: Vec<String> = (0..3).map(|n| untimed(&n.to_string(), script)).collect();
    let (went, _) = kept(&lines);
    let raised: Value = serde_json::from_str(went.out.lines().next().expect("a decision")).expect("JSON");
    assert_eq!((raised["id"].as_str(), raised.get("time")), (Some("3-0"), None));
    let contact = contact(&lines);
    assert_eq!((contact.measured().signals.timed, contact.measured().signals.latest_turn), (false, None));
}
