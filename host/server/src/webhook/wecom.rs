//! WeCom and WeChat in safe mode: SHA-1 over token, time, nonce and the encrypted text, which is then decrypted.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha1::{Digest, Sha1};

use super::{Answered, Checked, Knock, Passed, Scheme, Unproven, Webhook};
use crate::{cipher::Family, mac::is_same, tokens::hex};

/// See the module.
pub(super) const WECOM_AES: Scheme = Scheme {
    word: "wecom-aes",
    secrets: &[TOKEN, KEY],
    secrets_optional: &[],
    needs: &[],
    takes: &["receiver", "tolerance_s"],
    check,
};

/// The secret that signs.
const TOKEN: &str = "token";
/// The secret that encrypts.
const KEY: &str = "aes-key";
/// Before the message stands its length.
const LENGTH_BYTES: usize = 4;

fn check(webhook: &Webhook, knock: &Knock<'_>) -> Checked {
    if knock.method == "GET" {
        return read(webhook, knock, &knock.parameter("echostr")?).map(Answered::text);
    }
    let body = std::str::from_utf8(knock.body).map_err(|_| Unproven::Unreadable)?;
    let encrypted = encrypted(body).ok_or(Unproven::Missing("Encrypt"))?;
    read(webhook, knock, encrypted).map(Passed::Decrypted)
}

/// The text between the tags, plain or as CDATA: Base64 has nothing that XML would escape.
fn encrypted(body: &str) -> Option<&str> {
    let (_, behind) = body.split_once("<Encrypt>")?;
    let (text, _) = behind.split_once("</Encrypt>")?;
    let text = text.trim();
    Some(text.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>")).unwrap_or(text))
}

/// Checks the signature, then decrypts.
fn read(webhook: &Webhook, knock: &Knock<'_>, encrypted: &str) -> Result<Vec<u8>, Unproven> {
    let (time, nonce) = (knock.parameter("timestamp")?, knock.parameter("nonce")?);
    let known = signature(webhook.secret(TOKEN), [&time, &nonce, encrypted]);
    if !is_same(known.as_bytes(), knock.parameter("msg_signature")?.as_bytes()) {
        return Err(Unproven::Mismatch);
    }
    webhook.fresh(&time, knock)?;
    let sealed = BASE64_STANDARD.decode(encrypted).map_err(|_| Unproven::Unreadable)?;
    let text = Family::Wecom.decrypt(webhook.secret(KEY), &sealed).map_err(|_| Unproven::Unreadable)?;
    let (length, behind) = text.split_first_chunk::<LENGTH_BYTES>().ok_or(Unproven::Unreadable)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Unproven::Unreadable)?;
    let (message, receiver) = behind.split_at_checked(length).ok_or(Unproven::Unreadable)?;
    match &webhook.options.receiver {
        Some(own) if own.as_bytes() != receiver => Err(Unproven::OtherReceiver),
        Some(_) | None => Ok(message.to_vec()),
    }
}

fn signature(token: &str, [time, nonce, encrypted]: [&str; 3]) -> String {
    let mut parts = [token, time, nonce, encrypted];
    parts.sort_unstable();
    hex(&Sha1::digest(parts.concat()))
}

#[cfg(test)]
mod tests {
    /// A vector of xen0n/go-workwx (MIT), internal/lowlevel/signature/mod_test.go.
    #[test]
    fn a_signature_is_that_of_wecom() {
        let encrypted = "6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==";
        let signature =
            super::signature("kjr2TKI8umCBfVF3wAHk8JiPwma5VBme", ["1583940690", "VHh7ymSeb0jc4lSb", encrypted]);
        assert_eq!(signature, "1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011");
    }
}
