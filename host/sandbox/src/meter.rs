//! The meter: what one instance has taken, and the refusal of more. It is the data of the instance's store.

use std::{fmt, time::Duration};

use wasmtime::{ResourceLimiter, Result};

use crate::limits::{INSTANCES, Limits, MEMORIES, TABLES};

/// What one instance has taken.
pub(crate) struct Meter {
    memory_bytes: Total,
    table_elements: Total,
    cpu: Cpu,
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

/// CPU time of the thread that runs the guest: waiting, for a slot or for the machine, costs the guest nothing.
struct Cpu {
    limit: Duration,
    /// The thread's CPU time at the first tick of this call; no call that is over by then costs a reading.
    since: Option<Duration>,
}

/// The guest has spent its CPU time.
#[derive(Debug)]
pub(crate) struct CpuSpent {
    pub(crate) limit: Duration,
}

impl Meter {
    pub(crate) fn new(limits: &Limits, cpu: Duration) -> Self {
        Meter {
            memory_bytes: Total::new(limits.memory_bytes),
            table_elements: Total::new(limits.table_elements),
            cpu: Cpu { limit: cpu, since: None },
        }
    }

    /// A call begins.
    pub(crate) fn begin_call(&mut self) {
        self.cpu.since = None;
    }

    /// The clock ticked while the guest runs.
    pub(crate) fn tick(&mut self) -> Result<(), CpuSpent> {
        let now = thread_cpu_time();
        let since = *self.cpu.since.get_or_insert(now);
        if now.saturating_sub(since) >= self.cpu.limit { Err(CpuSpent { limit: self.cpu.limit }) } else { Ok(()) }
    }

    /// Bytes over all memories.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory_bytes.taken
    }

    /// What was refused to it, for a person.
    pub(crate) fn refused(&self) -> Option<String> {
        let said = |total: &Total, what| {
            total.refused.map(|asked| format!("it asked for {asked} {what}, the limit is {}", total.limit))
        };
        said(&self.memory_bytes, "bytes of memory").or_else(|| said(&self.table_elements, "table elements"))
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

impl fmt::Display for CpuSpent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "more than {:?} of CPU time", self.limit)
    }
}

impl std::error::Error for CpuSpent {}

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
