//! The engine's modules stand in reading order: each uses only those above it in `lib.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    finding::{Finding, refuse, seen},
    source::{code, paths, shipped, tokens},
    tree,
};

const SOURCES: &str = "host/engine/src/";

/// Module → the modules it uses, each with the places.
type Uses = BTreeMap<String, Vec<(String, String, usize)>>;

#[test]
fn a_module_uses_only_those_above_it() {
    let engine: Vec<(&str, &str)> =
        tree::rust().filter_map(|file| Some((file.path.strip_prefix(SOURCES)?, file.text.as_str()))).collect();
    refuse(upward(&engine));
}

#[test]
fn an_upward_use_is_seen() {
    let lib = ("lib.rs", "pub mod time;\npub mod fact;\npub mod step;");
    for (files, expected) in [
        (vec![lib, ("fact/body.rs", "use crate::time::Instant;")], vec![]),
        (vec![lib, ("fact/mod.rs", "#[cfg(test)]\nmod tests { use crate::step::Step; }")], vec![]),
        (vec![lib, ("time.rs", "\nuse crate::{fact::Fact};")], vec![(2, "`time` uses `fact`, which stands below it")]),
        (vec![lib, ("time.rs", "use super::step;")], vec![(1, "`time` uses `step`, which stands below it")]),
    ] {
        assert_eq!(seen(&upward(&files)), expected, "{files:?}");
    }
}

#[test]
fn the_order_that_would_do_is_named() {
    let uses = |pairs: &[(&str, &str)]| {
        let mut uses = Uses::new();
        for (from, to) in pairs {
            uses.entry((*from).into()).or_default().push(((*to).into(), "x.rs".into(), 1));
        }
        uses
    };
    let modules = ["alert", "fact", "time"];
    assert_eq!(
        order(&modules, &uses(&[("alert", "fact"), ("fact", "time")])),
        "in lib.rs the order time, fact, alert would do (rustfmt: reorder_modules = false)"
    );
    assert_eq!(
        order(&modules, &uses(&[("alert", "fact"), ("fact", "alert")])),
        "a circle among alert, fact: part them"
    );
}

/// `files` by their paths below `src`.
fn upward(files: &[(&str, &str)]) -> Vec<Finding> {
    let lib = files.iter().find(|(path, _)| *path == "lib.rs").map_or("", |(_, text)| text);
    let lib = code(lib);
    let listed = tokens(&lib);
    let modules: Vec<&str> = listed.windows(2).filter(|two| two[0].text == "mod").map(|two| two[1].text).collect();
    let uses = uses(files, &modules);
    let place = |module: &str| modules.iter().position(|known| *known == module);
    let mut findings = Vec::new();
    for (module, used) in &uses {
        for (other, path, line) in used {
            if place(other) > place(module) {
                let found = format!("`{module}` uses `{other}`, which stands below it");
                findings.push(Finding::new(&format!("{SOURCES}{path}"), *line, found, order(&modules, &uses)));
            }
        }
    }
    findings
}

fn uses(files: &[(&str, &str)], modules: &[&str]) -> Uses {
    let mut uses = Uses::new();
    for (path, text) in files {
        let module = path.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        let code = shipped(&code(text));
        let tokens = tokens(&code);
        // In a file right below `src`, `super` is the crate.
        let above = if path.contains('/') { Vec::new() } else { paths(&tokens, "super") };
        for (line, used) in paths(&tokens, "crate").into_iter().chain(above) {
            let use_of = (used[0].into(), (*path).into(), line);
            let known = modules.contains(&module) && modules.contains(&used[0]);
            let uses = uses.entry(module.into()).or_default();
            if known && used[0] != module && !uses.contains(&use_of) {
                uses.push(use_of);
            }
        }
    }
    uses
}

/// The reading order that these uses allow, or the modules that allow none.
fn order(modules: &[&str], uses: &Uses) -> String {
    let mut placed: Vec<&str> = Vec::new();
    let ready = |module: &str, placed: &[&str]| {
        uses.get(module).is_none_or(|used| used.iter().all(|(other, ..)| placed.contains(&other.as_str())))
    };
    while let Some(next) = modules.iter().find(|module| !placed.contains(module) && ready(module, &placed)) {
        placed.push(next);
    }
    let left: BTreeSet<&str> = modules.iter().copied().filter(|module| !placed.contains(module)).collect();
    if left.is_empty() {
        return format!("in lib.rs the order {} would do (rustfmt: reorder_modules = false)", placed.join(", "));
    }
    format!("a circle among {}: part them", left.into_iter().collect::<Vec<_>>().join(", "))
}
