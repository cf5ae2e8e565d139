//! Decisions: what the engine makes of facts. Self-contained: applying one consults no policy.

use serde::{Deserialize, Serialize};

use crate::{
    condition::Compared,
    contact::Matter,
    fact::Position,
    id::Id,
    rule::{Desk, Intervention, Severity, Span, Verdict},
    time::Instant,
};

/// One decision about one contact or case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// When: the fact's instant, or the instant that was due.
    pub at: Instant,
    /// The contact or case.
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
    CaseOpened "plaint.case.opened": "a matter of a customer became a case",
    CaseAssigned "plaint.case.assigned": "somebody answers for the case, by a date",
    CaseChased "plaint.case.chased": "the customer came back about an open case",
    CaseAsked "plaint.case.asked": "several cases may be meant: the agent is asked which",
    CaseMoved "plaint.case.moved": "a person moved the case on",
    CaseActionRefused "plaint.case.action-refused": "what a person asked of a case cannot be done",
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
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NotificationOrdered {
    /// Its id: of the alert and the step, or of the case and the occasion.
    pub notification: Id,
    /// The alert, for one.
    pub alert: Option<Id>,
    /// Its rule.
    pub rule: Option<String>,
    /// The step's place in the rule.
    pub step: Option<u16>,
    /// The case, for one.
    pub case: Option<Id>,
    /// What happened to the case: `assigned`, `chased`, `moved`.
    pub occasion: Option<String>,
    /// Who, best first.
    pub to: Vec<String>,
    /// The person that is, where the house has a directory.
    pub person: Option<String>,
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
    /// The person that is, where the house has a directory.
    #[serde(default)]
    pub person: Option<String>,
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
    /// `unless`, `alert-over`, `contact-closed`, `one-forced-change`, `rule-gone`, `nobody-there`,
    /// `needs-a-person`.
    pub because: String,
}

/// See [`DecisionBody::CaseOpened`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseOpened {
    /// Its id: of the customer's key and the ordinal.
    pub case: Id,
    /// The keys of its customer.
    pub keys: Vec<Id>,
    /// The category.
    pub category: String,
    /// How sure that is, in hundredths.
    pub confidence: u32,
    /// What speaks for it: words and labels of the pack.
    pub because: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub matter: Matter,
    /// Where it came from.
    pub channel: Option<String>,
    /// The contact or complaint in which it came up.
    pub by: Id,
    /// The fact that holds the complaint in the customer's words.
    pub complaint: Position,
    /// The alert whose rule opened it.
    pub alert: Option<Id>,
}

/// See [`DecisionBody::CaseAssigned`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseAssigned {
    /// The case.
    pub case: Id,
    /// The department and role that answer for it.
    pub desk: Desk,
    /// Who solves it; absent where the house has no directory.
    pub owner: Option<String>,
    /// Who answers to the customer until the owner takes over.
    pub keeper: Option<String>,
    /// By when it must be resolved.
    pub due: Instant,
    /// How urgent it is.
    pub priority: Option<String>,
    /// The row of the table that says so.
    pub route: String,
    /// What the routing policy says, or who was passed over.
    pub because: Vec<(String, String)>,
    /// `opened`, `transfer`, `reopened`, `owner-left`, `fallback`.
    pub reason: String,
    /// Whose it was.
    pub from: Option<String>,
}

/// See [`DecisionBody::CaseChased`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseChased {
    /// The case.
    pub case: Id,
    /// The contact or complaint that chases it.
    pub by: Id,
    /// How often it was chased by now.
    pub nth: u32,
}

/// See [`DecisionBody::CaseAsked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAsked {
    /// The contact or complaint that may be about any of them.
    pub by: Id,
    /// The cases.
    pub candidates: Vec<Id>,
    /// The agent who is asked.
    pub agent: Option<String>,
}

/// See [`DecisionBody::CaseMoved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMoved {
    /// The case.
    pub case: Id,
    /// `accept`, `note`, `transfer`, `resolve`, `reopen`, `close`.
    pub action: String,
    /// Where it stands now.
    pub now: String,
    /// Who asked; absent where the same matter came back.
    pub by: Option<String>,
    /// Whose case it is.
    pub owner: Option<String>,
}

/// See [`DecisionBody::CaseActionRefused`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseActionRefused {
    /// Which case.
    pub case: Id,
    /// What was asked.
    pub action: String,
    /// What it would have needed.
    pub missing: String,
    /// How it stands.
    pub now: String,
}

/// See [`DecisionBody::OperatorAlerted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorAlerted {
    /// What happened.
    pub reason: String,
}
