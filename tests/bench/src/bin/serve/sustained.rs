//! As much as the server takes: a few connections, each with its next batch on the way as soon as one is decided.

use std::{
    error::Error,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use plaint_bench::{Shape, event, server::Server};

use crate::connection::Connection;

/// Events in one request.
pub(crate) const BATCH: u64 = 500;
/// Requests on the way at the same time: the road always has its next batch waiting.
const CONNECTIONS: u64 = 8;

/// What was taken.
pub(crate) struct Load {
    pub(crate) events: u64,
    passed: Duration,
}

impl Load {
    /// Events decided, and that durably, a second.
    pub(crate) fn rate(&self) -> f64 {
        self.events as f64 / self.passed.as_secs_f64()
    }
}

/// Sends until `enough` says so of the events sent and the time passed.
pub(crate) fn load(
    server: &Server,
    shape: Shape,
    enough: &(dyn Fn(u64, Duration) -> bool + Sync),
) -> Result<Load, Box<dyn Error>> {
    let (next, began) = (AtomicU64::new(0), Instant::now());
    thread::scope(|scope| {
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| -> Result<(), Box<dyn Error + Send + Sync>> {
                    let kind = "application/cloudevents-batch+json";
                    let mut connection = Connection::open(&server.address, &server.token, kind)?;
                    let mut body = String::new();
                    while !enough(next.load(Ordering::Relaxed), began.elapsed()) {
                        write(next.fetch_add(BATCH, Ordering::Relaxed), shape, &mut body);
                        connection.send(&body)?;
                    }
                    Ok(())
                })
            })
            .collect();
        senders.into_iter().try_for_each(|sender| sender.join().map_err(|_| "a sender broke off")?)
    })
    .map_err(|error: Box<dyn Error + Send + Sync>| error.to_string())?;
    Ok(Load { events: next.into_inner(), passed: began.elapsed() })
}

fn write(from: u64, shape: Shape, body: &mut String) {
    body.clear();
    for n in from..from + BATCH {
        body.push(if n == from { '[' } else { ',' });
        event(n, shape, "", body);
    }
    body.push(']');
}
