//! Which keys and which subjects the log has seen, flat in the number of facts.
//!
//! A random-order index on the log falls with its length. Here the latest entries stand in a table in memory; a full
//! table becomes a sorted run, written in blocks of one page each, and runs of a level are merged into one of the
//! next. A lookup asks, newest first, each run's filter in memory and reads at most one block of a run that may hold
//! the key. Merging is done in slices, each in the commit of the facts that paid for it, so no commit waits for a
//! whole merge. What is in a run is committed with the facts it knows; what is not is read again from the end of the
//! log, so after a crash nothing is missing and a half-written run is only dropped.
//!
//! In memory: 2.2 bytes for each record in a run, and two tables of the latest records.

mod block;
mod index;
mod merge;

pub(crate) use block::Record;
pub(crate) use index::Index;

use std::{collections::HashMap, sync::Arc};

use rusqlite::{Connection, OptionalExtension};

use crate::StoreError;
use block::{Block, Found};
use merge::{Input, Merge};

/// How large the parts are. The default is for work; tests make them small, so that much happens with few facts.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// So many records make a run.
    pub recent: usize,
    /// So many runs of one level are merged into one of the next.
    pub merged: usize,
    /// So many records are merged for each fact appended; enough for as many levels.
    pub pace: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Sizes { recent: RECENT, merged: MERGED, pace: PACE }
    }
}

/// 64 Ki records: about 8 MB with the table they are collected in, and sorting them is 4 ms of one commit.
const RECENT: usize = 65_536;
/// Four: at 10^7 facts a record was written five times, and a lookup asks at most a dozen filters.
const MERGED: usize = 4;
/// Every level wants one record of work for each fact; eight levels are 4^8 × 64 Ki facts.
const PACE: usize = 8;
/// A table is also turned into a run when it covers this many times its size: it would be read again at opening.
const COVERED_MAX: u64 = 4;

/// What is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By key: where the fact stands and what it says.
    Keys,
    /// By subject: its last fact and its sealing key.
    Subjects,
}

impl Kind {
    fn code(self) -> i64 {
        match self {
            Kind::Keys => 0,
            Kind::Subjects => 1,
        }
    }
}

/// A finished run.
#[derive(Debug)]
struct Run {
    run: i64,
    level: u32,
    /// With the older runs of its kind it knows every fact up to here.
    covered: u64,
    blocks: Vec<Block>,
}

/// The table and the runs of one kind.
#[derive(Debug)]
pub(crate) struct Runs {
    kind: Kind,
    sizes: Sizes,
    recent: HashMap<u128, (u64, u64)>,
    /// Facts up to here are in runs, or in the one that is being written.
    sealed: u64,
    /// The table before, sorted, until its run is written.
    freezing: Option<Arc<[Record]>>,
    /// Newest first.
    runs: Vec<Run>,
    /// At most one for each level, lowest first.
    merges: Vec<Merge>,
}

impl Runs {
    fn new(kind: Kind, sizes: Sizes) -> Self {
        Runs { kind, sizes, recent: HashMap::new(), sealed: 0, freezing: None, runs: Vec::new(), merges: Vec::new() }
    }

    /// Position and value of `key`.
    pub(crate) fn find(&self, conn: &Connection, key: u128) -> Result<Option<(u64, u64)>, StoreError> {
        if let Some(found) = self.recent.get(&key) {
            return Ok(Some(*found));
        }
        if let Some(records) = &self.freezing
            && let Ok(at) = records.binary_search_by_key(&key, |record| record.key)
            && let Some(record) = records.get(at)
        {
            return Ok(Some((record.position, record.value)));
        }
        for run in &self.runs {
            if let Some(found) = run.find(conn, key)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Enters a record; it takes the place of an older one of the same key.
    pub(crate) fn enter(&mut self, record: Record) {
        self.recent.insert(record.key, (record.position, record.value));
    }

    /// Does up to `budget` records of the work that stands to be done. `appended` is the end of the log.
    fn advance(&mut self, conn: &Connection, appended: u64, work: &mut Work) -> Result<(), StoreError> {
        self.freeze_if_full(appended, work);
        while work.budget > 0
            && let Some(merge) = self.merges.first_mut()
        {
            if merge.step(conn, &mut work.budget)? {
                let merge = self.merges.remove(0);
                self.finish(conn, merge, work)?;
            }
        }
        Ok(())
    }

    fn freeze_if_full(&mut self, appended: u64, work: &mut Work) {
        let is_full =
            self.recent.len() >= self.sizes.recent || appended - self.sealed >= COVERED_MAX * self.sizes.recent as u64;
        if self.freezing.is_some() || self.recent.is_empty() || !is_full {
            return;
        }
        let mut records: Vec<Record> =
            self.recent.drain().map(|(key, (position, value))| Record { key, position, value }).collect();
        records.sort_unstable_by_key(|record| record.key);
        let records: Arc<[Record]> = records.into();
        self.freezing = Some(Arc::clone(&records));
        self.sealed = appended;
        self.merges.insert(0, Merge::new(work.next_run(), 0, appended, vec![Input::of_table(records)]));
    }

    /// The new run takes the place of what it was made from.
    fn finish(&mut self, conn: &Connection, mut merge: Merge, work: &mut Work) -> Result<(), StoreError> {
        let blocks = merge.finish(conn)?;
        let mut insert = conn.prepare_cached("INSERT INTO runs (run, kind, level, covered) VALUES (?1, ?2, ?3, ?4)")?;
        insert.execute((merge.run, self.kind.code(), merge.level, merge.covered.cast_signed()))?;
        let mut forget = conn.prepare_cached("DELETE FROM runs WHERE run = ?1")?;
        for (run, blocks) in merge.sources() {
            forget.execute([run])?;
            work.drop_later(run, blocks);
        }
        if merge.level == 0 {
            self.freezing = None;
        }
        self.runs.retain(|run| merge.sources().all(|(source, _)| source != run.run));
        self.runs.push(Run { run: merge.run, level: merge.level, covered: merge.covered, blocks });
        self.runs.sort_unstable_by_key(|run| std::cmp::Reverse(run.covered));
        self.merge_full_levels(work);
        Ok(())
    }

    fn merge_full_levels(&mut self, work: &mut Work) {
        let highest = self.runs.iter().map(|run| run.level).max().unwrap_or(0);
        for level in 0..=highest {
            let of_level = || self.runs.iter().filter(|run| run.level == level);
            let is_merging = self.merges.iter().any(|merge| merge.level == level + 1);
            if is_merging || of_level().count() < self.sizes.merged {
                continue;
            }
            let covered = of_level().map(|run| run.covered).max().unwrap_or(0);
            let inputs = of_level().map(|run| Input::of_run(run.run, run.blocks.len())).collect();
            let at = self.merges.partition_point(|merge| merge.level <= level);
            self.merges.insert(at, Merge::new(work.next_run(), level + 1, covered, inputs));
        }
    }

    /// The last fact its runs know.
    fn covered(&self) -> u64 {
        self.runs.first().map_or(0, |run| run.covered)
    }
}

impl Run {
    fn find(&self, conn: &Connection, key: u128) -> Result<Option<(u64, u64)>, StoreError> {
        // The last block that starts at or before the key is the only one that can hold it.
        let Some(number) = self.blocks.partition_point(|block| block.first <= key).checked_sub(1) else {
            return Ok(None);
        };
        if !self.blocks.get(number).is_some_and(|block| block.may_hold(key)) {
            return Ok(None);
        }
        let mut select = conn.prepare_cached("SELECT records FROM run_blocks WHERE place = ?1")?;
        let found = select
            .query_row([block::place(self.run, number)], |row| Ok(block::find(row.get_ref(0)?.as_blob()?, key)))
            .optional()?;
        match found {
            Some(Found::At(position, value)) => Ok(Some((position, value))),
            Some(Found::Nowhere) => Ok(None),
            Some(Found::Damaged) | None => Err(StoreError::CorruptRun { run: self.run, block: number }),
        }
    }
}

/// What one commit may still do, and what is left for later ones.
#[derive(Debug, Default)]
struct Work {
    budget: usize,
    last_run: i64,
    /// Runs nobody reads any more: `(run, blocks left)`.
    dropped: Vec<(i64, usize)>,
}

impl Work {
    fn next_run(&mut self) -> i64 {
        self.last_run += 1;
        self.last_run
    }

    fn drop_later(&mut self, run: i64, blocks: usize) {
        self.dropped.push((run, blocks));
    }

    /// Deletes blocks of dropped runs, last blocks first, so that what is left is always their beginning.
    fn delete_some(&mut self, conn: &Connection, blocks_max: usize) -> Result<(), StoreError> {
        let mut left = blocks_max;
        while left > 0
            && let Some((run, blocks)) = self.dropped.last_mut()
        {
            let from = blocks.saturating_sub(left);
            let end = (*run + 1) << 32;
            let mut delete = conn.prepare_cached("DELETE FROM run_blocks WHERE place >= ?1 AND place < ?2")?;
            delete.execute((block::place(*run, from), end))?;
            let group = from.div_ceil(block::GROUP_BLOCKS);
            let mut delete = conn.prepare_cached("DELETE FROM run_filters WHERE place >= ?1 AND place < ?2")?;
            delete.execute((block::place(*run, group), end))?;
            left -= (*blocks - from).max(1);
            *blocks = from;
            if from == 0 {
                self.dropped.pop();
            }
        }
        Ok(())
    }
}
