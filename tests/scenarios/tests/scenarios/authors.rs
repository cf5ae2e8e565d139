//! What an author does: the page of the SDK, command by command, in each language; and that every template builds.
//!
//! Where a machine lacks what a language needs, that language is skipped, and said to be.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use plaint_scenarios::{plaint, plugins, root};
use tempfile::TempDir;

const KINDS: [&str; 4] = ["alert-rule", "analyzer", "routing-policy", "connector"];

/// A language, what its plugin is written in, and what must be on the machine.
struct Language {
    word: &'static str,
    source: &'static str,
    example: &'static str,
    fence: &'static str,
    needs: &'static [&'static str],
}

const LANGUAGES: [Language; 3] = [
    Language { word: "rust", source: "src/lib.rs", example: "long-wait", fence: "rust", needs: &[] },
    Language { word: "js", source: "plugin.js", example: "long-wait-js", fence: "js", needs: &["node", "npm"] },
    Language { word: "python", source: "plugin.py", example: "long-wait-python", fence: "python", needs: &["python3"] },
];

impl Language {
    fn is_here(&self) -> bool {
        let there = |program: &&str| Command::new(program).arg("--version").output().is_ok();
        let here = self.needs.iter().all(there);
        if !here {
            let _ = writeln!(std::io::stderr(), "skipped: {}, for want of {}", self.word, self.needs.join(" or "));
        }
        here
    }
}

/// `sh -e` in a folder, with this `plaint` in front of the path, tools and compiled code kept between runs, and the
/// standard library of the guests built once.
fn sh(script: &str, folder: &Path) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let beside = plaint().parent().expect("a folder").to_owned();
    let path = std::env::join_paths([beside].into_iter().chain(std::env::split_paths(&path))).expect("a path");
    let mut sh = Command::new("sh");
    sh.args(["-e", "-c", script]).current_dir(folder).env("PATH", path).env("LC_ALL", "C.UTF-8");
    sh.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env("CARGO_TARGET_DIR", root().join("plugins/target"));
    sh.output().expect("sh starts")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The blocks of a page that are fenced with this word.
fn blocks(page: &str, fence: &str) -> Vec<String> {
    let opening = format!("\n```{fence}\n");
    page.split(&opening).skip(1).map(|part| part.split("\n```").next().unwrap_or_default().to_owned() + "\n").collect()
}

fn page() -> String {
    fs::read_to_string(root().join("plugin-sdk/README.md")).expect("the page of the SDK")
}

/// Where components are kept between runs of these tests.
fn kept(language: &Language, what: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("authors").join(language.word).join(what)
}

/// Components that were built before are taken back in: they are built anew only when a template or a tool changed.
fn take_back(kept: &Path, folder: &Path) {
    if kept.is_dir() {
        copy(kept, &folder.join("target"));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("a file")) {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
    }
}

#[test]
fn the_page_of_the_sdk_holds() {
    let commands = blocks(&page(), "sh").concat();
    assert!(commands.contains("--lang js long-wait\n"), "{commands}");
    plugins();
    for language in LANGUAGES.iter().filter(|language| language.is_here()) {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, rest) = commands.split_once('\n').expect("the command that makes the plugin");
        said(&sh(&first.replace("--lang js", &format!("--lang {}", language.word)), folder.path()));
        let (kept, made) = (kept(language, "page"), folder.path().join("long-wait"));
        take_back(&kept, &made);
        let told = said(&sh(rest, folder.path()));
        copy(&made.join("target"), &kept);
        assert!(told.contains("5 fixtures, 0 failed\n"), "{told}");
        assert!(told.contains("▲ alert · warning · the customer wrote 2 times and nobody answered"), "{told}");
        assert!(told.contains("same answers: 3 questions"), "{told}");
        assert!(told.contains("the signature holds, by key "), "{told}");
        assert!(!told.contains("NO  "), "{told}");
    }
}

#[test]
fn the_page_shows_what_new_writes() {
    let page = page();
    for language in &LANGUAGES {
        let folder = new("alert-rule", language, "long-wait");
        let source = fs::read_to_string(folder.path().join("long-wait").join(language.source)).expect("a source");
        assert!(blocks(&page, language.fence).contains(&source), "{}:\n{source}", language.word);
        let manifest = fs::read_to_string(folder.path().join("long-wait/plugin.toml")).expect("a manifest");
        assert!(blocks(&page, "toml").contains(&manifest), "{manifest}");
    }
}

#[test]
fn the_examples_are_what_new_writes() {
    for language in &LANGUAGES {
        let folder = new("alert-rule", language, language.example);
        let written = folder.path().join(language.example);
        let example = root().join("plugins").join(language.example);
        for file in ["plugin.toml", language.source] {
            let read = |folder: &Path| fs::read_to_string(folder.join(file)).expect("a file");
            assert_eq!(read(&written), read(&example), "{} {file}", language.example);
        }
        assert_eq!(fixtures(&written), fixtures(&example), "{}", language.example);
    }
}

#[test]
fn every_template_builds_and_holds() {
    for language in LANGUAGES.iter().filter(|language| language.is_here()) {
        for kind in KINDS {
            let name = format!("a-{kind}");
            let folder = new(kind, language, &name);
            let made = folder.path().join(&name);
            let kept = kept(language, kind);
            take_back(&kept, &made);
            let told = said(&sh(&format!("plaint plugin test {name} && plaint plugin check {name}"), folder.path()));
            assert!(told.contains(" 0 failed\n") && !told.contains("NO  "), "{} {kind}: {told}", language.word);
            copy(&made.join("target"), &kept);
        }
    }
}

fn new(kind: &str, language: &Language, name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    said(&sh(&format!("plaint plugin new --kind {kind} --lang {} {name}", language.word), folder.path()));
    folder
}

fn fixtures(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder.join("fixtures")).expect("fixtures").map(|entry| entry.expect("a file"));
    let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.map(|entry| (name(&entry), fs::read_to_string(entry.path()).expect("a file"))).collect()
}
