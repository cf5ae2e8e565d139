//! Appending, finding again, reading, and what tampering looks like.

use std::collections::HashMap;

use engine::{
    fact::{FactBody, Position, TurnSaid},
    time::Instant,
};
use store::{Appended, Draft, Store, StoreError};

use crate::house::{SMALL, append, behind, on_both, on_disk, open, turn, turns};

fn said(draft: &mut Draft) -> &mut TurnSaid {
    let FactBody::TurnSaid(said) = &mut draft.body else { panic!("a turn") };
    said
}

#[test]
fn new_known_and_conflict_also_within_one_batch() {
    on_both(|store| {
        let mut other = turn(1);
        said(&mut other).text = Some("something else".into());
        let mut later = turn(1);
        later.at = Instant(later.at.0 + 60_000);
        later.marks.backfill = true;
        let mut revised = other.clone();
        revised.revision = 1;
        revised.at = later.at;
        let answers = append(store, &[turn(1), turn(2), turn(1), other.clone()]).unwrap();
        let (one, two) = (Position(1), Position(2));
        let conflict = Appended::Conflict { position: one };
        assert_eq!(answers, [Appended::New(one), Appended::New(two), Appended::Known(one), conflict]);
        // Its arrival is the door's and may differ; a revision is another fact.
        other.at = later.at;
        let answers = append(store, &[later, other, revised]).unwrap();
        assert_eq!(answers, [Appended::Known(one), conflict, Appended::New(Position(3))]);
        assert_eq!(store.appended(), Position(3));
        assert_eq!(store.last_at(), Some(Instant(turn(1).at.0 + 60_000)));
    });
}

#[test]
fn every_word_of_a_draft_counts() {
    type Edit = fn(&mut Draft);
    let edits: [Edit; 7] = [
        |d| d.time = None,
        |d| d.subject.push('x'),
        |d| said(d).text = None,
        |d| said(d).speaker = engine::fact::Speaker::Bot,
        |d| said(d).sentiment = Some(0.100_001),
        |d| said(d).labels.clear(),
        |d| drop(d.extra.insert("ticket".into(), 1.into())),
    ];
    on_both(|store| {
        append(store, &[turn(1)]).unwrap();
        for edit in edits {
            let mut draft = turn(1);
            edit(&mut draft);
            assert_eq!(append(store, &[draft]).unwrap(), [Appended::Conflict { position: Position(1) }]);
        }
    });
}

#[test]
fn a_clamped_time_is_not_the_sources_word() {
    let (_dir, mut store) = on_disk();
    let mut clamped = turn(1);
    clamped.marks.clock_skew = true;
    append(&mut store, &[clamped.clone()]).unwrap();
    clamped.time = Some(Instant(1_725_242_999_999));
    assert_eq!(append(&mut store, &[clamped, turn(1)]).unwrap(), [Appended::Known(Position(1)); 2]);
}

#[test]
fn positions_increase_and_facts_read_as_they_were_written() {
    on_both(|store| {
        append(store, &turns(0, 10)).unwrap();
        append(store, &turns(5, 20)).unwrap();
        let facts = store.read(Position(0), 100).unwrap();
        assert!(facts.is_sorted_by(|a, b| a.position < b.position));
        let expected: Vec<_> = (0..20).map(|n| turn(n).into_fact(Position(n + 1))).collect();
        assert_eq!(facts, expected);
        assert_eq!(store.read(Position(4), 3).unwrap(), expected[3..6]);
        assert_eq!(store.read_at(&[Position(7), Position(2)]).unwrap(), [expected[6].clone(), expected[1].clone()]);
        assert!(matches!(store.read_at(&[Position(99)]), Err(StoreError::NoSuchFact(Position(99)))));
    });
}

#[test]
fn extra_fields_are_kept_and_sealed() {
    on_both(|store| {
        let mut draft = turn(1);
        draft.extra.insert("ticket".into(), serde_json::json!({"no": 1.5, "tags": ["a"]}));
        append(store, &[draft.clone(), turn(2)]).unwrap();
        assert_eq!(store.extras_at(&[Position(1), Position(2)]).unwrap(), [draft.extra, serde_json::Map::new()]);
    });
    let (dir, mut store) = on_disk();
    append(&mut store, &[turn(1)]).unwrap();
    let (open, sealed): (String, Vec<u8>) = behind(dir.path())
        .query_row("SELECT open, sealed FROM facts", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let sealed = String::from_utf8(sealed).unwrap();
    assert_eq!(open, r#"{"source":"hotline","data":{"speaker":"customer","sentiment":0.1,"labels":{"angry":0.3}}}"#);
    assert_eq!(sealed, r#"{"id":"e-1","subject":"contact/k-1","data":{"text":"这是第 1 句\"话\""}}"#);
}

#[test]
fn what_cannot_be_appended_is_refused_whole() {
    on_both(|store| {
        append(store, &[turn(1)]).unwrap();
        let mut early = turn(3);
        early.at = Instant(early.at.0 - 1);
        let refused = append(store, &[turn(2), early]);
        assert!(matches!(refused, Err(StoreError::TimeGoesBack { .. })), "{refused:?}");
        let mut infinite = turn(3);
        said(&mut infinite).labels.insert("angry".into(), f32::NAN);
        let refused = append(store, &[turn(2), infinite]);
        assert!(matches!(refused, Err(StoreError::NotFinite { draft: 1 })), "{refused:?}");
        assert_eq!(append(store, &[turn(2)]).unwrap(), [Appended::New(Position(2))]);
        // What is there already may come again with the instant it had, in this batch or a later one.
        let (mut next, mut old) = (turn(3), turn(1));
        next.at = Instant(next.at.0 + 1);
        old.at = Instant(0);
        let answers = append(store, &[next, turn(2), old, turn(3)]).unwrap();
        let [two, three] = [Position(2), Position(3)].map(Appended::Known);
        assert_eq!(answers, [Appended::New(Position(3)), two, Appended::Known(Position(1)), three]);
    });
}

#[test]
fn keys_are_known_after_reopening_whatever_had_become_a_run() {
    let dir = tempfile::tempdir().unwrap();
    for (round, count) in [0_u64, 10, 299, 300, 1_500, 4_000, 4_001].windows(2).map(|w| (w[0], w[1])) {
        let mut store = open(dir.path());
        let answers = append(&mut store, &turns(0, count)).unwrap();
        for (n, answer) in (0..).zip(answers) {
            let position = Position(n + 1);
            let expected = if n < round { Appended::Known(position) } else { Appended::New(position) };
            assert_eq!(answer, expected, "draft {n} in the round from {round}");
        }
        let mut other = turn(count / 2);
        said(&mut other).agent = Some("a-1".into());
        assert_eq!(append(&mut store, &[other]).unwrap(), [Appended::Conflict { position: Position(count / 2 + 1) }]);
    }
}

#[test]
fn each_fact_knows_the_one_before_it_of_its_subject() {
    let (dir, mut store) = on_disk();
    for from in (0..6_000).step_by(500) {
        append(&mut store, &turns(from, from + 500)).unwrap();
        if from == 3_000 {
            drop(store);
            store = open(dir.path());
        }
    }
    let conn = behind(dir.path());
    let mut rows = conn.prepare("SELECT position, subject, prev, key_id FROM facts ORDER BY position").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    let mut last: HashMap<Vec<u8>, (i64, i64)> = HashMap::new();
    let mut keys = std::collections::HashSet::new();
    for row in rows {
        let (position, subject, prev, key): (i64, Vec<u8>, Option<i64>, i64) = row.unwrap();
        match last.insert(subject, (position, key)) {
            Some(known) => assert_eq!((prev, key), (Some(known.0), known.1), "at {position}"),
            None => assert!(prev.is_none() && keys.insert(key), "at {position}"),
        }
    }
    let drawn: i64 = rusqlite::Connection::open(dir.path().join("keys.db"))
        .unwrap()
        .query_row("SELECT count(*) FROM keys WHERE length(key) = 32", [], |row| row.get(0))
        .unwrap();
    assert!(keys.iter().all(|key| (1..=drawn).contains(key)));
}

#[test]
fn a_changed_byte_in_any_column_breaks_the_chain_there() {
    let (dir, mut store) = on_disk();
    append(&mut store, &turns(0, 50)).unwrap();
    assert_eq!(store.verify(Position(0), Position(u64::MAX >> 1)).unwrap(), None);
    let conn = behind(dir.path());
    let edits = [
        "open = replace(open, 'hotline', 'hotlime')",
        "sealed = CAST(replace(CAST(sealed AS TEXT), 'e-', 'f-') AS BLOB)",
        "at = at + 1",
        "time = NULL",
        "type = 'plaint.turn.sait'",
        "schema = 2",
        "prev = 1",
        "key = zeroblob(16)",
        "subject = zeroblob(16)",
        "key_id = key_id + 1",
        "chain = zeroblob(32)",
        "chain = zeroblob(31)",
    ];
    for edit in edits {
        conn.execute_batch("BEGIN").unwrap();
        conn.execute("CREATE TEMP TABLE kept AS SELECT * FROM facts WHERE position = 30", []).unwrap();
        conn.execute(&format!("UPDATE facts SET {edit} WHERE position = 30"), []).unwrap();
        conn.execute_batch("COMMIT").unwrap();
        assert_eq!(store.verify(Position(1), Position(50)).unwrap(), Some(Position(30)), "{edit}");
        assert_eq!(store.verify(Position(1), Position(29)).unwrap(), None, "{edit}");
        conn.execute_batch("REPLACE INTO facts SELECT * FROM kept; DROP TABLE kept").unwrap();
    }
    assert_eq!(store.verify(Position(20), Position(40)).unwrap(), None);
    conn.execute("DELETE FROM facts WHERE position = 12", []).unwrap();
    assert_eq!(store.verify(Position(1), Position(50)).unwrap(), Some(Position(13)));
}

#[test]
fn a_damaged_row_is_an_error_that_names_its_position_and_quotes_nothing() {
    let (dir, mut store) = on_disk();
    append(&mut store, &turns(0, 9)).unwrap();
    let conn = behind(dir.path());
    let edits = [
        "open = '{'",
        "open = '{\"source\":\"s\",\"data\":{\"speaker\":\"这是\"}}'",
        "sealed = X'FF00'",
        "sealed = CAST('{\"id\":\"这是\",\"subject\":7}' AS BLOB)",
        "sealed = CAST('{\"id\":\"1\",\"subject\":\"s\",\"data\":{\"text\":[\"这是\"]}}' AS BLOB)",
        "schema = 9",
        "type = 'plaint.turn.unknown'",
    ];
    for edit in edits {
        conn.execute(&format!("UPDATE facts SET {edit} WHERE position = 5"), []).unwrap();
        let error = store.read(Position(1), 100).unwrap_err().to_string();
        assert!(error.starts_with("failed to read the fact at position 5: "), "{edit}: {error}");
        assert!(!error.contains("这是"), "{error}");
        assert_eq!(store.read(Position(6), 100).unwrap().len(), 4);
    }
}

#[test]
fn a_store_in_memory_keeps_nothing_that_is_decided() {
    let mut store = Store::in_memory_sized(SMALL).unwrap();
    append(&mut store, &turns(0, 5)).unwrap();
    crate::house::decide(&mut store, &crate::house::nothing(1..=3)).unwrap();
    assert!(matches!(store.read(Position(1), 9), Err(StoreError::NotKept(Position(1)))));
    assert!(matches!(store.read_at(&[Position(3)]), Err(StoreError::NotKept(Position(3)))));
    assert!(matches!(store.outcomes(Position(1), 9), Err(StoreError::NotKept(_))));
    assert!(store.outcomes(Position(4), 9).unwrap().is_empty());
    assert_eq!(store.read(Position(4), 9).unwrap().len(), 2);
}
