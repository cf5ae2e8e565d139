//! What every test needs: drafts, stores of both kinds with small parts, and the database behind the store's back.

use std::path::Path;

use engine::{
    fact::{FactBody, Marks, Speaker, TurnSaid},
    id::Id,
    outcome::Outcome,
    time::Instant,
};
use rusqlite::Connection;
use store::{Appended, Decided, Draft, Sizes, Store, StoreError, Write};
use tempfile::TempDir;

/// Runs of 300 records, so that a few thousand facts merge several times.
pub(crate) const SMALL: Sizes = Sizes { recent: 300, merged: 3, pace: 8 };

/// The n-th draft: every subject has a fact now and then, and every text is its own.
pub(crate) fn turn(n: u64) -> Draft {
    let text = format!("这是第 {n} 句\"话\"");
    let said = TurnSaid {
        speaker: Speaker::Customer,
        text: Some(text),
        agent: None,
        sentiment: Some(0.1),
        labels: [("angry".to_owned(), 0.3)].into(),
    };
    Draft {
        at: Instant(1_725_242_400_000),
        time: Some(Instant(1_725_242_400_000 + n as i64)),
        source: "hotline".to_owned(),
        id: format!("e-{n}"),
        revision: 0,
        subject: subject(n),
        marks: Marks::default(),
        body: FactBody::TurnSaid(said),
        extra: serde_json::Map::new(),
    }
}

/// Whom the n-th draft is about.
pub(crate) fn subject(n: u64) -> String {
    format!("contact/k-{}", (n * n) % (5 + n / 6))
}

/// Drafts `from..to`.
pub(crate) fn turns(from: u64, to: u64) -> Vec<Draft> {
    (from..to).map(turn).collect()
}

/// Outcomes in which nothing happened.
pub(crate) fn nothing(positions: impl IntoIterator<Item = u64>) -> Vec<Decided> {
    let outcome = Outcome { generation: Id([7; 16]), ..Outcome::default() };
    positions.into_iter().map(|p| Decided { position: engine::fact::Position(p), outcome: outcome.clone() }).collect()
}

/// Appends, and nothing else.
pub(crate) fn append(store: &mut Store, drafts: &[Draft]) -> Result<Vec<Appended>, StoreError> {
    store.write(Write { drafts, ..Write::default() })
}

/// Decides, and nothing else.
pub(crate) fn decide(store: &mut Store, outcomes: &[Decided]) -> Result<(), StoreError> {
    store.write(Write { outcomes, ..Write::default() }).map(drop)
}

/// A directory, and its store with small parts.
pub(crate) fn on_disk() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    (dir, store)
}

/// The store of a directory, with small parts.
pub(crate) fn open(dir: &Path) -> Store {
    Store::open_sized(dir, SMALL).unwrap()
}

/// The same test over both kinds of store.
pub(crate) fn on_both(test: impl Fn(&mut Store)) {
    test(&mut Store::in_memory_sized(SMALL).unwrap());
    test(&mut on_disk().1);
}

/// The database, behind the store's back.
pub(crate) fn behind(dir: &Path) -> Connection {
    Connection::open(dir.join("plaint.db")).unwrap()
}
