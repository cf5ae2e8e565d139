//! Why the demo broke off; every text fits "failed to …".

use std::{io, path::PathBuf, time::Duration};

/// See the module.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("read or write {path}: {source}", path = path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("understand {path}: {problem}", path = path.display())]
    Text { path: PathBuf, problem: String },
    #[error("start {0}: {1}")]
    Start(String, io::Error),
    #[error("bring the server up: it {0}")]
    Server(String),
    #[error("reach the server at {0}: {1}")]
    Reach(String, String),
    #[error("get what was asked of {path}: the answer was {status}: {body}")]
    Answer { path: String, status: u16, body: String },
    #[error("see {what}: it did not come within {within:?}")]
    NotCome { what: String, within: Duration },
    #[error("see {what}: {found}")]
    Other { what: String, found: String },
    #[error("go on: it was told to stop")]
    Stopped,
}

impl Failure {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Failure::File { path, source }
    }

    pub(crate) fn other(what: &str, found: impl ToString) -> Self {
        Failure::Other { what: what.to_owned(), found: found.to_string() }
    }
}
