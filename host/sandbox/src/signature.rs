//! Signatures: who vouches for a component. Ed25519 over its sections, in the custom section `signature` of the
//! WebAssembly tool conventions, which stands first in the file and is no part of what is signed, nor of the digest.
//!
//! Whoever signs adds to the signatures that are there, so a vendor and a house can both vouch for one file. It knows
//! no files, no certificates and no time: a key is trusted as long as its line stands in the configuration.

use std::sync::Arc;

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use wasmparser::BinaryReader;

use crate::{
    key::{KeyId, KeyPair, TrustedKey},
    section::{Sections, custom_section},
};

/// The custom section's name.
pub(crate) const SECTION: &str = "signature";
/// What is signed begins with this, so that a signature made for anything else is none.
const DOMAIN: &[u8] = b"wasmsig";
/// Version of the conventions, content (a module or component), hash function (SHA-256).
const HEADER: [u8; 3] = [1, 1, 1];
const HASH_BYTES: usize = 32;
const ED25519: u8 = 1;
/// A vendor, a house and its auditors; more signatures than this are not looked at.
const SIGNATURES_MAX: usize = 16;
/// Parts of a file that were signed apart.
const HASHES_MAX: usize = 64;
/// What other tools name a key by; ours take eight bytes.
const KEY_ID_BYTES_MAX: usize = 64;

/// Whose components may be loaded.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Anybody's: who may write into the plugins' folder is trusted.
    #[default]
    Anyone,
    /// Those that one of these keys signed.
    Keys(Arc<[TrustedKey]>),
}

/// A component is not signed as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It has no signature.
    #[error("it is not signed, and only components signed by {} are taken", keys(trusted))]
    Unsigned {
        /// Whose signature would do.
        trusted: Vec<KeyId>,
    },
    /// Its signatures cannot be read.
    #[error("its signatures cannot be read: {reason}")]
    Malformed {
        /// What was expected.
        reason: String,
    },
    /// It is signed by others.
    #[error("it is signed by {}, and only components signed by {} are taken", keys(signed), keys(trusted))]
    Untrusted {
        /// By whom.
        signed: Vec<KeyId>,
        /// Whose signature would do.
        trusted: Vec<KeyId>,
    },
    /// A signature bears a trusted key's name and was not made by it.
    #[error("the signature in the name of key {key} was not made by that key")]
    Forged {
        /// The key.
        key: KeyId,
    },
    /// The file was changed after it was signed.
    #[error("it is not the file that key {key} signed: it was changed since")]
    Changed {
        /// Who signed what it was.
        key: KeyId,
    },
}

impl SignatureError {
    /// The same in Chinese.
    pub fn in_chinese(&self) -> String {
        let keys = |ids: &[KeyId]| ids.iter().map(KeyId::to_string).collect::<Vec<_>>().join("、");
        match self {
            SignatureError::Unsigned { trusted } => format!("没有签名;只接受由 {} 签名的插件", keys(trusted)),
            SignatureError::Untrusted { signed, trusted } => {
                format!("由 {} 签名,而只接受由 {} 签名的插件", keys(signed), keys(trusted))
            }
            SignatureError::Forged { key } => format!("以密钥 {key} 之名的签名并非出自该密钥"),
            SignatureError::Changed { key } => format!("文件在密钥 {key} 签名之后被改动过"),
            SignatureError::Malformed { reason } => format!("签名无法读取:{reason}"),
        }
    }
}

/// Hashes that were signed together, and by whom.
struct Signed<'a> {
    hashes: &'a [u8],
    signatures: Vec<OneSignature<'a>>,
}

struct OneSignature<'a> {
    key: &'a [u8],
    algorithm: u8,
    bytes: &'a [u8],
}

/// The component with a signature by `key`, in place of an older one by the same key.
///
/// # Errors
/// When it is no component, or the signatures it has cannot be read.
pub fn sign(component: &[u8], key: &KeyPair) -> Result<Vec<u8>, SignatureError> {
    let sections = cut(component)?;
    let hash = sections.hash_unsigned();
    let id = key.public().id();
    let mut kept = Vec::new();
    for section in sections.customs(SECTION) {
        let all = read(section)?;
        let same = all.into_iter().filter(|signed| signed.hashes == hash);
        kept.extend(same.flat_map(|signed| signed.signatures).filter(|one| one.key != id.0));
    }
    let signature = key.0.sign(&message(&hash)).to_bytes();
    kept.push(OneSignature { key: &id.0, algorithm: ED25519, bytes: &signature });
    let content = write(&Signed { hashes: &hash, signatures: kept });
    let (header, sections) = sections.unsigned();
    Ok([header, &custom_section(SECTION, &content), &sections.concat()].concat())
}

/// Which of these keys signed the component as it is; the first that did.
///
/// # Errors
/// When none did.
pub fn verify(component: &[u8], trusted: &[TrustedKey]) -> Result<KeyId, SignatureError> {
    let sections = cut(component)?;
    let hash = sections.hash_unsigned();
    let ids = || trusted.iter().map(TrustedKey::id).collect();
    let mut all = Vec::new();
    for section in sections.customs(SECTION) {
        all.extend(read(section)?);
    }
    let mut worst = match all.iter().all(|signed| signed.signatures.is_empty()) {
        true => SignatureError::Unsigned { trusted: ids() },
        false => SignatureError::Untrusted { signed: signers(&all), trusted: ids() },
    };
    for signed in &all {
        for key in trusted {
            match check(signed, key, &hash) {
                Some(Ok(())) => return Ok(key.id()),
                Some(Err(problem)) => worst = problem,
                None => {}
            }
        }
    }
    Err(worst)
}

impl Trust {
    /// Whether this component may be loaded.
    pub(crate) fn check(&self, component: &[u8]) -> Result<(), SignatureError> {
        match self {
            Trust::Anyone => Ok(()),
            Trust::Keys(keys) => verify(component, keys).map(drop),
        }
    }
}

/// What this key says of the file: nothing, yes, or why not. The last hash is the one over the whole file.
fn check(signed: &Signed<'_>, key: &TrustedKey, hash: &[u8; HASH_BYTES]) -> Option<Result<(), SignatureError>> {
    let id = key.id();
    let of_key = |one: &&OneSignature<'_>| one.key == id.0 || one.key.is_empty();
    let message = message(signed.hashes);
    let mut found = None;
    for one in signed.signatures.iter().filter(of_key) {
        if is_by(&key.0, one, &message) {
            let is_whole = signed.hashes.ends_with(hash);
            return Some(if is_whole { Ok(()) } else { Err(SignatureError::Changed { key: id }) });
        }
        // Without a key's name it is just another's.
        if !one.key.is_empty() {
            found = Some(Err(SignatureError::Forged { key: id }));
        }
    }
    found
}

fn is_by(key: &VerifyingKey, one: &OneSignature<'_>, message: &[u8]) -> bool {
    let signature = Signature::from_slice(one.bytes);
    one.algorithm == ED25519 && signature.is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
}

fn message(hashes: &[u8]) -> Vec<u8> {
    [DOMAIN, &HEADER, hashes].concat()
}

fn cut(component: &[u8]) -> Result<Sections<'_>, SignatureError> {
    Sections::of(component).map_err(|error| malformed(&format!("it is no component: {error}")))
}

fn malformed(reason: &str) -> SignatureError {
    SignatureError::Malformed { reason: reason.to_owned() }
}

fn signers(all: &[Signed<'_>]) -> Vec<KeyId> {
    let named = all.iter().flat_map(|signed| &signed.signatures).filter_map(|one| one.key.try_into().ok());
    named.map(KeyId).collect()
}

fn read(section: &[u8]) -> Result<Vec<Signed<'_>>, SignatureError> {
    let mut reader = BinaryReader::new(section, 0);
    let broken = |error: wasmparser::BinaryReaderError| malformed(error.message());
    if reader.read_bytes(HEADER.len()).map_err(broken)? != HEADER {
        return Err(malformed("expected version 1 of the conventions, with SHA-256"));
    }
    let sets = count(&mut reader, SIGNATURES_MAX)?;
    let mut all = Vec::with_capacity(sets);
    for _ in 0..sets {
        let hashes = count(&mut reader, HASHES_MAX)?;
        let hashes = reader.read_bytes(hashes * HASH_BYTES).map_err(broken)?;
        let signatures = count(&mut reader, SIGNATURES_MAX)?;
        let signatures = (0..signatures).map(|_| one(&mut reader)).collect::<Result<_, _>>()?;
        all.push(Signed { hashes, signatures });
    }
    if reader.eof() { Ok(all) } else { Err(malformed("there is more behind the last signature")) }
}

fn one<'a>(reader: &mut BinaryReader<'a>) -> Result<OneSignature<'a>, SignatureError> {
    let broken = |error: wasmparser::BinaryReaderError| malformed(error.message());
    let key = count(reader, KEY_ID_BYTES_MAX)?;
    let key = reader.read_bytes(key).map_err(broken)?;
    let algorithm = reader.read_u8().map_err(broken)?;
    let bytes = count(reader, Signature::BYTE_SIZE)?;
    Ok(OneSignature { key, algorithm, bytes: reader.read_bytes(bytes).map_err(broken)? })
}

fn count(reader: &mut BinaryReader<'_>, most: usize) -> Result<usize, SignatureError> {
    let found = reader.read_var_u32().map_err(|error| malformed(error.message()))? as usize;
    if found > most { Err(malformed(&format!("found {found} where at most {most} are expected"))) } else { Ok(found) }
}

/// One set; every number in it is below 128 and so one byte.
fn write(signed: &Signed<'_>) -> Vec<u8> {
    let kept = signed.signatures.len().min(SIGNATURES_MAX);
    let mut content = HEADER.to_vec();
    content.extend([1, 1]);
    content.extend(signed.hashes);
    content.push(kept as u8);
    for one in &signed.signatures[signed.signatures.len() - kept..] {
        content.push(one.key.len() as u8);
        content.extend(one.key);
        content.extend([one.algorithm, one.bytes.len() as u8]);
        content.extend(one.bytes);
    }
    content
}

fn keys(ids: &[KeyId]) -> String {
    if ids.is_empty() { "nobody".to_owned() } else { listed(ids) }
}

fn listed(ids: &[KeyId]) -> String {
    ids.iter().map(KeyId::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{SignatureError, sign, verify};
    use crate::key::{KeyPair, TrustedKey};

    /// The header of a component with one custom section, `note`, of one byte.
    const BARE: [u8; 16] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0, 0, 6, 4, b'n', b'o', b't', b'e', 7];

    fn keys() -> (KeyPair, KeyPair) {
        (KeyPair::generate().unwrap(), KeyPair::generate().unwrap())
    }

    fn by(signed: &[u8], keys: &[&KeyPair]) -> Result<String, SignatureError> {
        let trusted: Vec<TrustedKey> = keys.iter().map(|key| key.public()).collect();
        verify(signed, &trusted).map(|id| id.to_string())
    }

    #[test]
    fn a_signature_is_that_of_its_key_and_several_may_stand_together() {
        let (vendor, house) = keys();
        let id = |key: &KeyPair| key.public().id();
        let trusted = vec![id(&vendor)];
        assert_eq!(by(&BARE, &[&vendor]), Err(SignatureError::Unsigned { trusted: trusted.clone() }));
        let other = sign(&BARE, &house).unwrap();
        assert_eq!(by(&other, &[&vendor]), Err(SignatureError::Untrusted { signed: vec![id(&house)], trusted }));
        let both = sign(&other, &vendor).unwrap();
        assert_eq!(by(&both, &[&vendor]), Ok(id(&vendor).to_string()));
        assert_eq!(by(&both, &[&house]), Ok(id(&house).to_string()));
        // Signing again takes the place of the old signature.
        assert_eq!(sign(&both, &vendor).unwrap(), both);
        assert!(by(&both, &[]).is_err());
    }

    #[test]
    fn a_changed_file_is_not_what_was_signed_and_a_changed_signature_is_none() {
        let (vendor, house) = keys();
        let signed = sign(&BARE, &vendor).unwrap();
        let key = vendor.public().id();
        let mut changed = signed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(by(&changed, &[&house, &vendor]), Err(SignatureError::Changed { key }));
        for place in 0..signed.len() {
            let mut changed = signed.clone();
            changed[place] ^= 0x10;
            // The file's own magic number is no section: whoever reads it as a component checks it.
            assert!(place < 8 || by(&changed, &[&vendor]).is_err(), "byte {place}");
        }
        let mut forged = signed.clone();
        forged[8 + 2 + 10 + 3 + 2 + 32 + 1 + 1 + 8 + 2] ^= 1;
        assert_eq!(by(&forged, &[&vendor]), Err(SignatureError::Forged { key }));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let (vendor, _) = keys();
        let signed = sign(&BARE, &vendor).unwrap();
        for length in 0..signed.len() - BARE.len() + 8 {
            assert!(by(&signed[..length], &[&vendor]).is_err(), "{length} bytes");
        }
        let check = |content: &[u8], expected: &str| {
            let section = super::custom_section(super::SECTION, content);
            let error = by(&[&BARE[..8], &section, &BARE[8..]].concat(), &[&vendor]).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(&[2, 1, 1, 0], "expected version 1 of the conventions");
        check(&[1, 1, 1, 17], "found 17 where at most 16 are expected");
        check(&[1, 1, 1, 0, 9], "there is more behind the last signature");
        check(&[1, 1, 1, 0], "it is not signed, and only components signed by");
    }
}
