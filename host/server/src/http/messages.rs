//! `POST|GET /v1/messages/{connector}` and `/v1/hooks/{tenant}/{connector}`: what a channel delivers in its own
//! format; a connector makes facts of it.
//!
//! At the first door a token says who sends, at the second the message itself, by the connector's scheme; what does
//! not prove itself reaches no plugin and is kept nowhere. A message is taken whole, or it is quarantined with the
//! reason.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use engine::absence::Absence;
use road::wire::{Event, read_draft};
use sandbox::{Message, ReceiveError, Received, Reply};

use super::{
    Answer, App,
    access::Bearer,
    body,
    problem::{Problem, What},
    speak::{Seen, Verbatim},
    taken,
};
use crate::{
    counted,
    deliver::Channel,
    quarantine::Reason,
    tenant::Tenant,
    webhook::{Answered, Knock, Passed, Unproven},
};

/// Under these names a connector finds what HTTP does not send as headers.
const METHOD: &str = ":method";
const QUERY: &str = ":query";
/// What opens this door is no connector's business.
const AUTHORIZATION: &str = "authorization";

/// Takes a message.
pub(super) async fn take(
    State(app): State<App>,
    Extension(bearer): Extension<Bearer>,
    Path(connector): Path<String>,
    request: Request,
) -> Answer {
    let channel = bearer.tenant.installation().channel(&connector).cloned();
    let channel = channel.ok_or(Problem::Unknown { what: What::Connector })?;
    let (parts, body) = request.into_parts();
    let body = body::read(body, app.limits.request_bytes).await?;
    let (answer, reply) = brought(&bearer.tenant, &channel, Message { headers: headers(&parts), body }).await?;
    Ok(reply.map_or(answer, spoken))
}

/// Takes a message without a token.
pub(super) async fn hook(
    State(app): State<App>,
    Path((tenant, connector)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Some(tenant) = app.tenants.get(&tenant) else {
        return Problem::Unknown { what: What::Connector }.into_response();
    };
    let mut response = hooked(&app, tenant, &connector, request).await.into_response();
    response.extensions_mut().insert(Seen(tenant.name.clone()));
    response
}

async fn hooked(app: &App, tenant: &Arc<Tenant>, connector: &str, request: Request) -> Answer {
    // A connector without a scheme is not here: nothing tells its messages from anybody's.
    let channel = tenant.installation().channel(connector).filter(|channel| channel.webhook.is_some()).cloned();
    let channel = channel.ok_or(Problem::Unknown { what: What::Connector })?;
    let (parts, body) = request.into_parts();
    let body = body::read(body, app.limits.request_bytes).await?;
    // A large body takes a while to sign: nobody else waits for it.
    let (knocked, lock) = (Arc::clone(tenant), Arc::clone(&channel));
    let proved = tokio::task::spawn_blocking(move || proved(&knocked, &lock, &parts, body));
    match proved.await.map_err(|_| Problem::Failed)?? {
        Proved::Handshake(answered) => Ok(handshake(answered)),
        Proved::Message(message) => {
            let (_, reply) = brought(tenant, &channel, message).await?;
            // Where its facts stand is no business of a sender without a token.
            Ok(reply.map_or_else(|| Response::new(Body::empty()), spoken))
        }
    }
}

/// What a knock turned out to be.
enum Proved {
    Handshake(Answered),
    Message(Message),
}

fn proved(tenant: &Tenant, channel: &Channel, parts: &Parts, body: Vec<u8>) -> Result<Proved, Problem> {
    let webhook = channel.webhook.as_ref().ok_or(Problem::Unknown { what: What::Connector })?;
    let headers = headers(parts);
    let (method, query) = (parts.method.as_str(), parts.uri.query().unwrap_or_default());
    let now_s = jiff::Timestamp::now().as_second();
    match webhook.check(&Knock { method, query, headers: &headers, body: &body, now_s }) {
        Ok(Passed::AsItCame) => Ok(Proved::Message(Message { headers, body })),
        Ok(Passed::Decrypted(body)) => Ok(Proved::Message(Message { headers, body })),
        Ok(Passed::Answered(answered)) => Ok(Proved::Handshake(answered)),
        Err(why) => Err(unproven(tenant, &channel.id, webhook.scheme(), why)),
    }
}

fn unproven(tenant: &Tenant, connector: &str, scheme: &'static str, why: Unproven) -> Problem {
    let (reason, missing) = (why.word(), why.missing());
    tracing::warn!(tenant = tenant.name, connector, scheme, reason, missing, "a message proved nothing");
    metrics::counter!(counted::UNPROVEN, "tenant" => tenant.name.clone(), "scheme" => scheme).increment(1);
    Problem::Unproven { scheme }
}

/// Brings a message to its connector and its facts into the log.
async fn brought(
    tenant: &Arc<Tenant>,
    channel: &Arc<Channel>,
    message: Message,
) -> Result<(Response, Option<Reply>), Problem> {
    let message = Arc::new(message);
    let (events, reply) = match understood(channel, &message).await? {
        Ok(understood) => understood,
        Err(refused) => return Err(quarantined(tenant, &channel.id, &message, refused).await),
    };
    let answer = match taken::take(tenant, events, false).await {
        Err(conflict @ Problem::Conflict { .. }) => {
            let why = Refused { at: "id".to_owned(), expected: "an id that stands for nothing else".to_owned() };
            quarantined(tenant, &channel.id, &message, why).await;
            return Err(conflict);
        }
        answer => answer?,
    };
    Ok((answer, reply))
}

/// What a connector does not understand.
struct Refused {
    at: String,
    expected: String,
}

type Understood = Result<(Vec<Event>, Option<Reply>), Refused>;

/// Asks the connector, on a thread that may wait.
async fn understood(channel: &Arc<Channel>, message: &Arc<Message>) -> Result<Understood, Problem> {
    let (channel, message) = (Arc::clone(channel), Arc::clone(message));
    let asked = tokio::task::spawn_blocking(move || match channel.connector.receive(&message) {
        Err(ReceiveError::Failed(why)) if why.cause == Absence::Busy => Err(Problem::ConnectorBusy),
        received => Ok(received.map_err(refused).and_then(|received| events(&channel, received))),
    });
    asked.await.map_err(|_| Problem::Failed)?
}

fn events(channel: &Channel, received: Received) -> Understood {
    let read = received.drafts.into_iter().enumerate().map(|(place, draft)| {
        let made_by = |event| Event { connector: Some(channel.connector.digest().id()), ..event };
        read_draft(&channel.id, draft).map(made_by).map_err(|refusal| Refused {
            at: format!("drafts[{place}].{}", refusal.at()),
            expected: refusal.to_string(),
        })
    });
    Ok((read.collect::<Result<_, _>>()?, received.reply))
}

fn refused(error: ReceiveError) -> Refused {
    match error {
        ReceiveError::Refused { at, expected } => Refused { at, expected },
        ReceiveError::Failed(reason) => Refused { at: String::new(), expected: format!("no failure: {reason}") },
        ReceiveError::Overrun(overrun) => Refused { at: String::new(), expected: format!("less work: {overrun}") },
    }
}

/// Keeps the message; says that it was refused.
async fn quarantined(tenant: &Arc<Tenant>, connector: &str, message: &Arc<Message>, why: Refused) -> Problem {
    let Refused { at, expected } = why;
    metrics::counter!(counted::QUARANTINED, "tenant" => tenant.name.clone()).increment(1);
    let (keeper, id, message) = (Arc::clone(tenant), connector.to_owned(), Arc::clone(message));
    let (place, reason) = (at.clone(), expected.clone());
    let kept = tokio::task::spawn_blocking(move || {
        keeper.quarantine.keep(&message, &Reason { connector: &id, at: &place, expected: &reason })
    });
    let kept = kept.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    let quarantined = kept.unwrap_or_else(|error| {
        tracing::error!(tenant = tenant.name, problem = error.to_string(), "a message could not be quarantined");
        None
    });
    Problem::Message { at, expected, quarantined }
}

/// What the sender's other headers say, and how it asked.
fn headers(parts: &Parts) -> Vec<(String, String)> {
    let own = parts.headers.iter().filter(|(name, _)| name.as_str() != AUTHORIZATION);
    let own =
        own.map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let method = (METHOD.to_owned(), parts.method.as_str().to_owned());
    let query = parts.uri.query().map(|query| (QUERY.to_owned(), query.to_owned()));
    own.chain([method]).chain(query).collect()
}

/// What a scheme answers by itself.
fn handshake(answered: Answered) -> Response {
    let mut response = Response::new(Body::from(answered.body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(answered.content_type));
    response.extensions_mut().insert(Verbatim);
    response
}

/// What the connector answers in its channel's own words.
fn spoken(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response.extensions_mut().insert(Verbatim);
    response
}
