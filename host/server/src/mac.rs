//! Signatures by a shared secret, and comparing what nobody may learn byte by byte. It knows no door and no plugin.

use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// HMAC with SHA-256.
pub(crate) fn hmac_sha256(secret: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // A key of any length is a key of HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

/// HMAC with SHA-1, where a system asks for no better one.
pub(crate) fn hmac_sha1(secret: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return Vec::new() };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

/// Whether two are the same, in a time that does not tell where they differ. Nothing is the same as nothing.
pub(crate) fn is_same(known: &[u8], given: &[u8]) -> bool {
    !known.is_empty() && bool::from(known.ct_eq(given))
}

#[cfg(test)]
mod tests {
    use super::{hmac_sha1, hmac_sha256, is_same};
    use crate::tokens::hex;

    /// RFC 2202 and RFC 4231, test case 2.
    #[test]
    fn the_vectors_of_the_standards_hold() {
        let (key, parts): (&[u8], [&[u8]; 2]) = (b"Jefe", [b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(&hmac_sha1(key, &parts)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&hmac_sha256(key, &parts)), expected);
        assert!(is_same(b"a", b"a") && !is_same(b"a", b"b") && !is_same(b"a", b"ab") && !is_same(b"", b""));
    }
}
