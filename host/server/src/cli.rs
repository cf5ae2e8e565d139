//! The command line: what can be typed, with its help.

mod plugin;

pub(crate) use plugin::{Compiler, Plugin, PluginAction, PluginApprove, PluginBuild, PluginFixtures, PluginNew};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::remote::Remote;

/// The engine an enterprise runs its complaint handling on.
#[derive(Parser)]
#[command(name = "plaint", version, about)]
pub(crate) struct Cli {
    /// Speak Chinese (zh) or English (en); the locale's language by default. For `plugin new`: rust, js or python.
    #[arg(long, global = true, value_parser = crate::lang::parse)]
    pub(crate) lang: Option<crate::lang::Named>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Facts in, decisions out: a filter over CloudEvents, one a line.
    Run(Run),
    /// The engine as a server: events and messages in over HTTP, decisions out as a stream, until it is told to stop.
    Serve(Serve),
    /// Who may use the server: make, list and revoke tokens.
    Token(Token),
    /// The connectors of a server that runs: look, read them again, go back.
    Connector(Connector),
    /// Check a pack: every problem at once, with file, line and column.
    Check(Check),
    /// Play the examples on the pages of a pack, and see that they hold.
    Test(Test),
    /// Which generation of the rules decides: activate another, roll back, pause a rule.
    Policy(Policy),
    /// What conditions can read, and what rules can do.
    Vocabulary(Vocabulary),
    /// The kit of plugin authors, and of those who let plugins in.
    Plugin(Plugin),
    /// Rebuild the state of a tenant from its log, without rules or plugins, and compare.
    Verify(Verify),
}

#[derive(Args)]
pub(crate) struct Run {
    /// The pack.
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: PathBuf,
    /// What to read, plain or gzip; `-` is standard input.
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) input: String,
    /// The connector that understands the lines; its id becomes the source. Without one a line is a CloudEvent.
    #[arg(long, value_name = "ID")]
    pub(crate) connector: Option<String>,
    /// The connector's settings, a JSON object.
    #[arg(long, value_name = "JSON", default_value = "{}", requires = "connector")]
    pub(crate) settings: String,
    /// People of the house: a CSV of people or of a roster, or an organisation.toml; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) directory: Vec<PathBuf>,
    /// Keep log and state in this folder; without it everything stays in memory.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Let time pass until then after the last line (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// The lines tell of the past: alerts are marked late, nobody is told, nothing is ordered.
    #[arg(long)]
    pub(crate) backfill: bool,
    /// A folder with plugins; may be given several times. By default the pack's `plugins` folder and the one beside
    /// this program.
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Vec<PathBuf>,
    /// CloudEvents for machines, or a text for people.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub(crate) format: Format,
    /// Threads that measure; as many as there are cores by default.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One CloudEvent for each decision.
    Json,
    /// The conversations with what was noticed, why, and what was ordered.
    Text,
}

#[derive(Args)]
pub(crate) struct Check {
    /// The pack.
    pub(crate) dir: PathBuf,
    /// Show the resulting rules and where each line came from.
    #[arg(long)]
    pub(crate) print: bool,
}

#[derive(Args)]
pub(crate) struct Test {
    /// The pack.
    pub(crate) dir: PathBuf,
    /// Only the page of this rule.
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Option<String>,
    /// A folder with plugins; may be given several times. By default the pack's `plugins` folder and the one beside
    /// this program.
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Vocabulary {
    /// As a JSON Schema of pack files, for editors.
    #[arg(long)]
    pub(crate) schema: bool,
}

#[derive(Args)]
pub(crate) struct Verify {
    /// The tenant's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
}

#[derive(Args)]
pub(crate) struct Serve {
    /// The configuration; without one everything has a default, and there is one tenant, `main`.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The pack of the one tenant; a tiny one is built in.
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// Activate what is saved in the pack's folder, as soon as it is right.
    #[arg(long, requires = "rules")]
    pub(crate) watch: bool,
    /// Where everything is kept.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<String>,
    /// A list of people and duties of the one tenant (CSV); may be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) directory: Vec<PathBuf>,
    /// The connectors of the one tenant.
    #[arg(long, value_name = "FILE")]
    pub(crate) connectors: Option<PathBuf>,
    /// A folder with plugins; may be given several times. By default the pack's `plugins` folder and the one beside
    /// this program.
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Vec<PathBuf>,
    /// How much is logged, as JSON lines on standard error.
    #[arg(long, value_enum, default_value_t = LogLevel::Info)]
    pub(crate) log: LogLevel,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing.
    Off,
    /// What must be looked at.
    Error,
    /// And what may have to be.
    Warn,
    /// And a line for each request.
    Info,
    /// And what is of use in a search.
    Debug,
}

#[derive(Args)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) action: TokenAction,
}

#[derive(Subcommand)]
pub(crate) enum TokenAction {
    /// Make a token; it is shown once and kept as a digest.
    Create(TokenCreate),
    /// List the tokens, without what is secret.
    List(TokenList),
    /// Make a token void at once.
    Revoke(TokenRevoke),
}

#[derive(Args)]
pub(crate) struct Connector {
    #[command(subcommand)]
    pub(crate) action: ConnectorAction,
}

#[derive(Subcommand)]
pub(crate) enum ConnectorAction {
    /// The connectors at work, with their versions and what they may reach.
    Status(Remote),
    /// The installations there were.
    History(Remote),
    /// Read connectors.toml again; what cannot be used changes nothing.
    Reload(Remote),
    /// Go back to an installation that was.
    Rollback(ConnectorRollback),
}

#[derive(Args)]
pub(crate) struct ConnectorRollback {
    /// Its number, as `history` shows it; the one before by default.
    pub(crate) to: Option<u32>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Args)]
pub(crate) struct TokenCreate {
    /// The server's data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The tenant whose data it opens.
    #[arg(long, value_name = "NAME", default_value = "main")]
    pub(crate) tenant: String,
    /// What it may be used for.
    #[arg(long, value_enum)]
    pub(crate) role: crate::tokens::Role,
    /// The person who acts with it, by the id in the directory.
    #[arg(long, value_name = "ID")]
    pub(crate) person: Option<String>,
    /// What it is for.
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
}

#[derive(Args)]
pub(crate) struct TokenList {
    /// The server's data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
}

#[derive(Args)]
pub(crate) struct TokenRevoke {
    /// The server's data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The token's id, as `list` shows it.
    pub(crate) id: String,
}

#[derive(Args)]
pub(crate) struct Policy {
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(subcommand)]
    pub(crate) action: PolicyAction,
}

#[derive(Subcommand)]
pub(crate) enum PolicyAction {
    /// Check a pack, try it, and let it decide from the next fact on; nothing changes if anything speaks against it.
    Activate(PolicyActivate),
    /// Let the generation before decide again; the live one is taken back, with what of it still waits.
    Rollback(PolicyRollback),
    /// Which generation decides, since when, and what is paused.
    Status,
    /// Every generation that has decided, the latest first.
    History,
    /// Hold a rule, or a kind of step, still for a time: at once, and it goes on by itself.
    Pause(PolicyPause),
    /// Let something that is paused go on before its time.
    Resume(PolicyResume),
}

#[derive(Args)]
pub(crate) struct PolicyActivate {
    /// The pack.
    pub(crate) dir: PathBuf,
    /// A folder with plugins; may be given several times. By default the pack's `plugins` folder and the one beside
    /// this program.
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Vec<PathBuf>,
    /// Why, for the history.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Args)]
pub(crate) struct PolicyRollback {
    /// To this generation instead of the one before.
    #[arg(long, value_name = "GENERATION")]
    pub(crate) to: Option<String>,
    /// Why, for the history.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

/// What is held still: a rule, a kind of step, or such steps of a rule.
#[derive(Args)]
pub(crate) struct Target {
    /// The rule.
    #[arg(required_unless_present = "step")]
    pub(crate) rule: Option<String>,
    /// Only such steps: notify, hint, intervene or open-case; of every rule where none is named.
    #[arg(long, value_name = "KIND")]
    pub(crate) step: Option<String>,
    /// Only for contacts of this brand.
    #[arg(long, value_name = "BRAND")]
    pub(crate) brand: Option<String>,
}

#[derive(Args)]
pub(crate) struct PolicyPause {
    #[command(flatten)]
    pub(crate) target: Target,
    /// For how long: 90s, 30m, 2h; a day at most.
    #[arg(long = "for", value_name = "DURATION")]
    pub(crate) length: String,
    /// Why, for whoever finds it paused.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Args)]
pub(crate) struct PolicyResume {
    #[command(flatten)]
    pub(crate) target: Target,
}
