//! Nothing is left for later in the text: no note to oneself, no stub, no print left from a search.

use crate::{
    finding::{Finding, refuse, seen},
    source::{code, tokens},
    tree,
};

/// Written in two halves, or this file would find itself.
const NOTES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

const STUBS: &[&str] = &["dbg", "todo", "unimplemented"];

#[test]
fn nothing_is_left_for_later() {
    refuse(tree::rust().flat_map(|file| left(&file.path, &file.text)));
}

#[test]
fn what_is_left_is_seen() {
    let note = format!("// {}: later\nlet x = \"{}\";", NOTES[0], NOTES[2]);
    for (text, expected) in [
        (note.as_str(), vec![(1, NOTES[0]), (2, NOTES[2])]),
        ("fn f() {\n    todo!()\n}", vec![(2, "todo!")]),
        ("// todo! is a stub\nlet todo = 1;", vec![]),
        ("// TODOS are another word", vec![]),
    ] {
        assert_eq!(seen(&left("x.rs", text)), expected, "{text}");
    }
}

fn left(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        for note in NOTES.iter().filter(|note| words.contains(note)) {
            findings.push(Finding::new(path, number, *note, "do it now, or open an issue and say nothing here"));
        }
    }
    let code = code(text);
    for two in tokens(&code).windows(2) {
        if STUBS.contains(&two[0].text) && two[1].text == "!" {
            let found = format!("{}!", two[0].text);
            findings.push(Finding::new(path, two[0].line, found, "write the thing itself, or leave the item out"));
        }
    }
    findings
}
