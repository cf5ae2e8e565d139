//! The facts: appending to the log and reading it by position.

use engine::{
    fact::{Fact, Position},
    id::Id,
    time::Instant,
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value};

use crate::{
    Appended, Draft, StoreError,
    chain::{Chain, Link},
    keys::Keys,
    row::{COLUMNS, Parts, Stored},
    run::{Index, Record},
    schema,
};

const INSERT: &str = "INSERT INTO facts
    (position, key, at, time, type, schema, subject, prev, open, sealed, key_id, chain)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// The end of the log, and what appending needs to know.
#[derive(Debug)]
pub(crate) struct Log {
    /// The last position.
    pub(crate) appended: Position,
    /// The last fact's instant.
    pub(crate) at: Instant,
    /// Which keys and subjects it has seen.
    pub(crate) index: Index,
    chain: Chain,
}

impl Log {
    /// That of nothing.
    pub(crate) fn empty(index: Index) -> Self {
        Log { appended: Position(0), at: Instant(i64::MIN), index, chain: [0; 32] }
    }

    /// The end of the log in `conn`.
    pub(crate) fn open(conn: &Connection, index: Index) -> Result<Self, StoreError> {
        let last = "SELECT position, at, chain FROM facts ORDER BY position DESC LIMIT 1";
        let last = conn.query_row(last, [], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))).optional()?;
        Ok(match last {
            Some((position, at, chain)) => {
                Log { appended: Position(position.cast_unsigned()), at: Instant(at), index, chain }
            }
            None => Log::empty(index),
        })
    }

    /// Whether a fact has this key.
    pub(crate) fn holds(&self, conn: &Connection, key: Id) -> Result<bool, StoreError> {
        Ok(self.index.keys.find(conn, u128::from_be_bytes(key.0))?.is_some())
    }

    /// What stands under the draft's key, or the position it takes.
    pub(crate) fn place(&mut self, conn: &Connection, draft: &Draft, parts: &Parts) -> Result<Appended, StoreError> {
        let key = u128::from_be_bytes(parts.key.0);
        if let Some((position, known)) = self.index.keys.find(conn, key)? {
            let position = Position(position);
            let same = known == parts.content;
            return Ok(if same { Appended::Known(position) } else { Appended::Conflict { position } });
        }
        self.appended.0 += 1;
        self.at = self.at.max(draft.at);
        self.index.keys.enter(Record { key, position: self.appended.0, value: parts.content });
        Ok(Appended::New(self.appended))
    }

    /// Appends one draft, or finds it.
    pub(crate) fn append(
        &mut self,
        conn: &Connection,
        keys: &mut Keys,
        draft: &Draft,
        parts: &mut Parts,
    ) -> Result<Appended, StoreError> {
        parts.fill(draft)?;
        match self.place(conn, draft, parts)? {
            Appended::New(position) => {
                self.insert(conn, keys, draft, parts)?;
                Ok(Appended::New(position))
            }
            Appended::Known(position) => Ok(Appended::Known(position)),
            Appended::Conflict { position } => {
                let (fact, extra) = whole(conn, position)?;
                let same = draft.says_the_same(&fact, &extra);
                Ok(if same { Appended::Known(position) } else { Appended::Conflict { position } })
            }
        }
    }

    fn insert(&mut self, conn: &Connection, keys: &mut Keys, draft: &Draft, parts: &Parts) -> Result<(), StoreError> {
        let subject = draft.subject_id();
        let about = u128::from_be_bytes(subject.0);
        let (prev, key_id) = match self.index.subjects.find(conn, about)? {
            Some((prev, key_id)) => (Some(prev.cast_signed()), key_id.cast_signed()),
            None => (None, keys.next()?),
        };
        let position = self.appended.0;
        self.index.subjects.enter(Record { key: about, position, value: key_id.cast_unsigned() });
        let kind = draft.body.kind();
        let link = Link {
            position: position.cast_signed(),
            key: &parts.key.0,
            at: draft.at.0,
            time: draft.time.map(|time| time.0),
            kind: kind.name().as_bytes(),
            schema: schema::current(kind),
            subject: &subject.0,
            prev,
            open: &parts.open,
            sealed: &parts.sealed,
            key_id,
        };
        self.chain = link.after(&self.chain);
        let open = std::str::from_utf8(link.open).map_err(|error| StoreError::Encoding(error.to_string()))?;
        conn.prepare_cached(INSERT)?.execute(rusqlite::params![
            link.position,
            link.key,
            link.at,
            link.time,
            kind.name(),
            link.schema,
            link.subject,
            link.prev,
            open,
            link.sealed,
            link.key_id,
            self.chain,
        ])?;
        Ok(())
    }
}

/// Up to `limit` facts from position `from` on.
pub(crate) fn read(conn: &Connection, from: Position, limit: usize) -> Result<Vec<Fact>, StoreError> {
    let mut select =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM facts WHERE position >= ?1 ORDER BY position LIMIT ?2"))?;
    let mut rows = select.query((from.0.cast_signed(), i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut facts = Vec::new();
    while let Some(row) = rows.next()? {
        facts.push(Stored::read(row)?.fact()?);
    }
    Ok(facts)
}

/// The fact at `position` with the fields nobody knew when it came.
pub(crate) fn whole(conn: &Connection, position: Position) -> Result<(Fact, Map<String, Value>), StoreError> {
    let mut select = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM facts WHERE position = ?1"))?;
    let mut rows = select.query([position.0.cast_signed()])?;
    let row = rows.next()?.ok_or(StoreError::NoSuchFact(position))?;
    let stored = Stored::read(row)?;
    Ok((stored.fact()?, stored.extra()?))
}

/// The fact at `last` and those of its subject before it, at most `limit`, oldest first.
pub(crate) fn trail(conn: &Connection, last: Position, limit: usize) -> Result<Vec<Fact>, StoreError> {
    let mut select = conn.prepare_cached("SELECT prev FROM facts WHERE position = ?1")?;
    let (mut facts, mut next) = (Vec::new(), Some(last));
    while let Some(position) = next.filter(|_| facts.len() < limit) {
        facts.push(whole(conn, position)?.0);
        let prev: Option<i64> = select.query_row([position.0.cast_signed()], |row| row.get(0))?;
        next = prev.map(|prev| Position(prev.cast_unsigned()));
    }
    facts.reverse();
    Ok(facts)
}

/// The first position whose instant is `at` or later: instants never decrease, so halving finds it without an index.
pub(crate) fn first_at(conn: &Connection, at: Instant, last: Position) -> Result<Option<Position>, StoreError> {
    let mut select =
        conn.prepare_cached("SELECT position, at FROM facts WHERE position >= ?1 ORDER BY position LIMIT 1")?;
    let (mut low, mut high) = (1, last.0 + 1);
    let mut found = None;
    while low < high {
        let middle = low + (high - low) / 2;
        let row =
            select.query_row([middle.cast_signed()], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?))).optional()?;
        match row {
            Some((position, instant)) if Instant(instant) < at => low = position.cast_unsigned() + 1,
            Some((position, _)) => (found, high) = (Some(Position(position.cast_unsigned())), middle),
            None => high = middle,
        }
    }
    Ok(found)
}
