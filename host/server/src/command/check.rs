//! `plaint check`: every problem of a pack at once.

use std::process::ExitCode;

use policy::{Lang, Pack};

use super::{Went, print};
use crate::{cli, lang::pick};

/// Checks a pack.
pub(crate) fn check(arguments: &cli::Check, lang: Lang) -> Went {
    match policy::load(&arguments.dir) {
        Ok(pack) if arguments.print => print(pack.print()),
        Ok(pack) => print(&told(&pack, lang)),
        Err(problems) => {
            print(&(problems.text(lang) + "\n"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The sum, then each rule with where it stands and what a look at it costs, in nodes of its conditions.
fn told(pack: &Pack, lang: Lang) -> String {
    let sum = pick(lang, "{name}:{rules} 条规则,没有问题\n", "{name}: {rules} rules, no problems\n");
    let mut text = sum.replace("{name}", &pack.name).replace("{rules}", &pack.rules.len().to_string());
    let cost = pick(lang, "代价", "cost");
    let width = pack.about.iter().map(|about| about.id.chars().count()).max().unwrap_or(0);
    for about in &pack.about {
        text.push_str(&format!("  {:width$}  {}  {cost} {}\n", about.id, about.place, about.cost));
    }
    text
}
