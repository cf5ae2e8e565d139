//! `GET /v1/plugins`: what the plugins of a tenant do, how long it takes them and what they need for it.

use axum::{Extension, http::StatusCode};
use sandbox::{BUCKETS_NS, Times};
use serde_json::{Map, Value, json};

use super::{Answer, access::Bearer, asked::Asked, taken::answer};
use crate::used::{Used, used};

/// Lists them: those of the generations that are ready, then those of the connectors.
pub(super) async fn list(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    asked.only(&[])?;
    let live = bearer.tenant.look(|glance| glance.policy().generation).await?;
    let plugins: Vec<Value> = used(&bearer.tenant).iter().map(|used| shown(used, &live.to_string())).collect();
    Ok(answer(StatusCode::OK, &json!({"plugins": plugins})))
}

fn shown(used: &Used, live: &str) -> Value {
    let did = &used.did;
    let absent: Map<String, Value> = did.absences().map(|(why, times)| (why.word().to_owned(), times.into())).collect();
    json!({
        "plugin": used.plugin,
        "version": used.version,
        "kind": used.kind.word(),
        "digest": used.digest,
        "generation": used.generation,
        "live": used.generation.as_deref().is_none_or(|generation| generation == live),
        "asked_by": used.asked_by,
        "calls": did.calls(),
        "answered": did.answered,
        "absent": absent,
        "fresh": times(&did.fresh),
        "call": times(&did.call),
        "memory_bytes_max": did.memory_bytes_max,
        "waiting": did.waiting,
    })
}

/// The mean, and below what half and nearly all of the times lie, in microseconds.
fn times(times: &Times) -> Value {
    let count = times.count();
    if count == 0 {
        return Value::Null;
    }
    let micros = |ns: u64| ns as f64 / 1_000.0;
    json!({
        "mean_us": micros(times.sum_ns / count),
        "p50_below_us": below(times, 0.5).map(micros),
        "p99_below_us": below(times, 0.99).map(micros),
    })
}

/// The end of the bucket in which this share of all times is reached; beyond the last one nothing is known.
fn below(times: &Times, share: f64) -> Option<u64> {
    let wanted = times.count() as f64 * share;
    let mut sum = 0;
    let reached = times.buckets.iter().position(|count| {
        sum += count;
        sum as f64 >= wanted
    });
    BUCKETS_NS.get(reached?).copied()
}
