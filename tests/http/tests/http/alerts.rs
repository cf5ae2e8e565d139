//! `/v1/alerts…`: what is open, why it was raised, and what people do about it.

use serde_json::{Value, json};

use crate::{
    house::{Installation, three_times},
    server::{Answer, Ask, Server},
};

/// A server with an alert about each of these contacts; the alerts' ids, newest first.
fn with_alerts(installation: &Installation, contacts: &[&str]) -> (Server, Vec<String>) {
    let server = Server::start(installation);
    for contact in contacts {
        server.post("/v1/events?wait=decided", installation.token("source"), &three_times(contact)).good(200);
    }
    let ids = ids(&server.get("/v1/alerts", installation.token("agent")));
    assert_eq!(ids.len(), contacts.len());
    (server, ids)
}

fn ids(answer: &Answer) -> Vec<String> {
    let alerts = answer.good(200)["alerts"].clone();
    let ids = alerts.as_array().expect("a list").iter().map(|alert| alert["id"].as_str().expect("an id").to_owned());
    ids.collect()
}

#[test]
fn open_alerts_are_found_by_rule_severity_and_agent() {
    let installation = Installation::new();
    let (server, all) = with_alerts(&installation, &["k-1", "k-2", "k-3"]);
    let lead = installation.token("lead");
    for (query, count) in [
        ("rule=agent-repeats-script&severity=critical&agent=a-17", 3),
        ("rule=another", 0),
        ("severity=warning", 0),
        ("agent=a-1", 0),
        ("limit=2", 2),
    ] {
        assert_eq!(ids(&server.get(&format!("/v1/alerts?{query}"), lead)).len(), count, "{query}");
    }
    let next = server.get("/v1/alerts?limit=2", lead).good(200)["next"].as_str().expect("another page").to_owned();
    assert_eq!(ids(&server.get(&format!("/v1/alerts?after={next}"), lead)), all[2..]);
    for query in ["severity=bad", "limit=0", "after=x", "x=1"] {
        server.get(&format!("/v1/alerts?{query}"), lead).problem(400, "bad-parameter");
    }
    let shown = server.get("/v1/alerts", lead).good(200);
    assert_eq!(shown["alerts"][0]["say"]["en"], "agent has said one script 3 times");
}

#[test]
fn an_alert_says_why() {
    let installation = Installation::new();
    let (server, all) = with_alerts(&installation, &["k-1"]);
    let alert = server.get(&format!("/v1/alerts/{}", all[0]), installation.token("agent")).good(200);
    assert_eq!(alert["evidence"]["turns"], json!(["k-1-0", "k-1-1", "k-1-2"]));
    assert_eq!((&alert["state"], &alert["decision"], &alert["late"]), (&json!("raised"), &json!("5-0"), &json!(false)));
    assert_eq!(alert["contact"]["subject"], "contact/k-1");
}

#[test]
fn people_see_take_and_dispose_and_hear_what_cannot_be_done() {
    let installation = Installation::new();
    let (server, all) = with_alerts(&installation, &["k-1"]);
    let (agent, lead) = (installation.token("agent"), installation.token("lead"));
    let path = |action: &str| format!("/v1/alerts/{}/{action}", all[0]);
    let bare = |token| server.ask("POST", &path("see"), Ask { token: Some(token), ..Ask::default() });
    assert_eq!(bare(agent).good(200)["state"], "seen");
    assert_eq!(server.post(&path("take"), lead, &json!({})).good(200)["state"], "taken");
    for (action, body, word) in [
        ("take", json!({"by": "p-9"}), "bad-request"),
        ("dispose", json!({}), "bad-request"),
        ("dispose", json!({"disposition": "forgotten"}), "bad-request"),
        ("dispose", json!(17), "bad-request"),
        ("take?x=1", json!({}), "bad-parameter"),
    ] {
        server.post(&path(action), lead, &body).problem(400, word);
    }
    let disposed = json!({"disposition": "false-alarm", "note": "客户自己说的"});
    let alert = server.post(&path("dispose"), lead, &disposed).good(200);
    assert_eq!((&alert["state"], &alert["disposition"]), (&json!("disposed"), &json!("false-alarm")));
    let refused = server.post(&path("take"), lead, &json!({})).problem(409, "refused");
    assert_eq!((&refused["missing"], &refused["now"]), (&json!("an open alert"), &json!("disposed")));
    assert_eq!(ids(&server.get("/v1/alerts", lead)), Vec::<String>::new());
    for id in ["x", "00000000000000000000000000000000"] {
        server.post(&format!("/v1/alerts/{id}/see"), lead, &json!({})).problem(404, "unknown-alert");
    }
}

#[test]
fn a_click_that_is_sent_again_counts_once() {
    let installation = Installation::new();
    let (server, all) = with_alerts(&installation, &["k-1"]);
    let lead = installation.token("lead");
    let headers = [("idempotency-key", "click-1")];
    let ask = |action: &str, token: &str, body: &Value| {
        let (path, body) = (format!("/v1/alerts/{}/{action}", all[0]), body.to_string());
        server.ask("POST", &path, Ask { token: Some(token), headers: &headers, body: Some(body.as_bytes()) })
    };
    let disposed = json!({"disposition": "handled"});
    let first = ask("dispose", lead, &disposed).good(200);
    assert_eq!(ask("dispose", lead, &disposed).good(200), first);
    // The same key for something else; and another person's key of the same name.
    ask("take", lead, &json!({})).problem(409, "conflict");
    ask("take", installation.token("owner"), &json!({})).problem(409, "refused");
    let counted = server.ask("GET", "/metrics", Ask::default()).text;
    assert!(counted.contains("plaint_events_total{tenant=\"main\",result=\"known\"} 1"), "{counted}");
}
