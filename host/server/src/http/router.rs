//! Every door on one page: its path, who may use it, where it leads.

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{MethodRouter, get, post},
};

use super::{
    App,
    access::{self, ACTS, DISPOSES, OPERATES, READS, TELLS, WATCHES},
    alerts, cases, connectors, contacts, customers, events, generations, health, messages, pauses, plugins,
    problem::Problem,
    quarantined, speak, stream,
};
use crate::tokens::Role;

/// The doors.
pub(super) fn router(app: App) -> Router {
    let only = |roles, door| only(&app, roles, door);
    Router::new()
        // Who may enter, and where to.
        .route("/v1/events", only(TELLS, post(events::take)))
        .route("/v1/messages/{connector}", only(TELLS, on_message()))
        // No token: the message itself proves whose it is, by the connector's scheme.
        .route("/v1/hooks/{tenant}/{connector}", get(messages::hook).post(messages::hook))
        .route("/v1/quarantine", only(OPERATES, get(quarantined::list)))
        .route("/v1/connectors", only(OPERATES, get(connectors::list)))
        .route("/v1/connectors/history", only(OPERATES, get(connectors::history)))
        .route("/v1/connectors/reload", only(OPERATES, post(connectors::reload)))
        .route("/v1/connectors/rollback", only(OPERATES, post(connectors::roll_back)))
        .route("/v1/connectors/{id}/approve", only(OPERATES, post(connectors::approve)))
        .route("/v1/contacts", only(READS, get(contacts::list)))
        .route("/v1/contacts/{id}", only(READS, get(contacts::one)))
        .route("/v1/alerts", only(READS, get(alerts::list)))
        .route("/v1/alerts/{id}", only(READS, get(alerts::one)))
        .route("/v1/alerts/{id}/see", only(ACTS, post(alerts::see)))
        .route("/v1/alerts/{id}/take", only(ACTS, post(alerts::take)))
        .route("/v1/alerts/{id}/dispose", only(DISPOSES, post(alerts::dispose)))
        .route("/v1/cases", only(READS, get(cases::list)))
        .route("/v1/cases/{id}", only(READS, get(cases::one)))
        .route("/v1/cases/{id}/{action}", only(ACTS, post(cases::act)))
        .route("/v1/customers/find", only(READS, post(customers::find)))
        .route("/v1/generations", only(OPERATES, get(generations::list).post(generations::activate)))
        .route("/v1/generations/rollback", only(OPERATES, post(generations::roll_back)))
        .route("/v1/plugins", only(OPERATES, get(plugins::list)))
        .route("/v1/pauses", only(OPERATES, post(pauses::pause)))
        .route("/v1/pauses/end", only(OPERATES, post(pauses::resume)))
        .route("/v1/stream", only(WATCHES, get(stream::stream)))
        // For whoever runs the machine: nothing of a customer, no token.
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(|| async { Problem::NoSuchDoor.into_response() })
        .method_not_allowed_fallback(|| async { Problem::WrongMethod.into_response() })
        .layer(from_fn(speak::speak))
        .with_state(app)
}

fn on_message() -> MethodRouter<App> {
    get(messages::take).post(messages::take)
}

/// A door that only these roles may use.
fn only(app: &App, roles: &'static [Role], door: MethodRouter<App>) -> MethodRouter<App> {
    door.route_layer(from_fn_with_state((app.clone(), roles), access::admit))
}
