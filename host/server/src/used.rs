//! What plugins did, tenant by tenant: gathered from those that are loaded, told to Prometheus.
//!
//! Only generations that are ready and connectors that are installed are told of: a thousand reloads make no thousand
//! series.

use std::fmt::Write as _;

use sandbox::{BUCKETS_NS, Kind, Snapshot, Times};

use crate::tenant::Tenant;

/// Digits of a generation that tell it from any other in a list.
const SHORT: usize = 12;

/// What one plugin did for one that asks it.
pub(crate) struct Used {
    pub(crate) tenant: String,
    pub(crate) plugin: String,
    pub(crate) version: String,
    pub(crate) kind: Kind,
    pub(crate) digest: String,
    /// None for a connector: it belongs to the installation.
    pub(crate) generation: Option<String>,
    /// The rule, the row, the pack itself; of a connector its id.
    pub(crate) asked_by: String,
    pub(crate) did: Snapshot,
}

/// What the plugins of a tenant did.
pub(crate) fn used(tenant: &Tenant) -> Vec<Used> {
    let mut all = Vec::new();
    for rulebook in tenant.generations.all_ready() {
        let generation = rulebook.policy().generation.to_string();
        for counted in rulebook.counted() {
            let Some(component) = rulebook.components().get(&counted.plugin) else { continue };
            all.push(Used {
                tenant: tenant.name.clone(),
                version: component.manifest().version.clone(),
                kind: component.kind(),
                digest: component.digest().to_string(),
                plugin: counted.plugin,
                generation: Some(generation.clone()),
                asked_by: counted.asked_by,
                did: counted.did,
            });
        }
    }
    let installation = tenant.connectors.live();
    all.extend(installation.channels.iter().map(|channel| Used {
        tenant: tenant.name.clone(),
        plugin: channel.plugin.clone(),
        version: channel.version.clone(),
        kind: Kind::Connector,
        digest: channel.connector.digest().to_string(),
        generation: None,
        asked_by: channel.id.clone(),
        did: channel.connector.snapshot(),
    }));
    all
}

/// As Prometheus reads it.
pub(crate) fn prometheus(used: &[Used]) -> String {
    let mut text = String::new();
    head(&mut text, "plaint_plugin_calls_total", "counter", "calls of plugins by what came of them");
    for used in used {
        let labels = labels(used);
        line(&mut text, "plaint_plugin_calls_total", &format!("{labels},outcome=\"answered\""), used.did.answered);
        for (why, times) in used.did.absences() {
            line(&mut text, "plaint_plugin_calls_total", &format!("{labels},outcome=\"{}\"", why.word()), times);
        }
    }
    head(&mut text, FRESH, "histogram", "seconds until a fresh instance was configured");
    used.iter().for_each(|used| histogram(&mut text, FRESH, &labels(used), &used.did.fresh));
    head(&mut text, CALL, "histogram", "seconds of a call in its instance");
    used.iter().for_each(|used| histogram(&mut text, CALL, &labels(used), &used.did.call));
    head(&mut text, "plaint_plugin_memory_bytes_max", "gauge", "the most memory one instance had");
    for used in used {
        line(&mut text, "plaint_plugin_memory_bytes_max", &labels(used), used.did.memory_bytes_max);
    }
    head(&mut text, "plaint_plugin_waiting", "gauge", "callers that wait for a plugin");
    for used in used {
        line(&mut text, "plaint_plugin_waiting", &labels(used), used.did.waiting as u64);
    }
    text
}

const FRESH: &str = "plaint_plugin_fresh_seconds";
const CALL: &str = "plaint_plugin_call_seconds";

fn head(text: &mut String, name: &str, kind: &str, says: &str) {
    // Writing to a text cannot fail, here and below.
    let _ = writeln!(text, "# HELP {name} {says}\n# TYPE {name} {kind}");
}

/// Ids of tenants, plugins and rules are lower-case words with hyphens: nothing in them needs to be escaped.
fn labels(used: &Used) -> String {
    let generation = used.generation.as_deref().map_or("installation", |generation| &generation[..SHORT]);
    let Used { tenant, plugin, asked_by, .. } = used;
    format!("tenant=\"{tenant}\",plugin=\"{plugin}\",generation=\"{generation}\",asked_by=\"{asked_by}\"")
}

fn line(text: &mut String, name: &str, labels: &str, value: u64) {
    let _ = writeln!(text, "{name}{{{labels}}} {value}");
}

fn histogram(text: &mut String, name: &str, labels: &str, times: &Times) {
    let mut sum = 0;
    for (end, count) in BUCKETS_NS.iter().zip(&times.buckets) {
        sum += count;
        let end = *end as f64 / 1e9;
        line(text, &format!("{name}_bucket"), &format!("{labels},le=\"{end}\""), sum);
    }
    line(text, &format!("{name}_bucket"), &format!("{labels},le=\"+Inf\""), times.count());
    let _ = writeln!(text, "{name}_sum{{{labels}}} {}", times.sum_ns as f64 / 1e9);
    line(text, &format!("{name}_count"), labels, times.count());
}
