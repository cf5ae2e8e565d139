//! A knock: a message at a door as a scheme sees it, and what a scheme can say of it.

use base64::{Engine, prelude::BASE64_STANDARD};
use sandbox::Encoding;

/// A message before anybody believes it.
pub(crate) struct Knock<'a> {
    /// `GET` or `POST`.
    pub(crate) method: &'a str,
    /// What stands behind the `?`, as it came.
    pub(crate) query: &'a str,
    /// Names in lower case.
    pub(crate) headers: &'a [(String, String)],
    /// The body.
    pub(crate) body: &'a [u8],
    /// The host's clock, in seconds since 1970.
    pub(crate) now_s: i64,
}

/// What a scheme says.
pub(crate) type Checked = Result<Passed, Unproven>;

/// What a message proved to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// A message, whose body is right as it came.
    AsItCame,
    /// A message, whose body was decrypted.
    Decrypted(Vec<u8>),
    /// A handshake.
    Answered(Answered),
}

/// What the sender of a handshake waits for; its status is 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    /// Its content type.
    pub(crate) content_type: &'static str,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

/// Why a message proves nothing. Only the log hears which: a sender who is told learns how to come closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unproven {
    /// What the scheme looks at is not there.
    Missing(&'static str),
    /// The signature or token is another.
    Mismatch,
    /// The signed time is too far from now.
    Stale,
    /// It cannot be decrypted or read.
    Unreadable,
    /// It is for somebody else.
    OtherReceiver,
}

impl Unproven {
    /// Its word in the log.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Unproven::Missing(_) => "missing",
            Unproven::Mismatch => "mismatch",
            Unproven::Stale => "stale",
            Unproven::Unreadable => "unreadable",
            Unproven::OtherReceiver => "other-receiver",
        }
    }

    /// What is not there, where that is the reason.
    pub(crate) fn missing(self) -> &'static str {
        match self {
            Unproven::Missing(what) => what,
            Unproven::Mismatch | Unproven::Stale | Unproven::Unreadable | Unproven::OtherReceiver => "",
        }
    }
}

impl Answered {
    /// A text.
    pub(super) fn text(body: impl Into<Vec<u8>>) -> Passed {
        Passed::Answered(Answered { content_type: "text/plain; charset=utf-8", body: body.into() })
    }

    /// A JSON object with one text in it.
    pub(super) fn json(name: &str, text: &str) -> Passed {
        let body = serde_json::json!({ name: text }).to_string().into_bytes();
        Passed::Answered(Answered { content_type: "application/json", body })
    }
}

impl Knock<'_> {
    /// A header that must stand once: two would let a sender show one and mean the other.
    pub(super) fn header(&self, name: &'static str) -> Result<&str, Unproven> {
        self.header_named(name).ok_or(Unproven::Missing(name))
    }

    /// The same, by a name that somebody wrote into a file.
    pub(super) fn header_named(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(one, _)| one == name).map(|(_, value)| value.as_str());
        found.next().filter(|_| found.next().is_none())
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &'static str) -> Result<String, Unproven> {
        let found = pairs(self.query.as_bytes()).into_iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value).ok_or(Unproven::Missing(name))
    }
}

/// Reads bytes that are spelled so.
pub(super) fn spelled(encoding: Encoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Base64 => BASE64_STANDARD.decode(text).ok(),
        Encoding::Hex => {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let pairs = text.as_bytes().chunks(2);
            pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
        }
    }
}

/// The names and values of a form, in their order.
pub(super) fn pairs(form: &[u8]) -> Vec<(String, String)> {
    let pairs = form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        (decoded(halves.next().unwrap_or_default()), decoded(halves.next().unwrap_or_default()))
    });
    pairs.collect()
}

/// A plus is a blank, `%41` is `A`; anything else stands for itself.
fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        let escaped = behind.get(..2).filter(|_| *first == b'%');
        let escaped = escaped.and_then(|digits| spelled(Encoding::Hex, std::str::from_utf8(digits).ok()?));
        match (escaped.as_deref(), first) {
            (Some([byte]), _) => {
                bytes.push(*byte);
                rest = &behind[2..];
                continue;
            }
            (_, b'+') => bytes.push(b' '),
            (_, byte) => bytes.push(*byte),
        }
        rest = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
