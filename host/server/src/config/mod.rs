//! What a server is set up as: the command line over `host.toml` over defaults. It knows no tenant at work.

mod built_in;
mod connectors;
mod host;
mod toml_text;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use engine::time::Duration;
use policy::Lang;

pub(crate) use built_in::FILES as BUILT_IN_FILES;
pub(crate) use connectors::{Connector, read as read_connectors, text as connectors_text};

use crate::{cli, lang::pick};

/// Nobody but this machine can ask, until somebody decides otherwise.
const LISTEN: &str = "127.0.0.1:7400";
const DATA: &str = "plaint-data";
/// The one tenant of a server that was told of none.
const TENANT: &str = "main";
/// A tenant's name is a folder's name and a label of metrics.
const TENANT_NAME_MAX: usize = 32;
/// The largest request: a day's transcripts in one upload, which is also what a connector reads at most.
const REQUEST_BYTES_MAX: usize = sandbox::limits::MESSAGE_BYTES;
/// Events that may wait for the road, about a second of its work; with more a source is asked to come again.
const LAG_EVENTS_MAX: usize = 20_000;

/// An hour of a clock that is set ahead.
const HOUR_MS: i64 = 3_600_000;

/// The whole of it.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where it listens.
    pub(crate) listen: String,
    /// Where everything is kept.
    pub(crate) data: PathBuf,
    /// What it takes at most.
    pub(crate) limits: Limits,
    /// What its plugins may take.
    pub(crate) plugin_limits: sandbox::Limits,
    /// How many times as fast as the wall's its clock runs: for demonstrations.
    pub(crate) time_lapse: u32,
    /// How far its clock is ahead of the wall's when it starts: for demonstrations.
    pub(crate) ahead: Duration,
    /// Its tenants by name; at least one.
    pub(crate) tenants: BTreeMap<String, Tenant>,
}

/// What a server takes at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of a request's body.
    pub(crate) request_bytes: usize,
    /// Events of one tenant that wait for the road.
    pub(crate) lag_events: usize,
}

/// One enterprise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tenant {
    /// Its pack; the built-in one without.
    pub(crate) rules: Option<PathBuf>,
    /// Whether what is saved in the pack's folder is activated.
    pub(crate) watch: bool,
    /// Where its plugins are.
    pub(crate) plugins: Vec<PathBuf>,
    /// The public keys of whose plugins it takes; anybody's without.
    pub(crate) trusted_keys: Vec<PathBuf>,
    /// Its connectors.
    pub(crate) connectors: Option<PathBuf>,
    /// Its people.
    pub(crate) directory: Vec<PathBuf>,
    /// Whether a machine may take a conversation from an agent without a person.
    pub(crate) forced_by_machine: bool,
}

/// What the command line says, on top of the file, on top of the defaults.
///
/// # Errors
/// A sentence for a person: which file and line, what was expected.
pub(crate) fn read(arguments: &cli::Serve, lang: Lang) -> Result<Config, String> {
    let file = arguments.config.as_deref().map(|path| host::read(path, lang)).transpose()?.unwrap_or_default();
    let mut tenants = file.tenants;
    if tenants.is_empty() {
        tenants.insert(TENANT.to_owned(), Tenant::default());
    }
    for name in tenants.keys() {
        tenant_name(name, lang)?;
    }
    let for_one = arguments.watch
        || arguments.rules.is_some()
        || arguments.connectors.is_some()
        || !arguments.directory.is_empty()
        || !arguments.plugins.is_empty();
    let is_one = tenants.len() == 1;
    match tenants.values_mut().next() {
        Some(tenant) if for_one && is_one => override_one(tenant, arguments),
        Some(_) if for_one => {
            let en = "--rules, --watch, --plugins, --connectors and --directory are for a server with one tenant; write them \
                      into the configuration, under [tenant.<name>]";
            let zh = "--rules、--watch、--plugins、--connectors 和 --directory 只用于单个租户;请写入配置文件的 [tenant.<名称>]";
            return Err(pick(lang, zh, en).to_owned());
        }
        Some(_) | None => {}
    }
    Ok(Config {
        listen: arguments.listen.clone().or(file.listen).unwrap_or_else(|| LISTEN.to_owned()),
        data: arguments.data.clone().or(file.data).unwrap_or_else(|| PathBuf::from(DATA)),
        limits: Limits {
            request_bytes: file.request_bytes.unwrap_or(REQUEST_BYTES_MAX),
            lag_events: file.lag_events.unwrap_or(LAG_EVENTS_MAX),
        },
        plugin_limits: sandbox::Limits::default().with_maximum(&file.plugin),
        time_lapse: file.time_lapse.unwrap_or(1),
        ahead: Duration(i64::from(file.ahead_hours.unwrap_or(0)) * HOUR_MS),
        tenants,
    })
}

fn override_one(tenant: &mut Tenant, arguments: &cli::Serve) {
    if arguments.rules.is_some() {
        tenant.rules.clone_from(&arguments.rules);
    }
    tenant.watch |= arguments.watch;
    if arguments.connectors.is_some() {
        tenant.connectors.clone_from(&arguments.connectors);
    }
    if !arguments.directory.is_empty() {
        tenant.directory.clone_from(&arguments.directory);
    }
    if !arguments.plugins.is_empty() {
        tenant.plugins.clone_from(&arguments.plugins);
    }
}

/// Refuses a name that cannot be a folder and a label.
///
/// # Errors
/// A sentence for a person.
pub(crate) fn tenant_name(name: &str, lang: Lang) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.is_empty() && name.len() <= TENANT_NAME_MAX && name.chars().all(allowed) {
        return Ok(());
    }
    let en = "the tenant's name `{name}` must be 1 to 32 lower-case letters, digits and `-`";
    Err(pick(lang, "租户名 `{name}` 应为 1 到 32 个小写字母、数字或 `-`", en).replace("{name}", name))
}

/// A path of a file that names it relative to itself.
fn beside(file: &Path, path: &Path) -> PathBuf {
    file.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
}

/// Whether only plaint itself tells of events under this name.
pub(crate) fn is_own_source(source: &str) -> bool {
    source == "plaint" || source.starts_with("plaint.")
}
