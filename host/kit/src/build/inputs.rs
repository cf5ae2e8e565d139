//! What a component is made of, as one digest: while it stays, there is nothing to build. And tools that are
//! installed once.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::wit;
use crate::{Workshop, failure::Failure, folder::Language, scaffold::SDK};

/// Parts of a folder that never reach the component.
const IGNORED: [&str; 5] = ["target", "fixtures", "README.md", ".gitignore", "__pycache__"];
/// Enough of a digest to tell one tool from another.
const NAME_BYTES: usize = 6;

/// The digest of a folder, the contract and the tool.
pub(super) fn digest(folder: &Path, tool: &str) -> Result<String, Failure> {
    let mut files = vec![];
    let entries = fs::read_dir(folder).map_err(Failure::file(folder))?;
    let mut below: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    below.sort();
    below.iter().try_for_each(|path| collect(path, &mut files))?;
    let mut hasher = Sha256::new();
    let mut take = |name: &[u8], bytes: &[u8]| {
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name);
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    take(b"tool", tool.as_bytes());
    SDK.iter()
        .filter(|(path, _)| path.starts_with(wit::FOLDER))
        .for_each(|(path, text)| take(path.as_bytes(), text.as_bytes()));
    for file in files {
        let bytes = fs::read(&file).map_err(Failure::file(&file))?;
        let name = file.strip_prefix(folder).unwrap_or(&file);
        take(name.as_os_str().as_encoded_bytes(), &bytes);
    }
    Ok(hex(&hasher.finalize()))
}

pub(super) fn unchanged(out: &Path, id: &str, digest: &str) -> bool {
    out.join(format!("{id}.wasm")).is_file() && fs::read_to_string(note(out, id)).is_ok_and(|noted| noted == digest)
}

pub(super) fn remember(out: &Path, id: &str, digest: &str) -> Result<(), Failure> {
    let note = note(out, id);
    fs::write(&note, digest).map_err(Failure::file(&note))
}

/// The folder of a tool, named by what it is; `install` fills it the first time. Whoever comes meanwhile sees all of
/// it or none.
pub(super) fn installed(
    workshop: &Workshop<'_>,
    language: Language,
    what: &str,
    install: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<PathBuf, Failure> {
    let name = hex(&Sha256::digest(what)[..NAME_BYTES]);
    let folder = workshop.tools.join(format!("{}-{name}", language.word()));
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&workshop.tools).map_err(Failure::file(&workshop.tools))?;
    let aside = tempfile::tempdir_in(&workshop.tools).map_err(Failure::file(&workshop.tools))?;
    let filled = aside.path().join("tool");
    fs::create_dir(&filled).map_err(Failure::file(&filled))?;
    install(&filled)?;
    match fs::rename(&filled, &folder) {
        // Somebody else was quicker.
        Err(_) if folder.is_dir() => Ok(folder),
        done => done.map(|()| folder.clone()).map_err(Failure::file(&folder)),
    }
}

fn note(out: &Path, id: &str) -> PathBuf {
    out.join(format!("{id}.digest"))
}

/// All files below a path, in the order of their names.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if path.file_name().is_some_and(|name| IGNORED.iter().any(|ignored| name == *ignored)) {
        return Ok(());
    }
    if !path.is_dir() {
        files.extend(path.is_file().then(|| path.to_owned()));
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(Failure::file(path))?;
    let mut below: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    below.sort();
    below.iter().try_for_each(|path| collect(path, files))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
