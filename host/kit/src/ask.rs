//! `ask`: one question, one answer; what is in quarantine is asked again this way.

use std::path::Path;

use sandbox::{Component, fixture};
use serde_json::Value as Json;

use crate::failure::Failure;

/// What a component answers to the question in a file.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The answer, as fixtures write it.
    pub text: String,
    /// It answered: it neither abstained nor broke.
    pub answered: bool,
}

/// Asks a component what stands in a file, in the form of fixtures.
pub fn ask(component: &Component, question: &Path) -> Result<Asked, Failure> {
    let text = std::fs::read(question).map_err(Failure::file(question))?;
    let wrong = |reason: String| Failure::Fixture { path: question.to_owned(), reason };
    let question: Json = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    let answer = fixture::answer(component, &question).map_err(|error| wrong(error.to_string()))?;
    Ok(Asked { text: format!("{answer:#}\n"), answered: !broke(&answer) })
}

/// Whether an answer, or one of several, says that there is none.
fn broke(answer: &Json) -> bool {
    let says = |answer: &Json| ["abstained", "failed", "faults"].iter().any(|word| answer.get(word).is_some());
    let parts = answer.as_object().into_iter().flat_map(|fields| fields.values());
    says(answer) || parts.filter_map(Json::as_array).flatten().any(says)
}
