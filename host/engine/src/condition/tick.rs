//! Ticks: when a condition could become true by nothing but the passing of time.

#![allow(clippy::wildcard_enum_match_arm, reason = "only the forms named here say anything")]

use super::{Comparison, Condition, Scope, Variable};
use crate::{
    time::{Duration, Instant},
    value::Value,
};

/// A length of time a condition waits for one of the growing measurements to reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// `contact.waiting`, `contact.silence`, `contact.age`.
    pub variable: Variable,
    /// What it is compared with.
    pub reaches: Duration,
}

impl Condition {
    /// The lengths of time this condition compares growing measurements with.
    pub fn ticks(&self) -> Vec<Tick> {
        let mut found: Vec<Tick> = self.parts().iter().flat_map(Condition::ticks).collect();
        if let Condition::Compare(how, sides) = self {
            collect(*how, &sides[0], &sides[1], &mut found);
        }
        found
    }
}

impl Tick {
    /// The instant the measurement reaches the length, where that is still to come.
    pub fn due(&self, scope: &Scope<'_>) -> Option<Instant> {
        let signals = &scope.contact.signals;
        let since = match self.variable {
            Variable::Waiting => signals.unanswered_since,
            Variable::Silence => signals.latest_turn,
            Variable::Age => Some(scope.contact.opened),
            _ => None,
        };
        since.map(|since| since.plus(self.reaches)).filter(|due| *due > scope.now)
    }
}

/// `growing > length` becomes true one millisecond after the length, `growing >= length` with it.
fn collect(how: Comparison, left: &Condition, right: &Condition, found: &mut Vec<Tick>) {
    let (variable, length, more) = match (how, left, right) {
        (Comparison::GreaterOrEqual, Condition::Variable(grows), length) => (grows, length, 0),
        (Comparison::Greater, Condition::Variable(grows), length) => (grows, length, 1),
        (Comparison::LessOrEqual, length, Condition::Variable(grows)) => (grows, length, 0),
        (Comparison::Less, length, Condition::Variable(grows)) => (grows, length, 1),
        _ => return,
    };
    if matches!(variable, Variable::Waiting | Variable::Silence | Variable::Age) {
        let mut lengths = Vec::new();
        collect_lengths(length, &mut lengths);
        let tick = |length: Duration| Tick { variable: *variable, reaches: Duration(length.0.saturating_add(more)) };
        found.extend(lengths.into_iter().map(tick));
    }
}

/// Every length the expression can stand for: a parameter stands for as many as its sets name.
fn collect_lengths(length: &Condition, found: &mut Vec<Duration>) {
    match length {
        Condition::Constant(Value::Duration(length)) => found.push(*length),
        Condition::Param(_, choice) => collect_lengths(choice, found),
        Condition::Choose(parts) => parts[1..].iter().for_each(|part| collect_lengths(part, found)),
        _ => {}
    }
}
