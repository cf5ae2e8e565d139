//! `cargo xtask ci`: what CI does, in a fresh clone of what is committed.

use std::process::Command;

use crate::failure::Failure;
use crate::{Tree, cargo, say};

/// Clones HEAD into `target/ci` and runs `.ci/run` there.
pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<(), Failure> {
    Failure::unless_empty(arguments)?;
    let clone = tree.at("target/ci/plaint");
    if clone.exists() {
        std::fs::remove_dir_all(&clone).map_err(Failure::file(&clone))?;
    }
    let folder = clone.display().to_string();
    cargo::run(tree, Command::new("git").args(["clone", "--quiet", ".", &folder]))?;
    say(&format!("── .ci/run in {folder}"));
    let fresh = Tree { root: clone };
    cargo::run(&fresh, Command::new("bash").arg(".ci/run").env_remove("CARGO_TARGET_DIR"))
}
