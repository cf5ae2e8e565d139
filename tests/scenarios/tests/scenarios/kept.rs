//! What is kept: a second run adds nothing, a run cut in two is one run, and the state can be rebuilt anywhere.

use std::{fs, path::Path, process::Command};

use store::Store;

use plaint_scenarios::{plaint, plugins};

use crate::{
    house::{Content, appliance, content, file, run, run_file, story},
    log::{Made, log},
};

/// What a tenant's folder keeps.
pub(crate) fn kept(data: &Path) -> Content {
    content(&Store::open(data).expect("a store"))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

#[test]
fn a_second_run_adds_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let lines = log(&Made { facts: 1_200, contacts: 30, untidy: true });
    let input = file(dir.path(), "log.jsonl", &lines);
    let data = dir.path().join("data");
    let until = ["--data", text(&data), "--until", "2024-09-03T00:00:00Z"];
    let first = run_file(&input, &until);
    assert!(first.out.lines().count() > 100);
    let before = kept(&data);
    let second = run_file(&input, &until);
    assert_eq!(second.out, "");
    let known = format!("0 facts · 0 alerts · 0 notifications · 0 interventions · {} already in the log", lines.len());
    assert!(second.err.contains(&known), "{}", second.err);
    before.assert_same("after a second run", &kept(&data));
    let more = run_file(&story("rotating.en.jsonl"), &until[..2]);
    assert!(more.err.contains("25 facts"), "{}", more.err);
    assert_eq!(kept(&data).facts.len(), before.facts.len() + 25);
}

#[test]
fn a_run_cut_in_two_is_one_run() {
    let dir = tempfile::tempdir().expect("a folder");
    let lines = log(&Made { facts: 1_500, contacts: 30, untidy: false });
    let (whole, cut) = (dir.path().join("whole"), dir.path().join("cut"));
    let all = run_file(&file(dir.path(), "all.jsonl", &lines), &["--data", text(&whole)]);
    let mut out = String::new();
    for (n, part) in [&lines[..700], &lines[700..701], &lines[701..]].into_iter().enumerate() {
        out += &run_file(&file(dir.path(), &format!("{n}.jsonl"), part), &["--data", text(&cut)]).out;
    }
    assert!(out == all.out, "the decisions differ");
    kept(&whole).assert_same("cut in parts", &kept(&cut));
}

/// Neither rules nor plugins are there: the program alone, in an empty folder.
#[test]
fn the_state_is_rebuilt_without_rules_and_plugins() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let lines = log(&Made { facts: 1_000, contacts: 20, untidy: true });
    run_file(&file(dir.path(), "log.jsonl", &lines), &["--data", text(&data)]);
    let content = kept(&data);
    let alone = dir.path().join("alone");
    fs::create_dir(&alone).expect("a folder");
    // Copied by a process of its own: while this one writes a program, a child that another test starts would hold it
    // open, and nobody could run it.
    let copied = Command::new("cp").arg(plaint()).arg(alone.join("plaint")).status().expect("cp starts");
    assert!(copied.success());
    let done = Command::new(alone.join("plaint"))
        .args(["verify", "--data", text(&data)])
        .env_clear()
        .current_dir(&alone)
        .output();
    let done = done.expect("plaint ends");
    let sound = format!("sound: {} facts, {} entities\n", content.facts.len(), content.entities.len());
    assert_eq!(String::from_utf8_lossy(&done.stdout), sound, "{}", String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success());
    let chinese = run(["verify", "--data", text(&data), "--lang", "zh"], b"");
    assert_eq!(chinese.out, format!("一致:事实 {} 条,实体 {} 个\n", content.facts.len(), content.entities.len()));
}

#[test]
fn one_folder_is_held_by_one_program() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("a store");
    let pack = appliance();
    let plugins = plugins();
    let arguments = ["run", "--rules", text(&pack), "--plugins", text(plugins), "--data", text(dir.path())];
    let went = run(arguments, b"");
    assert_eq!(went.code, Some(1));
    assert!(went.err.contains("another process holds it"), "{}", went.err);
    drop(store);
    assert_eq!(run(arguments, b"").code, Some(0));
    assert_eq!(run(["verify", "--data", text(dir.path())], b"").code, Some(0));
}
