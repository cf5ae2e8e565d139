//! Live: requests come through a channel, each sender is told what became of its own; who only looks is shown.

use std::{collections::BTreeMap, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use engine::fact::Position;
use store::Appended;

use super::{Receipt, Source, Want, time_passed};
use crate::{
    RoadError, Rulebook,
    glance::Glance,
    place::Clock,
    wire::{Event, Told},
};

/// Longest wait for news when nothing is due: a clock that is set by hand is looked at this often.
const WAIT_MAX: Duration = Duration::from_millis(50);

/// What somebody wants of a tenant that is live.
pub enum Request {
    /// To be taken in.
    Events(Sent),
    /// To be shown something between two batches.
    Look(Look),
    /// That a decision's delivery has come to its end: it leaves the outbox.
    Settle(Position, u32),
    /// That another generation decides from here on.
    Activate(Box<Activate>),
}

/// Another generation.
pub struct Activate {
    /// The fact that says so.
    pub event: Event,
    /// The generation, ready to decide.
    pub rulebook: Rulebook,
    /// Told once it has decided about its own activation and that is durable.
    pub decided: Reply<Decided>,
}

/// Events somebody sends.
pub struct Sent {
    /// Appended together.
    pub events: Vec<Event>,
    /// Told once they are durable.
    pub appended: Reply<Vec<Receipt>>,
    /// Told once they are decided and that is durable.
    pub decided: Option<Reply<Decided>>,
}

/// Takes an answer; called by the road, so it must not wait. Dropped unheard when the road ends.
pub type Reply<T> = Box<dyn FnOnce(T) + Send>;

/// Looks and takes what it wants along.
pub type Look = Box<dyn FnOnce(&Glance<'_>) + Send>;

/// Hears of every decision once it is committed; called by the road, so it must not wait.
pub type Stream = Box<dyn FnMut(Vec<Told>) + Send>;

/// What was decided about the events of a request.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// The positions of the events, those that were known included.
    pub positions: Vec<Position>,
    /// The decisions made at them, in order.
    pub told: Vec<Told>,
}

/// A request whose events were just given to the road.
struct Given {
    events: usize,
    appended: Reply<Vec<Receipt>>,
    decided: Option<Reply<Decided>>,
}

/// Where the events of a request stand, and whether they were known before.
type Positions = BTreeMap<Position, bool>;

/// A channel as a source. It is over when every sender is gone.
pub struct LiveSource {
    requests: Receiver<Request>,
    clock: Clock,
    given: Vec<Given>,
    looks: Vec<Look>,
    settled: Vec<(Position, u32)>,
    undecided: Vec<(Reply<Decided>, Positions)>,
    /// It begins the next batch: a batch is decided by one generation.
    next: Option<Box<Activate>>,
    swapped: Option<Rulebook>,
    stream: Option<Stream>,
}

impl LiveSource {
    /// Receives from `requests`; every decision also goes to `stream`.
    pub fn new(requests: Receiver<Request>, clock: Clock, stream: Option<Stream>) -> Self {
        LiveSource {
            requests,
            clock,
            given: Vec::new(),
            looks: Vec::new(),
            settled: Vec::new(),
            undecided: Vec::new(),
            next: None,
            swapped: None,
            stream,
        }
    }

    /// The first request, or `None` when there is none in time.
    fn wait(&mut self, want: Want) -> Result<Option<Request>, RecvTimeoutError> {
        if let Some(activate) = self.next.take() {
            return Ok(Some(Request::Activate(activate)));
        }
        if want.ready {
            return self.requests.try_recv().map_or_else(
                |error| if error.is_disconnected() { Err(RecvTimeoutError::Disconnected) } else { Ok(None) },
                |request| Ok(Some(request)),
            );
        }
        let now = self.clock.now();
        let until_due = want.next_due.zip(now).map(|(due, now)| due.since(now).0.max(0));
        let timeout = until_due.and_then(|millis| u64::try_from(millis).ok()).map_or(WAIT_MAX, Duration::from_millis);
        match self.requests.recv_timeout(timeout.min(WAIT_MAX)) {
            Ok(request) => Ok(Some(request)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(RecvTimeoutError::Disconnected),
        }
    }

    /// Tells those whose events were appended a batch ago: now they are decided, and so is what was known before.
    fn tell_decided(&mut self, decided: &[Told], glance: &Glance<'_>) -> Result<(), RoadError> {
        let mut fresh: BTreeMap<Position, Vec<&Told>> = BTreeMap::new();
        decided.iter().for_each(|told| fresh.entry(told.position).or_default().push(told));
        for (reply, positions) in self.undecided.drain(..) {
            let mut told = Vec::new();
            for (position, was_known) in &positions {
                match fresh.get(position) {
                    Some(fresh) => told.extend(fresh.iter().copied().cloned()),
                    None if *was_known => told.extend(glance.decisions_at(*position)?),
                    None => {}
                }
            }
            reply(Decided { positions: positions.into_keys().collect(), told });
        }
        Ok(())
    }

    /// Gives the fact of an activation to the road, and keeps the rulebook until it is asked for.
    fn begin_with(&mut self, activate: Box<Activate>) -> Event {
        let Activate { event, rulebook, decided } = *activate;
        self.given.push(Given { events: 1, appended: Box::new(drop), decided: Some(decided) });
        self.swapped = Some(rulebook);
        event
    }

    fn tell_appended(&mut self, receipts: Vec<Receipt>) {
        let mut receipts = receipts.into_iter();
        for request in self.given.drain(..) {
            let own: Vec<Receipt> = receipts.by_ref().take(request.events).collect();
            if let Some(reply) = request.decided {
                let positions = own.iter().filter_map(|receipt| match receipt.appended {
                    Appended::New(position) => Some((position, false)),
                    Appended::Known(position) => Some((position, true)),
                    Appended::Conflict { .. } => None,
                });
                self.undecided.push((reply, positions.collect()));
            }
            (request.appended)(own);
        }
    }
}

impl Source for LiveSource {
    fn receive(&mut self, want: Want) -> Result<Option<Vec<Event>>, RoadError> {
        let first = match self.wait(want) {
            Ok(first) => first,
            Err(_) if want.ready || !self.undecided.is_empty() => return Ok(Some(Vec::new())),
            Err(_) => return Ok(None),
        };
        let mut events = Vec::new();
        let mut next = first;
        while let Some(request) = next {
            match request {
                Request::Events(Sent { events: sent, appended, decided }) => {
                    self.given.push(Given { events: sent.len(), appended, decided });
                    events.extend(sent);
                }
                Request::Look(look) => self.looks.push(look),
                Request::Settle(position, n) => self.settled.push((position, n)),
                Request::Activate(activate) if events.is_empty() => events.push(self.begin_with(activate)),
                Request::Activate(activate) => {
                    self.next = Some(activate);
                    break;
                }
            }
            next = if events.len() < want.most { self.requests.try_recv().ok() } else { None };
        }
        let due = want.next_due.filter(|due| self.clock.now().is_some_and(|now| *due <= now));
        events.extend(due.filter(|_| events.is_empty()).map(time_passed));
        Ok(Some(events))
    }

    fn tell(&mut self, receipts: Vec<Receipt>, decided: Vec<Told>, glance: &Glance<'_>) -> Result<(), RoadError> {
        self.tell_decided(&decided, glance)?;
        self.tell_appended(receipts);
        self.looks.drain(..).for_each(|look| look(glance));
        if let Some(stream) = self.stream.as_mut().filter(|_| !decided.is_empty()) {
            stream(decided);
        }
        Ok(())
    }

    fn swapped(&mut self) -> Option<Rulebook> {
        self.swapped.take()
    }

    fn settled(&mut self) -> Vec<(Position, u32)> {
        std::mem::take(&mut self.settled)
    }
}
