//! Explanation: the values on both sides of each comparison that was looked at.

#![allow(clippy::wildcard_enum_match_arm, reason = "only the forms named here say anything")]

use serde::{Deserialize, Serialize};

use super::{Condition, Labelled, Scope};
use crate::value::{Slot, Value};

/// One comparison as it stood when a decision was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// What stood on the left: a name, or `value` for what has none.
    pub left: String,
    /// Its value.
    pub left_value: Value,
    /// How they were compared.
    pub sign: String,
    /// What stood on the right.
    pub right: String,
    /// Its value.
    pub right_value: Value,
    /// Whether it held; absent when it could not be known.
    pub holds: Option<bool>,
}

impl Condition {
    /// Every comparison in it, with its values; texts that may be personal are left out.
    pub fn compared(&self, scope: &Scope<'_>) -> Vec<Compared> {
        let mut found = Vec::new();
        self.collect_compared(scope, &mut found);
        found
    }

    /// The names of the variables it reads that are unknown now.
    pub fn missing(&self, scope: &Scope<'_>) -> Vec<&'static str> {
        let unread = self.labels().into_iter().filter(|of| scope.label(*of, "").is_none());
        let unread = unread.map(|of| match of {
            Labelled::Turn => "turn.label",
            Labelled::Contact => "contact.label",
        });
        let missing = self.reads().into_iter().filter(|read| scope.slot(*read).is_none());
        missing.map(|read| read.facts().name).chain(unread).collect()
    }

    /// Whose labels it asks for, each once.
    fn labels(&self) -> Vec<Labelled> {
        let mut found: Vec<Labelled> = self.parts().iter().flat_map(Condition::labels).collect();
        if let Condition::Label(of, _) = self {
            found.push(*of);
        }
        found.dedup();
        found
    }

    fn collect_compared(&self, scope: &Scope<'_>, found: &mut Vec<Compared>) {
        if let Condition::Compare(how, sides) = self {
            found.push(Compared {
                left: sides[0].named(),
                left_value: sides[0].shown(scope),
                sign: how.sign().to_owned(),
                right: sides[1].named(),
                right_value: sides[1].shown(scope),
                holds: self.holds(scope),
            });
        }
        self.parts().iter().for_each(|part| part.collect_compared(scope, found));
    }

    fn named(&self) -> String {
        match self {
            Condition::Variable(variable) => variable.facts().name.to_owned(),
            Condition::Param(name, _) => format!("param.{name}"),
            Condition::Label(Labelled::Turn, label) => format!("turn.label('{label}')"),
            Condition::Label(Labelled::Contact, label) => format!("contact.label('{label}')"),
            _ => "value".to_owned(),
        }
    }

    fn shown(&self, scope: &Scope<'_>) -> Value {
        let personal = self.reads().into_iter().any(|read| read.facts().personal);
        let value = self.value(scope).filter(|value| !(personal && matches!(value, Slot::Text(_))));
        value.map_or(Value::Absent, Slot::to_value)
    }
}
