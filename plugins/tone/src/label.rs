//! The labels, and who can earn them. Knows no words.

/// What an utterance can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// The customer is not content with what was done or sold.
    Dissatisfied,
    /// The customer complains, or says so.
    Complaint,
    /// The customer wants a person, or one with more to say.
    WantsPerson,
    /// The agent is sorry.
    Apology,
    /// Somebody was hurt, or could have been.
    Injury,
    /// The customer speaks of an authority.
    RegulatorThreat,
    /// The customer speaks of lawyers and courts.
    LegalThreat,
    /// The customer speaks of the public.
    MediaThreat,
    /// Somebody says thank you.
    Thanks,
    /// The agent promises a call, an answer or a date.
    Promise,
    /// The customer wants money back.
    RefundDemand,
    /// The customer has lost patience.
    Angry,
}

/// Who can earn a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earner {
    Customer,
    Agent,
    Anyone,
}

impl Label {
    pub(crate) const ALL: [Label; 12] = [
        Label::Injury,
        Label::RegulatorThreat,
        Label::LegalThreat,
        Label::MediaThreat,
        Label::WantsPerson,
        Label::Complaint,
        Label::Dissatisfied,
        Label::Angry,
        Label::RefundDemand,
        Label::Apology,
        Label::Promise,
        Label::Thanks,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Label::Dissatisfied => "dissatisfied",
            Label::Complaint => "complaint",
            Label::WantsPerson => "wants-person",
            Label::Apology => "apology",
            Label::Injury => "injury",
            Label::RegulatorThreat => "regulator-threat",
            Label::LegalThreat => "legal-threat",
            Label::MediaThreat => "media-threat",
            Label::Thanks => "thanks",
            Label::Promise => "promise",
            Label::RefundDemand => "refund-demand",
            Label::Angry => "angry",
        }
    }

    /// A sorry customer does not apologise for the house, and an agent who speaks of lawyers threatens nobody.
    pub(crate) fn earner(self) -> Earner {
        match self {
            Label::Apology | Label::Promise => Earner::Agent,
            Label::Thanks => Earner::Anyone,
            Label::Dissatisfied
            | Label::Complaint
            | Label::WantsPerson
            | Label::Injury
            | Label::RegulatorThreat
            | Label::LegalThreat
            | Label::MediaThreat
            | Label::RefundDemand
            | Label::Angry => Earner::Customer,
        }
    }
}
