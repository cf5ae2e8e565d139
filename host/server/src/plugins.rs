//! Where plugins are found, and the sandbox they run in: the same for every command.

use std::path::{Path, PathBuf};

use sandbox::{Limits, Sandbox, Settings};

/// A sandbox for so many judges, with compiled code kept between runs.
pub(crate) fn sandbox(threads: usize) -> Result<Sandbox, String> {
    let settings = Settings { judges: threads, cache: cache_folder(), limits: Limits::default() };
    Sandbox::new(settings).map_err(|error| error.to_string())
}

/// Where compiled plugins are kept between runs.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("plaint"))
}

/// The folders plugins are looked for in: those named, else the pack's own and the one beside this program.
pub(crate) fn folders(named: &[PathBuf], rules: Option<&Path>) -> Vec<PathBuf> {
    if !named.is_empty() {
        return named.to_vec();
    }
    let mut folders: Vec<PathBuf> = rules.map(|rules| rules.join("plugins")).into_iter().collect();
    if let Ok(program) = std::env::current_exe()
        && let Some(beside) = program.parent()
    {
        folders.push(beside.join("plugins"));
        folders.extend(beside.parent().map(|above| above.join("plugins")));
    }
    folders
}
