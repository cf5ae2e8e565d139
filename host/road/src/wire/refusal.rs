//! Why a door refuses an event: what was found, what was expected, what to do, in both languages.

use std::fmt;

use policy::Lang;

/// Why an event cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not JSON.
    NotJson(String),
    /// JSON, but no object.
    NotAnObject,
    /// Bytes that are no UTF-8, with the offset of the first.
    NotUtf8(usize),
    /// Larger than [`super::EVENT_BYTES_MAX`].
    TooLarge(usize),
    /// Unknown fields larger than [`super::EXTRA_BYTES_MAX`].
    TooMuchUnknown(usize),
    /// Not CloudEvents 1.0.
    SpecVersion(String),
    /// An attribute is missing or empty.
    Missing(&'static str),
    /// An attribute or field is of another form.
    Field {
        /// Where, such as `data.speaker`.
        at: String,
        /// What was found or expected.
        problem: String,
    },
    /// A type that only plaint itself may tell.
    IsDecision(String),
    /// A `plaint.*` type nobody knows.
    UnknownType {
        /// The type.
        name: String,
        /// The known type nearest to it.
        nearest: Option<String>,
    },
    /// The subject does not name what the type is about.
    Subject {
        /// What was found.
        found: String,
        /// The form it must have.
        expected: &'static str,
    },
    /// Not an RFC 3339 time.
    Time(String),
    /// A time before 1990 or after 2100.
    TimeOutOfRange(String),
    /// The connector could not make sense of the message.
    Connector {
        /// Where in the message.
        at: String,
        /// What it expected.
        expected: String,
    },
    /// The same id was already used for something else.
    Conflict {
        /// The source.
        source: String,
        /// Its id.
        id: String,
        /// Where the other fact stands.
        position: u64,
    },
}

impl Refusal {
    /// Where in the event; empty for the whole of it.
    pub fn at(&self) -> &str {
        match self {
            Refusal::Field { at, .. } | Refusal::Connector { at, .. } => at,
            Refusal::Missing(attribute) => attribute,
            Refusal::SpecVersion(_) => "specversion",
            Refusal::IsDecision(_) | Refusal::UnknownType { .. } => "type",
            Refusal::Subject { .. } => "subject",
            Refusal::Time(_) | Refusal::TimeOutOfRange(_) => "time",
            Refusal::Conflict { .. } => "id",
            Refusal::NotJson(_)
            | Refusal::NotAnObject
            | Refusal::NotUtf8(_)
            | Refusal::TooLarge(_)
            | Refusal::TooMuchUnknown(_) => "",
        }
    }

    /// The sentence, in a language.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.en(),
            Lang::Zh => self.zh(),
        }
    }

    fn en(&self) -> String {
        match self {
            Refusal::NotJson(problem) => format!("not JSON: {problem}; expected one CloudEvent on each line"),
            Refusal::NotAnObject => {
                "not a JSON object; expected a CloudEvent such as {\"specversion\":\"1.0\",…}".into()
            }
            Refusal::NotUtf8(offset) => format!("not UTF-8 at byte {offset}; save the file as UTF-8"),
            Refusal::TooLarge(bytes) => {
                format!("{bytes} bytes; an event has at most {} bytes", super::EVENT_BYTES_MAX)
            }
            Refusal::TooMuchUnknown(bytes) => {
                format!("{bytes} bytes of fields plaint does not know; at most {} are kept", super::EXTRA_BYTES_MAX)
            }
            Refusal::SpecVersion(found) => format!("specversion is {found}; expected \"1.0\""),
            Refusal::Missing(attribute) => format!("`{attribute}` is missing or empty; every event needs one"),
            Refusal::Field { at, problem } => format!("`{at}`: {problem}"),
            Refusal::IsDecision(name) => {
                format!("`{name}` is a decision; only plaint makes decisions, send the facts they rest on")
            }
            Refusal::UnknownType { name, nearest: Some(nearest) } => {
                format!("unknown type `{name}`; did you mean `{nearest}`?")
            }
            Refusal::UnknownType { name, nearest: None } => {
                format!("unknown type `{name}`; `plaint.*` types are plaint's own, use a name of yours for others")
            }
            Refusal::Subject { found, expected } => format!("subject is `{found}`; expected `{expected}`"),
            Refusal::Time(found) => format!("time is `{found}`; expected RFC 3339 such as 2024-09-02T10:00:00+08:00"),
            Refusal::TimeOutOfRange(found) => {
                format!("time is {found}; expected a time between 1990 and 2100 (are the units right?)")
            }
            Refusal::Connector { at, expected } if at.is_empty() => format!("the connector expected {expected}"),
            Refusal::Connector { at, expected } => format!("at `{at}` the connector expected {expected}"),
            Refusal::Conflict { source, id, position } => format!(
                "id `{id}` of source `{source}` already stands at position {position} with other content; \
                 a correction needs `data.revision`"
            ),
        }
    }

    fn zh(&self) -> String {
        match self {
            Refusal::NotJson(problem) => format!("不是 JSON:{problem};每行应为一个 CloudEvent"),
            Refusal::NotAnObject => "不是 JSON 对象;应为 CloudEvent,例如 {\"specversion\":\"1.0\",…}".into(),
            Refusal::NotUtf8(offset) => format!("第 {offset} 字节不是 UTF-8;请把文件存为 UTF-8"),
            Refusal::TooLarge(bytes) => format!("有 {bytes} 字节;一个事件最多 {} 字节", super::EVENT_BYTES_MAX),
            Refusal::TooMuchUnknown(bytes) => {
                format!("未知字段共 {bytes} 字节;最多保留 {} 字节", super::EXTRA_BYTES_MAX)
            }
            Refusal::SpecVersion(found) => format!("specversion 为 {found};应为 \"1.0\""),
            Refusal::Missing(attribute) => format!("缺少 `{attribute}` 或其为空;每个事件都必须有"),
            Refusal::Field { at, problem } => format!("`{at}`:{problem}"),
            Refusal::IsDecision(name) => format!("`{name}` 是决定;决定只由 plaint 作出,请发送它所依据的事实"),
            Refusal::UnknownType { name, nearest: Some(nearest) } => format!("未知类型 `{name}`;是否想写 `{nearest}`?"),
            Refusal::UnknownType { name, nearest: None } => {
                format!("未知类型 `{name}`;`plaint.*` 由 plaint 自用,其他类型请用自己的名字")
            }
            Refusal::Subject { found, expected } => format!("subject 为 `{found}`;应为 `{expected}`"),
            Refusal::Time(found) => format!("time 为 `{found}`;应为 RFC 3339,例如 2024-09-02T10:00:00+08:00"),
            Refusal::TimeOutOfRange(found) => format!("time 为 {found};应在 1990 年至 2100 年之间(单位是否有误?)"),
            Refusal::Connector { at, expected } if at.is_empty() => format!("连接器期望 {expected}"),
            Refusal::Connector { at, expected } => format!("在 `{at}` 处,连接器期望 {expected}"),
            Refusal::Conflict { source, id, position } => {
                format!("来源 `{source}` 的 id `{id}` 已在位置 {position},内容不同;更正请带 `data.revision`")
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.en())
    }
}

impl std::error::Error for Refusal {}
