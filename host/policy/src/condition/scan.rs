//! A look at a condition's letters before it is parsed: signs of other keyboards and languages, open quotes,
//! brackets without partner, and how deep the parser would have to go.

use crate::{
    document::Text,
    full_width::{ascii_for, close_for},
    lang::Both,
    limits::{CONDITION_BYTES_MAX, NESTING_MAX},
    problem::{ProblemKind, Problems},
};

/// Whether the condition can be given to the parser; what is wrong with its letters has been said.
pub(super) fn scan(text: &Text, problems: &mut Problems) -> bool {
    let before = problems.len();
    if text.text.len() > CONDITION_BYTES_MAX {
        let what = Both { zh: "条件", en: "the condition" };
        problems.add(text.spot.problem(&ProblemKind::TooLong { what, max: CONDITION_BYTES_MAX }));
        return false;
    }
    let mut scan = Scan { text, place: 0, open: Vec::new(), row: 0, deep: false, problems };
    while scan.place < text.text.len() {
        scan.step();
    }
    for (place, bracket, _) in std::mem::take(&mut scan.open) {
        scan.say(place, &ProblemKind::Brackets { found: bracket });
    }
    problems.len() == before
}

/// What may follow a backslash in a text.
const ESCAPES: [char; 20] =
    ['a', 'b', 'f', 'n', 'r', 't', 'v', 'x', 'X', 'u', 'U', '0', '1', '2', '3', '\\', '\'', '"', '`', '?'];

struct Scan<'a> {
    text: &'a Text,
    place: usize,
    /// Open brackets: where, which, and the operators in a row before it.
    open: Vec<(usize, char, usize)>,
    /// Operators in a row since the last sign that starts afresh.
    row: usize,
    /// Too deep has been said.
    deep: bool,
    problems: &'a mut Problems,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        &self.text.text[self.place..]
    }

    fn say(&mut self, place: usize, kind: &ProblemKind) {
        self.problems.add(self.text.at(place).problem(kind));
    }

    fn step(&mut self) {
        let Some(letter) = self.rest().chars().next() else { return };
        match letter {
            '\'' | '"' => self.quoted(letter, false),
            'a'..='z' | 'A'..='Z' | '_' => self.word(),
            '(' | '[' | '{' => self.opens(letter),
            ')' | ']' | '}' => self.closes(letter),
            _ if letter.is_ascii() => self.sign(letter),
            _ => self.foreign(letter),
        }
    }

    fn quoted(&mut self, quote: char, raw: bool) {
        let start = self.place;
        let triple = quote.to_string().repeat(3);
        let close = if self.rest().starts_with(&triple) { triple } else { quote.to_string() };
        self.place += close.len();
        while !self.rest().starts_with(&close) {
            let escaped = !raw && self.rest().starts_with('\\');
            if escaped && !self.rest()[1..].starts_with(ESCAPES) {
                self.say(self.place, &ProblemKind::Escape {});
            }
            let skipped: usize = self.rest().chars().take(1 + usize::from(escaped)).map(char::len_utf8).sum();
            if skipped == 0 {
                self.say(start, &ProblemKind::OpenText {});
                return;
            }
            self.place += skipped;
        }
        self.place += close.len();
    }

    fn word(&mut self) {
        let start = self.place;
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let word = self.rest().split(|letter| !is_part(letter)).next().unwrap_or_default().to_owned();
        self.place += word.len();
        if let (true, Some(quote @ ('\'' | '"'))) = (matches!(&*word, "r" | "R"), self.rest().chars().next()) {
            return self.quoted(quote, true);
        }
        let after_dot = self.text.text[..start].ends_with('.');
        let write = match word.to_lowercase().as_str() {
            "and" => "&&",
            "or" => "||",
            "not" => "!",
            "true" if word != "true" => "true",
            "false" if word != "false" => "false",
            _ => return,
        };
        if !after_dot {
            self.say(start, &ProblemKind::Sign { found: word, write });
        }
    }

    fn opens(&mut self, bracket: char) {
        self.open.push((self.place, bracket, self.row));
        self.row = 0;
        self.deeper(0);
        self.place += 1;
    }

    fn closes(&mut self, bracket: char) {
        let partner = match bracket {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        match self.open.pop() {
            Some((_, open, row)) if open == partner => self.row = row,
            unmatched => {
                self.open.extend(unmatched);
                self.say(self.place, &ProblemKind::Brackets { found: bracket });
            }
        }
        self.place += 1;
    }

    /// Says once when brackets and operators together go too deep.
    fn deeper(&mut self, by: usize) {
        self.row += by;
        let depth = self.row + self.open.iter().map(|(_, _, row)| row + 1).sum::<usize>();
        if depth > NESTING_MAX && !self.deep {
            self.deep = true;
            self.say(self.place, &ProblemKind::TooDeep { max: NESTING_MAX });
        }
    }

    fn sign(&mut self, letter: char) {
        const SIGNS: [&str; 13] = ["===", "==", "!=", "<=", ">=", "=>", "=<", "<>", "&&", "||", "=", "&", "|"];
        let found = SIGNS.iter().find(|sign| self.rest().starts_with(**sign));
        let write = match found.copied() {
            Some("===" | "=") => "==",
            Some("=>") => ">=",
            Some("=<") => "<=",
            Some("<>") => "!=",
            Some("&") => "&&",
            Some("|") => "||",
            _ => "",
        };
        let sign = found.copied().map_or_else(|| letter.to_string(), str::to_owned);
        match sign.as_str() {
            "&&" | "||" | "," => self.row = 0,
            "?" | "+" | "-" | "*" | "/" | "%" | "." | "<" | ">" | "==" | "!=" | "<=" | ">=" => self.deeper(1),
            _ => {}
        }
        let place = self.place;
        self.place += sign.len();
        if !write.is_empty() {
            self.say(place, &ProblemKind::Sign { found: sign, write });
        }
    }

    fn foreign(&mut self, letter: char) {
        let place = self.place;
        if let Some(write) = ascii_for(letter) {
            self.place += letter.len_utf8();
            self.say(place, &ProblemKind::FullWidth { found: letter, write: write.to_owned() });
            if let Some(close) = close_for(letter).and_then(|close| self.rest().find(close)) {
                self.place += close;
            }
            return;
        }
        let is_foreign = |letter: char| !letter.is_ascii() && ascii_for(letter).is_none();
        let found = self.rest().split(|letter| !is_foreign(letter)).next().unwrap_or_default().to_owned();
        self.place += found.len();
        self.say(place, &ProblemKind::Unexpected { found });
    }
}
