//! The sealing keys, in a file of their own: forgetting a key forgets what it sealed, and no copy of the log keeps it.
//!
//! Keys are drawn ahead in blocks, so an append waits for this file once in some thousand new subjects. A number whose
//! key was drawn and never used is simply skipped after a restart. The cipher that will use them is not there yet.

use std::path::Path;

use rusqlite::Connection;

use crate::{StoreError, open};

/// So many keys are drawn at once: at 25,000 new subjects a second that is six commits of 200 KB.
const DRAWN_AT_ONCE: i64 = 4_096;
const KEY_BYTES: usize = 32;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS keys (key_id INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;";

/// Gives each new subject its key.
#[derive(Debug)]
pub(crate) struct Keys {
    conn: Connection,
    last: i64,
    drawn: i64,
}

impl Keys {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let conn = open::connect(path)?;
        conn.execute_batch(SCHEMA)?;
        let drawn = conn.query_row("SELECT coalesce(max(key_id), 0) FROM keys", [], |row| row.get(0))?;
        Ok(Keys { conn, last: drawn, drawn })
    }

    /// The number of a key that is safely stored and that nothing was sealed with yet.
    pub(crate) fn next(&mut self) -> Result<i64, StoreError> {
        if self.last == self.drawn {
            self.draw()?;
        }
        self.last += 1;
        Ok(self.last)
    }

    fn draw(&mut self) -> Result<(), StoreError> {
        let transaction = self.conn.transaction()?;
        let mut insert = transaction.prepare_cached("INSERT INTO keys (key_id, key) VALUES (?1, ?2)")?;
        let mut key = [0; KEY_BYTES];
        for number in self.drawn + 1..=self.drawn + DRAWN_AT_ONCE {
            getrandom::fill(&mut key).map_err(|error| StoreError::Randomness(error.to_string()))?;
            insert.execute((number, key))?;
        }
        drop(insert);
        transaction.commit()?;
        self.drawn += DRAWN_AT_ONCE;
        Ok(())
    }
}
