//! What is counted: the names of all metrics, each with what it says, and their text for Prometheus.
//!
//! Labels are bounded: routes, statuses, decision types, tenants and schemes, never an id.

use std::collections::BTreeMap;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sandbox::Snapshot;

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
/// Calls of plugins by tenant, plugin and what came of them, over the generations that are ready.
const PLUGIN_CALLS: &str = "plaint_plugin_calls";
/// Seconds that plugins took, by tenant, plugin and part: `fresh` to make an instance ready, `call` to work in it.
const PLUGIN_SECONDS: &str = "plaint_plugin_seconds";
/// The most memory that one instance of a plugin had, by tenant and plugin.
const PLUGIN_MEMORY: &str = "plaint_plugin_memory_bytes_max";
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
    metrics::describe_gauge!(
        PLUGIN_CALLS,
        "calls of plugins by what came of them, over the generations that are ready"
    );
    metrics::describe_gauge!(PLUGIN_SECONDS, "seconds to make an instance ready (fresh) and to work in it (call)");
    metrics::describe_gauge!(PLUGIN_MEMORY, "the most memory that one instance had");
    metrics::describe_counter!(UNPROVEN, "messages whose sender proved nothing");
    metrics::describe_counter!(DELIVERIES, "attempts at deliveries by what came of them");
    metrics::describe_counter!(GENERATIONS, "generations wanted by what came of it");
    Ok(handle)
}

/// Shows what a tenant's plugins did: a plugin that is asked from several places, or by several generations, is one.
pub(crate) fn plugins(tenant: &str, counted: &[(String, Snapshot)]) {
    let mut calls: BTreeMap<(&str, &'static str), u64> = BTreeMap::new();
    let mut all: BTreeMap<&str, (u64, u64, u64)> = BTreeMap::new();
    for (plugin, snapshot) in counted {
        *calls.entry((plugin, "answered")).or_default() += snapshot.answered;
        for (absence, times) in snapshot.absences() {
            *calls.entry((plugin, absence.word())).or_default() += times;
        }
        let (fresh_ns, call_ns, memory_bytes) = all.entry(plugin).or_default();
        *fresh_ns += snapshot.fresh.sum_ns;
        *call_ns += snapshot.call.sum_ns;
        *memory_bytes = snapshot.memory_bytes_max.max(*memory_bytes);
    }
    for ((plugin, result), times) in calls {
        let labels = [("tenant", tenant.to_owned()), ("plugin", plugin.to_owned()), ("result", result.to_owned())];
        metrics::gauge!(PLUGIN_CALLS, &labels).set(times as f64);
    }
    for (plugin, (fresh_ns, call_ns, memory_bytes)) in all {
        for (part, ns) in [("fresh", fresh_ns), ("call", call_ns)] {
            let labels = [("tenant", tenant.to_owned()), ("plugin", plugin.to_owned()), ("part", part.to_owned())];
            metrics::gauge!(PLUGIN_SECONDS, &labels).set(ns as f64 / 1e9);
        }
        let labels = [("tenant", tenant.to_owned()), ("plugin", plugin.to_owned())];
        metrics::gauge!(PLUGIN_MEMORY, &labels).set(memory_bytes as f64);
    }
}
