//! `connectors.toml`: the channels of one installation, each a plugin with settings and a name of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use policy::Lang;
use serde::Deserialize;

use super::toml_text;
use crate::{
    exchange::{Pem, Place, Range},
    lang::pick,
    webhook::Options,
};

/// One channel.
#[derive(Clone)]
pub(crate) struct Connector {
    /// In its URL, and the source of its facts.
    pub(crate) id: String,
    /// The plugin.
    pub(crate) plugin: String,
    /// The plugin's settings, a JSON object.
    pub(crate) settings: String,
    /// Its secrets by name.
    pub(crate) secrets: BTreeMap<String, String>,
    /// Where it may go.
    pub(crate) fetch: Vec<Place>,
    /// Addresses of the house that this may lead to.
    pub(crate) private: Vec<Range>,
    /// Whom it believes there, and who it is.
    pub(crate) tls: Pem,
    /// How its messages prove whose they are.
    pub(crate) webhook: Option<Options>,
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
    /// Each `file:<path>` or `env:<name>`: a secret never stands in a file of settings.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    #[serde(default)]
    grants: GrantsToml,
    webhook: Option<Options>,
    #[serde(default)]
    tls: TlsToml,
}

/// Certificates stand in files beside this one; the key is a secret.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TlsToml {
    ca: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct GrantsToml {
    fetch: Vec<Place>,
    private: Vec<Range>,
}

/// The text of a file of connectors.
///
/// # Errors
/// A sentence for a person.
pub(crate) fn text(path: &Path, lang: Lang) -> Result<String, String> {
    toml_text::text(path, lang)
}

/// Reads the connectors of a text, in the order they stand; `path` is where it stands, for errors and for secrets.
///
/// # Errors
/// A sentence for a person.
pub(crate) fn read(path: &Path, text: &str, lang: Lang) -> Result<Vec<Connector>, String> {
    let read: ConnectorsToml = toml_text::parse(path, text, lang)?;
    let mut ids = BTreeSet::new();
    let mut connectors = Vec::with_capacity(read.connector.len());
    for ConnectorToml { id, plugin, settings, secrets, grants, webhook, tls } in read.connector {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_name = !id.is_empty() && id.chars().all(allowed) && !super::is_own_source(&id);
        if !is_name || !ids.insert(id.clone()) {
            let en = "{path}: the connector's id `{id}` must be of lower-case letters, digits and `-`, not `plaint`, \
                      and stand only once";
            let zh = "{path}:连接器 id `{id}` 只能用小写字母、数字和 `-`,不能是 `plaint`,且不能重复";
            return Err(pick(lang, zh, en).replace("{path}", &path.display().to_string()).replace("{id}", &id));
        }
        let settings = serde_json::to_string(&settings).map_err(|error| error.to_string())?;
        let secrets = secrets.into_iter().map(|(name, from)| Ok((name, secret(path, &from, lang)?)));
        let secrets = secrets.collect::<Result<_, String>>()?;
        let GrantsToml { fetch, private } = grants;
        let tls = pem(path, &tls, lang)?;
        connectors.push(Connector { id, plugin, settings, secrets, fetch, private, tls, webhook });
    }
    Ok(connectors)
}

fn pem(toml: &Path, tls: &TlsToml, lang: Lang) -> Result<Pem, String> {
    let read = |file: &PathBuf| {
        let path = super::beside(toml, file);
        std::fs::read(&path).map_err(|error| format!("{}: `tls`: {}: {error}", toml.display(), path.display()))
    };
    Ok(Pem {
        ca: tls.ca.as_ref().map(read).transpose()?,
        certificate: tls.certificate.as_ref().map(read).transpose()?,
        key: tls.key.as_ref().map(|from| secret(toml, from, lang)).transpose()?,
    })
}

/// Reads a secret from where it is kept.
fn secret(toml: &Path, from: &str, lang: Lang) -> Result<String, String> {
    let kept = match from.split_once(':') {
        Some(("env", name)) => std::env::var(name).map_err(|error| error.to_string()),
        Some(("file", file)) => {
            std::fs::read_to_string(super::beside(toml, Path::new(file))).map_err(|error| error.to_string())
        }
        Some(_) | None => {
            let en = "write `file:<path>` or `env:<name>`: a secret does not stand in this file";
            Err(pick(lang, "请写 `file:<路径>` 或 `env:<变量名>`:密钥不写在此文件里", en).to_owned())
        }
    };
    let kept = kept.map_err(|problem| format!("{}: `secrets`, `{from}`: {problem}", toml.display()))?;
    Ok(kept.trim_end_matches(['\n', '\r']).to_owned())
}
