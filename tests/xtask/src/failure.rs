//! Why a command did not do its work; every text fits "failed to …".

use std::io;
use std::path::{Path, PathBuf};

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("read or write {path}: {source}", path = path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("start {program}: {source}")]
    Start { program: String, source: io::Error },
    #[error("run `{command}`: {status}")]
    Run { command: String, status: std::process::ExitStatus },
    #[error("find the suite of attacks among what cargo built")]
    NoSuite,
    #[error("understand `{0}`: the arguments are {1}")]
    Argument(String, &'static str),
}

impl Failure {
    /// Refuses any argument.
    pub(crate) fn unless_empty(arguments: &[String]) -> Result<(), Self> {
        arguments.first().map_or(Ok(()), |first| Err(Self::Argument(first.clone(), "none")))
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
