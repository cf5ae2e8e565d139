//! Settings: from the host's JSON object to the author's own type, and the plugin they make.

use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A setting that cannot be used: which, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The setting's name; empty for the settings as a whole.
    pub setting: String,
    /// What was expected, as a fragment that fits "expected …".
    pub expected: String,
}

impl Fault {
    /// A fault of one setting.
    pub fn new(setting: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { setting: setting.into(), expected: expected.into() }
    }
}

/// Decodes settings into the author's type.
///
/// Let the type carry `#[serde(default, deny_unknown_fields)]`: a misspelt setting is then a fault.
pub fn decode<S: DeserializeOwned>(settings: &str) -> Result<S, Vec<Fault>> {
    crate::decode::from_slice(settings.as_bytes()).map_err(|misfit| vec![Fault::new(misfit.path, misfit.expected)])
}

/// The one value a component keeps between calls: its plugin, made by `configure`.
pub struct Kept<P>(RwLock<Option<P>>);

impl<P> Kept<P> {
    /// Nothing yet.
    #[expect(clippy::new_without_default, reason = "only ever a static")]
    pub const fn new() -> Self {
        Self(RwLock::new(None))
    }

    /// Keeps the plugin that the settings made; faults leave what was kept before.
    pub fn keep(&self, made: Result<P, Vec<Fault>>) -> Result<(), Vec<Fault>> {
        let plugin = made?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(plugin);
        Ok(())
    }

    /// Calls the plugin.
    ///
    /// # Panics
    /// Without `configure` before it: the contract is broken, the host sees a trap.
    pub fn with<R>(&self, call: impl FnOnce(&P) -> R) -> R {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        call(kept.as_ref().expect("the host calls configure before any other function"))
    }
}
