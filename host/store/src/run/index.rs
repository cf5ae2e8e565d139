//! Both lookups of a log, and how they are found again at opening.

use rusqlite::Connection;

use super::{Kind, Run, Runs, Sizes, Work, block, block::Record};
use crate::{
    StoreError,
    row::{COLUMNS, Stored},
};

/// A commit deletes one block of dropped runs for so many facts it appends: twice as many as merges use up.
const FACTS_FOR_EACH_DELETED: usize = 4;

/// The keys and the subjects of a log.
#[derive(Debug)]
pub(crate) struct Index {
    /// By key.
    pub(crate) keys: Runs,
    /// By subject.
    pub(crate) subjects: Runs,
    work: Work,
}

impl Index {
    /// That of an empty log.
    pub(crate) fn new(sizes: Sizes) -> Self {
        Index { keys: Runs::new(Kind::Keys, sizes), subjects: Runs::new(Kind::Subjects, sizes), work: Work::default() }
    }

    /// That of the log in `conn`: the runs, and what the end of the log says beyond them.
    pub(crate) fn open(conn: &Connection, sizes: Sizes) -> Result<Self, StoreError> {
        let mut index = Index::new(sizes);
        index.load_runs(conn)?;
        index.drop_unfinished(conn)?;
        for runs in [&mut index.keys, &mut index.subjects] {
            runs.sealed = runs.covered();
            runs.merge_full_levels(&mut index.work);
        }
        index.read_tail(conn)?;
        Ok(index)
    }

    /// Does the share of the work that `appended` facts more are to pay for.
    pub(crate) fn advance(&mut self, conn: &Connection, last: u64, appended: usize) -> Result<(), StoreError> {
        for runs in [&mut self.keys, &mut self.subjects] {
            self.work.budget = appended * runs.sizes.pace;
            runs.advance(conn, last, &mut self.work)?;
        }
        self.work.delete_some(conn, appended.div_ceil(FACTS_FOR_EACH_DELETED))
    }

    fn load_runs(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let mut select = conn.prepare("SELECT run, kind, level, covered FROM runs ORDER BY covered DESC, run")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let run = row.get(0)?;
            let is_key = row.get::<_, i64>(1)? == Kind::Keys.code();
            let runs = if is_key { &mut self.keys } else { &mut self.subjects };
            let covered = row.get::<_, i64>(3)?.cast_unsigned();
            runs.runs.push(Run { run, level: row.get(2)?, covered, blocks: block::load(conn, run)? });
            self.work.last_run = self.work.last_run.max(run);
        }
        Ok(())
    }

    /// Blocks of a run that is not in the list: it was in the making, or about to be deleted.
    fn drop_unfinished(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let known: Vec<i64> = self.keys.runs.iter().chain(&self.subjects.runs).map(|run| run.run).collect();
        let mut last = conn.prepare("SELECT place FROM run_blocks WHERE place < ?1 ORDER BY place DESC LIMIT 1")?;
        let mut end = i64::MAX;
        while let Some(place) = last.query([end])?.next()?.map(|row| row.get::<_, i64>(0)).transpose()? {
            let run = place >> 32;
            if !known.contains(&run) {
                self.work.drop_later(run, (place & 0xFFFF_FFFF) as usize + 1);
            }
            self.work.last_run = self.work.last_run.max(run);
            end = run << 32;
        }
        Ok(())
    }

    fn read_tail(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let (keys, subjects) = (self.keys.covered(), self.subjects.covered());
        let sql = format!("SELECT {COLUMNS}, key, subject, key_id FROM facts WHERE position > ?1 ORDER BY position");
        let mut select = conn.prepare(&sql)?;
        let mut rows = select.query([keys.min(subjects).cast_signed()])?;
        while let Some(row) = rows.next()? {
            let position = row.get::<_, i64>(0)?.cast_unsigned();
            if position > keys {
                let key = u128::from_be_bytes(row.get(7)?);
                self.keys.enter(Record { key, position, value: Stored::read(row)?.content() });
            }
            if position > subjects {
                let key = u128::from_be_bytes(row.get(8)?);
                let value = row.get::<_, i64>(9)?.cast_unsigned();
                self.subjects.enter(Record { key, position, value });
            }
        }
        Ok(())
    }
}
