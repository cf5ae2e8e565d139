//! Python: `plugin.py`, with whatever it imports beside it, around CPython.

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

/// What a component is made with: another version makes another component.
pub(super) const TOOL: &str = REQUIREMENTS;
const REQUIREMENTS: &str = include_str!("../../../../plugin-sdk/tools/python/requirements.txt");
const PYTHON: &str = "python3";

pub(super) fn compile(workshop: &Workshop<'_>, folder: &Folder) -> Result<Vec<u8>, Failure> {
    let tool = tool(workshop)?;
    let aside = tempfile::tempdir().map_err(Failure::file(Path::new("tmp")))?;
    let made = aside.path().join("plugin.wasm");
    let mut python = Command::new(PYTHON);
    python.args(["-c", "from componentize_py import script; script()"]).env("PYTHONPATH", tool);
    python.arg("--wit-path").arg(wit::folder(workshop)?).args(["--world", &wit::world(folder.manifest.kind)]);
    // The component imports nothing: what would ask a clock or a file traps instead.
    python.args(["componentize", "--stub-wasi", "plugin", "--python-path"]).arg(&folder.path);
    python.arg("--output").arg(&made);
    shell::run(&mut python)?;
    fs::read(&made).map_err(Failure::file(&made))
}

/// Installs the tool where it is not there yet.
fn tool(workshop: &Workshop<'_>) -> Result<PathBuf, Failure> {
    super::inputs::installed(workshop, Language::Python, REQUIREMENTS, |folder| {
        if !shell::answers(Command::new(PYTHON).args(["-m", "pip", "--version"])) {
            return Err(Failure::Missing { program: "python3 -m pip", wanted_for: "Python" });
        }
        (workshop.say)(pick(workshop.lang, "正在用 pip 安装 componentize-py", "installing componentize-py with pip"));
        let list = folder.join("requirements.txt");
        fs::write(&list, REQUIREMENTS).map_err(Failure::file(&list))?;
        let words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
        let mut pip = Command::new(PYTHON);
        pip.args(words).args(["--only-binary", ":all:", "--target"]).arg(folder).arg("--requirement").arg(&list);
        shell::run(&mut pip).map(drop)
    })
}
