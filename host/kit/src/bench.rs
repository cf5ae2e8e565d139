//! `bench`: what a call costs, fresh (as the road calls) and warm, for each fixture.

use std::time::{Duration, Instant};

use policy::{Lang, pick};
use sandbox::Component;
use serde_json::{Value as Json, json};

use crate::{failure::Failure, fixtures::Fixtures, text};

/// Enough calls for a ninety-ninth of a hundred.
const CALLS: usize = 200;
/// A slow plugin is asked less often, but never less often than this.
const CALLS_MIN: usize = 10;
/// An author waits this long for one fixture.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was measured.
#[derive(Debug)]
pub struct Measured {
    /// A table.
    pub text: String,
    /// The same for machines; times are microseconds.
    pub json: Json,
}

/// The middle and the slowest but one in a hundred.
#[derive(Clone, Copy)]
struct Spread {
    p50: Duration,
    p99: Duration,
}

/// Asks the component every question whose settings it accepts, many times.
pub fn bench(component: &Component, fixtures: &Fixtures, lang: Lang) -> Result<Measured, Failure> {
    let mut rows = Vec::new();
    for file in &fixtures.0 {
        let Some((guest, question)) = file.asked(component)? else { continue };
        let fresh = spread(|| guest.answer(&question).map(drop)).map_err(|overrun| file.wrong(&overrun))?;
        let (mut warm, mut memory) = (None, guest.memory_bytes()?);
        if let Some(mut kept) = guest.keep()? {
            let asked = spread(|| kept.answers(&[&question]).map(drop)).map_err(|overrun| file.wrong(&overrun))?;
            (warm, memory) = (Some(asked), kept.memory_bytes());
        }
        rows.push((file.name.as_str(), fresh, warm, memory));
    }
    let json = rows.iter().map(|(name, fresh, warm, memory)| {
        let of = |spread: &Spread| json!({ "p50": micros(spread.p50), "p99": micros(spread.p99) });
        json!({ "fixture": name, "fresh": of(fresh), "warm": warm.as_ref().map(of), "memory_bytes": memory })
    });
    let json = json!({ "plugin": component.manifest().id, "fixtures": json.collect::<Vec<_>>() });
    let width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    let head = pick(lang, "全新实例 p50 / p99", "fresh p50 / p99");
    let warm_head = pick(lang, "复用实例 p50 / p99", "warm p50 / p99");
    let mut table = format!("{:width$}  {head:>22}  {warm_head:>22}  {}\n", "", pick(lang, "内存", "memory"));
    for (name, fresh, warm, memory) in rows {
        let warm = warm.map_or_else(|| "–".to_owned(), shown);
        table.push_str(&format!("{name:width$}  {:>22}  {warm:>22}  {}\n", shown(fresh), text::size(memory)));
    }
    Ok(Measured { text: table, json })
}

fn spread<E>(mut call: impl FnMut() -> Result<(), E>) -> Result<Spread, E> {
    let (begun, mut took) = (Instant::now(), Vec::new());
    while took.len() < CALLS_MIN || (took.len() < CALLS && begun.elapsed() < PATIENCE) {
        let started = Instant::now();
        call()?;
        took.push(started.elapsed());
    }
    took.sort();
    Ok(Spread { p50: took[took.len() / 2], p99: took[(took.len() * 99 / 100).min(took.len() - 1)] })
}

fn shown(Spread { p50, p99 }: Spread) -> String {
    format!("{} / {}", text::time(p50), text::time(p99))
}

fn micros(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e7).round() / 10.0
}
