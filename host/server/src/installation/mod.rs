//! The installation of a tenant: its connectors, each a plugin with settings, secrets and a way out.
//!
//! It has a life of its own, apart from rules: it is built whole and then changed in one moment, what is under way ends
//! with what it began with, and every installation that was can be had again.

mod approval;
mod build;
mod history;
mod watch;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use engine::decision::DecisionBody;
use policy::Lang;
use sandbox::Sandbox;
use sha2::{Digest, Sha256};

pub(crate) use approval::Waiting;
pub(crate) use history::{Entry, How, Installed};
pub(crate) use watch::watch;

use crate::{config, deliver::Channel, lang::pick, tokens::hex};
use build::{Builder, Built};
use history::Kept;

/// The channels of a tenant, in the order of its file.
#[derive(Default)]
pub(crate) struct Installation {
    /// Which it is, counted from 1; 0 for a tenant without a file.
    pub(crate) number: u32,
    /// Each by its id once.
    pub(crate) channels: Vec<Arc<Channel>>,
}

/// The connectors of a tenant: the installation at work, and how it is changed.
pub(crate) struct Connectors {
    live: RwLock<Arc<Installation>>,
    /// One change at a time.
    installer: Mutex<Option<Installer>>,
}

/// What an installation is made of.
pub(crate) struct Source {
    /// The tenant's name, for the log.
    pub(crate) tenant: String,
    /// `connectors.toml`.
    pub(crate) file: PathBuf,
    /// Where the tenant keeps what it knows of its connectors.
    pub(crate) folder: PathBuf,
    /// Where plugins are looked for.
    pub(crate) plugins: Vec<PathBuf>,
    pub(crate) sandbox: Sandbox,
}

/// What is to be installed.
struct Change {
    text: String,
    /// Versions that a person chose, by connector.
    pins: BTreeMap<String, String>,
    how: How,
    by: Option<String>,
}

struct Installer {
    source: Source,
    kept: Kept,
    /// The digest of the file as it was looked at last, whatever came of it.
    seen: String,
}

impl Installation {
    /// The channel of this id.
    pub(crate) fn channel(&self, id: &str) -> Option<&Arc<Channel>> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// The channel that takes this decision about something that `source` told of.
    pub(crate) fn taking(&self, source: &str, body: &DecisionBody) -> Option<Arc<Channel>> {
        self.channels.iter().find(|channel| channel.takes(source, body)).cloned()
    }
}

impl Connectors {
    /// A tenant without connectors.
    pub(crate) fn none() -> Self {
        Connectors { live: RwLock::default(), installer: Mutex::new(None) }
    }

    /// The installation that the file names; or, where somebody went back and the file is still the same, that one.
    ///
    /// # Errors
    /// A sentence for a person.
    pub(crate) fn open(source: Source, lang: Lang) -> Result<Self, String> {
        let at = source.folder.display().to_string();
        let kept = Kept::read(source.folder.clone()).map_err(|error| format!("{at}: {error}"))?;
        let mut installer = Installer { source, kept, seen: String::new() };
        let installation = installer.start(lang)?;
        Ok(Connectors { live: RwLock::new(Arc::new(installation)), installer: Mutex::new(Some(installer)) })
    }

    /// The installation at work; whoever holds it ends with it.
    pub(crate) fn live(&self) -> Arc<Installation> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the file again.
    ///
    /// # Errors
    /// A sentence for a person; the installation at work stays.
    pub(crate) fn reload(&self, by: Option<String>, lang: Lang) -> Result<Arc<Installation>, String> {
        let how = if by.is_some() { How::Reloaded } else { How::Written };
        self.change(lang, |installer| {
            let text = installer.text(lang)?;
            installer.install(Change { text, pins: BTreeMap::new(), how, by }, lang)
        })
    }

    /// Reads the file again if it was written since it was looked at last; `None` if not.
    pub(crate) fn reload_written(&self, lang: Lang) -> Option<Result<Arc<Installation>, String>> {
        let is_new = |installer: &Installer| {
            let text = std::fs::read(&installer.source.file);
            text.is_ok_and(|text| hex(&Sha256::digest(text)) != installer.seen)
        };
        let installer = self.installer.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = installer.as_ref().is_some_and(is_new);
        drop(installer);
        is_new.then(|| self.reload(None, lang))
    }

    /// Goes back to an installation that was; without a number, to the one before.
    ///
    /// # Errors
    /// A sentence for a person; the installation at work stays.
    pub(crate) fn roll_back(&self, to: Option<u32>, by: String, lang: Lang) -> Result<Arc<Installation>, String> {
        let live = self.live().number;
        self.change(lang, |installer| {
            let number = to.unwrap_or(live.saturating_sub(1));
            let entry = installer.kept.entries.iter().find(|entry| entry.number == number).cloned();
            let entry = entry.ok_or_else(|| {
                pick(lang, "没有编号为 {} 的安装;请用 `plaint connector history` 查看", NO_SUCH)
                    .replace("{}", &number.to_string())
            })?;
            let (pins, how) = (entry.pins(), How::RolledBack(number));
            installer.install(Change { text: entry.text, pins, how, by: Some(by) }, lang)
        })
    }

    /// Approves the version of a connector that waits, if it is the one of this digest.
    ///
    /// # Errors
    /// A sentence for a person; nothing changes then.
    pub(crate) fn approve(
        &self,
        (id, digest): (&str, &str),
        by: String,
        lang: Lang,
    ) -> Result<Arc<Installation>, String> {
        let channel = self.live().channel(id).cloned();
        let waiting = channel.as_ref().and_then(|channel| channel.waiting.as_ref());
        let waiting = waiting.filter(|waiting| waiting.digest == digest).ok_or_else(|| {
            pick(lang, "连接器 `{}` 没有该版本在等待批准;请用 `plaint plugin approve` 查看", NONE_WAITS)
                .replace("{}", id)
        })?;
        self.change(lang, |installer| {
            let before = installer.kept.approvals.clone();
            if let Some(approval) = installer.kept.approvals.get_mut(id) {
                approval.extra.extend(waiting.more.iter().cloned());
                approval.extra.sort();
                approval.extra.dedup();
            }
            let pins = BTreeMap::from([(id.to_owned(), digest.to_owned())]);
            let text = installer.kept.entries.last().map(|entry| entry.text.clone()).unwrap_or_default();
            let how = How::Approved(id.to_owned());
            let installed = installer.install(Change { text, pins, how, by: Some(by) }, lang);
            if installed.is_err() {
                installer.kept.approvals = before;
            }
            installed
        })
    }

    /// The installations there were, the oldest first.
    pub(crate) fn history(&self) -> Vec<Entry> {
        let installer = self.installer.lock().unwrap_or_else(PoisonError::into_inner);
        installer.as_ref().map(|installer| installer.kept.entries.clone()).unwrap_or_default()
    }

    /// The file, where there is one.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        let installer = self.installer.lock().unwrap_or_else(PoisonError::into_inner);
        installer.as_ref().map(|installer| installer.source.file.clone())
    }

    fn change(
        &self,
        lang: Lang,
        change: impl FnOnce(&mut Installer) -> Result<Installation, String>,
    ) -> Result<Arc<Installation>, String> {
        let mut installer = self.installer.lock().unwrap_or_else(PoisonError::into_inner);
        let installer =
            installer.as_mut().ok_or_else(|| pick(lang, "该租户没有 connectors.toml", NO_FILE).to_owned())?;
        let installation = Arc::new(change(installer)?);
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&installation);
        Ok(installation)
    }
}

const NO_SUCH: &str = "there is no installation {}; `plaint connector history` shows them";
const NONE_WAITS: &str =
    "no such version of connector `{}` waits for approval; `plaint plugin approve` shows what waits";
const NO_FILE: &str = "this tenant has no connectors.toml; name one in the configuration, and start again";

impl Installer {
    fn start(&mut self, lang: Lang) -> Result<Installation, String> {
        let text = self.text(lang)?;
        let is_elsewhere = |entry: &&Entry| matches!(entry.how, How::RolledBack(_)) || entry.text != text;
        let again = self.kept.entries.last().filter(|entry| entry.file == self.seen).filter(is_elsewhere).cloned();
        match again {
            Some(entry) => {
                let pins = entry.pins();
                self.install(Change { text: entry.text, pins, how: How::Started, by: None }, lang)
            }
            None => self.install(Change { text, pins: BTreeMap::new(), how: How::Started, by: None }, lang),
        }
    }

    /// The file's text, now seen.
    fn text(&mut self, lang: Lang) -> Result<String, String> {
        let text = config::connectors_text(&self.source.file, lang)?;
        self.seen = hex(&Sha256::digest(&text));
        Ok(text)
    }

    /// Builds what a text names, and writes down that it was. What is the same as before is no other installation.
    fn install(&mut self, change: Change, lang: Lang) -> Result<Installation, String> {
        let Change { text, pins, how, by } = change;
        let Source { tenant, file, plugins, sandbox, .. } = &self.source;
        let (kept, read) = (&self.kept, BTreeMap::new());
        let Built { channels, approvals } = Builder { file, plugins, sandbox, kept, lang, pins, read }.build(&text)?;
        tell_waiting(tenant, &channels);
        let installed = |channel: &Arc<Channel>| {
            let (plugin, version) = (channel.plugin.clone(), channel.version.clone());
            (channel.id.clone(), Installed { plugin, version, digest: channel.connector.digest().to_string() })
        };
        let connectors = channels.iter().map(installed).collect();
        let last = self.kept.entries.last();
        if let Some(last) = last.filter(|last| (&last.text[..], &last.connectors) == (&text[..], &connectors)) {
            let number = last.number;
            self.kept.approve(approvals).map_err(|error| error.to_string())?;
            return Ok(Installation { number, channels });
        }
        let number = last.map_or(1, |last| last.number + 1);
        let time = jiff::Timestamp::now().strftime("%FT%TZ").to_string();
        let entry = Entry { number, time, how, by, file: self.seen.clone(), text, connectors };
        let waiting: Vec<&str> =
            channels.iter().filter_map(|channel| Some(channel.waiting.as_ref()?.digest.as_str())).collect();
        self.kept.add(entry, approvals, &waiting).map_err(|error| error.to_string())?;
        tracing::info!(tenant, installation = number, connectors = channels.len(), "connectors were installed");
        Ok(Installation { number, channels })
    }
}

/// A version that waits is told in the log as well.
fn tell_waiting(tenant: &str, channels: &[Arc<Channel>]) {
    for channel in channels {
        if let Some(Waiting { version, more, .. }) = &channel.waiting {
            let more = more.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let (connector, running) = (&channel.id, &channel.version);
            let told = "a version waits for approval: it wants more than the one at work";
            tracing::warn!(tenant, connector, running, version, more, "{told}");
        }
    }
}
