//! `cargo xtask demo`: the story, told live against a server of its own; `plaint-demo` tells it.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::failure::Failure;
use crate::{Tree, cargo};

/// Builds everything and gives the terminal to `plaint-demo`, so that Ctrl-C reaches it alone.
pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<(), Failure> {
    let program = cargo::plaint(tree)?.with_file_name("plaint-demo");
    let source = Command::new(&program).args(arguments).current_dir(&tree.root).exec();
    Err(Failure::Start { program: program.display().to_string(), source })
}
