//! `host.toml`: where a server listens and keeps its data, what it takes at most, and its tenants.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use policy::Lang;
use sandbox::Budget;
use serde::Deserialize;

use super::{Tenant, beside, toml_text};

/// What the file says; paths stand where they are from here.
#[derive(Default)]
pub(super) struct Host {
    pub(super) listen: Option<String>,
    pub(super) data: Option<PathBuf>,
    pub(super) request_bytes: Option<usize>,
    pub(super) lag_events: Option<usize>,
    pub(super) plugin: Budget,
    pub(super) time_lapse: Option<u32>,
    pub(super) ahead_hours: Option<u32>,
    pub(super) tenants: BTreeMap<String, Tenant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HostToml {
    listen: Option<String>,
    data: Option<PathBuf>,
    #[serde(default)]
    limits: LimitsToml,
    #[serde(default)]
    demo: DemoToml,
    #[serde(default)]
    tenant: BTreeMap<String, TenantToml>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsToml {
    request_bytes: Option<usize>,
    lag_events: Option<usize>,
    /// The most that a plugin may ask for in its manifest.
    plugin: Budget,
}

/// For demonstrations only.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct DemoToml {
    time_lapse: Option<u32>,
    ahead_hours: Option<u32>,
}

/// Who may order that an agent is replaced: the machine by itself, or only a person.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ForcedChanges {
    Machine,
    #[default]
    Person,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TenantToml {
    rules: Option<PathBuf>,
    watch: bool,
    plugins: Vec<PathBuf>,
    trusted_keys: Vec<PathBuf>,
    connectors: Option<PathBuf>,
    directory: Vec<PathBuf>,
    forced_changes: ForcedChanges,
}

/// Reads it.
///
/// # Errors
/// A sentence for a person.
pub(super) fn read(path: &Path, lang: Lang) -> Result<Host, String> {
    let read: HostToml = toml_text::read(path, lang)?;
    let here = |other: PathBuf| beside(path, &other);
    let tenants = read.tenant.into_iter().map(|(name, tenant)| {
        let tenant = Tenant {
            rules: tenant.rules.map(here),
            watch: tenant.watch,
            plugins: tenant.plugins.into_iter().map(here).collect(),
            trusted_keys: tenant.trusted_keys.into_iter().map(here).collect(),
            connectors: tenant.connectors.map(here),
            directory: tenant.directory.into_iter().map(here).collect(),
            forced_by_machine: tenant.forced_changes == ForcedChanges::Machine,
        };
        (name, tenant)
    });
    Ok(Host {
        listen: read.listen,
        data: read.data.map(here),
        request_bytes: read.limits.request_bytes,
        lag_events: read.limits.lag_events,
        plugin: read.limits.plugin,
        time_lapse: read.demo.time_lapse,
        ahead_hours: read.demo.ahead_hours,
        tenants: tenants.collect(),
    })
}
