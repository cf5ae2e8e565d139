//! Where plugins are found, and the sandbox they run in: the same for every command.

use std::path::{Path, PathBuf};

use sandbox::{Limits, Sandbox, Settings, Trust, TrustedKey};

/// A sandbox for so many judges, with compiled code kept between runs.
pub(crate) fn sandbox(threads: usize, limits: Limits) -> Result<Sandbox, String> {
    let settings = Settings { judges: threads, cache: cache_folder(), limits };
    Sandbox::new(settings).map_err(|error| error.to_string())
}

/// Whose plugins a tenant takes: anybody's, as long as it names no key.
///
/// # Errors
/// A sentence for a person.
pub(crate) fn trust(keys: &[PathBuf]) -> Result<Trust, String> {
    if keys.is_empty() {
        return Ok(Trust::Anyone);
    }
    let read = |path: &PathBuf| {
        TrustedKey::read_file(path).map_err(|error| format!("trusted_keys `{}`: failed to {error}", path.display()))
    };
    Ok(Trust::Keys(keys.iter().map(read).collect::<Result<_, _>>()?))
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
