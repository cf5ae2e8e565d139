//! What the agent said, cut into utterances that can be compared: a sentence, or several where one alone says nothing.

use plaint_sdk::alert_rule::{Span, Turn};

use crate::words::{self, Heard, Token};

/// Below this much content an utterance is small talk: two English words or three Chinese characters pass.
const CONTENT_MIN: u32 = 6;

/// Compared are the first tokens only: one 64-bit mask holds them, and a script shows itself by then.
const TOKENS_MAX: usize = 64;

/// A turn of more sentences is a lecture; what is compared stays bounded (every pair of a window's utterances).
const UTTERANCES_A_TURN_MAX: usize = 8;

/// One utterance of the agent.
#[derive(Debug, Default)]
pub(crate) struct Utterance {
    /// Which of the agent's turns, counted from 0 within the window.
    pub(crate) turn: usize,
    pub(crate) span: Span,
    /// It says something, and may be a script.
    pub(crate) informative: bool,
    /// Brought to its end: the text goes on after it, or it ends with a full stop.
    pub(crate) complete: bool,
    pub(crate) weight: u32,
    /// Yes and no are never one script.
    pub(crate) denies: bool,
    /// A hash of its figures, which the tokens do not tell apart.
    pub(crate) figures: u32,
    /// Its tokens, one of 64 bits each: a bit that only one of two has stands for a token that only one has.
    pub(crate) weighty: u64,
    pub(crate) plain: u64,
    tokens: std::ops::Range<usize>,
}

/// All utterances of the agent in a window; their tokens stand in one list.
#[derive(Debug, Default)]
pub(crate) struct Utterances {
    pub(crate) list: Vec<Utterance>,
    tokens: Vec<Token>,
}

impl Utterances {
    pub(crate) fn of<'a>(turns: impl Iterator<Item = &'a Turn> + Clone) -> Self {
        let bytes: usize = turns.clone().map(|turn| turn.text.len()).sum();
        // A token is at least three bytes, or one with the blank after it.
        let mut all = Self { list: Vec::with_capacity(64), tokens: Vec::with_capacity(bytes / 3 + 1) };
        for (ordinal, turn) in turns.enumerate() {
            all.add(ordinal, turn);
        }
        all
    }

    pub(crate) fn tokens(&self, utterance: &Utterance) -> &[Token] {
        &self.tokens[utterance.tokens.clone()]
    }

    fn add(&mut self, ordinal: usize, turn: &Turn) {
        let (mut first, mut start, mut content, mut figures) = (self.tokens.len(), 0, 0, 0_u32);
        let list_max = self.list.len() + UTTERANCES_A_TURN_MAX;
        words::read(&turn.text, &mut |heard| match heard {
            Heard::Token(token) => {
                content += if words::weight(token) > words::PLAIN { words::weight(token) } else { 0 };
                self.tokens.push(token);
            }
            Heard::Figure(hash) => figures = figures.rotate_left(1) ^ hash,
            // A sentence that says nothing yet is carried into the next one.
            Heard::End { at, .. } if content < CONTENT_MIN && at < turn.text.len() => {}
            Heard::End { at, complete } => {
                if self.tokens.len() > first && self.list.len() < list_max {
                    let (span, informative) = (trimmed(turn, start, at), content >= CONTENT_MIN);
                    let blank =
                        Utterance { turn: ordinal, span, informative, complete, figures, ..Utterance::default() };
                    self.close(first, blank);
                }
                (first, start, content, figures) = (self.tokens.len(), at, 0, 0);
            }
        });
    }

    /// Adds what is known from the tokens since `first`.
    fn close(&mut self, first: usize, utterance: Utterance) {
        self.tokens.truncate(first + TOKENS_MAX);
        let tokens = first..self.tokens.len();
        let said = &self.tokens[tokens.clone()];
        let (mut weight, mut denies, mut weighty, mut plain) = (0, false, 0, 0);
        for token in said.iter().copied() {
            weight += words::weight(token);
            denies |= words::denies(token);
            let bits = if words::weight(token) > words::PLAIN { &mut weighty } else { &mut plain };
            *bits |= 1_u64 << (token >> 26);
        }
        self.list.push(Utterance { weight, denies, weighty, plain, tokens, ..utterance });
    }
}

fn trimmed(turn: &Turn, start: usize, end: usize) -> Span {
    let text = &turn.text[start..end];
    let from = start + (text.len() - text.trim_start().len());
    let to = start + text.trim_end().len();
    Span { turn: turn.id, start: from as u32, end: to as u32 }
}
