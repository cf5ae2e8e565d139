//! Reloads under full load: nothing is lost, counts twice or fails, and every decision names the generation that was
//! live at its position.
#![allow(clippy::print_stdout, reason = "it tells how much it did, and what that took of memory")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};

use crate::{
    generations::pack,
    house::{Installation, turn},
    server::{Server, verify},
    stream::Reader,
};

/// How often another generation is activated, unless `PLAINT_HTTP_RELOADS` says otherwise.
const RELOADS: usize = 200;
/// After so many reloads there is a rollback.
const RELOADS_A_ROLLBACK: usize = 10;
const SENDERS: usize = 3;
const EVENTS_A_REQUEST: usize = 5;

/// A rule of its own for each generation, so that what decided can be told from what says it did; and a plugin that
/// is asked at every turn.
fn generation(rule: &str) -> Value {
    let asked = "[[alert]]\nid = \"asked\"\non = \"turn\"\nplugin = \"repeated-script\"\nwhen = \"turn.speaker == 'agent'\"\n\
                 severity = \"info\"\nsay = { zh = \"问\", en = \"asked\" }\n";
    let component = fs::read(plaint_scenarios::plugins().join("repeated-script.wasm")).expect("a plugin");
    json!({
        "pack": "desk",
        "files": {"desk/pack.toml": pack(rule, 1, asked)},
        "plugins": {"repeated-script": base64(&component)},
    })
}

#[test]
fn reloads_and_rollbacks_under_load_lose_nothing() {
    let reloads = std::env::var("PLAINT_HTTP_RELOADS").ok().and_then(|reloads| reloads.parse().ok()).unwrap_or(RELOADS);
    let installation = Installation::new();
    let host = installation.dir().join("host.toml");
    let roomy = fs::read_to_string(&host).expect("a file").replace("lag_events = 5", "lag_events = 500");
    fs::write(&host, roomy).expect("a file");
    let server = Server::start(&installation);
    let operator = installation.token("operator");
    server.post("/v1/generations", operator, &generation("even")).good(200);
    let (ended, taken) = (AtomicBool::new(false), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (server, installation, ended, taken) = (&server, &installation, &ended, &taken);
            scope.spawn(move || send(server, installation, sender, (ended, taken)));
        }
        let swapped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| swap(&server, &installation, reloads)));
        ended.store(true, Ordering::SeqCst);
        swapped.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    let taken = taken.into_inner().expect("what was taken");
    let positions: BTreeSet<u64> = taken.values().copied().collect();
    assert_eq!(positions.len(), taken.len(), "two events at one position");
    let history = server.get("/v1/generations", operator).good(200);
    check_decisions(&server, &installation, &history, taken.keys().cloned().collect());
    for (id, position) in taken.iter().step_by(97) {
        let known = server.post("/v1/events", installation.token("source"), &said(id)).good(202);
        assert_eq!(known["known"], json!([position]), "{id}");
    }
    println!("{reloads} reloads, {} rollbacks, {} events", reloads / RELOADS_A_ROLLBACK, taken.len());
    assert_eq!(server.stop().0.code(), Some(0));
    verify(&installation, "main");
}

/// How often the server is killed while generations change.
const KILLS: usize = 20;

#[test]
fn kills_between_generations_leave_every_decision_with_the_one_that_was_live() {
    let installation = Installation::new();
    let operator = installation.token("operator");
    let generations = [generation("odd"), generation("even")];
    let mut taken = BTreeSet::new();
    for round in 0..KILLS {
        let server = Server::start(&installation);
        if round == 0 {
            server.post("/v1/generations", operator, &generations[1]).good(200);
        }
        let answered = AtomicUsize::new(0);
        let (answers, server_ref) = (1 + round * 7 % 30, &server);
        taken.extend(std::thread::scope(|scope| {
            let sending = scope.spawn(|| until_killed(server_ref, &installation, round, &answered));
            // No answer is no failure here: it may be killed in the middle of it.
            scope.spawn(|| drop(server_ref.try_post("/v1/generations", operator, &generations[round % 2])));
            while answered.load(Ordering::SeqCst) < answers {
                std::thread::yield_now();
            }
            server_ref.signal("KILL");
            sending.join().expect("what was taken")
        }));
        server.kill();
    }
    let server = Server::start(&installation);
    let history = server.get("/v1/generations", operator).good(200);
    check_decisions(&server, &installation, &history, taken);
    assert_eq!(server.stop().0.code(), Some(0));
    verify(&installation, "main");
}

/// Sends events, each a contact of its own, until nobody answers; gives those that were taken.
fn until_killed(server: &Server, installation: &Installation, round: usize, answered: &AtomicUsize) -> Vec<String> {
    let mut taken = Vec::new();
    for n in 0.. {
        let id = format!("killed-{round}-{n}");
        let Some(answer) = server.try_post("/v1/events", installation.token("source"), &said(&id)) else { break };
        taken.extend((answer.status == 202).then_some(id));
        answered.fetch_add(1, Ordering::SeqCst);
    }
    taken
}

fn said(id: &str) -> Value {
    turn(id, id, "hello")
}

/// Sends events, each a contact of its own, until it is over: every request is taken.
fn send(
    server: &Server,
    installation: &Installation,
    sender: usize,
    (ended, taken): (&AtomicBool, &Mutex<BTreeMap<String, u64>>),
) {
    for round in 0.. {
        if ended.load(Ordering::SeqCst) {
            return;
        }
        let ids: Vec<String> = (0..EVENTS_A_REQUEST).map(|n| format!("{sender}-{round}-{n}")).collect();
        let events: Value = ids.iter().map(|id| said(id)).collect();
        let answer = loop {
            let answer = server.post("/v1/events", installation.token("source"), &events);
            if answer.status != 429 {
                break answer.good(202);
            }
        };
        let positions = answer["positions"].as_array().expect("positions").iter().filter_map(Value::as_u64);
        taken.lock().expect("a map").extend(ids.into_iter().zip(positions));
    }
}

/// Lets one generation after the other decide, and goes back now and then.
fn swap(server: &Server, installation: &Installation, reloads: usize) {
    let operator = installation.token("operator");
    let generations = [generation("odd"), generation("even")];
    for reload in 0..reloads {
        if reload == reloads / 10 || reload == reloads - 1 {
            println!("at reload {reload}: {} MiB", server.resident_mib());
        }
        let answer = server.post("/v1/generations", operator, &generations[reload % 2]).good(200);
        assert_eq!(answer["changed"], true, "reload {reload}: {answer}");
        if reload % RELOADS_A_ROLLBACK == RELOADS_A_ROLLBACK - 1 {
            let back = server.post("/v1/generations/rollback", operator, &json!({})).good(200);
            assert_eq!(back["ready"], true, "rollback after {reload}: {back}");
            let again = server.post("/v1/generations", operator, &generations[reload % 2]).good(200);
            assert_eq!(again["changed"], true, "back again after {reload}");
        }
    }
}

/// Every contact raised one alert, by the rule of the generation that was live at its position, which it names.
fn check_decisions(server: &Server, installation: &Installation, history: &Value, mut silent: BTreeSet<String>) {
    let operator = installation.token("operator");
    let mut live: BTreeMap<u64, String> = BTreeMap::new();
    for activation in history["history"].as_array().expect("a history") {
        let generation = activation["generation"].as_str().expect("a generation");
        live.insert(activation["position"].as_u64().expect("a position"), generation.to_owned());
    }
    let mut rules: BTreeMap<String, String> = BTreeMap::new();
    let open = |after: &str| Reader::open(server, "", operator, &[("last-event-id", after)]);
    let (mut stream, mut last) = (open("0-0"), "0-0".to_owned());
    let mut raised = BTreeSet::new();
    while !silent.is_empty() {
        // An answer does not last for ever: a reader comes back behind what it had.
        let Some(id) = stream.next().filter(|id| id.contains('-')) else {
            stream = open(&last);
            continue;
        };
        last.clone_from(&id);
        if stream.event["type"] != "plaint.alert.raised" {
            continue;
        }
        let data = &stream.event["data"];
        let (generation, rule) = (data["generation"].as_str().expect("a name"), data["rule"].as_str().expect("a rule"));
        let position: u64 = id.split_once('-').and_then(|(position, _)| position.parse().ok()).expect("a position");
        let (_, expected) = live.range(..=position).next_back().expect("a generation");
        assert_eq!(generation, expected, "at {position}");
        assert_eq!(rules.entry(generation.to_owned()).or_insert_with(|| rule.to_owned()), rule, "at {position}");
        let contact = stream.event["subject"].as_str().and_then(|subject| subject.strip_prefix("contact/"));
        let contact = contact.expect("a contact").to_owned();
        silent.remove(&contact);
        assert!(raised.insert(contact), "twice: {id}");
    }
    assert_eq!(rules.len(), 2, "{rules:?}");
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    BASE64_STANDARD.encode(bytes)
}
