//! Compiled code on disk, so that a start costs milliseconds instead of a compilation.
//!
//! Compiled code is native code: whoever can write it rules the host. Hence the folder must belong to us and be
//! writable by nobody else, and every file begins with an HMAC-SHA256 over the component's digest, the compiler's
//! settings and the code, by a key of this machine that stands beside the folder and is its owner's alone. A file that
//! is damaged, swapped for another's, brought from elsewhere or left by another compiler fails that check; it is
//! compiled again and replaced, never trusted.

use std::{
    fs::{self, OpenOptions},
    hash::{Hash, Hasher},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use hmac::{Hmac, Mac};
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;

use crate::{
    component::Digest,
    error::SandboxError,
    file::read_at_most,
    key::{open_to_others as mode_open_to_others, private},
};

/// Plugins of the running generation and of a few before it; the oldest file goes.
const FILES_MAX: usize = 64;
/// Ten times the largest component; a larger file is none of ours.
const CODE_BYTES_MAX: u64 = 640 << 20;
const SEAL_BYTES: usize = 32;
const EXTENSION: &str = "code";
const KEY_BYTES: usize = 32;
const KEY_EXTENSION: &str = "key";

/// A folder of compiled code.
pub(crate) struct Cache {
    folder: PathBuf,
    /// What stands for wasmtime's version and settings, and for this processor.
    compiler: [u8; 32],
    /// Ready with the machine's key.
    seal: Hmac<Sha256>,
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
        let key = machine_key(&key_path(folder)).map_err(refuse)?;
        let seal = Hmac::new_from_slice(&key).map_err(|error| refuse(error.to_string()))?;
        Ok(Cache { folder: folder.to_owned(), compiler: hasher.0.finalize().into(), seal })
    }

    /// The component with this digest as it was compiled before, if its file can be trusted.
    pub(crate) fn find(&self, engine: &Engine, digest: &Digest) -> Option<wasmtime::component::Component> {
        let file = read_at_most(&self.path(digest), CODE_BYTES_MAX).ok()?;
        let (seal, code) = file.split_at_checked(SEAL_BYTES)?;
        self.seal(digest, code).verify_slice(seal).ok()?;
        #[expect(unsafe_code, reason = "wasmtime cannot know whether bytes are its own compiler's; the seal says so")]
        // SAFETY: `code` was written by `keep` from `Component::serialize` of an engine with the same compatibility
        // hash: the seal covers the code, the digest and that hash, and only who can read our key can make it.
        // It was read once into our memory and sealed there, so the file cannot change between check and use.
        unsafe { wasmtime::component::Component::deserialize(engine, code) }.ok()
    }

    /// Keeps compiled code; whoever looks meanwhile sees the old file or the new one, never half of it.
    pub(crate) fn keep(&self, digest: &Digest, code: &[u8]) -> io::Result<()> {
        let unfinished = self.folder.join(unfinished());
        let seal = self.seal(digest, code).finalize().into_bytes();
        let written = fs::write(&unfinished, [&seal[..], code].concat())
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

    fn seal(&self, digest: &Digest, code: &[u8]) -> Hmac<Sha256> {
        let mut seal = self.seal.clone();
        seal.update(b"plaint compiled code 2");
        seal.update(&digest.0);
        seal.update(&self.compiler);
        seal.update(code);
        seal
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

/// The name of a file that is being written.
fn unfinished() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("plaint-{}-{}.new", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Beside the folder: who is given its files is not given the key with them.
fn key_path(folder: &Path) -> PathBuf {
    folder.with_extension(KEY_EXTENSION)
}

/// Reads the machine's key, or makes it; the first of several that make it at once wins.
fn machine_key(path: &Path) -> Result<[u8; KEY_BYTES], String> {
    let told = |error: io::Error| format!("its key `{}`: {error}", path.display());
    if !path.exists() {
        make_key(path).map_err(told)?;
    }
    let about = fs::metadata(path).map_err(told)?;
    if let Some(mode) = mode_open_to_others(&about) {
        return Err(format!("its key `{}` can be read by others (mode {mode:o}); remove it", path.display()));
    }
    let key = fs::read(path).map_err(told)?;
    key.try_into().map_err(|_| format!("its key `{}` has not {KEY_BYTES} bytes; remove it", path.display()))
}

fn make_key(path: &Path) -> io::Result<()> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    let unfinished = path.with_file_name(unfinished());
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    let made = options.open(&unfinished).and_then(|mut file| file.write_all(&key));
    // A link is made whole or not at all, and never in place of another's key.
    let made = made.and_then(|()| match fs::hard_link(&unfinished, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    // What is left over is no key of anybody's.
    let _ = fs::remove_file(&unfinished);
    made
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
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("code");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        let refused = Cache::open(&folder, &Engine::default()).err().unwrap().to_string();
        assert!(refused.contains("others can write it (mode 777)"), "{refused}");
    }

    #[test]
    fn the_oldest_files_go() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("code");
        let cache = Cache::open(&folder, &Engine::default()).unwrap();
        (0..70).for_each(|n| cache.keep(&Digest([n; 32]), b"code").unwrap());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), FILES_MAX);
        assert!(cache.path(&Digest([69; 32])).exists());
    }

    #[test]
    fn the_key_is_made_once_and_is_its_owners_alone() {
        let parent = tempfile::tempdir().unwrap();
        let (folder, key) = (parent.path().join("code"), parent.path().join("code.key"));
        let open = || Cache::open(&folder, &Engine::default());
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(|| drop(open().unwrap())))));
        let made = fs::read(&key).unwrap();
        assert_eq!((made.len(), fs::metadata(&key).unwrap().permissions().mode() & 0o777), (32, 0o600));
        open().unwrap();
        assert_eq!(fs::read(&key).unwrap(), made);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 2);
        fs::write(&key, b"short").unwrap();
        assert!(open().err().unwrap().to_string().contains("has not 32 bytes; remove it"));
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(open().err().unwrap().to_string().contains("can be read by others (mode 644)"));
    }
}
