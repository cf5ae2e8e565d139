//! The world of a story: it drives steps as the road does, and rebuilds beside them.
//!
//! After every fact the state that deciding left and the state folded from the recorded outcome are compared, entity
//! by entity: every test of deciding is a test of rebuilding.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    alert::{Book, Change, Noted},
    contact::Contact,
    decision::{Decision, DecisionBody},
    entity::{Entity, EntityKey},
    fact::Fact,
    id::Id,
    outcome::Outcome,
    rule::{Answered, Policy, Span, Verdict},
    step::{Answer, Done, Need, Question, Step, rebuild, rebuild_keys},
    time::Instant,
};

use crate::{
    rules::policy,
    story::{alert_id, contact_id, fact, spelled},
};

pub(crate) struct World {
    pub(crate) policy: Policy,
    pub(crate) live: BTreeMap<EntityKey, Entity>,
    rebuilt: BTreeMap<EntityKey, Entity>,
    contacts: BTreeMap<Id, String>,
    alerts: BTreeMap<Id, String>,
    episodes: BTreeMap<(Id, String), u32>,
    position: u64,
    last_at: Instant,
}

/// Tells the lines of a story and compares it with what was decided written between them, each line after `>`.
pub(crate) fn check(rules: &str, story: &str) -> World {
    let mut world = World::new(rules);
    world.check(story);
    world
}

impl World {
    pub(crate) fn new(rules: &str) -> Self {
        World {
            policy: policy(rules),
            live: BTreeMap::new(),
            rebuilt: BTreeMap::new(),
            contacts: (1..100).map(|n| format!("k-{n}")).map(|name| (contact_id(&name), name)).collect(),
            alerts: BTreeMap::new(),
            episodes: BTreeMap::new(),
            position: 0,
            last_at: Instant(0),
        }
    }

    pub(crate) fn check(&mut self, story: &str) {
        let written: Vec<&str> = story.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let mut told = Vec::new();
        for line in written.iter().filter(|line| !line.starts_with('>')) {
            told.push((*line).to_owned());
            told.extend(self.tell(line));
        }
        let (told, written) = (told.join("\n"), written.join("\n"));
        assert!(told == written, "decided:\n{told}\n\nexpected:\n{written}");
    }

    /// Tells one line; what was decided.
    pub(crate) fn tell(&mut self, line: &str) -> Vec<String> {
        self.position += 1;
        let fact = fact(line, self.position, self.last_at);
        self.last_at = fact.at;
        let policy = self.policy.clone();
        let outcome = self.fold(&fact, Step::begin(&policy, &fact));
        self.spell(&outcome)
    }

    /// Tells one line whose step failed.
    pub(crate) fn tell_poisoned(&mut self, line: &str, reason: &str) -> Vec<String> {
        self.position += 1;
        let fact = fact(line, self.position, self.last_at);
        self.last_at = fact.at;
        let policy = self.policy.clone();
        let outcome = self.fold(&fact, Step::poisoned(&policy, &fact, reason.to_owned()));
        self.spell(&outcome)
    }

    pub(crate) fn contact(&self, name: &str) -> &Contact {
        match self.live.get(&EntityKey::Contact(contact_id(name))) {
            Some(Entity::Contact(contact)) => contact,
            Some(Entity::Book(_) | Entity::Home(_)) | None => panic!("no contact {name}"),
        }
    }

    pub(crate) fn book(&self, name: &str) -> &Book {
        match self.live.get(&EntityKey::Book(contact_id(name))) {
            Some(Entity::Book(book)) => book,
            Some(Entity::Contact(_) | Entity::Home(_)) | None => panic!("no book of {name}"),
        }
    }

    /// Another generation decides from here on.
    pub(crate) fn activate(&mut self, rules: &str) {
        self.policy = policy(rules);
    }

    fn fold(&mut self, fact: &Fact, mut step: Step<'_>) -> Outcome {
        let mut answer = Answer::Begin;
        let Done { outcome, changed } = loop {
            answer = match step.next(answer) {
                Need::Load(keys) => Answer::Entities(keys.iter().map(|key| self.live.get(key).cloned()).collect()),
                Need::Ask(questions) => Answer::Answers(questions.iter().map(judge).collect()),
                Need::Dues(until) => Answer::Dues(self.dues(until)),
                Need::Done(done) => break done,
            };
        };
        self.live.extend(changed);
        let entities = rebuild_keys(fact, &outcome).iter().map(|key| self.rebuilt.get(key).cloned()).collect();
        self.rebuilt.extend(rebuild(fact, &outcome, entities));
        let keys: BTreeSet<&EntityKey> = self.live.keys().chain(self.rebuilt.keys()).collect();
        for key in keys {
            assert_eq!(self.live.get(key), self.rebuilt.get(key), "{key:?} rebuilt after {fact:?}");
        }
        outcome
    }

    fn dues(&self, until: Instant) -> Vec<(Instant, EntityKey)> {
        let dues = self.live.iter().filter_map(|(key, entity)| Some((entity.due()?, *key)));
        let mut dues: Vec<_> = dues.filter(|(due, _)| *due <= until).collect();
        dues.sort();
        dues
    }
}

/// The plugin of the stories: it goes by what was said last.
fn judge(question: &Question) -> Answered {
    let last = question.contact.window.turns().next_back().expect("a turn");
    let text = last.text.as_deref().unwrap_or_default();
    if text.contains("TRAP") {
        return Answered::Abstained { reason: "it trapped".to_owned() };
    }
    Answered::Verdict(Verdict {
        fire: text.contains("FIRE"),
        score: Some(13.5),
        because: [("how".to_owned(), "scripted".to_owned())].into(),
        spans: vec![Span { turn: last.id.to_string(), start: 0, end: 4 }],
        near: None,
    })
}

impl World {
    fn spell(&mut self, outcome: &Outcome) -> Vec<String> {
        let mut told = Vec::new();
        for change in &outcome.changes {
            match change {
                Change::Decided(decision) => told.push(self.spell_decision(decision)),
                Change::Noted(note) => match &note.what {
                    Noted::Kept { rule, because } => told.push(format!("> kept {rule} {because}")),
                    Noted::Held { alert, step } => told.push(format!("> held {}/{step}", self.named(*alert))),
                    Noted::Met { .. }
                    | Noted::Truth { .. }
                    | Noted::Moved { .. }
                    | Noted::Confirmed { .. }
                    | Noted::Tick { .. } => {}
                },
            }
        }
        told
    }

    fn spell_decision(&mut self, decision: &Decision) -> String {
        if let DecisionBody::AlertRaised(raised) = &decision.body {
            self.name(decision.subject, raised.alert, &raised.rule);
        }
        let named = |alert: &Id| self.named(*alert);
        let says = match &decision.body {
            DecisionBody::AlertRaised(raised) => {
                let late = if raised.late { " late" } else { "" };
                format!("raised {} [{}]{late}", named(&raised.alert), raised.evidence.turns.join(" "))
            }
            DecisionBody::AlertCleared(cleared) => format!("cleared {} {}", named(&cleared.alert), cleared.because),
            DecisionBody::AlertActionRefused(refused) => {
                format!("refused to {}: {} is missing, {}", refused.action, refused.missing, refused.now)
            }
            DecisionBody::NotificationOrdered(ordered) => {
                format!("notify {}/{} {}", named(&ordered.alert), ordered.step, ordered.to.join(" "))
            }
            DecisionBody::InterventionOrdered(ordered) => {
                let instead = ordered.instead_of.map(|instead| format!(" instead of {}", instead.word()));
                let order = format!("{}/{}/{}", named(&ordered.alert), ordered.step, ordered.intervention.word());
                format!("order {order} until {}{}", spelled(ordered.expires), instead.unwrap_or_default())
            }
            DecisionBody::InterventionEnded(ended) => {
                format!("ended {} {} {}", named(&ended.alert), ended.intervention.word(), ended.how)
            }
            DecisionBody::StepSkipped(skipped) => {
                let what = skipped.intervention.map(|what| format!(" {}", what.word()));
                let step = format!("{}/{}", named(&skipped.alert), skipped.step);
                format!("skipped {step}{} {}", what.unwrap_or_default(), skipped.because)
            }
            DecisionBody::OperatorAlerted(alerted) => format!("operator: {}", alerted.reason),
        };
        let contact = self.contacts.get(&decision.subject).filter(|contact| *contact != "k-1");
        let contact = contact.map_or_else(String::new, |contact| format!("{contact} "));
        format!("> {} {contact}{says}", spelled(decision.at))
    }

    /// Names an alert `rule/nth`, and holds its id to what it is about.
    fn name(&mut self, contact: Id, alert: Id, rule: &str) {
        let nth = self.episodes.entry((contact, rule.to_owned())).or_default();
        *nth += 1;
        let name = format!("{rule}/{nth}");
        assert_eq!(alert, alert_id(&self.contacts[&contact], &name), "the id of {name}");
        self.alerts.insert(alert, name);
    }

    fn named(&self, alert: Id) -> &str {
        self.alerts.get(&alert).map_or("?", String::as_str)
    }
}
