//! Every error of the doors, in one place: its status, its word, and what a person reads in either language.
//!
//! The answer is `application/problem+json`: `type` is `urn:plaint:problem:<word>`, `title` says what, `detail` what
//! to do; some have fields of their own beside them.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use policy::Lang;
use road::wire::Refusal;
use serde_json::{Map, Value, json};

use crate::{
    lang::pick,
    refused,
    tenant::{Busy, Unmade},
    tokens::Role,
};

/// After so many seconds a source may come again: a lagging road has caught up with a second of work.
const RETRY_AFTER_S: &str = "1";

/// What went wrong.
#[derive(Clone, Debug)]
pub(super) enum Problem {
    /// No such path.
    NoSuchDoor,
    /// The path has no such method.
    WrongMethod,
    /// No bearer token.
    NoToken,
    /// A token nobody knows.
    UnknownToken,
    /// The token's role may not do this.
    WrongRole { role: Role, needs: &'static [Role] },
    /// A parameter that the door does not know, or not so.
    Parameter { name: String, expected: String },
    /// A body that is none of the formats.
    ContentType { found: String },
    /// A body larger than its limit.
    TooLarge { bytes_max: usize },
    /// More events than one request may have.
    TooMany { events_max: usize },
    /// A body that took too long.
    SlowBody,
    /// A body that broke off.
    BrokenBody,
    /// A request of a person that is not as it must be.
    Request { problem: String },
    /// The body as a whole is not what its content type says.
    NotEvents { problem: String },
    /// Events that are wrong, each with its place; none was taken.
    BadEvents(Vec<(usize, Refusal)>),
    /// A source that only plaint itself may be.
    OwnSource { index: usize, source: String },
    /// What only a person may ask, at a door of its own.
    PersonsOnly { index: usize },
    /// Ids that stand for something else already.
    Conflict { conflicts: Vec<Conflict>, positions: Vec<Value> },
    /// Too much waits.
    Lagging,
    /// Too many wait for one connector.
    ConnectorBusy,
    /// The tenant's road has ended.
    Down,
    /// Something of the machine; the log says what.
    Failed,
    /// No such thing, or not this tenant's.
    Unknown { what: What },
    /// A message that the connector does not understand.
    Message { at: String, expected: String, quarantined: Option<String> },
    /// An installation that cannot be had; the one at work stays.
    NotInstalled { problem: String },
    /// A message that does not prove whose it is.
    Unproven { scheme: &'static str },
    /// What was asked of an alert cannot be done.
    Refused { action: String, missing: String, now: String },
    /// Asked, and not known yet whether it can be done.
    Undecided,
    /// Another generation does not decide.
    Unmade(Unmade),
    /// An error that the library answered by itself.
    Other(StatusCode),
}

/// What was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Contact,
    Alert,
    Case,
    Customer,
    Connector,
}

/// An id that stands for something else already.
#[derive(Clone, Debug)]
pub(super) struct Conflict {
    pub(super) index: usize,
    pub(super) source: String,
    pub(super) id: String,
    pub(super) revision: u32,
    pub(super) position: u64,
}

impl From<Busy> for Problem {
    fn from(busy: Busy) -> Self {
        match busy {
            Busy::Lagging => Problem::Lagging,
            Busy::Down => Problem::Down,
        }
    }
}

impl IntoResponse for Problem {
    /// The status; what is said is written where the language is known.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}

impl Problem {
    /// A parameter that is not as expected.
    pub(super) fn parameter(name: &str, expected: &str) -> Self {
        Problem::Parameter { name: name.to_owned(), expected: expected.to_owned() }
    }

    /// The whole answer, in a language.
    pub(super) fn response(&self, lang: Lang) -> Response {
        let status = self.status();
        let (word, title, detail) = self.said(lang);
        let mut fields = Map::new();
        fields.insert("type".into(), format!("urn:plaint:problem:{word}").into());
        fields.insert("title".into(), title.into());
        fields.insert("status".into(), status.as_u16().into());
        fields.insert("detail".into(), detail.into());
        fields.extend(self.fields(lang));
        let mut response = Response::new(Body::from(Value::Object(fields).to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(pick(lang, "zh", "en")));
        if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
        }
        if matches!(self, Problem::NoToken | Problem::UnknownToken) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    fn status(&self) -> StatusCode {
        match self {
            Problem::NoSuchDoor | Problem::Unknown { .. } => StatusCode::NOT_FOUND,
            Problem::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Problem::NoToken | Problem::UnknownToken | Problem::Unproven { .. } => StatusCode::UNAUTHORIZED,
            Problem::WrongRole { .. } | Problem::PersonsOnly { .. } => StatusCode::FORBIDDEN,
            Problem::Parameter { .. }
            | Problem::BrokenBody
            | Problem::Request { .. }
            | Problem::NotEvents { .. }
            | Problem::BadEvents(_)
            | Problem::OwnSource { .. } => StatusCode::BAD_REQUEST,
            Problem::ContentType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Problem::TooLarge { .. } | Problem::TooMany { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Problem::Conflict { .. } | Problem::Refused { .. } => StatusCode::CONFLICT,
            Problem::Lagging | Problem::ConnectorBusy => StatusCode::TOO_MANY_REQUESTS,
            Problem::Down | Problem::Undecided => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Problem::Message { .. } | Problem::NotInstalled { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::Unmade(unmade) => unmade.status(),
            Problem::Other(status) => *status,
        }
    }

    /// Its word, what it is, what to do.
    fn said(&self, lang: Lang) -> (&'static str, &'static str, String) {
        let (word, [zh, en]) = self.title();
        (word, pick(lang, zh, en), self.detail(lang))
    }

    fn title(&self) -> (&'static str, [&'static str; 2]) {
        match self {
            Problem::NoSuchDoor => ("no-such-path", ["没有这个地址", "no such path"]),
            Problem::WrongMethod => ("wrong-method", ["此地址不支持该方法", "the path has no such method"]),
            Problem::NoToken => ("no-token", ["缺少令牌", "no token"]),
            Problem::UnknownToken => ("unknown-token", ["未知的令牌", "unknown token"]),
            Problem::WrongRole { .. } => ("wrong-role", ["角色无此权限", "the role may not do this"]),
            Problem::Parameter { .. } => ("bad-parameter", ["参数有误", "a parameter is wrong"]),
            Problem::ContentType { .. } => ("content-type", ["不支持的内容类型", "unsupported content type"]),
            Problem::TooLarge { .. } => ("too-large", ["请求过大", "the request is too large"]),
            Problem::TooMany { .. } => ("too-many-events", ["事件过多", "too many events"]),
            Problem::SlowBody => ("slow-body", ["请求体到达过慢", "the body took too long"]),
            Problem::BrokenBody => ("broken-body", ["请求体不完整", "the body broke off"]),
            Problem::Request { .. } => ("bad-request", ["请求有误", "the request is wrong"]),
            Problem::NotEvents { .. } => ("not-events", ["请求体不是事件", "the body holds no events"]),
            Problem::BadEvents(_) => ("bad-events", ["事件有误", "events are wrong"]),
            Problem::OwnSource { .. } => ("own-source", ["来源为 plaint 自用", "the source is plaint's own"]),
            Problem::PersonsOnly { .. } => ("persons-only", ["须由本人操作", "a person must ask this"]),
            Problem::Conflict { .. } => ("conflict", ["id 已用于其他内容", "the id stands for something else"]),
            Problem::Lagging => ("lagging", ["等待处理的事件过多", "too many events wait"]),
            Problem::ConnectorBusy => ("connector-busy", ["连接器正忙", "the connector is busy"]),
            Problem::Down => ("down", ["租户暂停服务", "the tenant is out of service"]),
            Problem::Failed => ("failed", ["服务器出错", "the server failed"]),
            Problem::Unknown { what } => match what {
                What::Contact => ("unknown-contact", ["没有这个会话", "no such contact"]),
                What::Alert => ("unknown-alert", ["没有这个预警", "no such alert"]),
                What::Case => ("unknown-case", ["没有这个工单", "no such case"]),
                What::Customer => ("unknown-customer", ["没有这位客户", "no such customer"]),
                What::Connector => ("unknown-connector", ["没有这个连接器", "no such connector"]),
            },
            Problem::Message { .. } => ("message-refused", ["无法理解消息", "the message was not understood"]),
            Problem::NotInstalled { .. } => ("not-installed", ["安装未改变", "the connectors were not changed"]),
            Problem::Unproven { .. } => ("unproven", ["无法确认消息来源", "the message does not prove whose it is"]),
            Problem::Refused { .. } => ("refused", ["无法执行该操作", "it cannot be done"]),
            Problem::Undecided => ("undecided", ["尚未有结果", "not decided yet"]),
            Problem::Unmade(unmade) => unmade.title(),
            Problem::Other(_) => ("bad-request", ["请求有误", "the request is wrong"]),
        }
    }

    /// What to do, of what may be anybody's mistake; what is said of events and alerts stands below.
    fn detail(&self, lang: Lang) -> String {
        let say = |[zh, en]: [&str; 2], fill: &str| pick(lang, zh, en).replace("{}", fill);
        match self {
            Problem::NoSuchDoor => say(["请核对地址", "check the path"], ""),
            Problem::WrongMethod => {
                say(["请用响应头 Allow 列出的方法", "use one of the methods in the header `Allow`"], "")
            }
            Problem::NoToken => {
                let zh = "请带请求头 `Authorization: Bearer <令牌>`;令牌用 `plaint token create` 生成";
                let en = "send the header `Authorization: Bearer <token>`; `plaint token create` makes a token";
                say([zh, en], "")
            }
            Problem::UnknownToken => {
                let zh = "令牌不存在或已吊销;请用 `plaint token create` 重新生成";
                say([zh, "it was revoked or never made; `plaint token create` makes one"], "")
            }
            Problem::WrongRole { role, needs } => {
                let needs: Vec<&str> = needs.iter().map(|role| role.word()).collect();
                let text = ["令牌的角色是 {role};需要其一:{}", "the token's role is {role}; it takes one of: {}"];
                say(text, &needs.join(", ")).replace("{role}", role.word())
            }
            Problem::Parameter { name, expected } => {
                say(["`{name}` 有误;应为:{}", "`{name}` is wrong; expected: {}"], expected).replace("{name}", name)
            }
            Problem::ContentType { found } => {
                let known = "application/cloudevents+json, application/cloudevents-batch+json, application/json";
                say(["收到 `{}`;应为其一:", "found `{}`; expected one of: "], found) + known
            }
            Problem::TooLarge { bytes_max } => {
                let text = ["请求最多 {} 字节;请分开发送", "a request has at most {} bytes; send it in parts"];
                say(text, &bytes_max.to_string())
            }
            Problem::TooMany { events_max } => {
                let text = ["一次最多 {} 个事件;请分开发送", "a request has at most {} events; send it in parts"];
                say(text, &events_max.to_string())
            }
            Problem::SlowBody | Problem::BrokenBody => say(["请重新发送", "send it again"], ""),
            Problem::Request { problem } | Problem::NotInstalled { problem } => problem.clone(),
            Problem::Lagging | Problem::ConnectorBusy => say(["请稍后重试", "come again a little later"], ""),
            Problem::Down => say(["请稍后重试,或查看服务器日志", "come again later, or see the server's log"], ""),
            Problem::Failed => say(["原因见服务器日志", "the server's log says why"], ""),
            Problem::Unknown { .. } => say(["请核对 id", "check the id"], ""),
            Problem::Unmade(unmade) => unmade.detail(lang),
            Problem::Other(status) => status.canonical_reason().unwrap_or_default().to_owned(),
            Problem::NotEvents { .. }
            | Problem::BadEvents(_)
            | Problem::OwnSource { .. }
            | Problem::PersonsOnly { .. }
            | Problem::Conflict { .. }
            | Problem::Message { .. }
            | Problem::Unproven { .. }
            | Problem::Refused { .. }
            | Problem::Undecided => self.detail_of_facts(lang),
        }
    }

    fn detail_of_facts(&self, lang: Lang) -> String {
        let say = |[zh, en]: [&str; 2], fill: &str| pick(lang, zh, en).replace("{}", fill);
        if let Problem::NotEvents { problem } = self {
            problem.clone()
        } else if let Problem::BadEvents(errors) = self {
            let zh = "{} 个事件有误,全部未接收;请按 errors 更正后重新发送";
            let en = "wrong events: {}, so none was taken; correct them as `errors` says and send all again";
            say([zh, en], &errors.len().to_string())
        } else if let Problem::OwnSource { source, .. } = self {
            say(["来源 `{}` 由 plaint 自用;请换一个名字", "`{}` is plaint's own; take another name"], source)
        } else if let Problem::PersonsOnly { .. } = self {
            let zh = "请以本人的令牌 POST /v1/cases/{id}/{action};来源不能代人操作工单";
            let en = "send it to POST /v1/cases/{id}/{action} with the person's own token; no source acts on a case";
            say([zh, en], "")
        } else if let Problem::Conflict { .. } = self {
            let zh = "errors 列出的事件未接收,其余已接收;更正请带 `data.revision`,新事件请用新的 id";
            let en = "the events in `errors` were not taken, the others were; a correction needs `data.revision`, \
                      another event an id of its own";
            say([zh, en], "")
        } else if let Problem::Message { at, expected, .. } = self {
            Refusal::Connector { at: at.clone(), expected: expected.clone() }.text(lang)
        } else if let Problem::Unproven { scheme } = self {
            let zh = "校验方式为 `{}`;请核对双方的密钥、发送方地址和两边的时钟,原因见服务器日志";
            let en = "the scheme is `{}`: compare the secrets and addresses on both sides and both clocks; the \
                      server's log says what is missing";
            say([zh, en], scheme)
        } else if let Problem::Refused { missing, now, .. } = self {
            let text = ["需要:{missing};现状:{}", "it takes {missing}; it is {}"];
            say(text, refused::stands(now, lang)).replace("{missing}", &refused::missing(missing, lang))
        } else {
            let zh = "请求已记录;请以同一 Idempotency-Key 再次发送以获知结果";
            let en = "it is recorded; send it again with the same Idempotency-Key to hear what came of it";
            say([zh, en], "")
        }
    }

    /// What some have beside.
    fn fields(&self, lang: Lang) -> Map<String, Value> {
        let fields = match self {
            Problem::BadEvents(errors) => {
                let errors = errors.iter().map(|(index, refusal)| {
                    let detail = refusal.text(lang);
                    json!({"index": index, "at": refusal.at(), "detail": detail})
                });
                json!({"errors": errors.collect::<Vec<_>>()})
            }
            Problem::PersonsOnly { index } => {
                json!({"errors": [{"index": index, "at": "type", "detail": self.detail(lang)}]})
            }
            Problem::OwnSource { index, .. } => {
                json!({"errors": [{"index": index, "at": "source", "detail": self.detail(lang)}]})
            }
            Problem::Conflict { conflicts, positions } => {
                let errors: Vec<Value> = conflicts.iter().map(|conflict| conflict.json(lang)).collect();
                json!({"errors": errors, "positions": positions})
            }
            Problem::Message { at, quarantined, .. } => json!({"at": at, "quarantined": quarantined}),
            Problem::Refused { action, missing, now } => json!({"action": action, "missing": missing, "now": now}),
            Problem::NoSuchDoor
            | Problem::WrongMethod
            | Problem::NoToken
            | Problem::UnknownToken
            | Problem::WrongRole { .. }
            | Problem::Parameter { .. }
            | Problem::ContentType { .. }
            | Problem::TooLarge { .. }
            | Problem::TooMany { .. }
            | Problem::SlowBody
            | Problem::BrokenBody
            | Problem::Request { .. }
            | Problem::NotEvents { .. }
            | Problem::Lagging
            | Problem::ConnectorBusy
            | Problem::Down
            | Problem::Failed
            | Problem::Unknown { .. }
            | Problem::Unproven { .. }
            | Problem::NotInstalled { .. }
            | Problem::Undecided
            | Problem::Unmade(_)
            | Problem::Other(_) => Value::Null,
        };
        match fields {
            Value::Object(fields) => fields,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
        }
    }
}

impl Conflict {
    fn json(&self, lang: Lang) -> Value {
        let Conflict { index, source, id, revision, position } = self;
        let refusal = Refusal::Conflict { source: source.clone(), id: id.clone(), position: *position };
        json!({"index": index, "at": "id", "source": source, "id": id, "revision": revision, "position": position,
            "detail": refusal.text(lang)})
    }
}
