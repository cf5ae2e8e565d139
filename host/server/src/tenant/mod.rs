//! A tenant that is live: its road on a thread of its own, and the way there and back for whoever has a request.

mod activation;
mod generation;
mod start;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use crossbeam_channel::Sender;
use engine::fact::Position;
use road::{
    glance::Glance,
    place::Clock,
    source::{Decided, Receipt, Request, Sent},
    wire::Event,
};
use store::Appended;
use tokio::sync::{broadcast, oneshot};

pub(crate) use activation::{Activated, RolledBack, Wish};
pub(crate) use generation::{Unmade, Upload};
pub(crate) use generation::{Watched, watch};
pub(crate) use start::{Shared, start};

use crate::{
    counted,
    installation::{Connectors, Installation},
    quarantine::Quarantine,
};
use generation::Generations;

/// Events of people that may wait on top of those of sources: a click counts also in a flood.
const PEOPLE_RESERVE: usize = 1_000;

/// See the module.
pub(crate) struct Tenant {
    /// Its name.
    pub(crate) name: String,
    /// Its connectors.
    pub(crate) connectors: Connectors,
    /// What no connector could make sense of.
    pub(crate) quarantine: Quarantine,
    /// What can decide, and what could again.
    pub(crate) generations: Arc<Generations>,
    clock: Clock,
    road: Mutex<Option<Sender<Request>>>,
    waiting: Arc<AtomicUsize>,
    lag_events_max: usize,
    told: broadcast::Sender<Arc<Line>>,
}

/// One decision as the stream tells it.
pub(crate) struct Line {
    /// Its address.
    pub(crate) at: (Position, u32),
    /// Its type.
    pub(crate) kind: &'static str,
    /// The CloudEvent.
    pub(crate) json: String,
}

/// Who sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// A machine.
    Source,
    /// A person who waits.
    Person,
}

/// Why a tenant does not take a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Busy {
    /// Too much waits already.
    Lagging,
    /// Its road has ended.
    Down,
}

/// What became of a request's events, now durable; what is decided about them comes later.
pub(crate) struct Taken {
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) decided: oneshot::Receiver<Decided>,
}

/// So many events wait, as long as this lives.
struct Waiting(Arc<AtomicUsize>, usize);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(self.1, Ordering::SeqCst);
    }
}

impl Tenant {
    /// Its connectors as they are now; whoever holds them ends with these.
    pub(crate) fn installation(&self) -> Arc<Installation> {
        self.connectors.live()
    }

    /// Appends events; answers once they are durable.
    pub(crate) async fn send(&self, events: Vec<Event>, from: From) -> Result<Taken, Busy> {
        let waiting = self.admit(events.len(), from)?;
        let (appended, receipts) = oneshot::channel();
        let (decided, answer) = oneshot::channel();
        let since = Instant::now();
        metrics::histogram!(counted::REQUEST_EVENTS, "tenant" => self.name.clone()).record(events.len() as f64);
        let seconds = metrics::histogram!(counted::DECIDED_SECONDS, "tenant" => self.name.clone());
        let sent = Sent {
            events,
            appended: Box::new(move |receipts| {
                drop(waiting);
                let _ = appended.send(receipts);
            }),
            decided: Some(Box::new(move |told| {
                seconds.record(since.elapsed().as_secs_f64());
                let _ = decided.send(told);
            })),
        };
        self.request(Request::Events(sent))?;
        let receipts: Vec<Receipt> = receipts.await.map_err(|_| Busy::Down)?;
        self.count(&receipts);
        Ok(Taken { receipts, decided: answer })
    }

    /// Looks at the tenant as of one committed position.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Glance<'_>) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (seen, answer) = oneshot::channel();
        self.request(Request::Look(Box::new(move |glance| drop(seen.send(look(glance))))))?;
        answer.await.map_err(|_| Busy::Down)
    }

    /// Appends events of plaint's own from a thread that may wait.
    pub(crate) fn tell_and_wait(&self, events: Vec<Event>) -> Result<(), Busy> {
        let (appended, receipts) = crossbeam_channel::bounded(1);
        let waiting = self.admit(events.len(), From::Person)?;
        let appended = Box::new(move |_| {
            drop(waiting);
            let _ = appended.send(());
        });
        self.request(Request::Events(Sent { events, appended, decided: None }))?;
        receipts.recv().map_err(|_| Busy::Down)
    }

    /// Looks at the tenant from a thread that may wait.
    pub(crate) fn look_and_wait<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Glance<'_>) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (seen, answer) = crossbeam_channel::bounded(1);
        self.request(Request::Look(Box::new(move |glance| drop(seen.send(look(glance))))))?;
        answer.recv().map_err(|_| Busy::Down)
    }

    /// A decision's delivery has come to its end.
    pub(crate) fn settle(&self, position: Position, n: u32) {
        // A road that has ended is told again by the outbox when it begins anew.
        let _ = self.request(Request::Settle(position, n));
    }

    /// Hears of every decision from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<Line>> {
        self.told.subscribe()
    }

    /// The instant its clock shows.
    pub(crate) fn now(&self) -> Option<engine::time::Instant> {
        self.clock.now()
    }

    /// Events that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// Whether sources are asked to come again later.
    pub(crate) fn is_lagging(&self) -> bool {
        self.waiting() > self.lag_events_max
    }

    /// Takes no request any more: the road decides what it has and ends.
    pub(crate) fn close(&self) {
        self.road.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn admit(&self, events: usize, from: From) -> Result<Waiting, Busy> {
        let most = match from {
            From::Source => self.lag_events_max,
            From::Person => self.lag_events_max + PEOPLE_RESERVE,
        };
        let before = self.waiting.fetch_add(events, Ordering::SeqCst);
        let waiting = Waiting(Arc::clone(&self.waiting), events);
        // One request that is larger than all that may wait is taken when nothing does.
        if before == 0 || before + events <= most { Ok(waiting) } else { Err(Busy::Lagging) }
    }

    fn request(&self, request: Request) -> Result<(), Busy> {
        let road = self.road.lock().unwrap_or_else(PoisonError::into_inner).clone();
        road.ok_or(Busy::Down)?.send(request).map_err(|_| Busy::Down)
    }

    fn count(&self, receipts: &[Receipt]) {
        for receipt in receipts {
            let result = match receipt.appended {
                Appended::New(_) => "appended",
                Appended::Known(_) => "known",
                Appended::Conflict { .. } => "conflict",
            };
            metrics::counter!(counted::EVENTS, "tenant" => self.name.clone(), "result" => result).increment(1);
        }
    }
}
