//! The way out of a connector: it says what it needs, and the host does it or says no. Secrets never leave here.

use std::{collections::BTreeMap, time::Duration};

use hmac::{Hmac, Mac as _};
use sandbox::{Answer, Mac, MacAlgorithm, Need, Request, Response};
use sha2::Sha256;

/// A channel that does not answer in this time is tried again later.
const FETCH_MAX: Duration = Duration::from_secs(10);
/// More of an answer nobody reads: a channel says yes or no.
const RESPONSE_BYTES_MAX: u64 = 1024 * 1024;

/// What one connector may fetch, and its secrets.
pub(crate) struct Exchange {
    agent: ureq::Agent,
    /// The beginnings of URLs it may reach: scheme, host, port and path.
    fetch: Vec<String>,
    secrets: BTreeMap<String, String>,
}

impl Exchange {
    /// Reaches what begins with one of `fetch`, signs with `secrets` by name.
    pub(crate) fn new(fetch: Vec<String>, secrets: BTreeMap<String, String>) -> Self {
        let config = ureq::Agent::config_builder();
        // A redirect could lead where no grant does.
        let config = config.timeout_global(Some(FETCH_MAX)).max_redirects(0).http_status_as_error(false);
        Exchange { agent: config.build().into(), fetch, secrets }
    }

    /// Does what is needed, or says why not.
    pub(super) fn answer(&self, need: Need) -> Answer {
        match need {
            Need::Fetch(request) => self.fetch(&request),
            Need::Mac(mac) => self.sign(&mac),
        }
    }

    fn fetch(&self, request: &Request) -> Answer {
        if !self.fetch.iter().any(|granted| is_within(granted, &request.url)) {
            let advice = "no grant of this connector reaches that place; name it in its `grants.fetch`";
            return Answer::Refused(advice.to_owned());
        }
        match self.send(request) {
            Ok(response) => Answer::Fetched(response),
            Err(problem) => Answer::Unreachable(problem),
        }
    }

    fn send(&self, request: &Request) -> Result<Response, String> {
        let mut building = ureq::http::Request::builder().method(request.method.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            building = building.header(name, value);
        }
        let built = building.body(request.body.as_slice()).map_err(|error| error.to_string())?;
        let mut response = self.agent.run(built).map_err(|error| error.to_string())?;
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        let headers = headers.collect();
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(RESPONSE_BYTES_MAX).read_to_vec();
        Ok(Response { status, headers, body: body.map_err(|error| error.to_string())? })
    }

    fn sign(&self, mac: &Mac) -> Answer {
        let Some(secret) = self.secrets.get(&mac.secret) else {
            return Answer::Refused(format!("this connector has no secret `{}`", mac.secret));
        };
        match mac.algorithm {
            MacAlgorithm::HmacSha256 => match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
                Ok(mut signing) => {
                    signing.update(&mac.data);
                    Answer::Mac(signing.finalize().into_bytes().to_vec())
                }
                Err(error) => Answer::Refused(error.to_string()),
            },
        }
    }
}

/// Whether a URL lies under a granted one: the same origin, and a path that begins so, at a boundary.
fn is_within(granted: &str, url: &str) -> bool {
    let parts = |url: &str| -> Option<(String, String)> {
        let uri: ureq::http::Uri = url.parse().ok()?;
        let origin = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
        Some((origin.to_lowercase(), uri.path().to_owned()))
    };
    let (Some((granted_origin, granted_path)), Some((origin, path))) = (parts(granted), parts(url)) else {
        return false;
    };
    let plain = !path.contains("/../") && !path.ends_with("/..") && !origin.contains('@');
    let boundary = granted_path.ends_with('/')
        || path.len() == granted_path.len()
        || path.as_bytes().get(granted_path.len()) == Some(&b'/');
    plain && origin == granted_origin && path.starts_with(&granted_path) && boundary
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn a_grant_ends_where_it_says() {
        for (granted, url, expected) in [
            ("https://desk.example/hooks/", "https://desk.example/hooks/a?b=c", true),
            ("https://desk.example/hooks", "https://desk.example/hooks", true),
            ("https://desk.example/hooks", "https://desk.example/hooks-of-others", false),
            ("https://desk.example/", "https://desk.example.evil/", false),
            ("https://desk.example/", "http://desk.example/", false),
            ("https://desk.example/", "https://desk.example:8443/", false),
            ("https://desk.example/", "https://user@desk.example/", false),
            ("https://desk.example/hooks/", "https://desk.example/hooks/../admin", false),
            ("https://desk.example/", "nonsense", false),
        ] {
            assert_eq!(is_within(granted, url), expected, "{granted} {url}");
        }
    }
}
