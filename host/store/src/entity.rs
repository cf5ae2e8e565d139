//! The state as of the last checkpoint: one row for each entity, its key encoded so that rows sort as keys do.

use engine::{
    entity::{Entity, EntityKey},
    id::Id,
    time::Instant,
};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::StoreError;

/// Entities are fetched so many at a time.
const PAGE: usize = 256;
const KEY_BYTES: usize = 17;

/// Every entity of the last checkpoint, in the order of their keys.
#[derive(Debug)]
pub struct Entities<'a> {
    conn: &'a Connection,
    after: Option<[u8; KEY_BYTES]>,
    page: std::vec::IntoIter<(EntityKey, Entity)>,
    is_over: bool,
}

impl<'a> Entities<'a> {
    pub(crate) fn new(conn: &'a Connection) -> Self {
        Entities { conn, after: None, page: Vec::new().into_iter(), is_over: false }
    }

    fn fetch(&mut self) -> Result<(), StoreError> {
        let mut select =
            self.conn.prepare_cached("SELECT key, body FROM entities WHERE key > ?1 ORDER BY key LIMIT ?2")?;
        let mut rows = select.query((self.after.as_ref().map_or(&[][..], |key| key), PAGE as i64))?;
        let mut page = Vec::with_capacity(PAGE);
        while let Some(row) = rows.next()? {
            let (key, entity) = read(row)?;
            self.after = Some(encode_key(key));
            page.push((key, entity));
        }
        self.is_over = page.len() < PAGE;
        self.page = page.into_iter();
        Ok(())
    }
}

impl Iterator for Entities<'_> {
    type Item = Result<(EntityKey, Entity), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entity) = self.page.next() {
            return Some(Ok(entity));
        }
        if self.is_over {
            return None;
        }
        match self.fetch() {
            Ok(()) => self.page.next().map(Ok),
            Err(error) => {
                self.is_over = true;
                Some(Err(error))
            }
        }
    }
}

/// Writes entities in the place of those before.
pub(crate) fn put(conn: &Connection, changed: &[(EntityKey, Entity)]) -> Result<(), StoreError> {
    let mut upsert = conn.prepare_cached(
        "INSERT INTO entities (key, due, listed, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (key) DO UPDATE SET due = excluded.due, listed = excluded.listed, body = excluded.body",
    )?;
    let mut body = Vec::new();
    for (key, entity) in changed {
        body.clear();
        body = postcard::to_extend(entity, body).map_err(|error| StoreError::Encoding(error.to_string()))?;
        let (due, listed) = (entity.due().map(|due| due.0), entity.listed().map(|since| since.0));
        upsert.execute((encode_key(*key), due, listed, &body))?;
    }
    Ok(())
}

/// The entities of `keys`, in that order.
pub(crate) fn load(conn: &Connection, keys: &[EntityKey]) -> Result<Vec<Option<Entity>>, StoreError> {
    let mut select = conn.prepare_cached("SELECT key, body FROM entities WHERE key = ?1")?;
    let mut entities = Vec::with_capacity(keys.len());
    for key in keys {
        let found = select.query_row([encode_key(*key)], |row| Ok(read(row))).optional()?;
        entities.push(found.transpose()?.map(|(_, entity)| entity));
    }
    Ok(entities)
}

/// What is due when, earliest first.
pub(crate) fn dues(conn: &Connection) -> Result<Vec<(Instant, EntityKey)>, StoreError> {
    marked(conn, "SELECT due, key FROM entities WHERE due IS NOT NULL ORDER BY due, key")
}

/// What stands in a listing since when, earliest first.
pub(crate) fn listed(conn: &Connection) -> Result<Vec<(Instant, EntityKey)>, StoreError> {
    marked(conn, "SELECT listed, key FROM entities WHERE listed IS NOT NULL ORDER BY listed, key")
}

fn marked(conn: &Connection, sql: &str) -> Result<Vec<(Instant, EntityKey)>, StoreError> {
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([])?;
    let mut marked = Vec::new();
    while let Some(row) = rows.next()? {
        marked.push((Instant(row.get(0)?), key_of(row, 1)?));
    }
    Ok(marked)
}

fn read(row: &Row<'_>) -> Result<(EntityKey, Entity), StoreError> {
    let key = key_of(row, 0)?;
    let corrupt = |reason: String| StoreError::CorruptEntity { key: hex(&encode_key(key)), reason };
    let body = row.get_ref(1)?.as_blob().map_err(|_| corrupt("it is not a blob".into()))?;
    let entity = postcard::from_bytes(body).map_err(|error| corrupt(error.to_string()))?;
    Ok((key, entity))
}

fn key_of(row: &Row<'_>, column: usize) -> Result<EntityKey, StoreError> {
    let bytes = row.get_ref(column)?.as_blob().unwrap_or_default();
    decode_key(bytes).ok_or_else(|| StoreError::CorruptEntity {
        key: hex(bytes),
        reason: "its key is unknown to this program".into(),
    })
}

/// The kind first, in the order of [`EntityKey`].
fn encode_key(key: EntityKey) -> [u8; KEY_BYTES] {
    let (kind, id) = match key {
        EntityKey::Contact(id) => (0, id),
        EntityKey::Book(id) => (1, id),
        EntityKey::Home(id) => (2, id),
        EntityKey::Directory => (3, Id::default()),
        EntityKey::Holder(id) => (4, id),
        EntityKey::Case(id) => (5, id),
        EntityKey::Workload(id) => (6, id),
        EntityKey::Generations => (7, Id::default()),
    };
    let mut bytes = [kind; KEY_BYTES];
    bytes[1..].copy_from_slice(&id.0);
    bytes
}

fn decode_key(bytes: &[u8]) -> Option<EntityKey> {
    let (kind, id) = bytes.split_first()?;
    let id = Id(id.try_into().ok()?);
    match kind {
        0 => Some(EntityKey::Contact(id)),
        1 => Some(EntityKey::Book(id)),
        2 => Some(EntityKey::Home(id)),
        3 => Some(EntityKey::Directory),
        4 => Some(EntityKey::Holder(id)),
        5 => Some(EntityKey::Case(id)),
        6 => Some(EntityKey::Workload(id)),
        7 => Some(EntityKey::Generations),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use engine::{entity::EntityKey, id::Id};

    use super::{decode_key, encode_key};

    #[test]
    fn encoded_keys_sort_as_keys_do_and_come_back() {
        let ids = [Id([0; 16]), Id([1; 16]), Id([255; 16])];
        let kinds = [
            EntityKey::Workload,
            EntityKey::Case,
            EntityKey::Holder,
            EntityKey::Home,
            EntityKey::Book,
            EntityKey::Contact,
        ];
        let mut keys: Vec<EntityKey> = ids.into_iter().flat_map(|id| kinds.map(|kind| kind(id))).collect();
        keys.push(EntityKey::Directory);
        keys.sort_by_key(|key| encode_key(*key));
        assert!(keys.is_sorted());
        assert!(keys.iter().all(|key| decode_key(&encode_key(*key)) == Some(*key)));
        assert_eq!(decode_key(&[9; 17]), None);
        assert_eq!(decode_key(&[0; 3]), None);
    }
}
