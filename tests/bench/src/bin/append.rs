//! Measures appending: `cargo run --release -p plaint-bench --bin append [facts] [batch] [dir]`.
//!
//! Each batch is written to the store and then, the very same rows read back from it, to a bare table of another
//! database with the same settings, so both feel the same disk at the same moment. Only the two commits are timed.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use engine::{
    fact::{ContactOpened, FactBody, Marks, Speaker, TurnSaid},
    time::Instant as At,
};
use plaint_bench::bare::{insert, open, rows};
use rusqlite::Connection;
use store::{Draft, Store, Write};

/// Contacts that are open at the same time, and the facts of each.
const OPEN_CONTACTS: u64 = 2_000;
const FACTS_OF_A_CONTACT: u64 = 8;

/// The time of every commit of one of the two.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn rate(&self, batch: u64, from: usize) -> f64 {
        let times = &self.0[from.min(self.0.len())..];
        let seconds: f64 = times.iter().map(Duration::as_secs_f64).sum();
        batch as f64 * times.len() as f64 / seconds
    }

    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort();
        sorted[((sorted.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3
    }
}

fn draft(n: u64) -> Draft {
    let round = n / (OPEN_CONTACTS * FACTS_OF_A_CONTACT);
    let contact = round * OPEN_CONTACTS + n % OPEN_CONTACTS;
    let turn = n / OPEN_CONTACTS % FACTS_OF_A_CONTACT;
    let at = At(1_725_242_400_000 + n as i64 * 10);
    let body = if turn == 0 {
        let opened = ContactOpened {
            channel: Some("phone".into()),
            agent: Some(format!("a-{}", n % 97)),
            ..ContactOpened::default()
        };
        FactBody::ContactOpened(opened)
    } else {
        let speaker = if turn % 2 == 1 { Speaker::Customer } else { Speaker::Agent };
        let text = format!("冰箱修了{turn}次还是不制冷,订单号{n},你们到底谁负责?");
        FactBody::TurnSaid(TurnSaid { speaker, text: Some(text), agent: None, sentiment: None, labels: [].into() })
    };
    Draft {
        at,
        time: Some(at),
        source: "hotline".into(),
        id: n.to_string(),
        revision: 0,
        subject: format!("contact/k-{contact}"),
        marks: Marks::default(),
        body,
        extra: serde_json::Map::new(),
    }
}

fn size(path: PathBuf) -> f64 {
    std::fs::metadata(path).map_or(0.0, |file| file.len() as f64 / 1e6)
}

#[expect(clippy::print_stdout, reason = "an example reports to whoever runs it")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let facts: u64 = arguments.next().map_or(Ok(100_000), |n| n.parse())?;
    let batch: u64 = arguments.next().map_or(Ok(1_000), |n| n.parse())?;
    let dir = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from).join("plaint-append");
    std::fs::remove_dir_all(&dir).ok();
    let mut store = Store::open(&dir)?;
    let behind = Connection::open(dir.join("plaint.db"))?;
    let mut other = open(&dir.join("bare.db"))?;
    let (mut ours, mut theirs) = (Times::default(), Times::default());
    println!("facts     store/s   bare/s    ratio   last tenth: store/s   bare/s    ratio");
    let mut report = 10_000;
    for from in (0..facts).step_by(batch as usize) {
        let drafts: Vec<Draft> = (from..from + batch).map(draft).collect();
        let start = Instant::now();
        store.write(Write { drafts: &drafts, ..Write::default() })?;
        ours.0.push(start.elapsed());
        let rows = rows(&behind, from + 1, batch)?;
        let start = Instant::now();
        insert(&mut other, &rows)?;
        theirs.0.push(start.elapsed());
        if from + batch >= report || from + batch >= facts {
            let tenth = ours.0.len() - (ours.0.len() / 10).max(1);
            let (a, b) = (ours.rate(batch, 0), theirs.rate(batch, 0));
            let (c, d) = (ours.rate(batch, tenth), theirs.rate(batch, tenth));
            println!("{:<9} {a:<9.0} {b:<9.0} {:<7.2}             {c:<9.0} {d:<9.0} {:.2}", from + batch, a / b, c / d);
            report = if report.to_string().starts_with('1') { report * 3 } else { report / 3 * 10 };
        }
    }
    for (name, times) in [("store", &ours), ("bare", &theirs)] {
        println!(
            "{name:<6} commit ms: median {:.1}, 99% {:.1}, worst {:.1}",
            times.at(0.5),
            times.at(0.99),
            times.at(1.0)
        );
    }
    println!("plaint.db {:.0} MB, bare.db {:.0} MB", size(dir.join("plaint.db")), size(dir.join("bare.db")));

    let drafts: Vec<Draft> = (0..facts.min(100_000)).map(draft).collect();
    let start = Instant::now();
    for drafts in drafts.chunks(batch as usize) {
        store.write(Write { drafts, ..Write::default() })?;
    }
    println!("known again: {:.0}/s", drafts.len() as f64 / start.elapsed().as_secs_f64());
    drop((behind, store));
    let start = Instant::now();
    let store = Store::open(&dir)?;
    println!("opened in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let start = Instant::now();
    assert_eq!(store.verify(engine::fact::Position(1), store.appended())?, None);
    println!("verified: {:.0}/s", facts as f64 / start.elapsed().as_secs_f64());

    let mut memory = Store::in_memory()?;
    let mut times = Times::default();
    for from in (0..facts.min(1_000_000)).step_by(batch as usize) {
        let drafts: Vec<Draft> = (from..from + batch).map(draft).collect();
        let decided = memory.decided().0 + 1..=memory.appended().0;
        let outcomes: Vec<_> = decided
            .map(|n| store::Decided {
                position: engine::fact::Position(n),
                outcome: engine::outcome::Outcome::default(),
            })
            .collect();
        let start = Instant::now();
        memory.write(Write { drafts: &drafts, outcomes: &outcomes, checkpoint: None })?;
        times.0.push(start.elapsed());
    }
    println!("in memory: {:.0}/s, worst commit {:.1} ms", times.rate(batch, 0), times.at(1.0));
    drop(store);
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
