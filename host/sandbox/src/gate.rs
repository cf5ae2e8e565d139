//! A gate: so many may be inside at once; the next one waits outside, before its own clock starts.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// The gate.
pub(crate) struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

/// The right to be inside; dropped, it lets the next one in.
pub(crate) struct Pass(Arc<Gate>);

impl Gate {
    /// A gate for `room` at once.
    pub(crate) fn new(room: usize) -> Arc<Self> {
        Arc::new(Gate { free: Mutex::new(room), freed: Condvar::new() })
    }

    /// Waits until there is room.
    pub(crate) fn enter(self: &Arc<Self>) -> Pass {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Pass(Arc::clone(self))
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
