//! Stripe: HMAC-SHA256 over time and body; several signatures may stand side by side while a secret is changed.

use sandbox::Encoding;

use super::{Passed, Scheme, Unproven, hmac::SECRET, knock::spelled};
use crate::mac::{hmac_sha256, is_same};

/// See the module.
pub(super) const STRIPE: Scheme = Scheme {
    word: "stripe",
    secrets: &[SECRET],
    secrets_optional: &[],
    needs: &[],
    takes: &["tolerance_s"],
    check: |webhook, knock| {
        let parts: Vec<(&str, &str)> =
            knock.header("stripe-signature")?.split(',').filter_map(|part| part.trim().split_once('=')).collect();
        let time = parts.iter().find(|(name, _)| *name == "t").ok_or(Unproven::Missing("stripe-signature, t"))?.1;
        let secret = webhook.secret(SECRET).as_bytes();
        let known = hmac_sha256(secret, &[time.as_bytes(), b".", knock.body]);
        let mut given =
            parts.iter().filter(|(name, _)| *name == "v1").filter_map(|(_, text)| spelled(Encoding::Hex, text));
        if !given.any(|given| is_same(&known, &given)) {
            return Err(Unproven::Mismatch);
        }
        webhook.fresh(time, knock)?;
        Ok(Passed::AsItCame)
    },
};
