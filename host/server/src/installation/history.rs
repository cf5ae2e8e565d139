//! The installations there were: each with the text it was made of and the versions of its plugins, so that it can be
//! had again.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use sandbox::{Component, Sandbox};
use serde::{Deserialize, Serialize};

use super::approval::{self, Approvals};

/// Installations that are kept: a year of changes twice a month.
const KEPT_MAX: usize = 24;

/// One installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Counted from 1.
    pub(crate) number: u32,
    /// Since when, RFC 3339.
    pub(crate) time: String,
    /// What it came of.
    pub(crate) how: How,
    /// Who asked for it, where somebody did.
    pub(crate) by: Option<String>,
    /// The digest of `connectors.toml` as it stood then.
    pub(super) file: String,
    /// The text it was made of: the file's, or that of the installation it went back to.
    pub(super) text: String,
    /// Its connectors by id.
    pub(crate) connectors: BTreeMap<String, Installed>,
}

/// What an installation came of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum How {
    /// The server started.
    Started,
    /// Somebody asked for it.
    Reloaded,
    /// The file was written.
    Written,
    /// A version was approved for this connector.
    Approved(String),
    /// Somebody went back to this installation.
    RolledBack(u32),
}

/// A connector and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Installed {
    pub(crate) plugin: String,
    pub(crate) version: String,
    pub(crate) digest: String,
}

/// What a tenant's folder keeps of its connectors.
pub(super) struct Kept {
    folder: PathBuf,
    pub(super) entries: Vec<Entry>,
    pub(super) approvals: Approvals,
}

impl Entry {
    /// The versions of its plugins, by connector.
    pub(super) fn pins(&self) -> BTreeMap<String, String> {
        self.connectors.iter().map(|(id, one)| (id.clone(), one.digest.clone())).collect()
    }
}

impl How {
    /// Its word, and what it was about.
    pub(crate) fn word(&self) -> (&'static str, Option<String>) {
        match self {
            How::Started => ("started", None),
            How::Reloaded => ("reloaded", None),
            How::Written => ("written", None),
            How::Approved(connector) => ("approved", Some(connector.clone())),
            How::RolledBack(number) => ("rolled-back", Some(number.to_string())),
        }
    }
}

impl Kept {
    /// Reads the folder; one that is not there holds nothing.
    pub(super) fn read(folder: PathBuf) -> io::Result<Self> {
        let entries = match fs::read(folder.join("history.json")) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let approvals = approval::read(&folder.join("approvals.json"))?;
        Ok(Kept { folder, entries, approvals })
    }

    /// Writes a further installation and what is approved now; `waiting` are digests that may be needed, too.
    pub(super) fn add(&mut self, entry: Entry, approvals: Approvals, waiting: &[&str]) -> io::Result<()> {
        let mut entries = self.entries.clone();
        entries.push(entry);
        entries.drain(..entries.len().saturating_sub(KEPT_MAX));
        self.write("history.json", &entries)?;
        self.approve(approvals)?;
        self.entries = entries;
        self.forget(waiting)
    }

    /// Writes what is approved now.
    pub(super) fn approve(&mut self, approvals: Approvals) -> io::Result<()> {
        self.write("approvals.json", &approvals)?;
        self.approvals = approvals;
        Ok(())
    }

    /// Keeps a component's file under its digest. The same component may have been signed since: the digest leaves
    /// signatures out.
    pub(super) fn keep(&self, digest: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.component(digest);
        if fs::read(&path).is_ok_and(|kept| kept == bytes) {
            return Ok(());
        }
        fs::create_dir_all(self.folder.join("components"))?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }

    /// Loads a component that was kept; it must be the one.
    ///
    /// # Errors
    /// A sentence for a person.
    pub(super) fn load(&self, sandbox: &Sandbox, digest: &str) -> Result<Component, String> {
        let component = sandbox.load_file(&self.component(digest)).map_err(|error| format!("failed to {error}"))?;
        let is_it = component.digest().to_string() == digest;
        is_it.then_some(component).ok_or_else(|| format!("the component kept as {digest} is another one"))
    }

    fn component(&self, digest: &str) -> PathBuf {
        self.folder.join("components").join(format!("{digest}.wasm"))
    }

    /// Takes away components that nothing kept needs.
    fn forget(&self, waiting: &[&str]) -> io::Result<()> {
        let installed = self.entries.iter().flat_map(|entry| entry.connectors.values());
        let approved = self.approvals.values().map(|approval| approval.digest.as_str());
        let needed: Vec<&str> =
            installed.map(|one| one.digest.as_str()).chain(approved).chain(waiting.iter().copied()).collect();
        let files = match fs::read_dir(self.folder.join("components")) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for file in files {
            let path = file?.path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            if !needed.contains(&name) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// Whoever reads meanwhile sees the old file or the new one.
    fn write(&self, name: &str, value: &impl Serialize) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        // A temporary file is its owner's alone.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(Path::new(&self.folder).join(name))?;
        Ok(())
    }
}
