//! A canary: every plugin of a rulebook is called once with something made up, before it decides anything real.

use std::sync::Arc;

use engine::{
    absence::Absence,
    contact::{Contact, ReadingAnswer, Text},
    fact::{Fact, FactBody, Marks, Position, Speaker, TurnSaid},
    rule::{Answered, Brief, RouteAnswer},
    step::{Question, ReadQuestion, RouteQuestion},
    time::Instant,
};

use crate::Rulebook;

/// What is said in the contact that plugins are tried on: both languages, a repetition, an anger.
const SAID: [(Speaker, &str); 6] = [
    (Speaker::Customer, "冰箱修了两次还是不制冷,你们到底谁负责?"),
    (Speaker::Agent, "我这边会帮您反馈,请您耐心等待"),
    (Speaker::Customer, "I have been waiting for three weeks and nobody calls back"),
    (Speaker::Agent, "I will pass it on, please be patient"),
    (Speaker::Agent, "I will pass it on, please be patient"),
    (Speaker::Customer, "我要投诉!"),
];
/// When: no plugin may depend on it, any will do.
const BEGAN: Instant = Instant(1_725_242_400_000);

/// Calls every plugin once; gives how many.
///
/// # Errors
/// A sentence for each that did not answer.
pub fn canary(rulebook: &Rulebook) -> Result<usize, Vec<String>> {
    let policy = rulebook.policy();
    let facts = facts();
    let mut contact = Contact::first_seen(&facts[0]);
    facts.iter().for_each(|fact| contact.fold(fact));
    let (contact, measured, now) = (Arc::new(contact.clone()), contact.measured(), BEGAN);
    let mut tried = Tried::default();
    for (rule, _) in policy.rules.iter().enumerate().filter(|(_, rule)| rule.ask.is_some()) {
        let question = Question { rule, contact: Arc::clone(&contact), measured: measured.clone(), now };
        let answers = rulebook.ask(&[question], &mut Vec::new()).map_err(|error| error.to_string());
        tried.note(&policy.rules[rule].id, answers.map(|answers| answers.into_iter().find_map(abstention)));
    }
    for (analyzer, asked) in policy.analyzers.iter().enumerate() {
        let text = Text { speaker: Speaker::Customer, text: SAID[0].1.into() };
        let answers =
            rulebook.ask(&[ReadQuestion { analyzer, now, text }], &mut Vec::new()).map_err(|error| error.to_string());
        tried.note(&asked.ask.plugin, answers.map(|answers| answers.into_iter().find_map(unread)));
    }
    for (route, row) in policy.casework.routes.iter().enumerate().filter(|(_, row)| row.to.plugin().is_some()) {
        let brief = Brief { text: SAID[0].1.to_owned(), ..Brief::default() };
        let answers =
            rulebook.ask(&[RouteQuestion { route, now, brief }], &mut Vec::new()).map_err(|error| error.to_string());
        tried.note(&row.id, answers.map(|answers| answers.into_iter().find_map(unrouted)));
    }
    if tried.problems.is_empty() { Ok(tried.count) } else { Err(tried.problems) }
}

#[derive(Default)]
struct Tried {
    count: usize,
    problems: Vec<String>,
}

impl Tried {
    fn note(&mut self, who: &str, went: Result<Option<String>, String>) {
        self.count += 1;
        match went {
            Ok(None) => {}
            Ok(Some(reason)) | Err(reason) => self.problems.push(format!("`{who}`: {reason}")),
        }
    }
}

fn abstention(answer: Answered) -> Option<String> {
    match answer {
        Answered::Verdict(_) => None,
        Answered::Abstained(why) => Some(why.reason),
    }
}

fn unread(answer: ReadingAnswer) -> Option<String> {
    match answer {
        ReadingAnswer::Read(_) => None,
        ReadingAnswer::Abstained(why) => Some(why.reason),
    }
}

/// A policy may say that it knows no route for a made-up case; then it has answered.
fn unrouted(answer: RouteAnswer) -> Option<String> {
    match answer {
        RouteAnswer::Routed { .. } => None,
        RouteAnswer::Abstained(why) => (why.cause != Absence::Unwilling).then_some(why.reason),
    }
}

fn facts() -> Vec<Fact> {
    let said = (1..).zip(SAID);
    said.map(|(position, (speaker, text))| Fact {
        position: Position(position),
        at: BEGAN,
        time: Some(BEGAN),
        source: "canary".to_owned(),
        id: position.to_string(),
        revision: 0,
        subject: "contact/canary".to_owned(),
        marks: Marks::default(),
        body: said_by(speaker, text),
    })
    .collect()
}

fn said_by(speaker: Speaker, text: &str) -> FactBody {
    let labels = std::collections::BTreeMap::new();
    FactBody::TurnSaid(TurnSaid { speaker, text: Some(text.to_owned()), agent: None, sentiment: None, labels })
}
