//! Measures `plaint serve`: `cargo run --release -p plaint-bench --bin serve [facts] [open contacts] [seconds]`.
//!
//! The server is the real one, built beside this program; the generator shares its cores. A small run,
//! `serve 20000 1000 2`, takes seconds. What is printed is a table for the README.

mod bare;
mod connection;
mod offered;
mod sustained;

use std::{env, error::Error, time::Duration};

use plaint_bench::{Shape, USUAL, server::Server};

/// Events a second that are offered, each in a request of its own.
const RATES: [u64; 3] = [500, 2_000, 5_000];
/// A contact of the large load says this much at most and never ends.
const FACTS_OF_AN_OPEN_CONTACT: u64 = 1 << 20;

/// What is measured, by size.
struct Size {
    facts: u64,
    open_contacts: u64,
    seconds: u64,
}

#[expect(clippy::print_stdout, reason = "a measure reports to whoever runs it")]
fn main() -> Result<(), Box<dyn Error>> {
    let size = size()?;
    let dir = tempfile::Builder::new().prefix("plaint-bench-").tempdir()?;
    let mut server = Server::start(dir.path(), "source")?;
    println!("| measure | figure |\n|---|---|");

    let span = Duration::from_secs(size.seconds);
    let usual = sustained::load(&server, USUAL, &|sent, passed| sent >= size.facts || passed >= span)?;
    println!("| durable decisions a second, batches of {} | {:.0} |", sustained::BATCH, usual.rate());
    for rate in RATES {
        let latency = offered::at(&server, rate, span)?;
        println!("| receipt to decision at {rate} events/s offered | {latency} |");
    }
    server.stop()?;
    let (bare, rows) = bare::rate(dir.path())?;
    println!("| the same {rows} rows into a bare SQLite table, a second | {bare:.0} |");
    println!("| decisions ÷ bare rows | {:.2} |", usual.rate() / bare);

    let large = tempfile::Builder::new().prefix("plaint-bench-").tempdir()?;
    server = Server::start(large.path(), "source")?;
    let shape = Shape { open_contacts: size.open_contacts, facts_of_a_contact: FACTS_OF_AN_OPEN_CONTACT };
    let loaded = sustained::load(&server, shape, &|sent, _| sent >= size.facts)?;
    let what = format!("{} facts, {} open contacts", loaded.events, size.open_contacts);
    println!("| {what}: durable decisions a second | {:.0} |", loaded.rate());
    println!("| memory of the server then (most so far) | {} |", server.memory()?);
    server.stop()?;
    server = Server::start(large.path(), "source")?;
    println!("| start on that data until it answers | {:.2} s |", server.started.as_secs_f64());
    println!("| memory after that start (most so far) | {} |", server.memory()?);
    server.stop()?;
    Ok(())
}

fn size() -> Result<Size, Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let mut next = |usual: u64| words.next().map_or(Ok(usual), |word| word.parse());
    Ok(Size { facts: next(1_000_000)?, open_contacts: next(50_000)?, seconds: next(10)? })
}
