//! What can go wrong, each a fragment that fits "failed to …".

use std::{path::PathBuf, time::Duration};

use engine::absence::{Absence, Abstention};

use crate::{limits::Excess, manifest::Kind, signature::SignatureError};

/// A plugin cannot be loaded or configured.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The machine does not give what the sandbox needs.
    #[error("start the sandbox: {0}")]
    Start(String),
    /// The folder for compiled code cannot be trusted or used.
    #[error("keep compiled code in `{}`: {reason}", directory.display())]
    Cache {
        /// The folder.
        directory: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The file cannot be read.
    #[error("read the plugin `{origin}`: {reason}")]
    Read {
        /// Where it was to come from.
        origin: String,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The file is larger than a plugin may be.
    #[error("load `{origin}`: it has more than {limit} bytes, the limit for a plugin")]
    TooLarge {
        /// Where it comes from.
        origin: String,
        /// The limit.
        limit: usize,
    },
    /// It is a core module.
    #[error("load `{origin}`: it is a core WebAssembly module, a plugin is a component (see `cargo xtask plugins`)")]
    CoreModule {
        /// Where it comes from.
        origin: String,
    },
    /// Nobody who is trusted vouches for it.
    #[error("load `{origin}`: {problem}")]
    Untrusted {
        /// Where it comes from.
        origin: String,
        /// What is wrong with its signatures.
        problem: SignatureError,
    },
    /// It is no valid component.
    #[error("load `{origin}`: it is not a valid component: {reason}")]
    Invalid {
        /// Where it comes from.
        origin: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// It wants something from the host.
    #[error("load `{origin}`: it imports {}, and a plugin may import nothing", quoted(imports))]
    Imports {
        /// Where it comes from.
        origin: String,
        /// What it imports: functions by `interface#name`, and anything else by name.
        imports: Vec<String>,
    },
    /// It carries no manifest.
    #[error("load `{origin}`: it has no manifest (custom section `{}`)", crate::manifest::SECTION)]
    NoManifest {
        /// Where it comes from.
        origin: String,
    },
    /// Its manifest cannot be used.
    #[error("load `{origin}`: its manifest cannot be used: {reason}")]
    Manifest {
        /// Where it comes from.
        origin: String,
        /// What is wrong, and what was expected.
        reason: String,
    },
    /// It asks for more than the operator allows.
    #[error(
        "load `{origin}`: it asks for `limits.{} = {}`, and the most allowed here is {}",
        excess.limit, excess.asked, excess.most
    )]
    Greedy {
        /// Where it comes from.
        origin: String,
        /// For what, how much, and the most.
        excess: Excess,
    },
    /// Its manifest names one kind, its exports another.
    #[error("load `{origin}`: its manifest says {}, but it exports {}", kind.word(), exported(exports))]
    Kind {
        /// Where it comes from.
        origin: String,
        /// What the manifest says.
        kind: Kind,
        /// What it exports.
        exports: Vec<String>,
    },
    /// It speaks another version of the contract.
    #[error("load `{origin}`: it speaks {} {}, this host speaks {}", kind.word(), short(speaks), short(kind.version()))]
    Version {
        /// Where it comes from.
        origin: String,
        /// The kind.
        kind: Kind,
        /// Its version.
        speaks: String,
    },
    /// The compiler refuses it, or it needs more to begin with than an instance may have.
    #[error("compile `{origin}`: {reason}")]
    Compile {
        /// Where it comes from.
        origin: String,
        /// What the compiler says.
        reason: String,
    },
    /// Its functions are not those of the contract.
    #[error("load `{plugin}`: {function} is not as {} declares it: {reason}", kind.interface())]
    Shape {
        /// The plugin.
        plugin: String,
        /// The kind.
        kind: Kind,
        /// The function.
        function: &'static str,
        /// What differs.
        reason: String,
    },
    /// A component of one kind was to be used as another.
    #[error("use `{plugin}` as {}: its kind is {}", wanted.word(), kind.word())]
    OtherKind {
        /// The plugin.
        plugin: String,
        /// What it is.
        kind: Kind,
        /// What was wanted.
        wanted: Kind,
    },
    /// It does not accept the settings.
    #[error("configure `{plugin}`: {}", listed(faults))]
    Configure {
        /// The plugin.
        plugin: String,
        /// Each setting that cannot be used.
        faults: Vec<Fault>,
    },
    /// It broke while it was configured.
    #[error("configure `{plugin}`: {reason}")]
    Broke {
        /// The plugin.
        plugin: String,
        /// How.
        reason: String,
    },
    /// It spent too much time being configured.
    #[error("configure `{plugin}`: {overrun}")]
    Overrun {
        /// The plugin.
        plugin: String,
        /// How much.
        overrun: Overrun,
    },
}

impl SandboxError {
    /// What operators and vendors read most, in Chinese; the rest is for whoever builds plugins.
    pub fn in_chinese(&self) -> String {
        if let SandboxError::Greedy { excess: Excess { limit, asked, most }, .. } = self {
            return format!("它要求 `limits.{limit} = {asked}`,此处最多允许 {most}(见 host.toml 的 [limits.plugin])");
        }
        if let SandboxError::Untrusted { problem, .. } = self {
            return problem.in_chinese();
        }
        format!("failed to {self}")
    }
}

/// A setting that cannot be used: which, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name; empty for the settings as a whole.
    pub setting: String,
    /// What was expected.
    pub expected: String,
}

/// A guest spent more time in one call than it may. What follows is the caller's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Overrun {
    /// On the processor.
    #[error("it spent more than {limit:?} of CPU time in one call")]
    Cpu {
        /// What it may spend.
        limit: Duration,
    },
    /// On the clock.
    #[error("more than {limit:?} passed while it worked on one call")]
    Wall {
        /// What may pass.
        limit: Duration,
    },
}

impl Overrun {
    /// What it is called where it is an abstention.
    pub fn cause(self) -> Absence {
        match self {
            Overrun::Cpu { .. } => Absence::CpuTime,
            Overrun::Wall { .. } => Absence::WallTime,
        }
    }
}

impl From<Overrun> for Abstention {
    fn from(overrun: Overrun) -> Self {
        Abstention::new(overrun.cause(), overrun.to_string())
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn exported(names: &[String]) -> String {
    if names.is_empty() { "nothing that this host knows".to_owned() } else { quoted(names) }
}

fn listed(faults: &[Fault]) -> String {
    let line = |fault: &Fault| match fault.setting.as_str() {
        "" => format!("expected {}", fault.expected),
        setting => format!("`{setting}`: expected {}", fault.expected),
    };
    faults.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// `0.3.0` is spoken of as 0.3.
fn short(version: &str) -> &str {
    version.strip_suffix(".0").unwrap_or(version)
}
