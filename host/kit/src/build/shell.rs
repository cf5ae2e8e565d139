//! Running the programs a build needs.

use std::process::{Command, Output, Stdio};

use crate::failure::Failure;

/// Runs a program; its output is the author's to read when it fails.
pub(super) fn run(command: &mut Command) -> Result<String, Failure> {
    let output = finish(command)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = [output.stderr, output.stdout].concat();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    Err(Failure::Run { command: shown(command), status: output.status, said })
}

/// Whether a program is there and answers this.
pub(super) fn answers(command: &mut Command) -> bool {
    finish(command).is_ok_and(|output| output.status.success())
}

fn finish(command: &mut Command) -> Result<Output, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).output().map_err(|source| Failure::Start { program, source })
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
