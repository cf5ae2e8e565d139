//! Conditions: CEL text → checked names and kinds → the engine's closed tree.
//!
//! The cel crate is the parser and nothing else: macros stay calls, and what a condition may say stands in the
//! tables of this folder and of the engine's vocabulary.

mod certain;
mod function;
mod lower;
mod mismatch;
mod negate;
mod parse;
#[cfg(test)]
mod reference;
mod scan;
mod site;
#[cfg(test)]
mod tests;
mod walk;

pub(crate) use certain::certainly;
pub(crate) use function::FUNCTIONS;
pub(crate) use lower::{Lowered, lower};
pub(crate) use site::{Site, group_word, names_at, where_offered};

use engine::{condition::Condition, value::Value};

/// What one evaluation of a condition may cost: its nodes, each element of a list counted.
pub fn cost(condition: &Condition) -> usize {
    if let Condition::Walk(_, parts) = condition {
        return 1 + cost(&parts[0]) * (1 + cost(&parts[1]));
    }
    let own = if let Condition::Constant(Value::Texts(texts)) = condition {
        texts.len()
    } else if let Condition::Constant(Value::Numbers(numbers)) = condition {
        numbers.len()
    } else {
        1
    };
    own + condition.parts().iter().map(cost).sum::<usize>()
}
