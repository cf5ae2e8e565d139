//! `/healthz`, `/readyz`, `/metrics`: for whoever runs the machine.

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, json};

use super::{App, taken::answer};
use crate::{
    counted,
    used::{Used, prometheus, used},
};

/// A road that does not look up within this time is not ready.
const LOOK_TIME_MAX: Duration = Duration::from_secs(2);

/// The process is there.
pub(super) async fn alive() -> Response {
    answer(StatusCode::OK, &json!({"status": "ok"}))
}

/// Every tenant's road is up and keeps up.
pub(super) async fn ready(State(app): State<App>) -> Response {
    let mut tenants = Map::new();
    let mut status = StatusCode::OK;
    for (name, tenant) in &app.tenants {
        let looked = tokio::time::timeout(LOOK_TIME_MAX, tenant.look(|glance| glance.decided())).await;
        let state = match looked {
            Ok(Ok(_)) if tenant.is_lagging() => "lagging",
            Ok(Ok(_)) => "ready",
            Ok(Err(_)) => "down",
            Err(_) => "starting",
        };
        if state != "ready" {
            status = StatusCode::SERVICE_UNAVAILABLE;
        }
        tenants.insert(name.clone(), state.into());
    }
    answer(status, &json!({"tenants": tenants}))
}

/// What was counted.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    for (name, tenant) in &app.tenants {
        metrics::gauge!(counted::WAITING, "tenant" => name.clone()).set(tenant.waiting() as f64);
    }
    app.metrics.run_upkeep();
    let plugins: Vec<Used> = app.tenants.values().flat_map(|tenant| used(tenant)).collect();
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], app.metrics.render() + &prometheus(&plugins)).into_response()
}
