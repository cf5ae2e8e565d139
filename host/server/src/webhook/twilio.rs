//! Twilio: HMAC-SHA1 over the address it knows and the form it sends; for other bodies, over an address that holds
//! the body's SHA-256.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use super::{Checked, Knock, Passed, Scheme, Unproven, Webhook, knock::pairs};
use crate::{
    mac::{hmac_sha1, is_same},
    tokens::hex,
};

/// See the module.
pub(super) const TWILIO: Scheme =
    Scheme { word: "twilio", secrets: &[SECRET], secrets_optional: &[], needs: &["url"], takes: &[], check };

/// The account's token.
const SECRET: &str = "auth-token";
/// The parameter that holds the digest of a body that is no form.
const BODY_DIGEST: &str = "bodySHA256";

fn check(webhook: &Webhook, knock: &Knock<'_>) -> Checked {
    let given = BASE64_STANDARD.decode(knock.header("x-twilio-signature")?).map_err(|_| Unproven::Mismatch)?;
    let mut signed = webhook.options.url.clone().unwrap_or_default();
    if !knock.query.is_empty() {
        signed += "?";
        signed += knock.query;
    }
    let type_of_body = knock.header_named("content-type").unwrap_or_default();
    if type_of_body.starts_with("application/x-www-form-urlencoded") {
        let mut form = pairs(knock.body);
        form.sort();
        form.into_iter().for_each(|(name, value)| signed.extend([name, value]));
    } else if !knock.body.is_empty() {
        let digest = hex(&Sha256::digest(knock.body));
        if !is_same(digest.as_bytes(), knock.parameter(BODY_DIGEST)?.to_lowercase().as_bytes()) {
            return Err(Unproven::Mismatch);
        }
    }
    let known = hmac_sha1(webhook.secret(SECRET).as_bytes(), &[signed.as_bytes()]);
    if is_same(&known, &given) { Ok(Passed::AsItCame) } else { Err(Unproven::Mismatch) }
}
