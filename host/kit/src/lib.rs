//! The author's kit: a plugin from its first file to a component that may be trusted, in Rust, JavaScript or Python.
//!
//! It runs compilers and calls the built component through the sandbox, as the road does. It knows nothing of facts,
//! stores or HTTP, and prints nothing: it gives texts, in the language of whoever asked.

mod ask;
mod bench;
mod build;
mod check;
mod failure;
mod fixtures;
mod folder;
mod inspect;
mod scaffold;
mod seal;
mod test;
mod text;

pub use ask::{Asked, ask};
pub use bench::{Measured, bench};
pub use build::{Built, Tool};
pub use check::{Checked, check};
pub use failure::Failure;
pub use fixtures::Fixtures;
pub use folder::{Folder, Language};
pub use inspect::inspect;
pub use scaffold::scaffold;
pub use seal::{keygen, sign, verify};
pub use test::{Tested, test};

use std::path::PathBuf;

use policy::Lang;

/// Where and how a plugin is built.
pub struct Workshop<'a> {
    /// The language people are spoken to in.
    pub lang: Lang,
    /// Where tools are kept that a build installs by itself.
    pub tools: PathBuf,
    /// Which compiler Rust is to be compiled with; what the machine has, where nothing is said.
    pub tool: Option<Tool>,
    /// Says a line while something takes long.
    pub say: &'a dyn Fn(&str),
}
