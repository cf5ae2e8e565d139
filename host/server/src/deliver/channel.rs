//! A channel that can be delivered to: a connector, what it can do, and its way out.

use engine::{decision::DecisionBody, rule::Intervention};
use sandbox::{Connector, DeliveryKind};

use crate::{
    exchange::{Exchange, Range},
    installation::Waiting,
    webhook::Webhook,
};

/// See the module.
pub(crate) struct Channel {
    /// The connector's id: the source of its facts.
    pub(crate) id: String,
    /// Its plugin.
    pub(crate) plugin: String,
    /// The plugin's version.
    pub(crate) version: String,
    /// A later version that was not approved yet.
    pub(crate) waiting: Option<Waiting>,
    /// The connector.
    pub(crate) connector: Connector,
    /// The orders it carries out.
    pub(crate) controls: Vec<Intervention>,
    /// What it delivers.
    pub(crate) delivers: Vec<DeliveryKind>,
    /// How its messages prove whose they are; without it a token does.
    pub(crate) webhook: Option<Webhook>,
    /// Addresses of the house that it may be led to.
    pub(crate) private: Vec<Range>,
    /// What it may fetch, and its secrets.
    pub(crate) exchange: Exchange,
}

impl Channel {
    /// Whether it takes this decision about something that `source` told of: an order goes to the source itself.
    pub(crate) fn takes(&self, source: &str, body: &DecisionBody) -> bool {
        match kind(body) {
            Some(DeliveryKind::Intervention) => self.id == source && self.carries_out(body),
            Some(kind) => self.delivers.contains(&kind),
            None => false,
        }
    }

    fn carries_out(&self, body: &DecisionBody) -> bool {
        if let DecisionBody::InterventionOrdered(ordered) = body {
            return self.controls.contains(&ordered.intervention);
        }
        false
    }
}

/// What kind of delivery a decision is.
pub(super) fn kind(body: &DecisionBody) -> Option<DeliveryKind> {
    if let DecisionBody::NotificationOrdered(_) = body {
        return Some(DeliveryKind::Notification);
    }
    matches!(body, DecisionBody::InterventionOrdered(_)).then_some(DeliveryKind::Intervention)
}
