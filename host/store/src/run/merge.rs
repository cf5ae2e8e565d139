//! Merging sorted inputs into one run, a slice at a time.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::block::{self, BLOCK_RECORDS, Block, RECORD_BYTES, Record, Writer};
use crate::StoreError;

/// A run in the making.
#[derive(Debug)]
pub(super) struct Merge {
    pub(super) run: i64,
    pub(super) level: u32,
    pub(super) covered: u64,
    inputs: Vec<Input>,
    writer: Writer,
}

/// One sorted sequence.
#[derive(Debug)]
pub(super) struct Input {
    source: Source,
    /// The next record is this one of those loaded.
    at: usize,
}

#[derive(Debug)]
enum Source {
    /// The table in memory, sorted.
    Table(Arc<[Record]>),
    /// A run, of which one block is loaded.
    Run { run: i64, blocks: usize, next_block: usize, loaded: Vec<Record> },
}

impl Input {
    pub(super) fn of_table(records: Arc<[Record]>) -> Self {
        Input { source: Source::Table(records), at: 0 }
    }

    pub(super) fn of_run(run: i64, blocks: usize) -> Self {
        let loaded = Vec::with_capacity(BLOCK_RECORDS);
        Input { source: Source::Run { run, blocks, next_block: 0, loaded }, at: 0 }
    }

    fn peek(&self) -> Option<&Record> {
        match &self.source {
            Source::Table(records) => records.get(self.at),
            Source::Run { loaded, .. } => loaded.get(self.at),
        }
    }

    /// Loads the next block where the loaded one is used up.
    fn load(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let Source::Run { run, blocks, next_block, loaded } = &mut self.source else { return Ok(()) };
        if self.at < loaded.len() || *next_block == *blocks {
            return Ok(());
        }
        loaded.clear();
        self.at = 0;
        let mut select = conn.prepare_cached("SELECT records FROM run_blocks WHERE place = ?1")?;
        let found = select.query_row([block::place(*run, *next_block)], |row| {
            let (records, rest) = row.get_ref(0)?.as_blob()?.as_chunks::<RECORD_BYTES>();
            loaded.extend(records.iter().filter_map(|record| Record::read(record)));
            Ok(rest.is_empty() && !loaded.is_empty())
        });
        if found.optional()? != Some(true) {
            return Err(StoreError::CorruptRun { run: *run, block: *next_block });
        }
        *next_block += 1;
        Ok(())
    }
}

impl Merge {
    pub(super) fn new(run: i64, level: u32, covered: u64, inputs: Vec<Input>) -> Self {
        Merge { run, level, covered, inputs, writer: Writer::new(run) }
    }

    /// Merges until the budget is used up; true when nothing is left to merge.
    pub(super) fn step(&mut self, conn: &Connection, budget: &mut usize) -> Result<bool, StoreError> {
        loop {
            for input in &mut self.inputs {
                input.load(conn)?;
            }
            let Some(record) = self.next() else { return Ok(true) };
            self.writer.push(conn, &record)?;
            *budget = budget.saturating_sub(1);
            if *budget == 0 {
                return Ok(false);
            }
        }
    }

    /// Writes what is left and gives the blocks.
    pub(super) fn finish(&mut self, conn: &Connection) -> Result<Vec<Block>, StoreError> {
        self.writer.finish(conn)
    }

    /// The runs it is made from, and how many blocks they have.
    pub(super) fn sources(&self) -> impl Iterator<Item = (i64, usize)> {
        self.inputs.iter().filter_map(|input| match &input.source {
            Source::Table(_) => None,
            Source::Run { run, blocks, .. } => Some((*run, *blocks)),
        })
    }

    /// The least key; of several records of it the one of the latest fact.
    fn next(&mut self) -> Option<Record> {
        let least = self.inputs.iter().filter_map(|input| input.peek().map(|record| record.key)).min()?;
        let mut latest: Option<Record> = None;
        for input in &mut self.inputs {
            if let Some(record) = input.peek().copied().filter(|record| record.key == least) {
                input.at += 1;
                latest = latest.filter(|known| known.position >= record.position).or(Some(record));
            }
        }
        latest
    }
}
