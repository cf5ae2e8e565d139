//! A pack's folder that is watched: what is saved there decides a moment later, if nothing speaks against it.

use std::{path::PathBuf, sync::Arc, thread, time::Duration};

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
    // What a pack includes lies beside it.
    let around = std::fs::canonicalize(&watched.rules).ok().and_then(|rules| Some(rules.parent()?.to_owned()));
    watcher.watch(around.as_deref().unwrap_or(&watched.rules), RecursiveMode::Recursive).map_err(failed)?;
    for folder in watched.plugins.iter().filter(|folder| folder.is_dir()) {
        watcher.watch(folder, RecursiveMode::NonRecursive).map_err(failed)?;
    }
    let name = format!("watch-{}", tenant.name);
    let spawned = thread::Builder::new().name(name).spawn(move || {
        let _watcher = watcher;
        while settled(&changes) {
            activate(&tenant, &watched, &runtime);
        }
    });
    spawned.map(drop).map_err(|error| error.to_string())
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
