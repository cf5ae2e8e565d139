//! What is wrong with a page, in both languages: what was found, what was expected, what to do.

use policy::Lang;

use super::event::Latest;
use crate::wire::Refusal;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageProblem {
    /// The line.
    pub line: usize,
    /// What.
    pub flaw: Flaw,
}

/// What is wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A fence without its partner.
    OpenFence,
    /// What happens, without what must come of it.
    NoExpect,
    /// What must come of it, without what happens.
    NoEvents,
    /// An `expect` block that says nothing.
    EmptyExpect,
    /// `nothing`, and something.
    NothingElse,
    /// No time.
    Time(String),
    /// Before the line above.
    TimeBack {
        /// The time.
        time: String,
        /// What the line above says.
        now: String,
    },
    /// A line of no known form.
    Line(String),
    /// A quotation without an end.
    OpenQuote(String),
    /// No JSON.
    Json(String),
    /// No identity key.
    Key(String),
    /// A turn before any contact.
    NoContact,
    /// No such fact.
    Fact {
        /// The name.
        name: String,
        /// The known name nearest to it.
        nearest: Option<String>,
    },
    /// No such decision.
    Decision {
        /// The name.
        name: String,
        /// The known name nearest to it.
        nearest: Option<String>,
    },
    /// The door would not take it.
    Refused(Refusal),
    /// Nothing it could be about has been decided by then.
    NoneYet(Latest),
}

impl Flaw {
    /// At a line.
    pub(super) fn at(self, line: usize) -> PageProblem {
        PageProblem { line, flaw: self }
    }

    /// What a person reads.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Flaw::OpenFence => "这个代码块没有收尾的 ```".to_owned(),
            Flaw::NoExpect => "后面没有 `expect` 块;请写上应作出的决定,或 `nothing`".to_owned(),
            Flaw::NoEvents => "前面没有 `events` 块;请先写发生了什么".to_owned(),
            Flaw::EmptyExpect => "没有写应作出的决定;若不应有任何决定,请写 `nothing`".to_owned(),
            Flaw::NothingElse => "`nothing` 只能单独写".to_owned(),
            Flaw::Time(time) => format!("`{time}` 不是时间;写 `10:00:09`、`+30s` 或 `2026-01-05T10:00:00+08:00`"),
            Flaw::TimeBack { time, now } => format!("{time} 早于上一行({now});过了午夜请写 `+10h` 这样的间隔"),
            Flaw::Line(line) => format!(
                "看不懂 `{line}`;写 `customer: 文本`、`contact: phone agent=a-17`、`contact.closed` 或一行 JSON"
            ),
            Flaw::OpenQuote(text) => format!("引号没有收尾:{text}"),
            Flaw::Json(problem) => format!("不是合法的 JSON:{problem}"),
            Flaw::Key(key) => format!("`{key}` 不是客户标识;写 `phone:+8613800000001`"),
            Flaw::NoContact => "还没有会话;请先写 `contact: phone agent=a-17`".to_owned(),
            Flaw::Fact { name, nearest } => format!("没有事实类型 `{name}`{}", or_zh(nearest)),
            Flaw::Decision { name, nearest } => format!("没有决定类型 `{name}`{}", or_zh(nearest)),
            Flaw::Refused(refusal) => refusal.text(Lang::Zh),
            Flaw::NoneYet(Latest::Alert) => "此前没有发出过预警".to_owned(),
            Flaw::NoneYet(Latest::Order) => "此前没有下达过指令".to_owned(),
            Flaw::NoneYet(Latest::Case) => "此前没有开过工单".to_owned(),
        }
    }

    fn en(&self) -> String {
        match self {
            Flaw::OpenFence => "this block is not closed by ```".to_owned(),
            Flaw::NoExpect => "no `expect` block follows; write what must be decided, or `nothing`".to_owned(),
            Flaw::NoEvents => "no `events` block stands before; write what happens first".to_owned(),
            Flaw::EmptyExpect => "nothing is expected; write what must be decided, or `nothing`".to_owned(),
            Flaw::NothingElse => "`nothing` stands alone".to_owned(),
            Flaw::Time(time) => {
                format!("`{time}` is no time; write `10:00:09`, `+30s` or `2026-01-05T10:00:00+08:00`")
            }
            Flaw::TimeBack { time, now } => {
                format!("{time} lies before the line above ({now}); past midnight write a step like `+10h`")
            }
            Flaw::Line(line) => format!(
                "`{line}` is not understood; write `customer: text`, `contact: phone agent=a-17`, `contact.closed` \
                 or a line of JSON"
            ),
            Flaw::OpenQuote(text) => format!("a quotation has no end: {text}"),
            Flaw::Json(problem) => format!("not JSON: {problem}"),
            Flaw::Key(key) => format!("`{key}` recognises no customer; write `phone:+8613800000001`"),
            Flaw::NoContact => "there is no contact yet; write `contact: phone agent=a-17` first".to_owned(),
            Flaw::Fact { name, nearest } => format!("there is no fact `{name}`{}", or_en(nearest)),
            Flaw::Decision { name, nearest } => format!("there is no decision `{name}`{}", or_en(nearest)),
            Flaw::Refused(refusal) => refusal.text(Lang::En),
            Flaw::NoneYet(Latest::Alert) => "no alert has been raised by then".to_owned(),
            Flaw::NoneYet(Latest::Order) => "no order has been given by then".to_owned(),
            Flaw::NoneYet(Latest::Case) => "no case has been opened by then".to_owned(),
        }
    }
}

fn or_zh(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!(",是不是 `{name}`?"))
}

fn or_en(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}
