//! Tokens that a channel gives for a while: asked for by the host, kept until they expire, asked for again once when
//! the channel does not know one any more. The plugin never sees them.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use sandbox::{Request, Response, Stale};
use serde_json::Value;

use super::{
    grant::with_settings,
    secrets::{Secrets, escaped, named},
};

/// The secrets that say who asks, in OAuth 2.0.
const CLIENT: [&str; 2] = ["client-id", "client-secret"];
/// A token is not used in its last moments: the request that carries it takes a while.
const MARGIN: Duration = Duration::from_secs(30);
/// For a channel that does not say how long a token holds.
const HOLDS: Duration = Duration::from_secs(300);
/// No token is believed to hold longer than a day.
const HOLDS_MAX: Duration = Duration::from_secs(86_400);
/// A token is a header's value.
const TOKEN_BYTES_MAX: usize = 8 << 10;

/// How one connector is let in, and the token it has.
pub(crate) struct Auth {
    /// What is asked.
    request: Request,
    /// Whether the client's secrets go along as OAuth 2.0 wants them.
    is_oauth: bool,
    /// The field of the answer that holds the token.
    token: String,
    /// The field that holds for how many seconds.
    expires: Option<String>,
    /// What an answer says of a token that is not known any more.
    stale: Option<Stale>,
    /// Asked for by one at a time: the others wait for what it brings.
    kept: Mutex<Option<Kept>>,
}

#[derive(Clone)]
struct Kept {
    token: String,
    until: Instant,
}

impl Auth {
    /// As a manifest says, with the settings put in; nothing where a setting is not set.
    pub(crate) fn new(auth: &sandbox::Auth, setting: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let header = |kind: &str| vec![("content-type".to_owned(), kind.to_owned())];
        let (request, token, expires, stale) = match auth {
            sandbox::Auth::Oauth2 { url, scope } => {
                let scope = scope.as_deref().map_or_else(String::new, |scope| format!("&scope={}", escaped(scope)));
                let request = Request {
                    method: "POST".to_owned(),
                    url: with_settings(url, &setting)?,
                    headers: header("application/x-www-form-urlencoded"),
                    body: format!("grant_type=client_credentials{scope}").into_bytes(),
                };
                (request, "access_token".to_owned(), Some("expires_in".to_owned()), None)
            }
            sandbox::Auth::TokenCall { method, url, body, token, expires, stale } => {
                let body = body.as_deref().map(|body| with_settings(body, &setting));
                let request = Request {
                    method: method.clone(),
                    url: with_settings(url, &setting)?,
                    headers: header("application/json"),
                    body: body.unwrap_or_else(|| Some(String::new()))?.into_bytes(),
                };
                (request, token.clone(), expires.clone(), stale.clone())
            }
        };
        let is_oauth = matches!(auth, sandbox::Auth::Oauth2 { .. });
        Some(Auth { request, is_oauth, token, expires, stale, kept: Mutex::new(None) })
    }

    /// Where it asks, without what stands behind the `?`; and how.
    pub(crate) fn asks(&self) -> (&str, &str) {
        let url = self.request.url.split_once('?').map_or(self.request.url.as_str(), |(url, _)| url);
        (&self.request.method, url)
    }

    /// The secrets it cannot do without.
    pub(crate) fn needs(&self) -> Vec<String> {
        let body = String::from_utf8_lossy(&self.request.body);
        let named = [self.request.url.as_str(), &body].into_iter().flat_map(named);
        let client = CLIENT.into_iter().filter(|_| self.is_oauth).map(str::to_owned);
        client.chain(named).collect()
    }

    /// Whether an answer says that the token is not known any more.
    pub(super) fn is_stale(&self, response: &Response) -> bool {
        let says_so = |stale: &Stale| {
            let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            field(&answer, &stale.field).and_then(Value::as_i64).is_some_and(|code| stale.codes.contains(&code))
        };
        response.status == 401 || self.stale.as_ref().is_some_and(says_so)
    }

    /// The token: the kept one, or a new one where that is `stale` or about to expire.
    ///
    /// # Errors
    /// A sentence for a person, without secrets.
    pub(super) fn token(
        &self,
        stale: Option<&str>,
        secrets: &Secrets,
        send: impl FnOnce(&Request) -> Result<Response, String>,
    ) -> Result<String, String> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let good = kept.as_ref().filter(|kept| Some(kept.token.as_str()) != stale && kept.until > Instant::now());
        if let Some(good) = good {
            return Ok(good.token.clone());
        }
        let fresh = self.ask(secrets, send).map_err(|problem| format!("no token could be had: {problem}"))?;
        Ok(kept.insert(fresh).token.clone())
    }

    fn ask(&self, secrets: &Secrets, send: impl FnOnce(&Request) -> Result<Response, String>) -> Result<Kept, String> {
        let mut request = secrets.put_into(&self.request, None)?;
        if self.is_oauth {
            let [id, secret] = CLIENT.map(|name| secrets.get(name).map(escaped));
            let client = BASE64_STANDARD.encode(format!("{}:{}", id?, secret?));
            request.headers.push(("authorization".to_owned(), format!("Basic {client}")));
        }
        let response = send(&request)?;
        if !(200..300).contains(&response.status) {
            return Err(format!("the answer has the status {}", response.status));
        }
        let answer: Value = serde_json::from_slice(&response.body).map_err(|_| "the answer is no JSON".to_owned())?;
        let token = field(&answer, &self.token).and_then(Value::as_str);
        let is_token = |token: &&str| {
            (1..=TOKEN_BYTES_MAX).contains(&token.len()) && token.bytes().all(|byte| (b' '..0x7f).contains(&byte))
        };
        let token = token.filter(is_token).ok_or_else(|| format!("the answer has no token in `{}`", self.token))?;
        let seconds = self.expires.as_deref().and_then(|expires| field(&answer, expires)).and_then(Value::as_u64);
        let holds = seconds.map_or(HOLDS, Duration::from_secs).min(HOLDS_MAX);
        // A token that holds for less than two margins is used for half of its time.
        let until = Instant::now() + holds.saturating_sub(MARGIN).max(holds / 2);
        Ok(Kept { token: token.to_owned(), until })
    }
}

/// A field of an answer: `data.token` is `token` within `data`.
fn field<'a>(answer: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(answer, |value, name| value.get(name))
}
