//! Running cargo and what it built.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::{Tree, plugins};

/// Runs a command in the root of the repository; its output is the user's.
pub(crate) fn run(tree: &Tree, command: &mut Command) -> Result<(), Failure> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let status = command.current_dir(&tree.root).status();
    let status = status.map_err(|source| Failure::Start { program: words[0].clone(), source })?;
    if status.success() { Ok(()) } else { Err(Failure::Run { command: words.join(" "), status }) }
}

/// Runs cargo with these words.
pub(crate) fn cargo(tree: &Tree, words: &[&str]) -> Result<(), Failure> {
    let mut command = Command::new(env!("CARGO"));
    // What cargo says to xtask of its package; a build script that looks at it would be run again each time.
    let of_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| of_package(name)) {
        command.env_remove(name);
    }
    run(tree, command.args(words))
}

/// Builds the program with everything around it.
///
/// The whole workspace with its tests is built, as `cargo test` does: its features are others than those of the
/// program alone, and wasmtime would be built twice.
pub(crate) fn workspace(tree: &Tree) -> Result<(), Failure> {
    cargo(tree, &["build", "--quiet", "--workspace", "--all-targets"])
}

/// Builds the program and every plugin; gives the program.
pub(crate) fn plaint(tree: &Tree) -> Result<PathBuf, Failure> {
    plugins::run(tree, &[])?;
    Ok(tree.at("target/debug/plaint"))
}
