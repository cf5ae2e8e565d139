//! `plaint run`: facts in, decisions out.

use std::{path::PathBuf, process::ExitCode, thread::available_parallelism};

use policy::Lang;
use road::{
    Overruns, Plugins, Rulebook,
    lanes::{Run, run as drive},
    source::{Input, Reading},
    wire::parse_instant,
};
use sandbox::{Connector, Limits};
use store::Store;

use super::Went;
use crate::{cli, people, plugins, tell::Teller};

/// Runs to the end of the input. Exit code 1 when lines could not be taken in; good lines count all the same.
pub(crate) fn run(arguments: cli::Run, lang: Lang) -> Went {
    let threads = arguments.threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from)).max(1);
    let pack = policy::load(&arguments.rules).map_err(|problems| problems.text(lang))?;
    let sandbox = plugins::sandbox(threads, Limits::default())?;
    let shelf = Plugins::new(sandbox, plugins::folders(&arguments.plugins, Some(&arguments.rules)));
    let rulebook = rulebook(&shelf, pack, lang)?;
    let connector = match &arguments.connector {
        Some(id) => Some((connector(&shelf, id, &arguments.settings, lang)?, id.clone())),
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
