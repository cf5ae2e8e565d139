//! The store of one tenant: one writer, one commit for everything that is ready.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use engine::{
    entity::{Entity, EntityKey},
    fact::{Fact, Position},
    outcome::Outcome,
    time::Instant,
};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::{Map, Value};

use crate::{
    Appended, Decided, Delivery, Draft, Entities, Sizes, StoreError, Write, chain, entity,
    keys::Keys,
    log::{self, Log},
    open, outbox,
    outcome::{self, Generations},
    row::Parts,
    run::Index,
};

/// One tenant's facts, outcomes, state and outbox.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    state: State,
    parts: Parts,
    epoch: i64,
    sizes: Sizes,
    kept: Kept,
}

/// What is known of the database without reading it. After a failed write it is read again.
#[derive(Debug)]
struct State {
    log: Log,
    generations: Generations,
    decided: Position,
    checkpoint: Position,
    /// A write failed and the state could not be read again.
    is_stale: bool,
}

/// How far everything was before a write.
struct Heads {
    appended: Position,
    at: Instant,
    decided: Position,
    checkpoint: Position,
}

/// What the store keeps of the log.
#[derive(Debug)]
enum Kept {
    /// Everything, in a directory that is locked as long as the store is open.
    Everything { keys: Keys, _lock: open::Lock },
    /// Facts until they are decided; no outcome and no delivery.
    Undecided(VecDeque<(Fact, Map<String, Value>)>),
}

impl Store {
    /// Opens the tenant in `dir`, which is created where it is not there.
    ///
    /// # Errors
    /// Another process holds it, a newer program wrote it, or it cannot be read.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Store::open_sized(dir, Sizes::default())
    }

    /// As [`Store::open`], with other sizes.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_sized(dir: &Path, sizes: Sizes) -> Result<Self, StoreError> {
        let lock = open::lock(dir)?;
        let path: PathBuf = dir.join("plaint.db");
        let mut conn = open::connect(&path)?;
        open::migrate(&mut conn, &path)?;
        open::forget_foreign_state(&mut conn)?;
        let epoch = open::next_epoch(&conn)?;
        let keys = Keys::open(&dir.join("keys.db"))?;
        let state = State::read(&conn, sizes)?;
        Ok(Store { conn, state, parts: Parts::default(), epoch, sizes, kept: Kept::Everything { keys, _lock: lock } })
    }

    /// A store without files, for a run over a file: the same answers, and of the log it keeps only the digests of
    /// keys, their positions, and facts until they are decided.
    ///
    /// # Errors
    /// SQLite does not start.
    pub fn in_memory() -> Result<Self, StoreError> {
        Store::in_memory_sized(Sizes::default())
    }

    /// As [`Store::in_memory`], with other sizes.
    ///
    /// # Errors
    /// As [`Store::in_memory`].
    pub fn in_memory_sized(sizes: Sizes) -> Result<Self, StoreError> {
        let mut conn = open::connect_in_memory()?;
        open::migrate(&mut conn, Path::new(":memory:"))?;
        let epoch = open::next_epoch(&conn)?;
        let state = State::read(&conn, sizes)?;
        Ok(Store { conn, state, parts: Parts::default(), epoch, sizes, kept: Kept::Undecided(VecDeque::new()) })
    }

    /// Commits everything in `write`, or nothing of it; the answer has one entry for each draft.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn write(&mut self, write: Write<'_>) -> Result<Vec<Appended>, StoreError> {
        if self.state.is_stale {
            self.read_again()?;
        }
        self.state.check(&self.conn, &write)?;
        let before = self.state.heads();
        let result = self.commit(&write);
        if result.is_err() {
            // What was noted of facts that are not there after all must go, whatever else fails now.
            self.state.go_back(before);
            self.read_again().ok();
        }
        result
    }

    /// Takes deliveries out of the outbox: `(position, n)`.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn settle(&mut self, deliveries: &[(Position, u32)]) -> Result<(), StoreError> {
        let transaction = begin(&self.conn, self.epoch)?;
        for (position, n) in deliveries {
            outbox::settle(&transaction, *position, *n)?;
        }
        Ok(transaction.commit()?)
    }

    /// The last position in the log.
    pub fn appended(&self) -> Position {
        self.state.log.appended
    }

    /// The last position with an outcome.
    pub fn decided(&self) -> Position {
        self.state.decided
    }

    /// The position the stored entities are the state of.
    pub fn checkpoint(&self) -> Position {
        self.state.checkpoint
    }

    /// The instant of the last fact; the next one's is not before it.
    pub fn last_at(&self) -> Option<Instant> {
        (self.state.log.appended.0 > 0).then_some(self.state.log.at)
    }

    /// Up to `limit` facts, from position `from` on.
    ///
    /// # Errors
    /// A row cannot be read. In memory: `from` was decided already.
    pub fn read(&self, from: Position, limit: usize) -> Result<Vec<Fact>, StoreError> {
        let Kept::Undecided(facts) = &self.kept else { return log::read(&self.conn, from, limit) };
        if from <= self.state.decided && self.state.decided.0 > 0 {
            return Err(StoreError::NotKept(from));
        }
        let facts = facts.iter().map(|(fact, _)| fact).filter(|fact| fact.position >= from);
        Ok(facts.take(limit).cloned().collect())
    }

    /// The facts at `positions`, in that order.
    ///
    /// # Errors
    /// There is no such fact, or its row cannot be read. In memory: it was decided already.
    pub fn read_at(&self, positions: &[Position]) -> Result<Vec<Fact>, StoreError> {
        positions.iter().map(|position| self.whole(*position).map(|(fact, _)| fact)).collect()
    }

    /// The fact at `last` and those of the same subject before it, at most `limit`, oldest first.
    ///
    /// # Errors
    /// As [`Store::read_at`]. In memory: no fact leads to the one before it.
    pub fn trail(&self, last: Position, limit: usize) -> Result<Vec<Fact>, StoreError> {
        match &self.kept {
            Kept::Everything { .. } => log::trail(&self.conn, last, limit),
            Kept::Undecided(_) => Err(StoreError::NotKept(last)),
        }
    }

    /// The first position whose instant is `at` or later. In memory there is none.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn first_at(&self, at: Instant) -> Result<Option<Position>, StoreError> {
        log::first_at(&self.conn, at, self.appended())
    }

    /// The fields nobody knew when the facts at `positions` came.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn extras_at(&self, positions: &[Position]) -> Result<Vec<Map<String, Value>>, StoreError> {
        positions.iter().map(|position| self.whole(*position).map(|(_, extra)| extra)).collect()
    }

    /// Up to `limit` outcomes, from position `from` on.
    ///
    /// # Errors
    /// A row cannot be read. In memory: there are some, and they are not kept.
    pub fn outcomes(&self, from: Position, limit: usize) -> Result<Vec<(Position, Outcome)>, StoreError> {
        match &self.kept {
            Kept::Everything { .. } => outcome::read(&self.conn, from, limit),
            Kept::Undecided(_) if from > self.state.decided || self.state.decided.0 == 0 => Ok(Vec::new()),
            Kept::Undecided(_) => Err(StoreError::NotKept(from)),
        }
    }

    /// The entities of `keys` as of the last checkpoint.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn load(&self, keys: &[EntityKey]) -> Result<Vec<Option<Entity>>, StoreError> {
        entity::load(&self.conn, keys)
    }

    /// What is due when, as of the last checkpoint, earliest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn dues(&self) -> Result<Vec<(Instant, EntityKey)>, StoreError> {
        entity::dues(&self.conn)
    }

    /// What stands in a listing since when, as of the last checkpoint, earliest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn listed(&self) -> Result<Vec<(Instant, EntityKey)>, StoreError> {
        entity::listed(&self.conn)
    }

    /// Every entity as of the last checkpoint, in the order of their keys.
    pub fn entities(&self) -> Entities<'_> {
        Entities::new(&self.conn)
    }

    /// Up to `limit` deliveries nobody has settled, oldest first. In memory there are none.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn undelivered(&self, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        outbox::undelivered(&self.conn, limit)
    }

    /// The first position in `from..=to` whose row is not what was appended there. In memory there are no rows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn verify(&self, from: Position, to: Position) -> Result<Option<Position>, StoreError> {
        chain::first_broken(&self.conn, from, to)
    }

    fn whole(&self, position: Position) -> Result<(Fact, Map<String, Value>), StoreError> {
        let Kept::Undecided(facts) = &self.kept else { return log::whole(&self.conn, position) };
        let found = facts.iter().find(|(fact, _)| fact.position == position).cloned();
        found.ok_or(match position {
            Position(1..) if position <= self.state.decided => StoreError::NotKept(position),
            _ => StoreError::NoSuchFact(position),
        })
    }

    fn commit(&mut self, write: &Write<'_>) -> Result<Vec<Appended>, StoreError> {
        let transaction = begin(&self.conn, self.epoch)?;
        let appended = match &mut self.kept {
            Kept::Everything { keys, .. } => self.state.append(&transaction, keys, &mut self.parts, write),
            Kept::Undecided(facts) => self.state.remember(&transaction, facts, &mut self.parts, write),
        }?;
        if let Some(checkpoint) = &write.checkpoint {
            entity::put(&transaction, &checkpoint.changed)?;
            let mut update = transaction.prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'checkpoint'")?;
            update.execute([checkpoint.position.0.cast_signed()])?;
            self.state.checkpoint = checkpoint.position;
        }
        let new = appended.iter().filter(|appended| matches!(appended, Appended::New(_))).count();
        let last = self.state.log.appended.0;
        self.state.log.index.advance(&transaction, last, new)?;
        transaction.commit()?;
        Ok(appended)
    }

    fn read_again(&mut self) -> Result<(), StoreError> {
        match self.kept {
            Kept::Everything { .. } => self.state = State::read(&self.conn, self.sizes)?,
            Kept::Undecided(_) => return Err(StoreError::Lost),
        }
        Ok(())
    }
}

/// A transaction of the writer of `epoch`.
fn begin(conn: &Connection, epoch: i64) -> Result<Transaction<'_>, StoreError> {
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    let now = open::meta(&transaction, "epoch")?;
    if now == epoch { Ok(transaction) } else { Err(StoreError::Superseded { mine: epoch, now }) }
}

impl State {
    fn read(conn: &Connection, sizes: Sizes) -> Result<Self, StoreError> {
        Ok(State {
            log: Log::open(conn, Index::open(conn, sizes)?)?,
            generations: Generations::open(conn)?,
            decided: outcome::last(conn)?,
            checkpoint: Position(open::meta(conn, "checkpoint")?.cast_unsigned()),
            is_stale: false,
        })
    }

    fn heads(&self) -> Heads {
        let (appended, at) = (self.log.appended, self.log.at);
        Heads { appended, at, decided: self.decided, checkpoint: self.checkpoint }
    }

    /// After a write that failed. The rest has to be read again.
    fn go_back(&mut self, heads: Heads) {
        (self.log.appended, self.log.at) = (heads.appended, heads.at);
        (self.decided, self.checkpoint) = (heads.decided, heads.checkpoint);
        self.is_stale = true;
    }

    /// Refuses what does not fit, before anything is touched.
    fn check(&self, conn: &Connection, write: &Write<'_>) -> Result<(), StoreError> {
        self.check_drafts(conn, write.drafts)?;
        let decided = self.check_outcomes(write.outcomes)?;
        match &write.checkpoint {
            Some(checkpoint) if !(self.checkpoint..=decided).contains(&checkpoint.position) => {
                Err(StoreError::UnexpectedCheckpoint {
                    position: checkpoint.position.0,
                    first: self.checkpoint.0,
                    last: decided.0,
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn check_drafts(&self, conn: &Connection, drafts: &[Draft]) -> Result<(), StoreError> {
        let mut last = self.log.at;
        for (n, draft) in drafts.iter().enumerate() {
            if !draft.is_finite() {
                return Err(StoreError::NotFinite { draft: n });
            }
            // Only what is new takes a place in time.
            let is_early = draft.at < last;
            let is_repeated = |key| drafts.iter().take(n).any(|earlier| earlier.key() == key);
            if is_early && !self.log.holds(conn, draft.key())? && !is_repeated(draft.key()) {
                return Err(StoreError::TimeGoesBack { last, at: draft.at });
            }
            last = last.max(draft.at);
        }
        Ok(())
    }

    /// The last decided position with these outcomes.
    fn check_outcomes(&self, outcomes: &[Decided]) -> Result<Position, StoreError> {
        let mut decided = self.decided;
        for outcome in outcomes {
            let expected = decided.0 + 1;
            if outcome.position.0 != expected || outcome.position > self.log.appended {
                return Err(StoreError::UnexpectedOutcome { expected, found: outcome.position.0 });
            }
            decided = outcome.position;
        }
        Ok(decided)
    }

    fn append(
        &mut self,
        conn: &Connection,
        keys: &mut Keys,
        parts: &mut Parts,
        write: &Write<'_>,
    ) -> Result<Vec<Appended>, StoreError> {
        let mut appended = Vec::with_capacity(write.drafts.len());
        for draft in write.drafts {
            appended.push(self.log.append(conn, keys, draft, parts)?);
        }
        for decided in write.outcomes {
            outcome::insert(conn, &mut self.generations, decided.position, &decided.outcome)?;
            outbox::insert(conn, decided.position, &decided.outcome)?;
            self.decided = decided.position;
        }
        Ok(appended)
    }

    fn remember(
        &mut self,
        conn: &Connection,
        facts: &mut VecDeque<(Fact, Map<String, Value>)>,
        parts: &mut Parts,
        write: &Write<'_>,
    ) -> Result<Vec<Appended>, StoreError> {
        let mut appended = Vec::with_capacity(write.drafts.len());
        for draft in write.drafts {
            parts.fill(draft)?;
            let answer = self.log.place(conn, draft, parts)?;
            if let Appended::New(position) = answer {
                facts.push_back((draft.clone().into_fact(position), draft.extra.clone()));
            }
            appended.push(answer);
        }
        if let Some(decided) = write.outcomes.last() {
            self.decided = decided.position;
            while facts.front().is_some_and(|(fact, _)| fact.position <= self.decided) {
                facts.pop_front();
            }
        }
        Ok(appended)
    }
}

#[cfg(test)]
mod tests {
    use engine::{
        fact::{ContactClosed, FactBody, Marks, Position},
        time::Instant,
    };

    use crate::{Appended, Draft, Sizes, Store, StoreError, Write};

    fn drafts(from: u64, to: u64) -> Vec<Draft> {
        let draft = |n: u64| Draft {
            at: Instant(0),
            time: None,
            source: "chat".into(),
            id: n.to_string(),
            revision: 0,
            subject: format!("contact/{}", n % 10),
            marks: Marks::default(),
            body: FactBody::ContactClosed(ContactClosed { reason: Some("x".repeat(500)) }),
            extra: serde_json::Map::new(),
        };
        (from..to).map(draft).collect()
    }

    fn append(store: &mut Store, drafts: &[Draft]) -> Result<Vec<Appended>, StoreError> {
        store.write(Write { drafts, ..Write::default() })
    }

    #[test]
    fn a_full_disk_is_an_error_that_stores_nothing_and_is_over_when_there_is_room_again() {
        let dir = tempfile::tempdir().unwrap();
        let sizes = Sizes { recent: 100, merged: 2, pace: 8 };
        let mut store = Store::open_sized(dir.path(), sizes).unwrap();
        append(&mut store, &drafts(0, 150)).unwrap();
        let pages: i64 = store.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        let allow = |store: &Store, pages: i64| {
            store.conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
        };
        allow(&store, pages + 5);
        for _ in 0..2 {
            let full = append(&mut store, &drafts(140, 400));
            assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
            assert_eq!(store.appended(), Position(150));
        }
        allow(&store, 1_000_000);
        let answers = append(&mut store, &drafts(140, 400)).unwrap();
        assert_eq!(answers[9..11], [Appended::Known(Position(150)), Appended::New(Position(151))]);
        assert_eq!(store.verify(Position(1), store.appended()).unwrap(), None);
    }

    #[test]
    fn a_store_in_memory_does_not_go_on_after_a_failed_write() {
        let mut store = Store::in_memory().unwrap();
        store.epoch += 1;
        assert!(matches!(append(&mut store, &drafts(0, 1)), Err(StoreError::Superseded { .. })));
        assert!(matches!(append(&mut store, &drafts(0, 1)), Err(StoreError::Lost)));
    }
}
