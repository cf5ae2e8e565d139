//! Live: events come through a channel, each sender is told what became of its own.

use std::{collections::VecDeque, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use engine::fact::Position;
use store::Appended;

use super::{Receipt, Source, Want, time_passed};
use crate::{
    RoadError,
    place::Clock,
    wire::{Event, Told},
};

/// Longest wait for news when nothing is due: a clock that is set by hand is looked at this often.
const WAIT_MAX: Duration = Duration::from_millis(50);

/// Events somebody sends.
pub struct Request {
    /// One or more; appended together.
    pub events: Vec<Event>,
    /// Told once they are durable.
    pub appended: Sender<Vec<Receipt>>,
    /// Told once they are decided and that is durable.
    pub decided: Option<Sender<Decided>>,
}

/// What was decided about the events of a request.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// The positions.
    pub positions: Vec<Position>,
    /// The decisions made at them, in order.
    pub told: Vec<Told>,
}

/// A request whose events were just given to the road.
struct Given {
    events: usize,
    appended: Sender<Vec<Receipt>>,
    decided: Option<Sender<Decided>>,
}

/// A channel as a source. It is over when every sender is gone.
pub struct LiveSource {
    requests: Receiver<Request>,
    clock: Clock,
    given: Vec<Given>,
    undecided: VecDeque<(Sender<Decided>, Decided)>,
    stream: Option<Sender<Told>>,
}

impl LiveSource {
    /// Receives from `requests`; every decision also goes to `stream`.
    pub fn new(requests: Receiver<Request>, clock: Clock, stream: Option<Sender<Told>>) -> Self {
        LiveSource { requests, clock, given: Vec::new(), undecided: VecDeque::new(), stream }
    }

    /// The first request, or `None` when there is none in time.
    fn wait(&self, want: Want) -> Result<Option<Request>, RecvTimeoutError> {
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
}

impl Source for LiveSource {
    fn receive(&mut self, want: Want) -> Result<Option<Vec<Event>>, RoadError> {
        let first = match self.wait(want) {
            Ok(first) => first,
            Err(_) if want.ready => return Ok(Some(Vec::new())),
            Err(_) => return Ok(None),
        };
        let mut events = Vec::new();
        let due = want.next_due.filter(|due| self.clock.now().is_some_and(|now| *due <= now));
        if let (None, Some(due)) = (&first, due) {
            events.push(time_passed(due));
        }
        let mut next = first;
        while let Some(request) = next {
            let Request { events: sent, appended, decided } = request;
            self.given.push(Given { events: sent.len(), appended, decided });
            events.extend(sent);
            next = if events.len() < want.most { self.requests.try_recv().ok() } else { None };
        }
        Ok(Some(events))
    }

    fn tell(&mut self, receipts: Vec<Receipt>, decided: Vec<Told>) -> Result<(), RoadError> {
        for told in &decided {
            for (_, waits) in &mut self.undecided {
                if waits.positions.contains(&told.position) {
                    waits.told.push(told.clone());
                }
            }
        }
        for (sender, decided) in self.undecided.drain(..) {
            let _ = sender.send(decided);
        }
        let mut receipts = receipts.into_iter();
        for request in self.given.drain(..) {
            let own: Vec<Receipt> = receipts.by_ref().take(request.events).collect();
            if let Some(sender) = request.decided {
                let positions = own.iter().filter_map(|receipt| match receipt.appended {
                    Appended::New(position) => Some(position),
                    Appended::Known(_) | Appended::Conflict { .. } => None,
                });
                self.undecided.push_back((sender, Decided { positions: positions.collect(), told: Vec::new() }));
            }
            let _ = request.appended.send(own);
        }
        if let Some(stream) = &self.stream {
            decided.into_iter().for_each(|told| drop(stream.send(told)));
        }
        Ok(())
    }
}
