//! However it ends, what was taken stays: a restart, a signal, a second server on the same data.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use serde_json::{Value, json};

use crate::{
    house::{Installation, SCRIPT, three_times, turn},
    server::{Server, verify},
};

#[test]
fn a_restart_keeps_everything() {
    let installation = Installation::new();
    let (source, lead) = (installation.token("source"), installation.token("lead"));
    let server = Server::start(&installation);
    let heard = server.post("/v1/events?wait=decided", source, &three_times("k-1")).good(200);
    let [contacts, alerts] = ["/v1/contacts", "/v1/alerts"].map(|path| server.get(path, lead).good(200));
    let alert = alerts["alerts"][0]["id"].as_str().expect("an alert");
    let taken = server.post(&format!("/v1/alerts/{alert}/take"), lead, &json!({})).good(200);
    let (status, _) = server.stop();
    assert_eq!(status.code(), Some(0));
    verify(&installation, "main");
    let server = Server::start(&installation);
    assert_eq!(server.get("/v1/contacts", lead).good(200), contacts);
    assert_eq!(server.get(&format!("/v1/alerts/{alert}"), lead).good(200), taken);
    let again = server.post("/v1/events?wait=decided", source, &three_times("k-1")).good(200);
    assert_eq!(again["decisions"], heard["decisions"]);
}

#[test]
fn a_signal_ends_it_and_loses_nothing() {
    const SENDERS: usize = 4;
    const BEFORE: usize = 200;
    let installation = Installation::new();
    let source = installation.token("source");
    let server = Server::start(&installation);
    let (answered, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let taken: Mutex<Vec<(String, Value)>> = Mutex::default();
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (server, answered, taken, over) = (&server, &answered, &taken, &over);
            scope.spawn(move || {
                for n in 0.. {
                    let id = format!("{sender}-{n}");
                    let Some(answer) =
                        server.try_post("/v1/events", source, &turn(&id, &format!("k-{sender}"), SCRIPT))
                    else {
                        return;
                    };
                    if answer.status == 202 {
                        taken.lock().expect("a list").push((id, answer.good(202)["positions"].clone()));
                    }
                    answered.fetch_add(1, Ordering::SeqCst);
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                }
            });
        }
        while answered.load(Ordering::SeqCst) < BEFORE {
            std::thread::yield_now();
        }
        server.signal("TERM");
        over.store(true, Ordering::SeqCst);
    });
    let (status, said) = server.ended();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(!said.contains(SCRIPT) && !said.contains("k-1") && !said.contains(source), "the log tells too much");
    verify(&installation, "main");
    let server = Server::start(&installation);
    for (id, positions) in taken.into_inner().expect("a list") {
        let (sender, _) = id.split_once('-').expect("a sender");
        let known = server.post("/v1/events", source, &turn(&id, &format!("k-{sender}"), SCRIPT)).good(202);
        assert_eq!((&known["positions"], &known["known"]), (&positions, &positions), "{id}");
    }
}

#[test]
fn one_data_folder_has_one_server() {
    let installation = Installation::new();
    let first = Server::start(&installation);
    let config = installation.dir().join("host.toml");
    let config = crate::house::text(&config);
    for (lang, expected) in [("en", "another plaint has it open"), ("zh", "正被另一个 plaint 使用")] {
        let refused = Server::start_with(&["--config", config, "--lang", lang]).err().expect("no second server");
        assert!(refused.contains(expected), "{refused}");
    }
    drop(first);
}
