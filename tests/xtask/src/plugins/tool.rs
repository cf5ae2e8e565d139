//! The compiler for `wasm32-unknown-unknown`: rustup's where the machine has it or can get it, else Debian's.
//!
//! Debian ships a compiler without the target's standard library, but with its source: cargo builds it (about
//! 30 s, once). What a machine already has is taken before anything is downloaded.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::say;

const TARGET: &str = "wasm32-unknown-unknown";

/// A machine behind a wall must not wait for rustup's own, much longer, patience.
const RUSTUP_PATIENCE: &str = "60";

const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_STD: &str = "/usr/lib/rustlib/src/rust/library";
const DEBIAN_LINKER: &str = "wasm-ld-19";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Rustup,
    Debian,
}

impl Tool {
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Rustup, Self::Debian].into_iter().find(|tool| tool.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rustup => "rustup",
            Self::Debian => "debian",
        }
    }

    pub(super) fn describe(self) -> String {
        match self {
            Self::Rustup => format!("rustup's {TARGET}"),
            Self::Debian => format!("Debian's {} (its std built from source)", DEBIAN_PACKAGES.join(", ")),
        }
    }

    fn is_here(self) -> bool {
        match self {
            Self::Rustup => {
                let listed = output(Command::new("rustup").args(["target", "list", "--installed"]));
                listed.is_ok_and(|targets| targets.lines().any(|target| target == TARGET))
            }
            Self::Debian => {
                [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_STD].iter().all(|path| Path::new(path).exists())
                    && output(Command::new(DEBIAN_LINKER).arg("--version")).is_ok()
            }
        }
    }

    fn install(self) -> Result<(), Failure> {
        match self {
            Self::Rustup => {
                // The first line of a folded log is often all a person sees: say what the wait is for.
                say(&format!("asking rustup for {TARGET}"));
                quiet(Command::new("timeout").args([RUSTUP_PATIENCE, "rustup", "target", "add", TARGET]))
            }
            Self::Debian => {
                say(&format!("asking apt-get for {}", DEBIAN_PACKAGES.join(", ")));
                quiet(Command::new("apt-get").args(["update", "-qq"]))?;
                let install = ["install", "-y", "-qq", "--no-install-recommends"];
                quiet(
                    Command::new("apt-get")
                        .args(install)
                        .args(DEBIAN_PACKAGES)
                        .env("DEBIAN_FRONTEND", "noninteractive"),
                )
            }
        }
    }

    /// Part of what a component is made of.
    pub(super) fn compiler_version(self) -> Result<String, Failure> {
        let rustc = match self {
            Self::Rustup => "rustc",
            Self::Debian => DEBIAN_RUSTC,
        };
        output(Command::new(rustc).arg("-vV"))
    }

    /// Compiles one package of the guests' workspace; the path of its core module.
    pub(super) fn compile(self, workspace: &Path, package: &str) -> Result<PathBuf, Failure> {
        let target_folder = workspace.join("target");
        let mut cargo = self.cargo();
        cargo.args(["build", "--quiet", "--release", "--target", TARGET, "--package", package]);
        cargo.current_dir(workspace).env("CARGO_TARGET_DIR", &target_folder);
        run(&mut cargo)?;
        Ok(target_folder.join(format!("{TARGET}/release/{}.wasm", package.replace('-', "_"))))
    }

    fn cargo(self) -> Command {
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
pub(super) fn pick(wanted: Option<Tool>) -> Result<Tool, Failure> {
    let tools = wanted.map_or_else(|| vec![Tool::Rustup, Tool::Debian], |tool| vec![tool]);
    if let Some(tool) = tools.iter().find(|tool| tool.is_here()) {
        return Ok(*tool);
    }
    let mut reasons = vec![];
    for tool in tools {
        match tool.install() {
            Ok(()) if tool.is_here() => return Ok(tool),
            Ok(()) => reasons.push(format!("{}: installed, but still not usable", tool.name())),
            Err(failure) => reasons.push(format!("{}: failed to {failure}", tool.name())),
        }
    }
    Err(Failure::NoTool(reasons.join("; ")))
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|source| Failure::Start { program, source })?;
    if status.success() { Ok(()) } else { Err(Failure::Run { command: shown(command), status }) }
}

/// For commands whose chatter helps nobody; their failure is told by the status.
fn quiet(command: &mut Command) -> Result<(), Failure> {
    run(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))
}

fn output(command: &mut Command) -> Result<String, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stderr(Stdio::null()).output().map_err(|source| Failure::Start { program, source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Failure::Run { command: shown(command), status: output.status })
    }
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
