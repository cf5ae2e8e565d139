//! A fact as a row: what stands in its open part and what in its sealed part.
//!
//! Which field of the data is sealed stands in one place, [`FactKind::sealed`]; of the fact itself the source, the
//! revision and the marks are open, the source's own id and subject are sealed.

use std::borrow::Cow;

use engine::{
    fact::{Fact, FactKind, Marks, Position},
    id::Id,
    time::Instant,
};
use rusqlite::{Row, types::ValueRef};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use sha2::{Digest, Sha256};

use crate::{Draft, StoreError, error::place_of, schema, split::Fields};

/// The two parts of a row, and what tells whether another draft says the same. Kept and refilled for each draft.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// JSON.
    pub(crate) open: Vec<u8>,
    /// JSON, until the cipher comes.
    pub(crate) sealed: Vec<u8>,
    /// The idempotency key.
    pub(crate) key: Id,
    /// See [`content`].
    pub(crate) content: u64,
    fields: Fields,
    extra: Vec<u8>,
}

#[derive(Deserialize)]
struct Open<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(default)]
    revision: u32,
    #[serde(default)]
    marks: Marks,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Sealed<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    extra: Option<&'a RawValue>,
}

impl Parts {
    /// Writes both parts of `draft`.
    pub(crate) fn fill(&mut self, draft: &Draft) -> Result<(), StoreError> {
        self.encode(draft).map_err(|error| StoreError::Encoding(place_of(&error)))?;
        self.key = draft.key();
        self.content = content(
            &[draft.body.kind().name().as_bytes(), draft.subject.as_bytes()],
            draft.time.filter(|_| !draft.marks.clock_skew),
            [&self.fields.open, &self.fields.sealed, &self.extra],
        );
        Ok(())
    }

    fn encode(&mut self, draft: &Draft) -> Result<(), serde_json::Error> {
        self.fields.read(&draft.body)?;
        self.extra.clear();
        if !draft.extra.is_empty() {
            serde_json::to_writer(&mut self.extra, &draft.extra)?;
        }

        let open = &mut self.open;
        open.clear();
        open.extend_from_slice(b"{\"source\":");
        serde_json::to_writer(&mut *open, &draft.source)?;
        if draft.revision > 0 {
            open.extend_from_slice(b",\"revision\":");
            serde_json::to_writer(&mut *open, &draft.revision)?;
        }
        if draft.marks != Marks::default() {
            open.extend_from_slice(b",\"marks\":");
            serde_json::to_writer(&mut *open, &draft.marks)?;
        }
        push_object(open, b",\"data\":", &self.fields.open);
        open.push(b'}');

        let sealed = &mut self.sealed;
        sealed.clear();
        sealed.extend_from_slice(b"{\"id\":");
        serde_json::to_writer(&mut *sealed, &draft.id)?;
        sealed.extend_from_slice(b",\"subject\":");
        serde_json::to_writer(&mut *sealed, &draft.subject)?;
        push_object(sealed, b",\"data\":", &self.fields.sealed);
        if !self.extra.is_empty() {
            sealed.extend_from_slice(b",\"extra\":");
            sealed.extend_from_slice(&self.extra);
        }
        sealed.push(b'}');
        Ok(())
    }
}

fn push_object(into: &mut Vec<u8>, name: &[u8], inside: &[u8]) {
    if !inside.is_empty() {
        into.extend_from_slice(name);
        into.push(b'{');
        into.extend_from_slice(inside);
        into.push(b'}');
    }
}

/// A short digest of what a fact says. Equal digests are taken for the same fact; where they differ the facts
/// themselves are compared, so a program that writes the same fact in other bytes still knows it again.
fn content(names: &[&[u8]], time: Option<Instant>, parts: [&[u8]; 3]) -> u64 {
    let mut hash = Sha256::new();
    for part in names.iter().chain(&parts) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(time.map_or(i64::MIN, |time| time.0).to_le_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    u64::from_be_bytes([digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7]])
}

/// The columns a [`Stored`] is read from, in order.
pub(crate) const COLUMNS: &str = "position, at, time, type, schema, open, sealed";

/// A row as it stands in the log, borrowed from the statement.
pub(crate) struct Stored<'a> {
    position: Position,
    at: Instant,
    time: Option<Instant>,
    kind: FactKind,
    schema: u32,
    open: Open<'a>,
    sealed: Sealed<'a>,
}

impl<'a> Stored<'a> {
    /// Reads a row of [`COLUMNS`]; `position` only names it in errors.
    pub(crate) fn read(row: &'a Row<'_>) -> Result<Self, StoreError> {
        let position = Position(row.get::<_, i64>(0)?.cast_unsigned());
        let corrupt = |reason: String| StoreError::fact(position, reason);
        let open = bytes(row, 5).ok_or_else(|| corrupt("its open part is missing".into()))?;
        let sealed = bytes(row, 6).ok_or_else(|| corrupt("its sealed part is missing".into()))?;
        let name = row.get_ref(3)?.as_str().map_err(|_| corrupt("its type is not text".into()))?;
        Ok(Stored {
            position,
            at: Instant(row.get(1)?),
            time: row.get::<_, Option<i64>>(2)?.map(Instant),
            kind: FactKind::named(name).ok_or_else(|| corrupt("its type is unknown to this program".into()))?,
            schema: row.get(4)?,
            open: serde_json::from_slice(open).map_err(|e| corrupt(format!("in its open part {}", place_of(&e))))?,
            sealed: serde_json::from_slice(sealed)
                .map_err(|e| corrupt(format!("in its sealed part {}", place_of(&e))))?,
        })
    }

    /// The fact.
    pub(crate) fn fact(&self) -> Result<Fact, StoreError> {
        let body = schema::decode(self.kind, self.schema, inside(self.open.data), inside(self.sealed.data))
            .map_err(|reason| StoreError::fact(self.position, reason))?;
        Ok(Fact {
            position: self.position,
            at: self.at,
            time: self.time,
            source: self.open.source.clone().into_owned(),
            id: self.sealed.id.clone().into_owned(),
            revision: self.open.revision,
            subject: self.sealed.subject.clone().into_owned(),
            marks: self.open.marks,
            body,
        })
    }

    /// The fields nobody knew when it came.
    pub(crate) fn extra(&self) -> Result<Map<String, Value>, StoreError> {
        self.sealed.extra.map_or_else(
            || Ok(Map::new()),
            |extra| {
                serde_json::from_str(extra.get())
                    .map_err(|e| StoreError::fact(self.position, format!("in its extra fields {}", place_of(&e))))
            },
        )
    }

    /// See [`content`].
    pub(crate) fn content(&self) -> u64 {
        content(
            &[self.kind.name().as_bytes(), self.sealed.subject.as_bytes()],
            self.time.filter(|_| !self.open.marks.clock_skew),
            [
                inside(self.open.data).as_bytes(),
                inside(self.sealed.data).as_bytes(),
                self.sealed.extra.map_or("", RawValue::get).as_bytes(),
            ],
        )
    }
}

fn bytes<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a [u8]> {
    match row.get_ref(column).ok()? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => None,
    }
}

/// What stands between the braces.
fn inside(object: Option<&RawValue>) -> &str {
    let text = object.map_or("", |object| object.get());
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or("")
}
