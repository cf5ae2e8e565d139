//! Scripts: recognising that the same words were said again, also after the words themselves are gone.
//!
//! A fingerprint keeps a hash of all tokens and of the beginnings of several lengths, so that an utterance
//! that was broken off can still be seen to be the beginning of a script. A token is one CJK character or one
//! run of letters and digits, lower case, full-width forms folded; everything else is punctuation.

use serde::{Deserialize, Serialize};

/// Shorter utterances ("OK.", "好的") are courtesies, not scripts. On the STAR conversations 4 keeps 98.8 % of
/// the dialogues in which one text is sent three times, 5 keeps 87.8 %.
pub const SCRIPT_TOKENS_MIN: u16 = 4;
/// An utterance that stops before this share of a script (in tenths) is a different, shorter one.
const CUT_SHORT_TENTHS_MIN: u32 = 3;
/// The lengths, in tokens, whose beginnings are hashed.
const BEGINNINGS: [u16; 16] = [4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64];

/// What is kept of an utterance's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Of all tokens.
    pub whole: u64,
    /// How many tokens.
    pub tokens: u16,
    beginnings: [u16; 16],
}

/// A script and how often it has been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// Its words.
    pub words: Fingerprint,
    /// How often, in thousandths, the first time included; an utterance that was broken off counts 500.
    pub said: u32,
}

/// How an utterance counts towards a script it repeats, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// Word for word.
    Whole,
    /// Broken off.
    CutShort,
}

impl Fingerprint {
    /// The fingerprint of `text`.
    pub fn of(text: &str) -> Self {
        let mut hash = FNV_OFFSET;
        let mut print = Fingerprint::default();
        let mut in_word = false;
        for char in text.chars().map(folded) {
            let continues = in_word && char.is_alphanumeric() && !is_cjk(char);
            if in_word && !continues {
                print.end_token(hash);
            }
            in_word = char.is_alphanumeric();
            if !in_word {
                continue;
            }
            if !continues {
                hash = mix(hash, 0x1f);
            }
            for lower in char.to_lowercase() {
                hash = mix(hash, lower as u32);
            }
        }
        if in_word {
            print.end_token(hash);
        }
        print.whole = hash;
        print
    }

    /// Is it long enough to be a script?
    pub fn is_script(&self) -> bool {
        self.tokens >= SCRIPT_TOKENS_MIN
    }

    /// Whether these words are those of `script`, or the beginning of them.
    pub fn repeats(&self, script: &Fingerprint) -> Option<Repeats> {
        if self.tokens == script.tokens {
            return (self.whole == script.whole).then_some(Repeats::Whole);
        }
        let long_enough = u32::from(self.tokens) * 10 >= u32::from(script.tokens) * CUT_SHORT_TENTHS_MIN;
        if self.tokens > script.tokens || !long_enough {
            return None;
        }
        let reached = BEGINNINGS.iter().take_while(|length| **length <= self.tokens).count();
        let last = reached.checked_sub(1)?;
        (self.beginnings[last] == script.beginnings[last]).then_some(Repeats::CutShort)
    }

    fn end_token(&mut self, hash: u64) {
        self.tokens = self.tokens.saturating_add(1);
        if let Some(place) = BEGINNINGS.iter().position(|length| *length == self.tokens) {
            self.beginnings[place] = (hash ^ (hash >> 32) ^ (hash >> 48)) as u16;
        }
    }
}

impl Repeats {
    /// In thousandths of a whole repetition.
    pub fn thousandths(self) -> u32 {
        match self {
            Repeats::Whole => 1_000,
            Repeats::CutShort => 500,
        }
    }
}

/// FNV-1a, over code points: stable for ever, and its state after each token is the hash of that beginning.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn mix(hash: u64, unit: u32) -> u64 {
    (hash ^ u64::from(unit)).wrapping_mul(0x0000_0100_0000_01b3)
}

fn folded(char: char) -> char {
    match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(char as u32 - 0xfee0).unwrap_or(char),
        _ => char,
    }
}

fn is_cjk(char: char) -> bool {
    let kana = '\u{3040}'..='\u{30ff}';
    let ideographs = ['\u{3400}'..='\u{9fff}', '\u{f900}'..='\u{faff}', '\u{20000}'..='\u{3ffff}'];
    kana.contains(&char) || ideographs.iter().any(|range| range.contains(&char))
}

#[cfg(test)]
mod tests {
    use super::{Fingerprint, Repeats};

    fn repeats(said: &str, script: &str) -> Option<Repeats> {
        Fingerprint::of(said).repeats(&Fingerprint::of(script))
    }

    #[test]
    fn the_same_words_are_the_same_script() {
        let script = "我这边会帮您反馈,请您耐心等待。";
        assert_eq!(repeats("我这边会帮您反馈，请您耐心等待！", script), Some(Repeats::Whole));
        assert_eq!(repeats("I'll pass it on,  please WAIT", "I'll pass it on; please wait."), Some(Repeats::Whole));
        assert_eq!(repeats("ＡＢ１ 冰箱很好", "ab1 冰箱很好"), Some(Repeats::Whole));
        assert_eq!(repeats("我这边会帮您登记,请您耐心等待。", script), None);
    }

    #[test]
    fn a_beginning_is_a_script_cut_short() {
        let script = "非常抱歉给您带来不便,我们会尽快为您处理";
        assert_eq!(repeats("非常抱歉给您带来", script), Some(Repeats::CutShort));
        assert_eq!(repeats("非常抱歉给您", "非常抱歉给您带来不便,我们会尽快为您处理,感谢您的理解与支持"), None);
        assert_eq!(repeats("您带来不便我们会尽快", script), None);
    }
}
