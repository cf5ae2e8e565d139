//! The compiler for `wasm32-unknown-unknown`: rustup's where the machine has it or can get it, else Debian's.
//!
//! Debian ships a compiler without the target's standard library, but with its source: cargo builds it (about
//! 30 s, once). What a machine already has is taken before anything is downloaded.

use std::{path::Path, process::Command};

use super::shell;
use crate::{Workshop, failure::Failure};

pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// A machine behind a wall must not wait for rustup's own, much longer, patience.
const RUSTUP_PATIENCE: &str = "60";

const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_STD: &str = "/usr/lib/rustlib/src/rust/library";
const DEBIAN_LINKER: &str = "wasm-ld-19";

/// Whose compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// That of rustup.
    Rustup,
    /// That of Debian's package `rustc-web`.
    Debian,
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::Rustup => "rustup",
            Self::Debian => "debian",
        }
    }

    fn is_here(self) -> bool {
        match self {
            Self::Rustup => {
                let listed = shell::run(Command::new("rustup").args(["target", "list", "--installed"]));
                listed.is_ok_and(|targets| targets.lines().any(|target| target == TARGET))
            }
            Self::Debian => {
                [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_STD].iter().all(|path| Path::new(path).exists())
                    && shell::answers(Command::new(DEBIAN_LINKER).arg("--version"))
            }
        }
    }

    fn install(self, workshop: &Workshop<'_>) -> Result<(), Failure> {
        match self {
            Self::Rustup => {
                // The first line of a folded log is often all a person sees: say what the wait is for.
                (workshop.say)(&format!("rustup target add {TARGET}"));
                let mut rustup = Command::new("timeout");
                shell::run(rustup.args([RUSTUP_PATIENCE, "rustup", "target", "add", TARGET])).map(drop)
            }
            Self::Debian => {
                (workshop.say)(&format!("apt-get install {}", DEBIAN_PACKAGES.join(" ")));
                shell::run(Command::new("apt-get").args(["update", "-qq"]))?;
                let mut install = Command::new("apt-get");
                install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(DEBIAN_PACKAGES);
                shell::run(install.env("DEBIAN_FRONTEND", "noninteractive")).map(drop)
            }
        }
    }

    /// Cargo, with all that it needs to compile for the target.
    pub(super) fn cargo(self) -> Command {
        match self {
            Self::Rustup => Command::new("cargo"),
            Self::Debian => {
                let mut cargo = Command::new(DEBIAN_CARGO);
                // Building std needs an unstable flag, which the bootstrap variable permits.
                cargo.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1").env("RUSTC", DEBIAN_RUSTC);
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
                cargo.env_remove("RUSTUP_TOOLCHAIN");
                cargo
            }
        }
    }
}

/// What is here before what can be installed, rustup before Debian.
pub(super) fn pick(workshop: &Workshop<'_>) -> Result<Tool, Failure> {
    let tools = workshop.tool.map_or_else(|| vec![Tool::Rustup, Tool::Debian], |tool| vec![tool]);
    if let Some(tool) = tools.iter().find(|tool| tool.is_here()) {
        return Ok(*tool);
    }
    let mut reasons = vec![];
    for tool in tools {
        match tool.install(workshop) {
            Ok(()) if tool.is_here() => return Ok(tool),
            Ok(()) => reasons.push(format!("{}: installed, but still not usable", tool.name())),
            Err(failure) => reasons.push(format!("{}: {}", tool.name(), failure.text(workshop.lang))),
        }
    }
    Err(Failure::NoTool(reasons.join("; ")))
}
