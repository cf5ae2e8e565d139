//! Building: a folder becomes a component that imports nothing, exports its kind, and carries its manifest.
//!
//! compile, each language in its file → check it, add the manifest ([`component`]). What takes long and has no
//! builder of its own to tell whether anything changed is skipped while its inputs stay ([`inputs`]).

mod component;
mod inputs;
mod javascript;
mod python;
mod rust;
mod shell;
mod tool;
mod wit;

pub use tool::Tool;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use policy::pick;

use crate::{
    Workshop,
    failure::Failure,
    folder::{Folder, Language},
    text,
};

/// A component that was built.
#[derive(Debug)]
pub struct Built {
    /// Where it is.
    pub path: PathBuf,
    /// What is to be told of it, a line.
    pub told: String,
}

/// A component, and the digest of what it is made of where that has to be remembered.
struct Made {
    bytes: Vec<u8>,
    digest: Option<String>,
}

impl Workshop<'_> {
    /// Builds the plugin into `out/<id>.wasm`.
    pub fn build(&self, folder: &Folder, out: &Path) -> Result<Built, Failure> {
        let id = &folder.manifest.id;
        fs::create_dir_all(out).map_err(Failure::file(out))?;
        let path = out.join(format!("{id}.wasm"));
        let started = Instant::now();
        let made = match folder.language {
            Language::Rust => {
                Some(Made { bytes: component::of_module(&rust::compile(self, folder)?, folder)?, digest: None })
            }
            Language::JavaScript => self.unless_unchanged(folder, out, javascript::TOOL, javascript::compile)?,
            Language::Python => self.unless_unchanged(folder, out, python::TOOL, python::compile)?,
        };
        let there = fs::read(&path).ok();
        let Some(Made { bytes, digest }) = made.filter(|made| there.as_ref() != Some(&made.bytes)) else {
            let told = format!("{id}: {}", pick(self.lang, "没有变化", "unchanged"));
            return Ok(Built { path, told });
        };
        // Written aside and renamed: a host that reads meanwhile never sees half a component.
        let aside = out.join(format!("{id}.wasm.part"));
        fs::write(&aside, &bytes).map_err(Failure::file(&aside))?;
        fs::rename(&aside, &path).map_err(Failure::file(&path))?;
        if let Some(digest) = digest {
            inputs::remember(out, id, &digest)?;
        }
        let (size, took) = (text::size(bytes.len()), text::time(started.elapsed()));
        Ok(Built { told: format!("{id}: {}, {size}, {took} → {}", folder.language, path.display()), path })
    }

    /// Nothing where the component is there and made of the same.
    fn unless_unchanged(
        &self,
        folder: &Folder,
        out: &Path,
        tool: &str,
        compile: fn(&Workshop<'_>, &Folder) -> Result<Vec<u8>, Failure>,
    ) -> Result<Option<Made>, Failure> {
        let digest = inputs::digest(&folder.path, tool)?;
        if inputs::unchanged(out, &folder.manifest.id, &digest) {
            return Ok(None);
        }
        Ok(Some(Made { bytes: component::finish(compile(self, folder)?, folder)?, digest: Some(digest) }))
    }
}
