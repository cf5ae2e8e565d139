//! `cargo xtask plugins`: every folder of `plugins/` with a `plugin.toml` becomes `target/plugins/<id>.wasm`.
//!
//! compile for wasm32 ([`tool`]) → wrap into a component, check it, add the manifest ([`component`]);
//! skipped while nothing it is made of has changed ([`inputs`]).

mod component;
mod inputs;
mod tool;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::Failure;
use crate::{Tree, say};
use tool::Tool;

const ARGUMENTS: &str = "[--print-tool] [--tool rustup|debian]";

/// What the build needs of a `plugin.toml`; the host reads the rest.
#[derive(Deserialize)]
struct Manifest {
    id: String,
    kind: String,
}

struct Plugin {
    folder: PathBuf,
    manifest: Manifest,
    /// `plugin.toml` as it stands: it travels in the component.
    manifest_text: String,
}

pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<(), Failure> {
    let (wanted, print_only) = parse(arguments)?;
    let tool = tool::pick(wanted)?;
    if print_only {
        say(&tool.describe());
        return Ok(());
    }
    let out = tree.at("target/plugins");
    fs::create_dir_all(&out).map_err(Failure::file(&out))?;

    let compiler = tool.compiler_version()?;
    for plugin in plugins(tree)? {
        let digest = inputs::digest(tree, &plugin.folder, &compiler)?;
        if inputs::unchanged(&out, &plugin.manifest.id, &digest) {
            say(&format!("{}: unchanged", plugin.manifest.id));
            continue;
        }
        let size = build(tree, &tool, &plugin, &out)?;
        inputs::remember(&out, &plugin.manifest.id, &digest)?;
        say(&format!("{}: built with {}, {} KiB", plugin.manifest.id, tool.describe(), size.div_ceil(1024)));
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<(Option<Tool>, bool), Failure> {
    let (mut wanted, mut print_only) = (None, false);
    let mut rest = arguments.iter().map(String::as_str);
    while let Some(argument) = rest.next() {
        match argument {
            "--print-tool" => print_only = true,
            "--tool" => {
                let name = rest.next().unwrap_or_default();
                wanted = Some(Tool::named(name).ok_or_else(|| Failure::Argument(name.into(), ARGUMENTS))?);
            }
            other => return Err(Failure::Argument(other.into(), ARGUMENTS)),
        }
    }
    Ok((wanted, print_only))
}

fn plugins(tree: &Tree) -> Result<Vec<Plugin>, Failure> {
    let folder = tree.at("plugins");
    let entries = fs::read_dir(&folder).map_err(Failure::file(&folder))?;
    let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.retain(|folder| folder.join("plugin.toml").is_file());
    folders.sort();
    folders.into_iter().map(plugin).collect()
}

fn plugin(folder: PathBuf) -> Result<Plugin, Failure> {
    let path = folder.join("plugin.toml");
    let manifest_text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
    let wrong = |reason: String| Failure::Manifest { path: path.clone(), reason };
    let manifest: Manifest = toml::from_str(&manifest_text).map_err(|error| wrong(error.to_string()))?;
    if folder.file_name().is_none_or(|name| name != manifest.id.as_str()) {
        return Err(wrong("id must be the folder's name, and the cargo package's".into()));
    }
    Ok(Plugin { folder, manifest, manifest_text })
}

/// The component's size in bytes.
fn build(tree: &Tree, tool: &Tool, plugin: &Plugin, out: &Path) -> Result<usize, Failure> {
    let id = &plugin.manifest.id;
    let module_path = tool.compile(&tree.at("plugins"), id)?;
    let module = fs::read(&module_path).map_err(Failure::file(&module_path))?;
    let bytes = component::wrap(&module, &plugin.manifest.kind, &plugin.manifest_text)
        .map_err(|reason| Failure::Component { id: id.clone(), reason })?;
    // Written aside and renamed: a host that reads meanwhile never sees half a component.
    let (path, aside) = (out.join(format!("{id}.wasm")), out.join(format!("{id}.wasm.part")));
    fs::write(&aside, &bytes).map_err(Failure::file(&aside))?;
    fs::rename(&aside, &path).map_err(Failure::file(&path))?;
    Ok(bytes.len())
}
