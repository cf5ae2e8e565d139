//! Tests run, all of them, and wait for nothing: no ignored test, no expected panic, no sleep.

use crate::{
    finding::{Finding, refuse, seen},
    source::{code, tested, tokens},
    tree,
};

/// An attribute that no test carries, and what the test does instead.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("ignore", "run it every time, or take it away; what is slow belongs to tests/bench"),
    ("should_panic", "check the error that is returned: a panic says only that something went wrong"),
];

const NO_SLEEP: &str = "hand `now` in, or wait for the event itself: a sleep is too short on a slow machine";

#[test]
fn every_test_runs() {
    refuse(tree::rust().flat_map(|file| put_aside(&file.path, &file.text)));
}

#[test]
fn no_test_sleeps() {
    refuse(tree::rust().flat_map(|file| {
        let code = code(&file.text);
        sleeps(&file.path, &if file.tests() { code } else { tested(&code) })
    }));
}

#[test]
fn what_is_put_aside_is_seen() {
    for (text, expected) in [
        ("#[test]\n#[ignore = \"slow\"]\nfn f() {}", vec![(2, "`#[ignore]`")]),
        ("#[test]\n#[should_panic(expected = \"x\")]", vec![(2, "`#[should_panic]`")]),
        ("// #[ignore]\nlet ignore = 1;", vec![]),
    ] {
        assert_eq!(seen(&put_aside("x.rs", text)), expected, "{text}");
    }
}

#[test]
fn a_sleep_is_seen() {
    for (text, expected) in [
        ("std::thread::sleep(d);", vec![(1, "`sleep`")]),
        ("use tokio::time::{sleep, timeout};", vec![(1, "`sleep`")]),
        ("let asleep = 1;", vec![]),
    ] {
        assert_eq!(seen(&sleeps("x.rs", text)), expected, "{text}");
    }
}

fn put_aside(path: &str, text: &str) -> Vec<Finding> {
    let code = code(text);
    let tokens = tokens(&code);
    let attributes = tokens.windows(3).filter(|three| three[0].text == "#" && three[1].text == "[");
    let banned = attributes.filter_map(|three| {
        let (name, instead) = ATTRIBUTES.iter().find(|(name, _)| three[2].text == *name)?;
        Some(Finding::new(path, three[2].line, format!("`#[{name}]`"), *instead))
    });
    banned.collect()
}

fn sleeps(path: &str, code: &str) -> Vec<Finding> {
    let slept = tokens(code).into_iter().filter(|token| token.text == "sleep");
    slept.map(|token| Finding::new(path, token.line, "`sleep`", NO_SLEEP)).collect()
}
