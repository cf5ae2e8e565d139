//! One word per thing: what the table of words in DESIGN names is called so in the code, too.

use crate::{
    finding::{Finding, refuse, seen},
    source::without_literals,
    tree,
};

/// A synonym, in identifiers and comments, and the word of this house. Texts that people read are not asked.
const SYNONYMS: &[(&str, &str)] = &[
    ("assignee", "owner: who solves the case"),
    ("complainant", "customer, or caller where it is who speaks"),
    ("escalator", "ladder"),
    ("ruleset", "pack, or generation once it is compiled"),
    ("supervisor", "lead: who leads the agent's team"),
    ("ticket", "case"),
    ("workflow", "ladder, or the clock that drives it"),
    ("workorder", "case"),
];

#[test]
fn one_word_stands_for_one_thing() {
    let host = tree::rust().filter(|file| file.under("host") && file.path.contains("/src/"));
    refuse(host.flat_map(|file| synonyms(&file.path, &file.text)));
}

#[test]
fn a_synonym_is_seen() {
    for (text, expected) in [
        ("struct TicketBook;", vec![(1, "`ticket`")]),
        ("let open_tickets = 1;", vec![(1, "`ticket`")]),
        ("/// The ticket of a customer.", vec![(1, "`ticket`")]),
        ("const TICKET_MAX: u8 = 1;", vec![(1, "`ticket`")]),
        ("say(\"ask a supervisor\"); let sticketed = 1;", vec![]),
    ] {
        assert_eq!(seen(&synonyms("x.rs", text)), expected, "{text}");
    }
}

fn synonyms(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(without_literals(text).lines()) {
        let words = words(line);
        for (synonym, ours) in SYNONYMS {
            if words.iter().any(|word| word.strip_suffix('s').unwrap_or(word) == *synonym) {
                findings.push(Finding::new(path, number, format!("`{synonym}`"), *ours));
            }
        }
    }
    findings
}

/// `TicketBook` and `ticket_book` are `ticket`, `book`.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in line.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && after_small) {
            words.push(String::new());
        }
        if c.is_alphabetic() {
            words.last_mut().expect("never empty").extend(c.to_lowercase());
        }
        after_small = c.is_lowercase();
    }
    words
}
