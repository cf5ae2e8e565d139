//! `/v1/messages/{connector}`: what a channel sends in its own words, and what becomes of what nobody understands.

use std::fs;

use serde_json::{Value, json};

use crate::{
    house::Installation,
    server::{Ask, Server},
};

#[test]
fn a_message_becomes_facts() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let token = installation.token("source");
    let turn = json!({"contact": "k-1", "turn": 0, "speaker": "customer", "text": "冰箱修了两次还是不制冷"});
    let heard = server.post("/v1/messages/hotline", token, &turn).good(202);
    assert_eq!(heard, json!({"positions": [2, 3], "known": []}));
    assert_eq!(server.post("/v1/messages/hotline", token, &turn).good(202)["known"], json!([2, 3]));
    let contacts = server.get("/v1/contacts", installation.token("lead")).good(200);
    let contact = &contacts["contacts"][0];
    assert_eq!((&contact["source"], &contact["channel"]), (&json!("hotline"), &json!("phone")));
    server.post("/v1/messages/nobody", token, &turn).problem(404, "unknown-connector");
}

#[test]
fn what_is_not_understood_is_kept_and_listed_without_a_word_of_it() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let (token, operator) = (installation.token("source"), installation.token("operator"));
    let secret = "不要告诉别人";
    for (body, at) in
        [(json!({"contact": "k-1", "turn": secret}).to_string().into_bytes(), "turn"), (b"\xff\xfe".to_vec(), "")]
    {
        let ask = Ask { token: Some(token), body: Some(&body), headers: &[("x-own", "1")] };
        let problem = server.ask("POST", "/v1/messages/hotline", ask).problem(422, "message-refused");
        assert_eq!(problem["at"], at);
        let id = problem["quarantined"].as_str().expect("an id");
        let path = installation.dir().join("data/tenants/main/quarantine").join(format!("{id}.json"));
        let kept: Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        assert_eq!(kept["connector"], "hotline");
        assert!(!kept.to_string().contains(token), "a token is no part of a message");
        assert_private(&path);
    }
    let all = server.get("/v1/quarantine", operator);
    assert!(!all.text.contains(secret), "{all:?}");
    let ids = |page: &Value| -> Vec<Value> {
        page["messages"].as_array().expect("a list").iter().map(|message| message["id"].clone()).collect()
    };
    let (all, first) = (all.good(200), server.get("/v1/quarantine?limit=1", operator).good(200));
    let after = first["next"].as_str().expect("another page");
    let second = server.get(&format!("/v1/quarantine?limit=1&after={after}"), operator).good(200);
    assert_eq!([ids(&first), ids(&second)].concat(), ids(&all));
    assert_eq!((ids(&all).len(), &second["next"]), (2, &Value::Null));
    server.get("/v1/quarantine?limit=0", operator).problem(400, "bad-parameter");
    // An empty message over GET is a message, too: this connector understands none.
    server.get("/v1/messages/hotline?hub.challenge=1", token).problem(422, "message-refused");
}

#[test]
fn a_message_that_says_something_else_under_a_known_id_is_a_conflict() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let token = installation.token("source");
    let turn = |text: &str| json!({"contact": "k-1", "turn": 0, "speaker": "customer", "text": text});
    server.post("/v1/messages/hotline", token, &turn("您好")).good(202);
    server.post("/v1/messages/hotline", token, &turn("再见")).problem(409, "conflict");
    let kept = server.get("/v1/quarantine", installation.token("operator")).good(200);
    assert_eq!(kept["messages"][0]["at"], "id");
}

#[cfg(unix)]
fn assert_private(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(path).expect("a file").permissions().mode() & 0o777, 0o600);
}
