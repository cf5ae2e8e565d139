//! A gate: so many may be inside at once; the next one waits outside, before its own clock starts.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The gate.
pub(crate) struct Gate {
    room: Mutex<Room>,
    freed: Condvar,
}

struct Room {
    free: usize,
    /// Waking nobody is a system call too.
    waiting: usize,
}

/// The right to be inside; dropped, it lets the next one in.
pub(crate) struct Pass(Arc<Gate>);

impl Gate {
    /// A gate for `free` at once.
    pub(crate) fn new(free: usize) -> Arc<Self> {
        Arc::new(Gate { room: Mutex::new(Room { free, waiting: 0 }), freed: Condvar::new() })
    }

    /// Waits until there is room.
    pub(crate) fn enter(self: &Arc<Self>) -> Pass {
        let mut room = self.lock();
        room.waiting += 1;
        room = self.freed.wait_while(room, |room| room.free == 0).unwrap_or_else(PoisonError::into_inner);
        room.waiting -= 1;
        room.free -= 1;
        Pass(Arc::clone(self))
    }

    fn lock(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut room = self.0.lock();
        room.free += 1;
        if room.waiting > 0 {
            self.0.freed.notify_one();
        }
    }
}
