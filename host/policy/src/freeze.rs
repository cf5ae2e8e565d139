//! `freeze`: the times in which nothing but a pause or a rollback may change what decides.

use engine::{
    rule::Freeze,
    time::{INSTANT_MAX, INSTANT_MIN, Instant},
};

use crate::{
    document::Node,
    fields::Fields,
    format::Table,
    problem::{ProblemKind, Problems},
};

/// Reads them, in the order they stand.
pub(crate) fn read(nodes: &[Node], problems: &mut Problems) -> Vec<Freeze> {
    nodes.iter().filter_map(|node| one(node, problems)).collect()
}

fn one(node: &Node, problems: &mut Problems) -> Option<Freeze> {
    let fields = Fields::open(node, Table::Freeze, problems)?;
    let (from, to) = (instant(&fields, "from", problems), instant(&fields, "to", problems));
    let freeze = Freeze { from: from?, to: to? };
    if freeze.to <= freeze.from {
        problems.add(node.spot.problem(&ProblemKind::NoTime {}));
        return None;
    }
    Some(freeze)
}

fn instant(fields: &Fields<'_>, key: &str, problems: &mut Problems) -> Option<Instant> {
    let text = fields.text(key, problems)?;
    let instant = Instant::parse(&text.text).filter(|instant| (INSTANT_MIN..=INSTANT_MAX).contains(instant));
    if instant.is_none() {
        problems.add(text.spot.problem(&ProblemKind::BadTime { found: text.text.clone() }));
    }
    instant
}
