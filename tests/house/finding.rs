//! What a check found: where, what, and what to write instead.

use std::fmt::{self, Display};

/// One place that does not keep a rule of the house.
#[derive(Debug)]
pub(crate) struct Finding {
    /// Relative to the repository.
    pub(crate) path: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// What stands there.
    pub(crate) found: String,
    /// What to do about it.
    pub(crate) instead: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, found: impl Into<String>, instead: impl Into<String>) -> Finding {
        Finding { path: path.into(), line, found: found.into(), instead: instead.into() }
    }
}

impl Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}: {}\n    {}", self.path, self.line, self.found, self.instead)
    }
}

/// Fails with all of them at once.
#[track_caller]
pub(crate) fn refuse(findings: impl IntoIterator<Item = Finding>) {
    let lines: Vec<String> = findings.into_iter().map(|finding| finding.to_string()).collect();
    assert!(lines.is_empty(), "{} to put right:\n{}", lines.len(), lines.join("\n"));
}

/// The lines and findings, for the tables that show what a check sees.
pub(crate) fn seen(findings: &[Finding]) -> Vec<(usize, &str)> {
    findings.iter().map(|finding| (finding.line, finding.found.as_str())).collect()
}
