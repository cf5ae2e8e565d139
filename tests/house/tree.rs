//! The files of the repository: what git tracks, and what it would take up because nothing ignores it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// A file that is text.
pub(crate) struct File {
    /// Relative to the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn is(&self, extensions: &[&str]) -> bool {
        Path::new(&self.path).extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension))
    }

    pub(crate) fn under(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether all of it is test code; a `#[cfg(test)]` inside another file is not asked about here.
    pub(crate) fn tests(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs")
    }

    /// Lines with their numbers, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// Every text, in the order of the paths.
pub(crate) fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| read(&root()))
}

/// The Rust of the house: host, SDK, plugins and tests.
pub(crate) fn rust() -> impl Iterator<Item = &'static File> {
    files().iter().filter(|file| file.is(&["rs"]))
}

fn read(root: &Path) -> Vec<File> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("git lists the files of the house");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    let mut paths: Vec<&str> = names.split_terminator('\0').collect();
    paths.sort_unstable();
    paths.dedup();
    assert!(!paths.is_empty(), "git lists no file in {}", root.display());
    paths.into_iter().filter_map(|path| text(root, path)).collect()
}

/// Nothing for what is not text, and for what is tracked and was just deleted.
fn text(root: &Path, path: &str) -> Option<File> {
    let text = String::from_utf8(fs::read(root.join(path)).ok()?).ok()?;
    Some(File { path: path.into(), text })
}
