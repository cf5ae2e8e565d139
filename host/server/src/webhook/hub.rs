//! WebSub's handshake, as Meta's platforms use it: a GET with a token is answered with its challenge; what is posted
//! is signed as by GitHub.

use sandbox::Encoding;

use super::{
    Answered, Scheme, Unproven,
    hmac::{SECRET, signed},
};
use crate::mac::is_same;

/// See the module.
pub(super) const HUB_CHALLENGE: Scheme = Scheme {
    word: "hub-challenge",
    secrets: &[SECRET, TOKEN],
    secrets_optional: &[],
    needs: &[],
    takes: &[],
    check: |webhook, knock| {
        if knock.method != "GET" {
            return signed(webhook, knock, knock.header("x-hub-signature-256")?, ("sha256=", Encoding::Hex));
        }
        let given = knock.parameter("hub.verify_token")?;
        if !is_same(webhook.secret(TOKEN).as_bytes(), given.as_bytes()) {
            return Err(Unproven::Mismatch);
        }
        Ok(Answered::text(knock.parameter("hub.challenge")?))
    },
};

/// The secret of the handshake.
const TOKEN: &str = "verify-token";
