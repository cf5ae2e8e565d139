//! `plaint plugin …` on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, builder::PossibleValue};
use sandbox::Kind;

use crate::remote::Remote;

#[derive(Args)]
pub(crate) struct Plugin {
    #[command(subcommand)]
    pub(crate) action: PluginAction,
}

#[derive(Subcommand)]
pub(crate) enum PluginAction {
    /// A plugin that builds and whose fixtures hold, to go on from.
    New(PluginNew),
    /// Build plugins into components.
    Build(PluginBuild),
    /// Build, and compare every fixture's answer.
    Test(PluginTest),
    /// Whether it is fit for use: imports, contract, manifest, settings, the same answer every time.
    Check(PluginFixtures),
    /// Ask a component one question, written as a fixture; so is what lies in quarantine.
    Ask(PluginAsk),
    /// What a call costs, fresh and warm.
    Bench(PluginBench),
    /// Everything there is to know of a component.
    Inspect(PluginComponent),
    /// Let a later version of a connector's plugin reach what it wants more; without a name, show what waits.
    Approve(PluginApprove),
    /// Make a pair of keys to sign with.
    Keygen(PluginKeygen),
    /// Sign a component, in its place.
    Sign(PluginSign),
    /// Whether one of these keys signed a component as it is.
    Verify(PluginVerify),
}

#[derive(Args)]
pub(crate) struct PluginAsk {
    /// The component.
    #[arg(value_name = "FILE")]
    pub(crate) component: PathBuf,
    /// The question, a `.in.json`.
    #[arg(value_name = "QUESTION")]
    pub(crate) question: PathBuf,
}

#[derive(Args)]
pub(crate) struct PluginApprove {
    /// The connector, by its id in connectors.toml.
    pub(crate) connector: Option<String>,
    /// Only this version, by the beginning of its digest: what was looked at, and nothing that came since.
    #[arg(long, value_name = "DIGEST", requires = "connector")]
    pub(crate) digest: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Args)]
pub(crate) struct PluginNew {
    /// What it is to be.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: KindWord,
    /// The folder it is put in.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) into: PathBuf,
    /// Its name: lower-case letters, digits and hyphens.
    pub(crate) name: String,
}

#[derive(Args)]
pub(crate) struct PluginBuild {
    /// The plugins' folders; the current one by default.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folders: Vec<PathBuf>,
    /// Where the components go; each plugin's own `target` by default.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// The compiler for Rust; what this machine has by default.
    #[arg(long, value_enum)]
    pub(crate) tool: Option<Compiler>,
}

#[derive(Args)]
pub(crate) struct PluginFixtures {
    /// A plugin's folder, which is built first, or a component.
    #[arg(value_name = "DIR|FILE", default_value = ".")]
    pub(crate) at: PathBuf,
    /// Its fixtures; `fixtures` in its folder by default.
    #[arg(long, value_name = "DIR")]
    pub(crate) fixtures: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct PluginTest {
    #[command(flatten)]
    pub(crate) what: PluginFixtures,
    /// Write the answers into the fixtures instead of comparing them.
    #[arg(long)]
    pub(crate) update: bool,
}

#[derive(Args)]
pub(crate) struct PluginBench {
    #[command(flatten)]
    pub(crate) what: PluginFixtures,
    /// For machines; times are microseconds.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct PluginComponent {
    /// The component.
    pub(crate) file: PathBuf,
}

#[derive(Args)]
pub(crate) struct PluginKeygen {
    /// Where the private key goes; the public one goes beside it, with `.pub`.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct PluginSign {
    /// The private key.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The component.
    pub(crate) file: PathBuf,
}

#[derive(Args)]
pub(crate) struct PluginVerify {
    /// A public key; may be given several times.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) key: Vec<PathBuf>,
    /// The component.
    pub(crate) file: PathBuf,
}

/// A kind, by its word.
#[derive(Clone, Copy)]
pub(crate) struct KindWord(pub(crate) Kind);

impl ValueEnum for KindWord {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [KindWord; Kind::ALL.len()] = [
            KindWord(Kind::AlertRule),
            KindWord(Kind::Analyzer),
            KindWord(Kind::RoutingPolicy),
            KindWord(Kind::Connector),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.word()))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compiler {
    /// That of rustup.
    Rustup,
    /// That of Debian's package `rustc-web`.
    Debian,
}
