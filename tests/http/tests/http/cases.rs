//! `/v1/cases…` and `/v1/customers/find`: a complaint becomes a case that people move on, and a part of a journey.

use serde_json::{Value, json};

use crate::{
    house::{Installation, event, turn},
    server::Server,
};

const PHONE: &str = "+8613800000000";

fn complaint(id: &str, text: &str, phone: &str) -> Value {
    let keys = json!([{"kind": "phone", "value": phone}]);
    let data = json!({"text": text, "channel": "web", "keys": keys, "about": {"product": "fridge", "order": id}});
    event(id, "plaint.complaint.filed", &format!("complaint/{id}"), data)
}

/// A server with one case; its id.
fn with_a_case(installation: &Installation) -> (Server, String) {
    let server = Server::start(installation);
    let filed = complaint("c-1", "冰箱修了两次还是不制冷", PHONE);
    let owner = json!({"person": "p-1", "roles": ["service-desk"]});
    let owner = event("p-1", "plaint.person.updated", "person/p-1", owner);
    server.post("/v1/events?wait=decided", installation.token("source"), &json!([owner, filed])).good(200);
    let cases = server.get("/v1/cases", installation.token("owner")).good(200);
    assert_eq!(cases["cases"].as_array().map(Vec::len), Some(1), "{cases}");
    let id = cases["cases"][0]["id"].as_str().expect("an id").to_owned();
    (server, id)
}

#[test]
fn open_cases_are_found_and_one_tells_its_story() {
    let installation = Installation::new();
    let (server, id) = with_a_case(&installation);
    let lead = installation.token("lead");
    for (query, count) in [
        ("department=service&category=repair/not-fixed&severity=warning&state=assigned", 1),
        ("owner=p-1", 1),
        ("owner=p-2", 0),
        ("state=closed", 0),
        ("department=sales", 0),
    ] {
        let cases = server.get(&format!("/v1/cases?{query}"), lead).good(200);
        assert_eq!(cases["cases"].as_array().map(Vec::len), Some(count), "{query}");
    }
    for query in ["state=lost", "severity=bad", "x=1"] {
        server.get(&format!("/v1/cases?{query}"), lead).problem(400, "bad-parameter");
    }
    let case = server.get(&format!("/v1/cases/{id}"), lead).good(200);
    assert_eq!(case["complaint"]["text"], "冰箱修了两次还是不制冷");
    assert_eq!((&case["owner"], &case["product"], &case["moves"]), (&json!("p-1"), &json!("fridge"), &json!([])));
    for id in ["x", "00000000000000000000000000000000"] {
        server.get(&format!("/v1/cases/{id}"), lead).problem(404, "unknown-case");
    }
    server.get(&format!("/v1/cases/{id}"), installation.token("other")).problem(404, "unknown-case");
}

#[test]
fn people_move_a_case_on_and_hear_what_is_missing() {
    let installation = Installation::new();
    let (server, id) = with_a_case(&installation);
    let (agent, lead) = (installation.token("agent"), installation.token("lead"));
    let path = |action: &str| format!("/v1/cases/{id}/{action}");
    let refused = server.post(&path("accept"), agent, &json!({})).problem(409, "refused");
    assert_eq!((&refused["missing"], &refused["now"]), (&json!("the owner, p-1"), &json!("assigned")));
    let accepted = server.post(&path("accept"), lead, &json!({"expected": "assigned"})).good(200);
    assert_eq!((&accepted["state"], &accepted["moves"][0]["by"]), (&json!("accepted"), &json!("p-lead")));
    server.post(&path("accept"), lead, &json!({})).problem(409, "refused");
    server.post(&path("resolve"), lead, &json!({})).problem(409, "refused");
    let resolved = server.post(&path("resolve"), lead, &json!({"note": "压缩机已更换"})).good(200);
    assert_eq!(resolved["state"], "resolved");
    assert_eq!(server.post(&path("close"), lead, &json!({})).good(200)["state"], "closed");
    assert_eq!(server.get("/v1/cases", lead).good(200)["cases"], json!([]));
    server.post(&path("forget"), lead, &json!({})).problem(404, "no-such-path");
    server.post(&path("note"), lead, &json!({"by": "p-9"})).problem(400, "bad-request");
    server.post(&path("accept"), installation.token("other"), &json!({})).problem(404, "unknown-case");
}

#[test]
fn a_customer_is_found_by_what_they_are_known_by() {
    let installation = Installation::new();
    let (server, id) = with_a_case(&installation);
    let agent = installation.token("agent");
    let find = |token: &str, keys: Value| server.post("/v1/customers/find", token, &json!({"keys": keys}));
    let phone = json!([{"kind": "phone", "value": PHONE}]);
    let customer = find(agent, phone.clone()).good(200);
    assert_eq!((&customer["keys"], &customer["cases"][0]["id"]), (&json!(["phone"]), &json!(id)));
    assert_eq!(customer["journey"][0]["kind"], "complaint");
    assert!(!customer.to_string().contains(PHONE), "a key is asked for, never told: {customer}");
    find(installation.token("other"), phone).problem(404, "unknown-customer");
    find(agent, json!([{"kind": "phone", "value": "+86"}])).problem(404, "unknown-customer");
    for keys in [json!([]), json!("x"), json!([{"kind": "phone"}])] {
        find(agent, keys).problem(400, "bad-request");
    }
}

#[test]
fn no_source_acts_on_a_case_for_a_person() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let filed = event(
        "c-1",
        "plaint.complaint.filed",
        "complaint/1",
        json!({"text": "不制冷", "keys": [{"kind": "phone", "value": "+861"}]}),
    );
    server.post("/v1/events?wait=decided", installation.token("source"), &filed).good(200);
    let cases = server.get("/v1/cases", installation.token("owner")).good(200);
    let case = cases["cases"][0]["id"].as_str().expect("a case");
    let asked = json!({"action": "accept", "by": "p-1", "role": "manager"});
    let asked = event("a-1", "plaint.case.action-requested", &format!("case/{case}"), asked);
    for token in ["source", "operator"] {
        let batch = json!([turn("t-1", "k-1", "您好"), asked]);
        let problem = server.post("/v1/events", installation.token(token), &batch).problem(403, "persons-only");
        assert_eq!(problem["errors"][0]["index"], 1);
    }
    let cases = server.get("/v1/cases", installation.token("owner")).good(200);
    assert_eq!(cases["cases"][0]["state"], "assigned");
    assert_eq!(server.get("/v1/contacts", installation.token("lead")).good(200)["contacts"], json!([]));
}
