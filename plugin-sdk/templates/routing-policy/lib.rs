//! Complaints about a brand go to its own desk.

use plaint_sdk::Fault;
use plaint_sdk::routing_policy::{Case, Routed, RoutingPolicy};
use serde::Deserialize;

/// What the policy can be told.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    brand: String,
    department: String,
}

/// The policy.
pub struct MyPlugin(Settings);

impl RoutingPolicy for MyPlugin {
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self, Vec<Fault>> {
        let given = [("brand", &settings.brand), ("department", &settings.department)];
        let missing = given.iter().filter(|(_, name)| name.is_empty());
        let faults: Vec<Fault> = missing.map(|(setting, _)| Fault::new(*setting, "a name")).collect();
        if faults.is_empty() { Ok(Self(settings)) } else { Err(faults) }
    }

    fn route(&self, case: &Case) -> Option<Routed> {
        let brand = case.attribute("brand").text().filter(|brand| *brand == self.0.brand)?;
        let because = vec![("brand".into(), brand.into())];
        Some(Routed { department: self.0.department.clone(), role: "desk".into(), priority: None, because })
    }
}

plaint_sdk::routing_policy!(MyPlugin);
