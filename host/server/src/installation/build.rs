//! Building an installation: what the file names is loaded, configured and held against what was approved. Nothing is
//! changed here; either all of it can be had, or it is said why not.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use policy::Lang;
use road::PluginsError;
use sandbox::{Component, Connector, Sandbox};

use super::{
    approval::{Approval, Approvals, Waiting, auth, beyond, granted, wants},
    history::Kept,
};
use crate::{
    config,
    deliver::Channel,
    exchange::{Auth, Exchange, Grant, Secrets, Terms, Trust},
    lang::pick,
    webhook::Webhook,
};

/// Where the parts of an installation come from.
pub(super) struct Builder<'a> {
    /// `connectors.toml`.
    pub(super) file: &'a Path,
    /// Where plugins are looked for.
    pub(super) plugins: &'a [PathBuf],
    pub(super) sandbox: &'a Sandbox,
    pub(super) kept: &'a Kept,
    pub(super) lang: Lang,
    /// Versions that a person chose, by connector: they are taken from what was kept.
    pub(super) pins: BTreeMap<String, String>,
    /// Components by plugin, read once.
    pub(super) read: BTreeMap<String, Component>,
}

/// An installation that can begin.
pub(super) struct Built {
    pub(super) channels: Vec<Arc<Channel>>,
    pub(super) approvals: Approvals,
}

/// A component, and whether a later version of it waits.
struct Admitted {
    component: Component,
    approval: Approval,
    waiting: Option<Waiting>,
}

impl Builder<'_> {
    /// Builds what a text names.
    ///
    /// # Errors
    /// A sentence for a person.
    pub(super) fn build(&mut self, text: &str) -> Result<Built, String> {
        let mut built = Built { channels: Vec::new(), approvals: Approvals::new() };
        for connector in config::read_connectors(self.file, text, self.lang)? {
            let id = connector.id.clone();
            let admitted = self.admitted(&connector).map_err(|problem| self.at(&id, &problem))?;
            built.approvals.insert(id.clone(), admitted.approval.clone());
            let channel = self.channel(connector, admitted).map_err(|problem| self.at(&id, &problem))?;
            built.channels.push(Arc::new(channel));
        }
        Ok(built)
    }

    fn at(&self, id: &str, problem: &str) -> String {
        let told = pick(self.lang, "{file}:连接器 `{id}`:{problem}", "{file}: connector `{id}`: {problem}");
        let file = self.file.display().to_string();
        told.replace("{file}", &file).replace("{id}", id).replace("{problem}", problem)
    }

    /// The version that runs: the one a person chose, the newest, or the approved one while the newest waits.
    fn admitted(&mut self, connector: &config::Connector) -> Result<Admitted, String> {
        let before = self.kept.approvals.get(&connector.id).filter(|approval| approval.plugin == connector.plugin);
        let extra = before.map(|approval| approval.extra.clone()).unwrap_or_default();
        let approval = |component: &Component| Approval {
            plugin: connector.plugin.clone(),
            digest: component.digest().to_string(),
            extra: extra.clone(),
        };
        if let Some(digest) = self.pins.get(&connector.id) {
            let component = self.kept.load(self.sandbox, digest)?;
            return Ok(Admitted { approval: approval(&component), component, waiting: None });
        }
        let newest = self.newest(connector)?;
        let digest = newest.digest().to_string();
        let Some(before) = before.filter(|approval| approval.digest != digest) else {
            return Ok(Admitted { approval: approval(&newest), component: newest, waiting: None });
        };
        let approved = self.kept.load(self.sandbox, &before.digest)?;
        let now = wants(newest.manifest(), &connector.settings)?;
        let more = beyond(&now, &wants(approved.manifest(), &connector.settings)?);
        if more.is_empty() {
            return Ok(Admitted { approval: approval(&newest), component: newest, waiting: None });
        }
        let waiting = Waiting { version: newest.manifest().version.clone(), digest, more };
        Ok(Admitted { approval: before.clone(), component: approved, waiting: Some(waiting) })
    }

    /// The plugin as it lies in the first folder that has it; a copy is kept, so that it can be had again.
    fn newest(&mut self, connector: &config::Connector) -> Result<Component, String> {
        let plugin = &connector.plugin;
        if let Some(component) = self.read.get(plugin) {
            return Ok(component.clone());
        }
        let paths = self.plugins.iter().map(|folder| folder.join(format!("{plugin}.wasm")));
        let path = paths.into_iter().find(|path| path.is_file()).ok_or_else(|| {
            let (plugin, folders) = (plugin.clone(), self.plugins.to_vec());
            PluginsError::Missing { plugin, rule: connector.id.clone(), folders }.text(self.lang)
        })?;
        let limit = sandbox::limits::COMPONENT_BYTES as u64 + 1;
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
        read.map_err(|error| format!("{}: {error}", path.display()))?;
        let component = self.sandbox.load(&bytes, &path.display().to_string());
        let component = component.map_err(|problem| {
            let plugin = plugin.clone();
            PluginsError::Unusable { plugin, problem }.text(self.lang)
        })?;
        self.kept.keep(&component.digest().to_string(), &bytes).map_err(|error| error.to_string())?;
        self.read.insert(plugin.clone(), component.clone());
        Ok(component)
    }

    fn channel(&self, connector: config::Connector, admitted: Admitted) -> Result<Channel, String> {
        let config::Connector { id, plugin, settings, secrets, fetch, private, webhook, tls } = connector;
        let Admitted { component, approval, waiting } = admitted;
        let manifest = component.manifest();
        let made = Connector::new(&component, &settings).map_err(|error| format!("failed to {error}"))?;
        let webhook = webhook.map(|options| {
            let options = options.over(manifest.webhook.as_ref());
            options.and_then(|options| Webhook::new(options, &secrets)).map_err(|error| error.text(self.lang))
        });
        let grants = granted(&wants(manifest, &settings)?, &fetch, &approval.extra);
        let grants = grants.map_err(|refused| ungranted(&refused, self.lang))?;
        let trust = Trust::new(&tls).map_err(|error| error.text(self.lang))?;
        let auth = auth(manifest, &settings);
        let needs = auth.as_ref().map(Auth::needs).unwrap_or_default();
        if let Some(missing) = needs.iter().find(|name| !secrets.contains_key(*name)) {
            let en = "the plugin is let in with the secret `{}`; name it in `secrets`";
            return Err(pick(self.lang, "插件需用密钥 `{}` 登录;请写入 `secrets`", en).replace("{}", missing));
        }
        let secrets = Secrets::new(secrets);
        Ok(Channel {
            id,
            plugin,
            version: manifest.version.clone(),
            waiting,
            connector: made,
            controls: manifest.controls.clone(),
            delivers: manifest.delivers.clone(),
            webhook: webhook.transpose()?,
            private: private.clone(),
            exchange: Exchange::new(Terms { grants, private, trust, secrets, auth }),
        })
    }
}

fn ungranted(refused: &[Grant], lang: Lang) -> String {
    let wants = refused.iter().map(Grant::to_string).collect::<Vec<_>>().join(", ");
    let zh = "插件要访问 {},但未获授权;请写入 `grants.fetch`,或去掉需要它的设置";
    let en = "its plugin wants {}, and nothing grants it: name the place in `grants.fetch`, or take away the setting";
    pick(lang, zh, en).replace("{}", &wants)
}
