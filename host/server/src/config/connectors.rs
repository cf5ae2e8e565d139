//! `connectors.toml`: the channels of one installation, each a plugin with settings and a name of its own.

use std::{collections::BTreeSet, path::Path};

use policy::Lang;
use serde::Deserialize;

use super::toml_text;
use crate::lang::pick;

/// One channel.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    /// In its URL, and the source of its facts.
    pub(crate) id: String,
    /// The plugin.
    pub(crate) plugin: String,
    /// The plugin's settings, a JSON object.
    pub(crate) settings: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectorsToml {
    #[serde(default)]
    connector: Vec<ConnectorToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectorToml {
    id: String,
    plugin: String,
    #[serde(default)]
    settings: toml::Table,
}

/// Reads them, in the order they stand.
///
/// # Errors
/// A sentence for a person.
pub(crate) fn read(path: &Path, lang: Lang) -> Result<Vec<Connector>, String> {
    let read: ConnectorsToml = toml_text::read(path, lang)?;
    let mut ids = BTreeSet::new();
    let mut connectors = Vec::with_capacity(read.connector.len());
    for ConnectorToml { id, plugin, settings } in read.connector {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_name = !id.is_empty() && id.chars().all(allowed) && !super::is_own_source(&id);
        if !is_name || !ids.insert(id.clone()) {
            let en = "{path}: the connector's id `{id}` must be of lower-case letters, digits and `-`, not `plaint`, \
                      and stand only once";
            let zh = "{path}:连接器 id `{id}` 只能用小写字母、数字和 `-`,不能是 `plaint`,且不能重复";
            return Err(pick(lang, zh, en).replace("{path}", &path.display().to_string()).replace("{id}", &id));
        }
        let settings = serde_json::to_string(&settings).map_err(|error| error.to_string())?;
        connectors.push(Connector { id, plugin, settings });
    }
    Ok(connectors)
}
