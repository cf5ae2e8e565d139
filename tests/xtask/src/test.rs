//! `cargo xtask test`: everything that must hold, in the order in which it fails fastest; the story is the last.

use std::process::Command;

use crate::failure::Failure;
use crate::{Tree, cargo, say};

/// Lints, then the tests of the host, then those of the guests.
pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<(), Failure> {
    Failure::unless_empty(arguments)?;
    let steps: [(&str, &[&str]); 4] = [
        ("lints", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
        ("lints of the guests", &["clippy", GUESTS, "--all-targets", "--quiet", "--", "--deny", "warnings"]),
        ("tests", &["test", "--workspace"]),
        ("tests of the guests", &["test", GUESTS]),
    ];
    cargo::plaint(tree)?;
    for (name, words) in steps {
        say(&format!("── {name}"));
        cargo::cargo(tree, words)?;
    }
    for lang in ["zh", "en"] {
        say(&format!("── the story, in {lang}"));
        let demo = tree.at("target/debug/plaint-demo");
        cargo::run(tree, Command::new(demo).args(["--once", "--fast", "--lang", lang]))?;
    }
    Ok(())
}

const GUESTS: &str = "--manifest-path=plugins/Cargo.toml";
