//! The same facts give the same bytes: run after run, in memory and on disk, in batches of any size, on any number of
//! threads, and from a file in any order.

use std::fs;

use store::Store;

use crate::{
    house::{Content, content, drive, events, file, rulebook, run_file, story},
    log::{Made, Seeded, log},
};

const STORIES: [&str; 6] = [
    "word-for-word.zh.jsonl",
    "word-for-word.en.jsonl",
    "paraphrased.zh.jsonl",
    "paraphrased.en.jsonl",
    "rotating.zh.jsonl",
    "rotating.en.jsonl",
];

#[test]
fn a_story_prints_the_same_bytes_every_time() {
    for name in STORIES {
        let input = story(name);
        let data = tempfile::tempdir().expect("a folder");
        let data = data.path().to_str().expect("a path");
        let first = run_file(&input, &[]);
        assert!(!first.out.is_empty(), "{name}");
        for more in [&[][..], &["--data", data], &["--threads", "8"]] {
            assert_eq!(run_file(&input, more).out, first.out, "{name} {more:?}");
        }
    }
}

#[test]
fn a_file_in_any_order_prints_the_bytes_of_the_sorted_one() {
    let mut lines = log(&Made { facts: 2_000, contacts: 40, untidy: false });
    let dir = tempfile::tempdir().expect("a folder");
    let sorted = run_file(&file(dir.path(), "sorted.jsonl", &lines), &[]).out;
    assert!(sorted.lines().count() > 200, "{} decisions", sorted.lines().count());
    for seed in 1..=3 {
        Seeded(seed).shuffle(&mut lines);
        let shuffled = run_file(&file(dir.path(), "shuffled.jsonl", &lines), &[]).out;
        assert!(shuffled == sorted, "seed {seed}");
    }
}

#[test]
fn a_batch_is_a_speed_up_without_meaning() {
    let lines = log(&Made { facts: 3_200, contacts: 64, untidy: true });
    let events = events(&lines);
    let mut first: Option<(Content, Vec<road::wire::Told>)> = None;
    for (threads, batch) in [(1, 1_000), (8, 1_000), (1, 7), (8, 7), (1, 1), (8, 1)] {
        let what = format!("{threads} threads, batches of {batch}");
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::open(dir.path()).expect("a store");
        let (store, told) = drive(store, rulebook(), (threads, batch), events.clone());
        let (_, forgetful) = drive(Store::in_memory().expect("a store"), rulebook(), (threads, batch), events.clone());
        assert!(told == forgetful, "{what}: in memory something else was told");
        let content = content(&store);
        let (known, known_told) = first.get_or_insert_with(|| (content.clone(), told.clone()));
        known.assert_same(&what, &content);
        assert!(*known_told == told, "{what}: something else was told");
    }
    let (content, told) = first.expect("a run");
    let of = |name: &str| told.iter().filter(|told| told.decision.body.name() == name).count();
    for name in
        engine::decision::DecisionBody::ALL.iter().map(|(name, _)| *name).filter(|name| !name.contains("operator"))
    {
        assert!(of(name) > 0, "the log leads to no {name}");
    }
    assert!(content.facts.len() > 3_000, "{} facts", content.facts.len());
}

#[test]
fn blank_lines_ends_of_windows_and_a_mark_change_nothing() {
    let text = fs::read_to_string(story(STORIES[0])).expect("a story");
    let dir = tempfile::tempdir().expect("a folder");
    let other = dir.path().join("windows.jsonl");
    fs::write(&other, format!("\u{feff}{}\r\n  \r\n", text.replace('\n', "\r\n\r\n"))).expect("a file");
    assert_eq!(run_file(&other, &[]).out, run_file(&story(STORIES[0]), &[]).out);
}
