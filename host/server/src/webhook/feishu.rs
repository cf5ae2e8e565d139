//! Feishu and Lark: SHA-256 over time, nonce, key and body, which is then decrypted.
//!
//! A handshake comes encrypted and without a signature; what it says is only said back to it.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Answered, Checked, Knock, Passed, Scheme, Unproven, Webhook};
use crate::{cipher::Family, mac::is_same, tokens::hex};

/// See the module.
pub(super) const FEISHU_AES: Scheme = Scheme {
    word: "feishu-aes",
    secrets: &[KEY],
    secrets_optional: &[TOKEN],
    needs: &[],
    takes: &["tolerance_s"],
    check,
};

/// The secret that signs and encrypts.
const KEY: &str = "encrypt-key";
/// The secret that a handshake names, where the house knows it.
const TOKEN: &str = "verification-token";

#[derive(Deserialize)]
struct Sealed {
    encrypt: String,
}

#[derive(Deserialize)]
struct Handshake {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    #[serde(default)]
    token: String,
}

fn check(webhook: &Webhook, knock: &Knock<'_>) -> Checked {
    let has_signature = knock.header_named("x-lark-signature").is_some();
    if has_signature {
        signed(webhook, knock)?;
    }
    let text = opened(webhook, knock)?;
    let handshake = serde_json::from_slice(&text).ok().filter(|said: &Handshake| said.kind == "url_verification");
    match handshake {
        Some(said) => answered(webhook, &said),
        None if has_signature => Ok(Passed::Decrypted(text)),
        None => Err(Unproven::Missing("x-lark-signature")),
    }
}

fn signed(webhook: &Webhook, knock: &Knock<'_>) -> Result<(), Unproven> {
    let (time, nonce) = (knock.header("x-lark-request-timestamp")?, knock.header("x-lark-request-nonce")?);
    let parts = [time.as_bytes(), nonce.as_bytes(), webhook.secret(KEY).as_bytes(), knock.body];
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    if !is_same(hex(&hash.finalize()).as_bytes(), knock.header("x-lark-signature")?.as_bytes()) {
        return Err(Unproven::Mismatch);
    }
    webhook.fresh(time, knock)
}

fn opened(webhook: &Webhook, knock: &Knock<'_>) -> Result<Vec<u8>, Unproven> {
    let sealed: Sealed = serde_json::from_slice(knock.body).map_err(|_| Unproven::Unreadable)?;
    let sealed = BASE64_STANDARD.decode(sealed.encrypt).map_err(|_| Unproven::Unreadable)?;
    Family::Feishu.decrypt(webhook.secret(KEY), &sealed).map_err(|_| Unproven::Unreadable)
}

fn answered(webhook: &Webhook, said: &Handshake) -> Checked {
    let token = webhook.secret(TOKEN);
    if !token.is_empty() && !is_same(token.as_bytes(), said.token.as_bytes()) {
        return Err(Unproven::Mismatch);
    }
    Ok(Answered::json("challenge", &said.challenge))
}
