//! AES-256 in CBC, as two families of channels use it; keys and vectors are derived their way. It knows no door and
//! no plugin.
//!
//! CBC proves nothing about who wrote a text: whoever decrypts checks a signature first, or tells nobody how it went.

use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit, block_padding::NoPadding};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use sha2::{Digest, Sha256};

type Encryptor = cbc::Encryptor<aes::Aes256>;
type Decryptor = cbc::Decryptor<aes::Aes256>;

/// A block of AES.
const BLOCK_BYTES: usize = 16;
/// Keys of WeCom have 43 digits of Base64; the last one may hold bits that belong to no byte.
const KEY_DIGITS: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Whose way it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// WeCom and WeChat: the key is the secret's Base64, the vector its beginning, a text begins with 16 random bytes
    /// and is filled up to blocks of 32.
    Wecom,
    /// Feishu and Lark: the key is the secret's SHA-256, the vector stands before the text, blocks of 16.
    Feishu,
}

/// What could not be done; no more is told, or a sender learns from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CipherError {
    /// The secret is no key of this family.
    #[error("the secret is no key: expected {}", expected(*.0))]
    Key(Family),
    /// The text is not one that this key encrypted.
    #[error("the text was not encrypted with this key")]
    Text,
    /// The machine gives no random bytes.
    #[error("the machine gives no random bytes")]
    Random,
}

impl Family {
    /// Encrypts a text under a secret.
    pub(crate) fn encrypt(self, secret: &str, text: &[u8]) -> Result<Vec<u8>, CipherError> {
        let key = self.key(secret)?;
        let mut random = [0; BLOCK_BYTES];
        getrandom::fill(&mut random).map_err(|_| CipherError::Random)?;
        match self {
            Family::Wecom => Ok(sealed(&key, &beginning(&key), &[&random, text].concat(), self.fill())),
            Family::Feishu => Ok([&random[..], &sealed(&key, &random, text, self.fill())].concat()),
        }
    }

    /// Decrypts what was encrypted under a secret.
    pub(crate) fn decrypt(self, secret: &str, sealed: &[u8]) -> Result<Vec<u8>, CipherError> {
        let key = self.key(secret)?;
        match self {
            Family::Wecom => {
                let text = opened(&key, &beginning(&key), sealed, self.fill())?;
                text.get(BLOCK_BYTES..).map(<[u8]>::to_vec).ok_or(CipherError::Text)
            }
            Family::Feishu => {
                let (vector, sealed) = sealed.split_first_chunk().ok_or(CipherError::Text)?;
                opened(&key, vector, sealed, self.fill())
            }
        }
    }

    fn key(self, secret: &str) -> Result<[u8; 32], CipherError> {
        match self {
            Family::Wecom => {
                let key = KEY_DIGITS.decode(secret).ok();
                key.and_then(|key| key.try_into().ok()).ok_or(CipherError::Key(self))
            }
            Family::Feishu => Ok(Sha256::digest(secret.as_bytes()).into()),
        }
    }

    /// A text is filled up to a multiple of so many bytes, each saying how many were added.
    fn fill(self) -> usize {
        match self {
            Family::Wecom => 32,
            Family::Feishu => BLOCK_BYTES,
        }
    }
}

fn expected(family: Family) -> &'static str {
    match family {
        Family::Wecom => "43 digits of Base64",
        Family::Feishu => "any text",
    }
}

fn beginning(key: &[u8; 32]) -> [u8; BLOCK_BYTES] {
    let mut vector = [0; BLOCK_BYTES];
    vector.copy_from_slice(&key[..BLOCK_BYTES]);
    vector
}

fn sealed(key: &[u8; 32], vector: &[u8; BLOCK_BYTES], text: &[u8], fill: usize) -> Vec<u8> {
    let added = fill - text.len() % fill;
    // At most 32 are added.
    let mut filled = text.to_vec();
    filled.resize(text.len() + added, added as u8);
    Encryptor::new(key.into(), vector.into()).encrypt_padded_vec_mut::<NoPadding>(&filled)
}

fn opened(key: &[u8; 32], vector: &[u8; BLOCK_BYTES], sealed: &[u8], fill: usize) -> Result<Vec<u8>, CipherError> {
    let mut text = Decryptor::new(key.into(), vector.into())
        .decrypt_padded_vec_mut::<NoPadding>(sealed)
        .map_err(|_| CipherError::Text)?;
    let added = usize::from(*text.last().ok_or(CipherError::Text)?);
    let kept = text.len().checked_sub(added).filter(|_| (1..=fill).contains(&added)).ok_or(CipherError::Text)?;
    if text[kept..].iter().any(|byte| usize::from(*byte) != added) {
        return Err(CipherError::Text);
    }
    text.truncate(kept);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};

    use super::{CipherError, Family};

    const WECOM_KEY: &str = "cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP";

    #[test]
    fn what_is_encrypted_can_be_read_again_and_nothing_else() {
        for (family, secret) in [(Family::Wecom, WECOM_KEY), (Family::Feishu, "test key")] {
            for length in [0, 1, 15, 16, 31, 32, 33, 1_000] {
                let text = vec![b'x'; length];
                let mut sealed = family.encrypt(secret, &text).unwrap();
                assert_eq!(family.decrypt(secret, &sealed), Ok(text), "{family:?} {length}");
                sealed.pop();
                assert_eq!(family.decrypt(secret, &sealed), Err(CipherError::Text), "{family:?} {length}");
            }
            assert_eq!(family.decrypt(secret, b""), Err(CipherError::Text));
            assert_ne!(family.encrypt(secret, b"x"), family.encrypt(secret, b"x"), "{family:?}");
        }
        assert_eq!(Family::Wecom.encrypt("short", b"x"), Err(CipherError::Key(Family::Wecom)));
    }

    /// The example of Feishu's documentation.
    #[test]
    fn a_text_of_feishu_is_read() {
        let sealed = BASE64_STANDARD.decode("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=").unwrap();
        assert_eq!(Family::Feishu.decrypt("test key", &sealed).unwrap(), b"hello world");
    }
}
