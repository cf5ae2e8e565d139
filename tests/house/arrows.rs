//! The arrows between the crates of the house point down to the engine; guests know only the SDK.

use crate::{
    finding::{Finding, refuse},
    manifest::{Manifest, manifests, renames},
};

/// Every crate of the host, and which others it may use. A new arrow is an architectural decision.
const ARROWS: &[(&str, &[&str])] = &[
    ("plaint-engine", &[]),
    ("plaint-policy", &["plaint-engine"]),
    ("plaint-sandbox", &["plaint-engine"]),
    ("plaint-kit", &["plaint-policy", "plaint-sandbox", "plaint-engine"]),
    ("plaint-store", &["plaint-engine"]),
    ("plaint-road", &["plaint-policy", "plaint-sandbox", "plaint-store", "plaint-engine"]),
    (
        "plaint-server",
        &["plaint-kit", "plaint-road", "plaint-policy", "plaint-sandbox", "plaint-store", "plaint-engine"],
    ),
];

const SDK: &str = "plaint-sdk";

#[test]
fn arrows_point_down_to_the_engine() {
    let manifests = manifests();
    let renames = renames(&manifests);
    let house: Vec<&str> = manifests.iter().filter_map(Manifest::package).collect();
    let mut findings = Vec::new();
    for manifest in &manifests {
        let Some(package) = manifest.package() else { continue };
        let Some(allowed) = allowed(&manifest.path, package) else {
            findings.push(Finding::new(&manifest.path, 1, format!("the house has no room `{package}`"), NEW_ROOM));
            continue;
        };
        for used in manifest.dependencies(&renames) {
            if house.contains(&used.package.as_str()) && !allowed.permits(&used.package) {
                let found = format!("an arrow {package} → {}", used.package);
                findings.push(Finding::new(&manifest.path, used.line, found, allowed.advice()));
            }
        }
    }
    refuse(findings);
}

#[test]
fn a_plugin_is_written_with_the_sdk() {
    let manifests = manifests();
    let renames = renames(&manifests);
    let plugins = manifests.iter().filter(|manifest| manifest.path.starts_with("plugins/"));
    let without = plugins.filter(|manifest| {
        manifest.package().is_some() && !manifest.dependencies(&renames).iter().any(|used| used.package == SDK)
    });
    refuse(without.map(|manifest| {
        Finding::new(
            &manifest.path,
            1,
            "a plugin without the SDK",
            "depend on `plaint-sdk`: the contract is spoken there",
        )
    }));
}

#[test]
fn only_these_arrows_are_drawn() {
    for (path, package, used, expected) in [
        ("host/road/Cargo.toml", "plaint-road", "plaint-store", Some(true)),
        ("host/engine/Cargo.toml", "plaint-engine", "plaint-store", Some(false)),
        ("host/store/Cargo.toml", "plaint-store", "plaint-sandbox", Some(false)),
        ("host/store/Cargo.toml", "plaint-store", "plaint-bench", Some(false)),
        ("host/cellar/Cargo.toml", "plaint-cellar", "plaint-engine", None),
        ("tests/bench/Cargo.toml", "plaint-bench", "plaint-store", Some(true)),
        ("plugins/transcript/Cargo.toml", "transcript", "plaint-sdk", Some(true)),
        ("plugins/transcript/Cargo.toml", "transcript", "plaint-engine", Some(false)),
        ("plugin-sdk/rust/Cargo.toml", "plaint-sdk", "plaint-engine", Some(false)),
    ] {
        assert_eq!(allowed(path, package).map(|allowed| allowed.permits(used)), expected, "{package} → {used}");
    }
}

const NEW_ROOM: &str = "put the code where its world is, or record the new crate in host/ARCHITECTURE.md and in ARROWS";

enum Allowed {
    Anything,
    These(&'static [&'static str]),
}

impl Allowed {
    fn permits(&self, package: &str) -> bool {
        match self {
            Allowed::Anything => true,
            Allowed::These(names) => names.contains(&package),
        }
    }

    fn advice(&self) -> String {
        match self {
            Allowed::These(names) if !names.is_empty() => format!("it may use {} only", names.join(", ")),
            Allowed::These(_) | Allowed::Anything => "it may use no other crate of the house".into(),
        }
    }
}

/// Nothing for a crate that has no place in the house.
fn allowed(path: &str, package: &str) -> Option<Allowed> {
    match path.split('/').next()? {
        "host" => ARROWS.iter().find(|(name, _)| *name == package).map(|(_, names)| Allowed::These(names)),
        "tests" => Some(Allowed::Anything),
        "plugins" => Some(Allowed::These(&[SDK])),
        "plugin-sdk" => Some(Allowed::These(&[])),
        _ => None,
    }
}
