//! Every `Cargo.toml` of the house: its package, its workspace, and what it depends on.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::tree;

pub(crate) struct Manifest {
    pub(crate) path: String,
    pub(crate) table: Table,
    text: String,
}

/// One line of a dependency table.
pub(crate) struct Dependency {
    /// The package's own name, whatever it is called here.
    pub(crate) package: String,
    pub(crate) line: usize,
}

pub(crate) fn manifests() -> Vec<Manifest> {
    let own = tree::files().iter().filter(|file| file.path.rsplit('/').next() == Some("Cargo.toml"));
    own.map(|file| Manifest {
        path: file.path.clone(),
        table: file.text.parse().unwrap_or_else(|wrong| panic!("{}: {wrong}", file.path)),
        text: file.text.clone(),
    })
    .collect()
}

impl Manifest {
    /// The folder, empty for the root.
    pub(crate) fn folder(&self) -> &str {
        self.path.strip_suffix("Cargo.toml").unwrap_or_default().trim_end_matches('/')
    }

    /// Nothing for a manifest that only gathers a workspace.
    pub(crate) fn package(&self) -> Option<&str> {
        self.table.get("package")?.get("name")?.as_str()
    }

    /// What ships: dependencies and build dependencies, of every target; not those of the tests.
    pub(crate) fn dependencies(&self, renames: &BTreeMap<String, String>) -> Vec<Dependency> {
        let targets = self.table.get("target").and_then(Value::as_table).into_iter().flatten();
        let tables = targets.filter_map(|(_, target)| target.as_table()).chain([&self.table]);
        let listed = tables.flat_map(|table| {
            let kinds = ["dependencies", "build-dependencies"];
            kinds.into_iter().filter_map(|kind| table.get(kind)?.as_table()).flatten()
        });
        listed
            .map(|(key, value)| {
                let package = renamed(value).or_else(|| renames.get(key).cloned());
                Dependency { package: package.unwrap_or_else(|| key.clone()), line: self.line(key) }
            })
            .collect()
    }

    /// Where a key first stands; 1 where it does not stand by itself.
    pub(crate) fn line(&self, key: &str) -> usize {
        let stands = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
        self.text.lines().position(|line| stands(line.trim_start())).map_or(1, |at| at + 1)
    }
}

/// `engine` → `plaint-engine`: what the workspaces call packages that have another name.
pub(crate) fn renames(manifests: &[Manifest]) -> BTreeMap<String, String> {
    let workspaces = manifests.iter().filter_map(|manifest| manifest.table.get("workspace")?.get("dependencies"));
    let listed = workspaces.filter_map(Value::as_table).flatten();
    listed.filter_map(|(key, value)| Some((key.clone(), renamed(value)?))).collect()
}

fn renamed(dependency: &Value) -> Option<String> {
    Some(dependency.get("package")?.as_str()?.into())
}

#[test]
fn what_ships_is_listed_under_its_own_name() {
    let text = "[dependencies]\nengine.workspace = true\nfast = { package = \"slow\", version = \"1\" }\n\
        [target.'cfg(unix)'.dependencies]\nrustix = \"1\"\n[dev-dependencies]\ntempfile = \"3\"\n";
    let manifest = Manifest { path: "Cargo.toml".into(), table: text.parse().expect("toml"), text: text.into() };
    let renames = BTreeMap::from([("engine".into(), "plaint-engine".into())]);
    let mut found: Vec<(usize, String)> =
        manifest.dependencies(&renames).into_iter().map(|used| (used.line, used.package)).collect();
    found.sort();
    assert_eq!(found, [(2, "plaint-engine".into()), (3, "slow".into()), (5, "rustix".into())]);
}
