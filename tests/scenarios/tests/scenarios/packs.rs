//! Packs and plugins that are wrong, missing or break while they work.

use std::{fs, path::Path};

use plaint_hostile::Guest;
use plaint_scenarios::root;
use serde_json::Value;
use store::Store;

use crate::house::{Went, run, story};

/// Runs the story with a pack in `dir`, its plugins in `dir/plugins`.
fn run_story(dir: &Path, more: &[&str]) -> Went {
    let story = story("word-for-word.en.jsonl");
    let mut arguments = vec!["run", "--rules", dir.to_str().unwrap_or_default(), "--input"];
    arguments.push(story.to_str().unwrap_or_default());
    arguments.extend(more);
    run(arguments, b"")
}

/// A pack of these alerts.
fn pack(alerts: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("pack.toml"), "name = \"test\"\n").expect("a file");
    fs::write(dir.path().join("alerts.toml"), alerts).expect("a file");
    dir
}

/// A pack whose one rule asks `plugin`, which has these bytes.
fn asking(plugin: &str, bytes: Option<&[u8]>) -> tempfile::TempDir {
    let dir = pack(&format!(
        "[[alert]]\nid = \"asks\"\non = \"turn\"\nplugin = \"{plugin}\"\nseverity = \"info\"\n\
         say = {{ zh = \"问\", en = \"asked\" }}\n"
    ));
    if let Some(bytes) = bytes {
        fs::create_dir(dir.path().join("plugins")).expect("a folder");
        fs::write(dir.path().join(format!("plugins/{plugin}.wasm")), bytes).expect("a file");
    }
    dir
}

#[test]
fn a_pack_that_is_missing_or_empty() {
    let dir = tempfile::tempdir().expect("a folder");
    let missing = run_story(dir.path(), &["--lang", "en"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("pack.toml:1:1: there is no pack.toml in this folder"), "{}", missing.err);
    fs::write(dir.path().join("pack.toml"), "name = \"empty\"\n").expect("a file");
    for (lang, expected) in [("en", "rule"), ("zh", "规则")] {
        let empty = run_story(dir.path(), &["--lang", lang]);
        assert_eq!((empty.code, empty.out.as_str()), (Some(1), ""));
        assert!(empty.err.contains("pack.toml:1:1: ") && empty.err.contains(expected), "{}", empty.err);
    }
}

#[test]
fn forty_mistakes_are_told_at_once() {
    let forty = root().join("host/policy/src/pack/tests/forty");
    for lang in ["en", "zh"] {
        let went = run(["check", forty.to_str().unwrap_or_default(), "--lang", lang], b"");
        assert_eq!(went.code, Some(1));
        let told = went.out.lines().filter(|line| line.contains(".toml:")).count();
        assert_eq!(told, 40, "{}", went.out);
    }
}

#[test]
fn a_pack_without_problems_is_told_with_its_rules() {
    let pack = root().join("rules/appliance");
    let went = run(["check", pack.to_str().unwrap_or_default(), "--lang", "zh"], b"");
    assert_eq!(went.code, Some(0));
    assert!(went.out.starts_with("appliance:12 条规则,没有问题\n"), "{}", went.out);
    assert!(went.out.contains("  agent-repeats-script"), "{}", went.out);
    let printed = run(["check", "--print", pack.to_str().unwrap_or_default()], b"");
    assert!(printed.out.contains("id = \"agent-repeats-script\""), "{}", printed.out);
    assert!(printed.out.contains("alerts.toml:"), "{}", printed.out);
}

#[test]
fn the_examples_on_the_pages_hold() {
    let pack = root().join("rules/appliance");
    let pack = pack.to_str().unwrap_or_default();
    for (lang, failed) in [("zh", "0 个失败"), ("en", "0 failed")] {
        let went = run(["test", pack, "--lang", lang], b"");
        assert_eq!(went.code, Some(0), "{}{}", went.out, went.err);
        assert!(went.out.trim_end().ends_with(failed) && went.out.lines().count() == 1, "{}", went.out);
    }
    // A number that was changed shows on the page, with what was expected and what came.
    let dir = tempfile::tempdir().expect("a folder");
    let changed = dir.path().join("changed");
    fs::create_dir(&changed).expect("a folder");
    let page = fs::read_to_string(format!("{pack}/agent-repeats-script.md")).expect("a page");
    fs::write(changed.join("agent-repeats-script.md"), page).expect("a file");
    let include = "name = \"changed\"\ninclude = \"../pack\"\n[params]\n\
                   repeats = { default = 4, min = 2, max = 6, override = true }\n";
    fs::write(changed.join("pack.toml"), include).expect("a file");
    std::os::unix::fs::symlink(pack, dir.path().join("pack")).expect("a link");
    let went = run(["test", changed.to_str().unwrap_or_default(), "--lang", "en"], b"");
    assert_eq!(went.code, Some(1), "{}{}", went.out, went.err);
    assert!(went.out.contains("agent-repeats-script.md:") && went.out.contains("1 failed"), "{}", went.out);
}

#[test]
fn the_vocabulary_is_told_in_both_languages_and_as_a_schema() {
    for (lang, expected) in [("zh", "坐席把同一话术说了几遍"), ("en", "how often the agent has said one script")]
    {
        let went = run(["vocabulary", "--lang", lang], b"");
        let line = went.out.lines().find(|line| line.contains("`contact.agent_repeats`"));
        assert!(line.is_some_and(|line| line.contains(expected)), "{}", went.out);
    }
    let went = run(["vocabulary", "--schema"], b"");
    let schema: Value = serde_json::from_str(&went.out).expect("JSON");
    assert!(schema.is_object() && went.out.contains("severity"), "{}", went.out);
}

#[test]
fn a_plugin_that_is_missing() {
    let dir = asking("nobody", None);
    let en = run_story(dir.path(), &["--lang", "en"]);
    assert_eq!((en.code, en.out.as_str()), (Some(1), ""));
    assert!(en.err.contains("rule `asks` asks plugin `nobody`, but there is no nobody.wasm in "), "{}", en.err);
    assert!(en.err.contains("cargo xtask plugins"), "{}", en.err);
    let zh = run_story(dir.path(), &["--lang", "zh"]);
    assert!(zh.err.contains("规则 `asks` 要用插件 `nobody`"), "{}", zh.err);
}

#[test]
fn a_file_that_is_no_plugin() {
    for (bytes, expected) in
        [(&b"\0asm\x01\0\0\0"[..], "it is a core WebAssembly module"), (b"hello", "failed to load")]
    {
        let dir = asking("broken", Some(bytes));
        let went = run_story(dir.path(), &["--lang", "en"]);
        assert_eq!(went.code, Some(1));
        assert!(
            went.err.contains("plaint: plugin `broken`: failed to load ") && went.err.contains(expected),
            "{}",
            went.err
        );
    }
}

#[test]
fn a_plugin_that_traps_abstains_and_everything_else_goes_on() {
    let dir = asking("trap", Some(&Guest { evaluate: "(unreachable)", ..Guest::GOOD }.component()));
    let data = tempfile::tempdir().expect("a folder");
    let went = run_story(dir.path(), &["--lang", "en", "--data", data.path().to_str().unwrap_or_default()]);
    assert_eq!((went.code, went.out.as_str()), (Some(0), ""), "{}", went.err);
    assert!(went.err.starts_with("36 facts · 0 alerts"), "{}", went.err);
    let store = Store::open(data.path()).expect("a store");
    let outcomes = store.outcomes(engine::fact::Position(1), 100).expect("outcomes");
    let answers: Vec<Value> = outcomes
        .iter()
        .flat_map(|(_, outcome)| &outcome.answers)
        .map(|answer| serde_json::to_value(answer).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), 29, "one answer for each turn");
    let reason = answers[0]["answer"]["abstained"]["reason"].as_str().expect("a reason");
    assert!(reason.contains("unreachable"), "{reason}");
}

#[test]
fn a_plugin_that_needs_too_long_fails_the_run_and_loses_nothing() {
    let forever = Guest { evaluate: "(loop $for_ever (br $for_ever)) (unreachable)", ..Guest::GOOD };
    let dir = asking("forever", Some(&forever.component()));
    let data = tempfile::tempdir().expect("a folder");
    let went = run_story(dir.path(), &["--lang", "en", "--data", data.path().to_str().unwrap_or_default()]);
    assert_eq!((went.code, went.out.as_str()), (Some(1), ""));
    assert!(went.err.contains("failed to judge by plugin rule `asks`: "), "{}", went.err);
    let store = Store::open(data.path()).expect("a store");
    assert_eq!((store.appended().0, store.decided().0), (36, 0), "appended, not decided");
}
