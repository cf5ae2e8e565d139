//! Walks through a text and weighs what its phrases tell: denials, emphasis, wishes. Knows no single word.

use crate::label::Label;
use crate::lexicon::{self, Meaning};

/// A denial, a wish or an emphasis reaches this many words, or ideographs, ahead.
const REACH: u8 = 4;
/// A wish reaches further: "I want you to give me my money back".
const WISH_REACH: u8 = 8;
/// Emphasis makes half as much again.
const MORE_PERCENT: i32 = 150;
const LESS_PERCENT: i32 = 60;
/// What stands after "but" is what the speaker is after.
const AFTER_BUT_PERCENT: i32 = 130;

/// What a text holds, as the reader weighs it.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Sums of what is good and what is bad, in thousandths.
    pub(crate) good: i32,
    pub(crate) bad: i32,
    /// For each label, what is left of the doubt, in parts of one; 1 where nothing was heard.
    doubts: [Option<f32>; Label::ALL.len()],
    pub(crate) exclamations: u32,
    pub(crate) questions: u32,
    /// English words all in capitals, of four letters or more.
    pub(crate) shouted: u32,
    pub(crate) ideographs: u32,
    pub(crate) words: u32,
    /// Letters of neither language.
    pub(crate) foreign: u32,
    /// Phrases of ASCII letters that are known.
    pub(crate) english: u32,
}

impl Heard {
    pub(crate) fn confidence(&self, label: Label) -> f32 {
        1.0 - self.doubts[label as usize].unwrap_or(1.0)
    }

    /// One more reason: each takes its part of the doubt that is left.
    pub(crate) fn believe(&mut self, label: Label, confidence: f32) {
        let doubt = &mut self.doubts[label as usize];
        *doubt = Some(doubt.unwrap_or(1.0) * (1.0 - confidence));
    }
}

/// Reads a text.
pub(crate) fn read(text: &str) -> Heard {
    let mut heard = Heard { shouted: shouted(text), ..Heard::default() };
    let text = plain(text);
    Reader { text: &text, at: 0, heard: &mut heard, ahead: Ahead::default(), after_but: false }.walk();
    heard
}

/// Lower case, half width, one blank for many.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\u{2018}' | '\u{2019}' | '\u{ff07}' => plain.push('\''),
            // Full-width forms stand in the order of ASCII.
            '\u{ff01}'..='\u{ff5e}' => {
                let narrow = char::from_u32(char as u32 - 0xfee0).unwrap_or(char);
                plain.push(narrow.to_ascii_lowercase());
            }
            char if char.is_whitespace() => {
                if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            char => plain.push(char.to_ascii_lowercase()),
        }
    }
    plain
}

/// How many of the next words something reaches; 0 is over.
#[derive(Clone, Copy, Default)]
struct Ahead {
    denied: u8,
    more: u8,
    less: u8,
    wish: u8,
    will: u8,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    heard: &'a mut Heard,
    ahead: Ahead,
    after_but: bool,
}

impl Reader<'_> {
    fn walk(&mut self) {
        while let Some(char) = self.text[self.at..].chars().next() {
            if lexicon::is_of_word(char as u8) && char.is_ascii() {
                self.word();
            } else if is_ideograph(char) {
                self.heard.ideographs += 1;
                self.phrase_or(char.len_utf8());
            } else {
                self.mark(char);
                self.at += char.len_utf8();
            }
        }
    }

    fn word(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().take_while(|byte| lexicon::is_of_word(**byte)).count();
        self.heard.words += 1;
        self.phrase_or(length);
    }

    /// Takes the phrase that stands here, or passes over so many bytes.
    fn phrase_or(&mut self, length: usize) {
        match lexicon::find(self.text, self.at) {
            Some((meaning, end)) => {
                self.heard.english += u32::from(self.text.as_bytes()[self.at].is_ascii_alphabetic());
                self.at = end;
                self.take(meaning);
            }
            None => {
                self.at += length;
                self.ahead.step();
            }
        }
    }

    fn mark(&mut self, char: char) {
        match char {
            '!' => self.heard.exclamations += 1,
            '?' => self.heard.questions += 1,
            ',' | '.' | ';' | ':' | '\u{3001}' | '\u{3002}' | '\u{2026}' | '~' => {}
            char => {
                self.heard.foreign += u32::from(char.is_alphabetic());
                return;
            }
        }
        self.ahead = Ahead { wish: if char == ',' { self.ahead.wish } else { 0 }, ..Ahead::default() };
    }

    fn take(&mut self, meaning: Meaning) {
        let denied = self.ahead.denied > 0;
        match meaning {
            Meaning::Feeling(plain, denied_as) => {
                self.feel(if denied { denied_as } else { plain });
                self.ahead = Ahead { wish: self.ahead.wish, will: self.ahead.will, ..Ahead::default() };
            }
            Meaning::Denial => self.ahead.denied = if denied { 0 } else { REACH },
            Meaning::More => self.ahead.more = REACH,
            Meaning::Less => self.ahead.less = REACH,
            Meaning::But => {
                self.after_but = true;
                self.ahead = Ahead::default();
            }
            Meaning::Says(label, percent, feeling) => self.say(&[label], percent, feeling),
            Meaning::SaysBoth(one, other, percent, feeling) => self.say(&[one, other], percent, feeling),
            Meaning::Wish => self.ahead.wish = if denied { 0 } else { WISH_REACH },
            Meaning::Wished(label, alone, wished) => {
                let percent = if self.ahead.wish > 0 { wished } else { alone };
                self.say(&[label], percent, 0);
            }
            Meaning::Will => self.ahead.will = if denied { 0 } else { WISH_REACH },
            Meaning::Promised(alone, willed) => {
                let percent = if self.ahead.will > 0 { willed } else { alone };
                self.say(&[Label::Promise], percent, 0);
            }
            Meaning::Nothing => self.ahead.step(),
        }
    }

    /// What is denied is not said: "nobody was hurt".
    fn say(&mut self, labels: &[Label], percent: u8, feeling: i8) {
        if self.ahead.denied > 0 {
            self.ahead.step();
            return;
        }
        labels.iter().for_each(|label| self.heard.believe(*label, f32::from(percent) / 100.0));
        self.feel(feeling);
    }

    fn feel(&mut self, tenths: i8) {
        let more = if self.ahead.more > 0 { MORE_PERCENT } else { 100 };
        let less = if self.ahead.less > 0 { LESS_PERCENT } else { 100 };
        let after = if self.after_but { AFTER_BUT_PERCENT } else { 100 };
        let thousandths = i32::from(tenths) * more * less / 100 * after / 100;
        if thousandths > 0 {
            self.heard.good += thousandths;
        } else {
            self.heard.bad -= thousandths;
        }
    }
}

impl Ahead {
    fn step(&mut self) {
        for reach in [&mut self.denied, &mut self.more, &mut self.less, &mut self.wish, &mut self.will] {
            *reach = reach.saturating_sub(1);
        }
    }
}

fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// English words in capitals, if the text has others as well: some keyboards know nothing else.
fn shouted(text: &str) -> u32 {
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return 0;
    }
    let words = text.split(|char: char| !char.is_ascii_alphabetic());
    words.filter(|word| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase())).count() as u32
}
