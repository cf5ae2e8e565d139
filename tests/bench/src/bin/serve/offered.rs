//! As much as is offered: each event has its instant, and its latency counts from there, whether or not a connection
//! was free to send it then. A server that falls behind shows it in every event that had to wait.

use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use plaint_bench::{Shape, event, server::Server};

use crate::connection::Connection;

/// Connections: more than are on the way at the same time while the server keeps up.
const CONNECTIONS: usize = 64;
/// After so many times the span the rest is given up: the server is saturated.
const PATIENCE: u32 = 3;
/// Contacts that are open at the same time.
const SHAPE: Shape = Shape { open_contacts: 200, facts_of_a_contact: 20 };
/// Events of this load begin here, those of the sustained load far below.
const FIRST: u64 = 1 << 40;

/// How long events took.
pub(crate) struct Latency {
    sorted: Vec<Duration>,
    offered: u64,
}

/// Offers so many events a second for a while.
pub(crate) fn at(server: &Server, rate: u64, span: Duration) -> Result<Latency, Box<dyn Error>> {
    let (next, offered) = (AtomicU64::new(0), rate * span.as_secs());
    let began = Instant::now();
    // Each rate has its own events; a contact of one rate is none of another's.
    let first = FIRST * rate;
    let took = thread::scope(|scope| {
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| -> Result<Vec<Duration>, Box<dyn Error + Send + Sync>> {
                    let kind = "application/cloudevents+json";
                    let mut connection = Connection::open(&server.address, &server.token, kind)?;
                    let (mut took, mut body) = (Vec::new(), String::new());
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= offered || began.elapsed() > span * PATIENCE {
                            return Ok(took);
                        }
                        let due = began + Duration::from_nanos(n * 1_000_000_000 / rate);
                        wait(due);
                        body.clear();
                        event(first + n, SHAPE, "", &mut body);
                        connection.send(&body)?;
                        took.push(due.elapsed());
                    }
                })
            })
            .collect();
        let took: Result<Vec<Vec<Duration>>, Box<dyn Error + Send + Sync>> =
            senders.into_iter().map(|sender| sender.join().map_err(|_| "a sender broke off")?).collect();
        took
    });
    let mut sorted = took.map_err(|error| error.to_string())?.concat();
    sorted.sort_unstable();
    Ok(Latency { sorted, offered })
}

fn wait(due: Instant) {
    loop {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        thread::park_timeout(left);
    }
}

impl Latency {
    fn share(&self, share: f64) -> f64 {
        let last = self.sorted.len().saturating_sub(1);
        let place = (last as f64 * share).round() as usize;
        self.sorted.get(place).map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "p50 {:.1} ms, p99 {:.1} ms", self.share(0.5), self.share(0.99))?;
        let done = self.sorted.len() as u64;
        if done < self.offered { write!(out, " (saturated: {done} of {})", self.offered) } else { Ok(()) }
    }
}
