//! `GET /v1/contacts…`: what is open, page by page, and what was said in one.

use serde_json::{Value, json};

use crate::{
    house::{Installation, event, three_times, turn},
    server::Server,
};

#[test]
fn open_contacts_are_read_page_by_page() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let (source, lead) = (installation.token("source"), installation.token("lead"));
    let said: Value = (0..5).map(|n| turn(&n.to_string(), &format!("k-{n}"), "您好")).collect();
    server.post("/v1/events?wait=decided", source, &said).good(200);
    let closed = event("end", "plaint.contact.closed", "contact/k-2", json!({}));
    server.post("/v1/events?wait=decided", source, &closed).good(200);
    let mut subjects = Vec::new();
    let mut path = "/v1/contacts?limit=3".to_owned();
    loop {
        let page = server.get(&path, lead).good(200);
        subjects.extend(page["contacts"].as_array().expect("a list").iter().map(|one| one["subject"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/contacts?limit=3&after={next}");
    }
    subjects.sort_by_key(Value::to_string);
    assert_eq!(subjects, ["contact/k-0", "contact/k-1", "contact/k-3", "contact/k-4"]);
    for query in ["limit=201", "limit=x", "after=x", "after=1-x", "open=1"] {
        server.get(&format!("/v1/contacts?{query}"), lead).problem(400, "bad-parameter");
    }
}

#[test]
fn a_contact_shows_what_was_said_each_turn_as_it_was_corrected_last() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let (source, lead) = (installation.token("source"), installation.token("lead"));
    server.post("/v1/events?wait=decided", source, &three_times("k-1")).good(200);
    let revised = |n: u32, revision: u32, text: Value| {
        let data = json!({"speaker": "agent", "text": text, "revision": revision});
        event(&format!("k-1-{n}"), "plaint.turn.said", "contact/k-1", data)
    };
    let corrections =
        json!([revised(1, 2, json!("我马上查")), revised(1, 1, json!("我查")), revised(2, 1, Value::Null)]);
    server.post("/v1/events?wait=decided", source, &corrections).good(200);
    let listed = server.get("/v1/contacts", lead).good(200);
    let id = listed["contacts"][0]["id"].as_str().expect("an id");
    let contact = server.get(&format!("/v1/contacts/{id}"), lead).good(200);
    let turns: Vec<(&Value, &Value, &Value)> = contact["transcript"]["turns"]
        .as_array()
        .expect("turns")
        .iter()
        .map(|turn| (&turn["text"], &turn["revision"], &turn["deleted"]))
        .collect();
    let script = json!(crate::house::SCRIPT);
    assert_eq!(
        turns,
        [
            (&script, &json!(0), &json!(false)),
            (&json!("我马上查"), &json!(2), &json!(false)),
            (&Value::Null, &json!(1), &json!(true)),
        ]
    );
    assert_eq!((&contact["agent"]["id"], &contact["state"]), (&json!("a-17"), &json!("open")));
    assert_eq!(contact["signals"]["turns"], 2);
    assert_eq!(contact["alerts"][0]["rule"], "agent-repeats-script");
    for id in ["x", "00000000000000000000000000000000"] {
        server.get(&format!("/v1/contacts/{id}"), lead).problem(404, "unknown-contact");
    }
}
