//! Conditions: closed trees over typed slots, checked and lowered when a pack is loaded.
//!
//! A missing value is *unknown*: `false && unknown` is false, `true || unknown` is true, everything else that
//! needs the value is unknown, and the rule abstains.

mod evaluate;
mod explain;
mod tick;
mod vocabulary;

pub use evaluate::WALK_DEPTH_MAX;
pub use explain::Compared;
pub use tick::Tick;
pub use vocabulary::{AlertView, CaseView, CustomerView, Group, Labelled, Scope, Unit, Variable, VariableFacts};

use std::fmt;

use crate::value::Value;

/// An expression whose types have been checked.
#[derive(Clone, Debug)]
pub enum Condition {
    /// A constant.
    Constant(Value),
    /// A variable of the vocabulary.
    Variable(Variable),
    /// What `exists`, `all` and `filter` call the element they look at, counted from the outermost.
    Element(u8),
    /// A number the pack names, `param.…`, lowered to its choice by parameter sets.
    Param(Box<str>, Box<Condition>),
    /// `!a`
    Not(Box<Condition>),
    /// `a && b && …`
    And(Vec<Condition>),
    /// `a || b || …`
    Or(Vec<Condition>),
    /// `a ? b : c`
    Choose(Box<[Condition; 3]>),
    /// `a < b` and its kin.
    Compare(Comparison, Box<[Condition; 2]>),
    /// `a + b` and its kin, over numbers, lengths of time and instants.
    Arithmetic(Operator, Box<[Condition; 2]>),
    /// `-a`
    Negate(Box<Condition>),
    /// `has(a)`
    Has(Variable),
    /// `turn.label('…')`, `contact.label('…')`: how sure an analyzer is of a label, 0 to 1.
    Label(Labelled, Box<str>),
    /// `size(a)` of a list or a text (in characters).
    Size(Box<Condition>),
    /// A test of one text by another.
    TextTest(TextTest, Box<[Condition; 2]>),
    /// `a.matches('…')`, the pattern compiled when the pack was loaded.
    Matches(Box<Condition>, Pattern),
    /// A walk over a list.
    Walk(Walk, Box<[Condition; 2]>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `a in list`
    In,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`; by zero is unknown.
    Divide,
}

/// How one text is tested by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// `a.startsWith(b)`
    StartsWith,
    /// `a.endsWith(b)`
    EndsWith,
    /// `a.contains(b)`
    Contains,
}

/// What is asked of a list: the first part is the list, the second the test of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// `list.exists(x, …)`
    Exists,
    /// `list.all(x, …)`
    All,
    /// `size(list.filter(x, …))`
    Count,
}

/// A regular expression that was compiled when the pack was loaded.
#[derive(Clone)]
pub struct Pattern(pub regex::Regex);

impl fmt::Debug for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "/{}/", self.0.as_str())
    }
}

impl Comparison {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::Unequal => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
            Comparison::In => "in",
        }
    }
}

impl Condition {
    /// The condition that always holds.
    pub fn always() -> Self {
        Condition::Constant(Value::Flag(true))
    }

    /// The parts this one is made of.
    pub fn parts(&self) -> &[Condition] {
        match self {
            Condition::Constant(_) | Condition::Variable(_) | Condition::Element(_) | Condition::Has(_) => &[],
            Condition::Label(..) => &[],
            Condition::Param(_, part) | Condition::Not(part) | Condition::Negate(part) | Condition::Size(part) => {
                std::slice::from_ref(part)
            }
            Condition::Matches(part, _) => std::slice::from_ref(part),
            Condition::And(parts) | Condition::Or(parts) => parts,
            Condition::Choose(parts) => &parts[..],
            Condition::Compare(_, parts)
            | Condition::Arithmetic(_, parts)
            | Condition::TextTest(_, parts)
            | Condition::Walk(_, parts) => &parts[..],
        }
    }

    /// The variables it reads, each once, in the order of the vocabulary.
    pub fn reads(&self) -> Vec<Variable> {
        let mut found = std::collections::BTreeSet::new();
        self.collect_reads(&mut found);
        found.into_iter().collect()
    }

    fn collect_reads(&self, found: &mut std::collections::BTreeSet<Variable>) {
        if let Condition::Variable(variable) | Condition::Has(variable) = self {
            found.insert(*variable);
        }
        self.parts().iter().for_each(|part| part.collect_reads(found));
    }
}
