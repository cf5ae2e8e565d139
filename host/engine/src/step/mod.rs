//! One fact, one step.
//!
//! A step holds no world: it says what it [`Need`]s and is given values. It measures first (one contact's facts,
//! analyzers' readings and plugins' answers, parallel across contacts), then decides (serial, everything due before
//! the fact first). Its result is a copy of what changed: a step that fails is dropped whole.

mod casework;
mod decide;
mod people;
mod rebuild;
mod world;

pub use rebuild::{rebuild, rebuild_keys};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    condition::Scope,
    contact::{Contact, Measured, Reading, ReadingAnswer, Text},
    entity::{Entity, EntityKey},
    fact::{Fact, FactBody, Speaker, SubjectKind},
    guard::Guarded,
    outcome::{AnalyzerAnswer, Outcome, RuleAnswer},
    rule::{Answered, Brief, Policy, RouteAnswer},
    time::Instant,
};
use decide::{Attempt, MeasuredContact};
use world::World;

/// What a step needs next.
#[derive(Debug)]
pub enum Need {
    /// The values of these entities, in this order.
    Load(Vec<EntityKey>),
    /// What analyzers say, in this order.
    Read(Vec<ReadQuestion>),
    /// Plugins' answers, in this order.
    Ask(Vec<Question>),
    /// Measuring is over: the contact is as [`Step::contact`] says. To decide, the step needs everything due by now.
    Dues(Instant),
    /// The books that another generation may find in another light: of contacts that are not over, and all with
    /// something due.
    Open,
    /// What routing policies say, in this order.
    Route(Vec<RouteQuestion>),
    /// It is done.
    Done(Done),
}

/// What a step is given.
#[derive(Debug)]
pub enum Answer {
    /// Nothing yet.
    Begin,
    /// To [`Need::Load`].
    Entities(Vec<Option<Entity>>),
    /// To [`Need::Read`].
    Readings(Vec<ReadingAnswer>),
    /// To [`Need::Ask`].
    Answers(Vec<Answered>),
    /// To [`Need::Dues`].
    Dues(Vec<(Instant, EntityKey)>),
    /// To [`Need::Open`].
    Open(Vec<EntityKey>),
    /// To [`Need::Route`].
    Routes(Vec<RouteAnswer>),
}

/// A question to a plugin about one contact.
#[derive(Clone, Debug)]
pub struct Question {
    /// The rule's place in the policy.
    pub rule: usize,
    /// The contact.
    pub contact: Arc<Contact>,
    /// What is measured of it.
    pub measured: Measured,
    /// When.
    pub now: Instant,
}

/// A text for an analyzer.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadQuestion {
    /// The analyzer's place in the policy.
    pub analyzer: usize,
    /// When.
    pub now: Instant,
    /// The text.
    pub text: Text,
}

/// A case for a routing policy.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteQuestion {
    /// The row's place in the decision table.
    pub route: usize,
    /// When.
    pub now: Instant,
    /// The case.
    pub brief: Brief,
}

/// What a step made.
#[derive(Debug)]
pub struct Done {
    /// For the log.
    pub outcome: Outcome,
    /// For the state: only what changed.
    pub changed: Vec<(EntityKey, Entity)>,
}

/// The walk of one fact.
#[derive(Debug)]
pub struct Step<'a> {
    policy: &'a Policy,
    fact: &'a Fact,
    stage: Stage,
    contact: Option<Arc<Contact>>,
    measured: Option<Measured>,
    read: Vec<(usize, ReadingAnswer)>,
    readings: Vec<Reading>,
    answers: Vec<(usize, Answered)>,
    /// The rules, or analyzers, that were asked.
    asked: Vec<usize>,
    dues: BTreeSet<(Instant, EntityKey)>,
    /// The books to look through, where the fact swaps the generation.
    open: Vec<EntityKey>,
    held: BTreeMap<EntityKey, Option<Entity>>,
    loading: Vec<EntityKey>,
    routes: Vec<RouteAnswer>,
    guards: Vec<Guarded>,
    poisoned: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Begin,
    Contact,
    Read,
    Ask,
    Dues,
    Open,
    Decide,
    Over,
}

impl<'a> Step<'a> {
    /// The step of `fact` under `policy`.
    pub fn begin(policy: &'a Policy, fact: &'a Fact) -> Self {
        Step {
            policy,
            fact,
            stage: Stage::Begin,
            contact: None,
            measured: None,
            read: Vec::new(),
            readings: Vec::new(),
            answers: Vec::new(),
            asked: Vec::new(),
            dues: BTreeSet::new(),
            open: Vec::new(),
            held: BTreeMap::new(),
            loading: Vec::new(),
            routes: Vec::new(),
            guards: Vec::new(),
            poisoned: None,
        }
    }

    /// The step of a fact whose own step failed: time passes, nothing is measured, the operator is told.
    pub fn poisoned(policy: &'a Policy, fact: &'a Fact, reason: String) -> Self {
        Step { poisoned: Some(reason), ..Step::begin(policy, fact) }
    }

    /// The contact as this fact left it, once measured.
    pub fn contact(&self) -> Option<(EntityKey, Entity)> {
        let contact = Arc::clone(self.contact.as_ref()?);
        Some((EntityKey::Contact(self.fact.subject_id()), Entity::Contact(contact)))
    }

    /// Takes note of what stood between its questions and the plugins.
    pub fn guarded(&mut self, guards: Vec<Guarded>) {
        self.guards.extend(guards);
    }

    /// Goes on with the answer to what was needed last.
    pub fn next(&mut self, answer: Answer) -> Need {
        match (self.stage, answer) {
            (Stage::Begin, _) if self.poisoned.is_some() => self.measured(),
            (Stage::Begin, _) if self.about() == SubjectKind::Contact => {
                self.stage = Stage::Contact;
                Need::Load(vec![EntityKey::Contact(self.fact.subject_id())])
            }
            (Stage::Begin, _) => self.ask_analyzers(),
            (Stage::Contact, Answer::Entities(entities)) => self.fold(entities),
            (Stage::Read, Answer::Readings(readings)) => self.take_readings(readings),
            (Stage::Ask, Answer::Answers(answers)) => {
                self.answers = self.asked.drain(..).zip(answers).collect();
                self.measured()
            }
            (Stage::Dues, Answer::Dues(dues)) => {
                self.dues = dues.into_iter().collect();
                self.look_around()
            }
            (Stage::Open, Answer::Open(open)) => {
                self.open = open;
                self.gather()
            }
            (Stage::Decide, Answer::Entities(entities)) => {
                self.held.extend(std::mem::take(&mut self.loading).into_iter().zip(entities));
                self.decide()
            }
            (Stage::Decide, Answer::Routes(routes)) => {
                self.routes.extend(routes);
                self.decide()
            }
            (stage, answer) => unreachable!("a step in {stage:?} was given {answer:?}"),
        }
    }

    fn about(&self) -> SubjectKind {
        self.fact.body.kind().about()
    }
}

/// Measuring.
impl Step<'_> {
    fn fold(&mut self, entities: Vec<Option<Entity>>) -> Need {
        let known = entities.into_iter().flatten().find_map(|entity| match entity {
            Entity::Contact(contact) => Some(contact),
            Entity::Book(_)
            | Entity::Home(_)
            | Entity::Directory(_)
            | Entity::Holder(_)
            | Entity::Case(_)
            | Entity::Workload(_)
            | Entity::Generations(_) => None,
        });
        let mut contact = known.unwrap_or_else(|| Arc::new(Contact::first_seen(self.fact)));
        Arc::make_mut(&mut contact).fold(self.fact);
        self.contact = Some(contact);
        self.ask_analyzers()
    }

    /// Has the words read, where the fact brings new ones.
    fn ask_analyzers(&mut self) -> Need {
        let Some(text) = self.text() else { return self.ask_rules() };
        let is_complaint = matches!(self.fact.body, FactBody::ComplaintFiled(_));
        let analyzers = self.policy.analyzers.iter().enumerate();
        let reads = analyzers.filter(|(_, analyzer)| is_complaint || analyzer.speakers.contains(&text.speaker));
        let questions: Vec<ReadQuestion> =
            reads.map(|(analyzer, _)| ReadQuestion { analyzer, now: self.fact.at, text: text.clone() }).collect();
        if questions.is_empty() {
            return self.ask_rules();
        }
        self.stage = Stage::Read;
        self.asked = questions.iter().map(|question| question.analyzer).collect();
        Need::Read(questions)
    }

    /// The words this fact brings: a turn as the window now has it, or a complaint.
    fn text(&self) -> Option<Text> {
        if let FactBody::ComplaintFiled(filed) = &self.fact.body {
            return Some(Text { speaker: Speaker::Customer, text: filed.text.as_str().into() });
        }
        let turn = self.contact.as_ref()?.window.turn(&self.fact.id)?;
        let is_new = matches!(self.fact.body, FactBody::TurnSaid(_)) && turn.revision == self.fact.revision;
        let text = turn.text.as_ref().filter(|_| is_new)?;
        Some(Text { speaker: turn.speaker, text: Arc::clone(text) })
    }

    fn take_readings(&mut self, answers: Vec<ReadingAnswer>) -> Need {
        self.read = self.asked.drain(..).zip(answers).collect();
        let readings = self.read.iter().filter_map(|(_, answer)| match answer {
            ReadingAnswer::Read(reading) => Some(reading.clone()),
            ReadingAnswer::Abstained(_) => None,
        });
        self.readings = readings.collect();
        if let Some(contact) = &mut self.contact {
            let contact = Arc::make_mut(contact);
            self.readings.iter().for_each(|reading| contact.read(&self.fact.id, reading));
        }
        self.ask_rules()
    }

    fn ask_rules(&mut self) -> Need {
        let Some(contact) = self.contact.clone() else { return self.measured() };
        let measured = contact.measured();
        let questions = self.questions(&contact, &measured);
        self.measured = Some(measured);
        if questions.is_empty() {
            return self.measured();
        }
        self.stage = Stage::Ask;
        self.asked = questions.iter().map(|question| question.rule).collect();
        Need::Ask(questions)
    }

    fn questions(&self, contact: &Arc<Contact>, measured: &Measured) -> Vec<Question> {
        let turn = contact.window.turn(&self.fact.id);
        let scope = Scope { turn, ..Scope::of(self.fact.at, measured) };
        let rules = self.policy.rules.iter().enumerate();
        rules
            .filter(|(_, rule)| rule.ask.is_some() && rule.looks_at(&self.fact.body))
            .filter(|(_, rule)| rule.when.holds(&scope) == Some(true))
            .map(|(rule, _)| Question {
                rule,
                contact: Arc::clone(contact),
                measured: measured.clone(),
                now: self.fact.at,
            })
            .collect()
    }

    fn measured(&mut self) -> Need {
        self.stage = Stage::Dues;
        Need::Dues(self.fact.at)
    }
}

/// Deciding.
impl Step<'_> {
    /// A swap of generations is the one fact that concerns everything open.
    fn look_around(&mut self) -> Need {
        if self.poisoned.is_none() && matches!(self.fact.body, FactBody::GenerationActivated(_)) {
            self.stage = Stage::Open;
            return Need::Open;
        }
        self.gather()
    }

    /// What an attempt will look up in any case is asked for at once.
    fn gather(&mut self) -> Need {
        let mut keys: BTreeSet<EntityKey> = self.dues.iter().map(|(_, key)| *key).collect();
        keys.extend(&self.open);
        if self.poisoned.is_none() {
            let subject = self.fact.subject_id();
            keys.extend(match self.about() {
                SubjectKind::Contact => Some(EntityKey::Book(subject)),
                SubjectKind::Alert | SubjectKind::Command => Some(EntityKey::Home(subject)),
                SubjectKind::Case => Some(EntityKey::Case(subject)),
                SubjectKind::Other => None,
            });
        }
        if !keys.is_empty() {
            keys.extend([EntityKey::Directory, EntityKey::Generations]);
        }
        self.held.extend(self.contact().map(|(key, contact)| (key, Some(contact))));
        self.load(keys.into_iter().collect())
    }

    fn load(&mut self, keys: Vec<EntityKey>) -> Need {
        if keys.is_empty() {
            return self.decide();
        }
        self.stage = Stage::Decide;
        self.loading.clone_from(&keys);
        Need::Load(keys)
    }

    /// One attempt; what it lacks is asked for, and then it is made again.
    fn decide(&mut self) -> Need {
        self.stage = Stage::Decide;
        let mut attempt = Attempt {
            policy: self.policy,
            fact: self.fact,
            world: World::over(self.held.clone()),
            changes: Vec::new(),
            routes: &self.routes,
            routed: 0,
            asked: None,
            readings: &self.readings,
            open: &self.open,
        };
        attempt.fire_dues(self.dues.clone());
        self.guards.iter().filter_map(|guard| guard.alert.clone()).for_each(|alert| attempt.tell_operator(alert));
        match &self.poisoned {
            Some(reason) => attempt.tell_operator(reason.clone()),
            None => {
                let measured = self.contact.as_ref().zip(self.measured.as_ref());
                attempt.take_in(measured.map(|(contact, measured)| MeasuredContact {
                    contact,
                    measured,
                    answers: &self.answers,
                }));
            }
        }
        let Attempt { mut world, changes, asked, .. } = attempt;
        let missing = world.missing();
        if !missing.is_empty() {
            return self.load(missing);
        }
        if let Some(question) = asked {
            return Need::Route(vec![question]);
        }
        if let Some((key, contact)) = self.contact() {
            world.put(key, contact);
        }
        Need::Done(self.done(changes, world))
    }

    fn done(&mut self, changes: Vec<crate::alert::Change>, world: World) -> Done {
        self.stage = Stage::Over;
        let rule = |place: usize| self.policy.rules[place].id.clone();
        let analyzer = |place: usize| self.policy.analyzers[place].ask.plugin.clone();
        let answers = std::mem::take(&mut self.answers).into_iter();
        let read = std::mem::take(&mut self.read).into_iter();
        let outcome = Outcome {
            generation: self.policy.generation,
            answers: answers.map(|(place, answer)| RuleAnswer { rule: rule(place), answer }).collect(),
            readings: read.map(|(place, answer)| AnalyzerAnswer { analyzer: analyzer(place), answer }).collect(),
            routes: std::mem::take(&mut self.routes),
            guards: std::mem::take(&mut self.guards),
            changes,
            poisoned: self.poisoned.clone(),
        };
        Done { outcome, changed: world.into_changed() }
    }
}
