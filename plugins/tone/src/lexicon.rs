//! Finds the phrases of both languages in a text: one array, sorted when the plugin is compiled, so that a fresh
//! instance has nothing to build.
//!
//! An English phrase stands between word boundaries; with `*` at its end any ending may follow.

use crate::label::Label;
use crate::words::{en, zh};

/// What a phrase tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// How good or bad, in tenths; and how good or bad once it is denied.
    Feeling(i8, i8),
    /// What follows is denied.
    Denial,
    /// What follows counts more.
    More,
    /// What follows counts less.
    Less,
    /// What follows counts more than what came before.
    But,
    /// A label, with a confidence in hundredths, and a feeling in tenths.
    Says(Label, u8, i8),
    /// Two labels with the same confidence.
    SaysBoth(Label, Label, u8, i8),
    /// A wish: something may follow that is wanted.
    Wish,
    /// What can be wished for: a label, with a confidence alone and one after a wish.
    Wished(Label, u8, u8),
    /// What the agent will do, some words before what is done.
    Will,
    /// What an agent can promise: with a confidence alone and one after a will.
    Promised(u8, u8),
    /// Nothing by itself; it keeps its parts from telling something else.
    Nothing,
}

/// Phrases that tell the same, with commas between them.
pub(crate) struct Group(pub(crate) Meaning, pub(crate) &'static str);

#[derive(Clone, Copy)]
struct Entry {
    text: &'static str,
    /// The longest other entry that this one begins with, by its place; its own place where there is none.
    within: u16,
    meaning: Meaning,
}

const COUNT: usize = count(zh::GROUPS) + count(en::GROUPS);
static ENTRIES: [Entry; COUNT] = linked(sorted(collected()));
/// Where the entries of each first byte begin, so that a search looks at a few.
static BEGINS: [u16; 257] = begins();

/// The longest phrase at `at`: what it tells and where it ends. `at` is the start of a word or of an ideograph.
pub(crate) fn find(text: &str, at: usize) -> Option<(Meaning, usize)> {
    let rest = text.as_bytes().get(at..)?;
    let first = usize::from(*rest.first()?);
    let (begin, end) = (usize::from(BEGINS[first]), usize::from(BEGINS[first + 1]));
    let place = begin + ENTRIES[begin..end].partition_point(|entry| stem(entry.text) <= rest);
    let mut place = place.checked_sub(1).filter(|place| *place >= begin)?;
    // Every phrase that the rest begins with is the beginning of this one.
    loop {
        let entry = &ENTRIES[place];
        if rest.starts_with(stem(entry.text))
            && let Some(length) = ends(entry.text, rest)
        {
            return Some((entry.meaning, at + length));
        }
        if usize::from(entry.within) == place {
            return None;
        }
        place = usize::from(entry.within);
    }
}

/// Whether a byte belongs to an English word.
pub(crate) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'\''
}

/// Where the phrase ends, if it may end there.
fn ends(phrase: &str, rest: &[u8]) -> Option<usize> {
    let stem = stem(phrase);
    let tail = rest[stem.len()..].iter().take_while(|byte| is_of_word(**byte)).count();
    let is_open = stem.len() < phrase.len() || !stem.last().is_some_and(|byte| is_of_word(*byte));
    if is_open && stem.last().is_some_and(u8::is_ascii) {
        Some(stem.len() + tail)
    } else {
        (is_open || tail == 0).then_some(stem.len())
    }
}

/// The phrase without its `*`.
const fn stem(phrase: &str) -> &[u8] {
    match phrase.as_bytes() {
        [stem @ .., b'*'] => stem,
        whole => whole,
    }
}

const fn count(groups: &'static [Group]) -> usize {
    let (mut sum, mut group) = (0, 0);
    while group < groups.len() {
        let mut rest = groups[group].1.as_bytes();
        while !rest.is_empty() {
            rest = split(rest).1;
            sum += 1;
        }
        group += 1;
    }
    sum
}

/// The first phrase of a list, and the rest of the list.
const fn split(list: &'static [u8]) -> (&'static [u8], &'static [u8]) {
    let mut comma = 0;
    while comma < list.len() && list[comma] != b',' {
        comma += 1;
    }
    let (phrase, mut rest) = list.split_at(comma);
    while let [b',' | b' ', more @ ..] = rest {
        rest = more;
    }
    (phrase, rest)
}

const fn collected() -> [Entry; COUNT] {
    let mut entries = [Entry { text: "", within: 0, meaning: Meaning::Nothing }; COUNT];
    let languages = [zh::GROUPS, en::GROUPS];
    let (mut place, mut language) = (0, 0);
    while language < languages.len() {
        let mut group = 0;
        while group < languages[language].len() {
            let Group(meaning, phrases) = &languages[language][group];
            let mut rest = phrases.as_bytes();
            while !rest.is_empty() {
                let (phrase, more) = split(rest);
                // Cut at commas, which are characters of their own.
                let Ok(text) = str::from_utf8(phrase) else { panic!("a phrase is UTF-8") };
                entries[place] = Entry { text, within: 0, meaning: *meaning };
                (place, rest) = (place + 1, more);
            }
            group += 1;
        }
        language += 1;
    }
    entries
}

/// A heap sort: the compiler runs it, and gives no other.
const fn sorted(mut entries: [Entry; COUNT]) -> [Entry; COUNT] {
    let mut start = COUNT / 2;
    while start > 0 {
        start -= 1;
        entries = sifted(entries, start, COUNT);
    }
    let mut end = COUNT;
    while end > 1 {
        end -= 1;
        entries.swap(0, end);
        entries = sifted(entries, 0, end);
    }
    entries
}

const fn sifted(mut entries: [Entry; COUNT], mut root: usize, end: usize) -> [Entry; COUNT] {
    while 2 * root + 1 < end {
        let mut child = 2 * root + 1;
        if child + 1 < end && is_before(entries[child].text, entries[child + 1].text) {
            child += 1;
        }
        if !is_before(entries[root].text, entries[child].text) {
            break;
        }
        entries.swap(root, child);
        root = child;
    }
    entries
}

const fn is_before(one: &str, other: &str) -> bool {
    let (one, other) = (stem(one), stem(other));
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return one[at] < other[at];
        }
        at += 1;
    }
    one.len() < other.len()
}

const fn linked(mut entries: [Entry; COUNT]) -> [Entry; COUNT] {
    let mut place = 0;
    while place < COUNT {
        entries[place].within = place as u16;
        if place > 0 {
            let mut before = place - 1;
            loop {
                if begins_with(entries[place].text, entries[before].text) {
                    entries[place].within = before as u16;
                    break;
                }
                if entries[before].within as usize == before {
                    break;
                }
                before = entries[before].within as usize;
            }
        }
        place += 1;
    }
    entries
}

const fn begins_with(whole: &str, beginning: &str) -> bool {
    let (whole, beginning) = (stem(whole), stem(beginning));
    let mut at = 0;
    while at < beginning.len() {
        if at >= whole.len() || whole[at] != beginning[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn begins() -> [u16; 257] {
    let mut begins = [0; 257];
    let (mut byte, mut place) = (0, 0);
    while byte < 257 {
        while place < COUNT && (stem(ENTRIES[place].text)[0] as usize) < byte {
            place += 1;
        }
        begins[byte] = place as u16;
        byte += 1;
    }
    begins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrases_are_in_order_and_none_is_written_twice() {
        for pair in ENTRIES.windows(2) {
            assert!(stem(pair[0].text) < stem(pair[1].text), "{} and {}", pair[0].text, pair[1].text);
        }
    }

    #[test]
    fn phrases_are_written_as_texts_are_read() {
        for entry in &ENTRIES {
            assert_eq!(crate::reader::plain(entry.text), entry.text);
        }
    }

    #[test]
    fn the_longest_phrase_is_found() {
        let found = |text: &str| find(text, 0).map(|(_, end)| text[..end].to_owned());
        assert_eq!(found("不满意啊"), Some("不满意".to_owned()));
        assert_eq!(found("disappointingly so"), Some("disappointingly".to_owned()));
        assert_eq!(found("notable"), None);
    }
}
