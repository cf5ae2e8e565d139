//! The functions of conditions: one table for the checker, the advice and the vocabulary page.

use crate::lang::Both;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) what: What,
    /// How it is written.
    pub(crate) form: &'static str,
    pub(crate) about: Both,
}

/// Which function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Has,
    Size,
    StartsWith,
    EndsWith,
    Contains,
    Matches,
    Exists,
    All,
    Filter,
    Label,
    Duration,
    Timestamp,
}

const fn function(name: &'static str, what: What, form: &'static str, zh: &'static str, en: &'static str) -> Function {
    Function { name, what, form, about: Both { zh, en } }
}

/// Every function.
pub(crate) const FUNCTIONS: [Function; 12] = [
    function("has", What::Has, "has(contact.waiting)", "变量此刻是否可知", "whether a variable is known now"),
    function(
        "size",
        What::Size,
        "size(turn.text)",
        "文本的字数，或列表的个数",
        "letters of a text, elements of a list",
    ),
    function("startsWith", What::StartsWith, "turn.text.startsWith('…')", "文本以此开头", "whether a text begins so"),
    function("endsWith", What::EndsWith, "turn.text.endsWith('…')", "文本以此结尾", "whether a text ends so"),
    function("contains", What::Contains, "turn.text.contains('…')", "文本里有此内容", "whether a text has this in it"),
    function(
        "matches",
        What::Matches,
        "turn.text.matches('…')",
        "文本中有符合正则表达式的部分",
        "whether the regular expression is found in a text",
    ),
    function(
        "exists",
        What::Exists,
        "['a', 'b'].exists(x, …)",
        "至少一个元素满足",
        "whether the test holds for an element",
    ),
    function("all", What::All, "['a', 'b'].all(x, …)", "每个元素都满足", "whether the test holds for every element"),
    function(
        "filter",
        What::Filter,
        "size(['a', 'b'].filter(x, …))",
        "满足的元素个数，只能放在 size 里",
        "how many elements pass the test, only inside size",
    ),
    function(
        "label",
        What::Label,
        "turn.label('injury')",
        "分析插件对该标签的把握，0 到 1；`contact.label('…')` 取全会话最高值",
        "how sure an analyzer is of a label, 0 to 1; `contact.label('…')` takes the surest turn of the contact",
    ),
    function("duration", What::Duration, "duration('2m')", "一段时长", "a length of time"),
    function("timestamp", What::Timestamp, "timestamp('2026-01-01T00:00:00Z')", "一个时刻", "a point in time"),
];

/// The function of this name.
pub(super) fn named(name: &str) -> Option<Function> {
    FUNCTIONS.into_iter().find(|function| function.name == name)
}
