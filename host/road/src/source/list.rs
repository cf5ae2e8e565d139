//! A list of events that are already in memory: for tests and benches.

use super::{Receipt, Source, Want};
use crate::{
    RoadError,
    glance::Glance,
    wire::{Event, Told},
};

/// See the module.
#[derive(Debug, Default)]
pub struct ListSource {
    events: std::collections::VecDeque<Event>,
    /// What became of them.
    pub receipts: Vec<Receipt>,
    /// What was decided.
    pub decided: Vec<Told>,
}

impl ListSource {
    /// These events, in this order.
    pub fn new(events: Vec<Event>) -> Self {
        ListSource { events: events.into(), ..ListSource::default() }
    }
}

impl Source for ListSource {
    fn receive(&mut self, want: Want) -> Result<Option<Vec<Event>>, RoadError> {
        let count = want.most.min(self.events.len());
        let batch: Vec<Event> = self.events.drain(..count).collect();
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn tell(&mut self, receipts: Vec<Receipt>, decided: Vec<Told>, _: &Glance<'_>) -> Result<(), RoadError> {
        self.receipts.extend(receipts);
        self.decided.extend(decided);
        Ok(())
    }
}
