//! `plaint check`: every problem of a pack at once.

use std::process::ExitCode;

use policy::Lang;

use super::{Went, print};
use crate::{cli, lang::pick};

/// Checks a pack.
pub(crate) fn check(arguments: &cli::Check, lang: Lang) -> Went {
    match policy::load(&arguments.dir) {
        Ok(pack) if arguments.print => print(pack.print()),
        Ok(pack) => {
            let text = pick(lang, "{name}:{rules} 条规则,没有问题", "{name}: {rules} rules, no problems");
            let rules = pack.rules.len().to_string();
            print(&(text.replace("{name}", &pack.name).replace("{rules}", &rules) + "\n"))
        }
        Err(problems) => {
            print(&problems.text(lang))?;
            Ok(ExitCode::FAILURE)
        }
    }
}
