//! `/v1/connectors`: the installation at work, those there were, and how it is changed. Secrets are never shown.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Request},
    http::{HeaderMap, StatusCode, Uri},
};
use policy::Lang;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, access::Bearer, asked::Asked, desk, problem::Problem, speak::language, taken::answer};
use crate::{
    deliver::Channel,
    installation::{Entry, Installation},
    tenant::Tenant,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    /// The version that was looked at: another one is not approved by accident.
    digest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RollBack {
    #[serde(default)]
    to: Option<u32>,
}

/// The installation at work.
pub(super) async fn list(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    asked.only(&[])?;
    Ok(answer(StatusCode::OK, &shown(&bearer.tenant.installation())))
}

/// The installations there were, the newest first.
pub(super) async fn history(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    asked.only(&[])?;
    let live = bearer.tenant.installation().number;
    let tenant = bearer.tenant;
    let entries = tokio::task::spawn_blocking(move || tenant.connectors.history()).await;
    let entries = entries.map_err(|_| Problem::Failed)?;
    let entries: Vec<Value> = entries.iter().rev().map(|entry| was(entry, live)).collect();
    Ok(answer(StatusCode::OK, &json!({"installations": entries})))
}

/// Reads the file again.
pub(super) async fn reload(bearer: Extension<Bearer>, uri: Uri, asked: Asked, request: Request) -> Answer {
    let (headers, Nothing {}) = desk::asked_of(asked, request).await?;
    let by = bearer.person();
    change(bearer, &uri, &headers, move |tenant, lang| tenant.connectors.reload(Some(by), lang)).await
}

/// Goes back.
pub(super) async fn roll_back(bearer: Extension<Bearer>, uri: Uri, asked: Asked, request: Request) -> Answer {
    let (headers, RollBack { to }) = desk::asked_of(asked, request).await?;
    let by = bearer.person();
    change(bearer, &uri, &headers, move |tenant, lang| tenant.connectors.roll_back(to, by, lang)).await
}

/// Approves a version that waits.
pub(super) async fn approve(
    bearer: Extension<Bearer>,
    Path(id): Path<String>,
    asked: Asked,
    request: Request,
) -> Answer {
    let uri = request.uri().clone();
    let (headers, Approve { digest }) = desk::asked_of(asked, request).await?;
    let by = bearer.person();
    change(bearer, &uri, &headers, move |tenant, lang| tenant.connectors.approve((&id, &digest), by, lang)).await
}

/// Changes the installation on a thread that may wait: plugins are compiled and asked.
async fn change(
    Extension(bearer): Extension<Bearer>,
    uri: &Uri,
    headers: &HeaderMap,
    change: impl FnOnce(&Tenant, Lang) -> Result<Arc<Installation>, String> + Send + 'static,
) -> Answer {
    let lang = language(uri, headers);
    let changed = tokio::task::spawn_blocking(move || change(&bearer.tenant, lang)).await;
    let changed = changed.map_err(|_| Problem::Failed)?.map_err(|problem| Problem::NotInstalled { problem })?;
    Ok(answer(StatusCode::OK, &shown(&changed)))
}

fn shown(installation: &Installation) -> Value {
    let connectors: Vec<Value> = installation.channels.iter().map(|channel| connector(channel)).collect();
    json!({"installation": installation.number, "connectors": connectors})
}

fn connector(channel: &Channel) -> Value {
    let grants: Vec<String> = channel.exchange.grants().iter().map(ToString::to_string).collect();
    let waiting = channel.waiting.as_ref().map(|waiting| {
        let more: Vec<String> = waiting.more.iter().map(ToString::to_string).collect();
        json!({"version": waiting.version, "digest": waiting.digest, "more": more})
    });
    json!({
        "connector": channel.id,
        "plugin": channel.plugin,
        "version": channel.version,
        "digest": channel.connector.digest().to_string(),
        "scheme": channel.webhook.as_ref().map(|webhook| webhook.scheme()),
        "grants": grants,
        "private": channel.private,
        "waiting": waiting,
    })
}

fn was(entry: &Entry, live: u32) -> Value {
    let (how, about) = entry.how.word();
    json!({
        "installation": entry.number,
        "live": entry.number == live,
        "time": entry.time,
        "how": how,
        "about": about,
        "by": entry.by,
        "connectors": entry.connectors,
    })
}
