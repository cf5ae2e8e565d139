//! The engine is pure: no async, no input or output, no clock, no randomness, no hash order, no threads.

use crate::{
    finding::{Finding, refuse, seen},
    source::{Token, code, paths, tokens},
    tree,
};

/// A word or a path that the engine does not say, its tests included, and what it says instead.
const IMPURE: &[(&str, &str)] = &[
    ("async", "a step that asks: return the question, the driver calls again with the answer"),
    ("await", "a step that asks: return the question, the driver calls again with the answer"),
    ("std::time", "`now` is an argument: engine::time"),
    ("SystemTime", "`now` is an argument: engine::time"),
    ("Instant::now", "`now` is an argument: engine::time"),
    ("std::fs", "the driver reads and writes"),
    ("std::io", "the driver reads and writes"),
    ("std::net", "the driver reads and writes"),
    ("std::process", "the driver reads and writes"),
    ("std::env", "what differs is an argument"),
    ("std::thread", "the road has the threads"),
    ("HashMap", "BTreeMap: its order is the same everywhere"),
    ("HashSet", "BTreeSet: its order is the same everywhere"),
    ("rand", "what varies is an argument"),
    ("println", "a decision says it, the driver shows it"),
    ("eprintln", "a decision says it, the driver shows it"),
];

#[test]
fn the_engine_is_pure() {
    let engine = tree::rust().filter(|file| file.under("host/engine/src"));
    refuse(engine.flat_map(|file| impure(&file.path, &file.text)));
}

#[test]
fn what_is_impure_is_seen() {
    for (text, expected) in [
        ("use std::{fmt, fs};", vec![(1, "`std::fs`")]),
        ("\nuse std::time::{Duration};", vec![(2, "`std::time`")]),
        ("use std::collections::{BTreeMap, HashMap};", vec![(1, "`HashMap`")]),
        ("async fn f() {}", vec![(1, "`async`")]),
        ("let t = Instant::now();", vec![(1, "`Instant::now`")]),
        ("// std::fs, HashMap\nlet brand = \"rand\"; let at = Instant(0);", vec![]),
    ] {
        assert_eq!(seen(&impure("x.rs", text)), expected, "{text}");
    }
}

fn impure(path: &str, text: &str) -> Vec<Finding> {
    let code = code(text);
    let tokens = tokens(&code);
    let said = |banned: &str| lines_of(&tokens, banned);
    IMPURE
        .iter()
        .flat_map(|(banned, instead)| {
            said(banned).into_iter().map(move |line| Finding::new(path, line, format!("`{banned}`"), *instead))
        })
        .collect()
}

fn lines_of(tokens: &[Token<'_>], banned: &str) -> Vec<usize> {
    match banned.split_once("::") {
        None => tokens.iter().filter(|token| token.text == banned).map(|token| token.line).collect(),
        Some((root, first)) => {
            let found = paths(tokens, root).into_iter().filter(|(_, path)| path.first() == Some(&first));
            found.map(|(line, _)| line).collect()
        }
    }
}
