//! The meter: what one instance has taken, and the refusal of more. It is the data of the instance's store.

use std::time::{Duration, Instant};

use engine::absence::Absence;
use wasmtime::{ResourceLimiter, Result};

use crate::{
    error::Overrun,
    limits::{Allowance, INSTANCES, MEMORIES, TABLES},
};

/// What one instance has taken.
pub(crate) struct Meter {
    memory_bytes: Total,
    table_elements: Total,
    time: Time,
}

/// The sum over all memories, or over all tables, of an instance.
struct Total {
    taken: usize,
    limit: usize,
    /// The growth allowed last: it is taken back when the allocator then fails.
    allowed_last: usize,
    /// The most that was asked for in vain.
    refused: Option<usize>,
}

/// Both clocks of a call. Waiting, for a slot or for another caller, comes before and costs the guest nothing.
struct Time {
    cpu_limit: Duration,
    wall_limit: Duration,
    /// When the call began.
    began: Instant,
    /// The thread's CPU time at the first tick of this call; no call that is over by then costs a reading.
    cpu_since: Option<Duration>,
}

impl Meter {
    pub(crate) fn new(allowance: &Allowance, table_elements: usize) -> Self {
        let time =
            Time { cpu_limit: allowance.cpu, wall_limit: allowance.wall, began: Instant::now(), cpu_since: None };
        Meter { memory_bytes: Total::new(allowance.memory_bytes), table_elements: Total::new(table_elements), time }
    }

    /// A call begins.
    pub(crate) fn begin_call(&mut self) {
        self.time.cpu_since = None;
        self.time.began = Instant::now();
    }

    /// When the call began.
    pub(crate) fn began(&self) -> Instant {
        self.time.began
    }

    /// Memory it has: memories never shrink.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory_bytes.taken
    }

    /// The clock ticked while the guest runs.
    pub(crate) fn tick(&mut self) -> Result<(), Overrun> {
        let now = thread_cpu_time();
        let Time { cpu_limit, wall_limit, began, cpu_since } = &mut self.time;
        if now.saturating_sub(*cpu_since.get_or_insert(now)) >= *cpu_limit {
            return Err(Overrun::Cpu { limit: *cpu_limit });
        }
        if began.elapsed() >= *wall_limit { Err(Overrun::Wall { limit: *wall_limit }) } else { Ok(()) }
    }

    /// What was refused to it, and the same for a person.
    pub(crate) fn refused(&self) -> Option<(Absence, String)> {
        let said = |total: &Total, cause, what| {
            let text = |asked| format!("it asked for {asked} {what}, the limit is {}", total.limit);
            total.refused.map(|asked| (cause, text(asked)))
        };
        let memory = said(&self.memory_bytes, Absence::Memory, "bytes of memory");
        memory.or_else(|| said(&self.table_elements, Absence::Table, "table elements"))
    }
}

impl Total {
    fn new(limit: usize) -> Self {
        Total { taken: 0, limit, allowed_last: 0, refused: None }
    }

    fn grow(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> bool {
        self.allowed_last = 0;
        let more = desired.saturating_sub(current);
        let total = self.taken.saturating_add(more);
        if total > self.limit {
            self.refused = self.refused.max(Some(total));
            return false;
        }
        if maximum.is_some_and(|maximum| desired > maximum) {
            return false;
        }
        (self.taken, self.allowed_last) = (total, more);
        true
    }

    fn take_back(&mut self) {
        self.taken -= std::mem::take(&mut self.allowed_last);
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        Ok(self.memory_bytes.grow(current, desired, maximum))
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> Result<()> {
        self.memory_bytes.take_back();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        Ok(self.table_elements.grow(current, desired, maximum))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> Result<()> {
        self.table_elements.take_back();
        Ok(())
    }

    fn instances(&self) -> usize {
        INSTANCES as usize
    }

    fn tables(&self) -> usize {
        TABLES as usize
    }

    fn memories(&self) -> usize {
        MEMORIES as usize
    }
}

#[cfg(unix)]
fn thread_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Where the system has no such clock in reach, the time that passes stands in for it.
#[cfg(not(unix))]
fn thread_cpu_time() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::Total;

    #[test]
    fn several_memories_share_one_limit() {
        let mut total = Total::new(100);
        assert!(total.grow(0, 60, None));
        assert!(!total.grow(0, 60, None));
        assert_eq!(total.refused, Some(120));
        assert!(total.grow(60, 100, None));
        total.take_back();
        assert!(!total.grow(60, 70, Some(65)));
        assert_eq!(total.taken, 60);
    }
}
