//! Routing policies: one case in, the people who are answerable out.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Fault;
pub use crate::value::Value;

/// A routing policy: looks at one case and says who is answerable for it, or abstains.
///
/// It is a function: the same case gives the same route, whatever was asked before.
pub trait RoutingPolicy: Sized {
    /// What the policy can be told; give it `#[serde(default, deny_unknown_fields)]`.
    type Settings: DeserializeOwned;

    /// Checks the settings and makes the policy; all faults at once.
    fn new(settings: Self::Settings) -> Result<Self, Vec<Fault>>;

    /// Where one case goes; none where the policy does not know: the pack's next row is looked at.
    fn route(&self, case: &Case) -> Option<Routed>;
}

/// What is known of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Case {
    /// For example `repair/not-fixed`.
    pub category: String,
    /// The part of the category before `/`.
    pub family: String,
    /// `info`, `warning`, `critical`.
    pub severity: String,
    /// Where the complaint came from.
    pub channel: String,
    /// The complaint in the customer's words; empty where there is none.
    pub text: String,
    /// What analyzers noticed, each with a confidence of 0 to 1.
    pub labels: Vec<(String, f32)>,
    /// `brand`, `product`, `region`, `tier`, … where known, in the order of their names.
    pub attributes: Vec<(String, Value)>,
}

impl Case {
    /// An attribute's value; [`Value::Absent`] where it is not known.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &Value {
        let found = self.attributes.iter().find(|(attribute, _)| attribute == name);
        found.map_or(&Value::Absent, |(_, value)| value)
    }
}

/// Who is answerable: the people who have this role in this department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Routed {
    /// The department.
    pub department: String,
    /// The role.
    pub role: String,
    /// How urgent it is, in the pack's own words.
    pub priority: Option<String>,
    /// Names and values a reader needs to believe the route; never a quotation.
    pub because: Vec<(String, String)>,
}

/// Exports a [`RoutingPolicy`] from the component: `plaint_sdk::routing_policy!(MyPolicy);`.
#[macro_export]
macro_rules! routing_policy {
    ($policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::guest::routing_policy as guest;
            static KEPT: $crate::macros::Kept<$policy> = $crate::macros::Kept::new();
            struct Component;
            impl guest::Guest for Component {
                fn configure(settings: String) -> Result<(), Vec<guest::Fault>> {
                    guest::configure(&KEPT, &settings)
                }
                fn route(cases: Vec<guest::Case>) -> Vec<Option<guest::Routed>> {
                    guest::route(&KEPT, cases)
                }
            }
    guest::export!(Component with_types_in guest);
        };
    };
}
