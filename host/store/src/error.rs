//! What can go wrong in the store, said to whoever runs it. No message holds what a fact says.

use std::{io, path::PathBuf};

use engine::{fact::Position, time::Instant};

/// Why the store did not do it. After an error nothing of the call is stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Two processes, one tenant.
    #[error("failed to open {path}: another process holds it")]
    Held {
        /// The tenant's directory.
        path: PathBuf,
    },
    /// The directory or a file in it.
    #[error("failed to open {path}: {source}")]
    Open {
        /// What could not be opened.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A newer program was here.
    #[error("failed to open {path}: it has layout {found}, this program knows {known}; use the newer plaint")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The newest known one.
        known: i64,
    },
    /// No space left.
    #[error("failed to write: the disk is full")]
    DiskFull,
    /// Anything else SQLite says.
    #[error("failed to reach the database: {0}")]
    Database(#[source] rusqlite::Error),
    /// Another writer has opened the tenant since.
    #[error("failed to write: another writer took over (epoch {now}, this one has {mine})")]
    Superseded {
        /// The epoch of this store.
        mine: i64,
        /// The epoch in the database.
        now: i64,
    },
    /// Outcomes continue exactly where the last ended.
    #[error("failed to write outcomes: position {expected} is next, not {found}")]
    UnexpectedOutcome {
        /// The next position without an outcome.
        expected: u64,
        /// The one that came.
        found: u64,
    },
    /// A checkpoint lies between the last one and the last outcome.
    #[error("failed to write a checkpoint at {position}: it must lie within {first}..={last}")]
    UnexpectedCheckpoint {
        /// Its position.
        position: u64,
        /// The last checkpoint.
        first: u64,
        /// The last decided position.
        last: u64,
    },
    /// `at` never decreases in a log.
    #[error("failed to append: `at` goes back from {} to {}", last.0, at.0)]
    TimeGoesBack {
        /// The last fact's.
        last: Instant,
        /// The draft's.
        at: Instant,
    },
    /// JSON has no word for it, so it could not be read back.
    #[error("failed to append: draft {draft} of the batch holds a number that is not finite")]
    NotFinite {
        /// Its place in the batch.
        draft: usize,
    },
    /// JSON has no word for it, so the state could not be rebuilt.
    #[error("failed to write the outcome of position {position}: it holds a number that is not finite")]
    NotFiniteOutcome {
        /// The fact.
        position: u64,
    },
    /// A row that cannot be read.
    #[error("failed to read the {what} at position {position}: {reason}")]
    Corrupt {
        /// `fact`, `outcome` or `delivery`.
        what: &'static str,
        /// Where.
        position: u64,
        /// Why, without quoting it.
        reason: String,
    },
    /// A row of the state that cannot be read.
    #[error("failed to read the entity {key}: {reason}")]
    CorruptEntity {
        /// Its key in hexadecimal digits.
        key: String,
        /// Why.
        reason: String,
    },
    /// A run that does not hold together.
    #[error("failed to look a key up: block {block} of run {run} is damaged")]
    CorruptRun {
        /// Which run.
        run: i64,
        /// Which block of it.
        block: usize,
    },
    /// No such fact.
    #[error("failed to read position {}: there is no such fact", .0.0)]
    NoSuchFact(Position),
    /// A store in memory forgets what was decided.
    #[error("failed to read position {}: a store in memory does not keep what was decided", .0.0)]
    NotKept(Position),
    /// A value that does not go into its column.
    #[error("failed to write: {0}")]
    Encoding(String),
    /// The system gives no randomness.
    #[error("failed to draw a sealing key: {0}")]
    Randomness(String),
    /// A store in memory cannot recover from a failed write.
    #[error("failed to go on: an earlier write to this store in memory failed")]
    Lost,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => StoreError::DiskFull,
            _ => StoreError::Database(error),
        }
    }
}

impl StoreError {
    /// A fact's row that cannot be read.
    pub(crate) fn fact(position: Position, reason: impl Into<String>) -> Self {
        StoreError::Corrupt { what: "fact", position: position.0, reason: reason.into() }
    }
}

/// Where a JSON text is wrong, without what stands there.
pub(crate) fn place_of(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Io => "it cannot be read",
        serde_json::error::Category::Syntax => "it is not JSON",
        serde_json::error::Category::Data => "a field has another form than its type",
        serde_json::error::Category::Eof => "it ends too early",
    };
    format!("{what} (column {})", error.column())
}
