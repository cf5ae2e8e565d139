//! The limit: the rows of the very log that was just written, into a bare table on the same disk.

use std::{
    error::Error,
    path::Path,
    time::{Duration, Instant},
};

use plaint_bench::bare::{insert, open, rows};
use rusqlite::Connection;

/// Rows in one transaction, as in a full batch of the road.
const BATCH: u64 = 1_000;

/// Rows a second, and how many there were; the data folder's server must have stopped.
pub(crate) fn rate(data: &Path) -> Result<(f64, u64), Box<dyn Error>> {
    let log = Connection::open(data.join("tenants/main/plaint.db"))?;
    let mut table = open(&data.join("bare.db"))?;
    let (mut from, mut inserted, mut took) = (1, 0, Duration::ZERO);
    loop {
        let batch = rows(&log, from, BATCH)?;
        let Some(last) = batch.last() else { break };
        from = last.position as u64 + 1;
        let began = Instant::now();
        insert(&mut table, &batch)?;
        took += began.elapsed();
        inserted += batch.len() as u64;
    }
    Ok((inserted as f64 / took.as_secs_f64(), inserted))
}
