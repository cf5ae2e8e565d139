//! Problems: where, what is wrong, what was expected, what to do; all of a pack at once, in two languages.

mod kind;

pub(crate) use kind::ProblemKind;

use std::fmt;

use crate::lang::Lang;

/// A place in a file; line and column are counted from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One problem. Shown in English; [`Problem::text`] knows both languages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// The kind of problem in one word, for programs.
    pub kind: &'static str,
    /// What is wrong and what to do, in Chinese.
    pub zh: String,
    /// What is wrong and what to do, in English.
    pub en: String,
}

impl Problem {
    pub(crate) fn new(place: Place, kind: &ProblemKind) -> Self {
        Problem { place, kind: kind.word(), zh: kind.text(Lang::Zh), en: kind.text(Lang::En) }
    }

    /// `file:line:column: what is wrong`.
    pub fn text(&self, lang: Lang) -> String {
        let what = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        format!("{}: {what}", self.place)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text(Lang::En))
    }
}

/// Every problem of a pack, sorted by file and line.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    pub(crate) fn add(&mut self, problem: Problem) {
        self.found.push(problem);
    }

    pub(crate) fn found(&mut self, problem: Option<Problem>) {
        self.found.extend(problem);
    }

    pub(crate) fn sorted(mut self) -> Self {
        self.found.sort();
        self.found.dedup();
        self
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether all is well.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.found.iter()
    }

    /// One a line.
    pub fn text(&self, lang: Lang) -> String {
        self.found.iter().map(|problem| problem.text(lang)).collect::<Vec<_>>().join("\n")
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for Problems {}
