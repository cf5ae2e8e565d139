//! `plaint:plugin/routing-policy`: generated types and their conversion.

mod generated {
    #![allow(unsafe_code, missing_docs, unreachable_pub, reason = "generated from the contract")]
    wit_bindgen::generate!({
        path: "../wit/0.1.0",
        world: "routing-policy-plugin",
        pub_export_macro: true,
        export_macro_name: "export_routing_policy",
    });
}

pub use generated::export_routing_policy as export;
pub use generated::exports;
pub use generated::exports::plaint::plugin::routing_policy::{Case, Fault, Guest, Routed, Value};

use crate::routing_policy as plain;
use crate::settings::{Kept, decode};

/// Makes the policy of these settings and keeps it.
pub fn configure<P: plain::RoutingPolicy>(kept: &Kept<P>, settings: &str) -> Result<(), Vec<Fault>> {
    let made = decode(settings).and_then(P::new);
    kept.keep(made).map_err(|faults| faults.into_iter().map(Fault::from).collect())
}

/// One answer for each case, in the same order.
pub fn route<P: plain::RoutingPolicy>(kept: &Kept<P>, cases: Vec<Case>) -> Vec<Option<Routed>> {
    kept.with(|policy| cases.into_iter().map(|case| policy.route(&case.into()).map(Into::into)).collect())
}

impl From<crate::Fault> for Fault {
    fn from(fault: crate::Fault) -> Self {
        Self { setting: fault.setting, expected: fault.expected }
    }
}

impl From<Case> for plain::Case {
    fn from(case: Case) -> Self {
        Self {
            category: case.category,
            family: case.family,
            severity: case.severity,
            channel: case.channel,
            text: case.text,
            labels: case.labels,
            attributes: case.attributes.into_iter().map(|(name, value)| (name, value.into())).collect(),
        }
    }
}

impl From<Value> for plain::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Flag(flag) => Self::Flag(flag),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text),
            Value::Time(time) => Self::Time(time),
            Value::Absent => Self::Absent,
        }
    }
}

impl From<plain::Routed> for Routed {
    fn from(route: plain::Routed) -> Self {
        Self { department: route.department, role: route.role, priority: route.priority, because: route.because }
    }
}
