//! The whole `run` lane: `cargo run --release -p plaint-bench --bin lane [facts] [threads]`.
//!
//! A log of generated conversations goes through the lane in memory and on a store with full sync, beside reading
//! alone, which nothing can be faster than.

use std::{
    error::Error,
    fs,
    io::{self, Write},
    path::Path,
    thread::available_parallelism,
    time::{Duration, Instant},
};

use plaint_bench::{line, rulebook};
use road::{
    lanes::{Run, run},
    source::{Heard, Input, Listener, Reading},
    wire::parse_event,
};
use store::Store;

/// Counts what it hears.
#[derive(Default)]
struct Counting {
    facts: u64,
    decisions: u64,
}

impl Listener for Counting {
    fn hear(&mut self, heard: Heard<'_>) -> io::Result<()> {
        match heard {
            Heard::Appended => self.facts += 1,
            Heard::Decided(_) => self.decisions += 1,
            Heard::Bad(line, refusal) => return Err(io::Error::other(format!("line {line}: {refusal}"))),
            Heard::Known | Heard::Leap(..) | Heard::Event(_) | Heard::Progress(..) | Heard::Idle => {}
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let facts: u64 = arguments.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let cores = available_parallelism().map_or(1, usize::from);
    let threads = arguments.next().map_or(Ok(cores), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log.jsonl");
    write_log(&log, facts)?;
    let megabytes = fs::metadata(&log)?.len() / 1_000_000;
    say(&format!("{facts} facts, {megabytes} MB, {threads} threads"))?;

    let reading = Instant::now();
    for event in fs::read(&log)?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        std::hint::black_box(parse_event(event)?);
    }
    say(&format!("{:<24} {:>9.0} facts/s", "reading alone, 1 thread", rate(facts, reading.elapsed())))?;

    let (took, heard) = lane(Store::in_memory()?, &log, threads)?;
    say(&format!("{:<24} {:>9.0} facts/s, {} decisions", "lane in memory", rate(facts, took), heard.decisions))?;
    let (took, _) = lane(Store::open(&folder.path().join("data"))?, &log, threads)?;
    say(&format!("{:<24} {:>9.0} facts/s", "lane with full sync", rate(facts, took)))?;
    Ok(())
}

fn lane(store: Store, log: &Path, threads: usize) -> Result<(Duration, Counting), Box<dyn Error>> {
    let rulebook = rulebook(threads)?;
    let reading = Reading {
        input: Input::File(log.to_owned()),
        connector: None,
        before: Vec::new(),
        backfill: false,
        until: None,
        stepwise: false,
    };
    let mut heard = Counting::default();
    let started = Instant::now();
    run(Run { store, rulebook, threads, reading }, &mut heard)?;
    Ok((started.elapsed(), heard))
}

fn write_log(path: &Path, facts: u64) -> io::Result<()> {
    let mut file = io::BufWriter::new(fs::File::create(path)?);
    let mut text = String::new();
    for n in 0..facts {
        text.clear();
        line(n, &mut text);
        file.write_all(text.as_bytes())?;
    }
    file.flush()
}

fn rate(facts: u64, took: Duration) -> f64 {
    facts as f64 / took.as_secs_f64()
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
