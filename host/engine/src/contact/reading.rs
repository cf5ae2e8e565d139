//! A reading: what an analyzer says of one text.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{absence::Abstention, fact::Speaker};

/// What an analyzer says of one text.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// -1 (bad) to 1 (good), where it measures that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<f32>,
    /// What it noticed, each with a confidence of 0 to 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(Arc<str>, f32)>,
    /// The language, `zh` or `en`, where it knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A text to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Who said or wrote it.
    pub speaker: Speaker,
    /// The words.
    pub text: Arc<str>,
}

/// What came of asking an analyzer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadingAnswer {
    /// It read the text.
    Read(Reading),
    /// It did not.
    Abstained(Abstention),
}
