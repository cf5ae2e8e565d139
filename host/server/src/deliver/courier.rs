//! The courier of a tenant: takes what is to be delivered, finds the channel, tries until it is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use engine::{
    decision::DecisionBody,
    fact::{CommandFailed, DeliveryAttempted, FactBody, Position},
    id::Id,
};
use road::wire::{Event, Told};
use sandbox::{Delivered, Delivery};

use super::{
    Channel,
    backoff::{ATTEMPTS_MAX, wait},
    channel::kind,
    render::{Rendered, delivery_id, render},
};
use crate::{
    chance,
    tenant::{Busy, Tenant},
};

/// Who tells of attempts.
const SOURCE: &str = "plaint.delivery";
/// Attempts made at once: a channel that hangs does not hold up the others.
const AT_ONCE_MAX: usize = 8;
/// Deliveries that are kept in memory; more wait in the outbox.
const WAITING_MAX: usize = 10_000;
/// A thread that runs plugins.
const STACK_BYTES: usize = 2 * 1024 * 1024;
/// The road is asked again this long after it could not take what the courier tells.
const AGAIN: Duration = Duration::from_millis(200);

/// The address of a decision.
type Address = (Position, u32);

/// A delivery on its way.
#[derive(Clone)]
struct Job {
    told: Told,
    /// The channel's id: which connector that is, is looked up for each attempt.
    channel: String,
    id: Id,
    attempt: u32,
}

/// What came of an attempt.
struct Attempted {
    job: Job,
    outcome: Outcome,
}

enum Outcome {
    Delivered,
    Accepted(String),
    Again(Option<Duration>, String),
    Refused(String),
    Overtaken,
    Withdrawn,
    /// The road has ended: nothing can be told any more.
    Down,
}

struct Courier {
    tenant: Arc<Tenant>,
    known: BTreeSet<Address>,
    waiting: BTreeMap<(Instant, Address), Job>,
    at_work: usize,
    done: (Sender<Attempted>, Receiver<Attempted>),
    /// There may be more in the outbox than was kept in memory.
    more: bool,
}

/// Starts the courier; it ends when the road does.
pub(crate) fn start(tenant: Arc<Tenant>, told: Receiver<Told>) -> Result<(), String> {
    let name = format!("courier-{}", tenant.name);
    let mut courier =
        Courier { tenant, known: BTreeSet::new(), waiting: BTreeMap::new(), at_work: 0, done: unbounded(), more: true };
    let spawned = thread::Builder::new().name(name).spawn(move || courier.run(&told));
    spawned.map(drop).map_err(|error| error.to_string())
}

impl Courier {
    fn run(&mut self, told: &Receiver<Told>) {
        loop {
            if self.more && self.known.is_empty() && self.recall().is_err() {
                return;
            }
            self.send_due();
            let due = self.waiting.first_key_value().map(|((due, _), _)| *due);
            let timeout = due.map_or(Duration::MAX, |due| due.saturating_duration_since(Instant::now()));
            crossbeam_channel::select! {
                recv(told) -> told => match told {
                    Ok(told) => self.take(told),
                    Err(_) => return,
                },
                recv(self.done.1) -> attempted => {
                    if let Ok(attempted) = attempted
                        && self.finish(attempted).is_err()
                    {
                        return;
                    }
                },
                default(timeout.min(Duration::from_secs(60))) => {}
            }
        }
    }

    /// What stood in the outbox before.
    fn recall(&mut self) -> Result<(), Busy> {
        let undelivered = self.tenant.look_and_wait(|glance| glance.undelivered(WAITING_MAX))?;
        let undelivered = undelivered.unwrap_or_else(|error| {
            tracing::error!(problem = error.to_string(), "the outbox cannot be read");
            Vec::new()
        });
        self.more = undelivered.len() == WAITING_MAX;
        undelivered.into_iter().for_each(|told| self.take(told));
        Ok(())
    }

    fn take(&mut self, told: Told) {
        let address = (told.position, told.n);
        if self.known.len() >= WAITING_MAX {
            self.more = true;
            return;
        }
        if !self.known.insert(address) {
            return;
        }
        let body = &told.decision.body;
        match self.tenant.installation().taking(&told.source, body) {
            Some(channel) => {
                let id = delivery_id(body, &channel.id);
                let job = Job { told, channel: channel.id.clone(), id, attempt: 1 };
                self.waiting.insert((Instant::now(), address), job);
            }
            None => self.leave(&told),
        }
    }

    /// No channel takes it: people read alerts in the stream. An order to a connector that does not carry it out has
    /// failed; a source that is no connector of the house reads its orders in the stream.
    fn leave(&mut self, told: &Told) {
        let mut events = Vec::new();
        if let DecisionBody::InterventionOrdered(ordered) = &told.decision.body
            && self.tenant.installation().channel(&told.source).is_some()
        {
            let word = ordered.intervention.word();
            let reason = format!("no connector of source `{}` carries out `{word}`", told.source);
            events.push(failed(ordered.command, reason));
        }
        let address = (told.position, told.n);
        if events.is_empty() || self.tell(events).is_ok() {
            self.settle(address);
        }
    }

    fn send_due(&mut self) {
        while self.at_work < AT_ONCE_MAX {
            let Some(entry) = self.waiting.first_entry().filter(|entry| entry.key().0 <= Instant::now()) else {
                return;
            };
            let job = entry.remove();
            let Some(channel) = self.channel(&job) else {
                // Its channel is not there any more: another one takes it, or none.
                self.known.remove(&(job.told.position, job.told.n));
                self.take(job.told);
                continue;
            };
            self.at_work += 1;
            let (tenant, done) = (Arc::clone(&self.tenant), self.done.0.clone());
            let spawned = thread::Builder::new().name("delivery".into()).stack_size(STACK_BYTES).spawn({
                let job = job.clone();
                move || {
                    let outcome = attempt(&tenant, &channel, &job);
                    let _ = done.send(Attempted { job, outcome });
                }
            });
            if let Err(error) = spawned {
                let outcome = Outcome::Again(None, error.to_string());
                let _ = self.done.0.send(Attempted { job, outcome });
            }
        }
    }

    /// The channel of a delivery as it is now; an attempt that has begun ends with what it began with.
    fn channel(&self, job: &Job) -> Option<Arc<Channel>> {
        let channel = self.tenant.installation().channel(&job.channel).cloned();
        channel.filter(|channel| channel.takes(&job.told.source, &job.told.decision.body))
    }

    /// The attempt becomes a fact, and the delivery goes on or comes to its end.
    fn finish(&mut self, attempted: Attempted) -> Result<(), Busy> {
        self.at_work -= 1;
        let Attempted { job, outcome } = attempted;
        let address = (job.told.position, job.told.n);
        let (result, answer, wait_for) = match outcome {
            Outcome::Delivered => ("delivered", None, None),
            Outcome::Accepted(correlation) => ("accepted", Some(correlation), None),
            Outcome::Overtaken => ("overtaken", None, None),
            Outcome::Withdrawn => ("withdrawn", None, None),
            Outcome::Refused(reason) => ("refused", Some(reason), None),
            Outcome::Again(_, reason) if job.attempt >= ATTEMPTS_MAX => ("dead", Some(reason), None),
            Outcome::Again(asked, reason) => ("retry", Some(reason), Some(wait(job.id, job.attempt, asked))),
            Outcome::Down => return Err(Busy::Down),
        };
        metrics::counter!(crate::counted::DELIVERIES, "tenant" => self.tenant.name.clone(), "result" => result)
            .increment(1);
        let mut events = vec![attempt_fact(&job, result, answer.clone())];
        if let (DecisionBody::InterventionOrdered(ordered), "refused" | "dead") = (&job.told.decision.body, result) {
            events.push(failed(ordered.command, answer.unwrap_or_default()));
        }
        self.tell(events)?;
        match wait_for {
            Some(wait) => {
                let next = Job { attempt: job.attempt + 1, ..job };
                self.waiting.insert((Instant::now() + wait, address), next);
            }
            None => self.settle(address),
        }
        Ok(())
    }

    fn settle(&mut self, address: Address) {
        self.known.remove(&address);
        self.tenant.settle(address.0, address.1);
    }

    /// Tells the log; a road that is busy is asked again, one that has ended is not.
    fn tell(&self, events: Vec<Event>) -> Result<(), Busy> {
        loop {
            match self.tenant.tell_and_wait(events.clone()) {
                Ok(()) => return Ok(()),
                Err(Busy::Down) => return Err(Busy::Down),
                Err(Busy::Lagging) => thread::park_timeout(AGAIN),
            }
        }
    }
}

fn attempt(tenant: &Tenant, channel: &Channel, job: &Job) -> Outcome {
    let told = job.told.clone();
    let rendered = match tenant.look_and_wait(move |glance| render(glance, &told)) {
        Ok(Ok(rendered)) => rendered,
        Ok(Err(error)) => return Outcome::Again(None, error.to_string()),
        Err(_) => return Outcome::Down,
    };
    let (body, kind) = match (rendered, kind(&job.told.decision.body)) {
        (Rendered::Body(body), Some(kind)) => (body, kind),
        (Rendered::Withdrawn, _) => return Outcome::Withdrawn,
        (Rendered::Body(_) | Rendered::Overtaken, _) => return Outcome::Overtaken,
    };
    let delivery = Delivery { id: job.id.to_string(), kind, attempt: job.attempt, body };
    let walk = channel.exchange.walk();
    match channel.connector.deliver(&delivery, &mut |need| walk.answer(need)) {
        Ok(Delivered::Delivered) => Outcome::Delivered,
        Ok(Delivered::Accepted(correlation)) => Outcome::Accepted(correlation),
        Ok(Delivered::RetryAfter(after)) => {
            let after = after.and_then(|after| u64::try_from(after.0).ok()).map(Duration::from_millis);
            Outcome::Again(after, "the channel asks to come again".into())
        }
        Ok(Delivered::Refused(reason)) => Outcome::Refused(reason),
        Err(error) => Outcome::Again(None, format!("failed to {error}")),
    }
}

fn attempt_fact(job: &Job, result: &str, answer: Option<String>) -> Event {
    let body = FactBody::DeliveryAttempted(DeliveryAttempted {
        delivery: job.id.to_string(),
        result: result.to_owned(),
        answer,
    });
    event(format!("delivery/{}", job.id), body)
}

fn failed(command: Id, reason: String) -> Event {
    event(format!("command/{command}"), FactBody::CommandFailed(CommandFailed { reason: Some(reason) }))
}

/// A fact of the courier's own. Its id is new each time: the same attempt is never told twice.
fn event(subject: String, body: FactBody) -> Event {
    Event::of(SOURCE, chance::id(), subject, body)
}
