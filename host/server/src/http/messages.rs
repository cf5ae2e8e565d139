//! `POST|GET /v1/messages/{connector}`: what a channel delivers in its own format; a connector makes facts of it.
//!
//! A message is taken whole, or it is quarantined with the reason.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, request::Parts},
    response::Response,
};
use engine::absence::Absence;
use road::wire::{Event, read_draft};
use sandbox::{Message, ReceiveError, Received, Reply};

use super::{
    Answer, App,
    access::Bearer,
    body,
    problem::{Problem, What},
    speak::Verbatim,
    taken,
};
use crate::{counted, quarantine::Reason, tenant::Tenant};

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
    let tenant = bearer.tenant;
    if !tenant.connectors.contains_key(&connector) {
        return Err(Problem::Unknown { what: What::Connector });
    }
    let (parts, body) = request.into_parts();
    let body = body::read(body, app.limits.request_bytes).await?;
    let message = Arc::new(Message { headers: headers(&parts), body });
    let (events, reply) = match understood(&tenant, &connector, &message).await? {
        Ok(understood) => understood,
        Err(refused) => return Err(quarantined(&tenant, &connector, &message, refused).await),
    };
    let answer = match taken::take(&tenant, events, false).await {
        Err(conflict @ Problem::Conflict { .. }) => {
            let why = Refused { at: "id".to_owned(), expected: "an id that stands for nothing else".to_owned() };
            quarantined(&tenant, &connector, &message, why).await;
            return Err(conflict);
        }
        answer => answer?,
    };
    Ok(reply.map_or(answer, spoken))
}

/// What a connector does not understand.
struct Refused {
    at: String,
    expected: String,
}

type Understood = Result<(Vec<Event>, Option<Reply>), Refused>;

/// Asks the connector, on a thread that may wait.
async fn understood(tenant: &Arc<Tenant>, connector: &str, message: &Arc<Message>) -> Result<Understood, Problem> {
    let (tenant, id, message) = (Arc::clone(tenant), connector.to_owned(), Arc::clone(message));
    let asked = tokio::task::spawn_blocking(move || {
        let connector = tenant.connectors.get(&id).ok_or(Problem::Unknown { what: What::Connector })?;
        match connector.receive(&message) {
            Err(ReceiveError::Failed(why)) if why.cause == Absence::Busy => Err(Problem::ConnectorBusy),
            received => Ok(received.map_err(refused).and_then(|received| events(&id, received))),
        }
    });
    asked.await.map_err(|_| Problem::Failed)?
}

fn events(source: &str, received: Received) -> Understood {
    let read = received.drafts.into_iter().enumerate().map(|(place, draft)| {
        read_draft(source, draft).map_err(|refusal| Refused {
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
