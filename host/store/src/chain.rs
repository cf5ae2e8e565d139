//! The chain: each fact's hash takes in the one before, so that nothing can be changed or taken out unseen.
//!
//! Of the sealed part only its hash goes in. Once sealing has a cipher, forgetting a key leaves the sealed bytes and
//! with them the chain as they are.

use engine::fact::Position;
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};

use crate::StoreError;

/// The hash of one fact and all before it.
pub(crate) type Chain = [u8; 32];

/// The columns of a row that are chained.
pub(crate) struct Link<'a> {
    pub(crate) position: i64,
    pub(crate) key: &'a [u8],
    pub(crate) at: i64,
    pub(crate) time: Option<i64>,
    pub(crate) kind: &'a [u8],
    pub(crate) schema: u32,
    pub(crate) subject: &'a [u8],
    pub(crate) prev: Option<i64>,
    pub(crate) open: &'a [u8],
    pub(crate) sealed: &'a [u8],
    pub(crate) key_id: i64,
}

impl Link<'_> {
    /// The chain up to this row.
    pub(crate) fn after(&self, previous: &Chain) -> Chain {
        let mut hash = Sha256::new();
        hash.update(previous);
        for number in [self.position, self.at, self.time.unwrap_or(i64::MIN), self.prev.unwrap_or(0), self.key_id] {
            hash.update(number.to_le_bytes());
        }
        hash.update(self.schema.to_le_bytes());
        for part in [self.key, self.kind, self.subject, self.open] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.update(Sha256::digest(self.sealed));
        hash.finalize().into()
    }
}

/// The first position in `from..=to` whose row is not what was appended, or that does not follow the one before it.
pub(crate) fn first_broken(conn: &Connection, from: Position, to: Position) -> Result<Option<Position>, StoreError> {
    let (from, to) = (from.0.max(1).cast_signed(), to.0.cast_signed());
    let before = "SELECT chain FROM facts WHERE position < ?1 ORDER BY position DESC LIMIT 1";
    let mut before = conn.prepare_cached(before)?;
    let mut chain: Chain = before.query([from])?.next()?.map_or(Ok([0; 32]), |row| row.get(0))?;
    let rows = "SELECT position, key, at, time, type, schema, subject, prev, open, sealed, key_id, chain
        FROM facts WHERE position BETWEEN ?1 AND ?2 ORDER BY position";
    let mut rows = conn.prepare_cached(rows)?;
    let mut rows = rows.query([from, to])?;
    while let Some(row) = rows.next()? {
        let position = row.get::<_, i64>(0)?;
        match link(row, position) {
            Some((expected, found)) if expected.after(&chain) == found => chain = found,
            Some(_) | None => return Ok(Some(Position(position.cast_unsigned()))),
        }
    }
    Ok(None)
}

/// The row and the chain it claims; nothing where a column is not even of its type.
fn link<'a>(row: &'a Row<'_>, position: i64) -> Option<(Link<'a>, Chain)> {
    let blob = |column: usize| row.get_ref(column).ok()?.as_bytes().ok();
    let link = Link {
        position,
        key: blob(1)?,
        at: row.get(2).ok()?,
        time: row.get(3).ok()?,
        kind: blob(4)?,
        schema: row.get(5).ok()?,
        subject: blob(6)?,
        prev: row.get(7).ok()?,
        open: blob(8)?,
        sealed: blob(9)?,
        key_id: row.get(10).ok()?,
    };
    Some((link, row.get(11).ok()?))
}
