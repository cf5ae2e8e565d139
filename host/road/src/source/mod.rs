//! Sources: where a lane's events come from, and where the answers go.

mod file;
mod lines;
mod live;
mod list;

pub use file::{FileSource, Heard, Input, LEAP, Listener, Reading};
pub use list::ListSource;
pub use live::{Activate, Decided, LiveSource, Look, Reply, Request, Sent, Stream};

use engine::{
    fact::{FactBody, Position, TimePassed},
    time::Instant,
};
use store::Appended;

use crate::{
    RoadError, Rulebook,
    glance::Glance,
    wire::{Event, Told, spell_instant},
};

/// What the road wants of a source.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// At most so many events.
    pub most: usize,
    /// Outcomes wait to be committed: a source that would have to wait gives an empty batch instead.
    pub ready: bool,
    /// When the state next changes by nothing but time.
    pub next_due: Option<Instant>,
}

/// What became of one event.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Who told it.
    pub source: String,
    /// The source's id of it.
    pub id: String,
    /// Where it stands, or why not.
    pub appended: Appended,
}

/// Where a lane's events come from, and where the answers go.
pub trait Source {
    /// The next events; `None` when there will be no more.
    ///
    /// # Errors
    /// When the input cannot be read at all; a single bad event is the source's own to report.
    fn receive(&mut self, want: Want) -> Result<Option<Vec<Event>>, RoadError>;

    /// What became of the events just received, in their order, and what was decided, now committed; whoever has
    /// something to ask may look now.
    ///
    /// # Errors
    /// When nobody can be told.
    fn tell(&mut self, receipts: Vec<Receipt>, decided: Vec<Told>, glance: &Glance<'_>) -> Result<(), RoadError>;

    /// The rulebook that decides from the first of the events just received on, where there is another one.
    fn swapped(&mut self) -> Option<Rulebook> {
        None
    }

    /// Deliveries that have come to their end since it was last asked: `(position, n)` of their decisions.
    fn settled(&mut self) -> Vec<(Position, u32)> {
        Vec::new()
    }
}

/// A wake-up: nothing happened but time.
pub(crate) fn time_passed(at: Instant) -> Event {
    let (id, subject) = (format!("time/{}", at.0), format!("time/{}", spell_instant(at)));
    Event { time: Some(at), ..Event::of("plaint", id, subject, FactBody::TimePassed(TimePassed {})) }
}
