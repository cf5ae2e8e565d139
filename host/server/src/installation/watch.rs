//! Watching `connectors.toml`: when it was written, the installation is read again.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, unbounded};
use notify::{EventKind, RecursiveMode, Watcher};
use policy::Lang;

use crate::tenant::Tenant;

/// An editor writes a file in several steps; half of one is not read.
const QUIET: Duration = Duration::from_millis(200);

/// Where settings are mounted into a container, all files of a folder change together, behind this link.
const MOUNTED: &str = "..data";

/// Begins to watch the file of a tenant, where it has one. A system that cannot is no obstacle: the file is still read
/// when somebody asks for it.
pub(crate) fn watch(tenant: &Arc<Tenant>, lang: Lang) {
    let Some(file) = tenant.connectors.file() else { return };
    if let Err(problem) = begin(tenant, &file, lang) {
        let told = "connectors.toml cannot be watched; after a change, use `plaint connector reload`";
        tracing::warn!(tenant = tenant.name, problem, "{told}");
    }
}

fn begin(tenant: &Arc<Tenant>, file: &Path, lang: Lang) -> Result<(), String> {
    let (told, heard) = unbounded();
    let name = file.file_name().unwrap_or_default().to_owned();
    let is_ours = move |path: &PathBuf| path.file_name().is_some_and(|other| other == name || other == MOUNTED);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let is_written =
            |event: &notify::Event| !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(&is_ours);
        if event.as_ref().map_or(true, is_written) {
            let _ = told.send(());
        }
    })
    .map_err(|error| error.to_string())?;
    // The folder, not the file: an editor puts another file in its place.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive).map_err(|error| format!("{}: {error}", folder.display()))?;
    let tenant = Arc::clone(tenant);
    let spawned = thread::Builder::new().name(format!("connectors-{}", tenant.name)).spawn(move || {
        // It watches as long as it lives.
        let _watcher = watcher;
        // It may have been written between the start and now.
        read_again(&tenant, lang);
        while heard.recv().is_ok() && quiet(&heard) {
            read_again(&tenant, lang);
        }
    });
    spawned.map(drop).map_err(|error| error.to_string())
}

/// Waits until nothing was told for a while; false when nothing will be any more.
fn quiet(heard: &Receiver<()>) -> bool {
    loop {
        match heard.recv_timeout(QUIET) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

fn read_again(tenant: &Tenant, lang: Lang) {
    if let Some(Err(problem)) = tenant.connectors.reload_written(lang) {
        tracing::error!(tenant = tenant.name, problem, "connectors.toml was written and cannot be used");
    }
}
