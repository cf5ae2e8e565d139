//! What a language costs: `target/debug/languages` after `cargo build --workspace --all-targets`.
//!
//! The same rule, `long-wait`, on the same contact: as a native function, and as a component made of Rust, JavaScript
//! and Python; warm (one instance kept), in batches of 64 in one call, and fresh (what the road does). Shown are the
//! median and the slowest of the rounds, in microseconds a contact; before that what loading takes, in milliseconds.
//! All of it is CPU time, over all threads, so that neighbours on the machine do not count.

#![allow(clippy::print_stdout, reason = "a measurement is printed")]

use std::{error::Error, hint::black_box, path::Path, time::Duration};

use long_wait::LongWait;
use plaint_sdk::alert_rule::AlertRule as _;
use rustix::time::{ClockId, clock_gettime};
use sandbox::{
    Component, Limits, Sandbox, Settings,
    fixture::{Fixture, Guest},
};
use serde_json::json;

const ROUNDS: usize = 50;
/// Calls in a round: a microsecond cannot be timed alone.
const CALLS: u32 = 20;
const BATCH: usize = 64;
const LOADS: usize = 7;
const PLUGINS: [&str; 3] = ["long-wait", "long-wait-js", "long-wait-python"];
const TURNS: [(&str, &str); 6] = [
    ("agent", "您好,请问有什么可以帮您?"),
    ("customer", "冰箱修了两次还是不制冷,你们到底谁负责?"),
    ("agent", "非常抱歉给您带来不便,我这边会帮您反馈,请您耐心等待。"),
    ("customer", "已经等了三天了"),
    ("customer", "在吗?"),
    ("customer", "有人吗?"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let cache = Some(folder.path().to_owned());
    let sandbox = Sandbox::new(Settings { judges: 1, cache, limits: Limits::default() })?;
    println!("{:<18} {:>10} {:>12} {:>16}", "ms", "MiB", "compile", "load, compiled");
    let mut components = Vec::new();
    for plugin in PLUGINS {
        let path = format!("target/plugins/{plugin}.wasm");
        let path = Path::new(&path);
        let started = cpu_time();
        let component = sandbox.load_file(path)?;
        let compile = (cpu_time() - started).as_secs_f64() * 1e3;
        let loads = timed(LOADS, 1, || sandbox.load_file(path).map(drop))?;
        let size = std::fs::metadata(path)?.len() as f64 / f64::from(1 << 20);
        println!("{plugin:<18} {size:>10.1} {compile:>12.0} {:>16}", shown(loads, 1e3));
        components.push(component);
    }
    println!("{:<18} {:>18} {:>18} {:>18} {:>10}", "µs a contact", "warm", "batch of 64", "fresh", "MiB");
    let native = LongWait::new(serde_json::from_str("{}")?).map_err(|_| "settings")?;
    let contact = plaint_sdk::testing::contact(&TURNS);
    let alone = timed(ROUNDS, CALLS, || {
        black_box(native.evaluate(&contact));
        Ok::<_, Box<dyn Error>>(())
    })?;
    println!("{:<18} {:>18}", "a native function", shown(alone, 1e6));
    for (plugin, component) in PLUGINS.iter().zip(&components) {
        measure(plugin, component)?;
    }
    Ok(())
}

fn measure(plugin: &str, component: &Component) -> Result<(), Box<dyn Error>> {
    let question = Fixture::read(component.manifest(), &json!({ "turns": TURNS }))?;
    let guest = Guest::new(component, question.settings())?;
    let mut kept = guest.keep()?.ok_or("a rule can be kept")?;
    let warm = timed(ROUNDS, CALLS, || kept.answers(&[&question]).map(drop))?;
    let many = vec![&question; BATCH];
    let (median, slowest) = timed(ROUNDS, 1, || kept.answers(&many).map(drop))?;
    let batch = (median / BATCH as f64, slowest / BATCH as f64);
    let memory = kept.memory_bytes() as f64 / f64::from(1 << 20);
    drop(kept);
    let fresh = timed(ROUNDS, CALLS, || guest.answer(&question).map(drop))?;
    println!(
        "{plugin:<18} {:>18} {:>18} {:>18} {memory:>10.1}",
        shown(warm, 1e6),
        shown(batch, 1e6),
        shown(fresh, 1e6)
    );
    Ok(())
}

/// The median and the slowest round, in seconds a call.
fn timed<E>(rounds: usize, calls: u32, mut call: impl FnMut() -> Result<(), E>) -> Result<(f64, f64), E> {
    let mut took = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let started = cpu_time();
        for _ in 0..calls {
            call()?;
        }
        took.push((cpu_time() - started).as_secs_f64() / f64::from(calls));
    }
    took.sort_by(f64::total_cmp);
    Ok((took[rounds / 2], took[rounds - 1]))
}

fn cpu_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

fn shown((median, slowest): (f64, f64), unit: f64) -> String {
    let decimals = if median * unit < 1.0 { 2 } else { 1 };
    format!("{:.decimals$} ({:.decimals$})", median * unit, slowest * unit)
}
