//! Which utterances are one script, and how often each script was said.

use crate::utterance::{Utterance, Utterances};
use crate::words::{self, Token};

/// Counts in halves: a script said in full counts two, broken off one.
pub(crate) type Halves = u32;

const SAID: Halves = 2;
const BROKEN_OFF: Halves = 1;

/// A broken-off script must show this many tokens before it is taken for one.
const BROKEN_OFF_TOKENS_MIN: usize = 3;

/// How an utterance says its script again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    WordForWord,
    Paraphrased,
    CutShort,
}

/// One utterance of a script.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saying {
    pub(crate) utterance: usize,
    pub(crate) form: Form,
}

/// A script: utterances that say the same.
#[derive(Debug)]
pub(crate) struct Script {
    /// What the others are compared with.
    model: usize,
    pub(crate) sayings: Vec<Saying>,
}

impl Script {
    pub(crate) fn said(&self) -> Halves {
        let halves = |saying: &Saying| if saying.form == Form::CutShort { BROKEN_OFF } else { SAID };
        self.sayings.iter().map(halves).sum()
    }

    pub(crate) fn said_word_for_word(&self) -> u32 {
        self.sayings.iter().filter(|saying| saying.form == Form::WordForWord).count() as u32
    }
}

/// The most often said script: its sentences, in the order of the window, and how often they were said as a whole.
///
/// Sentences that were said in exactly the same turns are one script; where the last turn broke off, one of
/// them counts half a time less, and that is the count of the whole. Of scripts said equally often, the latest.
pub(crate) fn most_said(all: &Utterances, scripts: &[Script]) -> Option<(Vec<usize>, Halves)> {
    let most = (0..scripts.len()).max_by_key(|script| scripts[*script].said())?;
    let turns = |script: usize| scripts[script].sayings.iter().map(|saying| all.list[saying.utterance].turn);
    let sentences: Vec<usize> = (0..scripts.len()).filter(|script| turns(*script).eq(turns(most))).collect();
    let said = sentences.iter().map(|sentence| scripts[*sentence].said()).min()?;
    Some((sentences, said))
}

/// All scripts of a window, each with the utterances that say it, in their order.
pub(crate) fn scripts(all: &Utterances, similarity_percent: u32) -> Vec<Script> {
    let mut scripts: Vec<Script> = Vec::with_capacity(16);
    for (at, utterance) in all.list.iter().enumerate().filter(|(_, utterance)| utterance.informative) {
        let same = scripts.iter_mut().find(|script| {
            let model = &all.list[script.model];
            is_same(all, model, utterance, similarity_percent)
        });
        match same {
            Some(script) => join(all, script, at),
            None => {
                scripts.push(Script { model: at, sayings: vec![Saying { utterance: at, form: Form::WordForWord }] })
            }
        }
    }
    join_broken_off(all, &mut scripts);
    scripts
}

/// Once in a turn: a list of like sentences is a list, not a script said again.
fn join(all: &Utterances, script: &mut Script, at: usize) {
    let (model, utterance) = (&all.list[script.model], &all.list[at]);
    if script.sayings.last().is_some_and(|saying| all.list[saying.utterance].turn == utterance.turn) {
        return;
    }
    let word_for_word = model.figures == utterance.figures && all.tokens(model) == all.tokens(utterance);
    let form = if word_for_word { Form::WordForWord } else { Form::Paraphrased };
    script.sayings.push(Saying { utterance: at, form });
}

/// What was left unfinished, before or after the script was said in full.
fn join_broken_off(all: &Utterances, scripts: &mut Vec<Script>) {
    let unfinished = all.list.iter().enumerate().filter(|(_, utterance)| !utterance.complete);
    for (at, utterance) in unfinished {
        let Some(whole) = scripts
            .iter()
            .position(|script| script.model != at && is_broken_off(all, utterance, &all.list[script.model]))
        else {
            continue;
        };
        let saying = Saying { utterance: at, form: Form::CutShort };
        let sayings = &mut scripts[whole].sayings;
        if sayings.iter().any(|saying| all.list[saying.utterance].turn == utterance.turn) {
            continue;
        }
        let place = sayings.partition_point(|saying| saying.utterance < at);
        sayings.insert(place, saying);
        scripts.retain(|script| script.model != at);
    }
}

fn is_same(all: &Utterances, one: &Utterance, other: &Utterance, similarity_percent: u32) -> bool {
    let total = one.weight + other.weight;
    let enough = |shared: u32| shared * 100 >= similarity_percent * total;
    // What is certainly not shared, before the tokens are looked at: most pairs end here.
    let apart =
        words::WEIGHTY_MIN * (one.weighty ^ other.weighty).count_ones() + (one.plain ^ other.plain).count_ones();
    let shared_max = total.saturating_sub(apart).min(2 * one.weight.min(other.weight));
    one.denies == other.denies
        && enough(shared_max)
        && enough(shared(all.tokens(one), all.tokens(other)))
        && !is_broken_off(all, one, other)
        && !is_broken_off(all, other, one)
}

/// The weight of what the two have in common, counted on both sides.
fn shared(one: &[Token], other: &[Token]) -> u32 {
    let mut found_in_one = 0_u64;
    let mut weight = 0;
    for token in other {
        let mut found = false;
        for (place, candidate) in one.iter().enumerate() {
            let equal = candidate == token;
            found |= equal;
            found_in_one |= u64::from(equal) << place;
        }
        weight += if found { words::weight(*token) } else { 0 };
    }
    let on_the_other_side = one.iter().enumerate().filter(|(place, _)| found_in_one >> place & 1 == 1);
    weight + on_the_other_side.map(|(_, token)| words::weight(*token)).sum::<u32>()
}

/// Whether `part` was not brought to its end and begins as `whole` does; its last token may be half a word.
fn is_broken_off(all: &Utterances, part: &Utterance, whole: &Utterance) -> bool {
    if part.complete {
        return false;
    }
    let (part, whole) = (all.tokens(part), all.tokens(whole));
    let long_enough = part.len() >= BROKEN_OFF_TOKENS_MIN && part.len() < whole.len();
    long_enough && part[..part.len() - 1] == whole[..part.len() - 1]
}
