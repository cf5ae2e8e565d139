//! The one list of fact types: the source of the enum, of the documents and of what is sealed.

use super::body::*;

/// What a fact of a kind is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    /// A contact, in the source's words.
    Contact,
    /// An alert, by the id plaint gave it.
    Alert,
    /// An order to a channel, by the id plaint gave it.
    Command,
    /// A case, by the id plaint gave it.
    Case,
    /// Anything else, in the source's words.
    Other,
}

macro_rules! fact_kinds {
    ($(
        $kind:ident $name:literal about $about:ident
        open [$($open:literal),*]
        sealed [$($sealed:literal),*]: $says:literal,
    )*) => {
        /// The type of a fact.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FactKind {
            $(#[doc = $says] $kind,)*
        }

        /// A fact's data.
        #[derive(Clone, Debug, PartialEq)]
        pub enum FactBody {
            $(#[doc = $says] $kind($kind),)*
        }

        impl FactKind {
            /// Every kind, in the order of the list.
            pub const ALL: &'static [FactKind] = &[$(FactKind::$kind,)*];

            /// The CloudEvents type, for example `plaint.turn.said`.
            pub fn name(self) -> &'static str {
                match self { $(FactKind::$kind => $name,)* }
            }

            /// The kind with this CloudEvents type.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(FactKind::$kind),)* _ => None }
            }

            /// What it says, in one line.
            pub fn says(self) -> &'static str {
                match self { $(FactKind::$kind => $says,)* }
            }

            /// What its subject is.
            pub fn about(self) -> SubjectKind {
                match self { $(FactKind::$kind => SubjectKind::$about,)* }
            }

            /// The fields of its data that are open: what counting needs.
            pub fn open(self) -> &'static [&'static str] {
                match self { $(FactKind::$kind => &[$($open),*],)* }
            }

            /// The fields of its data that are sealed (texts, names, identity keys, attributes); the others are open.
            pub fn sealed(self) -> &'static [&'static str] {
                match self { $(FactKind::$kind => &[$($sealed),*],)* }
            }
        }

        impl FactBody {
            /// Which kind it is.
            pub fn kind(&self) -> FactKind {
                match self { $(FactBody::$kind(_) => FactKind::$kind,)* }
            }
        }

        /// Reads and writes a fact's data in any serde format, by its kind.
        pub mod data {
            use serde::{Deserialize, Deserializer, Serializer, Serialize};
            use super::{FactBody, FactKind};
            use super::super::body::*;

            /// Reads the data of a fact of `kind`.
            ///
            /// # Errors
            /// What the format says: a field of another type, a missing field.
            pub fn read<'de, D: Deserializer<'de>>(kind: FactKind, from: D) -> Result<FactBody, D::Error> {
                match kind { $(FactKind::$kind => $kind::deserialize(from).map(FactBody::$kind),)* }
            }

            /// Writes the data of a fact.
            ///
            /// # Errors
            /// What the format says.
            pub fn write<S: Serializer>(body: &FactBody, to: S) -> Result<S::Ok, S::Error> {
                match body { $(FactBody::$kind(data) => data.serialize(to),)* }
            }
        }
    };
}

fact_kinds! {
    ContactOpened "plaint.contact.opened" about Contact
        open ["channel", "agent", "team", "employer", "queue", "brand"]
        sealed ["caller", "concerns"]: "a session began on a channel",
    ContactClosed "plaint.contact.closed" about Contact
        open ["reason"]
        sealed []: "the session ended",
    TurnSaid "plaint.turn.said" about Contact
        open ["speaker", "agent", "sentiment", "labels"]
        sealed ["text"]: "somebody said or wrote something",
    ContactConcerns "plaint.contact.concerns" about Contact
        open []
        sealed ["customers"]: "whose matters the contact is about",
    AgentJoined "plaint.contact.agent-joined" about Contact
        open ["agent", "team", "employer"]
        sealed []: "an agent took over the conversation",
    AgentLeft "plaint.contact.agent-left" about Contact
        open ["agent"]
        sealed []: "an agent left the conversation",
    ContactHeld "plaint.contact.held" about Contact
        open ["reason"]
        sealed []: "the customer was put on hold",
    ContactResumed "plaint.contact.resumed" about Contact
        open []
        sealed []: "the conversation went on",
    AlertSeen "plaint.alert.seen" about Alert
        open []
        sealed ["by"]: "a person saw the alert",
    AlertTaken "plaint.alert.taken" about Alert
        open []
        sealed ["by"]: "a person took the alert on",
    AlertDisposed "plaint.alert.disposed" about Alert
        open ["disposition"]
        sealed ["by", "note"]: "a person said what came of the alert",
    CommandConfirmed "plaint.command.confirmed" about Command
        open ["agent"]
        sealed []: "the channel carried the order out",
    CommandFailed "plaint.command.failed" about Command
        open ["reason"]
        sealed []: "the channel could not carry the order out",
    TimePassed "plaint.time.passed" about Other
        open []
        sealed []: "a wake-up: nothing happened but time",
    GenerationActivated "plaint.generation.activated" about Other
        open ["generation", "pack", "withdraws"]
        sealed ["by", "reason"]: "from here on this generation decides",
    RulePaused "plaint.rule.paused" about Other
        open ["rule", "step", "brand", "seconds"]
        sealed ["by", "reason"]: "a rule, or a kind of step, is held still for a time",
    RuleResumed "plaint.rule.resumed" about Other
        open ["rule", "step", "brand"]
        sealed ["by"]: "what was paused goes on before its time",
    ComplaintFiled "plaint.complaint.filed" about Other
        open ["channel"]
        sealed ["text", "keys", "about", "demand"]: "a complaint was handed in",
    TouchpointRecorded "plaint.touchpoint.recorded" about Other
        open ["kind"]
        sealed ["title", "keys", "fields"]: "a fact of the customer's journey",
    ProfileUpdated "plaint.profile.updated" about Other
        open ["tier"]
        sealed ["keys", "tags", "benefits", "attributes"]: "what is known of a customer changed",
    IdentityLinked "plaint.identity.linked" about Other
        open ["confidence"]
        sealed ["a", "b", "evidence"]: "two identity keys belong to one customer",
    IdentityUnlinked "plaint.identity.unlinked" about Other
        open []
        sealed ["a", "b", "evidence"]: "two identity keys do not belong together",
    PersonUpdated "plaint.person.updated" about Other
        open ["person", "team", "roles", "skills", "authority", "employer", "manager", "active"]
        sealed ["name", "reach"]: "a person of the house changed",
    DutyPlanned "plaint.duty.planned" about Other
        open ["roster", "person", "from", "until"]
        sealed []: "who is on duty when",
    PresenceChanged "plaint.presence.changed" about Other
        open ["person", "present"]
        sealed []: "a person came or went",
    CaseActionRequested "plaint.case.action-requested" about Case
        open ["action", "role", "expected", "to"]
        sealed ["by", "note"]: "a person asked for an action on a case",
    DeliveryAttempted "plaint.delivery.attempted" about Other
        open ["delivery", "result"]
        sealed ["answer"]: "a delivery was tried",
    ReadingArrived "plaint.reading.arrived" about Other
        open ["turn", "analyzer", "sentiment", "labels"]
        sealed []: "an analyzer outside answered",
    PersonErased "plaint.person.erased" about Other
        open []
        sealed []: "a customer is to be forgotten",
}
