//! What a connector's manifest says of the world outside: what it wants to fetch, how it is let in there, and how
//! messages to it prove whose they are. Nothing is granted here, and nothing is done.

use serde::Deserialize;

use crate::manifest::Kind;

/// The methods of requests that a connector may ask for.
pub(crate) const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A place it wants to reach.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// The beginning of its URLs; `{settings.host}` stands for the setting of that name.
    pub url: String,
    /// What it wants to do there.
    pub methods: Vec<String>,
}

/// How it is let in: the host asks for a token and keeps it; the plugin writes `{auth:token}` where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Auth {
    /// OAuth 2.0, client credentials; the secrets `client-id` and `client-secret` say who asks.
    Oauth2 {
        /// Where tokens are given; `{settings.host}` stands for the setting of that name.
        url: String,
        /// What for.
        #[serde(default)]
        scope: Option<String>,
    },
    /// A call of the system's own that answers with a token.
    TokenCall {
        /// `GET` or `POST`.
        method: String,
        /// Where, with `{settings.name}` and `{secret:name}`.
        url: String,
        /// JSON, with the same.
        #[serde(default)]
        body: Option<String>,
        /// The field of the answer that holds the token, such as `data.token`.
        token: String,
        /// The field that holds for how many seconds, where there is one.
        #[serde(default)]
        expires: Option<String>,
        /// How an answer says that the token is not known any more, beside the status 401.
        #[serde(default)]
        stale: Option<Stale>,
    },
}

impl Auth {
    /// The texts that settings are put into.
    fn texts(&self) -> Vec<&str> {
        match self {
            Auth::Oauth2 { url, .. } => vec![url],
            Auth::TokenCall { url, body, .. } => {
                [Some(url), body.as_ref()].into_iter().flatten().map(String::as_str).collect()
            }
        }
    }
}

/// A field of a JSON answer and the numbers in it that say so.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stale {
    /// Such as `errcode`.
    pub field: String,
    /// Such as 40014 and 42001.
    pub codes: Vec<i64>,
}

/// How messages to it may prove whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookForm {
    /// The schemes it can live with, by the names that the host has for them.
    pub schemes: Vec<String>,
    /// The header that its channel's signature stands in.
    pub header: Option<String>,
    /// What stands before the signature there.
    pub prefix: Option<String>,
    /// How the signature is spelled.
    pub encoding: Option<Encoding>,
}

/// How bytes are spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Hexadecimal digits.
    #[default]
    Hex,
    /// Base64.
    Base64,
}

/// The three parts of a manifest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outside<'a> {
    pub(crate) fetch: &'a [Fetch],
    pub(crate) auth: Option<&'a Auth>,
    pub(crate) webhook: Option<&'a HookForm>,
}

/// What stands for a setting in a text.
const SETTING: &str = "{settings.";

/// Only connectors have to do with the world outside, and what they want must be sayable.
pub(crate) fn check(kind: Kind, outside: &Outside<'_>, has_setting: impl Fn(&str) -> bool) -> Result<(), String> {
    let says_nothing = outside.fetch.is_empty() && outside.auth.is_none() && outside.webhook.is_none();
    if kind != Kind::Connector && !says_nothing {
        let kind = kind.word();
        return Err(format!("`fetch`, `auth` and `webhook` are for connectors, not for a plugin of the kind {kind}"));
    }
    for fetch in outside.fetch {
        if fetch.methods.is_empty() || !fetch.methods.iter().all(|method| METHODS.contains(&method.as_str())) {
            return Err(format!("fetch `{}`: expected `methods` out of {}", fetch.url, METHODS.join(", ")));
        }
    }
    let fetched = outside.fetch.iter().map(|fetch| fetch.url.as_str());
    for text in fetched.chain(outside.auth.map(Auth::texts).unwrap_or_default()) {
        for (at, _) in text.match_indices(SETTING) {
            let name = text[at + SETTING.len()..].split_once('}').map_or("", |(name, _)| name);
            if !has_setting(name) {
                return Err(format!("`{text}`: expected `{SETTING}name}}` with the name of one of its settings"));
            }
        }
    }
    if let Some(Auth::TokenCall { method, .. }) = outside.auth
        && !["GET", "POST"].contains(&method.as_str())
    {
        return Err(format!("auth.method `{method}`: expected GET or POST"));
    }
    if outside.webhook.is_some_and(|webhook| webhook.schemes.is_empty()) {
        return Err("`webhook.schemes`: expected the name of a scheme".to_owned());
    }
    Ok(())
}
