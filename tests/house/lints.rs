//! Every crate inherits the lints of its workspace, and the guests have no weaker ones of their own.

use toml::{Table, Value};

use crate::{
    finding::{Finding, refuse},
    manifest::{Manifest, manifests},
};

#[test]
fn every_crate_inherits_the_lints() {
    let manifests = manifests();
    let guests = workspace(&manifests, "plugins");
    let members: Vec<String> = ["", "plugins"].into_iter().flat_map(|folder| members(&manifests, folder)).collect();
    let mut findings = Vec::new();
    for manifest in manifests.iter().filter(|manifest| manifest.package().is_some()) {
        let own = manifest.table.get("lints").and_then(Value::as_table);
        if members.iter().any(|member| member == manifest.folder()) {
            if !own.is_some_and(|lints| lints.get("workspace") == Some(&Value::Boolean(true))) {
                findings.push(Finding::new(&manifest.path, 1, "lints of its own", "[lints] workspace = true"));
            }
        } else {
            // A crate that stands alone has no workspace to inherit from, so it repeats what the guests have.
            findings.extend(missing(&manifest.path, guests, own.unwrap_or(&Table::new())));
        }
    }
    refuse(findings);
}

#[test]
fn the_guests_have_the_lints_of_the_host() {
    let manifests = manifests();
    let (host, guests) = (workspace(&manifests, ""), workspace(&manifests, "plugins"));
    let others =
        pairs(guests).filter(|(group, name, level)| host.get(*group).and_then(|of| of.get(name)) != Some(level));
    refuse(others.map(|(group, name, _)| {
        Finding::new("plugins/Cargo.toml", 1, format!("{group}.{name} unlike the host's"), "as in the root Cargo.toml")
    }));
}

#[test]
fn a_missing_lint_is_seen() {
    let asked: Table = "rust.missing_docs = \"warn\"\nclippy.todo = \"warn\"".parse().expect("toml");
    let own: Table = "rust.missing_docs = \"warn\"\nclippy.todo = \"allow\"".parse().expect("toml");
    let found: Vec<String> = missing("x", &asked, &own).map(|finding| finding.found).collect();
    assert_eq!(found, ["clippy.todo is missing or weaker"]);
}

fn missing(path: &str, asked: &Table, own: &Table) -> impl Iterator<Item = Finding> {
    let weaker = pairs(asked).filter(|(group, name, level)| own.get(*group).and_then(|of| of.get(name)) != Some(level));
    weaker.map(move |(group, name, level)| {
        Finding::new(
            path,
            1,
            format!("{group}.{name} is missing or weaker"),
            format!("[lints.{group}] {name} = {level}"),
        )
    })
}

/// Group, name and level of every lint.
fn pairs(lints: &Table) -> impl Iterator<Item = (&str, &str, &Value)> {
    let groups = lints.iter().filter_map(|(group, named)| Some((group.as_str(), named.as_table()?)));
    groups.flat_map(|(group, named)| named.iter().map(move |(name, level)| (group, name.as_str(), level)))
}

fn members(manifests: &[Manifest], folder: &str) -> Vec<String> {
    let root = manifests.iter().find(|manifest| manifest.folder() == folder);
    let listed = root.and_then(|root| root.table.get("workspace")?.get("members")?.as_array());
    let names = listed.into_iter().flatten().filter_map(Value::as_str);
    names.map(|name| format!("{folder}/{name}").trim_start_matches('/').into()).collect()
}

fn workspace<'a>(manifests: &'a [Manifest], folder: &str) -> &'a Table {
    let root = manifests.iter().find(|manifest| manifest.folder() == folder);
    let lints = root.and_then(|root| root.table.get("workspace")?.get("lints")?.as_table());
    lints.unwrap_or_else(|| panic!("no [workspace.lints] in the Cargo.toml of `{folder}`"))
}
