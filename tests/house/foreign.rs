//! One crate per foreign world: the engine's own list is closed, and each heavy library has its rooms.

use crate::{
    finding::{Finding, refuse},
    manifest::{Manifest, manifests, renames},
};

/// All that the engine leans on.
const ENGINE: &[&str] = &["regex", "serde", "sha2", "thiserror"];

/// A library, with everything named after it, and the rooms of the host it may enter.
const WORLDS: &[(&str, &[&str])] = &[
    ("axum", &["server"]),
    ("cel", &["policy"]),
    ("rusqlite", &["store"]),
    ("tokio", &["server"]),
    ("toml", &["policy", "sandbox", "server"]),
    ("wasmtime", &["sandbox"]),
];

#[test]
fn every_foreign_world_has_its_room() {
    let manifests = manifests();
    let renames = renames(&manifests);
    let mut findings = Vec::new();
    for manifest in &manifests {
        let Some(room) = manifest.folder().strip_prefix("host/") else { continue };
        for used in manifest.dependencies(&renames) {
            if let Some(instead) = refused(room, &used.package) {
                let found = format!("`{}` in {room}", used.package);
                findings.push(Finding::new(&manifest.path, used.line, found, instead));
            }
        }
    }
    refuse(findings);
}

#[test]
fn the_engine_leans_on_a_closed_list() {
    let manifests = manifests();
    let engine: Vec<&Manifest> = manifests.iter().filter(|manifest| manifest.folder() == "host/engine").collect();
    assert_eq!(engine.len(), 1, "the engine has one manifest");
    let others = engine[0].dependencies(&renames(&manifests)).into_iter();
    let others = others.filter(|used| !ENGINE.contains(&used.package.as_str()));
    refuse(others.map(|used| {
        let instead = format!("the engine leans on {} only: convert at the door", ENGINE.join(", "));
        Finding::new(&engine[0].path, used.line, format!("`{}` in the engine", used.package), instead)
    }));
}

#[test]
fn a_world_takes_its_relatives_along() {
    for (room, package, expected) in [
        ("store", "rusqlite", None),
        ("road", "rusqlite", Some("only in store: convert at the door")),
        ("road", "tokio-util", Some("only in server: convert at the door")),
        ("road", "celebrate", None),
        ("road", "toml_edit", Some("only in policy, sandbox, server: convert at the door")),
    ] {
        assert_eq!(refused(room, package).as_deref(), expected, "{package} in {room}");
    }
}

fn refused(room: &str, package: &str) -> Option<String> {
    let related =
        |name: &str| package.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']));
    let (_, rooms) = WORLDS.iter().find(|(name, _)| related(name))?;
    (!rooms.contains(&room)).then(|| format!("only in {}: convert at the door", rooms.join(", ")))
}
