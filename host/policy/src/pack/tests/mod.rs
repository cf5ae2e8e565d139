//! Packs as tables: what is wrong with them, and what becomes of good ones.

mod good;
mod wrong;

use std::collections::BTreeMap;

use super::{Pack, load_texts};
use crate::Problems;

/// A pack in memory: files by path, the pack in folder `p`.
fn pack(files: &[(&str, &str)]) -> Result<Pack, Problems> {
    let files: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    load_texts(files, "p")
}

const PACK: &str = r#"name = "shop"

[params]
repeats = { default = 3, min = 2, max = 6 }
patience = { default = "2m" }
"#;

const ALERT: &str = r#"[[alert]]
id = "repeats"
on = "turn"
when = "contact.agent_repeats >= param.repeats"
severity = "critical"
say = { zh = "说了 {contact.agent_repeats} 遍", en = "said {contact.agent_repeats} times" }
"#;
