//! Keys that sign components: a line of text each, `plaint-ed25519-public:…` and `plaint-ed25519-private:…`.
//!
//! Behind the colon stands base64 of what the tool conventions write for such a key. A private key's file is its
//! owner's alone. It knows nothing of what is signed.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{KEYPAIR_LENGTH, PUBLIC_KEY_LENGTH, SECRET_KEY_LENGTH, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

const PUBLIC: &str = "plaint-ed25519-public:";
const PRIVATE: &str = "plaint-ed25519-private:";
/// What the conventions put before a public key of Ed25519, and before a pair.
const PUBLIC_TYPE: u8 = 0x01;
const PAIR_TYPE: u8 = 0x81;
/// A line and its remarks.
const FILE_BYTES_MAX: u64 = 4096;

/// A key that signs.
#[derive(Clone)]
pub struct KeyPair(pub(crate) SigningKey);

/// A key whose signature counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey(pub(crate) VerifyingKey);

/// The short name of a key: the beginning of its SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 8]);

/// A key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("use the key file `{}`: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// Others can read the private key.
    #[error("use the key file `{}`: others can read it (mode {mode:o}); `chmod 600` it, or make another key", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is no such line.
    #[error("read a key: expected one line `{expected}` and base64")]
    Form {
        /// How the line begins.
        expected: &'static str,
    },
    /// The machine gives no randomness.
    #[error("make a key: the system gives no random bytes: {0}")]
    Random(String),
}

impl KeyPair {
    /// A new key.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let mut secret = [0; SECRET_KEY_LENGTH];
        getrandom::fill(&mut secret).map_err(|error| KeyError::Random(error.to_string()))?;
        Ok(KeyPair(SigningKey::from_bytes(&secret)))
    }

    /// The key whose signature this one makes.
    pub fn public(&self) -> TrustedKey {
        TrustedKey(self.0.verifying_key())
    }

    /// Reads the line.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let bytes = read_line(text, PRIVATE, PAIR_TYPE)?;
        let pair: Option<[u8; KEYPAIR_LENGTH]> = bytes.try_into().ok();
        let pair = pair.and_then(|pair| SigningKey::from_keypair_bytes(&pair).ok());
        pair.map(KeyPair).ok_or(KeyError::Form { expected: PRIVATE })
    }

    /// The line, with its secret.
    pub fn text(&self) -> String {
        line(PRIVATE, PAIR_TYPE, &self.0.to_keypair_bytes())
    }

    /// Reads a key's file, if it is its owner's alone.
    ///
    /// # Errors
    /// When it cannot be read, others can read it, or it holds no such line.
    pub fn read_file(path: &Path) -> Result<Self, KeyError> {
        let about = fs::metadata(path).map_err(|reason| file(path, reason))?;
        if let Some(mode) = open_to_others(&about) {
            return Err(KeyError::Open { path: path.to_owned(), mode });
        }
        KeyPair::read(&read_file(path)?)
    }

    /// Writes a new file that is its owner's alone.
    ///
    /// # Errors
    /// When it is there already or cannot be written.
    pub fn write_file(&self, path: &Path) -> Result<(), KeyError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        private(&mut options);
        let written = options.open(path).and_then(|mut file| file.write_all(self.text().as_bytes()));
        written.map_err(|reason| file(path, reason))
    }
}

impl TrustedKey {
    /// Reads the line.
    ///
    /// # Errors
    /// When it is none, or the key is one that anybody can sign for.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let bytes = read_line(text, PUBLIC, PUBLIC_TYPE)?;
        let bytes: Option<[u8; PUBLIC_KEY_LENGTH]> = bytes.try_into().ok();
        let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()).filter(|key| !key.is_weak());
        key.map(TrustedKey).ok_or(KeyError::Form { expected: PUBLIC })
    }

    /// The line.
    pub fn text(&self) -> String {
        line(PUBLIC, PUBLIC_TYPE, self.0.as_bytes())
    }

    /// Reads a key's file.
    ///
    /// # Errors
    /// When it cannot be read or holds no such line.
    pub fn read_file(path: &Path) -> Result<Self, KeyError> {
        TrustedKey::read(&read_file(path)?)
    }

    /// Its short name.
    pub fn id(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&Sha256::digest(self.0.as_bytes())[..8]);
        KeyId(id)
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "KeyPair({})", self.public().id())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

fn line(begins: &str, kind: u8, key: &[u8]) -> String {
    format!("{begins}{}\n", STANDARD.encode([&[kind], key].concat()))
}

/// The one line that is neither empty nor a remark.
fn read_line(text: &str, begins: &'static str, kind: u8) -> Result<Vec<u8>, KeyError> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (first, second) = (lines.next(), lines.next());
    let coded = first.filter(|_| second.is_none()).and_then(|line| line.strip_prefix(begins));
    let bytes = coded.and_then(|coded| STANDARD.decode(coded).ok()).unwrap_or_default();
    match bytes.split_first() {
        Some((first, key)) if *first == kind => Ok(key.to_vec()),
        Some(_) | None => Err(KeyError::Form { expected: begins }),
    }
}

fn read_file(path: &Path) -> Result<String, KeyError> {
    let read = |path: &Path| {
        let mut text = String::new();
        io::Read::read_to_string(&mut io::Read::take(fs::File::open(path)?, FILE_BYTES_MAX), &mut text)?;
        Ok(text)
    };
    read(path).map_err(|reason| file(path, reason))
}

fn file(path: &Path, reason: io::Error) -> KeyError {
    KeyError::File { path: path.to_owned(), reason }
}

#[cfg(unix)]
pub(crate) fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
pub(crate) fn private(_options: &mut OpenOptions) {}

/// The mode of a file that is not its owner's alone.
#[cfg(unix)]
pub(crate) fn open_to_others(about: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    Some(about.mode() & 0o777).filter(|mode| mode & 0o077 != 0)
}

#[cfg(not(unix))]
pub(crate) fn open_to_others(_about: &fs::Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use base64::Engine as _;

    use super::{KeyError, KeyPair, TrustedKey};

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let pair = KeyPair::generate().unwrap();
        assert_eq!(KeyPair::read(&pair.text()).unwrap().public(), pair.public());
        let public = format!("# the vendor's key\n\n{}", pair.public().text());
        assert_eq!(TrustedKey::read(&public).unwrap().id(), pair.public().id());
        assert!(!format!("{pair:?}").contains(&pair.text()[30..60]));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let pair = KeyPair::generate().unwrap();
        for wrong in ["", "plaint-ed25519-public:", "plaint-ed25519-public:AQ==", "ssh-ed25519 AAAA"] {
            let error = TrustedKey::read(wrong).unwrap_err().to_string();
            assert_eq!(error, "read a key: expected one line `plaint-ed25519-public:` and base64", "{wrong}");
        }
        assert!(matches!(TrustedKey::read(&pair.text()), Err(KeyError::Form { .. })));
        assert!(matches!(KeyPair::read(&pair.public().text()), Err(KeyError::Form { .. })));
        let two = pair.public().text().repeat(2);
        assert!(matches!(TrustedKey::read(&two), Err(KeyError::Form { .. })));
        // The neutral element signs anything.
        let weak = format!("plaint-ed25519-public:{}", super::STANDARD.encode([&[1, 1][..], &[0; 31]].concat()));
        assert!(matches!(TrustedKey::read(&weak), Err(KeyError::Form { .. })));
    }

    #[test]
    #[cfg(unix)]
    fn a_private_key_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vendor.key");
        let pair = KeyPair::generate().unwrap();
        pair.write_file(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(KeyPair::read_file(&path).unwrap().public(), pair.public());
        assert!(matches!(pair.write_file(&path), Err(KeyError::File { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(KeyPair::read_file(&path), Err(KeyError::Open { mode: 0o640, .. })));
    }
}
