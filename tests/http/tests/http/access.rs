//! Who may enter where: every door against every role, without a token, with a token that is none.

use serde_json::json;

use crate::{
    house::{Installation, three_times},
    server::{Ask, Server},
};

const EVERYBODY: &[&str] = &["agent", "lead", "owner", "manager", "operator"];
const ABOVE: &[&str] = &["lead", "owner", "manager", "operator"];

/// Every door that needs a token, and who may use it.
const DOORS: &[(&str, &str, &[&str])] = &[
    ("POST", "/v1/events", &["source", "operator"]),
    ("POST", "/v1/messages/hotline", &["source", "operator"]),
    ("GET", "/v1/messages/hotline", &["source", "operator"]),
    ("GET", "/v1/quarantine", &["operator"]),
    ("GET", "/v1/connectors", &["operator"]),
    ("GET", "/v1/connectors/history", &["operator"]),
    ("POST", "/v1/connectors/reload", &["operator"]),
    ("POST", "/v1/connectors/rollback", &["operator"]),
    ("POST", "/v1/connectors/hotline/approve", &["operator"]),
    ("GET", "/v1/contacts", EVERYBODY),
    ("GET", "/v1/contacts/{id}", EVERYBODY),
    ("GET", "/v1/alerts", EVERYBODY),
    ("GET", "/v1/alerts/{id}", EVERYBODY),
    ("POST", "/v1/alerts/{id}/see", EVERYBODY),
    ("POST", "/v1/alerts/{id}/take", EVERYBODY),
    ("POST", "/v1/alerts/{id}/dispose", ABOVE),
    ("GET", "/v1/cases", EVERYBODY),
    ("GET", "/v1/cases/{id}", EVERYBODY),
    ("POST", "/v1/cases/{id}/accept", EVERYBODY),
    ("POST", "/v1/customers/find", EVERYBODY),
    ("GET", "/v1/stream?after=x", ABOVE),
];

#[test]
fn every_door_is_for_its_roles_only() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    for (method, path, roles) in DOORS {
        let path = path.replace("{id}", "00000000000000000000000000000000");
        let ask = |token| server.ask(method, &path, Ask { token, ..Ask::default() });
        ask(None).problem(401, "no-token");
        ask(Some("plaint_00")).problem(401, "unknown-token");
        for role in ["source", "agent", "lead", "owner", "manager", "operator"] {
            let answer = ask(Some(installation.token(role)));
            if roles.contains(&role) {
                assert!(![401, 403].contains(&answer.status), "{method} {path} as {role}: {answer:?}");
            } else {
                answer.problem(403, "wrong-role");
            }
        }
    }
    let basic = Ask { headers: &[("authorization", "Basic eDp5")], ..Ask::default() };
    server.ask("GET", "/v1/alerts", basic).problem(401, "no-token");
}

#[test]
fn another_tenants_token_opens_its_own_house() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let (main, other) = (installation.token("operator"), installation.token("other"));
    server.post("/v1/events?wait=decided", main, &three_times("k-1")).good(200);
    let alert = server.get("/v1/alerts", main).good(200)["alerts"][0]["id"].as_str().expect("an alert").to_owned();
    let contact = server.get("/v1/contacts", main).good(200)["contacts"][0]["id"].as_str().expect("one").to_owned();
    for (path, word) in [
        (format!("/v1/alerts/{alert}"), "unknown-alert"),
        (format!("/v1/contacts/{contact}"), "unknown-contact"),
        ("/v1/messages/hotline".to_owned(), "unknown-connector"),
    ] {
        server.get(&path, other).problem(404, word);
    }
    for action in ["see", "take"] {
        server.post(&format!("/v1/alerts/{alert}/{action}"), other, &json!({})).problem(404, "unknown-alert");
    }
    let disposed = json!({"disposition": "handled"});
    server.post(&format!("/v1/alerts/{alert}/dispose"), other, &disposed).problem(404, "unknown-alert");
    assert_eq!(server.get("/v1/alerts", other).good(200)["alerts"], json!([]));
    assert_eq!(server.get("/v1/contacts", other).good(200)["contacts"], json!([]));
    // The same events are the other tenant's own, from its first position on.
    let heard = server.post("/v1/events", other, &three_times("k-1")).good(202);
    assert_eq!(heard, json!({"positions": [1, 2, 3, 4], "known": []}));
}

#[test]
fn what_is_no_door_says_so_in_both_languages() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    for (path, accepted, title) in [
        ("/v2/events", "fr, en;q=0.5", "no such path"),
        ("/v2/events", "zh-CN,zh;q=0.9,en;q=0.8", "没有这个地址"),
        ("/v2/events?lang=zh", "en", "没有这个地址"),
        ("/", "*", "no such path"),
    ] {
        let ask = Ask { headers: &[("accept-language", accepted)], ..Ask::default() };
        let problem = server.ask("GET", path, ask).problem(404, "no-such-path");
        assert_eq!(problem["title"], title, "{path} {accepted}");
    }
    let answer = server.ask("DELETE", "/v1/events", Ask::default());
    answer.problem(405, "wrong-method");
    assert_eq!(answer.headers["allow"], "POST");
    for path in ["/healthz", "/readyz"] {
        server.ask("GET", path, Ask::default()).good(200);
    }
    let counted = server.ask("GET", "/metrics", Ask::default());
    assert_eq!(counted.status, 200);
    for line in [
        "plaint_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"} 1",
        "plaint_events_waiting{tenant=\"main\"} 0",
    ] {
        assert!(counted.text.lines().any(|counted| counted == line), "{line}: {}", counted.text);
    }
    assert!(!counted.text.contains("v2"), "a path is no label: {}", counted.text);
}
