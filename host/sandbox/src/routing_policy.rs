//! Routing policies: a case becomes the contract's words, a route becomes the engine's.

use std::fmt;

use engine::{
    absence::{Absence, Abstention},
    rule::{Brief, Desk, RouteAnswer},
    value::{Slot, Value},
};
use wasmtime::component::{ComponentType, Lift, Lower};

use crate::{
    component::Component,
    counters::Snapshot,
    error::{Overrun, SandboxError},
    instance::{Instance, Prepared, Stop},
    limits::{BECAUSE_ENTRIES, BECAUSE_NAME_BYTES, BECAUSE_VALUE_BYTES, ROUTE_NAME_BYTES, beginning},
    manifest::Kind,
    spelled,
    value::{WitValue, wit_value},
};

/// Said of a policy that answered and named nobody.
const NO_ROUTE: &str = "it knows no route for this case";

/// A routing policy with settings it accepted. Several threads may ask it at once.
pub struct RoutingPolicy {
    pub(crate) prepared: Prepared,
}

#[derive(ComponentType, Lower)]
#[component(record)]
struct WitCase<'a> {
    category: &'a str,
    family: &'a str,
    severity: &'a str,
    channel: &'a str,
    text: &'a str,
    labels: Vec<(&'a str, f32)>,
    attributes: Vec<(&'a str, WitValue<'a>)>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct WitRouted {
    department: String,
    role: String,
    priority: Option<String>,
    because: Vec<(String, String)>,
}

type Parameters<'a> = (&'a [WitCase<'a>],);
type Results = (Vec<Option<WitRouted>>,);

impl RoutingPolicy {
    /// Starts the component once and asks whether it accepts `settings`, a JSON object.
    pub fn new(component: &Component, settings: &str) -> Result<Self, SandboxError> {
        let prepared = Prepared::new::<Parameters<'_>, Results>(component, (Kind::RoutingPolicy, "route"), settings)?;
        Ok(RoutingPolicy { prepared })
    }

    /// Looks at one case in a fresh instance.
    pub fn route(&self, brief: &Brief) -> Result<RouteAnswer, Overrun> {
        let checked = self.prepared.check_input(input_bytes(brief));
        let routes = checked.and_then(|()| self.prepared.asked(|instance| self.ask(instance, &[brief])));
        match routes.map(|mut routes| routes.swap_remove(0)) {
            Ok(Some(route)) => Ok(route.into()),
            Ok(None) => Ok(RouteAnswer::Abstained(Abstention::new(Absence::Unwilling, NO_ROUTE))),
            Err(stop) => stop.abstention().map(RouteAnswer::Abstained),
        }
    }

    /// The case as the plugin's fixtures would write it.
    pub fn spelled(&self, brief: &Brief) -> String {
        spelled::case(self.prepared.settings(), brief)
    }

    /// What it did so far.
    pub fn snapshot(&self) -> Snapshot {
        self.prepared.snapshot()
    }

    /// One route for each case, in the same order.
    pub(crate) fn ask(&self, instance: &mut Instance, briefs: &[&Brief]) -> Result<Vec<Option<WitRouted>>, Stop> {
        let cases: Vec<WitCase<'_>> = briefs.iter().map(|brief| wit_case(brief)).collect();
        let (routes,): Results = instance.work::<Parameters<'_>, Results>(&self.prepared, (&cases,))?;
        if routes.len() != cases.len() {
            let (gave, asked) = (routes.len(), cases.len());
            return Err(Stop::answer(format!("it gave {gave} answers where {asked} were asked for")));
        }
        Ok(routes)
    }
}

impl fmt::Debug for RoutingPolicy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RoutingPolicy").finish_non_exhaustive()
    }
}

fn wit_case(brief: &Brief) -> WitCase<'_> {
    let attributes = brief.attributes.iter();
    WitCase {
        category: &brief.category,
        family: &brief.family,
        severity: &brief.severity,
        channel: &brief.channel,
        text: &brief.text,
        labels: brief.labels.iter().map(|(label, confidence)| (label.as_str(), *confidence)).collect(),
        attributes: attributes.map(|(name, value)| (name.as_str(), wit_value(slot(value)))).collect(),
    }
}

/// The complaint's words, labels and attributes are all that can be large.
pub(crate) fn input_bytes(brief: &Brief) -> usize {
    let labels: usize = brief.labels.iter().map(|(label, _)| label.len()).sum();
    let attribute = |(name, value): &(String, Value)| match value {
        Value::Text(text) => name.len() + text.len(),
        Value::Absent
        | Value::Flag(_)
        | Value::Number(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Texts(_)
        | Value::Numbers(_) => name.len(),
    };
    brief.text.len() + labels + brief.attributes.iter().map(attribute).sum::<usize>()
}

pub(crate) fn slot(value: &Value) -> Option<Slot<'_>> {
    match value {
        Value::Absent => None,
        Value::Flag(flag) => Some(Slot::Flag(*flag)),
        Value::Number(number) => Some(Slot::Number(*number)),
        Value::Text(text) => Some(Slot::Text(text)),
        Value::Instant(instant) => Some(Slot::Instant(*instant)),
        Value::Duration(duration) => Some(Slot::Duration(*duration)),
        Value::Texts(texts) => Some(Slot::Texts(texts)),
        Value::Numbers(numbers) => Some(Slot::Numbers(numbers)),
    }
}

impl From<WitRouted> for RouteAnswer {
    /// A name is taken whole or not at all: the beginning of a department is another department.
    fn from(route: WitRouted) -> Self {
        let names = [("department", &route.department), ("role", &route.role)];
        if let Some((what, _)) = names.into_iter().find(|(_, name)| name.is_empty() || is_long(name)) {
            let reason = format!("it named no {what} of 1 to {ROUTE_NAME_BYTES} bytes");
            return RouteAnswer::Abstained(Abstention::new(Absence::Answer, reason));
        }
        if route.priority.as_ref().is_some_and(|priority| is_long(priority)) {
            let reason = format!("its priority has more than {ROUTE_NAME_BYTES} bytes");
            return RouteAnswer::Abstained(Abstention::new(Absence::Answer, reason));
        }
        let because = route.because.into_iter().take(BECAUSE_ENTRIES);
        RouteAnswer::Routed {
            desk: Desk { department: route.department, role: route.role },
            priority: route.priority.filter(|priority| !priority.is_empty()),
            because: because
                .map(|(name, value)| (beginning(name, BECAUSE_NAME_BYTES), beginning(value, BECAUSE_VALUE_BYTES)))
                .collect(),
        }
    }
}

fn is_long(name: &str) -> bool {
    name.len() > ROUTE_NAME_BYTES
}
