//! The data of each fact type. Which of these fields are sealed stands in the list of kinds.
//!
//! Unknown fields never get here: the door keeps them beside the fact, sealed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something that identifies a customer: `{"kind": "phone", "value": "+86…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityKey {
    /// `phone`, `email`, `member`, `wechat-openid`, …
    pub kind: String,
    /// In the kind's normal form.
    pub value: String,
}

impl IdentityKey {
    /// Its pseudonymous id.
    pub fn id(&self) -> crate::id::Id {
        crate::id::Id::of(&[b"key", self.kind.as_bytes(), self.value.as_bytes()])
    }
}

/// In which capacity somebody calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// For themselves.
    SelfCaller,
    /// For a member of the family.
    Family,
    /// A dealer or shop.
    Dealer,
    /// A newspaper, station or programme.
    Media,
    /// A lawyer.
    Lawyer,
    /// An authority.
    Regulator,
    /// Nobody asked.
    #[default]
    Unknown,
}

impl Capacity {
    /// The word in events and conditions.
    pub fn word(self) -> &'static str {
        match self {
            Capacity::SelfCaller => "self",
            Capacity::Family => "family",
            Capacity::Dealer => "dealer",
            Capacity::Media => "media",
            Capacity::Lawyer => "lawyer",
            Capacity::Regulator => "regulator",
            Capacity::Unknown => "unknown",
        }
    }
}

/// Who speaks on the customer's side of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Caller {
    /// In which capacity.
    #[serde(with = "capacity")]
    pub capacity: Capacity,
    /// By what they can be recognised.
    pub keys: Vec<IdentityKey>,
}

mod capacity {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Capacity;

    const ALL: [Capacity; 7] = [
        Capacity::SelfCaller,
        Capacity::Family,
        Capacity::Dealer,
        Capacity::Media,
        Capacity::Lawyer,
        Capacity::Regulator,
        Capacity::Unknown,
    ];

    pub(super) fn serialize<S: Serializer>(capacity: &Capacity, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(capacity.word())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Capacity, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(from)?;
        ALL.into_iter().find(|capacity| capacity.word() == word).ok_or_else(|| {
            let known = ALL.map(Capacity::word).join(", ");
            D::Error::custom(format!("unknown capacity `{word}`, expected one of {known}"))
        })
    }
}

/// A customer a contact concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concerned {
    /// By what the customer can be recognised.
    pub keys: Vec<IdentityKey>,
    /// What their matter is about.
    #[serde(default, skip_serializing_if = "About::is_empty")]
    pub about: About,
    /// The category of their matter, where somebody knows it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// See [`super::FactKind::ContactOpened`].
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactOpened {
    /// `phone`, `chat`, `mail`, …
    pub channel: Option<String>,
    /// The agent who answers.
    pub agent: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// Whose agent it is (an outsourced service provider, say).
    pub employer: Option<String>,
    /// The queue it came through.
    pub queue: Option<String>,
    /// The brand it is about.
    pub brand: Option<String>,
    /// Who speaks.
    pub caller: Option<Caller>,
    /// Whose matters it is about; empty means nobody said so yet.
    pub concerns: Vec<Concerned>,
}

/// See [`super::FactKind::ContactClosed`].
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactClosed {
    /// Who ended it or why, in the channel's words.
    pub reason: Option<String>,
}

/// Who said a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// The customer's side.
    Customer,
    /// A person of the house.
    Agent,
    /// A machine of the house.
    Bot,
    /// The channel itself.
    System,
}

impl Speaker {
    /// The word in events and conditions.
    pub fn word(self) -> &'static str {
        match self {
            Speaker::Customer => "customer",
            Speaker::Agent => "agent",
            Speaker::Bot => "bot",
            Speaker::System => "system",
        }
    }
}

/// See [`super::FactKind::TurnSaid`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnSaid {
    /// Who said it.
    pub speaker: Speaker,
    /// What was said; a revision without text deletes the turn.
    #[serde(default)]
    pub text: Option<String>,
    /// Which agent, where the source says so.
    #[serde(default)]
    pub agent: Option<String>,
    /// -1 (bad) to 1 (good), where the source measured it.
    #[serde(default)]
    pub sentiment: Option<f32>,
    /// What the source noticed, each with a confidence of 0 to 1.
    #[serde(default)]
    pub labels: BTreeMap<String, f32>,
}

/// See [`super::FactKind::ContactConcerns`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactConcerns {
    /// The customers, in addition to those already known.
    pub customers: Vec<Concerned>,
}

/// See [`super::FactKind::AgentJoined`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentJoined {
    /// The agent.
    pub agent: String,
    /// The agent's team.
    #[serde(default)]
    pub team: Option<String>,
    /// Whose agent it is.
    #[serde(default)]
    pub employer: Option<String>,
}

/// See [`super::FactKind::AgentLeft`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentLeft {
    /// The agent.
    pub agent: String,
}

/// See [`super::FactKind::ContactHeld`].
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactHeld {
    /// `payment` and `identity-check` make the contact sensitive: no forced change until it goes on.
    pub reason: Option<String>,
}

/// See [`super::FactKind::AlertDisposed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// It was right, and somebody acted.
    Handled,
    /// It was wrong.
    FalseAlarm,
    /// It was right, and nothing needed doing.
    NoAction,
}

/// See [`super::FactKind::AlertSeen`].
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertSeen {
    /// Who.
    pub by: Option<String>,
}

/// See [`super::FactKind::AlertTaken`].
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertTaken {
    /// Who.
    pub by: Option<String>,
}

/// See [`super::FactKind::AlertDisposed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertDisposed {
    /// What came of it.
    pub disposition: Disposition,
    /// Who says so.
    #[serde(default)]
    pub by: Option<String>,
    /// In their words.
    #[serde(default)]
    pub note: Option<String>,
}

/// See [`super::FactKind::CommandConfirmed`].
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandConfirmed {
    /// The agent who has the conversation now, where the order was about that.
    pub agent: Option<String>,
}

/// See [`super::FactKind::CommandFailed`].
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandFailed {
    /// In the channel's words.
    pub reason: Option<String>,
}

/// See [`super::FactKind::GenerationActivated`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationActivated {
    /// The generation's digest.
    pub generation: String,
    /// Its pack's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<String>,
    /// The generation it takes back, where it is a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdraws: Option<String>,
    /// Who activated it.
    #[serde(default)]
    pub by: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// See [`super::FactKind::RulePaused`].
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RulePaused {
    /// The rule; every rule where there is none.
    pub rule: Option<String>,
    /// Only these steps: `notify`, `hint`, `intervene` or `open-case`.
    pub step: Option<String>,
    /// Only for this brand.
    pub brand: Option<String>,
    /// For so many seconds from now.
    pub seconds: u32,
    /// Who paused it.
    pub by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// See [`super::FactKind::RuleResumed`].
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleResumed {
    /// As it was paused.
    pub rule: Option<String>,
    /// As it was paused.
    pub step: Option<String>,
    /// As it was paused.
    pub brand: Option<String>,
    /// Who lets it go on.
    pub by: Option<String>,
}

/// What a complaint is about.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// Order number.
    pub order: Option<String>,
    /// Product or model.
    pub product: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Brand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
}

impl About {
    /// Whether nobody said what it is about.
    pub fn is_empty(&self) -> bool {
        *self == About::default()
    }
}

/// See [`super::FactKind::ComplaintFiled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintFiled {
    /// The complaint in the customer's words.
    pub text: String,
    /// Where it was handed in.
    #[serde(default)]
    pub channel: Option<String>,
    /// By what the customer can be recognised.
    #[serde(default)]
    pub keys: Vec<IdentityKey>,
    /// What it is about.
    #[serde(default)]
    pub about: About,
    /// What the customer wants.
    #[serde(default)]
    pub demand: Option<String>,
}

/// See [`super::FactKind::TouchpointRecorded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchpointRecorded {
    /// `order`, `delivery`, `repair-visit`, `app-error`, `review`, … or the type of a foreign event.
    pub kind: String,
    /// In one line.
    #[serde(default)]
    pub title: Option<String>,
    /// Whose journey it belongs to.
    #[serde(default)]
    pub keys: Vec<IdentityKey>,
    /// Whatever else the source says.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// See [`super::FactKind::ProfileUpdated`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileUpdated {
    /// By what the customer can be recognised.
    pub keys: Vec<IdentityKey>,
    /// Level.
    #[serde(default)]
    pub tier: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Benefits.
    #[serde(default)]
    pub benefits: Vec<String>,
    /// Whatever else the source says.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// See [`super::FactKind::IdentityLinked`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentityLinked {
    /// One key.
    pub a: IdentityKey,
    /// The other.
    pub b: IdentityKey,
    /// Why.
    #[serde(default)]
    pub evidence: Option<String>,
    /// 0 to 1.
    #[serde(default)]
    pub confidence: Option<f32>,
}

/// See [`super::FactKind::IdentityUnlinked`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentityUnlinked {
    /// One key.
    pub a: IdentityKey,
    /// The other.
    pub b: IdentityKey,
    /// Why.
    #[serde(default)]
    pub evidence: Option<String>,
}

/// See [`super::FactKind::PersonUpdated`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonUpdated {
    /// The person's id in the directory.
    pub person: String,
    /// Name.
    #[serde(default)]
    pub name: Option<String>,
    /// Team.
    #[serde(default)]
    pub team: Option<String>,
    /// Roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Skills.
    #[serde(default)]
    pub skills: Vec<String>,
    /// What they may decide by themselves: `settle`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authority: Vec<String>,
    /// Whose person it is.
    #[serde(default)]
    pub employer: Option<String>,
    /// Whom they answer to: a person's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// Still there?
    #[serde(default)]
    pub active: Option<bool>,
    /// How to reach them.
    #[serde(default)]
    pub reach: BTreeMap<String, String>,
}

/// See [`super::FactKind::DutyPlanned`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyPlanned {
    /// The roster.
    pub roster: String,
    /// The person's id.
    pub person: String,
    /// From, RFC 3339.
    pub from: String,
    /// Until, RFC 3339.
    pub until: String,
}

/// See [`super::FactKind::PresenceChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChanged {
    /// The person's id.
    pub person: String,
    /// Here?
    pub present: bool,
}

/// See [`super::FactKind::CaseActionRequested`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseActionRequested {
    /// `accept`, `note`, `transfer`, …
    pub action: String,
    /// Who asks.
    #[serde(default)]
    pub by: Option<String>,
    /// In which role.
    #[serde(default)]
    pub role: Option<String>,
    /// The state the asker saw.
    #[serde(default)]
    pub expected: Option<String>,
    /// To whom, for a transfer: `role:…` or `person:…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// In their words.
    #[serde(default)]
    pub note: Option<String>,
}

/// See [`super::FactKind::DeliveryAttempted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryAttempted {
    /// The delivery's id.
    pub delivery: String,
    /// `delivered`, `accepted`, `retry`, `refused`.
    pub result: String,
    /// In the channel's words.
    #[serde(default)]
    pub answer: Option<String>,
}

/// See [`super::FactKind::ReadingArrived`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadingArrived {
    /// The turn's event id.
    pub turn: String,
    /// Which analyzer.
    pub analyzer: String,
    /// -1 to 1.
    #[serde(default)]
    pub sentiment: Option<f32>,
    /// Labels with confidence.
    #[serde(default)]
    pub labels: BTreeMap<String, f32>,
}

/// A body without fields.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Empty {}

/// See [`super::FactKind::ContactResumed`].
pub type ContactResumed = Empty;
/// See [`super::FactKind::TimePassed`].
pub type TimePassed = Empty;
/// See [`super::FactKind::PersonErased`].
pub type PersonErased = Empty;
