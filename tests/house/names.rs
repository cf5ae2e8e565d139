//! A module is named for its noun: a helper belongs to the noun it helps.

use crate::{
    finding::{Finding, refuse, seen},
    source::{code, tokens},
    tree,
};

const NOT_A_NOUN: &[&str] = &["common", "helper", "helpers", "manager", "managers", "util", "utils"];

#[test]
fn a_module_is_named_for_its_noun() {
    refuse(tree::rust().flat_map(|file| drawers(&file.path, &file.text)));
}

#[test]
fn a_drawer_for_everything_is_seen() {
    for (path, text, expected) in [
        ("host/x/src/utils.rs", "", vec![(1, "`utils`")]),
        ("host/x/src/common/mod.rs", "", vec![(1, "`common`")]),
        ("host/x/src/lib.rs", "\nmod helpers { }", vec![(2, "`helpers`")]),
        ("host/x/src/alert.rs", "let manager = 1;", vec![]),
    ] {
        assert_eq!(seen(&drawers(path, text)), expected, "{path}");
    }
}

fn drawers(path: &str, text: &str) -> Vec<Finding> {
    let parts = path.split('/').map(|part| (1, part.trim_end_matches(".rs")));
    let code = code(text);
    let tokens = tokens(&code);
    let inline = tokens.windows(3).filter(|three| three[0].text == "mod" && three[2].text == "{");
    let named = parts.chain(inline.map(|three| (three[1].line, three[1].text)));
    named
        .filter(|(_, name)| NOT_A_NOUN.contains(name))
        .map(|(line, name)| Finding::new(path, line, format!("`{name}`"), "move each item to the noun it helps"))
        .collect()
}
