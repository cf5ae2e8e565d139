//! `plaint plugin`: the author's kit, on the command line.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use kit::{Failure, Fixtures, Folder, Tool, Workshop};
use policy::Lang;
use sandbox::{Component, Limits, Sandbox};

use super::{Went, approve::approve, print};
use crate::{
    cli::{Compiler, Plugin, PluginAction, PluginBuild, PluginFixtures, PluginNew},
    lang::{Named, pick},
    plugins,
};

/// Does one thing with plugins.
pub(crate) fn plugin(arguments: &Plugin, named: Option<Named>, lang: Lang) -> Went {
    let failed = |failure: Failure| failure.text(lang);
    match &arguments.action {
        PluginAction::New(arguments) => new(arguments, named, lang),
        PluginAction::Build(arguments) => build(arguments, lang),
        PluginAction::Test(arguments) => {
            let at = At::find(&arguments.what, lang)?;
            let tested = kit::test(&at.load()?, &at.fixtures().map_err(failed)?, arguments.update, lang);
            let tested = tested.map_err(failed)?;
            ended(&tested.text, tested.holds)
        }
        PluginAction::Check(arguments) => {
            let at = At::find(arguments, lang)?;
            let fixtures = at.fixtures().ok();
            let checked = kit::check(&at.sandbox, &at.component, fixtures.as_ref(), lang).map_err(failed)?;
            ended(&checked.text, checked.sound)
        }
        PluginAction::Bench(arguments) => {
            let at = At::find(&arguments.what, lang)?;
            let measured = kit::bench(&at.load()?, &at.fixtures().map_err(failed)?, lang).map_err(failed)?;
            print(&if arguments.json { format!("{}\n", measured.json) } else { measured.text })
        }
        PluginAction::Ask(arguments) => {
            let component = sandbox()?.load_file(&arguments.component).map_err(|error| format!("failed to {error}"))?;
            let asked = kit::ask(&component, &arguments.question).map_err(failed)?;
            ended(&asked.text, asked.answered)
        }
        PluginAction::Inspect(arguments) => print(&kit::inspect(&sandbox()?, &arguments.file, lang).map_err(failed)?),
        PluginAction::Approve(arguments) => approve(arguments, lang),
        PluginAction::Keygen(arguments) => print(&kit::keygen(&arguments.out, lang).map_err(failed)?),
        PluginAction::Sign(arguments) => print(&kit::sign(&arguments.file, &arguments.key, lang).map_err(failed)?),
        PluginAction::Verify(arguments) => print(&kit::verify(&arguments.file, &arguments.key, lang).map_err(failed)?),
    }
}

fn new(arguments: &PluginNew, named: Option<Named>, lang: Lang) -> Went {
    let Some(Named::Plugin(language)) = named else {
        let wanted = pick(
            lang,
            "请用 --lang rust、js 或 python 说明用什么语言写",
            "say what it is written in: --lang rust, js or python",
        );
        return Err(wanted.to_owned());
    };
    let folder = kit::scaffold(arguments.kind.0, language, &arguments.name, &arguments.into);
    let folder = folder.map_err(|failure| failure.text(lang))?;
    let next = pick(lang, "接下来", "next");
    let folder = folder.display();
    print(&format!("{folder}\n{next}: plaint plugin test {folder}\n"))
}

fn build(arguments: &PluginBuild, lang: Lang) -> Went {
    let tool = arguments.tool.map(|tool| match tool {
        Compiler::Rustup => Tool::Rustup,
        Compiler::Debian => Tool::Debian,
    });
    for path in &arguments.folders {
        print(&format!("{}\n", built(path, arguments.out.as_deref(), tool, lang)?.told))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn built(path: &Path, out: Option<&Path>, tool: Option<Tool>, lang: Lang) -> Result<kit::Built, String> {
    let tools = plugins::cache_folder().unwrap_or_else(std::env::temp_dir).join("tools");
    let workshop = Workshop { lang, tools, tool, say: &say };
    let folder = Folder::open(path).map_err(|failure| failure.text(lang))?;
    let out = out.map_or_else(|| folder.out(), Path::to_owned);
    workshop.build(&folder, &out).map_err(|failure| failure.text(lang))
}

/// What takes long is told where it is in nobody's way; nobody hears it when that is gone.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line} …");
}

/// One author asks one thing at a time.
fn sandbox() -> Result<Sandbox, String> {
    plugins::sandbox(1, Limits::default())
}

fn ended(text: &str, good: bool) -> Went {
    print(text)?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A component, freshly built where its folder was named, and its fixtures.
struct At {
    sandbox: Sandbox,
    component: PathBuf,
    fixtures: PathBuf,
}

impl At {
    fn find(arguments: &PluginFixtures, lang: Lang) -> Result<Self, String> {
        let (component, fixtures) = if arguments.at.is_dir() {
            (built(&arguments.at, None, None, lang)?.path, arguments.at.join("fixtures"))
        } else {
            (arguments.at.clone(), PathBuf::from("fixtures"))
        };
        let fixtures = arguments.fixtures.clone().unwrap_or(fixtures);
        Ok(At { sandbox: sandbox()?, component, fixtures })
    }

    fn load(&self) -> Result<Component, String> {
        self.sandbox.load_file(&self.component).map_err(|error| format!("failed to {error}"))
    }

    fn fixtures(&self) -> Result<Fixtures, Failure> {
        Fixtures::read(&self.fixtures)
    }
}
