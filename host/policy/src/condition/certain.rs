//! Certainty: a condition that is never unknown.
//!
//! A parameter set whose condition cannot be known does not match, but `Choose` over an unknown condition is
//! unknown itself. So its condition is lowered to one that holds exactly when the written one certainly holds, and
//! is false otherwise. The checker keeps `*` and `/` out, so a comparison whose variables are there is known.

use engine::condition::Condition;

use super::negate::negated;

/// Holds when `condition` certainly holds; false when it does not or cannot be known.
pub(crate) fn certainly(condition: &Condition) -> Condition {
    match condition {
        Condition::And(parts) => Condition::And(parts.iter().map(certainly).collect()),
        Condition::Or(parts) => Condition::Or(parts.iter().map(certainly).collect()),
        Condition::Choose(parts) => Condition::Or(vec![
            Condition::And(vec![certainly(&parts[0]), certainly(&parts[1])]),
            Condition::And(vec![certainly(&negated(parts[0].clone())), certainly(&parts[2])]),
        ]),
        Condition::Has(_) => condition.clone(),
        Condition::Constant(_)
        | Condition::Variable(_)
        | Condition::Element(_)
        | Condition::Param(..)
        | Condition::Not(_)
        | Condition::Compare(..)
        | Condition::Arithmetic(..)
        | Condition::Negate(_)
        | Condition::Size(_)
        | Condition::TextTest(..)
        | Condition::Matches(..)
        | Condition::Walk(..) => guarded(condition),
    }
}

fn guarded(condition: &Condition) -> Condition {
    let mut parts: Vec<Condition> = condition.reads().into_iter().map(Condition::Has).collect();
    if parts.is_empty() {
        return condition.clone();
    }
    parts.push(condition.clone());
    Condition::And(parts)
}
