//! Rust text, read as far as the checks need it: without comments and literals, as tokens and as paths.

/// The same text with every comment and literal blanked; lines and columns stay where they are.
pub(crate) fn code(text: &str) -> String {
    keep(text, |piece| piece == Piece::Code)
}

/// The same text with every literal blanked; comments stay.
pub(crate) fn without_literals(text: &str) -> String {
    keep(text, |piece| piece != Piece::Literal)
}

/// `code` with every item under `#[cfg(test)]` blanked as well.
pub(crate) fn shipped(code: &str) -> String {
    split_tests(code).0
}

/// `code` with everything but the items under `#[cfg(test)]` blanked.
pub(crate) fn tested(code: &str) -> String {
    split_tests(code).1
}

/// A word, `::`, or one character of anything else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
}

pub(crate) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (line, mut rest) in (1..).zip(code.lines()) {
        while let Some(next) = rest.chars().next() {
            let length = match next {
                ':' if rest.starts_with("::") => 2,
                word if is_word(word) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                other => other.len_utf8(),
            };
            if !next.is_whitespace() {
                found.push(Token { line, text: &rest[..length] });
            }
            rest = &rest[length..];
        }
    }
    found
}

/// What follows `root::`, its groups spelled out: `root::{a, b::{c, d}}` is `a`, `b c` and `b d`.
pub(crate) fn paths<'a>(tokens: &[Token<'a>], root: &str) -> Vec<(usize, Vec<&'a str>)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let continues = at > 0 && tokens[at - 1].text == "::";
        if token.text == root && !continues && is(tokens, at + 1, "::") {
            branch(tokens, at + 2, &[], &mut found);
        }
    }
    found
}

/// Reads one branch of a path from `at`; the answer is where it ended.
fn branch<'a>(tokens: &[Token<'a>], at: usize, before: &[&'a str], found: &mut Vec<(usize, Vec<&'a str>)>) -> usize {
    let Some(token) = tokens.get(at) else { return at };
    if token.text == "{" {
        return group(tokens, at + 1, before, found);
    }
    let path: Vec<&str> = before.iter().copied().chain([token.text]).collect();
    let goes_on = is(tokens, at + 1, "::") && !is(tokens, at + 2, "<");
    if goes_on && tokens.len() > at + 2 {
        return branch(tokens, at + 2, &path, found);
    }
    found.push((token.line, path));
    at + 1
}

fn group<'a>(tokens: &[Token<'a>], from: usize, before: &[&'a str], found: &mut Vec<(usize, Vec<&'a str>)>) -> usize {
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        at = match token.text {
            "}" => return at + 1,
            "," => at + 1,
            "as" => at + 2,
            _ => branch(tokens, at, before, found),
        };
    }
    at
}

fn is(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.text == text)
}

#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Code,
    Comment,
    Literal,
}

fn keep(text: &str, stays: impl Fn(Piece) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    let mut inside_word = false;
    while let Some(next) = rest.chars().next() {
        let comment = comment(rest).map(|length| (Piece::Comment, length));
        let literal = || literal(rest, inside_word).map(|length| (Piece::Literal, length));
        let (piece, length) = comment.or_else(literal).unwrap_or((Piece::Code, next.len_utf8()));
        let text = &rest[..length];
        kept.push_str(&if stays(piece) { text.into() } else { blank(text) });
        inside_word = piece == Piece::Code && is_word(next);
        rest = &rest[length..];
    }
    kept
}

fn split_tests(code: &str) -> (String, String) {
    let (mut shipped, mut tested) = (String::new(), String::new());
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        let end = start + item_length(&rest[start..]);
        shipped.push_str(&rest[..start]);
        shipped.push_str(&blank(&rest[start..end]));
        tested.push_str(&blank(&rest[..start]));
        tested.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    shipped.push_str(rest);
    tested.push_str(&blank(rest));
    (shipped, tested)
}

fn blank(code: &str) -> String {
    code.chars().map(|c| if c == '\n' { c } else { ' ' }).collect()
}

/// As far as the `;` or the closing brace of the item that `code` begins with.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if !rest.starts_with("/*") {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let tail = &rest[at..];
        let step = tail.chars().next().map_or(1, char::len_utf8);
        match tail {
            _ if tail.starts_with("/*") => (depth, at) = (depth + 1, at + 2),
            _ if tail.starts_with("*/") && depth == 1 => return Some(at + 2),
            _ if tail.starts_with("*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += step,
        }
    }
    Some(rest.len())
}

/// `inside_word` tells the `r` of `for"…"` from the `r` of `r"…"`.
fn literal(rest: &str, inside_word: bool) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r"].into_iter().find(|prefix| !inside_word && rest.starts_with(prefix));
    let prefix = prefix.unwrap_or("");
    let body = &rest[prefix.len()..];
    let length = match body.chars().next()? {
        '"' | '#' if prefix.ends_with('r') => raw(body)?,
        '"' => quoted(body, '"'),
        '\'' if is_character(body) => quoted(body, '\''),
        _ => return None,
    };
    Some(prefix.len() + length)
}

fn raw(body: &str) -> Option<usize> {
    let hashes = body.bytes().take_while(|byte| *byte == b'#').count();
    let text = body[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(hashes + 1 + text.find(&close).map_or(text.len(), |at| at + close.len()))
}

fn quoted(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    body.len()
}

/// `'a'` and `'\n'`, not the lifetime `'a`.
fn is_character(body: &str) -> bool {
    let mut after = body.chars().skip(1);
    after.next() == Some('\\') || after.next() == Some('\'')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn comments_and_literals_are_blanked() {
    for (text, expected) in [
        ("a // b", "a     "),
        ("a /* b /* c */ d */ e", "a                   e"),
        ("f(\"x \\\" y\")", "f(        )"),
        ("f(r#\"x \" y\"#, 'c', '\\'')", "f(          ,    ,     )"),
        ("r#type<'a>", "r#type<'a>"),
        ("bar\"x\"", "bar   "),
        ("\"话\"\nb", "   \nb"),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
}

#[test]
fn paths_are_spelled_out() {
    for (text, expected) in [
        ("use std::fs;", vec!["fs"]),
        ("use std::{fmt, time::{self, Instant as Now}};", vec!["fmt", "time self", "time Instant"]),
        ("let x = std::mem::take::<u8>(y);", vec!["mem take"]),
        ("use other::std::fs; struct std;", vec![]),
    ] {
        let tokens = tokens(text);
        let found: Vec<String> = paths(&tokens, "std").into_iter().map(|(_, path)| path.join(" ")).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn tests_are_told_from_what_ships() {
    let code = "fn a() {}\n#[cfg(test)]\nmod t { fn b() {} }\n#[cfg(test)]\nmod u;\nfn c() {}";
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&shipped(code)), "fn a() {} fn c() {}");
    assert_eq!(words(&tested(code)), "#[cfg(test)] mod t { fn b() {} } #[cfg(test)] mod u;");
    assert_eq!(shipped(code).lines().count(), code.lines().count());
}
