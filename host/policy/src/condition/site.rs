//! Where a condition stands, and what it can read there.

use engine::{
    condition::{Group, Variable},
    rule::On,
};

use crate::lang::Both;

/// Where a condition or a place for a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// The `when` of a rule.
    When(On),
    /// The `clear` of a rule.
    Clear,
    /// The `unless` of a step.
    Unless,
    /// The text of an alert.
    Say(On),
    /// The `when` of a parameter set.
    ParamSet,
    /// The `when` of a route.
    Route,
}

impl Site {
    /// Whether the variables of a group can be read here.
    pub(crate) fn offers(self, group: Group) -> bool {
        match group {
            Group::Contact | Group::Agent => self != Site::Route,
            Group::Turn => matches!(self, Site::When(On::Turn) | Site::Say(On::Turn)),
            Group::Alert => self == Site::Unless,
            Group::Customer => self != Site::ParamSet,
            Group::Case => self == Site::Route,
        }
    }

    /// Whether time alone must be able to make a condition here true.
    pub(crate) fn is_woken_by_time(self) -> bool {
        self == Site::When(On::Contact)
    }

    pub(crate) fn label(self) -> Both {
        let (zh, en) = match self {
            Site::When(On::Turn) => ("`on = \"turn\"` 规则的 `when` ", "the `when` of a rule with `on = \"turn\"`"),
            Site::When(On::Contact) => {
                ("`on = \"contact\"` 规则的 `when` ", "the `when` of a rule with `on = \"contact\"`")
            }
            Site::Clear => ("`clear` ", "`clear`"),
            Site::Unless => ("`unless` ", "`unless`"),
            Site::Say(_) => ("预警文本", "what an alert says"),
            Site::Route => ("路由的 `when` ", "the `when` of a route"),
            Site::ParamSet => ("参数组的条件", "the condition of a parameter set"),
        };
        Both { zh, en }
    }
}

/// The group's word before the dot.
pub(crate) fn group_word(group: Group) -> &'static str {
    match group {
        Group::Contact => "contact",
        Group::Turn => "turn",
        Group::Agent => "agent",
        Group::Alert => "alert",
        Group::Customer => "customer",
        Group::Case => "case",
    }
}

/// Where the variables of a group can be read.
pub(crate) fn where_offered(group: Group) -> Both {
    let (zh, en) = match group {
        Group::Contact | Group::Agent => ("规则里到处可用", "it can be read everywhere in rules"),
        Group::Turn => (
            "`turn.…` 只能用在 `on = \"turn\"` 规则的 `when` 和 `say` 里",
            "`turn.…` can be read in `when` and `say` of a rule with `on = \"turn\"`",
        ),
        Group::Customer => (
            "`customer.…` 可用在路由和不用插件的规则里",
            "`customer.…` can be read in routes and in rules without a plugin",
        ),
        Group::Case => {
            ("`case.…` 只能用在 `[[route]]` 的 `when` 里", "`case.…` can be read in the `when` of a `[[route]]`")
        }
        Group::Alert => ("`alert.…` 只能用在步骤的 `unless` 里", "`alert.…` can be read in the `unless` of a step"),
    };
    Both { zh, en }
}

/// The names of the variables that can be read here.
pub(crate) fn names_at(site: Site) -> impl Iterator<Item = &'static str> + Clone {
    let offered = move |variable: &&Variable| site.offers(variable.facts().group);
    Variable::ALL.iter().filter(offered).map(|variable| variable.facts().name)
}
