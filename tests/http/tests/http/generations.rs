//! Another generation while the server runs: activated, refused, rolled back, paused, frozen, watched; and found again
//! after a restart.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};

use crate::{
    house::{Installation, command, event, text, turn},
    server::{Server, verify},
    stream::Reader,
};

/// A pack with one rule that a contact's n-th turn fires.
pub(crate) fn pack(rule: &str, turns: u32, more: &str) -> String {
    format!(
        "name = \"desk\"\n[casework]\nlast_resort = \"person:p-1\"\n[[alert]]\nid = \"{rule}\"\non = \"turn\"\n\
         when = \"contact.turns >= {turns}\"\nseverity = \"info\"\nsay = {{ zh = \"第 {turns} 句\", en = \"turn {turns}\" }}\n\
         {more}\n"
    )
}

/// A pack as it is sent.
pub(crate) fn upload(pack: &str) -> Value {
    json!({"pack": "desk", "files": {"desk/pack.toml": pack}})
}

fn activate(server: &Server, installation: &Installation, pack: &str) -> Value {
    server.post("/v1/generations", installation.token("operator"), &upload(pack)).good(200)
}

fn roll_back(server: &Server, installation: &Installation) -> Value {
    server.post("/v1/generations/rollback", installation.token("operator"), &json!({"reason": "wrong"})).good(200)
}

/// Says something in a contact; gives the rules of the alerts that were raised.
fn say(server: &Server, installation: &Installation, (contact, n): (&str, u32)) -> Vec<String> {
    let said = turn(&format!("{contact}-{n}"), contact, &format!("line {n}"));
    let heard = server.post("/v1/events?wait=decided", installation.token("source"), &said).good(200);
    let decisions = heard["decisions"].as_array().expect("decisions").iter();
    let raised = decisions.filter(|decision| decision["type"] == "plaint.alert.raised");
    raised.map(|decision| decision["data"]["rule"].as_str().expect("a rule").to_owned()).collect()
}

fn live(server: &Server, installation: &Installation) -> Value {
    server.get("/v1/generations", installation.token("operator")).good(200)
}

#[test]
fn another_generation_decides_from_its_own_position_on_and_after_a_restart() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    assert_eq!(say(&server, &installation, ("k-1", 1)), [""; 0]);
    let activated = activate(&server, &installation, &pack("second", 2, ""));
    assert_eq!((activated["changed"].as_bool(), activated["rules"].as_u64()), (Some(true), Some(1)));
    assert_eq!(say(&server, &installation, ("k-1", 2)), ["second"]);
    // What is live is activated again: nothing happens.
    assert_eq!(activate(&server, &installation, &pack("second", 2, ""))["changed"], false);
    let before = live(&server, &installation);
    assert_eq!(before["history"].as_array().map(Vec::len), Some(2));
    assert_eq!(before["live"]["position"], activated["position"]);
    assert_eq!(server.stop().0.code(), Some(0));
    let server = Server::start(&installation);
    let after = live(&server, &installation);
    assert_eq!(after["live"]["generation"], activated["generation"]);
    assert_eq!(say(&server, &installation, ("k-2", 1)), [""; 0]);
    assert_eq!(say(&server, &installation, ("k-2", 2)), ["second"]);
    // Killed, it comes back with the same one, too.
    server.kill();
    let server = Server::start(&installation);
    assert_eq!(live(&server, &installation)["live"]["generation"], activated["generation"]);
    assert_eq!(server.stop().0.code(), Some(0));
    verify(&installation, "main");
}

#[test]
fn a_generation_that_is_live_and_lost_is_missed_at_the_start() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let activated = activate(&server, &installation, &pack("second", 2, ""));
    assert_eq!(server.stop().0.code(), Some(0));
    let kept = installation.dir().join("data/tenants/main/generations");
    let lost = kept.join(activated["generation"].as_str().expect("a name"));
    let changed = lost.join("rules/desk/pack.toml");
    let right = fs::read(&changed).expect("a file");
    fs::write(&changed, pack("second", 3, "")).expect("a file");
    let config = installation.dir().join("host.toml");
    let start = |lang: &str| Server::start_with(&["--config", text(&config), "--lang", lang]).err().expect("no server");
    assert!(start("en").contains("is live by the log and cannot be used"), "{}", start("en"));
    fs::rename(&lost, kept.join("elsewhere")).expect("a folder");
    assert!(start("zh").contains("日志中现行的策略版本"), "{}", start("zh"));
    fs::rename(kept.join("elsewhere"), &lost).expect("a folder");
    fs::write(&changed, right).expect("a file");
    let server = Server::start(&installation);
    assert_eq!(live(&server, &installation)["live"]["generation"], activated["generation"]);
}

#[test]
fn what_is_wrong_leaves_the_live_one_as_it_is_and_says_why() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let operator = installation.token("operator");
    let before = live(&server, &installation);
    let page = "# r\n\n```events\ncontact: phone\ncustomer: hi\n```\n\n```expect\nalert.raised info\n```\n";
    let good = pack("r", 2, "");
    let with_page = json!({"pack": "desk", "files": {"desk/pack.toml": good, "desk/r.md": page}});
    let with_plugin = pack("r", 2, "[[analyzer]]\nplugin = \"nowhere\"\n");
    for (body, status, word, said) in [
        (upload(&good.replace("contact.turns", "conatct.turns")), 422, "pack-wrong", "did you mean `contact.turns`"),
        (with_page, 422, "pages-fail", "desk/r.md:3: the example does not hold"),
        (upload(&with_plugin), 422, "plugins-unusable", "nowhere"),
        (json!({"pack": "../x", "files": {}}), 400, "bad-request", "expected paths below one folder"),
        (json!({"pack": "x", "colour": 1}), 400, "bad-request", "unknown field"),
    ] {
        let problem = server.post("/v1/generations", operator, &body).problem(status, word);
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(said)), "{problem}");
    }
    assert_eq!(live(&server, &installation), before);
    server.post("/v1/generations/rollback", operator, &json!({})).problem(409, "nothing-before");
    let unknown = json!({"to": "00000000000000000000000000000000"});
    server.post("/v1/generations/rollback", operator, &unknown).problem(404, "unknown-generation");
    server.post("/v1/generations", installation.token("lead"), &upload(&good)).problem(403, "wrong-role");
}

#[test]
fn a_rollback_ends_what_waits_and_tells_what_was_decided() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let first = live(&server, &installation)["live"]["generation"].clone();
    let steps = "then = [{ hint = \"x\" }, { notify = \"person:p-1\", after = \"1h\" }]";
    let activated = activate(&server, &installation, &pack("second", 2, steps));
    say(&server, &installation, ("k-1", 1));
    assert_eq!(say(&server, &installation, ("k-1", 2)), ["second"]);
    let back = roll_back(&server, &installation);
    assert_eq!((&back["generation"], &back["ready"]), (&first, &json!(true)));
    let withdrawn = &back["withdrawn"];
    assert_eq!((&withdrawn["generation"], &withdrawn["from"]), (&activated["generation"], &activated["position"]));
    assert_eq!(withdrawn["decided"], json!({"plaint.alert.raised": 1, "plaint.intervention.ordered": 1}));
    assert_eq!(back["ended"], json!({"plaint.step.skipped": 1, "plaint.intervention.ended": 1}));
    let history = live(&server, &installation);
    assert_eq!(history["live"]["withdraws"], activated["generation"]);
    assert_eq!((&history["live"]["reason"], &history["live"]["by"]), (&json!("wrong"), &json!("p-operator")));
    assert_eq!(server.stop().0.code(), Some(0));
    verify(&installation, "main");
}

#[test]
fn a_pause_holds_a_rule_still_until_it_is_ended() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let operator = installation.token("operator");
    activate(&server, &installation, &pack("first", 1, "then = [{ hint = \"x\" }]"));
    let asks = json!({"rule": "first", "brand": "north", "seconds": 600, "reason": "too loud"});
    server.post("/v1/pauses", operator, &asks).good(200);
    let opened = |contact: &str, brand: &str| {
        let data = json!({"channel": "chat", "brand": brand});
        let opened = event(&format!("{contact}-0"), "plaint.contact.opened", &format!("contact/{contact}"), data);
        server.post("/v1/events", installation.token("source"), &opened).good(202);
        say(&server, &installation, (contact, 1))
    };
    assert_eq!(opened("k-1", "north"), [""; 0]);
    assert_eq!(opened("k-2", "south"), ["first"]);
    let pauses = &live(&server, &installation)["pauses"];
    assert_eq!((&pauses[0]["rule"], &pauses[0]["by"]), (&json!("first"), &json!("p-operator")));
    server.post("/v1/pauses/end", operator, &json!({"rule": "first", "brand": "north"})).good(200);
    assert_eq!(opened("k-3", "north"), ["first"]);
    server.post("/v1/pauses/end", operator, &json!({"rule": "first", "brand": "north"})).problem(404, "not-paused");
    for (asks, word) in [
        (json!({"rule": "frist", "seconds": 60, "reason": "x"}), "unknown-rule"),
        (json!({"rule": "first", "seconds": 0, "reason": "x"}), "bad-parameter"),
        (json!({"rule": "first", "seconds": 60}), "bad-parameter"),
        (json!({"step": "shout", "seconds": 60, "reason": "x"}), "bad-parameter"),
        (json!({"seconds": 60, "reason": "x"}), "bad-parameter"),
    ] {
        let answer = server.post("/v1/pauses", operator, &asks);
        answer.problem(if word == "unknown-rule" { 404 } else { 400 }, word);
    }
    // A kind of step, of every rule.
    server.post("/v1/pauses", operator, &json!({"step": "hint", "seconds": 60, "reason": "x"})).good(200);
    let mut stream = Reader::open(&server, "", operator, &[("last-event-id", "0-0")]);
    assert_eq!(opened("k-4", "south"), ["first"]);
    let mut seen = BTreeMap::new();
    while !(seen.contains_key("k-4 plaint.step.skipped")) {
        stream.next().expect("an event");
        let (subject, kind) = (stream.event["subject"].as_str(), stream.event["type"].as_str());
        let about = subject.unwrap_or_default().trim_start_matches("contact/");
        seen.insert(format!("{about} {}", kind.unwrap_or_default()), stream.event["data"]["because"].clone());
    }
    assert_eq!(seen["k-4 plaint.step.skipped"], "paused");
    assert!(!seen.contains_key("k-4 plaint.intervention.ordered"));
}

#[test]
fn a_freeze_lets_only_a_pause_and_a_rollback_through() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let operator = installation.token("operator");
    let frozen =
        "name = \"desk\"\nfreeze = [{ from = \"2020-01-01T00:00:00+08:00\", to = \"2099-01-01T00:00:00+08:00\" }]";
    activate(&server, &installation, &pack("first", 1, "").replace("name = \"desk\"", frozen));
    let refused = server.post("/v1/generations", operator, &upload(&pack("second", 2, ""))).problem(409, "frozen");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("2098-12-31T16:00:00")), "{refused}");
    server.post("/v1/pauses", operator, &json!({"rule": "first", "seconds": 60, "reason": "x"})).good(200);
    roll_back(&server, &installation);
    activate(&server, &installation, &pack("second", 2, ""));
}

#[test]
fn the_command_line_tells_in_both_languages() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let folder = installation.dir().join("next");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("pack.toml"), pack("second", 2, "")).expect("a file");
    let plaint = |arguments: &[&str]| {
        let mut command = command(arguments);
        let command = command.env("PLAINT_SERVER", server.url()).env("PLAINT_TOKEN", installation.token("operator"));
        let done = command.output().expect("plaint ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&done.stdout) + &text(&done.stderr), done.status.code())
    };
    for (arguments, code, expected) in [
        (vec!["policy", "activate", text(&folder), "--reason", "quieter"], 0, "desk: 1 rules decide from position"),
        (vec!["policy", "activate", text(&folder), "--lang", "zh"], 0, "已是现行版本"),
        (vec!["policy", "status"], 0, "a rollback goes to"),
        (vec!["policy", "status", "--lang", "zh"], 0, "可回退至"),
        (vec!["policy", "pause", "second", "--for", "30m", "--reason", "loud"], 0, "paused from position"),
        (vec!["policy", "status", "--lang", "zh"], 0, "已暂停 second"),
        (vec!["policy", "pause", "secnd", "--for", "30m", "--reason", "loud", "--lang", "zh"], 1, "是不是 `second`"),
        (vec!["policy", "pause", "second", "--for", "2d", "--reason", "loud", "--lang", "zh"], 1, "最长一天"),
        (vec!["policy", "resume", "first", "--lang", "zh"], 1, "没有这样的暂停"),
        (vec!["policy", "pause", "second", "--for", "soon", "--reason", "loud"], 1, "expected a length of time"),
        (vec!["policy", "resume", "second"], 0, "goes on from position"),
        (vec!["policy", "rollback", "--reason", "wrong", "--lang", "zh"], 0, "已回退:自位置"),
        (vec!["policy", "history"], 0, "(p-operator: wrong)"),
        (vec!["policy", "status", "--token", "x"], 1, "unknown token"),
        (vec!["policy", "status", "--server", "http://127.0.0.1:1"], 1, "does not answer"),
    ] {
        let (said, ended) = plaint(&arguments);
        assert!(ended == Some(code) && said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn what_is_saved_in_a_watched_folder_is_activated() {
    let installation = Installation::new();
    let host = installation.dir().join("host.toml");
    let watching =
        fs::read_to_string(&host).expect("a file").replace("rules = \"pack\"", "rules = \"pack\"\nwatch = true");
    fs::write(&host, watching).expect("a file");
    let server = Server::start(&installation);
    let activated = |rule: &str| {
        let path: &Path = &installation.dir().join("pack/pack.toml");
        fs::write(path, pack(rule, 1, "")).expect("a file");
        let answers = || say(&server, &installation, (&format!("{rule}-{}", counter()), 1));
        while answers() != [rule] {
            std::thread::yield_now();
        }
    };
    activated("first");
    // What is wrong is not taken, and what is right after it is.
    fs::write(installation.dir().join("pack/pack.toml"), "name = ").expect("a file");
    activated("second");
    assert_eq!(live(&server, &installation)["live"]["by"], "watch");
}

/// Another number each time.
fn counter() -> usize {
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}
