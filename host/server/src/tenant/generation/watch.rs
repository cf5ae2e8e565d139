//! A pack's folder that is watched: what is saved there decides a moment later, if nothing speaks against it.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc, thread, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, unbounded};
use notify::{Event, RecursiveMode, Watcher as _, recommended_watcher};
use policy::Lang;
use tokio::runtime::Handle;

use super::Upload;
use crate::tenant::{Tenant, Wish};

/// An editor writes a file in several steps: so long nothing must have happened before it is read.
const QUIET: Duration = Duration::from_millis(300);
/// Who activates what was saved.
const BY: &str = "watch";

/// A folder to watch.
pub(crate) struct Watched {
    /// The pack's folder.
    pub(crate) rules: PathBuf,
    /// Where its plugins are.
    pub(crate) plugins: Vec<PathBuf>,
    /// In which language the log tells what is wrong.
    pub(crate) lang: Lang,
}

/// Watches until the program ends.
///
/// # Errors
/// When the folder cannot be watched.
pub(crate) fn watch(tenant: Arc<Tenant>, watched: Watched, runtime: Handle) -> Result<(), String> {
    let (told, changes) = unbounded();
    let mut watcher = recommended_watcher(move |event: notify::Result<Event>| {
        // Reading is no change; what cannot be told is looked at.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = told.send(());
        }
    })
    .map_err(|error| error.to_string())?;
    let failed = |error: notify::Error| format!("{}: {error}", watched.rules.display());
    let mut seen = BTreeSet::new();
    for folder in watched.folders() {
        watcher.watch(&folder, RecursiveMode::NonRecursive).map_err(failed)?;
        seen.insert(folder);
    }
    let name = format!("watch-{}", tenant.name);
    let spawned = thread::Builder::new().name(name).spawn(move || {
        while settled(&changes) {
            // What the pack includes by now is watched as well; what cannot be is told when it is read.
            for folder in watched.folders() {
                if !seen.contains(&folder) && watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok() {
                    seen.insert(folder);
                }
            }
            activate(&tenant, &watched, &runtime);
        }
    });
    spawned.map(drop).map_err(|error| error.to_string())
}

impl Watched {
    /// The pack's folder, those it includes, and those of its plugins.
    fn folders(&self) -> BTreeSet<PathBuf> {
        let sources = policy::load(&self.rules).map(|pack| pack.sources).unwrap_or_default();
        let files = sources.iter().map(|source| self.rules.join(&source.name));
        let included = files.filter_map(|file| Some(file.parent()?.to_owned()));
        let all = included.chain([self.rules.clone()]).chain(self.plugins.iter().cloned());
        all.filter_map(|folder| std::fs::canonicalize(folder).ok()).collect()
    }
}

/// Waits for a change, and until nothing changes any more; false when there will be none.
fn settled(changes: &Receiver<()>) -> bool {
    if changes.recv().is_err() {
        return false;
    }
    loop {
        match changes.recv_timeout(QUIET) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// What is in the folder now; the same as what is live changes nothing.
fn activate(tenant: &Tenant, Watched { rules, plugins, lang }: &Watched, runtime: &Handle) {
    let wish = Wish { by: Some(BY.to_owned()), reason: None };
    let activated = Upload::of_folder(rules, plugins, *lang)
        .and_then(|upload| runtime.block_on(tenant.activate(upload, wish)).map_err(|unmade| unmade.detail(*lang)));
    if let Err(problem) = activated {
        tracing::warn!(tenant = tenant.name, problem, "what was saved is not activated");
    }
}
