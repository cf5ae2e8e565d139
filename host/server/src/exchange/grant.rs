//! Grants: where a connector may go, by the beginning of a URL, and what it may do there.

use std::fmt;

use sandbox::Fetch;
use serde::{Deserialize, Serialize};
use ureq::http::Uri;

/// One place and what may be done there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    /// Where.
    pub(crate) place: Place,
    /// In capitals, sorted.
    pub(crate) methods: Vec<String>,
}

/// The beginning of URLs: scheme, host, port and path, up to a boundary of the path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Place {
    origin: String,
    path: String,
}

/// What stands for a setting in what a manifest wants.
const SETTING: &str = "{settings.";

impl Grant {
    /// What a manifest wants, with the settings put in; nothing where a setting is not set.
    ///
    /// # Errors
    /// What was expected.
    pub(crate) fn wanted(fetch: &Fetch, setting: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        let Some(url) = with_settings(&fetch.url, setting) else { return Ok(None) };
        // A setting may be a whole address; what stands behind the `?` is no place.
        let url = url.split_once('?').map_or(url.as_str(), |(place, _)| place);
        let mut methods = fetch.methods.clone();
        methods.sort();
        methods.dedup();
        Ok(Some(Grant { place: url.parse()?, methods }))
    }

    /// Whether a request is within it.
    pub(super) fn allows(&self, method: &str, uri: &Uri) -> bool {
        self.methods.iter().any(|one| one == method) && self.place.holds(uri)
    }

    /// Whether everything the other allows is allowed here, too.
    pub(crate) fn covers(&self, other: &Grant) -> bool {
        self.place.covers(&other.place) && other.methods.iter().all(|method| self.methods.contains(method))
    }
}

impl Place {
    /// Whether a URL lies here.
    fn holds(&self, uri: &Uri) -> bool {
        origin(uri).is_some_and(|origin| origin == self.origin) && is_plain(uri.path()) && self.begins(uri.path())
    }

    /// Whether all of another place lies here.
    pub(crate) fn covers(&self, other: &Place) -> bool {
        self.origin == other.origin && self.begins(&other.path)
    }

    fn begins(&self, path: &str) -> bool {
        let boundary = self.path.ends_with('/')
            || path.len() == self.path.len()
            || path.as_bytes().get(self.path.len()) == Some(&b'/');
        path.starts_with(&self.path) && boundary
    }
}

impl std::str::FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let uri = text.parse::<Uri>().ok().filter(|uri| uri.query().is_none() && is_plain(uri.path()));
        let place = uri.and_then(|uri| Some(Place { origin: origin(&uri)?, path: uri.path().to_owned() }));
        place.ok_or_else(|| {
            format!(
                "`{text}`: expected the beginning of a URL, such as https://desk.example/hooks/, without user or query"
            )
        })
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.origin + &place.path
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}{}", self.methods.join(" "), self.place.origin, self.place.path)
    }
}

/// A text with `{settings.name}` put in; `None` when one of them is not set.
pub(crate) fn with_settings(text: &str, setting: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(SETTING) {
        let (name, after) = behind.split_once('}')?;
        written += before;
        written += &setting(name)?;
        rest = after;
    }
    Some(written + rest)
}

/// Scheme, host and port, spelled in one way.
fn origin(uri: &Uri) -> Option<String> {
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme))?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = authority.port_u16().filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
    let host = authority.host().trim_end_matches('.').to_lowercase();
    (!host.is_empty()).then(|| format!("{scheme}://{host}{port}"))
}

/// Whether no part of a path leads up again, however it is spelled.
fn is_plain(path: &str) -> bool {
    let spelled = path.to_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/").replace('\\', "/");
    // What is escaped twice is unescaped twice by somebody.
    !spelled.contains("%25") && !spelled.split('/').any(|part| part == "." || part == "..")
}

#[cfg(test)]
mod tests {
    use super::{Grant, Place, with_settings};

    fn grant(place: &str, methods: &[&str]) -> Grant {
        Grant { place: place.parse().unwrap(), methods: methods.iter().map(|&method| method.to_owned()).collect() }
    }

    #[test]
    fn a_grant_ends_where_it_says() {
        for (granted, url, expected) in [
            ("https://desk.example/hooks/", "https://desk.example/hooks/a?b=c", true),
            ("https://desk.example/hooks", "https://desk.example/hooks", true),
            ("https://desk.example/hooks/", "https://Desk.Example:443/hooks/a", true),
            ("https://desk.example/hooks/", "https://desk.example./hooks/a", true),
            ("https://desk.example", "https://desk.example/any", true),
            ("https://desk.example/hooks", "https://desk.example/hooks-of-others", false),
            ("https://desk.example/", "https://desk.example.evil/", false),
            ("https://desk.example/", "http://desk.example/", false),
            ("https://desk.example/", "https://desk.example:8443/", false),
            ("https://desk.example/", "https://user@desk.example/", false),
            ("https://desk.example/hooks/", "https://desk.example/hooks/../admin", false),
            ("https://desk.example/hooks/", "https://desk.example/hooks/%2E%2e/admin", false),
            ("https://desk.example/hooks/", "https://desk.example/hooks/..%2fadmin", false),
            ("https://desk.example/hooks/", "https://desk.example/hooks/%252e%252e/admin", false),
            ("https://desk.example/hooks/", "https://desk.example/hooks/..", false),
            ("https://desk.example/", "/only/a/path", false),
        ] {
            let uri = url.parse().unwrap();
            assert_eq!(grant(granted, &["POST"]).allows("POST", &uri), expected, "{granted} {url}");
            assert!(!grant(granted, &["POST"]).allows("GET", &uri));
        }
    }

    #[test]
    fn a_place_is_written_as_it_is_read() {
        for (text, written) in
            [("HTTPS://Desk.Example:443/A/", "https://desk.example/A/"), ("http://[::1]:80", "http://[::1]/")]
        {
            assert_eq!(String::from(text.parse::<Place>().unwrap()), written);
        }
        for wrong in
            ["", "desk.example", "ftp://desk.example/", "https://u@desk.example/", "https://a/?b", "https://a/.."]
        {
            let error = wrong.parse::<Place>().unwrap_err();
            assert!(error.contains("expected the beginning of a URL"), "{error}");
        }
    }

    #[test]
    fn more_is_told_from_the_same_or_less() {
        let wide = grant("https://desk.example/v1/", &["GET", "POST"]);
        assert!(wide.covers(&wide) && wide.covers(&grant("https://desk.example/v1/hooks", &["POST"])));
        for more in [
            grant("https://desk.example/", &["POST"]),
            grant("https://desk.example/v1/", &["DELETE"]),
            grant("https://other.example/v1/", &["POST"]),
        ] {
            assert!(!wide.covers(&more), "{more}");
        }
    }

    #[test]
    fn settings_are_put_in() {
        let setting = |name: &str| (name == "host").then(|| "desk.example".to_owned());
        let written = with_settings("https://{settings.host}/v1/{settings.host}", setting);
        assert_eq!(written.as_deref(), Some("https://desk.example/v1/desk.example"));
        assert_eq!(with_settings("https://{settings.none}/", setting), None);
    }
}
