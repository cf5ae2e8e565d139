//! Runs at sizes where a few thousand facts merge several times.

use engine::fact::Position;
use store::{Appended, Sizes, Store};

use crate::house::{append, behind, on_both, on_disk, open, turns};

fn all_known(store: &mut Store, count: u64) {
    let answers = append(store, &turns(0, count)).unwrap();
    let expected: Vec<_> = (1..=count).map(|n| Appended::Known(Position(n))).collect();
    assert_eq!(answers, expected);
}

#[test]
fn every_key_is_found_while_runs_are_written_merged_and_dropped() {
    on_both(|store| {
        let mut count = 0;
        for batch in [1, 7, 100, 1_000, 900, 3_000, 13, 2_000] {
            let answers = append(store, &turns(count, count + batch)).unwrap();
            assert!(answers.iter().all(|answer| matches!(answer, Appended::New(_))));
            count += batch;
            all_known(store, count);
        }
    });
}

#[test]
fn single_appends_merge_too_and_leave_nothing_behind() {
    let sizes = Sizes { recent: 50, merged: 2, pace: 12 };
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open_sized(dir.path(), sizes).unwrap();
    for draft in turns(0, 3_000) {
        append(&mut store, &[draft]).unwrap();
    }
    all_known(&mut store, 3_000);
    let conn = behind(dir.path());
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let runs = count("SELECT count(*) FROM runs WHERE kind = 0");
    assert!((1..=12).contains(&runs), "{runs} runs of keys");
    // What is not in a finished run belongs to one that is being written or dropped: a small share.
    let (blocks, listed) = (
        count("SELECT count(*) FROM run_blocks"),
        count("SELECT count(*) FROM run_blocks WHERE place >> 32 IN (SELECT run FROM runs)"),
    );
    assert!(listed * 3 >= blocks, "{listed} of {blocks} blocks belong to a run");
}

#[test]
fn a_run_cut_off_at_any_point_is_dropped_at_opening() {
    let dir = tempfile::tempdir().unwrap();
    let mut count = 0;
    // Every round ends somewhere else in a merge; small batches keep merges open over many commits.
    for round in 0..40 {
        let mut store = open(dir.path());
        for _ in 0..5 {
            append(&mut store, &turns(count, count + 31 + round)).unwrap();
            count += 31 + round;
        }
        drop(store);
    }
    let mut store = open(dir.path());
    all_known(&mut store, count);
    append(&mut store, &turns(count, count + 2_000)).unwrap();
    all_known(&mut store, count + 2_000);
}

#[test]
fn few_subjects_in_many_facts_do_not_make_opening_long() {
    let (dir, mut store) = on_disk();
    let mut drafts = turns(0, 4_000);
    drafts.iter_mut().for_each(|draft| draft.subject = "contact/one".to_owned());
    for batch in drafts.chunks(250) {
        append(&mut store, batch).unwrap();
    }
    let covered: i64 =
        behind(dir.path()).query_row("SELECT max(covered) FROM runs WHERE kind = 1", [], |row| row.get(0)).unwrap();
    assert!(covered >= 2_400, "subjects are in runs up to {covered} of 4000");
    drop(store);
    let mut store = open(dir.path());
    let mut next = turns(4_000, 4_001);
    next[0].subject = "contact/one".to_owned();
    append(&mut store, &next).unwrap();
    let prev: i64 =
        behind(dir.path()).query_row("SELECT prev FROM facts WHERE position = 4001", [], |row| row.get(0)).unwrap();
    assert_eq!(prev, 4_000);
}

#[test]
fn a_damaged_run_is_an_error_and_not_a_second_fact() {
    let (dir, mut store) = on_disk();
    append(&mut store, &turns(0, 3_000)).unwrap();
    drop(store);
    behind(dir.path()).execute("UPDATE run_blocks SET records = X'00'", []).unwrap();
    let mut store = open(dir.path());
    let error = append(&mut store, &turns(0, 1)).unwrap_err().to_string();
    assert!(error.contains("is damaged"), "{error}");
}
