//! `plaint run`: facts in, decisions out.

use std::{path::PathBuf, process::ExitCode, thread::available_parallelism};

use policy::Lang;
use road::{
    Overruns, Plugins, Rulebook,
    lanes::{Run, run as drive},
    source::{Input, Reading},
    wire::parse_instant,
};
use sandbox::{Connector, Limits, Sandbox, Settings};
use store::Store;

use super::Went;
use crate::{cli, people, tell::Teller};

/// Runs to the end of the input. Exit code 1 when lines could not be taken in; good lines count all the same.
pub(crate) fn run(arguments: cli::Run, lang: Lang) -> Went {
    let threads = arguments.threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from)).max(1);
    let pack = policy::load(&arguments.rules).map_err(|problems| problems.text(lang))?;
    let plugins = Plugins::new(sandbox(threads)?, folders(&arguments));
    let rulebook = rulebook(&plugins, pack, lang)?;
    let connector = match &arguments.connector {
        Some(id) => Some((connector(&plugins, id, &arguments.settings, lang)?, id.clone())),
        None => None,
    };
    let until = arguments.until.as_deref().map(parse_instant).transpose();
    let until = until.map_err(|refusal| format!("--until: {}", refusal.text(lang)))?;
    let store = match &arguments.data {
        Some(dir) => Store::open(dir),
        None => Store::in_memory(),
    };
    let store = store.map_err(|error| error.to_string())?;
    let input = if arguments.input == "-" { Input::Stdin } else { Input::File(PathBuf::from(&arguments.input)) };
    let stepwise = arguments.format == cli::Format::Text;
    let people = arguments.directory.iter().map(|file| people::read(file, "", lang));
    let before = people.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let reading = Reading { input, connector, before, backfill: arguments.backfill, until, stepwise };
    let mut teller = Teller::new(arguments.format, lang);
    let went = drive(Run { store, rulebook, threads, reading }, &mut teller);
    let bad = teller.finish();
    went.map_err(|error| error.to_string())?;
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn sandbox(threads: usize) -> Result<Sandbox, String> {
    let cache = cache_folder();
    let settings = Settings { judges: threads, cache, limits: Limits::default() };
    Sandbox::new(settings).map_err(|error| error.to_string())
}

/// Where compiled plugins are kept between runs.
fn cache_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("plaint"))
}

fn rulebook(plugins: &Plugins, pack: policy::Pack, lang: Lang) -> Result<Rulebook, String> {
    plugins.rulebook(pack, Overruns::Fail).map_err(|problems| {
        let texts: Vec<String> = problems.iter().map(|problem| problem.text(lang)).collect();
        texts.join("\nplaint: ")
    })
}

fn connector(plugins: &Plugins, id: &str, settings: &str, lang: Lang) -> Result<Connector, String> {
    let component = plugins.load(id, "--connector").map_err(|problem| problem.text(lang))?;
    Connector::new(&component, settings).map_err(|error| error.to_string())
}

/// The folders plugins are looked for in: those named, else the pack's own and the one beside this program.
fn folders(arguments: &cli::Run) -> Vec<PathBuf> {
    if !arguments.plugins.is_empty() {
        return arguments.plugins.clone();
    }
    let mut folders = vec![arguments.rules.join("plugins")];
    if let Ok(program) = std::env::current_exe()
        && let Some(beside) = program.parent()
    {
        folders.push(beside.join("plugins"));
        folders.extend(beside.parent().map(|above| above.join("plugins")));
    }
    folders
}
