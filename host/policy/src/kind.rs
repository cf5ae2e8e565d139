//! The kinds of values conditions and parameters are made of.

use engine::{condition::Unit, value::Value};

use crate::lang::{Lang, Said};

/// What kind of value an expression has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Flag,
    Number,
    Text,
    Instant,
    Duration,
    Texts,
    Numbers,
}

impl Kind {
    /// Of a variable.
    pub(crate) fn of_unit(unit: Unit) -> Self {
        match unit {
            Unit::Flag => Kind::Flag,
            Unit::Count | Unit::Score => Kind::Number,
            Unit::Text => Kind::Text,
            Unit::Duration => Kind::Duration,
            Unit::Instant => Kind::Instant,
            Unit::Texts => Kind::Texts,
        }
    }

    /// Of a constant; what is absent has none.
    pub(crate) fn of_value(value: &Value) -> Option<Self> {
        match value {
            Value::Absent => None,
            Value::Flag(_) => Some(Kind::Flag),
            Value::Number(_) => Some(Kind::Number),
            Value::Text(_) => Some(Kind::Text),
            Value::Instant(_) => Some(Kind::Instant),
            Value::Duration(_) => Some(Kind::Duration),
            Value::Texts(_) => Some(Kind::Texts),
            Value::Numbers(_) => Some(Kind::Numbers),
        }
    }

    /// What a list of this kind holds.
    pub(crate) fn element(self) -> Option<Self> {
        match self {
            Kind::Texts => Some(Kind::Text),
            Kind::Numbers => Some(Kind::Number),
            Kind::Flag | Kind::Number | Kind::Text | Kind::Instant | Kind::Duration => None,
        }
    }

    /// Whether `<` makes sense.
    pub(crate) fn is_ordered(self) -> bool {
        matches!(self, Kind::Number | Kind::Text | Kind::Instant | Kind::Duration)
    }
}

impl Said for Kind {
    fn said(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            Kind::Flag => ("是非值", "yes or no"),
            Kind::Number => ("数字", "a number"),
            Kind::Text => ("文本", "a text"),
            Kind::Instant => ("时刻", "a point in time"),
            Kind::Duration => ("时长", "a length of time"),
            Kind::Texts => ("文本列表", "a list of texts"),
            Kind::Numbers => ("数字列表", "a list of numbers"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
        .to_owned()
    }
}
