//! Casework: a matter comes in and is a chaser, a question, or a new case with somebody who answers for it.

use std::sync::Arc;

use super::{RouteQuestion, decide::Attempt};
use crate::{
    absence::Absence,
    case::{Case, Classified, Same, classify, same_matter},
    condition::{CaseView, Scope},
    contact::{Contact, Matter, Measured},
    customer,
    decision::{CaseAsked, CaseAssigned, CaseChased, CaseMoved, CaseOpened, DecisionBody, NotificationOrdered},
    fact::{Capacity, ComplaintFiled},
    guard::OnFailure,
    id::Id,
    person::{Directory, Meant, Wanted, named},
    rule::{Brief, Category, DUE_DEFAULT, Desk, Route, RouteAnswer, RouteTo, Severity},
    time::{Duration, Instant},
    value::Value,
};

/// Something that may be, or become, a case.
struct Incoming {
    keys: Vec<Id>,
    matter: Matter,
    category: Option<String>,
    text: String,
    labels: Vec<(Arc<str>, f32)>,
    channel: Option<String>,
    caller: Capacity,
    /// The contact or complaint.
    by: Id,
    alert: Option<Id>,
    agent: Option<String>,
    at: Instant,
}

/// A desk, how urgent it is, and why.
type Where = (Desk, Option<String>, Vec<(String, String)>);

/// Who answers, and why.
struct Routed {
    desk: Desk,
    due: Duration,
    priority: Option<String>,
    route: String,
    because: Vec<(String, String)>,
}

impl Attempt<'_> {
    /// A complaint that was handed in.
    pub(super) fn take_complaint(&mut self, filed: &ComplaintFiled) {
        let labels = self.readings.iter().flat_map(|reading| reading.labels.iter().cloned()).collect();
        self.take_matter(Incoming {
            keys: filed.keys.iter().map(|key| key.id()).collect(),
            matter: Matter::of(&filed.about),
            category: None,
            text: filed.text.clone(),
            labels,
            channel: filed.channel.clone(),
            caller: Capacity::Unknown,
            by: self.fact.subject_id(),
            alert: None,
            agent: None,
            at: self.fact.at,
        });
    }

    /// A rule asks for a case for each customer its contact concerns.
    pub(super) fn open_wanted(&mut self, contact_id: Id, alert: Id, category: Option<&str>, at: Instant) {
        let Some(contact) = self.world.contact(contact_id) else { return };
        let mut parties = contact.customers();
        if parties.is_empty() {
            // Nobody knows whose matter it is: it is the caller's until somebody does.
            parties.push(crate::contact::Party { keys: contact.caller_keys.clone(), ..Default::default() });
        }
        let signals = contact.measured().signals;
        let labels: Vec<(Arc<str>, f32)> =
            signals.labels.iter().map(|(label, sure)| (Arc::clone(label), f32::from(*sure) / 1_000.0)).collect();
        for party in parties {
            let brand = party.matter.brand.clone().or(contact.about.brand.clone());
            self.take_matter(Incoming {
                keys: party.keys,
                matter: Matter { brand, ..party.matter },
                category: category.map(str::to_owned).or(party.category),
                text: contact.customer_text(),
                labels: labels.clone(),
                channel: contact.about.channel.clone(),
                caller: contact.about.caller,
                by: contact_id,
                alert: Some(alert),
                agent: contact.about.agent.as_ref().map(|agent| agent.id.clone()),
                at,
            });
        }
    }

    /// A contact of a customer who has an open case is about it, unless something says otherwise.
    pub(super) fn link_contact(&mut self, contact: &Contact) {
        let by = self.fact.subject_id();
        for party in contact.customers() {
            let cases: Vec<Case> = self.cases_of(&party.keys).into_iter().filter(Case::is_open).collect();
            if cases.iter().any(|case| case.contacts.contains(&by)) {
                continue;
            }
            let category = party.category.as_deref().unwrap_or(crate::rule::UNCLASSIFIED);
            let agent = contact.about.agent.as_ref().map(|agent| agent.id.clone());
            match same_matter(&cases, &party.matter, category, self.fact.at) {
                Same::New => {}
                Same::Known(case) => self.chase(case, by, self.fact.at),
                Same::Several(candidates) => self.ask(&candidates, by, agent),
            }
        }
    }

    fn take_matter(&mut self, incoming: Incoming) {
        let classified = match &incoming.category {
            Some(category) => {
                Classified { category: category.clone(), confidence: 100, because: vec!["stated".into()] }
            }
            None => classify(&self.policy.casework, &incoming.text, &incoming.labels),
        };
        let cases = self.cases_of(&incoming.keys);
        if cases.iter().any(|case| case.is_open() && case.contacts.contains(&incoming.by)) {
            return;
        }
        match same_matter(&cases, &incoming.matter, &classified.category, incoming.at) {
            Same::New => self.open_case(&incoming, classified),
            Same::Several(candidates) => self.ask(&candidates, incoming.by, incoming.agent),
            Same::Known(case) if case.is_open() => self.chase(case, incoming.by, incoming.at),
            Same::Known(case) => self.reopen(case, &incoming),
        }
    }

    fn cases_of(&mut self, keys: &[Id]) -> Vec<Case> {
        let cases = self.world.customer(keys).cases();
        cases.into_iter().filter_map(|case| self.world.case(case)).map(Arc::unwrap_or_clone).collect()
    }

    fn open_case(&mut self, incoming: &Incoming, classified: Classified) {
        let anchor = incoming.keys.first().copied().unwrap_or(incoming.by);
        let nth = self.world.holder(anchor).map_or(0, |holder| holder.cases_opened) + 1;
        let category = self.policy.casework.categories.iter().find(|category| category.id == classified.category);
        let opened = CaseOpened {
            case: Case::id_of(anchor, nth),
            keys: if incoming.keys.is_empty() { vec![anchor] } else { incoming.keys.clone() },
            severity: category.and_then(|category| category.severity).unwrap_or(Severity::Warning),
            category: classified.category,
            confidence: classified.confidence,
            because: classified.because,
            matter: incoming.matter.clone(),
            channel: incoming.channel.clone(),
            by: incoming.by,
            complaint: self.fact.position,
            alert: incoming.alert,
        };
        self.decided_at(opened.case, incoming.at, DecisionBody::CaseOpened(opened.clone()));
        let routed = self.route(incoming, &opened);
        let keeper = self.keeper(incoming.agent.as_deref(), incoming.at);
        self.assign(Assignment {
            case: opened.case,
            routed,
            keeper,
            reason: "opened",
            from: None,
            due: None,
            to: None,
            at: incoming.at,
        });
    }

    fn reopen(&mut self, case: &Case, incoming: &Incoming) {
        self.decided_at(
            case.id,
            incoming.at,
            DecisionBody::CaseMoved(CaseMoved {
                case: case.id,
                action: "reopen".into(),
                now: "assigned".into(),
                by: None,
                owner: case.owner.clone(),
            }),
        );
        self.chase(case, incoming.by, incoming.at);
    }

    fn ask(&mut self, candidates: &[&Case], by: Id, agent: Option<String>) {
        let candidates = candidates.iter().map(|case| case.id).collect();
        self.decided(by, DecisionBody::CaseAsked(CaseAsked { by, candidates, agent }));
    }

    fn chase(&mut self, case: &Case, by: Id, at: Instant) {
        let nth = case.chasers + 1;
        self.decided_at(case.id, at, DecisionBody::CaseChased(CaseChased { case: case.id, by, nth }));
        let mut people: Vec<&String> = case.owner.iter().chain(&case.keeper).collect();
        people.dedup();
        for person in people {
            self.tell_of_case(case.id, ("chased", nth), person, at);
        }
    }

    /// Tells a person of a case; nobody is told of the past.
    pub(super) fn tell_of_case(&mut self, case: Id, (occasion, nth): (&str, u32), person: &str, at: Instant) {
        if self.fact.marks.backfill {
            return;
        }
        let parts: [&[u8]; 5] = [b"notification", &case.0, occasion.as_bytes(), person.as_bytes(), &nth.to_le_bytes()];
        let ordered = NotificationOrdered {
            notification: Id::of(&parts),
            case: Some(case),
            occasion: Some(occasion.to_owned()),
            to: vec![format!("person:{person}")],
            person: Some(person.to_owned()),
            ..NotificationOrdered::default()
        };
        self.decided_at(case, at, DecisionBody::NotificationOrdered(ordered));
    }

    /// Looks the case up in the decision table.
    fn route(&mut self, incoming: &Incoming, opened: &CaseOpened) -> Routed {
        let policy = self.policy;
        let customer = self.world.customer(&opened.keys);
        let view = customer::view(std::slice::from_ref(&customer), 0);
        let measured = Measured::default();
        let case = case_view(incoming, opened);
        let scope = Scope { customer: Some(&view), case: Some(case), ..Scope::of(incoming.at, &measured) };
        for (place, row) in policy.casework.routes.iter().enumerate() {
            if row.when.holds(&scope) != Some(true) {
                continue;
            }
            let routed = match &row.to {
                RouteTo::Desk(desk) => Some((desk.clone(), None, Vec::new())),
                RouteTo::Plugin(_) => self.ask_route(place, || brief(incoming, opened, view.tier.as_deref())),
            };
            if let Some((desk, priority, because)) = routed {
                let priority = priority.or_else(|| row.priority.clone());
                return Routed { desk, due: due_of(row), priority, route: row.id.clone(), because };
            }
            if let Some(routed) = self.default_route(row) {
                return routed;
            }
        }
        let desk = Desk { department: String::new(), role: String::new() };
        Routed { desk, due: DUE_DEFAULT, priority: None, route: "none".into(), because: Vec::new() }
    }

    /// The last row of the table, where this one wants it because its plugin failed.
    fn default_route(&self, row: &Route) -> Option<Routed> {
        let wants = row.to.plugin().is_some_and(|ask| ask.on_failure == OnFailure::DefaultRoute);
        let answer = self.routed.checked_sub(1).and_then(|last| self.routes.get(last));
        let Some(RouteAnswer::Abstained(why)) = answer.filter(|_| wants) else { return None };
        let last = self.policy.casework.routes.last()?;
        match &last.to {
            RouteTo::Desk(desk) if why.cause != Absence::Unwilling => Some(Routed {
                desk: desk.clone(),
                due: due_of(last),
                priority: last.priority.clone(),
                route: last.id.clone(),
                because: vec![("failed".to_owned(), format!("{}: {}", row.id, why.cause.word()))],
            }),
            RouteTo::Desk(_) | RouteTo::Plugin(_) => None,
        }
    }

    /// What the routing policy of a row answered; where nobody asked it yet, the attempt ends with the question.
    fn ask_route(&mut self, route: usize, brief: impl FnOnce() -> Brief) -> Option<Where> {
        let answer = self.routes.get(self.routed);
        self.routed += 1;
        match answer {
            Some(RouteAnswer::Routed { desk, priority, because }) => {
                Some((desk.clone(), priority.clone(), because.clone()))
            }
            Some(RouteAnswer::Abstained(_)) => None,
            None => {
                self.asked.get_or_insert_with(|| RouteQuestion { route, now: self.fact.at, brief: brief() });
                None
            }
        }
    }

    /// The first who took the matter answers to the customer until the owner takes over.
    fn keeper(&mut self, agent: Option<&str>, at: Instant) -> Option<String> {
        let directory = self.world.directory();
        let first = agent.and_then(|agent| directory.active(agent)).map(|agent| agent.id.clone());
        first.or_else(|| {
            let wanted = wanted(&self.policy.casework.keeper, at);
            directory.choose(&wanted).map(|person| person.id.clone())
        })
    }

    /// Names the owner, and tells them.
    pub(super) fn assign(&mut self, assignment: Assignment<'_>) {
        let Assignment { case, routed, keeper, reason, from, due, to, at } = assignment;
        let (owner, reason) = match to {
            Some(person) => (Some(person), reason.to_owned()),
            None => self.owner(&routed.desk, from.as_deref(), reason, at),
        };
        let assigned = CaseAssigned {
            case,
            desk: routed.desk,
            keeper: keeper.or_else(|| owner.clone()),
            owner: owner.clone(),
            due: due.unwrap_or_else(|| at.plus(routed.due)),
            priority: routed.priority,
            route: routed.route,
            because: routed.because,
            reason,
            from,
        };
        self.decided_at(case, at, DecisionBody::CaseAssigned(assigned));
        if let Some(owner) = owner {
            let nth = self.world.case(case).map_or(0, |case| case.moves.len() as u32);
            self.tell_of_case(case, ("assigned", nth), &owner, at);
        }
    }

    /// Whoever has the role, is there and has the least to do; else the last resort: never nobody.
    fn owner(&mut self, desk: &Desk, from: Option<&str>, reason: &str, at: Instant) -> (Option<String>, String) {
        let directory = self.world.directory();
        if directory.is_empty() {
            return (None, reason.to_owned());
        }
        let role = [format!("role:{}", desk.role)];
        let able = able(&directory, &role, from, at);
        let least = able
            .into_iter()
            .min_by_key(|(present, person)| (!present, self.world.workload(person).len(), person.clone()));
        if let Some((_, person)) = least {
            return (Some(person), reason.to_owned());
        }
        let last = self.policy.casework.last_resort.as_deref().map(|person| named(person).to_owned());
        let instead = last.as_deref().unwrap_or("nobody: the pack names no last resort");
        self.tell_operator(format!("role `{}` has nobody on duty; its case went to {instead}", desk.role));
        (last, "fallback".to_owned())
    }
}

/// What becomes of a case whose route is known.
pub(super) struct Assignment<'a> {
    case: Id,
    routed: Routed,
    keeper: Option<String>,
    reason: &'a str,
    from: Option<String>,
    due: Option<Instant>,
    /// A person who was named, whatever the desk.
    to: Option<String>,
    at: Instant,
}

impl<'a> Assignment<'a> {
    /// To this person.
    pub(super) fn given_to(self, person: &str) -> Self {
        Assignment { to: Some(person.to_owned()), ..self }
    }

    /// An open case goes to another desk, or to another person of the same one; its due date stands.
    pub(super) fn again(case: &Case, desk: Desk, reason: &'a str, at: Instant) -> Self {
        let routed = Routed {
            desk,
            due: DUE_DEFAULT,
            priority: case.priority.clone(),
            route: reason.to_owned(),
            because: Vec::new(),
        };
        let (from, keeper) = (case.owner.clone(), case.keeper.clone());
        Assignment { case: case.id, routed, keeper, reason, from, due: case.due, to: None, at }
    }
}

/// The people of a role who can take a case now, each with whether they are at work.
fn able(directory: &Directory, role: &[String], except: Option<&str>, at: Instant) -> Vec<(bool, String)> {
    let wanted = Wanted { except, ..wanted(role, at) };
    let people = role.iter().flat_map(|role| directory.able(role, &wanted));
    people.map(|person| (person.present == Some(true), person.id.clone())).collect()
}

fn wanted(to: &[String], at: Instant) -> Wanted<'_> {
    Wanted { to, needs: &[], meant: Meant::default(), except: None, at }
}

fn due_of(row: &Route) -> Duration {
    row.due.unwrap_or(DUE_DEFAULT)
}

fn case_view<'a>(incoming: &'a Incoming, opened: &'a CaseOpened) -> CaseView<'a> {
    CaseView {
        category: &opened.category,
        family: Category::family_of(&opened.category),
        confidence: f64::from(opened.confidence) / 100.0,
        severity: opened.severity.word(),
        channel: opened.channel.as_deref(),
        caller: incoming.caller.word(),
        brand: opened.matter.brand.as_deref(),
        product: opened.matter.product.as_deref(),
        region: opened.matter.region.as_deref(),
    }
}

fn brief(incoming: &Incoming, opened: &CaseOpened, tier: Option<&str>) -> Brief {
    let matter = &opened.matter;
    let known = [
        ("brand", matter.brand.as_deref()),
        ("product", matter.product.as_deref()),
        ("region", matter.region.as_deref()),
        ("tier", tier),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::Text(value?.to_owned()))));
    Brief {
        category: opened.category.clone(),
        family: Category::family_of(&opened.category).to_owned(),
        severity: opened.severity.word().to_owned(),
        channel: opened.channel.clone().unwrap_or_default(),
        text: incoming.text.clone(),
        labels: incoming.labels.iter().map(|(label, sure)| (label.to_string(), *sure)).collect(),
        attributes: known.collect(),
    }
}
