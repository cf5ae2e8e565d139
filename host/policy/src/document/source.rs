//! The text of a file, and places in it.

use std::{fmt, sync::Arc};

use crate::problem::{Place, Problem, ProblemKind};

/// A file of a pack.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the pack's folder: the same on every machine.
    pub(crate) name: String,
    /// Its path as a person finds it.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

/// A place in a file.
#[derive(Clone)]
pub(crate) struct Spot {
    source: Arc<Source>,
    offset: usize,
}

impl Spot {
    pub(crate) fn new(source: &Arc<Source>, offset: usize) -> Self {
        Spot { source: Arc::clone(source), offset: offset.min(source.text.len()) }
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// This many bytes further on.
    pub(crate) fn moved(&self, by: usize) -> Self {
        Spot::new(&self.source, self.offset + by)
    }

    /// The file from here on.
    pub(crate) fn rest(&self) -> &str {
        self.source.text.get(self.offset..).unwrap_or_default()
    }

    /// The problem, here.
    pub(crate) fn problem(&self, kind: &ProblemKind) -> Problem {
        Problem::new(self.place(), kind)
    }

    /// File, line and column, for a person.
    pub(crate) fn place(&self) -> Place {
        let before = self.source.text.get(..self.offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Place {
            file: self.source.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// `file:line` from the pack's folder.
    pub(crate) fn named_line(&self) -> String {
        format!("{}:{}", self.source.name, self.place().line)
    }
}

impl fmt::Debug for Spot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.place(), out)
    }
}
