//! `GET /v1/quarantine`: messages that no connector could make sense of; with `kind=question`, questions at which a
//! plugin broke. Never what they say.

use std::{io, sync::Arc};

use axum::{Extension, http::StatusCode};
use serde_json::{Value, json};

use super::{Answer, access::Bearer, asked::Asked, page, problem::Problem, taken::answer};
use crate::{
    quarantine::{Quarantined, Question},
    tenant::Tenant,
};

const KIND: &str = "kind";
const MESSAGE: &str = "message";
const QUESTION: &str = "question";

/// Lists them by id.
pub(super) async fn list(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    let asked = asked.only(&[KIND, page::AFTER, page::LIMIT])?;
    let limit = page::limit(&asked)?;
    let after = asked.get(page::AFTER).unwrap_or_default().to_owned();
    let tenant = bearer.tenant;
    let (name, (listed, next)) = match asked.get(KIND).unwrap_or(MESSAGE) {
        MESSAGE => (
            "messages",
            shown(tenant, limit, move |tenant, limit| {
                Ok(tenant.quarantine.list(&after, limit)?.into_iter().map(message).collect())
            })
            .await?,
        ),
        QUESTION => (
            "questions",
            shown(tenant, limit, move |tenant, limit| {
                Ok(tenant.quarantine.questions(&after, limit)?.into_iter().map(question).collect())
            })
            .await?,
        ),
        _ => return Err(Problem::parameter(KIND, "message, question")),
    };
    Ok(answer(StatusCode::OK, &json!({name: listed, "next": next})))
}

/// One page of what is listed, and where the next one begins.
async fn shown(
    tenant: Arc<Tenant>,
    limit: usize,
    list: impl FnOnce(&Tenant, usize) -> io::Result<Vec<Value>> + Send + 'static,
) -> Result<(Vec<Value>, Option<Value>), Problem> {
    let listed = tokio::task::spawn_blocking(move || list(&tenant, limit + 1)).await;
    let mut listed = listed.map_err(|_| Problem::Failed)?.map_err(|error| {
        tracing::error!(problem = error.to_string(), "the quarantine cannot be read");
        Problem::Failed
    })?;
    let more = listed.len() > limit;
    listed.truncate(limit);
    let next = listed.last().filter(|_| more).map(|last| last["id"].clone());
    Ok((listed, next))
}

fn message((id, kept): (String, Quarantined)) -> Value {
    json!({"id": id, "connector": kept.connector, "time": kept.time, "at": kept.at, "expected": kept.expected})
}

fn question((id, kept): (String, Question)) -> Value {
    json!({"id": id, "plugin": kept.plugin, "by": kept.by, "of": kept.of, "generation": kept.generation,
        "time": kept.time, "cause": kept.cause, "reason": kept.reason})
}
