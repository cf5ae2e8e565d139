//! Casework: how a pack turns a complaint into a case that somebody owns.

use serde::{Deserialize, Serialize};

use super::{PluginAsk, Severity};
use crate::{absence::Abstention, condition::Condition, time::Duration, value::Value};

/// How long a case may take where no route says otherwise.
pub const DUE_DEFAULT: Duration = Duration(7 * 86_400_000);
/// A case that was closed this long ago or less is opened again by the same matter.
pub const REOPEN_WITHIN: Duration = Duration(30 * 86_400_000);
/// The category of what no category fits.
pub const UNCLASSIFIED: &str = "unclassified";

/// What a pack says of cases.
#[derive(Clone, Debug, Default)]
pub struct Casework {
    /// The taxonomy, in the order of the pack.
    pub categories: Vec<Category>,
    /// Who gets which case: the first row that holds counts.
    pub routes: Vec<Route>,
    /// Who answers to the customer until the owner takes over, best first, where no agent has the matter already.
    pub keeper: Vec<String>,
    /// A category recognised with less confidence than this many hundredths is not believed: triage.
    pub confidence_min: u32,
    /// The person whom everything reaches that reaches nobody else.
    pub last_resort: Option<String>,
}

/// A category of the taxonomy.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Category {
    /// Its id, for example `repair/not-fixed`: the part before `/` is its family.
    pub id: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Words that speak for it, in lower case; any language.
    pub words: Vec<String>,
    /// Labels of analyzers that speak for it; its own id always does.
    pub labels: Vec<String>,
    /// How bad such a matter is.
    pub severity: Option<Severity>,
}

impl Category {
    /// The family of a category id: the part before `/`.
    pub fn family_of(id: &str) -> &str {
        id.split_once('/').map_or(id, |(family, _)| family)
    }
}

/// One row of the decision table: who gets a case, if its condition holds and its plugin does not abstain.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its name.
    pub id: String,
    /// When it counts.
    pub when: Condition,
    /// Where it sends the case.
    pub to: RouteTo,
    /// By when the case must be resolved, from its opening.
    pub due: Option<Duration>,
    /// How urgent it is.
    pub priority: Option<String>,
}

/// Where a row of the table sends a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteTo {
    /// To a role of a department.
    Desk(Desk),
    /// Where a plugin says.
    Plugin(PluginAsk),
}

impl RouteTo {
    /// The plugin that says where, if one does.
    pub fn plugin(&self) -> Option<&PluginAsk> {
        match self {
            RouteTo::Plugin(ask) => Some(ask),
            RouteTo::Desk(_) => None,
        }
    }
}

/// Who is answerable: a role of a department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// The department.
    pub department: String,
    /// The role whose people own the case.
    pub role: String,
}

/// A case as a routing policy sees it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Brief {
    /// The category.
    pub category: String,
    /// The part of the category before `/`.
    pub family: String,
    /// `info`, `warning`, `critical`.
    pub severity: String,
    /// Where the complaint came from.
    pub channel: String,
    /// The complaint in the customer's words; empty where there is none.
    pub text: String,
    /// What analyzers noticed, with confidence.
    pub labels: Vec<(String, f32)>,
    /// `brand`, `product`, `serial`, `order`, `region`, `tier`, … where known, in the order of their names.
    pub attributes: Vec<(String, Value)>,
}

/// What a routing policy answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouteAnswer {
    /// It knows where.
    Routed {
        /// There.
        desk: Desk,
        /// How urgent it is.
        priority: Option<String>,
        /// Names and values a reader needs to believe it.
        because: Vec<(String, String)>,
    },
    /// It does not; the next row is looked at.
    Abstained(Abstention),
}
