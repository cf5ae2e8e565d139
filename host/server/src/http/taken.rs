//! What a sender of events hears: where they stand, and on demand what was decided about them.
//!
//! `202 {"positions":[7,8],"known":[7]}`: each event's position in the order they were sent; `known` are those that
//! stood there before. With `?wait=decided` the answer is `200` with `decisions`, when they come in time.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use engine::fact::FactBody;
use road::{
    source::Decided,
    wire::{Event, decision_json},
};
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};
use store::Appended;
use tokio::sync::oneshot;

use super::{
    asked::Asked,
    problem::{Conflict, Problem},
};
use crate::tenant::{From, Taken, Tenant};

/// The parameter by which a sender waits.
pub(super) const WAIT: &str = "wait";
/// Somebody who waits longer than this has long been disconnected by something in between.
pub(super) const WAIT_MAX: Duration = Duration::from_secs(10);

/// See the module.
#[derive(Serialize)]
struct Heard {
    positions: Vec<Value>,
    known: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<Vec<Box<RawValue>>>,
}

/// Whether the sender waits for what is decided.
pub(super) fn waits(asked: &Asked) -> Result<bool, Problem> {
    let wait = asked.read(WAIT, "decided", |text| (text == "decided").then_some(true))?;
    Ok(wait.unwrap_or(false))
}

/// Appends events of a source and says what the sender hears. Who asks something of a case, and in which role, is
/// what a person's own token says: no source can say it for them.
pub(super) async fn take(tenant: &Tenant, events: Vec<Event>, waits: bool) -> Result<Response, Problem> {
    let asks_a_case = |event: &Event| matches!(event.body, FactBody::CaseActionRequested(_));
    if let Some(index) = events.iter().position(asks_a_case) {
        return Err(Problem::PersonsOnly { index });
    }
    let revisions: Vec<u32> = events.iter().map(|event| event.revision).collect();
    let taken = tenant.send(events, From::Source).await?;
    let (positions, known) = positions(&taken, &revisions)?;
    let decided = if waits { in_time(taken.decided).await? } else { None };
    let decisions = decided.as_ref().map(|decided| {
        let told = decided.told.iter().map(decision_json);
        told.filter_map(|json| RawValue::from_string(json).ok()).collect()
    });
    let status = if decisions.is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    let heard = serde_json::to_string(&Heard { positions, known, decisions }).map_err(|_| Problem::Failed)?;
    Ok(json_text(status, heard))
}

/// What is decided, if it comes in time.
pub(super) async fn in_time(decided: oneshot::Receiver<Decided>) -> Result<Option<Decided>, Problem> {
    match tokio::time::timeout(WAIT_MAX, decided).await {
        Ok(Ok(decided)) => Ok(Some(decided)),
        Ok(Err(_)) => Err(Problem::Down),
        Err(_) => Ok(None),
    }
}

/// Where events stand, and which stood there before; an id that stands for something else is a conflict.
pub(super) fn positions(taken: &Taken, revisions: &[u32]) -> Result<(Vec<Value>, Vec<u64>), Problem> {
    let (mut positions, mut known, mut conflicts) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (receipt, revision)) in taken.receipts.iter().zip(revisions).enumerate() {
        match receipt.appended {
            Appended::New(position) => positions.push(json!(position.0)),
            Appended::Known(position) => {
                positions.push(json!(position.0));
                known.push(position.0);
            }
            Appended::Conflict { position } => {
                positions.push(Value::Null);
                let (source, id) = (receipt.source.clone(), receipt.id.clone());
                conflicts.push(Conflict { index, source, id, revision: *revision, position: position.0 });
            }
        }
    }
    if conflicts.is_empty() { Ok((positions, known)) } else { Err(Problem::Conflict { conflicts, positions }) }
}

/// An answer in JSON.
pub(super) fn answer(status: StatusCode, value: &Value) -> Response {
    json_text(status, value.to_string())
}

fn json_text(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
