//! Printing: the whole pack in canonical text, each part under the line it came from.

use std::fmt::Write as _;

use crate::{
    canonical,
    document::{Entry, Node},
    format::Table,
};

/// The text of `plaint check --print`.
pub(super) fn print(name: &str, params: &[Entry], sets: &[Node], alerts: &[Node]) -> String {
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
    for alert in alerts {
        let _ = write!(text, "\n# {}\n[[alert]]\n{}", alert.spot.named_line(), canonical::lines(alert, Table::Alert));
    }
    text
}
