//! Deliveries: a connector says step by step what it needs, and somebody else does it. No socket and no key here.
//!
//! Each step is a fresh instance. Between two steps nothing is left but the state that the connector handed out, so
//! a delivery can wait for its answer as long as it likes and occupies nothing.

use engine::{absence::Abstention, time::Duration};
use wasmtime::component::{ComponentType, Lift, Lower};

use crate::{
    component::Component,
    error::{Overrun, SandboxError},
    instance::{Export, Instance, Prepared, Stop},
    limits::{ASKS_MAX, CORRELATION_BYTES, DELIVERY_BYTES, FAULT_BYTES, STATE_BYTES_MAX, URL_BYTES, beginning},
    manifest::DeliveryKind,
    outside::METHODS,
};

/// Every way to sign, by its name.
const MAC_ALGORITHMS: [(&str, MacAlgorithm); 2] =
    [("hmac-sha256", MacAlgorithm::HmacSha256), ("hmac-sha1", MacAlgorithm::HmacSha1)];
/// Every way to encrypt, by its name.
const CIPHER_ALGORITHMS: [(&str, CipherAlgorithm); 2] =
    [("aes-256-cbc-wecom", CipherAlgorithm::Wecom), ("aes-256-cbc-feishu", CipherAlgorithm::Feishu)];

/// Something to be brought to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The idempotency key: the same in every attempt.
    pub id: String,
    /// What it is.
    pub kind: DeliveryKind,
    /// From 1.
    pub attempt: u32,
    /// JSON.
    pub body: String,
}

/// What a connector asks its host for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// An HTTP request. Whether this connector may reach that place is the caller's to say.
    Fetch(Request),
    /// A signature.
    Mac(Mac),
    /// A text encrypted.
    Encrypt(Cipher),
    /// A text decrypted.
    Decrypt(Cipher),
}

/// An HTTP request, of a known method, to an `http` or `https` URL, with headers of one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// In capitals.
    pub method: String,
    /// Where.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A signature by a secret that stays with the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mac {
    /// The secret's name.
    pub secret: String,
    /// How to sign.
    pub algorithm: MacAlgorithm,
    /// What to sign.
    pub data: Vec<u8>,
}

/// How to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacAlgorithm {
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-1.
    HmacSha1,
}

/// A text that a secret of the caller's encrypts or decrypts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cipher {
    /// The secret's name.
    pub secret: String,
    /// How.
    pub algorithm: CipherAlgorithm,
    /// The text.
    pub data: Vec<u8>,
}

/// How to encrypt: AES-256 in CBC, the key derived as a family of channels does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CipherAlgorithm {
    /// As WeCom and WeChat do.
    Wecom,
    /// As Feishu and Lark do.
    Feishu,
}

impl MacAlgorithm {
    /// The word in the contract.
    pub fn word(self) -> &'static str {
        MAC_ALGORITHMS.iter().find(|(_, known)| *known == self).map_or("", |(word, _)| word)
    }
}

impl CipherAlgorithm {
    /// The word in the contract.
    pub fn word(self) -> &'static str {
        CIPHER_ALGORITHMS.iter().find(|(_, known)| *known == self).map_or("", |(word, _)| word)
    }
}

/// What came of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The response.
    Fetched(Response),
    /// No response: why, for a person.
    Unreachable(String),
    /// The signature.
    Mac(Vec<u8>),
    /// It is not done for this connector: why, for a person.
    Refused(String),
    /// The encrypted text.
    Encrypted(Vec<u8>),
    /// The decrypted text.
    Decrypted(Vec<u8>),
}

/// An HTTP response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It is there.
    Delivered,
    /// The channel took it and will tell of it later under this correlation.
    Accepted(String),
    /// Not now; after this long, where the channel says so.
    RetryAfter(Option<Duration>),
    /// Never: why, for a person.
    Refused(String),
}

/// A delivery could not be carried to its end by this connector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// It is too large to be handed over.
    #[error("hand over the delivery: it has {bytes} bytes, the limit is {DELIVERY_BYTES}")]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// The connector asks and asks.
    #[error("deliver: the connector asked more than {ASKS_MAX} times")]
    TooManyAsks,
    /// The connector wants to remember too much.
    #[error("deliver: the connector hands out a state of {bytes} bytes, the limit is {STATE_BYTES_MAX}")]
    StateTooLarge {
        /// How much.
        bytes: usize,
    },
    /// The connector asks for something that cannot be done, or ends in no way known.
    #[error("deliver: {what}: expected {expected}")]
    Misfit {
        /// What of its answer.
        what: &'static str,
        /// What was expected.
        expected: String,
    },
    /// The connector broke, or too many wait for it.
    #[error("deliver: {0}")]
    Failed(Abstention),
    /// The connector spent too much time.
    #[error("deliver: {0}")]
    Overrun(Overrun),
}

#[derive(ComponentType, Lower)]
#[component(record)]
struct WitDelivery<'a> {
    id: &'a str,
    kind: &'a str,
    attempt: u32,
    body: &'a str,
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct WitRequest {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(ComponentType, Lower)]
#[component(record)]
struct WitResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct WitMac {
    secret: String,
    algorithm: String,
    data: Vec<u8>,
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct WitCipher {
    secret: String,
    algorithm: String,
    data: Vec<u8>,
}

#[derive(ComponentType, Lift)]
#[component(variant)]
enum WitNeed {
    #[component(name = "fetch")]
    Fetch(WitRequest),
    #[component(name = "mac")]
    Mac(WitMac),
    #[component(name = "encrypt")]
    Encrypt(WitCipher),
    #[component(name = "decrypt")]
    Decrypt(WitCipher),
}

#[derive(ComponentType, Lower)]
#[component(variant)]
enum WitAnswer {
    #[component(name = "fetched")]
    Fetched(WitResponse),
    #[component(name = "unreachable")]
    Unreachable(String),
    #[component(name = "mac")]
    Mac(Vec<u8>),
    #[component(name = "refused")]
    Refused(String),
    #[component(name = "encrypted")]
    Encrypted(Vec<u8>),
    #[component(name = "decrypted")]
    Decrypted(Vec<u8>),
}

#[derive(ComponentType, Lift)]
#[component(variant)]
enum WitDelivered {
    #[component(name = "delivered")]
    Delivered,
    #[component(name = "accepted")]
    Accepted(String),
    #[component(name = "retry-after")]
    RetryAfter(Option<u32>),
    #[component(name = "refused")]
    Refused(String),
}

#[derive(ComponentType, Lift)]
#[component(variant)]
enum WitProgress {
    #[component(name = "ask")]
    Ask((WitNeed, Vec<u8>)),
    #[component(name = "done")]
    Done(WitDelivered),
}

type DeliverParameters<'a> = (WitDelivery<'a>,);
type ResumeParameters<'a> = (&'a [u8], WitAnswer);
type Results = (WitProgress,);

/// The two functions of a connector that deliver.
pub(crate) struct Deliveries {
    deliver: Export,
    resume: Export,
}

impl Deliveries {
    pub(crate) fn of(prepared: &Prepared, component: &Component) -> Result<Self, SandboxError> {
        let deliver = prepared.other::<DeliverParameters<'_>, Results>(component, "deliver")?;
        let resume = prepared.other::<ResumeParameters<'_>, Results>(component, "resume")?;
        Ok(Deliveries { deliver, resume })
    }

    /// Walks one delivery to its end; `answer` does what the connector needs.
    pub(crate) fn walk(
        &self,
        prepared: &Prepared,
        delivery: &Delivery,
        answer: &mut dyn FnMut(Need) -> Answer,
    ) -> Result<Delivered, DeliverError> {
        let bytes = delivery.id.len() + delivery.body.len();
        if bytes > DELIVERY_BYTES {
            return Err(DeliverError::TooLarge { bytes });
        }
        let mut progress = self.begin(prepared, delivery)?;
        for _ in 0..ASKS_MAX {
            let (need, state) = match progress {
                WitProgress::Done(delivered) => return Delivered::read(delivered),
                WitProgress::Ask(ask) => ask,
            };
            if state.len() > STATE_BYTES_MAX {
                return Err(DeliverError::StateTooLarge { bytes: state.len() });
            }
            progress = self.go_on(prepared, &state, answer(Need::read(need)?))?;
        }
        match progress {
            WitProgress::Done(delivered) => Delivered::read(delivered),
            WitProgress::Ask(_) => Err(DeliverError::TooManyAsks),
        }
    }

    fn begin(&self, prepared: &Prepared, delivery: &Delivery) -> Result<WitProgress, DeliverError> {
        let Delivery { id, kind, attempt, body } = delivery;
        let wit = WitDelivery { id, kind: kind.word(), attempt: *attempt, body };
        let work = |instance: &mut Instance| {
            instance.call::<DeliverParameters<'_>, Results>(&self.deliver, (wit,)).map(|(progress,)| progress)
        };
        Ok(prepared.asked(work)?)
    }

    fn go_on(&self, prepared: &Prepared, state: &[u8], answer: Answer) -> Result<WitProgress, DeliverError> {
        let parameters = (state, WitAnswer::from(answer));
        let work = |instance: &mut Instance| {
            instance.call::<ResumeParameters<'_>, Results>(&self.resume, parameters).map(|(progress,)| progress)
        };
        Ok(prepared.asked(work)?)
    }
}

impl From<Stop> for DeliverError {
    fn from(stop: Stop) -> Self {
        stop.abstention().map_or_else(DeliverError::Overrun, DeliverError::Failed)
    }
}

impl From<Answer> for WitAnswer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Fetched(Response { status, headers, body }) => {
                WitAnswer::Fetched(WitResponse { status, headers, body })
            }
            Answer::Unreachable(why) => WitAnswer::Unreachable(why),
            Answer::Mac(signature) => WitAnswer::Mac(signature),
            Answer::Refused(why) => WitAnswer::Refused(why),
            Answer::Encrypted(text) => WitAnswer::Encrypted(text),
            Answer::Decrypted(text) => WitAnswer::Decrypted(text),
        }
    }
}

impl Need {
    fn read(need: WitNeed) -> Result<Self, DeliverError> {
        match need {
            WitNeed::Fetch(request) => Request::read(request).map(Need::Fetch),
            WitNeed::Mac(WitMac { secret, algorithm, data }) => {
                let algorithm = named(&MAC_ALGORITHMS, &algorithm, "mac.algorithm")?;
                Ok(Need::Mac(Mac { secret, algorithm, data }))
            }
            WitNeed::Encrypt(cipher) => Cipher::read(cipher, "encrypt.algorithm").map(Need::Encrypt),
            WitNeed::Decrypt(cipher) => Cipher::read(cipher, "decrypt.algorithm").map(Need::Decrypt),
        }
    }
}

impl Cipher {
    fn read(cipher: WitCipher, what: &'static str) -> Result<Self, DeliverError> {
        let WitCipher { secret, algorithm, data } = cipher;
        Ok(Cipher { secret, algorithm: named(&CIPHER_ALGORITHMS, &algorithm, what)?, data })
    }
}

fn named<T: Copy>(list: &[(&str, T)], name: &str, what: &'static str) -> Result<T, DeliverError> {
    let found = list.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm);
    found.ok_or_else(|| misfit(what, list.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(" or ")))
}

impl Request {
    /// Whoever makes the request may rely on it: a header's value cannot begin another header.
    fn read(request: WitRequest) -> Result<Self, DeliverError> {
        let WitRequest { method, url, headers, body } = request;
        if !METHODS.contains(&method.as_str()) {
            return Err(misfit("fetch.method", format!("one of {}", METHODS.join(", "))));
        }
        let is_http = url.starts_with("https://") || url.starts_with("http://");
        let is_line = url.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_http || !is_line || url.len() > URL_BYTES {
            return Err(misfit("fetch.url", format!("an http or https URL of at most {URL_BYTES} bytes, in ASCII")));
        }
        for (name, value) in &headers {
            if name.is_empty() || !name.bytes().all(is_of_header_name) {
                return Err(misfit("fetch.headers", "names of lower-case letters, digits and hyphens"));
            }
            if value.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(misfit("fetch.headers", "values of one line each"));
            }
        }
        Ok(Request { method, url, headers, body })
    }
}

impl Delivered {
    fn read(delivered: WitDelivered) -> Result<Self, DeliverError> {
        match delivered {
            WitDelivered::Delivered => Ok(Delivered::Delivered),
            WitDelivered::Accepted(correlation) if (1..=CORRELATION_BYTES).contains(&correlation.len()) => {
                Ok(Delivered::Accepted(correlation))
            }
            WitDelivered::Accepted(_) => {
                Err(misfit("accepted", format!("a correlation of 1 to {CORRELATION_BYTES} bytes")))
            }
            WitDelivered::RetryAfter(after) => {
                Ok(Delivered::RetryAfter(after.map(|seconds| Duration::seconds(i64::from(seconds)))))
            }
            WitDelivered::Refused(why) => Ok(Delivered::Refused(beginning(why, FAULT_BYTES))),
        }
    }
}

fn misfit(what: &'static str, expected: impl Into<String>) -> DeliverError {
    DeliverError::Misfit { what, expected: expected.into() }
}

fn is_of_header_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
}
