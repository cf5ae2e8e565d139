//! Deliveries: what a connector brings to its channel, step by step, and what it asks the host for.
//!
//! A step is a function: a [`Delivery`] or a state with an [`Answer`] in, a [`Progress`] out. Each step runs in a
//! fresh instance; what the next one must know stands in the state.

use serde::{Deserialize, Serialize};

/// Something to be brought to the channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The idempotency key: the same in every attempt.
    pub id: String,
    /// `notification`, `intervention` or `message`.
    pub kind: String,
    /// From 1.
    pub attempt: u32,
    /// JSON, at most 48 KiB.
    pub body: String,
}

/// An HTTP request that the host makes for the connector. In `url` (behind the host), header values and body,
/// `{secret:name}` stands for a secret and `{auth:token}` for the token of `[auth]` in `plugin.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// Where.
    pub url: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A header's value, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// A signature by a key that stays in the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mac {
    /// The name of the secret, never the secret.
    pub secret: String,
    /// `hmac-sha256` or `hmac-sha1`.
    pub algorithm: String,
    /// What to sign.
    pub data: Vec<u8>,
}

/// Encryption or decryption by a key that stays in the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cipher {
    /// The name of the secret, never the secret.
    pub secret: String,
    /// `aes-256-cbc-wecom` or `aes-256-cbc-feishu`.
    pub algorithm: String,
    /// The text, plain or encrypted.
    pub data: Vec<u8>,
}

/// What the connector cannot do itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// An HTTP request.
    Fetch(Request),
    /// A signature.
    Mac(Mac),
    /// A text encrypted.
    Encrypt(Cipher),
    /// A text decrypted.
    Decrypt(Cipher),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The response.
    Fetched(Response),
    /// No answer came: why, for a person. The request may have arrived all the same.
    Unreachable(String),
    /// The signature.
    Mac(Vec<u8>),
    /// The host does not do this for this connector: why, for a person.
    Refused(String),
    /// The encrypted text.
    Encrypted(Vec<u8>),
    /// The decrypted text.
    Decrypted(Vec<u8>),
}

/// What became of the delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivered {
    /// It is there.
    Delivered,
    /// The channel took it and will tell of it later under this correlation.
    Accepted(String),
    /// Not now; in so many seconds, where the channel says so.
    RetryAfter(Option<u32>),
    /// Never: why, for a person.
    Refused(String),
}

/// Where a delivery stands after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// One thing the connector needs, and what it must remember until the answer comes (at most 64 KiB).
    Ask(Need, Vec<u8>),
    /// The end.
    Done(Delivered),
}

impl Progress {
    /// The end of a connector that was asked for what it cannot do.
    #[must_use]
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Done(Delivered::Refused(why.into()))
    }
}
