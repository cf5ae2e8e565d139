//! The contract, for compilers that read it from a folder.

use std::{fs, path::PathBuf};

use sandbox::Kind;

use crate::{Workshop, failure::Failure, scaffold::SDK};

/// Where the files of the contract stand in the SDK.
pub(super) const FOLDER: &str = "wit/";

/// Lays the files of the contract out, and gives their folder.
pub(super) fn folder(workshop: &Workshop<'_>) -> Result<PathBuf, Failure> {
    let version = Kind::AlertRule.version();
    let below = format!("{FOLDER}{version}/");
    let folder = workshop.tools.join(format!("wit-{version}"));
    fs::create_dir_all(&folder).map_err(Failure::file(&folder))?;
    for (name, text) in SDK.iter().filter_map(|(path, text)| Some((path.strip_prefix(&below)?, text))) {
        let file = folder.join(name);
        if fs::read_to_string(&file).is_ok_and(|there| there == *text) {
            continue;
        }
        fs::write(&file, text).map_err(Failure::file(&file))?;
    }
    Ok(folder)
}

/// The world of a kind.
pub(super) fn world(kind: Kind) -> String {
    format!("{}-plugin", kind.word())
}
