//! The commands, one file each.

mod check;
mod approve;
mod connector;
mod plugin;
mod policy;
mod run;
mod serve;
mod test;
mod token;
mod verify;
mod vocabulary;

pub(crate) use check::check;
pub(crate) use connector::connector;
pub(crate) use plugin::plugin;
pub(crate) use policy::policy;
pub(crate) use run::run;
pub(crate) use serve::serve;
pub(crate) use test::test;
pub(crate) use token::token;
pub(crate) use verify::verify;
pub(crate) use vocabulary::vocabulary;

use std::io::{self, Write};

/// How a command went: its exit code, or a sentence for a person.
pub(crate) type Went = Result<std::process::ExitCode, String>;

/// Writes to standard output; a reader that has seen enough is no failure.
fn print(text: &str) -> Went {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        Ok(()) | Err(_) => Ok(std::process::ExitCode::SUCCESS),
    }
}
