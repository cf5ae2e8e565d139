//! `plaint test`: the pages of a pack, whose examples must hold.

use std::process::ExitCode;

use policy::Lang;
use road::{Overruns, Plugins};

use sandbox::Limits;

use super::{Went, print};
use crate::{
    cli,
    pages::{Tester, pages},
    plugins,
};

/// Plays every example of every page. Exit code 1 when one does not hold.
pub(crate) fn test(arguments: &cli::Test, lang: Lang) -> Went {
    let pack = policy::load(&arguments.dir).map_err(|problems| problems.text(lang))?;
    let pages = pages(&arguments.dir, arguments.rule.as_deref(), lang)?;
    let shelf = Plugins::new(
        plugins::sandbox(1, Limits::default())?,
        plugins::folders(&arguments.plugins, Some(&arguments.dir)),
    );
    let rulebook = shelf.rulebook(pack, Overruns::Fail).map_err(|problems| {
        let texts: Vec<String> = problems.iter().map(|problem| problem.text(lang)).collect();
        texts.join("\nplaint: ")
    })?;
    let mut tester = Tester::new(&rulebook, lang);
    for page in pages {
        let told = tester.page(&page)?;
        print(&told)?;
    }
    print(&tester.summary())?;
    Ok(if tester.counts().failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
