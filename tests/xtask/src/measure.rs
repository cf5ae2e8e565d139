//! `cargo xtask measure`: how well the rules do on real conversations, where they are at hand.

use std::process::Command;

use crate::failure::Failure;
use crate::{Tree, cargo};

/// Runs the measures; a set that is not there is reported as skipped.
pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<(), Failure> {
    Failure::unless_empty(arguments)?;
    let program = cargo::plaint(tree)?.with_file_name("plaint-measure");
    cargo::run(tree, &mut Command::new(program))
}
