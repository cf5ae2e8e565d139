//! The driver loop. It reads like the table of the road: no stage calls an earlier one.
//!
//! One transaction carries the events that wait and the outcomes that are ready, so the outcomes of a batch are
//! committed with the next one. A batch is a speed-up without meaning: the same facts in batches of any size on
//! any number of threads give the same outcomes, byte for byte.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::{
    entity::{Entity, EntityKey},
    fact::{Fact, FactBody, Position},
    outcome::Outcome,
    step::{Answer, Done, Need, Step},
    time::Instant,
};
use store::{Appended, Checkpoint, Decided, Draft, Store, Write};

use crate::{
    RoadError,
    glance::{self, Glance},
    judges::{self, panic_text},
    place::{Clock, place},
    plugins::Rulebook,
    rulebooks::{Rulebooks, live_in},
    source::{Receipt, Source, Want},
    state::State,
    wire::{Event, Told},
};

/// Facts in one batch: enough to share a disk sync and two threads, little enough to wait for.
pub const BATCH_FACTS: usize = 1_000;
/// The state is written at least every so many positions: what a restart folds again.
const CHECKPOINT_POSITIONS: u64 = 50_000;

/// The road of one tenant: its log, its state, its rules.
pub struct Road {
    store: Store,
    state: State,
    rulebook: Rulebook,
    drive: Drive,
    last_at: Instant,
    ready: Vec<Decided>,
    told: Vec<Told>,
    since_checkpoint: u64,
}

/// How a road is driven.
#[derive(Clone, Debug)]
pub struct Drive {
    /// Where `at` comes from.
    pub clock: Clock,
    /// Threads that measure.
    pub threads: usize,
    /// Facts in one batch.
    pub batch_facts: usize,
}

impl Road {
    /// Drives until the source is over and everything it told is committed.
    ///
    /// # Errors
    /// When the store, the source or the listener fails, or a plugin overruns where that is an error.
    pub fn drive(&mut self, source: &mut dyn Source) -> Result<(), RoadError> {
        loop {
            let events = source.receive(self.want())?; //                                     1, 2 receive, normalise
            let over = events.is_none();
            let (facts, receipts) = self.append(events.unwrap_or_default())?; //              3 append, 6 commit
            let told = std::mem::take(&mut self.told);
            source.tell(receipts, told, &self.glance())?; //                                  7, 8 deliver, show
            self.settle(&source.settled())?; //                                               7 delivered
            self.swap(source.swapped());
            self.judge(&facts)?; //                                                           4, 5 measure, decide
            if over && self.ready.is_empty() {
                return Ok(());
            }
        }
    }
}

impl Road {
    /// Opens the road on a log: folds what was decided since the last checkpoint, without any plugin, and
    /// decides what was appended and not decided, each fact by the generation that was live there.
    ///
    /// # Errors
    /// When the store fails, a generation cannot be had, or a plugin overruns where that is an error.
    pub fn open(store: Store, rulebooks: impl Into<Rulebooks>, drive: Drive) -> Result<Self, RoadError> {
        let mut rulebooks = rulebooks.into();
        let mut state = State::new(store.dues()?, store.listed()?);
        crate::lanes::fold_recorded(&store, store.checkpoint(), &mut state)?;
        if !state.holds(&EntityKey::Generations) {
            state.hold(vec![EntityKey::Generations], store.load(&[EntityKey::Generations])?);
        }
        let rulebook = rulebooks.find(live_in(&state))?;
        let last_at = store.last_at().unwrap_or_default();
        let since_checkpoint = store.decided().0.saturating_sub(store.checkpoint().0);
        let (ready, told) = (Vec::new(), Vec::new());
        let mut road = Road { store, state, rulebook, drive, last_at, ready, told, since_checkpoint };
        let undecided = road.store.read(Position(road.store.decided().0 + 1), usize::MAX)?;
        road.fetch(&undecided)?;
        let is_swap = |fact: &Fact| matches!(fact.body, FactBody::GenerationActivated(_));
        for facts in undecided.chunk_by(|_, next| !is_swap(next)) {
            let swapped = facts.first().map(|first| rulebooks.swapped(first, &road.state)).transpose()?;
            road.swap(swapped.flatten());
            road.judge(facts)?;
        }
        Ok(road)
    }

    /// Another generation decides from the next fact on.
    fn swap(&mut self, rulebook: Option<Rulebook>) {
        if let Some(rulebook) = rulebook {
            self.rulebook = rulebook;
        }
    }

    /// Measures and decides facts of one generation.
    fn judge(&mut self, facts: &[Fact]) -> Result<(), RoadError> {
        let rulebook = self.rulebook.clone();
        let steps = judges::measure(facts, &rulebook, &self.state, self.drive.threads)?;
        self.decide(facts, steps)
    }

    /// Writes the state as it is and gives the store back.
    ///
    /// # Errors
    /// When the store fails.
    pub fn close(mut self) -> Result<Store, RoadError> {
        self.since_checkpoint = CHECKPOINT_POSITIONS;
        self.append(Vec::new())?;
        Ok(self.store)
    }

    /// What can be read of the tenant: complete as of the last committed outcome, as long as none is ready.
    fn glance(&self) -> Glance<'_> {
        Glance::new(&self.store, &self.state, self.rulebook.policy())
    }

    /// The instant of the latest fact.
    pub fn last_at(&self) -> Instant {
        self.last_at
    }

    fn want(&self) -> Want {
        Want { most: self.drive.batch_facts, ready: !self.ready.is_empty(), next_due: self.state.next_due() }
    }

    /// Places events in time and appends them, in the transaction that commits what is ready.
    fn append(&mut self, events: Vec<Event>) -> Result<(Vec<Fact>, Vec<Receipt>), RoadError> {
        let drafts: Vec<Draft> = events.into_iter().map(|event| self.draft(event)).collect();
        let checkpoint = self.checkpoint();
        let appended = self.store.write(Write { drafts: &drafts, outcomes: &self.ready, checkpoint })?;
        self.since_checkpoint += self.ready.len() as u64;
        self.ready.clear();
        let mut facts = Vec::new();
        let mut receipts = Vec::new();
        for (draft, appended) in drafts.into_iter().zip(appended) {
            receipts.push(Receipt { source: draft.source.clone(), id: draft.id.clone(), appended });
            if let Appended::New(position) = appended {
                facts.push(draft.into_fact(position));
            }
        }
        self.fetch(&facts)?;
        Ok((facts, receipts))
    }

    /// Takes deliveries that have come to their end out of the outbox.
    fn settle(&mut self, deliveries: &[(Position, u32)]) -> Result<(), RoadError> {
        if deliveries.is_empty() { Ok(()) } else { Ok(self.store.settle(deliveries)?) }
    }

    fn draft(&mut self, event: Event) -> Draft {
        let draft = place(event, self.last_at, &self.drive.clock);
        self.last_at = draft.at;
        draft
    }

    /// The state, when it is time to write it and it stands exactly where the ready outcomes end.
    fn checkpoint(&mut self) -> Option<Checkpoint> {
        let position = self.ready.last().map_or(self.store.decided(), |decided| decided.position);
        let due = self.since_checkpoint + self.ready.len() as u64 >= CHECKPOINT_POSITIONS;
        if !due || position == self.store.checkpoint() {
            return None;
        }
        self.since_checkpoint = 0;
        Some(Checkpoint { position, changed: self.state.take_dirty() })
    }

    /// Brings what these facts and what is due by then will need into memory.
    fn fetch(&mut self, facts: &[Fact]) -> Result<(), RoadError> {
        let missing = self.state.missing(facts);
        let entities = self.store.load(&missing)?;
        self.state.hold(missing, entities);
        Ok(())
    }

    fn decide(&mut self, facts: &[Fact], steps: Vec<Step<'_>>) -> Result<(), RoadError> {
        for (fact, step) in facts.iter().zip(steps) {
            let done = self.decide_one(fact, step)?;
            self.state.put(done.changed);
            self.tell(fact, &done.outcome);
            self.ready.push(Decided { position: fact.position, outcome: done.outcome });
        }
        Ok(())
    }
}

impl Road {
    /// A step that fails is dropped whole, and time passes all the same.
    fn decide_one(&mut self, fact: &Fact, step: Step<'_>) -> Result<Done, RoadError> {
        let reason = match self.attempt(fact, step) {
            Ok(done) => return done,
            Err(reason) => reason,
        };
        let rulebook = self.rulebook.clone();
        self.attempt(fact, Step::poisoned(rulebook.policy(), fact, reason.clone())).unwrap_or_else(|_| {
            // What was due fails by itself: it is let be until its owner's next fact brings it back.
            self.state.drop_dues(fact.at);
            let outcome = Outcome { poisoned: Some(reason), ..Outcome::default() };
            Ok(Done { outcome, changed: Vec::new() })
        })
    }

    /// Finishes a step; a panic is a reason.
    fn attempt(&mut self, fact: &Fact, step: Step<'_>) -> Result<Result<Done, RoadError>, String> {
        catch_unwind(AssertUnwindSafe(|| self.finish(fact, step))).map_err(|panic| panic_text(&*panic))
    }

    /// The serial half of a step.
    fn finish(&mut self, fact: &Fact, mut step: Step<'_>) -> Result<Done, RoadError> {
        let mut answer = Answer::Dues(self.state.dues(fact.at));
        loop {
            answer = match step.next(answer) {
                Need::Load(keys) => Answer::Entities(self.load(&keys)?),
                Need::Dues(until) => Answer::Dues(self.state.dues(until)),
                Need::Open => Answer::Open(self.state.open_books()),
                Need::Ask(_) => Answer::Answers(Vec::new()),
                Need::Read(_) => Answer::Readings(Vec::new()),
                Need::Route(questions) => {
                    let mut notes = Vec::new();
                    let routes = self.rulebook.ask(&questions, &mut notes)?;
                    step.guarded(notes);
                    Answer::Routes(routes)
                }
                Need::Done(done) => return Ok(done),
            }
        }
    }

    fn load(&mut self, keys: &[EntityKey]) -> Result<Vec<Option<Entity>>, RoadError> {
        let missing: Vec<EntityKey> = keys.iter().filter(|key| !self.state.holds(key)).copied().collect();
        if !missing.is_empty() {
            let entities = self.store.load(&missing)?;
            self.state.hold(missing, entities);
        }
        Ok(keys.iter().map(|key| self.state.get(key)).collect())
    }

    /// Keeps the decisions to be told once they are committed, each with its subject in the source's words.
    fn tell(&mut self, fact: &Fact, outcome: &Outcome) {
        for (decision, n) in outcome.decisions().zip(0..) {
            let book = self.state.get(&EntityKey::Book(decision.subject));
            self.told.push(glance::told(fact, outcome.generation, (n, decision), book));
        }
    }
}
