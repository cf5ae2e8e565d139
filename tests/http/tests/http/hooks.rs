//! `/v1/hooks/{tenant}/{connector}`: messages that prove by themselves whose they are, and those that do not.

use std::{fs, time::SystemTime};

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    house::Installation,
    server::{Answer, Ask, Server},
};

const SECRET: &str = "only-for-these-tests";
/// Encrypted with the key `test key`: a handshake with the token `t`, and a turn of the contact `k-9`.
const HANDSHAKE: &str = "ABEiM0RVZneImaq7zN3u/yEJz0tWR5PgX04/vxO8Jtp6wEaz3DaG0Lgv2Wu4O2JpJXLvB6s4N8MhztOK+FbQOaCXbTYu\
                         oT4t/OnDHNVnmRY=";
const TURN: &str = "ABEiM0RVZneImaq7zN3u/5C0eImQNEbVr2P78ejf0AHxQ3YQK9jheuCVHR77s75BrnTkveC3alS4Or6OIlj6E5VKS8q6J6NIG\
                    CVePRkb1OP+GClqmyAtbk+QbvDnMhNcNCqV1Tp1uy0yF+Ex+kENFmA6tz+JqiF01xfHSlqj27R7b3OCpAjDgjuRJ4aLK0ZrkE\
                    Pq5pe4gORuL1uQ/F7wAQ==";
const CONNECTORS: &str = r#"
[[connector]]
id = "desk"
plugin = "webhook"
secrets = { signing = "file:secret" }
webhook = { scheme = "hmac-sha256", header = "x-desk-signature", prefix = "sha256=" }

[[connector]]
id = "feishu"
plugin = "webhook"
secrets = { encrypt-key = "file:key", verification-token = "file:token" }
webhook = { scheme = "feishu-aes" }

[[connector]]
id = "hotline"
plugin = "transcript"
"#;

fn installation(connectors: &str) -> Installation {
    let installation = Installation::new();
    for (name, text) in [("secret", SECRET), ("key", "test key"), ("token", "t"), ("connectors.toml", connectors)] {
        fs::write(installation.dir().join(name), text).expect("a file");
    }
    installation
}

fn turn() -> String {
    let data = json!({"speaker": "customer", "text": "在吗"});
    json!({"specversion": "1.0", "id": "e-1", "type": "plaint.turn.said", "subject": "contact/k-1", "data": data})
        .to_string()
}

fn knock(server: &Server, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
    server.ask("POST", path, Ask { headers, body: Some(body.as_bytes()), ..Ask::default() })
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    format!("sha256={}", hex(mac.finalize().into_bytes()))
}

#[test]
fn a_message_that_proves_whose_it_is_needs_no_token() {
    let installation = installation(CONNECTORS);
    let server = Server::start(&installation);
    let signed = signature(&turn());
    for _ in 0..2 {
        let answer = knock(&server, "/v1/hooks/main/desk", &turn(), &[("x-desk-signature", &signed)]);
        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "where facts stand is not told");
    }
    let contacts = server.get("/v1/contacts", installation.token("lead")).good(200);
    assert_eq!(
        (&contacts["contacts"][0]["source"], contacts["contacts"].as_array().map(Vec::len)),
        (&json!("desk"), Some(1))
    );
    // At the other door a token says who sends.
    let heard = server.ask(
        "POST",
        "/v1/messages/desk",
        Ask { token: Some(installation.token("source")), body: Some(turn().as_bytes()), ..Ask::default() },
    );
    assert_eq!(heard.good(202)["known"], json!([1]));
    // It is the desk's own, and still nothing that its connector understands: that is kept.
    let signed = signature("{}");
    knock(&server, "/v1/hooks/main/desk", "{}", &[("x-desk-signature", &signed)]).problem(422, "message-refused");
}

#[test]
fn a_message_that_proves_nothing_reaches_no_plugin_and_is_kept_nowhere() {
    let installation = installation(CONNECTORS);
    let server = Server::start(&installation);
    let signed = signature("{}");
    for headers in [&[][..], &[("x-desk-signature", "sha256=00")], &[("x-desk-signature", signed.as_str())]] {
        let answer = knock(&server, "/v1/hooks/main/desk", &turn(), headers);
        answer.problem(401, "unproven");
        assert!(!answer.headers.contains_key("www-authenticate"), "no token helps here");
    }
    // A connector without a scheme, none at all, another tenant's, no tenant: all the same from outside.
    for path in ["/v1/hooks/main/hotline", "/v1/hooks/main/nobody", "/v1/hooks/other/desk", "/v1/hooks/x/desk"] {
        knock(&server, path, &turn(), &[("x-desk-signature", &signature(&turn()))]).problem(404, "unknown-connector");
    }
    let kept = server.get("/v1/quarantine", installation.token("operator")).good(200);
    assert_eq!(kept["messages"], json!([]));
    assert_eq!(server.get("/v1/contacts", installation.token("lead")).good(200)["contacts"], json!([]));
    let counted = server.ask("GET", "/metrics", Ask::default()).text;
    let line = "plaint_messages_unproven_total{tenant=\"main\",scheme=\"hmac-sha256\"} 3";
    assert!(counted.lines().any(|counted| counted == line), "{counted}");
    let (_, said) = server.stop();
    assert!(said.contains("\"reason\":\"mismatch\"") && !said.contains("在吗"), "{said}");
}

#[test]
fn what_came_encrypted_reaches_the_plugin_in_the_clear() {
    let installation = installation(CONNECTORS);
    let server = Server::start(&installation);
    let sealed = |text: &str| json!({ "encrypt": text }).to_string();
    let answer = knock(&server, "/v1/hooks/main/feishu", &sealed(HANDSHAKE), &[]);
    assert_eq!(answer.good(200), json!({"challenge": "c-1"}));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a time").as_secs();
    let knock_at = |time: u64| {
        let (time, body) = (time.to_string(), sealed(TURN));
        let signature = hex(Sha256::digest(format!("{time}n-1test key{body}")));
        let headers = [
            ("x-lark-request-timestamp", time.as_str()),
            ("x-lark-request-nonce", "n-1"),
            ("x-lark-signature", signature.as_str()),
        ];
        knock(&server, "/v1/hooks/main/feishu", &body, &headers)
    };
    knock_at(now - 3_600).problem(401, "unproven");
    assert_eq!(knock_at(now).status, 200);
    let contacts: Value = server.get("/v1/contacts", installation.token("lead")).good(200);
    assert_eq!(contacts["contacts"][0]["source"], "feishu");
}

#[test]
fn a_scheme_that_cannot_work_is_told_before_the_server_starts() {
    for (plugin, webhook, expected) in [
        ("transcript", "{ scheme = \"github\" }", "the plugin takes messages only with a token"),
        ("webhook", "{ scheme = \"github\" }", "the scheme `github` needs the secret `signing`"),
        (
            "webhook",
            "{ scheme = \"slack\" }",
            "the plugin cannot live with the scheme `slack`, but with: hmac-sha256, github",
        ),
        ("webhook", "{ header = \"x\" }", "missing field `scheme`"),
    ] {
        let installation =
            installation(&format!("[[connector]]\nid = \"desk\"\nplugin = \"{plugin}\"\nwebhook = {webhook}\n"));
        let config = installation.dir().join("host.toml");
        let said = Server::start_with(&["--config", crate::house::text(&config)]).err().expect("no server");
        assert!(said.contains(expected) && said.contains("connectors.toml"), "{said}");
    }
}
