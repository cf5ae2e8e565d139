//! A page has one title.

use crate::{
    finding::{Finding, refuse, seen},
    tree,
};

#[test]
fn a_page_has_one_title() {
    let pages = tree::files().iter().filter(|file| file.is(&["md"]));
    refuse(pages.flat_map(|file| titles(&file.path, &file.text)));
}

#[test]
fn a_second_title_is_seen() {
    for (text, expected) in [
        ("# A\n\n## B\n", vec![]),
        ("# A\n\n```sh\n# a comment\n```\n", vec![]),
        ("## B\n", vec![(1, "no title")]),
        ("# A\n\n# B\n", vec![(3, "a second title")]),
    ] {
        assert_eq!(seen(&titles("x.md", text)), expected, "{text}");
    }
}

fn titles(path: &str, text: &str) -> Vec<Finding> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        fenced ^= line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        if !fenced && line.starts_with("# ") {
            lines.push(number);
        }
    }
    if lines.is_empty() {
        return vec![Finding::new(path, 1, "no title", "open the page with one `# ` line")];
    }
    let more = lines.into_iter().skip(1);
    more.map(|line| Finding::new(path, line, "a second title", "make it a `## ` section, or a page of its own"))
        .collect()
}
