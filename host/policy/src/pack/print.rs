//! Printing: the whole pack in canonical text, each part under the line it came from.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    canonical,
    document::{Entry, Node},
    format::Table,
};

/// What is printed behind the parameters.
pub(super) struct Rest<'a> {
    pub(super) freezes: &'a [Node],
    pub(super) casework: Option<&'a Node>,
    pub(super) lists: &'a BTreeMap<&'static str, Vec<Node>>,
}

/// The text of `plaint check --print`.
pub(super) fn print(name: &str, (params, sets): (&[Entry], &[Node]), rest: &Rest<'_>) -> String {
    let mut text = format!("name = {}\n", canonical::quoted(name));
    if !params.is_empty() {
        text.push_str("\n[params]\n");
    }
    for param in params {
        let value = canonical::inline(&param.value, Table::Param);
        let _ = writeln!(text, "# {}\n{} = {value}", param.spot.named_line(), param.key);
    }
    for set in sets {
        let _ =
            write!(text, "\n# {}\n[[param-set]]\n{}", set.spot.named_line(), canonical::lines(set, Table::ParamSet));
    }
    for freeze in rest.freezes {
        let lines = canonical::lines(freeze, Table::Freeze);
        let _ = write!(text, "\n# {}\n[[freeze]]\n{lines}", freeze.spot.named_line());
    }
    if let Some(casework) = rest.casework {
        let lines = canonical::lines(casework, Table::Casework);
        let _ = write!(text, "\n# {}\n[casework]\n{lines}", casework.spot.named_line());
    }
    for table in Table::LISTS {
        for node in rest.lists.get(table.word()).into_iter().flatten() {
            let (word, lines) = (table.word(), canonical::lines(node, table));
            let _ = write!(text, "\n# {}\n[[{word}]]\n{lines}", node.spot.named_line());
        }
    }
    text
}
