//! Sends a case by its category: a table of departments and roles, with exceptions by one attribute.
//!
//! [`table`] says which pattern fits; here stand the settings and what is looked at first.

mod table;

use std::collections::BTreeMap;

use plaint_sdk::Fault;
use plaint_sdk::routing_policy::{Case, Routed, RoutingPolicy, Value};
use serde::Deserialize;

use table::{Row, Table};

/// The policy.
#[derive(Debug)]
pub struct ByCategory {
    map: Table,
    by: Option<String>,
    overrides: BTreeMap<String, Table>,
}

/// What it can be told; see `plugin.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Category patterns, each with `department/role`.
    pub map: BTreeMap<String, String>,
    /// The attribute that exceptions go by.
    pub by: Option<String>,
    /// For a value of the attribute, a table that is looked at before `map`.
    pub overrides: BTreeMap<String, BTreeMap<String, String>>,
}

impl RoutingPolicy for ByCategory {
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self, Vec<Fault>> {
        let mut faults = vec![];
        if settings.map.is_empty() && settings.overrides.is_empty() {
            faults.push(Fault::new("map", "at least one category with its department/role"));
        }
        match &settings.by {
            None if !settings.overrides.is_empty() => {
                faults.push(Fault::new("by", "the attribute that `overrides` go by, for example product"));
            }
            Some(_) if settings.overrides.is_empty() => {
                faults.push(Fault::new("overrides", "at least one value of the attribute in `by`"));
            }
            Some(by) if by.is_empty() => faults.push(Fault::new("by", "the name of an attribute, for example product")),
            Some(_) | None => {}
        }
        let map = Table::read("map", &settings.map, &mut faults);
        let overrides = settings.overrides.iter().map(|(value, map)| {
            let table = Table::read(&format!("overrides.{value}"), map, &mut faults);
            (value.clone(), table)
        });
        let overrides = overrides.collect();
        if faults.is_empty() { Ok(Self { map, by: settings.by, overrides }) } else { Err(faults) }
    }

    fn route(&self, case: &Case) -> Option<Routed> {
        let exception = self.by.as_deref().and_then(|by| Some((by, spelled(case.attribute(by))?)));
        if let Some((by, value)) = exception
            && let Some(row) = self.overrides.get(&value).and_then(|table| table.row(&case.category))
        {
            let mut routed = routed(row);
            routed.because.push((by.to_owned(), value));
            return Some(routed);
        }
        self.map.row(&case.category).map(routed)
    }
}

fn routed(row: &Row) -> Routed {
    Routed {
        department: row.department.clone(),
        role: row.role.clone(),
        priority: None,
        because: vec![("pattern".into(), row.pattern.clone())],
    }
}

/// The attribute as a key of `overrides`.
fn spelled(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Flag(flag) => Some(flag.to_string()),
        Value::Time(_) | Value::Absent => None,
    }
}

plaint_sdk::routing_policy!(ByCategory);

#[cfg(test)]
mod tests {
    use super::*;
    use plaint_sdk::testing;

    #[test]
    fn fixtures() {
        testing::check_routing_policy::<ByCategory>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }
}
