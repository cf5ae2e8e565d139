//! Decisions: what the engine makes of facts. Self-contained: applying one consults no policy.

use serde::{Deserialize, Serialize};

use crate::{
    condition::Compared,
    id::Id,
    rule::{Intervention, Severity, Span, Verdict},
    time::Instant,
};

/// One decision about one contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// When: the fact's instant, or the instant that was due.
    pub at: Instant,
    /// The contact.
    pub subject: Id,
    /// What was decided.
    pub body: DecisionBody,
}

macro_rules! decision_kinds {
    ($($kind:ident $name:literal : $says:literal,)*) => {
        /// What was decided.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum DecisionBody {
            $(#[doc = $says] $kind($kind),)*
        }

        impl DecisionBody {
            /// The CloudEvents types of all decisions, each with what it says.
            pub const ALL: &'static [(&'static str, &'static str)] = &[$(($name, $says),)*];

            /// The CloudEvents type, for example `plaint.alert.raised`.
            pub fn name(&self) -> &'static str {
                match self { $(DecisionBody::$kind(_) => $name,)* }
            }

            /// Writes the decision's data in any serde format.
            ///
            /// # Errors
            /// What the format says.
            pub fn write_data<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self { $(DecisionBody::$kind(data) => data.serialize(to),)* }
            }
        }
    };
}

decision_kinds! {
    AlertRaised "plaint.alert.raised": "a person must look at this",
    AlertCleared "plaint.alert.cleared": "the alert is over by itself",
    AlertActionRefused "plaint.alert.action-refused": "what a person asked of an alert cannot be done",
    NotificationOrdered "plaint.notification.ordered": "people are to be told of an alert",
    InterventionOrdered "plaint.intervention.ordered": "a channel is to act; open until confirmed, failed or expired",
    InterventionEnded "plaint.intervention.ended": "an order failed, expired or lost its purpose",
    StepSkipped "plaint.step.skipped": "a step of a rule was due and not taken",
    OperatorAlerted "plaint.operator.alerted": "the operator must look at the engine itself",
}

/// See [`DecisionBody::AlertRaised`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRaised {
    /// Its id: of the rule, the contact and the ordinal.
    pub alert: Id,
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What people read.
    pub say: Said,
    /// Who has the conversation.
    pub agent: Option<String>,
    /// It tells of the past; nobody is told and nothing is ordered.
    pub late: bool,
    /// Why.
    pub evidence: Evidence,
    /// When which step of the rule is due.
    pub plan: Vec<Planned>,
    /// The digest of the rule's definition.
    pub definition: Id,
}

/// A text in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Said {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A step that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Its place in the rule.
    pub step: u16,
    /// When.
    pub due: Instant,
}

/// Why: names and numbers and places, never a quotation.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The values on both sides of each comparison.
    pub compared: Vec<Compared>,
    /// What the plugin said.
    pub verdict: Option<Verdict>,
    /// The fact's ids of the turns it rests on.
    pub turns: Vec<String>,
    /// Where in them.
    pub spans: Vec<Span>,
}

/// See [`DecisionBody::AlertCleared`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertCleared {
    /// Which.
    pub alert: Id,
    /// Its rule.
    pub rule: String,
    /// `clear`: the rule's own condition; `revised`: its cause is gone.
    pub because: String,
}

/// See [`DecisionBody::AlertActionRefused`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertActionRefused {
    /// Which alert or command.
    pub about: Id,
    /// What was asked.
    pub action: String,
    /// What it would have needed.
    pub missing: String,
    /// How it stands.
    pub now: String,
}

/// See [`DecisionBody::NotificationOrdered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationOrdered {
    /// Its id: of the alert and the step.
    pub notification: Id,
    /// The alert.
    pub alert: Id,
    /// Its rule.
    pub rule: String,
    /// The step's place in the rule.
    pub step: u16,
    /// Who, best first.
    pub to: Vec<String>,
    /// The agent whose lead or team may be meant.
    pub agent: Option<String>,
}

/// See [`DecisionBody::InterventionOrdered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterventionOrdered {
    /// Its id, by which the channel confirms it: of the alert, the step and the intervention.
    pub command: Id,
    /// The alert.
    pub alert: Id,
    /// Its rule.
    pub rule: String,
    /// The step's place in the rule.
    pub step: u16,
    /// What.
    pub intervention: Intervention,
    /// The name of the hint, for a hint.
    pub hint: Option<String>,
    /// To whom, best first.
    pub to: Vec<String>,
    /// What that person must be able to do.
    pub needs: Vec<String>,
    /// The agent it is about.
    pub agent: Option<String>,
    /// When it expires.
    pub expires: Instant,
    /// What is ordered when it fails or expires.
    pub otherwise: Option<Intervention>,
    /// Why this instead of what the step says first.
    pub instead_of: Option<Intervention>,
}

/// See [`DecisionBody::InterventionEnded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterventionEnded {
    /// Which order.
    pub command: Id,
    /// Its alert.
    pub alert: Id,
    /// Its rule.
    pub rule: String,
    /// What was ordered.
    pub intervention: Intervention,
    /// `failed`, `expired`, `contact-closed`.
    pub how: String,
}

/// See [`DecisionBody::StepSkipped`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSkipped {
    /// The alert.
    pub alert: Id,
    /// Its rule.
    pub rule: String,
    /// The step's place in the rule.
    pub step: u16,
    /// What it would have ordered, where that is an intervention.
    pub intervention: Option<Intervention>,
    /// `unless`, `alert-over`, `contact-closed`, `one-forced-change`, `rule-gone`.
    pub because: String,
}

/// See [`DecisionBody::OperatorAlerted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorAlerted {
    /// What happened.
    pub reason: String,
}
