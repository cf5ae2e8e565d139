//! Gathering: every table of a pack and of the packs it includes, those included first.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::shelf::Shelf;
use crate::{
    document::{self, Entry, Node, Source, Text},
    fields::{self, Fields},
    format::Table,
    lang::Both,
    limits::{FILE_BYTES_MAX, FILES_MAX, FOLDERS_MAX},
    problem::{Place, Problem, ProblemKind, Problems},
};

const PACK_FILE: &str = "pack.toml";

/// What was found, in the order it counts.
#[derive(Default)]
pub(super) struct Gathered {
    /// The pack's own name.
    pub(super) name: Option<Text>,
    pub(super) params: Vec<Entry>,
    /// The pack's own come before those it includes.
    pub(super) sets: Vec<Node>,
    /// When only a pause or a rollback may change what decides.
    pub(super) freezes: Vec<Node>,
    /// The tables any file may hold, each kind in the order they were read.
    pub(super) lists: BTreeMap<&'static str, Vec<Node>>,
    /// What the outermost pack that says so says of cases.
    pub(super) casework: Option<Node>,
    pub(super) sources: Vec<Arc<Source>>,
    /// A file could not be read: what it may hold cannot be missed elsewhere.
    pub(super) incomplete: bool,
}

/// Gathers the pack in a folder.
pub(super) fn gather(shelf: &Shelf, root: &Path, problems: &mut Problems) -> Gathered {
    let mut gatherer =
        Gatherer { shelf, root, within: Vec::new(), done: BTreeSet::new(), gathered: Gathered::default(), problems };
    gatherer.folder("", None);
    gatherer.gathered
}

struct Gatherer<'a> {
    shelf: &'a Shelf,
    root: &'a Path,
    /// The folders that include this one.
    within: Vec<PathBuf>,
    done: BTreeSet<PathBuf>,
    gathered: Gathered,
    problems: &'a mut Problems,
}

impl Gatherer<'_> {
    /// Reads a folder, named from the pack's; `include` is the place that asked for it.
    fn folder(&mut self, folder: &str, include: Option<&Text>) {
        let said = |kind: fn(String) -> ProblemKind| include.map(|text| text.spot.problem(&kind(text.text.clone())));
        let identity = self.shelf.identity(&self.path(folder));
        if self.within.contains(&identity) {
            self.problems.found(said(|folder| ProblemKind::IncludeCycle { folder }));
            return;
        }
        if !self.done.insert(identity.clone()) {
            return;
        }
        if self.done.len() > FOLDERS_MAX {
            let what = Both { zh: "引用的文件夹", en: "included folders" };
            let many = ProblemKind::TooMany { what, max: FOLDERS_MAX };
            self.problems.found(include.map(|text| text.spot.problem(&many)));
            return;
        }
        let names = self.shelf.names(&self.path(folder)).unwrap_or_default();
        if !names.iter().any(|name| name == PACK_FILE) {
            self.gathered.incomplete = true;
            let missing = said(|folder| ProblemKind::IncludeMissing { folder });
            self.problems.add(missing.unwrap_or_else(|| self.about(folder, PACK_FILE, &ProblemKind::NoPackFile {})));
            return;
        }
        self.within.push(identity);
        self.pack_file(folder);
        self.within.pop();
        if names.len() > FILES_MAX {
            let what = Both { zh: "文件", en: "files" };
            let many = ProblemKind::TooMany { what, max: FILES_MAX };
            self.problems.add(self.about(folder, PACK_FILE, &many));
        }
        for name in names.iter().filter(|name| *name != PACK_FILE).take(FILES_MAX) {
            self.other_file(folder, name);
        }
    }

    /// `pack.toml`: its includes first, then what it says itself.
    fn pack_file(&mut self, folder: &str) {
        let Some(file) = self.read(folder, PACK_FILE) else { return };
        let Some(fields) = Fields::open(&file, Table::Pack, self.problems) else { return };
        for include in fields.texts("include", self.problems) {
            if include.text.starts_with('/') || Path::new(&include.text).is_absolute() {
                let outside = ProblemKind::IncludeOutside { folder: include.text.clone() };
                self.problems.add(include.spot.problem(&outside));
            } else {
                self.folder(&joined(folder, &include.text), Some(&include));
            }
        }
        self.gathered.name = fields.name("name", self.problems);
        if let Some(params) = fields.get("params") {
            let expected = Both { zh: "表", en: "a table" };
            match params.entries() {
                Some(entries) => self.gathered.params.extend_from_slice(entries),
                None => {
                    let wrong = ProblemKind::WrongType { expected, found: params.form() };
                    self.problems.add(params.spot.problem(&wrong));
                }
            }
        }
        let sets = fields.tables("param-set", self.problems);
        self.gathered.sets.splice(0..0, sets.iter().cloned());
        self.gathered.freezes.extend_from_slice(fields.tables("freeze", self.problems));
        for table in Table::LISTS {
            let found = fields.tables(table.word(), self.problems);
            self.gathered.lists.entry(table.word()).or_default().extend_from_slice(found);
        }
        if let Some(casework) = fields.get("casework") {
            self.gathered.casework = Some(casework.clone());
        }
    }

    /// Any other file: lists of tables only.
    fn other_file(&mut self, folder: &str, name: &str) {
        let Some(file) = self.read(folder, name) else { return };
        for entry in file.entries().unwrap_or_default() {
            let elsewhere = ["name", "include", "params", "param-set", "freeze", "casework"]
                .into_iter()
                .find(|key| *key == entry.key);
            match elsewhere {
                Some(key) => self.problems.add(entry.spot.problem(&ProblemKind::Elsewhere { key })),
                None => fields::check_key(&entry.key, &entry.spot, Table::Pack, self.problems),
            }
        }
        for table in Table::LISTS {
            let Some(list) = file.get(table.word()) else { continue };
            match list.elements() {
                Some(found) => self.gathered.lists.entry(table.word()).or_default().extend_from_slice(found),
                None => {
                    let expected = Both { zh: "`[[…]]`（双方括号）", en: "`[[…]]` with two brackets" };
                    let wrong = ProblemKind::WrongType { expected, found: list.form() };
                    self.problems.add(list.spot.problem(&wrong));
                }
            }
        }
    }

    fn read(&mut self, folder: &str, name: &str) -> Option<Node> {
        let file = self.source(folder, name).and_then(|source| {
            self.gathered.sources.push(Arc::clone(&source));
            document::parse(&source, self.problems)
        });
        self.gathered.incomplete |= file.is_none();
        file
    }

    fn source(&mut self, folder: &str, name: &str) -> Option<Arc<Source>> {
        let path = self.path(folder).join(name);
        let text = match self.shelf.read(&path) {
            Ok(bytes) if bytes.len() > FILE_BYTES_MAX => Err(ProblemKind::TooBig { max: FILE_BYTES_MAX }),
            Ok(bytes) => String::from_utf8(bytes).map_err(|_| ProblemKind::NotUtf8 {}),
            Err(error) => Err(ProblemKind::Unreadable { why: error.to_string() }),
        };
        match text {
            Ok(text) => {
                let name = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                Some(Arc::new(Source { name, path: path.to_string_lossy().into_owned(), text }))
            }
            Err(kind) => {
                self.problems.add(self.about(folder, name, &kind));
                None
            }
        }
    }

    /// A problem with a file as a whole.
    fn about(&self, folder: &str, name: &str, kind: &ProblemKind) -> Problem {
        let file = self.path(folder).join(name).to_string_lossy().into_owned();
        Problem::new(Place { file, line: 1, column: 1 }, kind)
    }

    /// The path of a folder, as short as it can be told without asking the disk.
    fn path(&self, folder: &str) -> PathBuf {
        let ups = folder.split('/').take_while(|part| *part == "..").count();
        let names = self.root.components().rev().take(ups);
        if names.clone().all(|part| matches!(part, std::path::Component::Normal(_))) && names.count() == ups {
            let below: PathBuf = folder.split('/').skip(ups).collect();
            return self.root.ancestors().nth(ups).map_or_else(|| self.root.join(folder), |root| root.join(below));
        }
        self.root.join(folder)
    }
}

/// The folder `include` means when it is written in `folder`.
fn joined(folder: &str, include: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(include.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_folder_has_one_name() {
        for (folder, include, expected) in [
            ("", "../base", "../base"),
            ("../base", "../common", "../common"),
            ("../base", "./sub/", "../base/sub"),
            ("../base", "../../x", "../../x"),
            ("sub", "..", ""),
        ] {
            assert_eq!(joined(folder, include), expected);
        }
    }
}
