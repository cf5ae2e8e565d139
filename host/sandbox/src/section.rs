//! The sections of a component's file: where the manifest lies, what the file imports and exports, what is digested.

use std::ops::Range;

use sha2::{Digest as _, Sha256};
use wasmparser::{
    BinaryReader, ComponentExportSectionReader, ComponentImportSectionReader, Result,
    component_types::ComponentEntityType, types::Types,
};

use crate::signature;

/// Magic number and version come before the first section.
const HEADER_BYTES: usize = 8;
const CUSTOM: u8 = 0;
const COMPONENT_IMPORT: u8 = 10;
const COMPONENT_EXPORT: u8 = 11;

/// A custom section, as it stands in a file.
pub(crate) fn custom_section(name: &str, content: &[u8]) -> Vec<u8> {
    let body = [&size(name.len())[..], name.as_bytes(), content].concat();
    [&[CUSTOM][..], &size(body.len()), &body].concat()
}

/// A number as files write it: seven bits at a time.
fn size(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A component's file, cut into its outermost sections.
pub(crate) struct Sections<'a> {
    bytes: &'a [u8],
    all: Vec<Section<'a>>,
}

struct Section<'a> {
    id: u8,
    whole: Range<usize>,
    body: BinaryReader<'a>,
    custom_name: Option<&'a str>,
}

impl<'a> Sections<'a> {
    /// Cuts a file; nothing is known of it but its bytes.
    pub(crate) fn of(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = BinaryReader::new(bytes, 0);
        reader.read_bytes(HEADER_BYTES)?;
        let mut all = Vec::new();
        while !reader.eof() {
            let start = reader.original_position();
            let id = reader.read_u8()?;
            let mut body = reader.read_reader()?;
            let custom_name = if id == CUSTOM { Some(body.read_string()?) } else { None };
            all.push(Section { id, whole: start..reader.original_position(), body, custom_name });
        }
        Ok(Sections { bytes, all })
    }

    /// The content of the first custom section of this name.
    pub(crate) fn custom(&self, name: &str) -> Option<&'a [u8]> {
        self.customs(name).next()
    }

    /// The contents of all custom sections of this name.
    pub(crate) fn customs(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let named = self.all.iter().filter(move |section| section.custom_name == Some(name));
        named.filter_map(|section| {
            let mut body = section.body.clone();
            body.read_bytes(body.bytes_remaining()).ok()
        })
    }

    /// What comes before all sections, and those that are no signatures.
    pub(crate) fn unsigned(&self) -> (&'a [u8], Vec<&'a [u8]>) {
        let sections = self.all.iter().filter(|section| section.custom_name != Some(signature::SECTION));
        (&self.bytes[..HEADER_BYTES], sections.map(|section| &self.bytes[section.whole.clone()]).collect())
    }

    /// What is signed: the SHA-256 of the sections that are no signatures.
    pub(crate) fn hash_unsigned(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        self.unsigned().1.into_iter().for_each(|section| hash.update(section));
        hash.finalize().into()
    }

    /// The SHA-256 of the file without its signatures.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let (header, sections) = self.unsigned();
        let mut hash = Sha256::new();
        hash.update(header);
        sections.into_iter().for_each(|section| hash.update(section));
        hash.finalize().into()
    }

    /// What it imports: functions of an interface as `interface#function`, anything else by its name.
    pub(crate) fn imports(&self, types: &Types) -> Result<Vec<String>> {
        let mut imports = Vec::new();
        for section in self.all.iter().filter(|section| section.id == COMPONENT_IMPORT) {
            for import in ComponentImportSectionReader::new(section.body.clone())? {
                name_import(import?.name.name, types, &mut imports);
            }
        }
        Ok(imports)
    }

    /// The names of what it exports.
    pub(crate) fn exports(&self) -> Result<Vec<String>> {
        let mut exports = Vec::new();
        for section in self.all.iter().filter(|section| section.id == COMPONENT_EXPORT) {
            for export in ComponentExportSectionReader::new(section.body.clone())? {
                exports.push(export?.name.name.to_owned());
            }
        }
        Ok(exports)
    }
}

fn name_import(name: &str, types: &Types, imports: &mut Vec<String>) {
    let before = imports.len();
    if let Some(ComponentEntityType::Instance(instance)) = types.component_item_for_import(name).map(|item| item.ty) {
        let functions =
            types[instance].exports.iter().filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)));
        imports.extend(functions.map(|(function, _)| format!("{name}#{function}")));
    }
    if imports.len() == before {
        imports.push(name.to_owned());
    }
}
