//! Comparing: what was expected beside what came, with as few differences as possible.

use super::{
    clock::Clock,
    expect::{Came, Expected, What},
};

/// One row of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Expected, and it came.
    Met(String),
    /// It came where the page says that anything may.
    Between(String),
    /// Expected, and it did not come.
    Missing {
        /// The line of the page.
        line: usize,
        /// What it says.
        text: String,
    },
    /// It came, and nobody expected it.
    Unexpected(String),
}

impl Row {
    /// Whether it is a difference.
    pub fn differs(&self) -> bool {
        match self {
            Row::Met(_) | Row::Between(_) => false,
            Row::Missing { .. } | Row::Unexpected(_) => true,
        }
    }
}

/// One way on from a place in both lists.
#[derive(Clone, Copy)]
enum Move {
    Meet,
    Absorb,
    CloseGap,
    Miss,
    Surprise,
}

/// The moves, and what each costs: those that are no difference are tried first.
const MOVES: [(Move, usize); 5] =
    [(Move::Meet, 0), (Move::Absorb, 0), (Move::CloseGap, 0), (Move::Miss, 1), (Move::Surprise, 1)];

/// Holds what came against what was expected.
pub(super) fn compare(expected: &[Expected], came: &[Came], clock: &Clock) -> Vec<Row> {
    let width = came.len() + 1;
    let mut costs = vec![usize::MAX; (expected.len() + 1) * width];
    let best = |costs: &[usize], i: usize, j: usize| {
        let ways = MOVES.into_iter().filter_map(|(way, cost)| {
            let (down, right) = step(way, expected.get(i), came.get(j))?;
            Some((cost + costs[(i + down) * width + j + right], way, down, right))
        });
        // The first of the cheapest: `min_by_key` keeps the earliest of equals.
        ways.min_by_key(|(cost, ..)| *cost)
    };
    for i in (0..=expected.len()).rev() {
        for j in (0..=came.len()).rev() {
            let cost = best(&costs, i, j).map_or(0, |(cost, ..)| cost);
            costs[i * width + j] = cost;
        }
    }
    let (mut rows, mut i, mut j) = (Vec::new(), 0, 0);
    while let Some((_, way, down, right)) = best(&costs, i, j) {
        let spelled = || came[j].spelled(clock);
        match way {
            Move::Meet => rows.push(Row::Met(spelled())),
            Move::Absorb => rows.push(Row::Between(spelled())),
            Move::CloseGap => {}
            Move::Miss => rows.push(Row::Missing { line: expected[i].line, text: expected[i].text.clone() }),
            Move::Surprise => rows.push(Row::Unexpected(spelled())),
        }
        (i, j) = (i + down, j + right);
    }
    rows
}

/// How far a move goes in both lists, where it can be made.
fn step(way: Move, expected: Option<&Expected>, came: Option<&Came>) -> Option<(usize, usize)> {
    let is_gap = expected.is_some_and(|expected| matches!(expected.what, What::Gap));
    match way {
        Move::Meet => expected?.means(came?).then_some((1, 1)),
        Move::Absorb => (is_gap && came.is_some()).then_some((0, 1)),
        Move::CloseGap => is_gap.then_some((1, 0)),
        Move::Miss => (expected.is_some() && !is_gap).then_some((1, 0)),
        Move::Surprise => came.map(|_| (0, 1)),
    }
}
