//! `GET /v1/quarantine`: messages that no connector could make sense of; never what they say.

use axum::{Extension, http::StatusCode};
use serde_json::{Value, json};

use super::{Answer, access::Bearer, asked::Asked, page, problem::Problem, taken::answer};

/// Lists them by id.
pub(super) async fn list(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    let asked = asked.only(&[page::AFTER, page::LIMIT])?;
    let limit = page::limit(&asked)?;
    let after = asked.get(page::AFTER).unwrap_or_default().to_owned();
    let tenant = bearer.tenant;
    let listed = tokio::task::spawn_blocking(move || tenant.quarantine.list(&after, limit + 1)).await;
    let mut listed = listed.map_err(|_| Problem::Failed)?.map_err(|error| {
        tracing::error!(problem = error.to_string(), "the quarantine cannot be read");
        Problem::Failed
    })?;
    let more = listed.len() > limit;
    listed.truncate(limit);
    let next = listed.last().filter(|_| more).map(|(id, _)| id.clone());
    let messages: Vec<Value> = listed
        .iter()
        .map(|(id, kept)| {
            json!({"id": id, "connector": kept.connector, "time": kept.time, "at": kept.at, "expected": kept.expected})
        })
        .collect();
    Ok(answer(StatusCode::OK, &json!({"messages": messages, "next": next})))
}
