//! Every scheme against vectors of the systems themselves, and against messages that were changed on the way.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

use super::{Answered, Checked, Knock, Options, Passed, SCHEMES, Unproven, Webhook, WebhookError};
use crate::{cipher::Family, mac::hmac_sha256, tokens::hex};

/// A message that a system's own tests say is right.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    system: String,
    #[serde(rename = "origin")]
    _origin: String,
    secrets: BTreeMap<String, String>,
    options: Options,
    #[serde(default)]
    time: i64,
    #[serde(default)]
    query: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: String,
    opened: Option<String>,
}

impl Vector {
    fn check(&self) -> Checked {
        let webhook = Webhook::new(self.options.clone(), &self.secrets).expect("a scheme");
        let headers: Vec<_> = self.headers.clone().into_iter().collect();
        let (query, body) = (self.query.as_str(), self.body.as_bytes());
        webhook.check(&Knock { method: "POST", query, headers: &headers, body, now_s: self.time + 60 })
    }
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("tests/vectors.json")).expect("vectors")
}

#[test]
fn what_the_systems_sign_is_taken() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let expected = vector.opened.clone().map_or(Passed::AsItCame, |text| Passed::Decrypted(text.into_bytes()));
        assert_eq!(vector.check(), Ok(expected), "{}", vector.system);
    }
}

#[test]
fn what_was_changed_on_the_way_is_not() {
    for vector in vectors() {
        let refused = |changed: Vector, how: &str| {
            let checked = changed.check();
            assert!(checked.is_err(), "{}, {how}: {checked:?}", vector.system);
        };
        let with = |change: &dyn Fn(&mut Vector)| {
            let mut changed = vector.clone();
            change(&mut changed);
            changed
        };
        let middle = vector.body.len() / 2;
        let other = if vector.body[middle..].starts_with('Z') { "Y" } else { "Z" };
        refused(with(&|vector| vector.body.replace_range(middle..=middle, other)), "another body");
        refused(with(&|vector| vector.secrets.values_mut().for_each(|secret| secret.replace_range(..1, "Z"))), "key");
        let is_encrypted = vector.opened.is_some();
        refused(with(&|vector| vector.headers.clear()).without_query(is_encrypted), "no signature");
        if vector.time > 0 {
            refused(with(&|vector| vector.time += 300), "an old one");
            refused(with(&|vector| vector.time -= 400), "one of the future");
        }
    }
}

impl Vector {
    /// The signature of some stands in the query.
    fn without_query(mut self, is_there: bool) -> Self {
        if is_there {
            self.query = "timestamp=1583995625&nonce=1584392382".to_owned();
        }
        self
    }
}

fn webhook(options: Options, secrets: &[(&str, &str)]) -> Result<Webhook, WebhookError> {
    let secrets = secrets.iter().map(|(name, secret)| ((*name).to_owned(), (*secret).to_owned())).collect();
    Webhook::new(options, &secrets)
}

fn plain(scheme: &str) -> Options {
    Options { scheme: scheme.to_owned(), ..Options::default() }
}

fn knock<'a>(method: &'a str, query: &'a str, headers: &'a [(String, String)], body: &'a [u8]) -> Knock<'a> {
    Knock { method, query, headers, body, now_s: 1_000 }
}

fn headers(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn slacks_handshake_is_answered_once_it_is_signed() {
    let slack = webhook(plain("slack"), &[("signing", "s")]).unwrap();
    let body = br#"{"type":"url_verification","challenge":"c-1"}"#;
    let signature = format!("v0={}", hex(&hmac_sha256(b"s", &[b"v0:990:", body])));
    let signed = headers(&[("x-slack-request-timestamp", "990"), ("x-slack-signature", &signature)]);
    assert_eq!(slack.check(&knock("POST", "", &signed, body)), Ok(Answered::text("c-1")));
    let twice = [signed.clone(), signed].concat();
    let missing = Err(Unproven::Missing("x-slack-request-timestamp"));
    assert_eq!(slack.check(&knock("POST", "", &twice, body)), missing);
}

#[test]
fn one_of_stripes_signatures_is_enough() {
    let stripe = webhook(plain("stripe"), &[("signing", "s")]).unwrap();
    let signature = hex(&hmac_sha256(b"s", &[b"1000.{}"]));
    let check = |value: &str| stripe.check(&knock("POST", "", &headers(&[("stripe-signature", value)]), b"{}"));
    assert_eq!(check(&format!("t=1000,v1=00,v1={signature}")), Ok(Passed::AsItCame));
    assert_eq!(check(&format!("t=1001,v1={signature}")), Err(Unproven::Mismatch));
    assert_eq!(check(&format!("v1={signature}")), Err(Unproven::Missing("stripe-signature, t")));
    assert_eq!(check("t=1000,v1=,v1=zz"), Err(Unproven::Mismatch));
}

#[test]
fn a_handshake_of_wecom_is_decrypted() {
    let key = "cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP";
    let wecom = |receiver: &str| {
        let options = Options { receiver: Some(receiver.to_owned()), ..plain("wecom-aes") };
        webhook(options, &[("token", "t"), ("aes-key", key)]).unwrap()
    };
    let sealed = Family::Wecom.encrypt(key, b"\0\0\0\x03abcme").unwrap();
    let sealed = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, sealed);
    let mut parts = ["t", "1000", "n", &sealed];
    parts.sort_unstable();
    let signature = hex(&<sha1::Sha1 as sha1::Digest>::digest(parts.concat()));
    let escaped = sealed.replace('+', "%2B");
    let query = format!("msg_signature={signature}&timestamp=1000&nonce=n&echostr={escaped}");
    assert_eq!(wecom("me").check(&knock("GET", &query, &[], b"")), Ok(Answered::text("abc")));
    assert_eq!(wecom("you").check(&knock("GET", &query, &[], b"")), Err(Unproven::OtherReceiver));
}

#[test]
fn feishu_is_decrypted_and_its_handshake_answered() {
    let seal = |text: &str| {
        let sealed = Family::Feishu.encrypt("k", text.as_bytes()).unwrap();
        let sealed = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, sealed);
        serde_json::json!({ "encrypt": sealed }).to_string()
    };
    let feishu = webhook(plain("feishu-aes"), &[("encrypt-key", "k"), ("verification-token", "t")]).unwrap();
    let body = seal(r#"{"schema":"2.0"}"#);
    let hash = <sha2::Sha256 as sha2::Digest>::digest(["1000", "n", "k", &body].concat());
    let named =
        [("x-lark-request-timestamp", "1000"), ("x-lark-request-nonce", "n"), ("x-lark-signature", &hex(&hash))];
    let passed = feishu.check(&knock("POST", "", &headers(&named), body.as_bytes()));
    assert_eq!(passed, Ok(Passed::Decrypted(br#"{"schema":"2.0"}"#.to_vec())));
    let unsigned = feishu.check(&knock("POST", "", &[], body.as_bytes()));
    assert_eq!(unsigned, Err(Unproven::Missing("x-lark-signature")));
    let handshake = |token: &str| {
        let body = seal(&format!(r#"{{"type":"url_verification","challenge":"c","token":"{token}"}}"#));
        feishu.check(&knock("POST", "", &[], body.as_bytes()))
    };
    assert_eq!(handshake("t"), Ok(Answered::json("challenge", "c")));
    assert_eq!(handshake("x"), Err(Unproven::Mismatch));
}

#[test]
fn a_hub_is_answered_with_its_challenge() {
    let hub = webhook(plain("hub-challenge"), &[("signing", "s"), ("verify-token", "t")]).unwrap();
    let check = |query| hub.check(&knock("GET", query, &[], b""));
    let answered = check("hub.mode=subscribe&hub.verify_token=t&hub.challenge=12%2034");
    assert_eq!(answered, Ok(Answered::text("12 34")));
    assert_eq!(check("hub.verify_token=x&hub.challenge=1"), Err(Unproven::Mismatch));
    let signature = format!("sha256={}", hex(&hmac_sha256(b"s", &[b"{}"])));
    let signed = headers(&[("x-hub-signature-256", &signature)]);
    assert_eq!(hub.check(&knock("POST", "", &signed, b"{}")), Ok(Passed::AsItCame));
}

#[test]
fn a_body_that_is_no_form_is_held_by_twilios_address() {
    let options = Options { url: Some("https://a.example/h".to_owned()), ..plain("twilio") };
    let twilio = webhook(options, &[("auth-token", "s")]).unwrap();
    let check = |body: &[u8], signed: &[u8]| {
        let query = format!("bodySHA256={}", hex(&<sha2::Sha256 as sha2::Digest>::digest(signed)));
        let known = crate::mac::hmac_sha1(b"s", &[b"https://a.example/h?", query.as_bytes()]);
        let known = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, known);
        twilio.check(&knock("POST", &query, &headers(&[("x-twilio-signature", &known)]), body))
    };
    assert_eq!(check(b"{}", b"{}"), Ok(Passed::AsItCame));
    assert_eq!(check(b"{1}", b"{}"), Err(Unproven::Mismatch));
}

#[test]
fn what_is_missing_or_too_much_is_said_before_a_message_comes() {
    let error = |options, secrets: &[(&str, &str)]| {
        let error = webhook(options, secrets).err().expect("an error");
        (error.text(policy::Lang::En), error.text(policy::Lang::Zh))
    };
    let header = Options { header: Some("x-own".to_owned()), ..plain("slack") };
    let wide = Options { tolerance_s: Some(86_400), ..plain("slack") };
    for (options, secrets, en, zh) in [
        (plain("morse"), &[][..], "there is no scheme `morse`; expected one of: hmac-sha256, github", "没有校验方式"),
        (plain("slack"), &[], "the scheme `slack` needs the secret `signing`", "需要密钥 `signing`"),
        (plain("slack"), &[("signing", "")], "needs the secret `signing`", "需要密钥 `signing`"),
        (plain("hmac-sha256"), &[("signing", "s")], "the scheme `hmac-sha256` needs `header`", "需要 `header`"),
        (header, &[("signing", "s")], "the scheme `slack` knows no `header`", "没有选项 `header`"),
        (wide, &[("signing", "s")], "a number from 1 to 3600", "1 到 3600 的整数"),
    ] {
        let said = error(options, secrets);
        assert!(said.0.contains(en) && said.1.contains(zh), "{said:?}");
    }
    let words: std::collections::BTreeSet<_> = SCHEMES.iter().map(|scheme| scheme.word).collect();
    assert_eq!(words.len(), SCHEMES.len());
}

/// The project's larger set, where it is at hand: each of its systems is one that the vectors above know.
#[test]
fn the_vectors_are_those_of_the_set() {
    let ours = vectors();
    let systems: Vec<&str> = ours.iter().map(|vector| vector.system.as_str()).collect();
    let data = std::env::var_os("PLAINT_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), std::path::PathBuf::from);
    let set = fs::read(data.join("webhooks/signature_vectors.json")).unwrap_or_else(|_| b"[]".to_vec());
    let set: Vec<serde_json::Value> = serde_json::from_slice(&set).expect("the set is JSON");
    for vector in set {
        let system = vector["system"].as_str().expect("a system");
        assert!(systems.contains(&system), "{system}");
        if let Some(body) = vector["body"].as_str() {
            assert!(ours.iter().any(|one| one.system == system && one.body == body), "{system}");
        }
    }
}
