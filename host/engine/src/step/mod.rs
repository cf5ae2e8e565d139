//! One fact, one step.
//!
//! A step holds no world: it says what it [`Need`]s and is given values. It measures first (one contact's facts
//! and plugins' answers, parallel across contacts), then decides (serial, everything due before the fact first).
//! Its result is a copy of what changed: a step that fails is dropped whole.

mod rebuild;

pub use rebuild::{rebuild, rebuild_keys};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    alert::{Book, Change, Deciding, Looked, refusal},
    condition::Scope,
    contact::{Contact, Measured},
    decision::{Decision, DecisionBody, OperatorAlerted},
    entity::{Entity, EntityKey},
    fact::{Fact, SubjectKind},
    id::Id,
    outcome::{Outcome, RuleAnswer},
    rule::{Answered, Policy},
    time::Instant,
};

/// What a step needs next.
#[derive(Debug)]
pub enum Need {
    /// The values of these entities, in this order.
    Load(Vec<EntityKey>),
    /// Plugins' answers, in this order.
    Ask(Vec<Question>),
    /// Measuring is over: the contact is as [`Step::contact`] says. To decide, the step needs everything due by now.
    Dues(Instant),
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
    /// To [`Need::Ask`].
    Answers(Vec<Answered>),
    /// To [`Need::Dues`].
    Dues(Vec<(Instant, EntityKey)>),
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
    asked: Vec<usize>,
    answers: Vec<(usize, Answered)>,
    dues: BTreeSet<(Instant, EntityKey)>,
    books: BTreeMap<Id, Book>,
    home: Option<Id>,
    loading: Vec<EntityKey>,
    poisoned: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Begin,
    Contact,
    Ask,
    Dues,
    Books,
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
            asked: Vec::new(),
            answers: Vec::new(),
            dues: BTreeSet::new(),
            books: BTreeMap::new(),
            home: None,
            loading: Vec::new(),
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

    /// Goes on with the answer to what was needed last.
    pub fn next(&mut self, answer: Answer) -> Need {
        match (self.stage, answer) {
            (Stage::Begin, _) if self.poisoned.is_none() && self.about() == SubjectKind::Contact => {
                self.stage = Stage::Contact;
                Need::Load(vec![EntityKey::Contact(self.fact.subject_id())])
            }
            (Stage::Begin, _) => self.measured(),
            (Stage::Contact, Answer::Entities(entities)) => self.measure(entities),
            (Stage::Ask, Answer::Answers(answers)) => {
                self.answers = self.asked.drain(..).zip(answers).collect();
                self.measured()
            }
            (Stage::Dues, Answer::Dues(dues)) => self.gather(dues),
            (Stage::Books, Answer::Entities(entities)) => self.open_books(entities),
            (stage, answer) => unreachable!("a step in {stage:?} was given {answer:?}"),
        }
    }

    fn about(&self) -> SubjectKind {
        self.fact.body.kind().about()
    }

    fn measure(&mut self, entities: Vec<Option<Entity>>) -> Need {
        let known = entities.into_iter().flatten().find_map(|entity| match entity {
            Entity::Contact(contact) => Some(contact),
            Entity::Book(_) | Entity::Home(_) => None,
        });
        let mut contact = known.unwrap_or_else(|| Arc::new(Contact::first_seen(self.fact)));
        Arc::make_mut(&mut contact).fold(self.fact);
        let measured = contact.measured();
        let questions = self.questions(&contact, &measured);
        (self.contact, self.measured) = (Some(contact), Some(measured));
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

    fn gather(&mut self, dues: Vec<(Instant, EntityKey)>) -> Need {
        self.dues = dues.into_iter().collect();
        let mut keys: Vec<EntityKey> = self.dues.iter().map(|(_, key)| *key).collect();
        if self.poisoned.is_none() {
            match self.about() {
                SubjectKind::Contact => keys.push(EntityKey::Book(self.fact.subject_id())),
                SubjectKind::Alert | SubjectKind::Command => keys.push(EntityKey::Home(self.fact.subject_id())),
                SubjectKind::Other => {}
            }
        }
        keys.sort();
        keys.dedup();
        self.load(keys)
    }

    fn load(&mut self, keys: Vec<EntityKey>) -> Need {
        if keys.is_empty() {
            return self.decide();
        }
        self.stage = Stage::Books;
        self.loading.clone_from(&keys);
        Need::Load(keys)
    }

    fn open_books(&mut self, entities: Vec<Option<Entity>>) -> Need {
        for (key, entity) in std::mem::take(&mut self.loading).into_iter().zip(entities) {
            match (key, entity) {
                (EntityKey::Book(id), Some(Entity::Book(book))) => {
                    self.books.insert(id, Arc::unwrap_or_clone(book));
                }
                (EntityKey::Book(id), _) => {
                    self.books.insert(id, Book::new(id));
                }
                (EntityKey::Home(_), Some(Entity::Home(contact))) => self.home = Some(contact),
                (EntityKey::Home(_) | EntityKey::Contact(_), _) => {}
            }
        }
        match self.home {
            Some(contact) if !self.books.contains_key(&contact) => self.load(vec![EntityKey::Book(contact)]),
            Some(_) | None => self.decide(),
        }
    }

    fn decide(&mut self) -> Need {
        self.stage = Stage::Over;
        let mut changes = Vec::new();
        self.fire_dues(&mut changes);
        match &self.poisoned {
            Some(reason) => changes.push(self.decided(OperatorAlerted { reason: reason.clone() })),
            None => match self.about() {
                SubjectKind::Contact => self.look(&mut changes),
                SubjectKind::Alert | SubjectKind::Command => self.answer(&mut changes),
                SubjectKind::Other => {}
            },
        }
        Need::Done(self.done(changes))
    }

    /// Everything due by now, in the order it is due; what that makes due by now as well.
    fn fire_dues(&mut self, changes: &mut Vec<Change>) {
        while let Some((at, key)) = self.dues.pop_first() {
            let EntityKey::Book(id) = key else { continue };
            let Some(book) = self.books.get_mut(&id) else { continue };
            Deciding { policy: self.policy, book, changes, at }.fire_due();
            if let Some(due) = book.due().filter(|due| *due <= self.fact.at && *due > at) {
                self.dues.insert((due, key));
            }
        }
    }

    fn look(&mut self, changes: &mut Vec<Change>) {
        let (Some(contact), Some(measured)) = (&self.contact, &self.measured) else { return };
        let Some(book) = self.books.get_mut(&self.fact.subject_id()) else { return };
        let turn = contact.window.turn(&self.fact.id);
        let looked = Looked { fact: self.fact, measured, turn, answers: &self.answers };
        Deciding { policy: self.policy, book, changes, at: self.fact.at }.look(looked);
    }

    fn answer(&mut self, changes: &mut Vec<Change>) {
        let about = self.fact.subject_id();
        // What was due just now may have raised or ordered what the fact answers.
        let just_now = || {
            rebuild::homes(changes).find_map(|(key, home)| match home {
                Entity::Home(contact) if key == EntityKey::Home(about) => Some(contact),
                Entity::Home(_) | Entity::Contact(_) | Entity::Book(_) => None,
            })
        };
        match self.home.or_else(just_now).and_then(|home| self.books.get_mut(&home)) {
            Some(book) => {
                Deciding { policy: self.policy, book, changes, at: self.fact.at }.answer(about, &self.fact.body);
            }
            None => {
                let what = if self.about() == SubjectKind::Alert { "a known alert" } else { "a known order" };
                let body = refusal(about, "find", what, "unknown");
                changes.push(Change::Decided(Box::new(Decision { at: self.fact.at, subject: about, body })));
            }
        }
    }

    fn decided(&self, alerted: OperatorAlerted) -> Change {
        let body = DecisionBody::OperatorAlerted(alerted);
        Change::Decided(Box::new(Decision { at: self.fact.at, subject: self.fact.subject_id(), body }))
    }

    fn done(&mut self, changes: Vec<Change>) -> Done {
        let mut changed: Vec<(EntityKey, Entity)> = self.contact().into_iter().collect();
        changed.extend(rebuild::homes(&changes));
        let books = std::mem::take(&mut self.books).into_iter();
        changed.extend(books.map(|(id, book)| (EntityKey::Book(id), Entity::Book(Arc::new(book)))));
        changed.sort_by_key(|(key, _)| *key);
        let rule = |place: usize| self.policy.rules[place].id.clone();
        let answers = std::mem::take(&mut self.answers).into_iter();
        let outcome = Outcome {
            generation: self.policy.generation,
            answers: answers.map(|(place, answer)| RuleAnswer { rule: rule(place), answer }).collect(),
            changes,
            poisoned: self.poisoned.clone(),
        };
        Done { outcome, changed }
    }
}
