//! Evaluation: a walk over the tree, no allocation, no failure; `None` is unknown.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "types are checked when a pack is loaded: any other pair is unknown"
)]

use std::cmp::Ordering;

use super::{Comparison, Condition, Operator, Scope, TextTest, Walk};
use crate::{
    time::{Duration, Instant},
    value::{Slot, Value},
};

/// Walks inside walks: the checker refuses more.
pub const WALK_DEPTH_MAX: usize = 4;

type Elements<'a> = [Option<Slot<'a>>; WALK_DEPTH_MAX];

impl Condition {
    /// Whether it holds; `None` when it cannot be known.
    pub fn holds(&self, scope: &Scope<'_>) -> Option<bool> {
        truth(self.value(scope))
    }

    /// Its value; `None` when it cannot be known.
    pub fn value<'a>(&'a self, scope: &Scope<'a>) -> Option<Slot<'a>> {
        self.value_within(scope, &[None; WALK_DEPTH_MAX], 0)
    }

    fn value_within<'a>(&'a self, scope: &Scope<'a>, elements: &Elements<'a>, depth: usize) -> Option<Slot<'a>> {
        let value = |part: &'a Condition| part.value_within(scope, elements, depth);
        match self {
            Condition::Constant(constant) => slot(constant),
            Condition::Variable(variable) => scope.slot(*variable),
            Condition::Element(place) => elements.get(usize::from(*place)).copied().flatten(),
            Condition::Param(_, choice) => value(choice),
            Condition::Not(part) => Some(Slot::Flag(!truth(value(part))?)),
            Condition::And(parts) => decided_by(false, parts.iter().map(|part| truth(value(part)))),
            Condition::Or(parts) => decided_by(true, parts.iter().map(|part| truth(value(part)))),
            Condition::Choose(parts) => value(if truth(value(&parts[0]))? { &parts[1] } else { &parts[2] }),
            Condition::Compare(how, parts) => compare(*how, value(&parts[0])?, value(&parts[1])?).map(Slot::Flag),
            Condition::Arithmetic(how, parts) => arithmetic(*how, value(&parts[0])?, value(&parts[1])?),
            Condition::Negate(part) => negate(value(part)?),
            Condition::Has(variable) => Some(Slot::Flag(scope.slot(*variable).is_some())),
            Condition::Label(of, label) => scope.label(*of, label),
            Condition::Size(part) => size(value(part)?),
            Condition::TextTest(how, parts) => test(*how, value(&parts[0])?, value(&parts[1])?),
            Condition::Matches(part, pattern) => match value(part)? {
                Slot::Text(text) => Some(Slot::Flag(pattern.0.is_match(text))),
                _ => None,
            },
            Condition::Walk(how, parts) => {
                let list = value(&parts[0])?;
                let mut inner = *elements;
                let tests = (0..length(list)).map(|place| {
                    *inner.get_mut(depth)? = element(list, place);
                    truth(parts[1].value_within(scope, &inner, depth + 1))
                });
                walk(*how, tests)
            }
        }
    }
}

fn truth(value: Option<Slot<'_>>) -> Option<bool> {
    match value {
        Some(Slot::Flag(flag)) => Some(flag),
        _ => None,
    }
}

fn slot(value: &Value) -> Option<Slot<'_>> {
    match value {
        Value::Absent => None,
        Value::Flag(flag) => Some(Slot::Flag(*flag)),
        Value::Number(number) => Some(Slot::Number(*number)),
        Value::Text(text) => Some(Slot::Text(text)),
        Value::Instant(instant) => Some(Slot::Instant(*instant)),
        Value::Duration(duration) => Some(Slot::Duration(*duration)),
        Value::Texts(texts) => Some(Slot::Texts(texts)),
        Value::Numbers(numbers) => Some(Slot::Numbers(numbers)),
    }
}

/// `&&` (decided by a false) and `||` (decided by a true) over three values.
fn decided_by<'a>(decisive: bool, parts: impl Iterator<Item = Option<bool>>) -> Option<Slot<'a>> {
    let mut unknown = false;
    for part in parts {
        match part {
            Some(flag) if flag == decisive => return Some(Slot::Flag(decisive)),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(Slot::Flag(!decisive))
}

fn walk<'a>(how: Walk, tests: impl Iterator<Item = Option<bool>>) -> Option<Slot<'a>> {
    match how {
        Walk::Exists => decided_by(true, tests),
        Walk::All => decided_by(false, tests),
        Walk::Count => {
            let passed: Option<Vec<bool>> = tests.collect();
            Some(Slot::Number(passed?.into_iter().filter(|test| *test).count() as f64))
        }
    }
}

/// Compares two values of one type; a number that is no number is unknown.
pub(super) fn compare(how: Comparison, left: Slot<'_>, right: Slot<'_>) -> Option<bool> {
    if how == Comparison::In {
        return (0..length(right))
            .map(|place| element(right, place))
            .try_fold(false, |found, element| Some(found || order(left, element?)? == Ordering::Equal));
    }
    let order = order(left, right)?;
    Some(match how {
        Comparison::Equal | Comparison::In => order == Ordering::Equal,
        Comparison::Unequal => order != Ordering::Equal,
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterOrEqual => order != Ordering::Less,
    })
}

fn order(left: Slot<'_>, right: Slot<'_>) -> Option<Ordering> {
    match (left, right) {
        (Slot::Number(left), Slot::Number(right)) => left.partial_cmp(&right),
        (Slot::Text(left), Slot::Text(right)) => Some(left.cmp(right)),
        (Slot::Duration(left), Slot::Duration(right)) => Some(left.cmp(&right)),
        (Slot::Instant(left), Slot::Instant(right)) => Some(left.cmp(&right)),
        (Slot::Flag(left), Slot::Flag(right)) => Some(left.cmp(&right)),
        _ => None,
    }
}

fn arithmetic<'a>(how: Operator, left: Slot<'a>, right: Slot<'a>) -> Option<Slot<'a>> {
    match (how, left, right) {
        (Operator::Add, Slot::Number(a), Slot::Number(b)) => Some(Slot::Number(a + b)),
        (Operator::Subtract, Slot::Number(a), Slot::Number(b)) => Some(Slot::Number(a - b)),
        (Operator::Multiply, Slot::Number(a), Slot::Number(b)) => Some(Slot::Number(a * b)),
        (Operator::Divide, Slot::Number(a), Slot::Number(b)) => (b != 0.0).then_some(Slot::Number(a / b)),
        (Operator::Add, Slot::Duration(a), Slot::Duration(b)) => {
            Some(Slot::Duration(Duration(a.0.saturating_add(b.0))))
        }
        (Operator::Subtract, Slot::Duration(a), Slot::Duration(b)) => {
            Some(Slot::Duration(Duration(a.0.saturating_sub(b.0))))
        }
        (Operator::Add, Slot::Instant(at), Slot::Duration(by)) => Some(Slot::Instant(at.plus(by))),
        (Operator::Subtract, Slot::Instant(at), Slot::Duration(by)) => {
            Some(Slot::Instant(Instant(at.0.saturating_sub(by.0))))
        }
        (Operator::Subtract, Slot::Instant(a), Slot::Instant(b)) => Some(Slot::Duration(a.since(b))),
        _ => None,
    }
}

fn negate(value: Slot<'_>) -> Option<Slot<'_>> {
    match value {
        Slot::Number(number) => Some(Slot::Number(-number)),
        Slot::Duration(duration) => Some(Slot::Duration(Duration(duration.0.saturating_neg()))),
        _ => None,
    }
}

fn size(value: Slot<'_>) -> Option<Slot<'_>> {
    match value {
        Slot::Text(text) => Some(Slot::Number(text.chars().count() as f64)),
        list @ (Slot::Texts(_) | Slot::Numbers(_)) => Some(Slot::Number(length(list) as f64)),
        _ => None,
    }
}

fn test<'a>(how: TextTest, text: Slot<'a>, part: Slot<'a>) -> Option<Slot<'a>> {
    let (Slot::Text(text), Slot::Text(part)) = (text, part) else { return None };
    Some(Slot::Flag(match how {
        TextTest::StartsWith => text.starts_with(part),
        TextTest::EndsWith => text.ends_with(part),
        TextTest::Contains => text.contains(part),
    }))
}

fn length(list: Slot<'_>) -> usize {
    match list {
        Slot::Texts(texts) => texts.len(),
        Slot::Numbers(numbers) => numbers.len(),
        _ => 0,
    }
}

fn element(list: Slot<'_>, place: usize) -> Option<Slot<'_>> {
    match list {
        Slot::Texts(texts) => texts.get(place).map(|text| Slot::Text(text)),
        Slot::Numbers(numbers) => numbers.get(place).map(|number| Slot::Number(*number)),
        _ => None,
    }
}
