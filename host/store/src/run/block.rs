//! The form of a run: records of 32 bytes, blocks of one page, and for each block a filter that is kept in memory.

use rusqlite::Connection;

use crate::StoreError;

/// One entry of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The digest looked up; evenly spread.
    pub(crate) key: u128,
    /// The fact.
    pub(crate) position: u64,
    /// What else is known: a digest of the content, or the number of the sealing key.
    pub(crate) value: u64,
}

pub(super) const RECORD_BYTES: usize = 32;
/// A block with its header just fits a leaf page of 4,096 bytes.
pub(super) const BLOCK_RECORDS: usize = 126;
/// So do the filters of this many blocks.
pub(super) const GROUP_BLOCKS: usize = 14;
const FILTER_WORDS: usize = 32;
const FILTER_BYTES: usize = FILTER_WORDS * 8;
/// A key sets this many bits within one of the filter's four cache lines: 1 absent key in 1,000 reads a block.
const BITS: u32 = 6;

/// What is kept in memory of a block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Its first key.
    pub(super) first: u128,
    filter: [u64; FILTER_WORDS],
}

/// What a block says of a key.
pub(super) enum Found {
    At(u64, u64),
    Nowhere,
    Damaged,
}

impl Record {
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.key.to_be_bytes());
        into.extend_from_slice(&self.position.to_be_bytes());
        into.extend_from_slice(&self.value.to_be_bytes());
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (key, rest) = bytes.split_first_chunk()?;
        let (position, rest) = rest.split_first_chunk()?;
        let (value, _) = rest.split_first_chunk()?;
        Some(Record {
            key: u128::from_be_bytes(*key),
            position: u64::from_be_bytes(*position),
            value: u64::from_be_bytes(*value),
        })
    }
}

impl Block {
    pub(super) fn new(first: u128) -> Self {
        Block { first, filter: [0; FILTER_WORDS] }
    }

    pub(super) fn add(&mut self, key: u128) {
        for (word, bit) in bits(key) {
            if let Some(word) = self.filter.get_mut(word) {
                *word |= bit;
            }
        }
    }

    pub(super) fn may_hold(&self, key: u128) -> bool {
        bits(key).all(|(word, bit)| self.filter.get(word).is_some_and(|word| word & bit != 0))
    }

    fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.first.to_be_bytes());
        for word in self.filter {
            into.extend_from_slice(&word.to_le_bytes());
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (first, words) = bytes.split_first_chunk()?;
        let mut block = Block::new(u128::from_be_bytes(*first));
        for (word, bytes) in block.filter.iter_mut().zip(words.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().ok()?);
        }
        Some(block)
    }
}

/// The bits of a key: which word, which bit. Taken from the half of the digest that does not sort first.
fn bits(key: u128) -> impl Iterator<Item = (usize, u64)> {
    let spread = key as u64;
    let line = (spread >> 62) as usize * 8;
    (0..BITS).map(move |n| {
        let bit = (spread >> (9 * n)) & 511;
        (line + (bit >> 6) as usize, 1 << (bit & 63))
    })
}

/// Where block (or group) `number` of a run stands.
pub(super) fn place(run: i64, number: usize) -> i64 {
    (run << 32) | number as i64
}

/// Looks a key up in the bytes of a block.
pub(super) fn find(bytes: &[u8], key: u128) -> Found {
    let (records, rest) = bytes.as_chunks::<RECORD_BYTES>();
    if records.is_empty() || !rest.is_empty() {
        return Found::Damaged;
    }
    let key = key.to_be_bytes();
    let at = records.partition_point(|record| record.first_chunk().is_some_and(|first: &[u8; 16]| *first < key));
    match records.get(at).and_then(|record| Record::read(record)) {
        Some(record) if record.key.to_be_bytes() == key => Found::At(record.position, record.value),
        Some(_) | None => Found::Nowhere,
    }
}

/// Writes a run, record by record in the order of their keys.
#[derive(Debug)]
pub(super) struct Writer {
    run: i64,
    records: Vec<u8>,
    group: Vec<u8>,
    open: Option<Block>,
    blocks: Vec<Block>,
}

impl Writer {
    pub(super) fn new(run: i64) -> Self {
        Writer { run, records: Vec::new(), group: Vec::new(), open: None, blocks: Vec::new() }
    }

    pub(super) fn push(&mut self, conn: &Connection, record: &Record) -> Result<(), StoreError> {
        record.write(&mut self.records);
        self.open.get_or_insert_with(|| Block::new(record.key)).add(record.key);
        if self.records.len() == BLOCK_RECORDS * RECORD_BYTES { self.close_block(conn) } else { Ok(()) }
    }

    /// The blocks, once the last record is in.
    pub(super) fn finish(&mut self, conn: &Connection) -> Result<Vec<Block>, StoreError> {
        self.close_block(conn)?;
        if !self.group.is_empty() {
            self.close_group(conn)?;
        }
        Ok(std::mem::take(&mut self.blocks))
    }

    fn close_block(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let Some(block) = self.open.take() else { return Ok(()) };
        let mut insert = conn.prepare_cached("INSERT INTO run_blocks (place, records) VALUES (?1, ?2)")?;
        insert.execute((place(self.run, self.blocks.len()), &self.records))?;
        self.records.clear();
        block.write(&mut self.group);
        self.blocks.push(block);
        if self.blocks.len().is_multiple_of(GROUP_BLOCKS) { self.close_group(conn) } else { Ok(()) }
    }

    fn close_group(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let number = (self.blocks.len() - 1) / GROUP_BLOCKS;
        let mut insert = conn.prepare_cached("INSERT INTO run_filters (place, filters) VALUES (?1, ?2)")?;
        insert.execute((place(self.run, number), &self.group))?;
        self.group.clear();
        Ok(())
    }
}

/// The blocks of a run as its filters tell them, without reading the records.
pub(super) fn load(conn: &Connection, run: i64) -> Result<Vec<Block>, StoreError> {
    let mut blocks = Vec::new();
    let mut select =
        conn.prepare_cached("SELECT filters FROM run_filters WHERE place >= ?1 AND place < ?2 ORDER BY place")?;
    let mut rows = select.query((place(run, 0), place(run + 1, 0)))?;
    while let Some(row) = rows.next()? {
        let group = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        for block in group.chunks(16 + FILTER_BYTES) {
            let damaged = StoreError::CorruptRun { run, block: blocks.len() };
            blocks.push(Block::read(block).ok_or(damaged)?);
        }
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_RECORDS, Block, Found, Record, find};

    fn spread(n: u64) -> u128 {
        let half = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        u128::from(half(n)) << 64 | u128::from(half(n ^ 0xABCD_EF01))
    }

    #[test]
    fn a_block_finds_what_it_holds_and_its_filter_seldom_errs() {
        let mut keys: Vec<u128> = (0..BLOCK_RECORDS as u64).map(spread).collect();
        keys.sort_unstable();
        let mut block = Block::new(keys[0]);
        let mut bytes = Vec::new();
        for (n, key) in keys.iter().enumerate() {
            block.add(*key);
            Record { key: *key, position: n as u64 + 1, value: 7 }.write(&mut bytes);
        }
        for (n, key) in keys.iter().enumerate() {
            assert!(block.may_hold(*key));
            assert!(matches!(find(&bytes, *key), Found::At(position, 7) if position == n as u64 + 1));
        }
        let wrong = (1_000..101_000).filter(|n| block.may_hold(spread(*n))).count();
        assert!(wrong < 500, "{wrong} of 100,000 absent keys pass the filter");
        assert!(matches!(find(&bytes, spread(5_000)), Found::Nowhere));
        assert!(matches!(find(&bytes[..40], keys[0]), Found::Damaged));
    }
}
