//! `/v1/generations`: which policy decides, since when; another one is activated, or the one before comes back.

use std::collections::BTreeMap;

use axum::{Extension, extract::Request, http::StatusCode, response::Response};
use engine::{
    generation::{Activation, Generations, Pause},
    id::Id,
};
use road::wire::spell_instant;
use sandbox::{Compiled, Component};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, access::Bearer, asked::Asked, body, problem::Problem, taken::answer};
use crate::tenant::{Activated, RolledBack, Tenant, Unmade, Upload, Wish};

/// A pack with its plugins, an interpreter in each of several of them.
const UPLOAD_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A pack with its plugins.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Uploaded {
    pack: String,
    files: BTreeMap<String, String>,
    #[serde(default)]
    plugins: BTreeMap<String, String>,
    #[serde(default)]
    reason: Option<String>,
}

/// Back to where.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Back {
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

/// What is live, what was, what is paused.
pub(super) async fn list(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    asked.only(&[])?;
    let tenant = &bearer.tenant;
    let seen = tenant.look(|glance| Ok::<_, road::RoadError>((glance.generations()?, glance.decided()))).await?;
    let (generations, decided) = seen.map_err(|error| Problem::Unmade(Unmade::Failed(error.to_string())))?;
    Ok(answer(StatusCode::OK, &shown(tenant, &generations, decided.0)))
}

/// Activates a pack.
pub(super) async fn activate(Extension(bearer): Extension<Bearer>, asked: Asked, request: Request) -> Answer {
    asked.only(&[])?;
    let read = body::read(request.into_body(), UPLOAD_BYTES_MAX).await?;
    let wrong = |problem: String| Problem::Request { problem };
    let uploaded: Uploaded = serde_json::from_slice(&read).map_err(|error| wrong(error.to_string()))?;
    drop(read);
    let Uploaded { pack, files, plugins, reason } = uploaded;
    let upload = Upload::read(pack, files, plugins).ok_or_else(|| {
        wrong("`files`: expected paths below one folder, of `.toml` and `.md`; `plugins`: ids with base64".to_owned())
    })?;
    let wish = Wish { by: Some(bearer.person()), reason };
    let activated = bearer.tenant.activate(upload, wish).await.map_err(Problem::Unmade)?;
    Ok(told(&activated))
}

/// Takes the live one back.
pub(super) async fn roll_back(Extension(bearer): Extension<Bearer>, asked: Asked, request: Request) -> Answer {
    asked.only(&[])?;
    let Back { to, reason } = body::ask(request.into_body()).await?;
    let unknown = |generation: &String| Problem::Unmade(Unmade::Unknown { generation: generation.clone() });
    let to = to.as_ref().map(|to| Id::parse(to).ok_or_else(|| unknown(to))).transpose()?;
    let wish = Wish { by: Some(bearer.person()), reason };
    let back = bearer.tenant.roll_back(to, wish).await.map_err(Problem::Unmade)?;
    Ok(told_back(&back))
}

fn told(Activated { made, was, swapped }: &Activated) -> Response {
    let policy = made.rulebook.policy();
    let millis = |took: std::time::Duration| took.as_secs_f64() * 1_000.0;
    let plugins: Vec<Value> = made.rulebook.components().values().map(plugin).collect();
    answer(
        StatusCode::OK,
        &json!({
            "generation": policy.generation,
            "pack": policy.pack,
            "changed": swapped.is_some(),
            "position": swapped.as_ref().map(|swapped| swapped.position.0),
            "was": was,
            "rules": policy.rules.len(),
            "plugins": plugins,
            "pages": {"pages": made.pages.pages, "examples": made.pages.examples},
            "tried": made.tried,
            "ended": swapped.as_ref().map(|swapped| &swapped.ended),
            "took_ms": {
                "plugins": millis(made.took.plugins),
                "pages": millis(made.took.pages),
                "canary": millis(made.took.canary),
            },
        }),
    )
}

fn told_back(back: &RolledBack) -> Response {
    answer(
        StatusCode::OK,
        &json!({
            "generation": back.generation,
            "position": back.swapped.position.0,
            "ready": back.was_ready,
            "ended": back.swapped.ended,
            "withdrawn": {
                "generation": back.was.generation,
                "from": back.was.position.0,
                "to": back.swapped.position.0,
                "decided": back.decided,
            },
        }),
    )
}

fn plugin(component: &Component) -> Value {
    let manifest = component.manifest();
    json!({
        "id": manifest.id,
        "version": manifest.version,
        "kind": manifest.kind.word(),
        "digest": component.digest().to_string(),
        "compiled": *component.compiled() != Compiled::Before,
    })
}

fn shown(tenant: &Tenant, generations: &Generations, decided: u64) -> Value {
    let history: Vec<Value> =
        generations.history.iter().rev().map(|activation| activated(tenant, activation)).collect();
    let now = tenant.now();
    let in_force = generations.pauses.iter().filter(|pause| now.is_none_or(|now| now < pause.until));
    let pauses: Vec<Value> = in_force.map(pause).collect();
    let live = generations.live();
    let before = live.and_then(|live| generations.before(live.generation));
    json!({
        "live": live.map(|live| activated(tenant, live)),
        "before": before.map(|before| before.generation),
        "decided": decided,
        "history": history,
        "pauses": pauses,
    })
}

fn activated(tenant: &Tenant, activation: &Activation) -> Value {
    json!({
        "generation": activation.generation,
        "pack": activation.pack,
        "position": activation.position.0,
        "at": spell_instant(activation.at),
        "by": activation.by,
        "reason": activation.reason,
        "withdraws": activation.withdraws,
        "ready": tenant.generations.is_ready(activation.generation),
    })
}

fn pause(pause: &Pause) -> Value {
    json!({
        "rule": pause.rule,
        "step": pause.step,
        "brand": pause.brand,
        "from": spell_instant(pause.from),
        "until": spell_instant(pause.until),
        "by": pause.by,
        "reason": pause.reason,
    })
}
