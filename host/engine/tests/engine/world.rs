//! The world of a story: it drives steps as the road does, and rebuilds beside them.
//!
//! After every fact the state that deciding left and the state folded from the recorded outcome are compared, entity
//! by entity: every test of deciding is a test of rebuilding.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    absence::{Absence, Abstention},
    alert::{Book, Change, Noted},
    contact::{Contact, Reading, ReadingAnswer},
    decision::{Decision, DecisionBody},
    entity::{Entity, EntityKey},
    fact::{Fact, FactBody, GenerationActivated},
    id::Id,
    outcome::Outcome,
    rule::{Answered, Desk, Policy, RouteAnswer, Span, Verdict},
    step::{Answer, Done, Need, Question, ReadQuestion, RouteQuestion, Step, rebuild, rebuild_keys},
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
    pub(crate) cases: Vec<Id>,
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
            cases: Vec::new(),
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

    /// Tells a fact that no line can say: its body, about `subject`, at a time of the day.
    pub(crate) fn tell_body(&mut self, time: &str, subject: &str, body: FactBody) -> Vec<String> {
        self.position += 1;
        let mut fact = fact(&format!("{time} k-1 customer: x"), self.position, self.last_at);
        self.last_at = fact.at;
        (fact.subject, fact.body) = (subject.to_owned(), body);
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
            Some(_) | None => panic!("no contact {name}"),
        }
    }

    pub(crate) fn book(&self, name: &str) -> &Book {
        match self.live.get(&EntityKey::Book(contact_id(name))) {
            Some(Entity::Book(book)) => book,
            Some(_) | None => panic!("no book of {name}"),
        }
    }

    /// Another generation decides from here on, and nobody says so.
    pub(crate) fn activate(&mut self, rules: &str) {
        self.policy = policy(rules);
    }

    /// Another generation decides from a time of the day on.
    pub(crate) fn swap(&mut self, time: &str, rules: &str) -> Vec<String> {
        self.swap_to(time, rules, None)
    }

    /// The generation before decides again, and takes the present one back.
    pub(crate) fn roll_back(&mut self, time: &str, rules: &str) -> Vec<String> {
        self.swap_to(time, rules, Some(self.policy.generation))
    }

    fn swap_to(&mut self, time: &str, rules: &str, withdraws: Option<Id>) -> Vec<String> {
        self.policy = policy(rules);
        let body = FactBody::GenerationActivated(GenerationActivated {
            generation: self.policy.generation.to_string(),
            withdraws: withdraws.map(|id| id.to_string()),
            pack: None,
            by: None,
            reason: None,
        });
        self.tell_body(time, "generation/x", body)
    }

    fn fold(&mut self, fact: &Fact, mut step: Step<'_>) -> Outcome {
        let mut answer = Answer::Begin;
        let Done { outcome, changed } = loop {
            answer = match step.next(answer) {
                Need::Load(keys) => Answer::Entities(keys.iter().map(|key| self.live.get(key).cloned()).collect()),
                Need::Ask(questions) => Answer::Answers(questions.iter().map(judge).collect()),
                Need::Read(questions) => Answer::Readings(questions.iter().map(read).collect()),
                Need::Route(questions) => Answer::Routes(questions.iter().map(route).collect()),
                Need::Dues(until) => Answer::Dues(self.dues(until)),
                Need::Open => Answer::Open(self.live.keys().filter_map(EntityKey::book).collect()),
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
        return Answered::Abstained(Abstention::new(Absence::Trap, "it trapped"));
    }
    Answered::Verdict(Verdict {
        fire: text.contains("FIRE"),
        score: Some(13.5),
        because: [("how".to_owned(), "scripted".to_owned())].into(),
        spans: vec![Span { turn: last.id.to_string(), start: 0, end: 4 }],
        near: None,
    })
}

/// The analyzer of the stories: what is written in brackets.
fn read(question: &ReadQuestion) -> ReadingAnswer {
    let text = &question.text.text;
    if text.contains("TRAP") {
        return ReadingAnswer::Abstained(Abstention::new(Absence::Trap, "it trapped"));
    }
    let labels = text.split(['[', ']']).skip(1).step_by(2).map(|label| (label.into(), 0.9)).collect();
    ReadingAnswer::Read(Reading { sentiment: None, labels, language: None })
}

/// The routing policy of the stories: it knows where washing machines go.
fn route(question: &RouteQuestion) -> RouteAnswer {
    if question.brief.text.contains("washing machine") {
        let desk = Desk { department: "laundry".to_owned(), role: "laundry-lead".to_owned() };
        return RouteAnswer::Routed { desk, priority: None, because: Vec::new() };
    }
    RouteAnswer::Abstained(Abstention::new(Absence::Unwilling, "no washing machine"))
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
                    | Noted::CaseWanted { .. }
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
        if let DecisionBody::CaseOpened(opened) = &decision.body {
            self.cases.push(opened.case);
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
                let person = ordered.person.as_ref().map_or_else(String::new, |person| format!(" = {person}"));
                match (ordered.alert, ordered.step) {
                    (Some(alert), Some(step)) => {
                        format!("notify {}/{step} {}{person}", named(&alert), ordered.to.join(" "))
                    }
                    _ => format!("tell {} of {}", ordered.to.join(" "), ordered.occasion.as_deref().unwrap_or("?")),
                }
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
            DecisionBody::CaseOpened(_)
            | DecisionBody::CaseAssigned(_)
            | DecisionBody::CaseChased(_)
            | DecisionBody::CaseAsked(_)
            | DecisionBody::CaseMoved(_)
            | DecisionBody::CaseActionRefused(_) => self.spell_case(&decision.body),
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

    fn spell_case(&self, body: &DecisionBody) -> String {
        match body {
            DecisionBody::CaseOpened(opened) => {
                let sure = opened.confidence;
                format!("case {} opened {} {sure}% {}", self.case(opened.case), opened.category, opened.severity.word())
            }
            DecisionBody::CaseAssigned(assigned) => {
                let somebody = |person: &Option<String>| person.clone().unwrap_or_else(|| "nobody".to_owned());
                format!(
                    "case {} assigned {}/{} to {} keeper {} due {} by {} {}",
                    self.case(assigned.case),
                    assigned.desk.department,
                    assigned.desk.role,
                    somebody(&assigned.owner),
                    somebody(&assigned.keeper),
                    spelled(assigned.due),
                    assigned.route,
                    assigned.reason
                )
            }
            DecisionBody::CaseChased(chased) => format!("case {} chased {}", self.case(chased.case), chased.nth),
            DecisionBody::CaseAsked(asked) => {
                let candidates: Vec<String> = asked.candidates.iter().map(|case| self.case(*case)).collect();
                format!("asked which of {}", candidates.join(" "))
            }
            DecisionBody::CaseMoved(moved) => {
                format!("case {} {} now {}", self.case(moved.case), moved.action, moved.now)
            }
            DecisionBody::CaseActionRefused(refused) => {
                let case = self.case(refused.case);
                format!("case {case} refused to {}: {} is missing, {}", refused.action, refused.missing, refused.now)
            }
            DecisionBody::AlertRaised(_)
            | DecisionBody::AlertCleared(_)
            | DecisionBody::AlertActionRefused(_)
            | DecisionBody::NotificationOrdered(_)
            | DecisionBody::InterventionOrdered(_)
            | DecisionBody::InterventionEnded(_)
            | DecisionBody::StepSkipped(_)
            | DecisionBody::OperatorAlerted(_) => unreachable!("no decision about a case: {body:?}"),
        }
    }

    /// A case by its ordinal among those of the story.
    fn case(&self, id: Id) -> String {
        self.cases.iter().position(|case| *case == id).map_or("?".to_owned(), |place| format!("#{}", place + 1))
    }

    fn named(&self, alert: Id) -> &str {
        self.alerts.get(&alert).map_or("?", String::as_str)
    }
}
