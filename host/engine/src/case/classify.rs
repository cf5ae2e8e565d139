//! Classification: which category of the taxonomy a complaint speaks for.
//!
//! Words of the pack count each time they are said, up to three times, longer ones more; a label of an analyzer that
//! is a category, or that a category lists, counts by its confidence. The best category wins, the earlier of equals.

use std::sync::Arc;

use crate::rule::{Casework, Category, UNCLASSIFIED};

/// How often one word counts.
const SAID_MAX: usize = 3;
/// What a label at full confidence counts: as much as three long words.
const LABEL_WEIGHT: f32 = 12.0;
/// Names of what spoke for a category, at most.
const BECAUSE_MAX: usize = 8;

/// A category, how sure it is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// The category; [`UNCLASSIFIED`] where none is sure enough.
    pub category: String,
    /// In hundredths: how much of what was found speaks for it.
    pub confidence: u32,
    /// The pack's words and labels that were found.
    pub because: Vec<String>,
}

/// Classifies a complaint.
pub fn classify(casework: &Casework, text: &str, labels: &[(Arc<str>, f32)]) -> Classified {
    let text = text.to_lowercase();
    let scored = casework.categories.iter().map(|category| (category, score(category, &text, labels)));
    let mut best: Option<(&Category, u32, Vec<String>)> = None;
    let mut total = 0;
    for (category, (points, because)) in scored {
        total += points;
        if points > 0 && best.as_ref().is_none_or(|(_, most, _)| points > *most) {
            best = Some((category, points, because));
        }
    }
    let Some((category, points, because)) = best else { return unclassified(0) };
    let confidence = points * 100 / total.max(1);
    if confidence < casework.confidence_min {
        return unclassified(confidence);
    }
    Classified { category: category.id.clone(), confidence, because }
}

fn unclassified(confidence: u32) -> Classified {
    Classified { category: UNCLASSIFIED.to_owned(), confidence, because: Vec::new() }
}

fn score(category: &Category, text: &str, labels: &[(Arc<str>, f32)]) -> (u32, Vec<String>) {
    let mut points = 0;
    let mut because = Vec::new();
    for word in &category.words {
        let said = count(text, word).min(SAID_MAX) as u32;
        if said > 0 {
            points += said * weight(word);
            because.push(word.clone());
        }
    }
    for (label, confidence) in labels {
        if **label == *category.id || category.labels.iter().any(|known| **known == **label) {
            points += (confidence.clamp(0.0, 1.0) * LABEL_WEIGHT) as u32;
            because.push(label.to_string());
        }
    }
    because.truncate(BECAUSE_MAX);
    (points, because)
}

/// A longer word says more: two for one word or two ideographs, up to four.
fn weight(word: &str) -> u32 {
    let ideographs = word.chars().filter(|letter| !letter.is_ascii()).count();
    let words = word.split_ascii_whitespace().count();
    (ideographs.max(words + 1).clamp(2, 4)) as u32
}

/// How often a word stands in a text; Latin words stand between what is no letter.
fn count(text: &str, word: &str) -> usize {
    let ends = |byte: Option<u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let (first, last) = (word.as_bytes().first().copied(), word.as_bytes().last().copied());
    let whole = |start: usize| {
        let before = start.checked_sub(1).map(|place| text.as_bytes()[place]);
        let after = text.as_bytes().get(start + word.len()).copied();
        (ends(first) || ends(before)) && (ends(last) || ends(after))
    };
    if word.is_empty() { 0 } else { text.match_indices(word).filter(|(start, _)| whole(*start)).count() }
}
