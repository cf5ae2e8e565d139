//! Where the files of a pack come from: the disk, or memory (an upload, a test).

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

/// The files.
pub(crate) enum Shelf {
    Disk,
    /// By path.
    Memory(BTreeMap<String, Vec<u8>>),
}

impl Shelf {
    /// The `.toml` files of a folder in alphabetical order, hidden ones left out.
    pub(crate) fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = match self {
            Shelf::Disk => {
                let entries = std::fs::read_dir(folder)?;
                let name = |entry: io::Result<std::fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
                entries.map(name).collect::<io::Result<Vec<String>>>()?
            }
            Shelf::Memory(files) => {
                let within = |path: &&String| Path::new(path).parent() == Some(folder);
                let name = |path: &String| Some(Path::new(path).file_name()?.to_string_lossy().into_owned());
                files.keys().filter(within).filter_map(name).collect()
            }
        };
        names.retain(|name| name.ends_with(".toml") && !name.starts_with('.'));
        names.sort();
        Ok(names)
    }

    /// What two paths to the same folder have in common.
    pub(crate) fn identity(&self, folder: &Path) -> PathBuf {
        match self {
            Shelf::Disk => std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()),
            Shelf::Memory(_) => folder.to_owned(),
        }
    }

    /// What a file says.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self {
            Shelf::Disk => std::fs::read(path),
            Shelf::Memory(files) => files.get(&*path.to_string_lossy()).cloned().ok_or(io::ErrorKind::NotFound.into()),
        }
    }
}
