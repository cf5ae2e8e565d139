//! `cargo xtask <command>`: what cargo cannot say by itself. Nothing here is shipped.
//!
//! One command, one file, one line in [`COMMANDS`].

mod cargo;
mod ci;
mod demo;
mod failure;
mod hostile;
mod measure;
mod plugins;
mod test;

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use failure::Failure;

struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&Tree, &[String]) -> Result<(), Failure>,
}

const COMMANDS: &[Command] = &[
    Command { name: "demo", about: "the story, told live: [--once] [--fast] [--lang zh|en]", run: demo::run },
    Command { name: "test", about: "everything that must hold: lints, tests, the guests' too", run: test::run },
    Command {
        name: "measure",
        about: "how well the rules do on real conversations, where they are",
        run: measure::run,
    },
    Command { name: "hostile", about: "every attack on the sandbox, and what stopped it", run: hostile::run },
    Command { name: "ci", about: "what CI does, in a fresh clone of what is committed", run: ci::run },
    Command { name: "plugins", about: "build every plugin into target/plugins/<id>.wasm", run: plugins::run },
];

/// Where things stand in the repository.
struct Tree {
    root: PathBuf,
}

impl Tree {
    fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((command, rest)) = find(&arguments) else {
        say(&usage());
        return ExitCode::from(2);
    };
    // tests/xtask stands two folders below the root.
    let tree = Tree { root: Path::new(env!("CARGO_MANIFEST_DIR")).join("../..") };
    match (command.run)(&tree, rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("xtask {}: failed to {failure}", command.name));
            ExitCode::FAILURE
        }
    }
}

fn find(arguments: &[String]) -> Option<(&'static Command, &[String])> {
    let (name, rest) = arguments.split_first()?;
    Some((COMMANDS.iter().find(|command| command.name == name)?, rest))
}

fn usage() -> String {
    let lines = COMMANDS.iter().map(|command| format!("  cargo xtask {:<10} {}\n", command.name, command.about));
    format!("usage:\n{}", lines.collect::<String>().trim_end())
}

/// A line for whoever runs xtask; a closed pipe is no reason to stop.
fn say(line: &str) {
    drop(writeln!(io::stdout(), "{line}"));
}
