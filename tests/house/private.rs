//! No file tells of the machine it was written on, and none holds a secret.

use crate::{
    finding::{Finding, refuse, seen},
    tree,
};

/// Where people's files stand. Written in two halves, or this file would find itself.
const MACHINE: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// How a secret begins, and how many letters and digits follow.
const SECRETS: &[(&str, usize)] = &[
    (concat!("AK", "IA"), 16),
    (concat!("gh", "p_"), 36),
    (concat!("github", "_pat_"), 22),
    (concat!("xox", "b-"), 10),
];

const KEY: (&str, &str) = (concat!("BEG", "IN "), concat!("PRIVATE", " KEY"));

#[test]
fn no_file_names_the_machine_it_was_written_on() {
    refuse(tree::files().iter().flat_map(|file| machine(&file.path, &file.text)));
}

#[test]
fn no_file_holds_a_secret() {
    refuse(tree::files().iter().flat_map(|file| secrets(&file.path, &file.text)));
}

#[test]
fn a_path_of_the_machine_is_seen() {
    let (path, inside) = (format!("cd \"{}main\"", MACHINE[0]), format!("./x{}y", MACHINE[0]));
    assert_eq!(seen(&machine("x", &path)), [(1, format!("`{}…`", MACHINE[0]).as_str())]);
    assert_eq!(seen(&machine("x", &inside)), []);
}

#[test]
fn a_secret_is_seen() {
    let [key, token, word] = [
        format!("-----{}RSA {}-----", KEY.0, KEY.1),
        format!("\nid = \"{}{}\"", SECRETS[0].0, "A1".repeat(8)),
        format!("{} is how a key begins", SECRETS[0].0),
    ];
    assert_eq!(seen(&secrets("x", &key)), [(1, "a private key")]);
    assert_eq!(seen(&secrets("x", &token)), [(2, format!("`{}…`", SECRETS[0].0).as_str())]);
    assert_eq!(seen(&secrets("x", &word)), []);
}

fn machine(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let absolute = |folder: &str| line.match_indices(folder).any(|(at, _)| begins_a_path(&line[..at]));
        for folder in MACHINE.iter().filter(|folder| absolute(folder)) {
            findings.push(Finding::new(path, number, format!("`{folder}…`"), "write it relative to the repository"));
        }
    }
    findings
}

/// Whether a `/` after this is the first of an absolute path.
fn begins_a_path(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | ')'))
}

fn secrets(path: &str, text: &str) -> Vec<Finding> {
    const INSTEAD: &str = "take it away and revoke it: a secret is named in the configuration, never written";
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.contains(KEY.0) && line.contains(KEY.1) {
            findings.push(Finding::new(path, number, "a private key", INSTEAD));
        }
        for (prefix, length) in SECRETS {
            let follows = |at: usize| line[at + prefix.len()..].chars().take_while(char::is_ascii_alphanumeric).count();
            if line.match_indices(prefix).any(|(at, _)| follows(at) >= *length) {
                findings.push(Finding::new(path, number, format!("`{prefix}…`"), INSTEAD));
            }
        }
    }
    findings
}
