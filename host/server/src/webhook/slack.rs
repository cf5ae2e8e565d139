//! Slack: `v0=` and HMAC-SHA256 over version, time and body; `url_verification` is answered here.

use sandbox::Encoding;
use serde::Deserialize;

use super::{Answered, Passed, Scheme, Unproven, hmac::SECRET, knock::spelled};
use crate::mac::{hmac_sha256, is_same};

/// See the module.
pub(super) const SLACK: Scheme = Scheme {
    word: "slack",
    secrets: &[SECRET],
    secrets_optional: &[],
    needs: &[],
    takes: &["tolerance_s"],
    check: |webhook, knock| {
        let time = knock.header("x-slack-request-timestamp")?;
        let given = knock.header("x-slack-signature")?.strip_prefix("v0=");
        let given = given.and_then(|digits| spelled(Encoding::Hex, digits)).ok_or(Unproven::Mismatch)?;
        let parts: [&[u8]; 4] = [b"v0:", time.as_bytes(), b":", knock.body];
        if !is_same(&hmac_sha256(webhook.secret(SECRET).as_bytes(), &parts), &given) {
            return Err(Unproven::Mismatch);
        }
        webhook.fresh(time, knock)?;
        let challenge = serde_json::from_slice(knock.body).ok().filter(|event: &Event| event.kind == VERIFICATION);
        Ok(challenge.map_or(Passed::AsItCame, |event| Answered::text(event.challenge)))
    },
};

/// The type of a handshake.
const VERIFICATION: &str = "url_verification";

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
}
