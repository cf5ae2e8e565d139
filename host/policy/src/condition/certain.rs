//! Certainty: a condition that is never unknown.
//!
//! A parameter set whose condition cannot be known does not match, but `Choose` over an unknown condition is
//! unknown itself. So its condition is lowered to one that holds exactly when the written one certainly holds, and
//! is false otherwise. The checker keeps `*`, `/` and `? :` out, so what reads known values is known, and the
//! result is little longer than what was written.

use engine::condition::{Condition, Walk};

use super::negate::negated;

/// Holds when `condition` certainly holds; false when it does not or cannot be known.
pub(crate) fn certainly(condition: &Condition) -> Condition {
    match condition {
        Condition::And(parts) => Condition::And(parts.iter().map(certainly).collect()),
        Condition::Or(parts) => Condition::Or(parts.iter().map(certainly).collect()),
        Condition::Walk(how @ (Walk::Exists | Walk::All), parts) => {
            Condition::Walk(*how, Box::new([parts[0].clone(), certainly(&parts[1])]))
        }
        Condition::Constant(_)
        | Condition::Variable(_)
        | Condition::Element(_)
        | Condition::Param(..)
        | Condition::Not(_)
        | Condition::Choose(_)
        | Condition::Compare(..)
        | Condition::Arithmetic(..)
        | Condition::Negate(_)
        | Condition::Has(_)
        | Condition::Label(..)
        | Condition::Size(_)
        | Condition::TextTest(..)
        | Condition::Matches(..)
        | Condition::Walk(Walk::Count, _) => {
            let mut parts = Vec::new();
            known(condition, &mut parts);
            parts.push(condition.clone());
            if parts.len() == 1 { condition.clone() } else { Condition::And(parts) }
        }
    }
}

/// What must hold, all of it, for the value of `condition` to be known.
fn known(condition: &Condition, parts: &mut Vec<Condition>) {
    match condition {
        Condition::Constant(_) | Condition::Element(_) | Condition::Has(_) => {}
        Condition::Variable(variable) => parts.push(Condition::Has(*variable)),
        Condition::And(_) | Condition::Or(_) | Condition::Walk(Walk::Exists | Walk::All, _) => {
            parts.push(Condition::Or(vec![certainly(condition), certainly(&negated(condition.clone()))]));
        }
        Condition::Walk(Walk::Count, walk) => {
            let mut of_each = Vec::new();
            known(&walk[1], &mut of_each);
            parts.push(Condition::Walk(Walk::All, Box::new([walk[0].clone(), Condition::And(of_each)])));
        }
        Condition::Param(..)
        | Condition::Not(_)
        | Condition::Choose(_)
        | Condition::Compare(..)
        | Condition::Arithmetic(..)
        | Condition::Negate(_)
        | Condition::Label(..)
        | Condition::Size(_)
        | Condition::TextTest(..)
        | Condition::Matches(..) => condition.parts().iter().for_each(|part| known(part, parts)),
    }
}
