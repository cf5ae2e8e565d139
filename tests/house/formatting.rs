//! The code is formatted: what CI would say, the tests say first.

use std::process::Command;

use crate::tree;

/// Each workspace by its folder; `--all` takes the local crates it leans on along (the SDK with the plugins).
const WORKSPACES: &[&str] = &[".", "plugins", "plugin-sdk/rust"];

#[test]
fn the_code_is_formatted() {
    let root = tree::root();
    let present = WORKSPACES.iter().filter(|folder| root.join(folder).join("Cargo.toml").exists());
    let untidy: Vec<String> = present.filter_map(|folder| difference(folder)).collect();
    assert!(untidy.is_empty(), "run the command that stands above each difference:\n{}", untidy.join("\n"));
}

fn difference(folder: &str) -> Option<String> {
    let path = tree::root().join(folder);
    let run = Command::new(env!("CARGO"))
        .args(["fmt", "--all", "--check", "--", "--color", "never"])
        .current_dir(&path)
        .output();
    let run = run.expect("cargo fmt runs: rustup component add rustfmt");
    let text = [run.stdout, run.stderr].concat();
    // The paths in a difference are absolute; a reader wants them as in the repository.
    let text = String::from_utf8_lossy(&text).replace(&format!("{}/", tree::root().display()), "");
    (!run.status.success()).then(|| format!("(cd {folder} && cargo fmt --all)\n{text}"))
}
