//! What is counted: the names of all metrics, each with what it says, and their text for Prometheus.
//!
//! Labels are bounded: routes, statuses, decision types, tenants and schemes, never an id.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Requests by method, route and status.
pub(crate) const REQUESTS: &str = "plaint_requests_total";
/// Events by tenant and what became of them.
pub(crate) const EVENTS: &str = "plaint_events_total";
/// Decisions by tenant and type.
pub(crate) const DECISIONS: &str = "plaint_decisions_total";
/// Events that wait for the road, by tenant.
pub(crate) const WAITING: &str = "plaint_events_waiting";
/// Events in one request.
pub(crate) const REQUEST_EVENTS: &str = "plaint_request_events";
/// Seconds from the receipt of a request to the decisions about it.
pub(crate) const DECIDED_SECONDS: &str = "plaint_receipt_to_decision_seconds";
/// Messages that could not be understood, by tenant.
pub(crate) const QUARANTINED: &str = "plaint_messages_quarantined_total";
/// Questions at which a plugin broke, by tenant.
pub(crate) const QUESTIONS: &str = "plaint_questions_quarantined_total";
/// Generations wanted, by tenant and what came of it.
pub(crate) const GENERATIONS: &str = "plaint_generations_total";
/// Messages whose sender proved nothing, by tenant and scheme.
pub(crate) const UNPROVEN: &str = "plaint_messages_unproven_total";

/// Attempts at deliveries by tenant and what came of them.
pub(crate) const DELIVERIES: &str = "plaint_delivery_attempts_total";

const SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 10.0];
const SIZES: [f64; 7] = [1.0, 3.0, 10.0, 30.0, 100.0, 1_000.0, 10_000.0];

/// Begins to count.
///
/// # Errors
/// Somebody counts already.
pub(crate) fn begin() -> Result<PrometheusHandle, String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(DECIDED_SECONDS.to_owned()), &SECONDS)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full(REQUEST_EVENTS.to_owned()), &SIZES))
        .map_err(|error| text(&error))?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| text(&error))?;
    metrics::describe_counter!(REQUESTS, "requests by method, route and status");
    metrics::describe_counter!(EVENTS, "events by what became of them");
    metrics::describe_counter!(DECISIONS, "decisions by type");
    metrics::describe_gauge!(WAITING, "events that wait for the road");
    metrics::describe_histogram!(REQUEST_EVENTS, "events in one request");
    metrics::describe_histogram!(DECIDED_SECONDS, "seconds from the receipt of a request to the decisions about it");
    metrics::describe_counter!(QUARANTINED, "messages that could not be understood");
    metrics::describe_counter!(QUESTIONS, "questions at which a plugin broke");
    metrics::describe_counter!(DELIVERIES, "attempts at deliveries by what came of them");
    metrics::describe_counter!(GENERATIONS, "generations wanted by what came of it");
    Ok(handle)
}
