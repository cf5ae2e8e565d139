//! JavaScript: `plugin.js`, with whatever it imports beside it, around QuickJS.
//!
//! QuickJS and not SpiderMonkey: a component of 1.6 MB instead of 12, built in 2 s instead of 19, compiled in one
//! second instead of ten, by a tool of 38 MB instead of 385; and it is as quick when warm, since neither may make
//! machine code inside a sandbox.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use policy::pick;

use super::{shell, wit};
use crate::{
    Workshop,
    failure::Failure,
    folder::{Folder, Language},
};

/// What a component is made with: another lock file makes another component.
pub(super) const TOOL: &str = LOCK;
const PACKAGE: &str = include_str!("../../../../plugin-sdk/tools/js/package.json");
const LOCK: &str = include_str!("../../../../plugin-sdk/tools/js/package-lock.json");
const PROGRAM: &str = "node_modules/componentize-qjs/cli.mjs";

pub(super) fn compile(workshop: &Workshop<'_>, folder: &Folder) -> Result<Vec<u8>, Failure> {
    let tool = tool(workshop)?;
    let aside = tempfile::tempdir().map_err(Failure::file(Path::new("tmp")))?;
    let made = aside.path().join("plugin.wasm");
    let mut node = Command::new("node");
    node.arg(tool.join(PROGRAM)).arg("--wit").arg(wit::folder(workshop)?);
    node.args(["--world", &wit::world(folder.manifest.kind)]);
    node.arg("--js").arg(folder.path.join("plugin.js")).arg("--module-root").arg(&folder.path);
    // The component imports nothing: what would ask a clock or a random number traps instead.
    node.args(["--stub-wasi", "--sync"]).arg("--output").arg(&made);
    shell::run(&mut node)?;
    fs::read(&made).map_err(Failure::file(&made))
}

/// Installs the tool where it is not there yet.
fn tool(workshop: &Workshop<'_>) -> Result<PathBuf, Failure> {
    super::inputs::installed(workshop, Language::JavaScript, LOCK, |folder| {
        for (program, argument) in [("node", "--version"), ("npm", "--version")] {
            if !shell::answers(Command::new(program).arg(argument)) {
                return Err(Failure::Missing { program, wanted_for: "JavaScript" });
            }
        }
        (workshop.say)(pick(workshop.lang, "正在用 npm 安装 componentize-qjs", "installing componentize-qjs with npm"));
        for (name, text) in [("package.json", PACKAGE), ("package-lock.json", LOCK)] {
            let file = folder.join(name);
            fs::write(&file, text).map_err(Failure::file(&file))?;
        }
        let words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        shell::run(Command::new("npm").args(words).current_dir(folder)).map(drop)
    })
}
