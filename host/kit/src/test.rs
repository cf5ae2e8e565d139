//! `test`: every fixture through the built component, with what differs.

use std::fs;

use policy::{Lang, pick};
use sandbox::Component;
use serde_json::Value as Json;

use crate::{
    failure::Failure,
    fixtures::{File, Fixtures},
    text,
};

/// What came of the fixtures.
#[derive(Debug)]
pub struct Tested {
    /// What is to be told.
    pub text: String,
    /// Whether all of them hold.
    pub holds: bool,
}

/// Asks the component every question; `update` writes its answers down instead of comparing them.
pub fn test(component: &Component, fixtures: &Fixtures, update: bool, lang: Lang) -> Result<Tested, Failure> {
    let (mut told, mut changed) = (String::new(), 0);
    for file in &fixtures.0 {
        let answer = file.answer(component)?;
        let expected = file.expected()?;
        if expected.as_ref() == Some(&answer) {
            continue;
        }
        changed += 1;
        if update {
            write(file, &answer)?;
            told.push_str(&format!("{}\n", file.answer_path().display()));
        } else {
            told.push_str(&differs(file, expected.as_ref(), &answer, lang));
        }
    }
    let count = fixtures.0.len();
    let said = match (update, lang) {
        (true, Lang::Zh) => format!("{count} 个示例,写下了 {changed} 个回答\n"),
        (true, Lang::En) => format!("{count} fixtures, {changed} answers written\n"),
        (false, Lang::Zh) => format!("{count} 个示例,{changed} 个不符\n"),
        (false, Lang::En) => format!("{count} fixtures, {changed} failed\n"),
    };
    Ok(Tested { text: told + &said, holds: update || changed == 0 })
}

fn write(file: &File, answer: &Json) -> Result<(), Failure> {
    let path = file.answer_path();
    fs::write(&path, format!("{answer:#}\n")).map_err(Failure::file(&path))
}

/// `-` was expected, `+` came.
fn differs(file: &File, expected: Option<&Json>, answer: &Json, lang: Lang) -> String {
    let title = format!("{}: {}\n", file.name, pick(lang, "回答不符", "the answer differs"));
    let Some(expected) = expected else {
        let none = pick(lang, "没有 {path};--update 写下它", "there is no {path}; --update writes it");
        let none = none.replace("{path}", &file.answer_path().display().to_string());
        return format!("{}: {none}\n{}", file.name, text::indented(&format!("{answer:#}")));
    };
    let (expected, answer) = (format!("{expected:#}"), format!("{answer:#}"));
    title + &difference(&expected.lines().collect::<Vec<_>>(), &answer.lines().collect::<Vec<_>>())
}

/// What is the same in front and behind is told in one line of context each.
fn difference(expected: &[&str], answer: &[&str]) -> String {
    let same = expected.iter().zip(answer).take_while(|(one, other)| one == other).count();
    let rest = (&expected[same..], &answer[same..]);
    let behind = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(one, other)| one == other).count();
    let lines =
        |sign: char, lines: &[&str]| -> String { lines.iter().map(|line| format!("  {sign} {line}\n")).collect() };
    let before = &expected[same.saturating_sub(1)..same];
    let after = &rest.0[rest.0.len() - behind..];
    lines(' ', before)
        + &lines('-', &rest.0[..rest.0.len() - behind])
        + &lines('+', &rest.1[..rest.1.len() - behind])
        + &lines(' ', &after[..behind.min(1)])
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_differs_is_told() {
        let told = super::difference(&["{", "  a", "  b", "  c", "}"], &["{", "  a", "  x", "  y", "  c", "}"]);
        assert_eq!(told, "      a\n  -   b\n  +   x\n  +   y\n      c\n");
    }
}
