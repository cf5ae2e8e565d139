//! Fixtures in files: `name.in.json` is a question, `name.out.json` its answer.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sandbox::{Component, SandboxError, fixture};
use serde_json::Value as Json;

use crate::failure::Failure;

const QUESTION: &str = ".in.json";
const ANSWER: &str = ".out.json";

/// The fixtures of a folder, in the order of their names.
pub struct Fixtures(pub(crate) Vec<File>);

/// One question.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) question_path: PathBuf,
    pub(crate) question: Json,
}

impl Fixtures {
    /// Reads the questions; there must be one.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let entries = fs::read_dir(folder).map_err(|_| Failure::NoFixtures(folder.to_owned()))?;
        let mut files = Vec::new();
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let Some(name) = name.strip_suffix(QUESTION) {
                files.push(File { name: name.to_owned(), question: read(&path)?, question_path: path });
            }
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        if files.is_empty() { Err(Failure::NoFixtures(folder.to_owned())) } else { Ok(Fixtures(files)) }
    }
}

impl File {
    /// Where its answer stands.
    pub(crate) fn answer_path(&self) -> PathBuf {
        self.question_path.with_file_name(format!("{}{ANSWER}", self.name))
    }

    /// What it says the answer is; nothing where nobody has said so.
    pub(crate) fn expected(&self) -> Result<Option<Json>, Failure> {
        let path = self.answer_path();
        if path.exists() { read(&path).map(Some) } else { Ok(None) }
    }

    /// What the component answers.
    pub(crate) fn answer(&self, component: &Component) -> Result<Json, Failure> {
        fixture::answer(component, &self.question).map_err(|error| self.wrong(&error))
    }

    /// The question with the plugin that its settings make; nothing where they are not accepted, as some fixtures want.
    pub(crate) fn asked(&self, component: &Component) -> Result<Option<(fixture::Guest, fixture::Fixture)>, Failure> {
        let question =
            fixture::Fixture::read(component.manifest(), &self.question).map_err(|error| self.wrong(&error))?;
        match fixture::Guest::new(component, question.settings()) {
            Ok(guest) => Ok(Some((guest, question))),
            Err(SandboxError::Configure { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn wrong(&self, reason: &dyn std::fmt::Display) -> Failure {
        Failure::Fixture { path: self.question_path.clone(), reason: reason.to_string() }
    }
}

fn read(path: &Path) -> Result<Json, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    serde_json::from_str(&text).map_err(|error| Failure::Fixture { path: path.to_owned(), reason: error.to_string() })
}
