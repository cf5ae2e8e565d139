//! Outcomes: one row for each position. Most facts lead to nothing, and such a row holds two numbers.

use engine::{fact::Position, id::Id, outcome::Outcome};
use rusqlite::{Connection, OptionalExtension};

use crate::{StoreError, error::place_of};

/// The generations that outcomes name by number; there are few.
#[derive(Debug, Default)]
pub(crate) struct Generations(Vec<(i64, Id)>);

impl Generations {
    pub(crate) fn open(conn: &Connection) -> Result<Self, StoreError> {
        let mut select = conn.prepare("SELECT n, id FROM generations ORDER BY n")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, Id(row.get(1)?))))?;
        Ok(Generations(rows.collect::<Result<_, _>>()?))
    }

    fn number(&mut self, conn: &Connection, id: Id) -> Result<i64, StoreError> {
        // The current one is the last.
        if let Some((n, _)) = self.0.iter().rev().find(|(_, known)| *known == id) {
            return Ok(*n);
        }
        conn.prepare_cached("INSERT INTO generations (id) VALUES (?1)")?.execute([id.0])?;
        let n = conn.last_insert_rowid();
        self.0.push((n, id));
        Ok(n)
    }
}

/// Stores the outcome of `position`.
pub(crate) fn insert(
    conn: &Connection,
    generations: &mut Generations,
    position: Position,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let generation = generations.number(conn, outcome.generation)?;
    let nothing = Outcome { generation: outcome.generation, ..Outcome::default() };
    let body = if *outcome == nothing { None } else { Some(encode(outcome)?) };
    // An absent value and a number that is not finite are both written as `null`; only the first comes back.
    if let Some(body) = body.as_deref().filter(|body| body.contains("null"))
        && serde_json::from_str::<Outcome>(body).ok().as_ref() != Some(outcome)
    {
        return Err(StoreError::NotFiniteOutcome { position: position.0 });
    }
    let mut insert = conn.prepare_cached("INSERT INTO outcomes (position, generation, body) VALUES (?1, ?2, ?3)")?;
    insert.execute((position.0.cast_signed(), generation, body))?;
    Ok(())
}

/// Up to `limit` outcomes from position `from` on.
pub(crate) fn read(conn: &Connection, from: Position, limit: usize) -> Result<Vec<(Position, Outcome)>, StoreError> {
    let Generations(generations) = Generations::open(conn)?;
    let mut select = conn.prepare_cached(
        "SELECT position, generation, body FROM outcomes WHERE position >= ?1 ORDER BY position LIMIT ?2",
    )?;
    let mut rows = select.query((from.0.cast_signed(), i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut outcomes = Vec::new();
    while let Some(row) = rows.next()? {
        let position = row.get::<_, i64>(0)?.cast_unsigned();
        let corrupt = |reason: String| StoreError::Corrupt { what: "outcome", position, reason };
        let body = row.get_ref(2)?.as_str_or_null().map_err(|_| corrupt("it is not text".into()))?;
        let outcome = match body {
            Some(body) => serde_json::from_str(body).map_err(|error| corrupt(place_of(&error)))?,
            None => {
                let n: i64 = row.get(1)?;
                let known = generations.iter().find(|(known, _)| *known == n);
                let (_, generation) = known.ok_or_else(|| corrupt("its generation is not in the list".into()))?;
                Outcome { generation: *generation, ..Outcome::default() }
            }
        };
        outcomes.push((Position(position), outcome));
    }
    Ok(outcomes)
}

/// The last position with an outcome.
pub(crate) fn last(conn: &Connection) -> Result<Position, StoreError> {
    let last: Option<i64> = conn
        .query_row("SELECT position FROM outcomes ORDER BY position DESC LIMIT 1", [], |row| row.get(0))
        .optional()?;
    Ok(Position(last.unwrap_or(0).cast_unsigned()))
}

/// As JSON: it outlives the program that wrote it.
pub(crate) fn encode<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Encoding(place_of(&error)))
}
