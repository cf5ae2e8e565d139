//! `host.toml`: where a server listens and keeps its data, what it takes at most, and its tenants.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use policy::Lang;
use serde::Deserialize;

use super::{Tenant, beside, toml_text};

/// What the file says; paths stand where they are from here.
#[derive(Default)]
pub(super) struct Host {
    pub(super) listen: Option<String>,
    pub(super) data: Option<PathBuf>,
    pub(super) request_bytes: Option<usize>,
    pub(super) lag_events: Option<usize>,
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
    tenant: BTreeMap<String, TenantToml>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsToml {
    request_bytes: Option<usize>,
    lag_events: Option<usize>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct TenantToml {
    rules: Option<PathBuf>,
    plugins: Vec<PathBuf>,
    connectors: Option<PathBuf>,
    directory: Vec<PathBuf>,
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
            plugins: tenant.plugins.into_iter().map(here).collect(),
            connectors: tenant.connectors.map(here),
            directory: tenant.directory.into_iter().map(here).collect(),
        };
        (name, tenant)
    });
    Ok(Host {
        listen: read.listen,
        data: read.data.map(here),
        request_bytes: read.limits.request_bytes,
        lag_events: read.limits.lag_events,
        tenants: tenants.collect(),
    })
}
