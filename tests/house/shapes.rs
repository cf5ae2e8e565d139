//! What travels has one shape, and an unknown field is a mistake that somebody hears of.

use crate::{
    finding::{Finding, refuse, seen},
    source::{code, tokens},
    tree,
};

/// A serde attribute that hides what a text may hold, and what is written instead.
const LOOSE: &[(&str, &str)] = &[
    ("flatten", "write the fields out: a flattened struct cannot deny unknown fields"),
    ("untagged", "tag the variants: an untagged enum answers every mistake with `did not match`"),
];

#[test]
fn what_travels_has_one_shape() {
    refuse(tree::rust().flat_map(|file| loose(&file.path, &file.text)));
}

#[test]
fn a_loose_shape_is_seen() {
    for (text, expected) in [
        ("#[serde(flatten)]\nx: X", vec![(1, "`serde(flatten)`")]),
        ("#[derive(A)]\n#[serde(rename = \"x\", untagged)]", vec![(2, "`serde(untagged)`")]),
        ("#[serde(default)]\nx: X, // serde(flatten)\nlet y = z.flatten();", vec![]),
    ] {
        assert_eq!(seen(&loose("x.rs", text)), expected, "{text}");
    }
}

fn loose(path: &str, text: &str) -> Vec<Finding> {
    let code = code(text);
    let tokens = tokens(&code);
    let starts = tokens.windows(2).enumerate().filter(|(_, two)| two[0].text == "serde" && two[1].text == "(");
    let inside = starts.flat_map(|(at, _)| tokens[at..].iter().take_while(|token| token.text != "]"));
    let found = inside.filter_map(|token| {
        let (name, instead) = LOOSE.iter().find(|(name, _)| token.text == *name)?;
        Some(Finding::new(path, token.line, format!("`serde({name})`"), *instead))
    });
    found.collect()
}
