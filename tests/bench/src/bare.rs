//! A bare SQLite table with the rows of the log and the same settings: the limit that the log is measured against.

use std::path::Path;

use rusqlite::{Connection, params};

const TABLE: &str = "CREATE TABLE facts (position INTEGER PRIMARY KEY, key BLOB, at INTEGER, time INTEGER, type TEXT,
    schema INTEGER, subject BLOB, prev INTEGER, open TEXT, sealed BLOB, key_id INTEGER, chain BLOB) STRICT";
const SELECT: &str = "SELECT position, key, at, time, type, schema, subject, prev, open, sealed, key_id, chain
    FROM facts WHERE position >= ?1 ORDER BY position LIMIT ?2";
const INSERT: &str = "INSERT INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// A row of the log.
pub struct Row {
    /// Its position.
    pub position: i64,
    key: Vec<u8>,
    at: i64,
    time: Option<i64>,
    kind: String,
    schema: i64,
    subject: Vec<u8>,
    prev: Option<i64>,
    open: String,
    sealed: Vec<u8>,
    key_id: i64,
    chain: Vec<u8>,
}

/// The rows of a log from this position on, at most `limit`.
///
/// # Errors
/// When the log cannot be read.
pub fn rows(conn: &Connection, from: u64, limit: u64) -> rusqlite::Result<Vec<Row>> {
    let mut select = conn.prepare_cached(SELECT)?;
    let rows = select.query_map([from as i64, limit as i64], |row| {
        Ok(Row {
            position: row.get(0)?,
            key: row.get(1)?,
            at: row.get(2)?,
            time: row.get(3)?,
            kind: row.get(4)?,
            schema: row.get(5)?,
            subject: row.get(6)?,
            prev: row.get(7)?,
            open: row.get(8)?,
            sealed: row.get(9)?,
            key_id: row.get(10)?,
            chain: row.get(11)?,
        })
    })?;
    rows.collect()
}

/// Opens a table of its own.
///
/// # Errors
/// When the file cannot be written.
pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "cache_size", -16_384)?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", 4_096, |_| Ok(()))?;
    conn.execute_batch(TABLE)?;
    Ok(conn)
}

/// Inserts rows in one durable transaction.
///
/// # Errors
/// When the disk says no.
pub fn insert(conn: &mut Connection, rows: &[Row]) -> rusqlite::Result<()> {
    let transaction = conn.transaction()?;
    let mut insert = transaction.prepare_cached(INSERT)?;
    for r in rows {
        insert.execute(params![
            r.position, r.key, r.at, r.time, r.kind, r.schema, r.subject, r.prev, r.open, r.sealed, r.key_id, r.chain
        ])?;
    }
    drop(insert);
    transaction.commit()
}
