//! The vocabulary: the one table of what a condition can read. The checker, `plaint vocabulary`, the reference
//! page and the evaluation all come from it.

use crate::{
    contact::{Agent, Measured, Turn},
    time::Instant,
    value::Slot,
};

/// What a group of variables speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The contact: always there.
    Contact,
    /// The turn just said: only while a turn is looked at.
    Turn,
    /// The agent who has the conversation.
    Agent,
    /// The alert a step belongs to: only in `unless`.
    Alert,
    /// The customers the contact or case is of: seen while deciding.
    Customer,
    /// The case that is being opened: only in routes.
    Case,
}

impl Group {
    /// Every group, in the order people read them.
    pub const ALL: [Group; 6] = [Group::Contact, Group::Turn, Group::Agent, Group::Alert, Group::Customer, Group::Case];
}

/// The type of a variable and the unit of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Yes or no.
    Flag,
    /// How many.
    Count,
    /// A number from -1 to 1.
    Score,
    /// A text.
    Text,
    /// A length of time.
    Duration,
    /// A point in time.
    Instant,
    /// A list of texts.
    Texts,
}

/// Whose labels are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labelled {
    /// `turn.label('…')`: of the turn just said.
    Turn,
    /// `contact.label('…')`: of the turn of the contact that is surest of it.
    Contact,
}

/// What the table says of one variable.
#[derive(Clone, Copy, Debug)]
pub struct VariableFacts {
    /// As it is written, for example `contact.agent_repeats`.
    pub name: &'static str,
    /// What it belongs to.
    pub group: Group,
    /// Type and unit.
    pub unit: Unit,
    /// Whether it may hold personal data.
    pub personal: bool,
    /// What it is, in Chinese.
    pub zh: &'static str,
    /// What it is, in English.
    pub en: &'static str,
}

/// An alert as the conditions of its steps see it.
#[derive(Clone, Copy, Debug)]
pub struct AlertView {
    /// When it was raised.
    pub raised: Instant,
    /// Somebody saw it.
    pub seen: bool,
    /// Somebody took it on.
    pub taken: bool,
    /// Somebody said what came of it.
    pub disposed: bool,
}

/// The customers of a contact or case as conditions see them, taken together.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CustomerView {
    /// The level of the first whose level is known.
    pub tier: Option<String>,
    /// Everybody's tags, in order.
    pub tags: Vec<String>,
    /// Everybody's benefits, in order.
    pub benefits: Vec<String>,
    /// Touchpoints that hurt.
    pub hurts: u32,
    /// Cases that are open.
    pub open_cases: u32,
}

/// A case that is being opened as the conditions of routes see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaseView<'a> {
    /// The category.
    pub category: &'a str,
    /// The part of it before `/`.
    pub family: &'a str,
    /// How sure the classification is, 0 to 1.
    pub confidence: f64,
    /// `info`, `warning`, `critical`.
    pub severity: &'a str,
    /// Where it came from.
    pub channel: Option<&'a str>,
    /// In which capacity the caller spoke.
    pub caller: &'a str,
    /// The brand.
    pub brand: Option<&'a str>,
    /// Product or model.
    pub product: Option<&'a str>,
    /// Region.
    pub region: Option<&'a str>,
}

/// What one evaluation sees.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The instant it happens at.
    pub now: Instant,
    /// The contact.
    pub contact: &'a Measured,
    /// The turn just said.
    pub turn: Option<&'a Turn>,
    /// The alert a step belongs to.
    pub alert: Option<AlertView>,
    /// The customers, where they were looked up.
    pub customer: Option<&'a CustomerView>,
    /// The case being opened.
    pub case: Option<CaseView<'a>>,
}

macro_rules! vocabulary {
    ($(
        $variable:ident $name:literal $group:ident $unit:ident $personal:literal $zh:literal $en:literal $read:expr;
    )*) => {
        /// Something a condition can read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Variable {
            $(#[doc = $en] $variable,)*
        }

        impl Variable {
            /// Every variable, in the order of the table.
            pub const ALL: &'static [Variable] = &[$(Variable::$variable,)*];

            /// What the table says of it.
            pub fn facts(self) -> VariableFacts {
                match self {
                    $(Variable::$variable => VariableFacts {
                        name: $name, group: Group::$group, unit: Unit::$unit, personal: $personal, zh: $zh, en: $en,
                    },)*
                }
            }
        }

        impl<'a> Scope<'a> {
            /// The variable's value; `None` when it is unknown.
            #[inline]
            pub fn slot(&self, variable: Variable) -> Option<Slot<'a>> {
                match variable {
                    $(Variable::$variable => { let read: fn(&Scope<'a>) -> Option<Slot<'a>> = $read; read(self) })*
                }
            }
        }
    };
}

vocabulary! {
    AgentRepeats "contact.agent_repeats" Contact Count false
        "坐席把同一话术说了几遍"
        "how often the agent has said one script, the first time included"
        |s| thousandths(s.contact.signals.agent_repeats);
    CustomerRepeats "contact.customer_repeats" Contact Count false
        "客户把同一句话说了几遍"
        "how often the customer has said the same thing, the first time included"
        |s| thousandths(s.contact.signals.customer_repeats);
    DissatisfiedRun "contact.dissatisfied_run" Contact Count false
        "客户连续不满的语句数"
        "dissatisfied customer turns in a row"
        |s| s.contact.signals.dissatisfied_run.and_then(count);
    Turns "contact.turns" Contact Count false
        "语句数"
        "turns so far"
        |s| count(s.contact.signals.turns);
    CustomerTurns "contact.customer_turns" Contact Count false
        "客户语句数"
        "customer turns so far"
        |s| count(s.contact.signals.customer_turns);
    AgentTurns "contact.agent_turns" Contact Count false
        "坐席语句数"
        "agent turns so far"
        |s| count(s.contact.signals.agent_turns);
    Waiting "contact.waiting" Contact Duration false
        "客户等待答复的时长"
        "how long the customer has been waiting for an answer"
        |s| s.waiting();
    Silence "contact.silence" Contact Duration false
        "无人说话的时长"
        "how long nobody has said anything"
        |s| s.silence();
    Age "contact.age" Contact Duration false
        "会话已进行的时长"
        "how long ago the contact began"
        |s| Some(Slot::Duration(s.now.since(s.contact.opened)));
    Opened "contact.opened" Contact Instant false
        "会话开始时间"
        "when the contact began"
        |s| Some(Slot::Instant(s.contact.opened));
    Closed "contact.closed" Contact Flag false
        "会话已结束"
        "the contact has ended"
        |s| Some(Slot::Flag(s.contact.closed));
    Held "contact.held" Contact Flag false
        "客户被保持"
        "the customer is on hold"
        |s| Some(Slot::Flag(s.contact.held));
    Sensitive "contact.sensitive" Contact Flag false
        "正在支付或核身"
        "in a payment or an identity check"
        |s| Some(Slot::Flag(s.contact.sensitive));
    Channel "contact.channel" Contact Text false
        "渠道"
        "the channel: phone, chat, mail, …"
        |s| text(&s.contact.about.channel);
    Queue "contact.queue" Contact Text false
        "队列"
        "the queue it came through"
        |s| text(&s.contact.about.queue);
    Brand "contact.brand" Contact Text false
        "品牌"
        "the brand it is about"
        |s| text(&s.contact.about.brand);
    Caller "contact.caller" Contact Text false
        "来电人身份"
        "the caller's capacity: self, family, dealer, media, lawyer, regulator, unknown"
        |s| Some(Slot::Text(s.contact.about.caller.word()));
    Concerned "contact.concerned" Contact Count false
        "涉及的客户数"
        "how many customers it concerns"
        |s| count(s.contact.concerned.into());
    Agents "contact.agents" Contact Count false
        "接待过的坐席数"
        "how many agents it has had"
        |s| count(s.contact.agents.into());
    Episode "contact.episode" Contact Count false
        "第几次会话"
        "counted up when it is taken up again long after its end"
        |s| count(s.contact.episode);
    PersonRequests "contact.person_requests" Contact Count false
        "客户要求转人工而没有坐席应答的次数"
        "how often the customer has asked for a person and none has answered"
        |s| s.contact.signals.person_requests.and_then(count);
    Speaker "turn.speaker" Turn Text false
        "说话人"
        "who speaks: customer, agent, bot, system"
        |s| s.turn.map(|turn| Slot::Text(turn.speaker.word()));
    Text "turn.text" Turn Text true
        "语句内容"
        "the words"
        |s| s.turn.and_then(|turn| turn.text.as_deref()).map(Slot::Text);
    Sentiment "turn.sentiment" Turn Score false
        "情绪"
        "the mood of the words, -1 to 1"
        |s| s.turn.and_then(|turn| turn.sentiment).map(|sentiment| Slot::Number(sentiment.into()));
    AgentId "agent.id" Agent Text false
        "坐席工号"
        "the agent's id"
        |s| s.agent().map(|agent| Slot::Text(&agent.id));
    AgentTeam "agent.team" Agent Text false
        "班组"
        "the agent's team"
        |s| s.agent().and_then(|agent| text(&agent.team));
    AgentEmployer "agent.employer" Agent Text false
        "用工方"
        "whose agent it is"
        |s| s.agent().and_then(|agent| text(&agent.employer));
    AlertSeen "alert.seen" Alert Flag false
        "预警已知悉"
        "somebody has seen the alert"
        |s| s.alert.map(|alert| Slot::Flag(alert.seen));
    AlertTaken "alert.taken" Alert Flag false
        "预警已介入"
        "somebody has taken the alert on"
        |s| s.alert.map(|alert| Slot::Flag(alert.taken));
    AlertDisposed "alert.disposed" Alert Flag false
        "预警已处置"
        "somebody has said what came of the alert"
        |s| s.alert.map(|alert| Slot::Flag(alert.disposed));
    AlertAge "alert.age" Alert Duration false
        "预警已存在的时长"
        "how long ago the alert was raised"
        |s| s.alert.map(|alert| Slot::Duration(s.now.since(alert.raised)));
    CustomerTier "customer.tier" Customer Text false
        "客户等级"
        "the customer's level"
        |s| s.customer.and_then(|customer| text(&customer.tier));
    CustomerTags "customer.tags" Customer Texts false
        "客户标签"
        "the customer's tags"
        |s| s.customer.map(|customer| Slot::Texts(&customer.tags));
    CustomerBenefits "customer.benefits" Customer Texts false
        "客户权益"
        "the customer's benefits"
        |s| s.customer.map(|customer| Slot::Texts(&customer.benefits));
    CustomerHurts "customer.hurts" Customer Count false
        "客户旅程中的不愉快触点数"
        "touchpoints of the customer's journey that hurt"
        |s| s.customer.and_then(|customer| count(customer.hurts));
    CustomerOpenCases "customer.open_cases" Customer Count false
        "客户未结案的工单数"
        "the customer's cases that are open"
        |s| s.customer.and_then(|customer| count(customer.open_cases));
    CaseCategory "case.category" Case Text false
        "工单分类"
        "the category, for example repair/not-fixed"
        |s| s.case.map(|case| Slot::Text(case.category));
    CaseFamily "case.family" Case Text false
        "工单大类"
        "the category's family: the part before the slash"
        |s| s.case.map(|case| Slot::Text(case.family));
    CaseConfidence "case.confidence" Case Score false
        "分类的把握"
        "how sure the classification is, 0 to 1"
        |s| s.case.map(|case| Slot::Number(case.confidence));
    CaseSeverity "case.severity" Case Text false
        "工单严重程度"
        "how bad the matter is: info, warning, critical"
        |s| s.case.map(|case| Slot::Text(case.severity));
    CaseChannel "case.channel" Case Text false
        "投诉渠道"
        "where the complaint came from"
        |s| s.case.and_then(|case| case.channel).map(Slot::Text);
    CaseCaller "case.caller" Case Text false
        "投诉时的来电人身份"
        "the capacity of whoever called: self, family, dealer, media, lawyer, regulator, unknown"
        |s| s.case.map(|case| Slot::Text(case.caller));
    CaseBrand "case.brand" Case Text false
        "工单品牌"
        "the brand"
        |s| s.case.and_then(|case| case.brand).map(Slot::Text);
    CaseProduct "case.product" Case Text false
        "产品或型号"
        "product or model"
        |s| s.case.and_then(|case| case.product).map(Slot::Text);
    CaseRegion "case.region" Case Text false
        "地区"
        "region"
        |s| s.case.and_then(|case| case.region).map(Slot::Text);
}

impl Variable {
    /// The variable written like this.
    pub fn named(name: &str) -> Option<Self> {
        Variable::ALL.iter().copied().find(|variable| variable.facts().name == name)
    }
}

impl<'a> Scope<'a> {
    /// What an evaluation sees of a contact, and of nothing else.
    pub fn of(now: Instant, contact: &'a Measured) -> Self {
        Scope { now, contact, turn: None, alert: None, customer: None, case: None }
    }

    /// How sure somebody is of a label, 0 to 1; `None` where nobody has read the words.
    pub fn label(&self, of: Labelled, label: &str) -> Option<Slot<'a>> {
        let labels = match of {
            Labelled::Turn => self.turn.filter(|turn| turn.read).map(|turn| &turn.labels),
            Labelled::Contact => self.contact.signals.read.then_some(&self.contact.signals.labels),
        }?;
        let known = labels.iter().find(|(known, _)| &**known == label);
        Some(Slot::Number(known.map_or(0.0, |(_, thousandths)| f64::from(*thousandths) / 1_000.0)))
    }

    fn agent(&self) -> Option<&'a Agent> {
        self.contact.about.agent.as_ref()
    }

    fn waiting(&self) -> Option<Slot<'a>> {
        let signals = &self.contact.signals;
        let waited = signals.unanswered_since.map_or(0, |since| self.now.since(since).0.max(0));
        signals.timed.then_some(Slot::Duration(crate::time::Duration(waited)))
    }

    fn silence(&self) -> Option<Slot<'a>> {
        let latest = self.contact.signals.latest_turn?;
        Some(Slot::Duration(crate::time::Duration(self.now.since(latest).0.max(0))))
    }
}

fn thousandths<'a>(count: u32) -> Option<Slot<'a>> {
    Some(Slot::Number(f64::from(count) / 1_000.0))
}

fn count<'a>(count: u32) -> Option<Slot<'a>> {
    Some(Slot::Number(f64::from(count)))
}

fn text(text: &Option<String>) -> Option<Slot<'_>> {
    text.as_deref().map(Slot::Text)
}
