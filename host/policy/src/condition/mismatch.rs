//! Advice where two values do not go together.

use engine::{
    condition::Variable,
    fact::{Capacity, Speaker},
};

use crate::{kind::Kind, lang::Both};

/// What to write instead of comparing or adding these two.
pub(super) fn advice(left: Kind, right: Kind) -> Both {
    let (zh, en) = match (left, right) {
        (Kind::Duration, Kind::Number) | (Kind::Number, Kind::Duration) => {
            ("；时长请写 `duration('2m')`", "; write `duration('2m')` for the length of time")
        }
        (Kind::Duration, Kind::Text) | (Kind::Text, Kind::Duration) => {
            ("；时长请写 `duration('2m')`，不能只写引号", "; write `duration('2m')`, quotes alone make a text")
        }
        (Kind::Instant, Kind::Text | Kind::Number) | (Kind::Text | Kind::Number, Kind::Instant) => {
            ("；时刻请写 `timestamp('2026-01-01T00:00:00Z')`", "; write `timestamp('2026-01-01T00:00:00Z')`")
        }
        (Kind::Number, Kind::Text) => ("；数字不要加引号", "; write the number without quotes"),
        (Kind::Text, Kind::Number) => ("；文本要加引号：`'3'`", "; a text has quotes: `'3'`"),
        (Kind::Flag, Kind::Text) | (Kind::Text, Kind::Flag) => {
            ("；是非值写 `true`、`false`，不加引号", "; write `true` or `false` without quotes")
        }
        (_, Kind::Texts | Kind::Numbers) => ("；请用 `in`", "; use `in`"),
        _ => return Both::NOTHING,
    };
    Both { zh, en }
}

/// What to write where something true or false was expected.
pub(super) fn compare_it(found: Kind) -> Both {
    let (zh, en) = match found {
        Kind::Number => ("；请写出比较，例如 `… >= 3`", "; compare it, like `… >= 3`"),
        Kind::Duration => ("；请写出比较，例如 `… > duration('2m')`", "; compare it, like `… > duration('2m')`"),
        Kind::Instant => ("；请写出比较，例如 `… > timestamp('…')`", "; compare it, like `… > timestamp('…')`"),
        Kind::Text => ("；请写出比较，例如 `… == '…'`", "; compare it, like `… == '…'`"),
        Kind::Texts | Kind::Numbers => {
            ("；请写 `… in 列表` 或 `列表.exists(x, …)`", "; write `… in list` or `list.exists(x, …)`")
        }
        Kind::Flag => return Both::NOTHING,
    };
    Both { zh, en }
}

/// The only words a variable can be, where there is a list of them.
pub(super) fn words_of(variable: Variable) -> Option<Vec<&'static str>> {
    const SPEAKERS: [Speaker; 4] = [Speaker::Customer, Speaker::Agent, Speaker::Bot, Speaker::System];
    const CALLERS: [Capacity; 7] = [
        Capacity::SelfCaller,
        Capacity::Family,
        Capacity::Dealer,
        Capacity::Media,
        Capacity::Lawyer,
        Capacity::Regulator,
        Capacity::Unknown,
    ];
    if variable == Variable::Speaker {
        return Some(SPEAKERS.map(Speaker::word).to_vec());
    }
    (variable == Variable::Caller).then(|| CALLERS.map(Capacity::word).to_vec())
}
