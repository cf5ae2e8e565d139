//! Writes a fact's data as two JSON objects in one pass: the open fields and the sealed ones.

use engine::fact::{FactBody, data};
use serde::ser::{Error as _, Impossible, Serialize, SerializeStruct, Serializer};
use serde_json::Error;

/// The fields of one fact's data, as the inside of two JSON objects. Absent fields (`null`) are left out.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// `"speaker":"customer"`
    pub(crate) open: Vec<u8>,
    /// `"text":"…"`
    pub(crate) sealed: Vec<u8>,
}

impl Fields {
    /// Takes the fields of `body` in the place of those before.
    pub(crate) fn read(&mut self, body: &FactBody) -> Result<(), Error> {
        self.open.clear();
        self.sealed.clear();
        data::write(body, Split { names: body.kind().sealed(), fields: self })
    }
}

struct Split<'a> {
    names: &'static [&'static str],
    fields: &'a mut Fields,
}

impl SerializeStruct for Split<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        let is_sealed = self.names.contains(&name);
        let into = if is_sealed { &mut self.fields.sealed } else { &mut self.fields.open };
        let before = into.len();
        if before > 0 {
            into.push(b',');
        }
        into.push(b'"');
        into.extend_from_slice(name.as_bytes());
        into.extend_from_slice(b"\":");
        let start = into.len();
        value.serialize(&mut serde_json::Serializer::new(&mut *into))?;
        if into.get(start..) == Some(b"null".as_slice()) {
            into.truncate(before);
        }
        Ok(())
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// The data of every fact is a struct; nothing else comes here.
fn refused<T>() -> Result<T, Error> {
    Err(Error::custom("the data of a fact is a struct"))
}

macro_rules! refuse {
    ($($method:ident($($argument:ty),*) -> $result:ty;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$result, Error> { refused() })*
    };
}

type Never = Impossible<(), Error>;

impl Serializer for Split<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Self;
    type SerializeStructVariant = Never;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    refuse! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), Error> {
        refused()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), Error> {
        refused()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        refused()
    }
}
