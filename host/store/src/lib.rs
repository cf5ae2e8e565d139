//! The store of one tenant: the log of facts, their outcomes, the state as of the last checkpoint, outbox and keys.
//!
//! A tenant is a directory of its own files. The only crate that knows SQLite; it knows no policy, no plugin, no
//! clock and no thread. The log is read by position and never joined with the state.
//!
//! | file | holds |
//! |---|---|
//! | `plaint.db` | facts, outcomes, outbox, entities, sorted runs |
//! | `keys.db` | the sealing keys, so that forgetting a key forgets what it sealed |
//! | `lock` | held by the one process that has the tenant open |
//!
//! **Sealing is prepared, not yet done**: the sealed column, its key's id and the key exist from the first row; the
//! cipher comes later, and until then the sealed bytes are readable JSON.

mod error;
mod store;
mod write;

mod chain;
mod draft;
mod entity;
mod keys;
mod log;
mod open;
mod outbox;
mod outcome;
mod row;
mod run;
mod schema;
mod split;

pub use draft::Draft;
pub use entity::Entities;
pub use error::StoreError;
pub use outbox::Delivery;
pub use run::Sizes;
pub use store::Store;
pub use write::{Appended, Checkpoint, Decided, Write};
