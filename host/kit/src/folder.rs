//! An author's folder: `plugin.toml`, a source in one language, fixtures.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use sandbox::Manifest;

use crate::failure::Failure;

const MANIFEST: &str = "plugin.toml";

/// A language that plugins are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust, with the SDK.
    Rust,
    /// JavaScript, run by QuickJS.
    JavaScript,
    /// Python, run by CPython.
    Python,
}

impl Language {
    /// Every language, in the order people read them.
    pub const ALL: [Language; 3] = [Language::Rust, Language::JavaScript, Language::Python];

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::JavaScript => "js",
            Language::Python => "python",
        }
    }

    /// The file that says so.
    fn mark(self) -> &'static str {
        match self {
            Language::Rust => "Cargo.toml",
            Language::JavaScript => "plugin.js",
            Language::Python => "plugin.py",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Language::Rust => "Rust",
            Language::JavaScript => "JavaScript",
            Language::Python => "Python",
        })
    }
}

/// A plugin as its author keeps it.
#[derive(Debug)]
pub struct Folder {
    /// Where.
    pub path: PathBuf,
    /// In which language.
    pub language: Language,
    /// What it says of itself.
    pub manifest: Manifest,
    /// `plugin.toml` as it stands: it travels in the component.
    pub(crate) manifest_text: String,
}

impl Folder {
    /// Reads what is there.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let language = Language::ALL.into_iter().find(|language| path.join(language.mark()).is_file());
        let file = path.join(MANIFEST);
        let (Some(language), true) = (language, file.is_file()) else {
            return Err(Failure::NoPlugin(path.to_owned()));
        };
        let manifest_text = fs::read_to_string(&file).map_err(Failure::file(&file))?;
        let manifest =
            Manifest::parse(manifest_text.as_bytes()).map_err(|reason| Failure::Manifest { path: file, reason })?;
        Ok(Folder { path: path.to_owned(), language, manifest, manifest_text })
    }

    /// Where its component goes when nothing else is said.
    pub fn out(&self) -> PathBuf {
        self.path.join("target")
    }

    /// Where its fixtures are.
    pub fn fixtures(&self) -> PathBuf {
        self.path.join("fixtures")
    }
}
