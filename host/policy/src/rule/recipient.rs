//! Recipients: who is told, or takes over.

use crate::{
    document::Text,
    format::RECIPIENTS,
    limits::NAME_BYTES_MAX,
    nearest::Nearest,
    problem::{ProblemKind, Problems},
};

/// The recipient, if it is written in one of the known ways.
pub(crate) fn check(written: Text, problems: &mut Problems) -> Option<String> {
    let known = |form: &str| match form.strip_suffix(':') {
        Some(_) => written.text.strip_prefix(form).is_some_and(is_id),
        None => written.text == form,
    };
    if RECIPIENTS.iter().any(|recipient| known(recipient.form)) {
        return Some(written.text);
    }
    let forms = RECIPIENTS.map(|recipient| recipient.form);
    let kind = written.text.split_inclusive(':').next().unwrap_or_default();
    let by_kind = forms.iter().any(|form| form.ends_with(':') && written.text.starts_with(form));
    let nearest = match by_kind {
        true => Nearest::of("", []),
        false => Nearest::of(&written.text, forms).or(Nearest::of(kind, forms)),
    };
    problems.add(written.spot.problem(&ProblemKind::Recipient { found: written.text.clone(), nearest }));
    None
}

/// Whether this can be the id of a person, role or roster.
pub(crate) fn is_id(id: &str) -> bool {
    let letters = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
    !id.is_empty() && id.len() <= NAME_BYTES_MAX && id.chars().all(letters)
}
