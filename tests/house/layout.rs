//! Lines and ends: a width, no trailing blanks, no tabs, one newline at the end.

use crate::{
    finding::{Finding, refuse, seen},
    tree::{self, File},
};

/// As in `.rustfmt.toml`; rustfmt leaves long literals and macro bodies alone.
const COLUMNS_MAX: usize = 120;

/// A line with a literal longer than this is a text for people, and they read it whole.
const TEXT_COLUMNS: usize = 60;

/// What people write. What tools write (locks, fixtures) keeps the shape the tools give it.
const WRITTEN: &[&str] = &["rs", "toml", "md", "wit", "sql", "sh", "ts", "tsx", "css", "html", "yml", "yaml"];

#[test]
fn a_line_fits_the_width() {
    refuse(tree::rust().flat_map(wide));
}

#[test]
fn blanks_and_ends_are_clean() {
    let written = tree::files().iter().filter(|file| file.is(WRITTEN) && !file.path.contains("/fixtures/"));
    refuse(written.flat_map(|file| untidy(&file.path, &file.text)));
}

#[test]
fn every_untidiness_is_seen() {
    for (text, expected) in [
        ("a\n", vec![]),
        ("", vec![]),
        ("a \n\tb\n", vec![(1, "a blank at the end of the line"), (2, "a tab")]),
        ("a\r\n", vec![(1, "a blank at the end of the line")]),
        ("a", vec![(1, "no newline at the end")]),
        ("a\n\n", vec![(2, "an empty line at the end")]),
    ] {
        assert_eq!(seen(&untidy("x.md", text)), expected, "{text:?}");
    }
}

#[test]
fn a_wide_line_is_seen() {
    let line = |c: char, count: usize| c.to_string().repeat(count);
    for (path, text, expected) in [
        ("host/x.rs", line('a', 120), vec![]),
        ("host/x.rs", line('a', 121), vec![(1, "121 columns")]),
        ("host/x.rs", line('话', 61), vec![(1, "122 columns")]),
        ("host/x.rs", format!("// https://example.com/{}", line('a', 120)), vec![]),
        ("tests/x.rs", format!("{} \"a\"", line('a', 120)), vec![]),
        ("host/x.rs", format!("{} \"a\"", line('a', 120)), vec![(1, "124 columns")]),
        ("host/x.rs", format!("say(\"{}\")", line('a', 120)), vec![]),
    ] {
        let file = File { path: path.into(), text };
        assert_eq!(seen(&wide(&file).collect::<Vec<_>>()), expected, "{path}: {}", file.text);
    }
}

fn wide(file: &File) -> impl Iterator<Item = Finding> {
    let data = |line: &str| file.tests() && line.contains('"');
    let text = |line: &str| line.split('"').skip(1).step_by(2).any(|piece| columns(piece) > TEXT_COLUMNS);
    let wide = file.lines().filter(move |(_, line)| !line.contains("://") && !data(line) && !text(line));
    wide.map(|(number, line)| (number, columns(line))).filter(|(_, columns)| *columns > COLUMNS_MAX).map(
        |(number, columns)| {
            Finding::new(&file.path, number, format!("{columns} columns"), format!("break it at {COLUMNS_MAX}"))
        },
    )
}

fn untidy(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.split_terminator('\n')) {
        if line.ends_with(char::is_whitespace) {
            findings.push(Finding::new(path, number, "a blank at the end of the line", "take it away"));
        }
        if line.contains('\t') {
            findings.push(Finding::new(path, number, "a tab", "write spaces, or `\\t` in a literal"));
        }
    }
    let last = text.lines().count();
    if !text.is_empty() && !text.ends_with('\n') {
        findings.push(Finding::new(path, last, "no newline at the end", "end the file with one newline"));
    }
    if text.ends_with("\n\n") {
        findings.push(Finding::new(path, last, "an empty line at the end", "end the file with one newline"));
    }
    findings
}

/// An ideograph is two columns wide, as rustfmt and terminals count it.
fn columns(line: &str) -> usize {
    line.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}
