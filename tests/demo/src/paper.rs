//! Paper: lines of a terminal, wrapped at its width, with colours where it can show them. Knows no story.

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// What two languages can be read at, side by side with an editor.
const COLUMNS: usize = 100;
/// Punctuation that never begins a line.
const CLOSING: &str = "，。、；：？！）】》”’…,.;:?!)";

/// How a text is set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Dim,
    Bold,
    Red,
    Yellow,
    Green,
    Blue,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Plain => "0",
            Ink::Dim => "2",
            Ink::Bold => "1",
            Ink::Red => "1;31",
            Ink::Yellow => "33",
            Ink::Green => "32",
            Ink::Blue => "36",
        }
    }
}

/// A cell of a row: its width, how it is set, what stands in it.
pub(crate) type Cell<'a> = (usize, Ink, &'a str);

/// See the module.
pub(crate) struct Paper {
    is_coloured: bool,
}

impl Paper {
    /// The terminal, or whatever standard output is.
    pub(crate) fn of_stdout() -> Self {
        let is_refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Paper { is_coloured: io::stdout().is_terminal() && !is_refused }
    }

    /// A line that ends as it stands; a closed pipe is no reason to stop.
    pub(crate) fn line(&self, ink: Ink, text: &str) {
        drop(writeln!(io::stdout(), "{}", self.set(ink, text.trim_end())));
    }

    /// Nothing.
    pub(crate) fn gap(&self) {
        self.line(Ink::Plain, "");
    }

    /// A heading across the page.
    pub(crate) fn heading(&self, text: &str) {
        let rest = COLUMNS.saturating_sub(text.width() + 4);
        self.gap();
        self.line(Ink::Bold, &format!("━━ {text} {}", "━".repeat(rest)));
        self.gap();
    }

    /// A paragraph.
    pub(crate) fn paragraph(&self, ink: Ink, text: &str) {
        self.row(&[(2, Ink::Plain, "")], ink, text);
    }

    /// Cells, and beside them a text that keeps to its own side.
    pub(crate) fn row(&self, cells: &[Cell<'_>], ink: Ink, text: &str) {
        let indent: usize = cells.iter().map(|(width, ..)| width).sum();
        let lead: String = cells.iter().map(|(width, ink, text)| self.set(*ink, &padded(text, *width))).collect();
        for (n, line) in wrapped(text, COLUMNS.saturating_sub(indent)).iter().enumerate() {
            let lead = if n == 0 { lead.clone() } else { " ".repeat(indent) };
            self.line(Ink::Plain, &(lead + &self.set(ink, line)));
        }
    }

    fn set(&self, ink: Ink, text: &str) -> String {
        if !self.is_coloured || ink == Ink::Plain || text.trim().is_empty() {
            return text.to_owned();
        }
        format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code())
    }
}

/// The text in a cell; one that is too long keeps a blank behind it.
fn padded(text: &str, width: usize) -> String {
    let blanks = if width == 0 { 0 } else { width.saturating_sub(text.width()).max(1) };
    format!("{text}{}", " ".repeat(blanks))
}

/// The lines of a text, none wider than `width` unless one word is.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(text) {
        let last = lines.last_mut().filter(|line| (line.as_str().width() + piece.trim_end().width()) <= width);
        match last {
            Some(line) => line.push_str(piece),
            None => lines.push(piece.to_owned()),
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// What stays together: a word with the blanks behind it, an ideograph with the punctuation behind it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let may_break = before.is_some_and(|before: char| {
            let ideographs = is_wide(before) || is_wide(c);
            (ideographs || before == ' ') && c != ' ' && !CLOSING.contains(c)
        });
        if may_break {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_to_its_width() {
        for (text, width, expected) in [
            ("who is responsible for this", 12, vec!["who is", "responsible", "for this"]),
            ("谁来负责？请说。", 8, vec!["谁来负", "责？请", "说。"]),
            ("修了2次", 4, vec!["修了", "2次"]),
            ("", 4, vec![""]),
        ] {
            assert_eq!(wrapped(text, width), expected, "{text}");
        }
    }

    #[test]
    fn a_cell_is_as_wide_as_it_says() {
        assert_eq!(padded("坐席", 6), "坐席  ");
        assert_eq!(padded("a long one", 4), "a long one ");
    }
}
