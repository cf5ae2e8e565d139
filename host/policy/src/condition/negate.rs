//! `!a`, pushed inwards: `!(a < b)` becomes `a >= b`, so that time can wake it and evidence shows the comparison.
//! It holds in three-valued logic too: both sides are unknown together.

use engine::{
    condition::{Comparison, Condition, Walk},
    value::Value,
};

/// The condition that holds when this one does not.
pub(super) fn negated(condition: Condition) -> Condition {
    let all = |parts: Vec<Condition>| parts.into_iter().map(negated).collect();
    match condition {
        Condition::Constant(Value::Flag(flag)) => Condition::Constant(Value::Flag(!flag)),
        Condition::Not(part) => *part,
        Condition::And(parts) => Condition::Or(all(parts)),
        Condition::Or(parts) => Condition::And(all(parts)),
        Condition::Choose(parts) => {
            let [test, yes, no] = *parts;
            Condition::Choose(Box::new([test, negated(yes), negated(no)]))
        }
        Condition::Compare(how, parts) => match opposite(how) {
            Some(how) => Condition::Compare(how, parts),
            None => Condition::Not(Box::new(Condition::Compare(how, parts))),
        },
        Condition::Walk(how @ (Walk::Exists | Walk::All), parts) => {
            let [list, test] = *parts;
            let other = if how == Walk::Exists { Walk::All } else { Walk::Exists };
            Condition::Walk(other, Box::new([list, negated(test)]))
        }
        other @ (Condition::Constant(_)
        | Condition::Variable(_)
        | Condition::Element(_)
        | Condition::Param(..)
        | Condition::Arithmetic(..)
        | Condition::Negate(_)
        | Condition::Has(_)
        | Condition::Label(..)
        | Condition::Size(_)
        | Condition::TextTest(..)
        | Condition::Matches(..)
        | Condition::Walk(Walk::Count, _)) => Condition::Not(Box::new(other)),
    }
}

fn opposite(how: Comparison) -> Option<Comparison> {
    match how {
        Comparison::Equal => Some(Comparison::Unequal),
        Comparison::Unequal => Some(Comparison::Equal),
        Comparison::Less => Some(Comparison::GreaterOrEqual),
        Comparison::LessOrEqual => Some(Comparison::Greater),
        Comparison::Greater => Some(Comparison::LessOrEqual),
        Comparison::GreaterOrEqual => Some(Comparison::Less),
        Comparison::In => None,
    }
}
