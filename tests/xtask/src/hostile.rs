//! `cargo xtask hostile`: every attack on the sandbox, what stopped it, after how long, and how the neighbours fared.
//!
//! The attacks are the tests of `tests/hostile`; each prints a line of its own, and this shows the lines as a table.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::failure::Failure;
use crate::{Tree, say};

/// How the line of an attack begins; tabs part its columns.
const TOLD: &str = "hostile\t";
/// A column is cut here, so that a line is a line.
const TRIED_WIDTH: usize = 52;
const STOPPED_WIDTH: usize = 84;

/// Builds the suite, runs it and shows its table.
pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<(), Failure> {
    Failure::unless_empty(arguments)?;
    let suite = built(tree)?;
    let mut command = Command::new(&suite);
    command.arg("--nocapture").current_dir(tree.at("tests/hostile"));
    let done = output(&mut command, Stdio::piped())?;
    let text = String::from_utf8_lossy(&done.stdout);
    let mut attacks: Vec<Vec<&str>> =
        text.lines().filter_map(|line| Some(line.split_once(TOLD)?.1.split('\t').collect())).collect();
    attacks.sort();
    say(&row(["tried", "stopped by", "after", "neighbours answered"]));
    for attack in &attacks {
        let [tried, stopped_by, took, neighbours] = attack[..] else { continue };
        say(&row([tried, stopped_by, took, neighbours]));
    }
    say(&format!("{} attacks; every neighbour's call answered: {}", attacks.len(), done.status.success()));
    if done.status.success() {
        return Ok(());
    }
    say(&text);
    say(&String::from_utf8_lossy(&done.stderr));
    Err(Failure::Run { command: suite.display().to_string(), status: done.status })
}

fn row([tried, stopped_by, took, neighbours]: [&str; 4]) -> String {
    let (tried, stopped_by) = (cut(tried, TRIED_WIDTH), cut(stopped_by, STOPPED_WIDTH));
    format!("{tried:<TRIED_WIDTH$} | {stopped_by:<STOPPED_WIDTH$} | {took:>8} | {neighbours}")
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width { text.to_owned() } else { text.chars().take(width - 1).chain(['…']).collect() }
}

/// What cargo says of each thing it built; only this much of it counts.
#[derive(Deserialize)]
struct Built {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Builds the workspace whole, and gives the suite's program.
fn built(tree: &Tree) -> Result<PathBuf, Failure> {
    let words = ["build", "--quiet", "--workspace", "--all-targets", "--message-format=json"];
    let mut command = Command::new(env!("CARGO"));
    let done = output(command.args(words).current_dir(&tree.root), Stdio::inherit())?;
    if !done.status.success() {
        return Err(Failure::Run { command: format!("cargo {}", words.join(" ")), status: done.status });
    }
    let is_suite = |target: &Target| target.name == "hostile" && target.kind.iter().any(|kind| kind == "test");
    let text = String::from_utf8_lossy(&done.stdout);
    let mut all = text.lines().filter_map(|line| serde_json::from_str::<Built>(line).ok());
    let suite = all.find(|built| built.target.as_ref().is_some_and(is_suite)).and_then(|built| built.executable);
    suite.ok_or(Failure::NoSuite)
}

fn output(command: &mut Command, errors: Stdio) -> Result<std::process::Output, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stderr(errors).output().map_err(|source| Failure::Start { program, source })
}
