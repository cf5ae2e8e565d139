//! Opening a tenant's directory: the lock, the connections, the layout.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

use engine::entity::LAYOUT;
use rusqlite::{Connection, OptionalExtension};

use crate::StoreError;

/// The layouts of `plaint.db`, oldest first. One is never edited; a new one is added at the end.
const MIGRATIONS: &[&str] =
    &[include_str!("../migrations/0001_log_and_state.sql"), include_str!("../migrations/0002_listings.sql")];

/// More statements than the store has; each is prepared once.
const STATEMENTS_MAX: usize = 64;
/// Pages in the write-ahead log before they are moved to the database: 16 MB, a few hundred full batches.
const WAL_PAGES: i64 = 4_096;
/// KiB of pages SQLite keeps in memory for a tenant.
const CACHE_KIB: i64 = 16_384;

/// Held by the one process, and in it the one store, that has a tenant open.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would not do: a child process that is just being started still has the file open.
        self.0.unlock().ok();
    }
}

/// Takes the directory's lock.
pub(crate) fn lock(dir: &Path) -> Result<Lock, StoreError> {
    fs::create_dir_all(dir).map_err(|source| StoreError::Open { path: dir.to_owned(), source })?;
    let path = dir.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|source| StoreError::Open { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Held { path: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StoreError::Open { path, source }),
    }
}

/// A connection whose commits are on the disk when they return.
pub(crate) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open(path)?;
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", WAL_PAGES, |_| Ok(()))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(conn)
}

/// A database that is gone when it is closed.
pub(crate) fn connect_in_memory() -> Result<Connection, StoreError> {
    let conn = Connection::open_in_memory()?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(conn)
}

/// Brings the layout up to date, each step in its own transaction. `path` only names it in errors.
pub(crate) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    conn.execute_batch("CREATE TABLE IF NOT EXISTS layout (version INTEGER PRIMARY KEY) STRICT")?;
    let known = MIGRATIONS.len() as i64;
    let found: i64 = conn.query_row("SELECT coalesce(max(version), 0) FROM layout", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    for (version, sql) in (1..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        let transaction = conn.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.execute("INSERT INTO layout (version) VALUES (?1)", [version])?;
        transaction.commit()?;
    }
    Ok(())
}

/// Forgets a state of another layout: it cannot be read, and is folded again from the log.
pub(crate) fn forget_foreign_state(conn: &mut Connection) -> Result<(), StoreError> {
    let layout = i64::from(LAYOUT);
    if meta(conn, "state_layout")? == layout {
        return Ok(());
    }
    let transaction = conn.transaction()?;
    transaction.execute_batch("DELETE FROM entities; UPDATE meta SET value = 0 WHERE name = 'checkpoint'")?;
    transaction.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('state_layout', ?1)", [layout])?;
    Ok(transaction.commit()?)
}

/// Counts the epoch up: whoever opened the database before can no longer write.
pub(crate) fn next_epoch(conn: &Connection) -> Result<i64, StoreError> {
    let sql = "UPDATE meta SET value = value + 1 WHERE name = 'epoch' RETURNING value";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

/// A number of the `meta` table.
pub(crate) fn meta(conn: &Connection, name: &str) -> Result<i64, StoreError> {
    let mut select = conn.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(select.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0))
}
