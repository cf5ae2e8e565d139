//! Rust: cargo makes a core module; what has changed is cargo's own to know.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value as Json;

use super::{shell, tool};
use crate::{Workshop, failure::Failure, folder::Folder};

/// The module's bytes.
pub(super) fn compile(workshop: &Workshop<'_>, folder: &Folder) -> Result<Vec<u8>, Failure> {
    let tool = tool::pick(workshop)?;
    let manifest = folder.path.join("Cargo.toml");
    let manifest = fs::canonicalize(&manifest).map_err(Failure::file(&manifest))?;
    let mut cargo = tool.cargo();
    cargo.args(["build", "--quiet", "--release", "--target", tool::TARGET, "--message-format=json-render-diagnostics"]);
    cargo.arg("--manifest-path").arg(&manifest);
    let messages = shell::run(&mut cargo)?;
    let module = module(&messages, &manifest).ok_or(Failure::NoModule(manifest))?;
    fs::read(&module).map_err(Failure::file(&module))
}

/// The module that cargo says it made of this package.
fn module(messages: &str, manifest: &Path) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let ours = messages.filter(|message| message["manifest_path"].as_str().map(Path::new) == Some(manifest));
    let mut files = ours.filter_map(|message| message["filenames"].as_array().cloned()).flatten();
    files.find_map(|file| file.as_str().filter(|file| file.ends_with(".wasm")).map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    #[test]
    fn the_module_is_that_of_the_package() {
        let messages = r#"{"reason":"compiler-artifact","manifest_path":"/sdk/Cargo.toml","filenames":["/t/libs.rlib"]}
{"reason":"compiler-artifact","manifest_path":"/p/Cargo.toml","filenames":["/t/p.wasm","/t/libp.rlib"]}
{"reason":"build-finished","success":true}"#;
        assert_eq!(super::module(messages, Path::new("/p/Cargo.toml")), Some(PathBuf::from("/t/p.wasm")));
        assert_eq!(super::module(messages, Path::new("/sdk/Cargo.toml")), None);
    }
}
