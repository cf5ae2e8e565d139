//! A component: a plugin's file, checked, named and compiled.
//!
//! The order of the checks is the order in which a stranger's file can do harm: size, signature, form, imports,
//! manifest, exports; only then the compiler sees it. A file whose compiled code is kept passed form and imports when
//! it was compiled, and does not pass them again.

use std::{fmt, path::Path, sync::Arc};

use engine::id::Id;
use wasmparser::{BinaryReaderError, Parser, Payload, Validator};
use wasmtime::component::Component as Code;

use crate::{
    error::SandboxError,
    file::read_at_most,
    host::Host,
    limits::{Allowance, NESTING, TYPE_NESTING},
    manifest::{Kind, Manifest, SECTION},
    section::Sections,
    signature::Trust,
};

/// Exports that begin like this are contracts of ours.
const PACKAGE: &str = "plaint:plugin/";

/// How every WebAssembly file begins.
const MAGIC: &[u8] = b"\0asm";

/// A plugin that was checked and compiled. Cheap to clone.
#[derive(Clone)]
pub struct Component(Arc<Parts>);

struct Parts {
    host: Arc<Host>,
    code: Code,
    manifest: Manifest,
    allowance: Allowance,
    digest: Digest,
    compiled: Compiled,
}

/// The SHA-256 of a component's file without its signatures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// Where the compiled code came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiled {
    /// From the cache.
    Before,
    /// From the compiler, and the cache has it now.
    Now,
    /// From the compiler, and it will be compiled again next time.
    NowNotKept {
        /// Why.
        reason: String,
    },
}

impl Component {
    pub(crate) fn load_file(host: &Arc<Host>, path: &Path, trust: &Trust) -> Result<Self, SandboxError> {
        let origin = path.display().to_string();
        match read_at_most(path, host.limits.component_bytes as u64 + 1) {
            Ok(bytes) => Component::load(host, &bytes, &origin, trust),
            Err(reason) => Err(SandboxError::Read { origin, reason }),
        }
    }

    pub(crate) fn load(host: &Arc<Host>, bytes: &[u8], origin: &str, trust: &Trust) -> Result<Self, SandboxError> {
        let Checked { manifest, digest, compiled_before } = check(host, bytes, origin, trust)?;
        let allowance = host.limits.allowance(manifest.kind, &manifest.limits);
        let allowance = allowance.map_err(|excess| SandboxError::Greedy { origin: origin.to_owned(), excess })?;
        let (code, compiled) = match compiled_before {
            Some(code) => (code, Compiled::Before),
            None => compile(host, bytes, &digest)
                .map_err(|error| SandboxError::Compile { origin: origin.to_owned(), reason: format!("{error:#}") })?,
        };
        Ok(Component(Arc::new(Parts { host: Arc::clone(host), code, manifest, allowance, digest, compiled })))
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.0.manifest.kind
    }

    /// Which it is.
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// Where its compiled code came from.
    pub fn compiled(&self) -> &Compiled {
        &self.0.compiled
    }

    pub(crate) fn allowance(&self) -> Allowance {
        self.0.allowance
    }

    pub(crate) fn host(&self) -> &Arc<Host> {
        &self.0.host
    }

    pub(crate) fn code(&self) -> &Code {
        &self.0.code
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Component({} {})", self.0.manifest.id, self.0.digest)
    }
}

impl Digest {
    /// As the engine keeps it: the first half.
    pub fn id(&self) -> Id {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0[..16]);
        Id(id)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A file that may be used.
struct Checked {
    manifest: Manifest,
    digest: Digest,
    /// Its code, where it was compiled before.
    compiled_before: Option<Code>,
}

fn check(host: &Host, bytes: &[u8], origin: &str, trust: &Trust) -> Result<Checked, SandboxError> {
    let origin = origin.to_owned();
    let limit = host.limits.component_bytes;
    if bytes.len() > limit {
        return Err(SandboxError::TooLarge { origin, limit });
    }
    if Parser::is_core_wasm(bytes) {
        return Err(SandboxError::CoreModule { origin });
    }
    trust.check(bytes).map_err(|problem| SandboxError::Untrusted { origin: origin.clone(), problem })?;
    let before = compiled_before(host, bytes);
    if before.is_none() {
        check_form(host, bytes, &origin)?;
    }
    let invalid =
        |error| SandboxError::Invalid { origin: origin.clone(), reason: BinaryReaderError::to_string(&error) };
    let sections = Sections::of(bytes).map_err(invalid)?;
    let exports = sections.exports().map_err(invalid)?;
    let Some(manifest) = sections.custom(SECTION) else { return Err(SandboxError::NoManifest { origin }) };
    let manifest =
        Manifest::parse(manifest).map_err(|reason| SandboxError::Manifest { origin: origin.clone(), reason })?;
    check_exports(manifest.kind, exports, origin)?;
    let (digest, compiled_before) = match before {
        Some((digest, code)) => (digest, Some(code)),
        None => (Digest(sections.digest()), None),
    };
    Ok(Checked { manifest, digest, compiled_before })
}

/// Digest and code of a file whose every byte outside its signatures is that of one that was checked and compiled here.
/// Such a file need not be validated again: of an interpreter with its library that would take most of a start.
fn compiled_before(host: &Host, bytes: &[u8]) -> Option<(Digest, Code)> {
    let cache = host.cache.as_ref()?;
    let digest = Digest(Sections::of(bytes).ok()?.digest());
    cache.find(&host.engine, &digest).map(|code| (digest, code))
}

/// It is a valid component that imports nothing.
fn check_form(host: &Host, bytes: &[u8], origin: &str) -> Result<(), SandboxError> {
    let invalid = |reason| SandboxError::Invalid { origin: origin.to_owned(), reason };
    if !bytes.starts_with(MAGIC) {
        return Err(invalid("it does not begin as WebAssembly does".to_owned()));
    }
    let unread = |error: BinaryReaderError| invalid(error.to_string());
    if let Some(reason) = too_deep(bytes).map_err(unread)? {
        return Err(invalid(reason));
    }
    let mut validator = Validator::new_with_features(host.engine.get_wasm_features());
    let types = validator.validate_all(bytes).map_err(unread)?;
    let imports = Sections::of(bytes).and_then(|sections| sections.imports(&types)).map_err(unread)?;
    if imports.is_empty() { Ok(()) } else { Err(SandboxError::Imports { origin: origin.to_owned(), imports }) }
}

/// What stands within each other deeper than validator and compiler can go; found without going down.
fn too_deep(bytes: &[u8]) -> Result<Option<String>, BinaryReaderError> {
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        if matches!(payload, Payload::ModuleSection { .. } | Payload::ComponentSection { .. }) {
            depth += 1;
        } else if matches!(payload, Payload::End(_)) {
            depth = depth.saturating_sub(1);
        } else if let Payload::ComponentTypeSection(types) = payload
            && type_depth(&bytes[types.range()]) > TYPE_NESTING
        {
            return Ok(Some(format!("its types are nested deeper than {TYPE_NESTING}")));
        }
        if depth > NESTING {
            return Ok(Some(format!("its components are nested deeper than {NESTING}")));
        }
    }
    Ok(None)
}

/// The most that types of components and instances can be nested in a section: one within another is
/// always declared by these two bytes. They may also stand for something else, a few times at most.
fn type_depth(section: &[u8]) -> usize {
    section.windows(2).filter(|pair| matches!(pair, [0x01, 0x41 | 0x42])).count()
}

/// The manifest's kind must be exported in exactly the version that this host speaks; wasmtime itself would also
/// bind a neighbouring version.
fn check_exports(kind: Kind, mut exports: Vec<String>, origin: String) -> Result<(), SandboxError> {
    exports.retain(|export| export.starts_with(PACKAGE));
    if exports.contains(&kind.interface()) {
        return Ok(());
    }
    let of_kind = format!("{PACKAGE}{}@", kind.word());
    match exports.iter().find_map(|export| export.strip_prefix(&of_kind)) {
        Some(speaks) => Err(SandboxError::Version { origin, kind, speaks: speaks.to_owned() }),
        None => Err(SandboxError::Kind { origin, kind, exports }),
    }
}

fn compile(host: &Host, bytes: &[u8], digest: &Digest) -> wasmtime::Result<(Code, Compiled)> {
    let code = Code::from_binary(&host.engine, bytes)?;
    let Some(cache) = &host.cache else {
        return Ok((code, Compiled::NowNotKept { reason: "no folder was given".to_owned() }));
    };
    Ok(match cache.keep(digest, &code.serialize()?) {
        Ok(()) => (code, Compiled::Now),
        Err(error) => (code, Compiled::NowNotKept { reason: error.to_string() }),
    })
}
