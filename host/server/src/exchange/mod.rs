//! The way out of a connector: it says what it needs, and the host does it or says no. Secrets never leave here, but
//! to the places that were granted.

mod auth;
mod grant;
mod reach;
mod secrets;
#[cfg(test)]
mod tests;
mod trust;

use std::time::{Duration, Instant};

use sandbox::{Answer, Cipher, CipherAlgorithm, Mac, MacAlgorithm, Need, Request, Response};
use ureq::{
    Agent, Error,
    http::Uri,
    unversioned::{resolver::Resolver, transport::DefaultConnector},
};

pub(crate) use auth::Auth;
pub(crate) use grant::{Grant, Place};
pub(crate) use reach::Range;
pub(crate) use secrets::Secrets;
pub(crate) use trust::{Pem, Trust};

use crate::{
    cipher::Family,
    mac::{hmac_sha1, hmac_sha256},
};
use reach::{Private, Reach};
use secrets::TOKEN;

/// A channel that does not answer in this time is tried again later.
const FETCH_TIME_MAX: Duration = Duration::from_secs(10);
/// All asks of one delivery together: a token, an upload, the message and a repetition, none of them quick.
const DELIVERY_TIME_MAX: Duration = Duration::from_secs(60);
/// A delivery has 48 KiB; what a connector makes of it may be some times as large.
const REQUEST_BYTES_MAX: usize = 1 << 20;
/// More of an answer nobody reads: a channel says yes or no.
const RESPONSE_BYTES_MAX: u64 = 1 << 20;
/// Headers of a request that are the host's to write: with them a granted place could be made to answer for another.
const HOST_HEADERS: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// What a connector hears that wants to go where it may not.
const NO_GRANT: &str = "no grant of this connector reaches that place with that method; its manifest must want it \
                        and its `grants.fetch` allow it";

/// What one connector may fetch, and its secrets.
pub(crate) struct Exchange {
    agent: Agent,
    grants: Vec<Grant>,
    secrets: Secrets,
    auth: Option<Auth>,
}

/// On what terms a connector goes out.
#[derive(Default)]
pub(crate) struct Terms {
    /// Where it may go.
    pub(crate) grants: Vec<Grant>,
    /// Addresses of the house that this may lead to.
    pub(crate) private: Vec<Range>,
    /// Whom it believes there.
    pub(crate) trust: Trust,
    /// Its secrets.
    pub(crate) secrets: Secrets,
    /// How it is let in.
    pub(crate) auth: Option<Auth>,
}

/// The asks of one delivery.
pub(crate) struct Walk<'a> {
    exchange: &'a Exchange,
    until: Instant,
}

/// Why a request got no response.
enum Lost {
    /// It is not made for this connector.
    Refused(String),
    /// It may have arrived.
    Unreachable(String),
}

impl Exchange {
    /// Goes where the grants say, within the open internet and the granted ranges of the house.
    pub(crate) fn new(terms: Terms) -> Self {
        Exchange::reaching(Reach::new(terms.private.clone()), terms)
    }

    fn reaching(reach: impl Resolver, terms: Terms) -> Self {
        let Terms { grants, trust, secrets, auth, .. } = terms;
        let config = Agent::config_builder()
            // A redirect could lead where no grant does: the connector sees it and asks again.
            .max_redirects(0)
            // Through a proxy nobody would judge the address.
            .proxy(None)
            .tls_config(trust.config())
            .http_status_as_error(false);
        let agent = Agent::with_parts(config.build(), DefaultConnector::default(), reach);
        Exchange { agent, grants, secrets, auth }
    }

    /// Begins a delivery.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk { exchange: self, until: Instant::now() + DELIVERY_TIME_MAX }
    }

    /// What was granted.
    pub(crate) fn grants(&self) -> &[Grant] {
        &self.grants
    }

    fn sign(&self, mac: &Mac) -> Result<Vec<u8>, String> {
        let secret = self.secrets.get(&mac.secret)?.as_bytes();
        Ok(match mac.algorithm {
            MacAlgorithm::HmacSha256 => hmac_sha256(secret, &[&mac.data]),
            MacAlgorithm::HmacSha1 => hmac_sha1(secret, &[&mac.data]),
        })
    }

    fn ciphered(&self, cipher: &Cipher, encrypts: bool) -> Result<Vec<u8>, String> {
        let secret = self.secrets.get(&cipher.secret)?;
        let family = match cipher.algorithm {
            CipherAlgorithm::Wecom => Family::Wecom,
            CipherAlgorithm::Feishu => Family::Feishu,
        };
        let done = if encrypts { family.encrypt(secret, &cipher.data) } else { family.decrypt(secret, &cipher.data) };
        done.map_err(|error| error.to_string())
    }

    /// Checks where a request goes, before and after secrets are put in.
    fn allowed(&self, request: &Request) -> Result<Uri, String> {
        let uri: Uri = request.url.parse().map_err(|_| NO_GRANT.to_owned())?;
        let granted = self.grants.iter().any(|grant| grant.allows(&request.method, &uri));
        if granted { Ok(uri) } else { Err(NO_GRANT.to_owned()) }
    }
}

impl Walk<'_> {
    /// Does what is needed, or says why not.
    pub(crate) fn answer(&self, need: Need) -> Answer {
        let done = match need {
            Need::Fetch(request) => return self.fetch(&request),
            Need::Mac(mac) => self.exchange.sign(&mac).map(Answer::Mac),
            Need::Encrypt(cipher) => self.exchange.ciphered(&cipher, true).map(Answer::Encrypted),
            Need::Decrypt(cipher) => self.exchange.ciphered(&cipher, false).map(Answer::Decrypted),
        };
        done.unwrap_or_else(Answer::Refused)
    }

    fn fetch(&self, request: &Request) -> Answer {
        match self.fetched(request) {
            Ok(response) => Answer::Fetched(response),
            Err(Lost::Refused(why)) => Answer::Refused(why),
            Err(Lost::Unreachable(why)) => Answer::Unreachable(why),
        }
    }

    fn fetched(&self, request: &Request) -> Result<Response, Lost> {
        check_form(request)?;
        self.exchange.allowed(request).map_err(Lost::Refused)?;
        let Some(auth) = self.exchange.auth.as_ref().filter(|_| wants_token(request)) else {
            return self.sent(request, None);
        };
        let token = self.token(auth, None)?;
        let response = self.sent(request, Some(&token))?;
        if !auth.is_stale(&response) {
            return Ok(response);
        }
        // The channel may have forgotten the token before its time; a second such answer is its own.
        let token = self.token(auth, Some(&token))?;
        self.sent(request, Some(&token))
    }

    fn token(&self, auth: &Auth, stale: Option<&str>) -> Result<String, Lost> {
        let Exchange { secrets, .. } = self.exchange;
        let token = auth.token(stale, secrets, |request| {
            let uri = self.exchange.allowed(request)?;
            self.send(request, &uri).map_err(|lost| match lost {
                Lost::Refused(why) | Lost::Unreachable(why) => secrets.taken_out(why, None),
            })
        });
        token.map_err(Lost::Unreachable)
    }

    /// Puts the secrets in, sends, and takes them out of whatever comes back.
    fn sent(&self, request: &Request, token: Option<&str>) -> Result<Response, Lost> {
        let Exchange { secrets, .. } = self.exchange;
        let filled = secrets.put_into(request, token).map_err(Lost::Refused)?;
        let uri = self.exchange.allowed(&filled).map_err(Lost::Refused)?;
        match self.send(&filled, &uri) {
            Ok(mut response) => {
                secrets.take_out_of(&mut response, token);
                Ok(response)
            }
            Err(Lost::Refused(why)) => Err(Lost::Refused(secrets.taken_out(why, token))),
            Err(Lost::Unreachable(why)) => Err(Lost::Unreachable(secrets.taken_out(why, token))),
        }
    }

    fn send(&self, request: &Request, uri: &Uri) -> Result<Response, Lost> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Lost::Unreachable("the delivery took too long".to_owned()));
        }
        let mut building = ureq::http::Request::builder().method(request.method.as_str()).uri(uri);
        for (name, value) in &request.headers {
            building = building.header(name, value);
        }
        let built = building.body(request.body.as_slice()).map_err(|error| Lost::Refused(error.to_string()))?;
        let within = Some(left.min(FETCH_TIME_MAX));
        let built = self.exchange.agent.configure_request(built).timeout_global(within).build();
        let mut response = self.exchange.agent.run(built).map_err(lost)?;
        let headers = response.headers().iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        let (headers, status) = (headers.collect(), response.status().as_u16());
        let body = response.body_mut().with_config().limit(RESPONSE_BYTES_MAX).read_to_vec();
        Ok(Response { status, headers, body: body.map_err(lost)? })
    }
}

/// An address that may not be reached is no accident of the network.
fn lost(error: Error) -> Lost {
    if let Error::Other(other) = &error
        && let Some(private) = other.downcast_ref::<Private>()
    {
        return Lost::Refused(private.to_string());
    }
    Lost::Unreachable(error.to_string())
}

fn check_form(request: &Request) -> Result<(), Lost> {
    if request.body.len() > REQUEST_BYTES_MAX {
        return Err(Lost::Refused(format!("a request has at most {REQUEST_BYTES_MAX} bytes")));
    }
    match request.headers.iter().find(|(name, _)| HOST_HEADERS.contains(&name.as_str())) {
        Some((name, _)) => Err(Lost::Refused(format!("the header `{name}` is the host's to write"))),
        None => Ok(()),
    }
}

fn wants_token(request: &Request) -> bool {
    let in_body = || std::str::from_utf8(&request.body).is_ok_and(|body| body.contains(TOKEN));
    request.url.contains(TOKEN) || request.headers.iter().any(|(_, value)| value.contains(TOKEN)) || in_body()
}
