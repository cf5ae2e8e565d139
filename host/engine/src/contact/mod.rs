//! A contact: one session on one channel, and what is measured of it.
//!
//! It keeps measurements and a window of the latest turns, never the transcript: that is read from the log.
//! Measuring sees the facts of one contact and nothing else: no decision, no policy, no other contact.

mod matter;
mod reading;
mod script;
mod signals;
mod window;

pub use matter::{Matter, Party, speaks_for_themselves};
pub use reading::{Reading, ReadingAnswer, Text};
pub use script::{Fingerprint, SCRIPT_TOKENS_MIN, Script};
pub use signals::{DISSATISFIED_LABEL, DISSATISFIED_SENTIMENT, Signals, WANTS_PERSON_LABEL};
pub use window::{Turn, WINDOW_BYTES_MAX, WINDOW_TURNS_MAX, Window};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    fact::{Capacity, Concerned, ContactOpened, Fact, FactBody, IdentityKey, Position, Speaker},
    id::Id,
    time::{Duration, Instant},
};

/// A fact that comes this long after the contact's end still counts; a later one opens the next episode.
pub const AFTER_END_MAX: Duration = Duration(24 * 3_600_000);
/// More customers than this nobody can be called for in one session; further ones are not kept.
pub const CONCERNED_MAX: usize = 64;

/// One session on one channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// What seldom changes.
    pub about: Arc<About>,
    /// Counted up when it is taken up again long after its end.
    pub episode: u32,
    /// Its first fact.
    pub opened: Instant,
    /// Its end.
    pub closed: Option<Instant>,
    /// Its latest fact: from there the log leads back through all of them.
    pub latest: Position,
    /// On hold since the last `held`.
    pub held: bool,
    /// In a payment or an identity check: nobody may break in.
    pub sensitive: bool,
    /// The keys of who speaks, hashed.
    pub caller_keys: Vec<Id>,
    /// The customers whose matters it is about.
    pub concerned: Vec<Party>,
    /// How many agents it has had.
    pub agents: u16,
    /// The latest turns, and what is left of those before.
    pub window: Window,
}

/// What of a contact seldom changes.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct About {
    /// Who told of it.
    pub source: String,
    /// The source's name for it, for example `contact/k-1`.
    pub subject: String,
    /// `phone`, `chat`, …
    pub channel: Option<String>,
    /// The queue it came through.
    pub queue: Option<String>,
    /// The brand it is about.
    pub brand: Option<String>,
    /// In which capacity the caller speaks.
    pub caller: Capacity,
    /// Who has the conversation.
    pub agent: Option<Agent>,
}

/// An agent, as the channel tells it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Agent {
    /// The source's id.
    pub id: String,
    /// Team.
    pub team: Option<String>,
    /// Whose agent it is.
    pub employer: Option<String>,
}

/// A contact as deciding sees it after one fact: a value, complete, small.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// What seldom changes.
    pub about: Arc<About>,
    /// Which episode.
    pub episode: u32,
    /// Its first fact.
    pub opened: Instant,
    /// Has it ended?
    pub closed: bool,
    /// On hold?
    pub held: bool,
    /// In a payment or an identity check?
    pub sensitive: bool,
    /// How many customers it concerns.
    pub concerned: u16,
    /// How many agents it has had.
    pub agents: u16,
    /// The measurements.
    pub signals: Signals,
}

impl Contact {
    /// The contact that `fact` is the first to speak of.
    pub fn first_seen(fact: &Fact) -> Self {
        let about = About { source: fact.source.clone(), subject: fact.subject.clone(), ..About::default() };
        Contact {
            about: Arc::new(about),
            episode: 1,
            opened: fact.happened(),
            closed: None,
            latest: fact.position,
            held: false,
            sensitive: false,
            caller_keys: Vec::new(),
            concerned: Vec::new(),
            agents: 0,
            window: Window::default(),
        }
    }

    /// Folds one fact about this contact in.
    pub fn fold(&mut self, fact: &Fact) {
        self.begin_next_episode_if_long_over(fact);
        self.latest = fact.position;
        match &fact.body {
            FactBody::ContactOpened(opened) => self.open(fact, opened),
            FactBody::ContactClosed(_) => self.closed = Some(fact.happened()),
            FactBody::TurnSaid(said) => {
                if let (Some(agent), Speaker::Agent, false) = (&said.agent, said.speaker, self.window.corrects(fact)) {
                    self.give_to(Agent { id: agent.clone(), ..Agent::default() });
                }
                self.window.enter(Turn::said(fact, said, self.agents));
            }
            FactBody::ContactConcerns(concerns) => self.concern(&concerns.customers),
            FactBody::AgentJoined(joined) => self.give_to(Agent {
                id: joined.agent.clone(),
                team: joined.team.clone(),
                employer: joined.employer.clone(),
            }),
            FactBody::ContactHeld(held) => {
                self.held = true;
                self.sensitive = matches!(held.reason.as_deref(), Some("payment" | "identity-check"));
            }
            FactBody::ContactResumed(_) => (self.held, self.sensitive) = (false, false),
            FactBody::AgentLeft(_)
            | FactBody::AlertSeen(_)
            | FactBody::AlertTaken(_)
            | FactBody::AlertDisposed(_)
            | FactBody::CommandConfirmed(_)
            | FactBody::CommandFailed(_)
            | FactBody::TimePassed(_)
            | FactBody::GenerationActivated(_)
            | FactBody::RulePaused(_)
            | FactBody::RuleResumed(_)
            | FactBody::ComplaintFiled(_)
            | FactBody::TouchpointRecorded(_)
            | FactBody::ProfileUpdated(_)
            | FactBody::IdentityLinked(_)
            | FactBody::IdentityUnlinked(_)
            | FactBody::PersonUpdated(_)
            | FactBody::DutyPlanned(_)
            | FactBody::PresenceChanged(_)
            | FactBody::CaseActionRequested(_)
            | FactBody::DeliveryAttempted(_)
            | FactBody::ReadingArrived(_)
            | FactBody::PersonErased(_) => {}
        }
    }

    /// The customers it is about: those it concerns, else the caller who speaks for themselves.
    pub fn customers(&self) -> Vec<Party> {
        if !self.concerned.is_empty() || self.caller_keys.is_empty() || !speaks_for_themselves(self.about.caller) {
            return self.concerned.clone();
        }
        vec![Party { keys: self.caller_keys.clone(), ..Party::default() }]
    }

    /// What the customer's side said in the window, in order.
    pub fn customer_text(&self) -> String {
        let turns = self.window.turns().filter(|turn| turn.speaker == Speaker::Customer);
        turns.filter_map(|turn| turn.text.as_deref()).collect::<Vec<_>>().join("\n")
    }

    /// Takes in what an analyzer says of a turn; what its source said of it stands.
    pub fn read(&mut self, turn: &str, reading: &Reading) {
        self.window.read(turn, reading);
    }

    /// What deciding sees of it now.
    pub fn measured(&self) -> Measured {
        Measured {
            about: Arc::clone(&self.about),
            episode: self.episode,
            opened: self.opened,
            closed: self.closed.is_some(),
            held: self.held,
            sensitive: self.sensitive,
            concerned: u16::try_from(self.concerned.len()).unwrap_or(u16::MAX),
            agents: self.agents,
            signals: self.window.signals(self.agents),
        }
    }

    fn begin_next_episode_if_long_over(&mut self, fact: &Fact) {
        let Some(closed) = self.closed else { return };
        let opened_again = matches!(fact.body, FactBody::ContactOpened(_));
        if opened_again || fact.happened().since(closed) > AFTER_END_MAX {
            let episode = self.episode + 1;
            *self = Contact { episode, ..Contact::first_seen(fact) };
        }
    }

    fn open(&mut self, fact: &Fact, opened: &ContactOpened) {
        self.opened = self.opened.min(fact.happened());
        let about = Arc::make_mut(&mut self.about);
        keep(&mut about.channel, &opened.channel);
        keep(&mut about.queue, &opened.queue);
        keep(&mut about.brand, &opened.brand);
        if let Some(caller) = &opened.caller {
            about.caller = caller.capacity;
            self.caller_keys = hashed(&caller.keys);
        }
        self.concern(&opened.concerns);
        if let Some(agent) = &opened.agent {
            self.give_to(Agent { id: agent.clone(), team: opened.team.clone(), employer: opened.employer.clone() });
        }
    }

    /// Another agent starts with clean measurements; the same one only becomes better known.
    fn give_to(&mut self, agent: Agent) {
        match &self.about.agent {
            Some(now) if now.id == agent.id => {
                if (agent.team.is_some() && now.team != agent.team)
                    || (agent.employer.is_some() && now.employer != agent.employer)
                {
                    let mut better = now.clone();
                    keep(&mut better.team, &agent.team);
                    keep(&mut better.employer, &agent.employer);
                    Arc::make_mut(&mut self.about).agent = Some(better);
                }
            }
            Some(_) | None => {
                self.agents = self.agents.saturating_add(1);
                Arc::make_mut(&mut self.about).agent = Some(agent);
            }
        }
    }

    fn concern(&mut self, customers: &[Concerned]) {
        for customer in customers {
            let party = Party::of(customer);
            if self.concerned.len() < CONCERNED_MAX && !self.concerned.iter().any(|known| known.keys == party.keys) {
                self.concerned.push(party);
            }
        }
    }
}

fn keep(known: &mut Option<String>, said: &Option<String>) {
    if said.is_some() {
        known.clone_from(said);
    }
}

fn hashed(keys: &[IdentityKey]) -> Vec<Id> {
    keys.iter().map(IdentityKey::id).collect()
}
