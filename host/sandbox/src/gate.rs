//! A gate: so many may be inside at once; the next one waits outside, before its own clock starts. A queue: so many
//! may wait for one plugin, so that its callers are not the callers of all.

use std::sync::{
    Arc, Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

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

/// Who waits for one plugin.
pub(crate) struct Queue {
    waiting: AtomicUsize,
    most: usize,
}

impl Queue {
    pub(crate) fn new(most: usize) -> Self {
        Queue { waiting: AtomicUsize::new(0), most }
    }

    /// Goes through the gate: at once, or after waiting where that is allowed.
    pub(crate) fn enter(&self, gate: &Arc<Gate>) -> Option<Pass> {
        if let Some(pass) = gate.enter_at_once() {
            return Some(pass);
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let pass = (before < self.most).then(|| gate.enter());
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        pass
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How many may.
    pub(crate) fn most(&self) -> usize {
        self.most
    }
}

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

    /// Goes in where nobody has to be waited for.
    fn enter_at_once(self: &Arc<Self>) -> Option<Pass> {
        let mut room = self.lock();
        room.free = room.free.checked_sub(1)?;
        Some(Pass(Arc::clone(self)))
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

#[cfg(test)]
mod tests {
    use super::{Gate, Queue};

    #[test]
    fn a_full_queue_lets_nobody_wait() {
        let (gate, none, one) = (Gate::new(1), Queue::new(0), Queue::new(1));
        let inside = none.enter(&gate);
        assert!(inside.is_some());
        assert!(none.enter(&gate).is_none());
        std::thread::scope(|scope| {
            let patient = scope.spawn(|| one.enter(&gate).is_some());
            while one.waiting() == 0 {
                std::thread::yield_now();
            }
            assert!(one.enter(&gate).is_none());
            drop(inside);
            assert!(patient.join().unwrap());
        });
        assert_eq!((none.waiting(), one.waiting()), (0, 0));
        assert!(none.enter(&gate).is_some());
    }
}
