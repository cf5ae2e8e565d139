//! `POST /v1/events`: every form an event may come in, everything that is refused, and what is told of the rest.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::{
    house::{Installation, REQUEST_BYTES, SCRIPT, event, three_times, turn},
    server::{Answer, Ask, Server},
};

fn send(server: &Server, token: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    server.ask("POST", "/v1/events?wait=decided", Ask { token: Some(token), headers, body: Some(body) })
}

#[test]
fn an_event_may_come_in_every_form() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let token = installation.token("source");
    let one = turn("1", "k-1", "您好").to_string();
    let [two, three] = ["2", "3"].map(|id| turn(id, "k-1", "您好"));
    let batch = json!([two, three]).to_string();
    let data = json!({"speaker": "agent", "text": "您好"}).to_string();
    let binary = [
        ("content-type", "application/json; charset=utf-8"),
        ("ce-specversion", "1.0"),
        ("ce-id", "4"),
        ("ce-source", "chat"),
        ("ce-type", "plaint.turn.said"),
        ("ce-subject", "contact/%E4%BD%A0%E5%A5%BD"),
        ("ce-time", "2024-09-02T10:00:00+08:00"),
        ("ce-traceparent", "00-x"),
        ("ce-backfill", "true"),
    ];
    let structured = ("content-type", "application/cloudevents+json");
    for (headers, body, positions) in [
        (&[structured][..], one.as_str(), json!([2])),
        (&[("content-type", "application/cloudevents-batch+json")], &batch, json!([3, 4])),
        (&[("content-type", "application/json")], &batch, json!([3, 4])),
        (&[("content-type", "application/json")], &one, json!([2])),
        (&binary, &data, json!([5])),
        (&[("content-type", "application/cloudevents-batch+json")], "[]", json!([])),
    ] {
        let heard = send(&server, token, headers, body.as_bytes()).good(200);
        assert_eq!(heard["positions"], positions, "{headers:?}");
    }
    let contacts = server.get("/v1/contacts", installation.token("lead")).good(200);
    let subjects: Vec<&Value> =
        contacts["contacts"].as_array().expect("a list").iter().map(|one| &one["subject"]).collect();
    assert_eq!(subjects, ["contact/k-1", "contact/你好"]);
}

#[test]
fn what_is_wrong_is_refused_whole() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let token = installation.token("source");
    let good = turn("1", "k-1", "您好");
    let own = json!({"specversion": "1.0", "id": "1", "source": "plaint.desk", "type": "x"});
    let no_speaker = event("2", "plaint.turn.said", "contact/k-1", json!({"text": "x"}));
    let json = "application/json";
    let large = format!("\"{}\"", "x".repeat(REQUEST_BYTES));
    let many = format!("[{}]", vec!["1"; 10_001].join(","));
    for (kind, body, status, word) in [
        (json, "", 400, "bad-events"),
        (json, "{", 400, "bad-events"),
        (json, "[{]", 400, "not-events"),
        (json, "17", 400, "bad-events"),
        (json, &json!([good, 17]).to_string(), 400, "bad-events"),
        (json, &json!([good, no_speaker]).to_string(), 400, "bad-events"),
        (json, &own.to_string(), 400, "own-source"),
        (json, &large, 413, "too-large"),
        (json, &many, 413, "too-many-events"),
        ("text/plain", &good.to_string(), 415, "content-type"),
        ("application/cloudevents+xml", "<x/>", 415, "content-type"),
        ("application/json; charset=gb2312", &good.to_string(), 415, "content-type"),
    ] {
        send(&server, token, &[("content-type", kind)], body.as_bytes()).problem(status, word);
    }
    let body = json!([good, no_speaker, {"specversion": "2.0"}]);
    let problem = server.post("/v1/events?lang=zh", token, &body).problem(400, "bad-events");
    let errors: Vec<_> =
        problem["errors"].as_array().expect("a list").iter().map(|e| (&e["index"], &e["at"])).collect();
    assert_eq!(errors, [(&json!(1), &json!("data")), (&json!(2), &json!("specversion"))]);
    assert_eq!(problem["title"], "事件有误");
    for (query, word) in
        [("wait=forever", "bad-parameter"), ("x=1", "bad-parameter"), ("lang=zh&lang=en", "bad-parameter")]
    {
        server.post(&format!("/v1/events?{query}"), token, &good).problem(400, word);
    }
    // Of all that, nothing is in the log.
    assert_eq!(server.post("/v1/events", token, &good).good(202), json!({"positions": [2], "known": []}));
}

#[test]
fn who_waits_hears_what_was_decided_and_hears_it_again() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let token = installation.token("source");
    let first = server.post("/v1/events?wait=decided", token, &three_times("k-1")).good(200);
    let kinds = |heard: &Value| -> Vec<String> {
        let decisions = heard["decisions"].as_array().expect("decisions").iter();
        decisions.map(|decision| decision["type"].as_str().expect("a type").to_owned()).collect()
    };
    let expected = ["plaint.alert.raised", "plaint.intervention.ordered", "plaint.notification.ordered"];
    assert_eq!((kinds(&first), &first["known"]), (expected.map(str::to_owned).to_vec(), &json!([])));
    let again = server.post("/v1/events?wait=decided", token, &three_times("k-1")).good(200);
    assert_eq!((&again["decisions"], &again["known"]), (&first["decisions"], &first["positions"]));
    assert_eq!(server.post("/v1/events", token, &three_times("k-1")).good(202)["known"], first["positions"]);
}

#[test]
fn an_id_stands_for_one_thing() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let token = installation.token("source");
    server.post("/v1/events", token, &turn("1", "k-1", "您好")).good(202);
    let mixed = json!([turn("2", "k-1", "您好"), turn("1", "k-1", "再见")]);
    let problem = server.post("/v1/events", token, &mixed).problem(409, "conflict");
    assert_eq!(problem["positions"], json!([3, null]));
    let error = &problem["errors"][0];
    assert_eq!((&error["index"], &error["position"]), (&json!(1), &json!(2)));
    assert_eq!((&error["source"], &error["id"], &error["revision"]), (&json!("chat"), &json!("1"), &json!(0)));
    let revised =
        event("1", "plaint.turn.said", "contact/k-1", json!({"speaker": "agent", "text": "再见", "revision": 1}));
    assert_eq!(server.post("/v1/events", token, &revised).good(202)["positions"], json!([4]));
}

/// Five events may wait: whoever comes in a flood is asked to come again, and nothing is lost by it.
#[test]
fn a_flood_is_held_back() {
    const SENDERS: u32 = 8;
    const ROUNDS_MAX: u32 = 400;
    let installation = Installation::new();
    let server = Server::start(&installation);
    let token = installation.token("source");
    let was_held = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (server, was_held) = (&server, &was_held);
            scope.spawn(move || {
                for round in 0..ROUNDS_MAX {
                    let event = |n: u32| turn(&format!("{sender}-{round}-{n}"), &format!("k-{sender}"), SCRIPT);
                    let batch: Value = (0..5).map(event).collect();
                    let answer = server.post("/v1/events", token, &batch);
                    if answer.status == 429 {
                        answer.problem(429, "lagging");
                        assert_eq!(answer.headers["retry-after"], "1");
                        was_held.store(true, Ordering::SeqCst);
                    } else {
                        answer.good(202);
                    }
                    if was_held.load(Ordering::SeqCst) {
                        return;
                    }
                }
            });
        }
    });
    assert!(was_held.load(Ordering::SeqCst), "no flood was high enough");
    server.post("/v1/events", token, &turn("after", "k-1", "您好")).good(202);
}
