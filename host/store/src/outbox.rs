//! The outbox: decisions that somebody outside is to hear of. A row stands here until it is settled.

use engine::{decision::Decision, fact::Position, outcome::Outcome};
use rusqlite::Connection;

use crate::{StoreError, error::place_of, outcome::encode};

/// A decision that is to be delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The fact it was made of.
    pub position: Position,
    /// Which of its decisions, counted from 0: with the position the decision's address.
    pub n: u32,
    /// What was decided.
    pub decision: Decision,
}

/// Puts the decisions of an outcome that are delivered into the outbox.
pub(crate) fn insert(conn: &Connection, position: Position, outcome: &Outcome) -> Result<(), StoreError> {
    for (n, decision) in (0_u32..).zip(outcome.decisions()).filter(|(_, decision)| decision.is_delivered()) {
        let mut insert = conn.prepare_cached("INSERT INTO outbox (position, n, body) VALUES (?1, ?2, ?3)")?;
        insert.execute((position.0.cast_signed(), n, encode(decision)?))?;
    }
    Ok(())
}

/// Up to `limit` deliveries, oldest first.
pub(crate) fn undelivered(conn: &Connection, limit: usize) -> Result<Vec<Delivery>, StoreError> {
    let mut select = conn.prepare_cached("SELECT position, n, body FROM outbox ORDER BY position, n LIMIT ?1")?;
    let mut rows = select.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut deliveries = Vec::new();
    while let Some(row) = rows.next()? {
        let position = row.get::<_, i64>(0)?.cast_unsigned();
        let corrupt = |reason: String| StoreError::Corrupt { what: "delivery", position, reason };
        let body = row.get_ref(2)?.as_str().map_err(|_| corrupt("it is not text".into()))?;
        let decision = serde_json::from_str(body).map_err(|error| corrupt(place_of(&error)))?;
        deliveries.push(Delivery { position: Position(position), n: row.get(1)?, decision });
    }
    Ok(deliveries)
}

/// Takes a delivery out.
pub(crate) fn settle(conn: &Connection, position: Position, n: u32) -> Result<(), StoreError> {
    let mut delete = conn.prepare_cached("DELETE FROM outbox WHERE position = ?1 AND n = ?2")?;
    delete.execute((position.0.cast_signed(), n))?;
    Ok(())
}
