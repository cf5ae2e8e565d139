//! Schemes that sign the body and nothing else, each by HMAC-SHA256 in a header of its own.
//!
//! No time is signed: a message that is repeated is the same message, and its facts are known by their ids.

use sandbox::Encoding;

use super::{Checked, Knock, Passed, Scheme, Unproven, Webhook, knock::spelled};
use crate::mac::{hmac_sha256, is_same};

/// The header, what stands before the signature, its spelling: as the options say.
pub(super) const HMAC_SHA256: Scheme = Scheme {
    word: "hmac-sha256",
    secrets: &[SECRET],
    secrets_optional: &[],
    needs: &["header"],
    takes: &["prefix", "encoding"],
    check: |webhook, knock| {
        let options = &webhook.options;
        let header = knock.header_named(options.header.as_deref().unwrap_or_default());
        let form = (options.prefix.as_deref().unwrap_or_default(), options.encoding.unwrap_or_default());
        signed(webhook, knock, header.ok_or(Unproven::Missing("the signature's header"))?, form)
    },
};

/// As GitHub and many after it.
pub(super) const GITHUB: Scheme = Scheme {
    word: "github",
    check: |webhook, knock| signed(webhook, knock, knock.header("x-hub-signature-256")?, ("sha256=", Encoding::Hex)),
    ..PLAIN
};

/// LINE.
pub(super) const LINE: Scheme = Scheme {
    word: "line",
    check: |webhook, knock| signed(webhook, knock, knock.header("x-line-signature")?, ("", Encoding::Base64)),
    ..PLAIN
};

/// Shopify.
pub(super) const SHOPIFY: Scheme = Scheme {
    word: "shopify",
    check: |webhook, knock| signed(webhook, knock, knock.header("x-shopify-hmac-sha256")?, ("", Encoding::Base64)),
    ..PLAIN
};

/// The secret that signs.
pub(super) const SECRET: &str = "signing";

/// What these have in common.
const PLAIN: Scheme = Scheme {
    word: "",
    secrets: &[SECRET],
    secrets_optional: &[],
    needs: &[],
    takes: &[],
    check: |_, _| Err(Unproven::Mismatch),
};

/// Whether a header's value is the signature of the body.
pub(super) fn signed(
    webhook: &Webhook,
    knock: &Knock<'_>,
    value: &str,
    (prefix, encoding): (&str, Encoding),
) -> Checked {
    let given = value.strip_prefix(prefix).and_then(|digits| spelled(encoding, digits)).ok_or(Unproven::Mismatch)?;
    let known = hmac_sha256(webhook.secret(SECRET).as_bytes(), &[knock.body]);
    if is_same(&known, &given) { Ok(Passed::AsItCame) } else { Err(Unproven::Mismatch) }
}
