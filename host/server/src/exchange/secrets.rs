//! Secrets of one connector: put in by name where a request wants them, taken out of whatever comes back.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use sandbox::{Request, Response};

/// What stands for a secret.
const SECRET: &str = "{secret:";
/// What stands for the token that `[auth]` asks for.
pub(super) const TOKEN: &str = "{auth:token}";
/// A text this short stands in other words by chance, and is no secret.
const SECRET_BYTES_MIN: usize = 4;

/// See the module.
#[derive(Default)]
pub(crate) struct Secrets(BTreeMap<String, String>);

/// Where a secret is put, which says how it is spelled there.
#[derive(Clone, Copy)]
enum Spelled {
    /// As it is.
    Plain,
    /// For a URL or a form.
    Escaped,
    /// Within a text of JSON.
    Json,
}

impl Secrets {
    /// By their names.
    pub(crate) fn new(secrets: BTreeMap<String, String>) -> Self {
        Secrets(secrets)
    }

    /// A secret.
    ///
    /// # Errors
    /// A sentence for a person: there is none of this name.
    pub(super) fn get(&self, name: &str) -> Result<&str, String> {
        let found = self.0.get(name).map(String::as_str);
        found.ok_or_else(|| format!("this connector has no secret `{name}`; name it in its `secrets`"))
    }

    /// A request with its secrets, and with the token where it wants one.
    pub(super) fn put_into(&self, request: &Request, token: Option<&str>) -> Result<Request, String> {
        let headers = request.headers.iter().map(|(name, value)| {
            let value = self.filled(value, token, Spelled::Plain)?;
            let is_line = !value.bytes().any(|byte| byte.is_ascii_control());
            is_line.then(|| (name.clone(), value)).ok_or_else(|| format!("a secret of `{name}` is not of one line"))
        });
        let body = match std::str::from_utf8(&request.body) {
            Ok(body) => self.filled(body, token, in_body(request))?.into_bytes(),
            Err(_) => request.body.clone(),
        };
        Ok(Request {
            method: request.method.clone(),
            url: self.filled(&request.url, token, Spelled::Escaped)?,
            headers: headers.collect::<Result<_, String>>()?,
            body,
        })
    }

    /// Takes the secrets and the token out of a response.
    pub(super) fn take_out_of(&self, response: &mut Response, token: Option<&str>) {
        for (_, value) in &mut response.headers {
            *value = self.taken_out(std::mem::take(value), token);
        }
        for (hidden, shown) in self.hidden(token) {
            replace(&mut response.body, hidden.as_bytes(), shown.as_bytes());
        }
    }

    /// Takes them out of a text.
    pub(super) fn taken_out(&self, mut text: String, token: Option<&str>) -> String {
        self.hidden(token).iter().for_each(|(hidden, shown)| text = text.replace(hidden, shown));
        text
    }

    fn filled(&self, text: &str, token: Option<&str>, spelled: Spelled) -> Result<String, String> {
        let mut written = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(SECRET) {
            let behind = &rest[at + SECRET.len()..];
            let Some((name, after)) = behind.split_once('}') else { break };
            written += &with_token(&rest[..at], token, spelled);
            written += &spell(self.get(name)?, spelled);
            rest = after;
        }
        Ok(written + &with_token(rest, token, spelled))
    }

    /// Every spelling of every secret, the longest first, and what is shown instead.
    fn hidden(&self, token: Option<&str>) -> Vec<(String, String)> {
        let secrets = self.0.iter().map(|(name, secret)| (secret.as_str(), format!("{SECRET}{name}}}")));
        let all = secrets.chain(token.map(|token| (token, TOKEN.to_owned())));
        let mut hidden: Vec<(String, String)> = all
            .filter(|(secret, _)| secret.len() >= SECRET_BYTES_MIN)
            .flat_map(|(secret, shown)| {
                let spellings = [Spelled::Plain, Spelled::Escaped, Spelled::Json].map(|way| spell(secret, way));
                spellings.into_iter().chain([BASE64_STANDARD.encode(secret)]).map(move |text| (text, shown.clone()))
            })
            .collect();
        hidden.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then_with(|| one.cmp(other)));
        hidden.dedup();
        hidden
    }
}

fn with_token(text: &str, token: Option<&str>, spelled: Spelled) -> String {
    token.map_or_else(|| text.to_owned(), |token| text.replace(TOKEN, &spell(token, spelled)))
}

fn spell(secret: &str, spelled: Spelled) -> String {
    match spelled {
        Spelled::Plain => secret.to_owned(),
        Spelled::Escaped => escaped(secret),
        Spelled::Json => {
            let quoted = serde_json::Value::from(secret).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
    }
}

/// The names of the secrets that a text wants.
pub(super) fn named(text: &str) -> Vec<String> {
    let behind = text.split(SECRET).skip(1);
    behind.filter_map(|behind| Some(behind.split_once('}')?.0.to_owned())).collect()
}

/// What is neither a letter nor a digit nor one of `-._~` is escaped.
pub(super) fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn in_body(request: &Request) -> Spelled {
    let kind = request.headers.iter().find(|(name, _)| name == "content-type").map_or("", |(_, value)| value);
    if kind.starts_with("application/x-www-form-urlencoded") {
        Spelled::Escaped
    } else if kind.contains("json") {
        Spelled::Json
    } else {
        Spelled::Plain
    }
}

fn replace(bytes: &mut Vec<u8>, from: &[u8], to: &[u8]) {
    let mut written = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(from) {
            written.extend_from_slice(to);
            rest = behind;
        } else {
            written.push(rest[0]);
            rest = &rest[1..];
        }
    }
    *bytes = written;
}

#[cfg(test)]
mod tests {
    use sandbox::{Request, Response};

    use super::Secrets;

    fn secrets() -> Secrets {
        Secrets::new([("key".to_owned(), "a/\"b\" c".to_owned())].into())
    }

    fn request(url: &str, kind: &str, body: &str) -> Request {
        let headers =
            vec![("content-type".to_owned(), kind.to_owned()), ("x-key".to_owned(), "Key {secret:key}".into())];
        Request { method: "POST".to_owned(), url: url.to_owned(), headers, body: body.into() }
    }

    #[test]
    fn a_secret_is_spelled_as_its_place_wants_it() {
        let url = "https://a.example/{secret:key}?k={secret:key}&t={auth:token}";
        for (kind, expected) in [
            ("application/json", r#"{"k":"a/\"b\" c","t":"t 1"}"#),
            ("application/x-www-form-urlencoded", r#"{"k":"a%2F%22b%22%20c","t":"t%201"}"#),
            ("text/plain", r#"{"k":"a/"b" c","t":"t 1"}"#),
        ] {
            let body = r#"{"k":"{secret:key}","t":"{auth:token}"}"#;
            let filled = secrets().put_into(&request(url, kind, body), Some("t 1")).unwrap();
            assert_eq!(filled.url, "https://a.example/a%2F%22b%22%20c?k=a%2F%22b%22%20c&t=t%201");
            assert_eq!(filled.headers[1].1, "Key a/\"b\" c");
            assert_eq!(String::from_utf8(filled.body).unwrap(), expected);
        }
        let error = secrets().put_into(&request("https://a.example/{secret:none}", "", ""), None).unwrap_err();
        assert_eq!(error, "this connector has no secret `none`; name it in its `secrets`");
    }

    #[test]
    fn a_secret_of_two_lines_begins_no_header() {
        let secrets = Secrets::new([("key".to_owned(), "a\r\nx-evil: 1".to_owned())].into());
        let error = secrets.put_into(&request("https://a.example/", "", ""), None).unwrap_err();
        assert!(error.contains("is not of one line"), "{error}");
    }

    #[test]
    fn nothing_of_a_secret_comes_back() {
        let mut response = Response {
            status: 200,
            headers: vec![("x-echo".to_owned(), "Key a/\"b\" c, tok-1".to_owned())],
            body: br#"a/"b" c a%2F%22b%22%20c a/\"b\" c YS8iYiIgYw== tok-1"#.to_vec(),
        };
        secrets().take_out_of(&mut response, Some("tok-1"));
        assert_eq!(response.headers[0].1, "Key {secret:key}, {auth:token}");
        let shown = String::from_utf8(response.body).unwrap();
        assert_eq!(shown, "{secret:key} {secret:key} {secret:key} {secret:key} {auth:token}");
    }
}
