//! Why the kit did not do its work: where, what was expected, what to do; in both languages.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
};

use policy::Lang;
use sandbox::{SandboxError, SignatureError, fixture::FixtureError};

/// Why the kit did not do its work.
#[derive(Debug)]
pub enum Failure {
    /// A file cannot be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder is there already, and it is not empty.
    Taken(PathBuf),
    /// It is no plugin's name.
    Name(String),
    /// No plugin is written in it.
    NoPlugin(PathBuf),
    /// Its `plugin.toml` cannot be used.
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what was expected.
        reason: String,
    },
    /// A program that a build needs is not on this machine.
    Missing {
        /// Its name.
        program: &'static str,
        /// What it does.
        wanted_for: &'static str,
    },
    /// A program does not start.
    Start {
        /// Its name.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// A program failed.
    Run {
        /// Program and arguments.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        said: String,
    },
    /// There is no compiler for the guests' machine.
    NoTool(String),
    /// The compiler made no module.
    NoModule(PathBuf),
    /// What was compiled is no plugin.
    Component {
        /// The plugin.
        id: String,
        /// Why not.
        reason: String,
    },
    /// A fixture cannot be used.
    Fixture {
        /// Its file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// There are no fixtures.
    NoFixtures(PathBuf),
    /// Nobody who was named vouches for it.
    Signature {
        /// The component.
        path: PathBuf,
        /// What is wrong with its signatures.
        problem: SignatureError,
    },
    /// The plugin cannot be loaded or asked.
    Sandbox(String),
}

impl Failure {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Failure::File { path, source }
    }

    /// For a person.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Failure::File { path, source } => format!("{}:无法读写:{source}", path.display()),
            Failure::Taken(path) => format!("{}:文件夹已存在且不为空;请换一个名字", path.display()),
            Failure::Name(name) => format!("插件名 `{name}`:应为小写字母、数字和连字符,以字母开头,最多 64 个字符"),
            Failure::NoPlugin(path) => {
                let path = path.display();
                format!("{path}:没有插件;应有 plugin.toml 和 Cargo.toml、plugin.js 或 plugin.py(见 plaint plugin new)")
            }
            Failure::Manifest { path, reason } => format!("{}:{reason}", path.display()),
            Failure::Missing { program, wanted_for } => {
                format!("本机没有 `{program}`,而{wanted_for}插件要用它来构建;请安装后再试")
            }
            Failure::Start { program, source } => format!("无法启动 `{program}`:{source}"),
            Failure::Run { command, status, said } => format!("`{command}` 失败({status})\n{said}"),
            Failure::NoTool(reasons) => {
                format!("没有能编译到 wasm32-unknown-unknown 的编译器,rustup 和 apt-get 都没能装上({reasons})")
            }
            Failure::NoModule(path) => {
                format!("{}:没有编译出模块;[lib] 里应有 crate-type = [\"cdylib\", \"rlib\"]", path.display())
            }
            Failure::Component { id, reason } => format!("{id}:编译出来的不是插件:{reason}"),
            Failure::Fixture { path, reason } => format!("{}:{reason}", path.display()),
            Failure::NoFixtures(path) => {
                format!("{}:没有 *.in.json;请写一个问题,再用 plaint plugin test --update 写下回答", path.display())
            }
            Failure::Signature { path, problem } => format!("{}:签名不成立:{}", path.display(), problem.in_chinese()),
            Failure::Sandbox(reason) => format!("失败:{reason}"),
        }
    }

    fn en(&self) -> String {
        match self {
            Failure::File { path, source } => format!("failed to read or write {}: {source}", path.display()),
            Failure::Taken(path) => {
                format!("the folder {} is there already and not empty; take another name", path.display())
            }
            Failure::Name(name) => format!(
                "the name `{name}`: expected lower-case letters, digits and hyphens, a letter first, at most 64"
            ),
            Failure::NoPlugin(path) => {
                let path = path.display();
                format!(
                    "no plugin in {path}: expected plugin.toml with Cargo.toml, plugin.js or plugin.py \
                     (see `plaint plugin new`)"
                )
            }
            Failure::Manifest { path, reason } => format!("{}: {reason}", path.display()),
            Failure::Missing { program, wanted_for } => {
                format!("`{program}` is not on this machine, and a plugin in {wanted_for} is built with it; install it")
            }
            Failure::Start { program, source } => format!("failed to start `{program}`: {source}"),
            Failure::Run { command, status, said } => format!("`{command}` failed ({status})\n{said}"),
            Failure::NoTool(reasons) => {
                format!("no compiler for wasm32-unknown-unknown: neither rustup nor apt-get brought one ({reasons})")
            }
            Failure::NoModule(path) => {
                format!("{} made no module: expected crate-type = [\"cdylib\", \"rlib\"] in [lib]", path.display())
            }
            Failure::Component { id, reason } => format!("what was compiled of {id} is no plugin: {reason}"),
            Failure::Fixture { path, reason } => format!("{}: {reason}", path.display()),
            Failure::NoFixtures(path) => format!(
                "no *.in.json in {}: write a question, then its answer with `plaint plugin test --update`",
                path.display()
            ),
            Failure::Signature { path, problem } => format!("{}: {problem}", path.display()),
            Failure::Sandbox(reason) => format!("failed to {reason}"),
        }
    }
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        Failure::Sandbox(error.to_string())
    }
}

impl From<FixtureError> for Failure {
    fn from(error: FixtureError) -> Self {
        Failure::Sandbox(error.to_string())
    }
}
