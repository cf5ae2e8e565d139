//! A file is read from the top: `//!` first, what it is for.

use crate::{
    finding::{Finding, refuse},
    tree,
};

#[test]
fn a_file_opens_with_what_it_is_for() {
    let closed = tree::rust().filter(|file| !opens(&file.text));
    refuse(closed.map(|file| {
        let found = format!("opens with `{}`", file.text.lines().next().unwrap_or_default());
        Finding::new(&file.path, 1, found, "open with `//!`: what the file is for, what it knows nothing about")
    }));
}

#[test]
fn inner_attributes_may_stand_before() {
    for (text, expected) in [
        ("//! A thing.\nfn f() {}", true),
        ("#![no_main]\n\n//! A thing.", true),
        ("#![cfg_attr(\n    x,\n    no_main\n)]\n//! A thing.", true),
        ("// A thing.\n//! Late.", false),
        ("//! x", false),
        ("fn f() {}", false),
        ("", false),
    ] {
        assert_eq!(opens(text), expected, "{text}");
    }
}

/// A sentence, not a placeholder.
const OPENING_MIN: usize = 8;

fn opens(text: &str) -> bool {
    let mut rest = text.trim_start();
    while rest.starts_with("#![") {
        let Some((_, after)) = rest.split_once(")]\n").or_else(|| rest.split_once("]\n")) else { return false };
        rest = after.trim_start();
    }
    let first = rest.lines().next().unwrap_or_default();
    first.strip_prefix("//!").is_some_and(|said| said.trim().chars().count() >= OPENING_MIN)
}
