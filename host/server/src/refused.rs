//! Refusals as people read them: what was missing and how it stands, in both languages.
//!
//! The fold says both in English words of its own; here each has its Chinese. Parts that are names stay as they are.

use policy::Lang;

use crate::lang::pick;

/// What can be missing: the fold's words, and the same in Chinese.
const MISSING: [(&str, &str); 12] = [
    ("a known alert", "已存在的预警"),
    ("an open alert", "未了结的预警"),
    ("a known order", "已存在的指令"),
    ("an open order", "未了结的指令"),
    ("a known case", "已存在的工单"),
    ("an assigned case", "待接单的工单"),
    ("an accepted case", "已接单的工单"),
    ("a resolved case", "已处理完成的工单"),
    ("a resolved or closed case", "已处理完成或已结案的工单"),
    ("a case that is not resolved", "尚未处理完成的工单"),
    ("a `note`: why, or what was done", "`note`:写明原因或处理结果"),
    ("`to`: `role:…` or `person:…` of somebody who is there", "`to`:`role:…` 或 `person:…`,且有人在岗"),
];

/// What can be missing and ends in names: the fold's words before them, and the same in Chinese.
const MISSING_NAMED: [(&str, &str); 3] =
    [("the owner, ", "责任人 "), ("one of ", "其中之一:"), ("the case in state ", "工单处于您看到的状态 ")];

/// How an alert, an order or a case can stand.
const STANDS: [(&str, &str); 13] = [
    ("unknown", "未知"),
    ("raised", "已触发"),
    ("seen", "已知悉"),
    ("taken", "已介入"),
    ("disposed", "已处置"),
    ("cleared", "已解除"),
    ("confirmed", "已确认"),
    ("ended", "已结束"),
    ("opened", "待分派"),
    ("assigned", "待接单"),
    ("accepted", "处理中"),
    ("resolved", "处理完成"),
    ("closed", "已结案"),
];

/// What was missing.
pub(crate) fn missing(said: &str, lang: Lang) -> String {
    let whole = MISSING.iter().find(|(en, _)| *en == said).map(|(_, zh)| (*zh).to_owned());
    let named = || {
        let (zh, names) = MISSING_NAMED.iter().find_map(|(en, zh)| Some((zh, said.strip_prefix(en)?)))?;
        let name = names.strip_suffix(", as it was when you looked").unwrap_or(names);
        Some(format!("{zh}{name}"))
    };
    match lang {
        Lang::En => said.to_owned(),
        Lang::Zh => whole.or_else(named).unwrap_or_else(|| said.to_owned()),
    }
}

/// How it stands.
pub(crate) fn stands(word: &str, lang: Lang) -> &str {
    let zh = STANDS.iter().find(|(en, _)| *en == word).map_or(word, |(_, zh)| zh);
    pick(lang, zh, word)
}

#[cfg(test)]
mod tests {
    use engine::{
        alert::AlertState,
        case::{Action, CaseState, allowed},
    };
    use policy::Lang;

    use super::{missing, stands};

    #[test]
    fn whatever_a_case_lacks_and_however_it_stands_is_said_in_chinese() {
        for (_, state) in CaseState::WORDS {
            assert_ne!(stands(state.word(), Lang::Zh), state.word());
            for (_, action) in Action::WORDS {
                if let Err(lacks) = allowed(action, state) {
                    assert_ne!(missing(lacks, Lang::Zh), lacks, "{action:?} of {state:?}");
                    assert_eq!(missing(lacks, Lang::En), lacks);
                }
            }
        }
        let states =
            [AlertState::Raised, AlertState::Seen, AlertState::Taken, AlertState::Disposed, AlertState::Cleared];
        assert!(states.iter().all(|state| stands(state.word(), Lang::Zh) != state.word()));
    }

    #[test]
    fn names_stay_as_they_are() {
        for (said, zh) in [
            ("the owner, p-1", "责任人 p-1"),
            ("one of accept, note", "其中之一:accept, note"),
            ("the case in state `opened`, as it was when you looked", "工单处于您看到的状态 `opened`"),
        ] {
            assert_eq!(missing(said, Lang::Zh), zh);
        }
    }
}
