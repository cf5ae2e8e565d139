//! What a component is made of, as one digest: while it stays, there is nothing to build.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::Tree;
use crate::failure::Failure;

/// Everything but the plugin itself that changes a component.
const SHARED: [&str; 5] =
    ["plugin-sdk/rust", "plugin-sdk/wit", "plugins/Cargo.toml", "plugins/Cargo.lock", "tests/xtask/src/plugins"];

/// Parts of a folder that never reach the component.
const IGNORED: [&str; 6] = ["target", "fixtures", "examples", "tests", "README.md", ".gitignore"];

pub(super) fn digest(tree: &Tree, plugin: &Path, compiler: &str) -> Result<String, Failure> {
    let mut files = vec![];
    for path in SHARED {
        collect(&tree.at(path), &mut files)?;
    }
    collect(plugin, &mut files)?;
    let mut hasher = Sha256::new();
    hasher.update(compiler);
    for file in files {
        let bytes = fs::read(&file).map_err(Failure::file(&file))?;
        let name = file.strip_prefix(&tree.root).unwrap_or(&file);
        hasher.update(name.as_os_str().as_encoded_bytes());
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

pub(super) fn unchanged(out: &Path, id: &str, digest: &str) -> bool {
    out.join(format!("{id}.wasm")).is_file() && fs::read_to_string(note(out, id)).is_ok_and(|noted| noted == digest)
}

pub(super) fn remember(out: &Path, id: &str, digest: &str) -> Result<(), Failure> {
    let note = note(out, id);
    fs::write(&note, digest).map_err(Failure::file(&note))
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
