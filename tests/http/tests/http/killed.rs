//! kill -9 under load, again and again: every event that was answered with 202 is found again where it was said to be.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::Value;

use crate::{
    house::{Installation, SCRIPT, turn},
    server::{Server, verify},
};

/// How often it is killed, unless `PLAINT_HTTP_KILLS` says otherwise.
const KILLS: usize = 100;
const SENDERS: usize = 4;
/// Answers before a kill: between the first and this many, another number in every round.
const ANSWERS_MAX: usize = 60;

#[test]
fn a_server_that_is_killed_keeps_every_event_it_took() {
    let kills = std::env::var("PLAINT_HTTP_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let installation = Installation::new();
    let source = installation.token("source");
    let taken: Mutex<Vec<(String, Value)>> = Mutex::default();
    for round in 0..kills {
        let server = Server::start(&installation);
        let answers = 1 + (round * 17) % ANSWERS_MAX;
        kill_under_load(server, (round, answers), source, &taken);
    }
    let taken = taken.into_inner().expect("a list");
    assert!(taken.len() >= kills);
    let server = Server::start(&installation);
    for (id, positions) in &taken {
        let known = server.post("/v1/events", source, &event(id)).good(202);
        assert_eq!((&known["positions"], &known["known"]), (positions, positions), "{id}");
    }
    assert_eq!(server.stop().0.code(), Some(0));
    verify(&installation, "main");
}

fn event(id: &str) -> Value {
    let (contact, _) = id.rsplit_once('-').expect("a contact");
    turn(id, contact, SCRIPT)
}

fn kill_under_load(
    server: Server,
    (round, answers): (usize, usize),
    source: &str,
    taken: &Mutex<Vec<(String, Value)>>,
) {
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (server, answered) = (&server, &answered);
            scope.spawn(move || {
                for n in 0.. {
                    let id = format!("{round}-{sender}-{n}");
                    let Some(answer) = server.try_post("/v1/events", source, &event(&id)) else { return };
                    if answer.status == 202 {
                        taken.lock().expect("a list").push((id, answer.good(202)["positions"].clone()));
                    }
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while answered.load(Ordering::SeqCst) < answers {
            std::thread::yield_now();
        }
        server.signal("KILL");
    });
    server.kill();
}
