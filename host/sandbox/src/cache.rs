//! Compiled code on disk, so that a start costs milliseconds instead of a compilation.
//!
//! Compiled code is native code: whoever can write it rules the host. Hence the folder must belong to us and be
//! writable by nobody else, and every file begins with a SHA-256 over the component's digest, the compiler's
//! settings and the code. A file that is damaged, swapped for another's or left by another compiler fails that
//! check; it is compiled again and replaced, never trusted. (The check is no secret: it keeps out accidents and
//! mix-ups, the folder's permissions keep out people.)

use std::{
    fs::{self, File},
    hash::{Hash, Hasher},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use sha2::{Digest as _, Sha256};
use wasmtime::Engine;

use crate::{component::Digest, error::SandboxError};

/// Plugins of the running generation and of a few before it; the oldest file goes.
const FILES_MAX: usize = 64;
/// Ten times the largest component; a larger file is none of ours.
const CODE_BYTES_MAX: u64 = 640 << 20;
const SEAL_BYTES: usize = 32;
const EXTENSION: &str = "code";

/// A folder of compiled code.
pub(crate) struct Cache {
    folder: PathBuf,
    /// What stands for wasmtime's version and settings, and for this processor.
    compiler: [u8; 32],
}

impl Cache {
    /// Opens the folder, or makes it; refuses one that others can write.
    pub(crate) fn open(folder: &Path, engine: &Engine) -> Result<Self, SandboxError> {
        let refuse = |reason: String| SandboxError::Cache { directory: folder.to_owned(), reason };
        make_private(folder).map_err(|error| refuse(error.to_string()))?;
        if let Some(reason) = open_to_others(folder).map_err(|error| refuse(error.to_string()))? {
            return Err(refuse(reason));
        }
        let mut hasher = ShaHasher(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Cache { folder: folder.to_owned(), compiler: hasher.0.finalize().into() })
    }

    /// The component with this digest as it was compiled before, if its file can be trusted.
    pub(crate) fn find(&self, engine: &Engine, digest: &Digest) -> Option<wasmtime::component::Component> {
        let mut file = Vec::new();
        File::open(self.path(digest)).ok()?.take(CODE_BYTES_MAX).read_to_end(&mut file).ok()?;
        let (seal, code) = file.split_at_checked(SEAL_BYTES)?;
        if seal != self.seal(digest, code) {
            return None;
        }
        #[expect(unsafe_code, reason = "wasmtime cannot know whether bytes are its own compiler's; the seal says so")]
        // SAFETY: `code` was written by `keep` from `Component::serialize` of an engine with the same compatibility
        // hash: the seal covers the code, the digest and that hash, and the folder is writable by nobody but us.
        // It was read once into our memory and sealed there, so the file cannot change between check and use.
        unsafe { wasmtime::component::Component::deserialize(engine, code) }.ok()
    }

    /// Keeps compiled code; whoever looks meanwhile sees the old file or the new one, never half of it.
    pub(crate) fn keep(&self, digest: &Digest, code: &[u8]) -> io::Result<()> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let unique = format!("{}-{}.new", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let unfinished = self.folder.join(unique);
        let written = fs::write(&unfinished, [&self.seal(digest, code)[..], code].concat())
            .and_then(|()| fs::rename(&unfinished, self.path(digest)));
        if written.is_err() {
            // The first error is the one to tell.
            let _ = fs::remove_file(&unfinished);
        }
        written?;
        // What cannot be removed now (another process may have been quicker) is tried again next time.
        let _ = self.forget_oldest();
        Ok(())
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let compiler: String = self.compiler[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{digest}-{compiler}")).with_extension(EXTENSION)
    }

    fn seal(&self, digest: &Digest, code: &[u8]) -> [u8; SEAL_BYTES] {
        let mut hash = Sha256::new();
        hash.update(b"plaint compiled code 1");
        hash.update(digest.0);
        hash.update(self.compiler);
        hash.update(code);
        hash.finalize().into()
    }

    fn forget_oldest(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.path().extension().is_some_and(|extension| extension == EXTENSION) {
                files.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        files.sort();
        let too_many = files.len().saturating_sub(FILES_MAX);
        files[..too_many].iter().try_for_each(|(_, path)| fs::remove_file(path))
    }
}

/// A [`Hasher`] whose whole state is kept: wasmtime tells its settings only to a `Hasher`.
struct ShaHasher(Sha256);

impl Hasher for ShaHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Nobody asks: the whole hash is taken from within.
    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn open_to_others(folder: &Path) -> io::Result<Option<String>> {
    use std::os::unix::fs::MetadataExt;
    let about = fs::metadata(folder)?;
    let us = rustix::process::geteuid().as_raw();
    Ok(match (about.mode() & 0o022, about.uid()) {
        (0, owner) if owner == us => None,
        (0, owner) => Some(format!("it belongs to user {owner}, not to us ({us})")),
        (_, _) => {
            Some(format!("others can write it (mode {:o}), and compiled code is native code", about.mode() & 0o777))
        }
    })
}

#[cfg(not(unix))]
fn open_to_others(_folder: &Path) -> io::Result<Option<String>> {
    Ok(None)
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use wasmtime::Engine;

    use super::{Cache, FILES_MAX};
    use crate::component::Digest;

    #[test]
    fn a_folder_that_others_can_write_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let refused = Cache::open(folder.path(), &Engine::default()).err().unwrap().to_string();
        assert!(refused.contains("others can write it (mode 777)"), "{refused}");
    }

    #[test]
    fn the_oldest_files_go() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), &Engine::default()).unwrap();
        (0..70).for_each(|n| cache.keep(&Digest([n; 32]), b"code").unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), FILES_MAX);
        assert!(cache.path(&Digest([69; 32])).exists());
    }
}
