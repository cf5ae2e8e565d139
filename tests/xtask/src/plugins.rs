//! `cargo xtask plugins`: every folder of `plugins/` with a `plugin.toml` becomes `target/plugins/<id>.wasm`.
//!
//! `plaint plugin build` does it, as for any author: here is only which folders there are.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::{Tree, cargo};

/// Builds the program and with it the plugins; the arguments are those of `plaint plugin build`.
pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<(), Failure> {
    cargo::workspace(tree)?;
    let mut plaint = Command::new(tree.at("target/debug/plaint"));
    plaint.args(["plugin", "build", "--out", "target/plugins"]).args(arguments).args(folders(tree)?);
    cargo::run(tree, &mut plaint)
}

/// Relative to the root.
fn folders(tree: &Tree) -> Result<Vec<PathBuf>, Failure> {
    let plugins = tree.at("plugins");
    let entries = fs::read_dir(&plugins).map_err(Failure::file(&plugins))?;
    let names = entries.filter_map(|entry| Some(PathBuf::from("plugins").join(entry.ok()?.file_name())));
    let mut folders: Vec<PathBuf> = names.filter(|folder| tree.at(folder).join("plugin.toml").is_file()).collect();
    folders.sort();
    Ok(folders)
}
