//! The installation of a tenant: its connectors, each a plugin with settings, secrets and a way out.

use std::{path::Path, sync::Arc};

use engine::decision::DecisionBody;
use policy::Lang;
use road::Plugins;
use sandbox::Connector;

use crate::{
    config,
    deliver::{Channel, Exchange},
    webhook::Webhook,
};

/// The channels of a tenant, in the order of its file.
#[derive(Default)]
pub(crate) struct Installation {
    /// Each by its id once.
    pub(crate) channels: Vec<Arc<Channel>>,
}

impl Installation {
    /// Loads and configures what a file names; all of it, or nothing.
    ///
    /// # Errors
    /// A sentence for a person.
    pub(crate) fn read(path: &Path, shelf: &Plugins, lang: Lang) -> Result<Self, String> {
        let connectors = config::read_connectors(path, lang)?.into_iter();
        let channels = connectors.map(|connector| channel(path, connector, shelf, lang).map(Arc::new));
        Ok(Installation { channels: channels.collect::<Result<_, String>>()? })
    }

    /// The channel of this id.
    pub(crate) fn channel(&self, id: &str) -> Option<&Arc<Channel>> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// The channel that takes this decision about something that `source` told of.
    pub(crate) fn taking(&self, source: &str, body: &DecisionBody) -> Option<Arc<Channel>> {
        self.channels.iter().find(|channel| channel.takes(source, body)).cloned()
    }
}

fn channel(path: &Path, connector: config::Connector, shelf: &Plugins, lang: Lang) -> Result<Channel, String> {
    let config::Connector { id, plugin, settings, secrets, fetch, webhook } = connector;
    let component = shelf.load(&plugin, &id).map_err(|problem| problem.text(lang))?;
    let made = Connector::new(&component, &settings);
    let made = made.map_err(|error| format!("{}: connector `{id}`: failed to {error}", path.display()))?;
    let manifest = component.manifest();
    let webhook = webhook.map(|options| {
        let options = options.over(manifest.webhook.as_ref());
        options.and_then(|options| Webhook::new(options, &secrets)).map_err(|error| error.text(lang))
    });
    let webhook = webhook.transpose().map_err(|problem| format!("{}: `{id}`: {problem}", path.display()))?;
    Ok(Channel {
        id,
        connector: made,
        controls: manifest.controls.clone(),
        delivers: manifest.delivers.clone(),
        webhook,
        exchange: Exchange::new(fetch, secrets),
    })
}
