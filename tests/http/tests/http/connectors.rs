//! The life of an installation: read again, watched, gone back, and updates that wait until somebody approves them.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::PathBuf,
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use engine::{fact::Position, id::Id};
use plaint_scenarios::plugins;
use serde_json::{Value, json};

use crate::{
    house::{Installation, run, three_times},
    server::{Ask, Server, verify},
};

/// The name of the section that holds a manifest.
const SECTION: &[u8] = b"\x0fplaint:manifest";
/// Answers of a server that is asked whether something has come.
const LOOKS_MAX: usize = 100_000;

/// An installation with a folder of plugins of its own.
struct House {
    installation: Installation,
}

impl House {
    fn new(connectors: &str) -> Self {
        let installation = Installation::new();
        let own = installation.dir().join("plugins");
        fs::create_dir(&own).expect("a folder");
        for plugin in ["webhook.wasm", "transcript.wasm"] {
            fs::copy(plugins().join(plugin), own.join(plugin)).expect("a plugin");
        }
        let config = installation.dir().join("host.toml");
        let shared = fs::canonicalize(plugins()).expect("plugins");
        let toml = fs::read_to_string(&config).expect("a file");
        fs::write(config, toml.replace(shared.to_str().expect("a path"), "plugins")).expect("a file");
        let house = House { installation };
        house.write("secret", "only-for-these-tests");
        house.write("connectors.toml", connectors);
        house
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.installation.dir().join(name), text).expect("a file");
    }

    fn operator(&self) -> &str {
        self.installation.token("operator")
    }

    /// The plugin `webhook` with another manifest: an update from somewhere.
    fn update(&self, change: impl Fn(&str) -> String) {
        let path: PathBuf = self.installation.dir().join("plugins/webhook.wasm");
        let old = fs::read(&path).expect("a plugin");
        fs::write(path, with_manifest(&old, change)).expect("a plugin");
    }

    /// `plaint` with these arguments, about this server.
    fn plaint(&self, server: &Server, arguments: &[&str]) -> String {
        let url = server.url();
        let (out, error, code) = run(&[arguments, &["--server", &url, "--token", self.operator()]].concat());
        assert_eq!(code, Some(0), "{arguments:?}: {error}");
        out
    }
}

/// The component with its manifest changed, whatever else it holds.
fn with_manifest(component: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let (mut written, mut rest) = (component[..8].to_vec(), &component[8..]);
    while let Some((id, behind)) = rest.split_first() {
        let (length, behind) = leb128(behind);
        let (body, behind) = behind.split_at(length);
        let manifest = body.strip_prefix(SECTION).filter(|_| *id == 0);
        let body = manifest.map_or_else(
            || body.to_vec(),
            |manifest| {
                let text = std::str::from_utf8(manifest).expect("UTF-8");
                [SECTION, change(text).as_bytes()].concat()
            },
        );
        written.push(*id);
        // Five bytes hold any length.
        let digits = (0..5).map(|place| {
            let more = if place < 4 { 0x80 } else { 0 };
            ((body.len() >> (7 * place)) & 0x7f) as u8 | more
        });
        written.extend(digits);
        written.extend(body);
        rest = behind;
    }
    written
}

fn leb128(bytes: &[u8]) -> (usize, &[u8]) {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0).expect("an end");
    let length = bytes[..=end].iter().rev().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
    (length, &bytes[end + 1..])
}

/// A receiver that answers when it is told to.
struct Desk {
    address: String,
    heard: Receiver<String>,
    answers: Sender<&'static str>,
}

impl Desk {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let ((hears, heard), (answers, told)) = (channel(), channel());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let (mut head, mut line) = (String::new(), String::new());
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    head += &line.to_lowercase();
                    line.clear();
                }
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                let mut body = vec![0; length.unwrap_or(0)];
                let _ = reader.read_exact(&mut body);
                let line = head.lines().find(|line| line.starts_with("plaint-attempt")).unwrap_or_default().to_owned();
                if hears.send(line).is_err() {
                    return;
                }
                let Ok(status) = told.recv() else { return };
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = reader.get_mut().write_all(answer.as_bytes());
            }
        });
        Desk { address, heard, answers }
    }

    fn next(&self) -> String {
        self.heard.recv_timeout(Duration::from_secs(60)).expect("a delivery")
    }

    fn answer(&self, status: &'static str) {
        self.answers.send(status).expect("somebody waits");
    }

    fn connector(&self) -> String {
        format!(
            "[[connector]]\nid = \"desk\"\nplugin = \"webhook\"\nsettings = {{ url = \"http://{0}/hooks/plaint\" }}\n\
             secrets = {{ signing = \"file:secret\" }}\n\
             grants = {{ fetch = [\"http://{0}/hooks/\"], private = [\"127.0.0.1\"] }}\n",
            self.address
        )
    }
}

const HOTLINE: &str = "[[connector]]\nid = \"hotline\"\nplugin = \"transcript\"\n";

/// What the server says of its first connector.
fn first(said: &Value) -> &Value {
    &said["connectors"][0]
}

#[test]
fn an_update_that_wants_more_waits_until_it_is_approved() {
    let desk = Desk::open();
    let house = House::new(&desk.connector());
    let server = Server::start(&house.installation);
    let status = |server: &Server| server.get("/v1/connectors", house.operator()).good(200);
    let reload = |server: &Server| server.post("/v1/connectors/reload", house.operator(), &json!({})).good(200);
    let begun = status(&server);
    assert_eq!((&begun["installation"], &first(&begun)["waiting"]), (&json!(1), &Value::Null));
    assert_eq!(first(&begun)["grants"], json!([format!("POST http://{}/hooks/plaint", desk.address)]));
    // The same or less goes on by itself.
    house.update(|manifest| manifest.replace("version  = \"0.1.0\"", "version = \"0.1.1\""));
    let same = reload(&server);
    assert_eq!((&same["installation"], &first(&same)["version"]), (&json!(2), &json!("0.1.1")));
    assert_ne!(first(&same)["digest"], first(&begun)["digest"]);
    // More waits, also after the server was started again.
    let more = "[[fetch]]\nurl = \"https://collect.example/\"\nmethods = [\"POST\"]\n";
    house.update(|manifest| manifest.replace("0.1.1", "0.2.0") + more);
    let waits = reload(&server);
    let (_, said) = server.stop();
    assert!(said.contains("a version waits for approval") && said.contains("POST https://collect.example/"), "{said}");
    let server = Server::start(&house.installation);
    for said in [waits, status(&server)] {
        let (number, version) = (&said["installation"], &first(&said)["version"]);
        assert_eq!((number, version), (&json!(2), &json!("0.1.1")), "{said}");
        let waiting = &first(&said)["waiting"];
        assert_eq!(
            (&waiting["version"], &waiting["more"]),
            (&json!("0.2.0"), &json!(["POST https://collect.example/"]))
        );
    }
    // What was looked at is approved, nothing else.
    let url = server.url();
    let wrong = ["plugin", "approve", "desk", "--digest", "00", "--server", &url, "--token", house.operator()];
    let (_, said, code) = run(&wrong);
    assert!(code == Some(1) && said.contains("no such version of connector `desk` waits"), "{said}");
    let other = json!({"digest": first(&same)["digest"]});
    server.post("/v1/connectors/desk/approve", house.operator(), &other).problem(422, "not-installed");
    let shown = house.plaint(&server, &["plugin", "approve"]);
    assert!(shown.contains("0.2.0") && shown.contains("+ POST https://collect.example/"), "{shown}");
    let advice = shown.rsplit_once("--digest ").expect("what to do").1;
    let digest = &advice[..advice.find('`').expect("an end")];
    let approved = house.plaint(&server, &["plugin", "approve", "desk", "--digest", digest]);
    assert!(approved.contains("installation 3") && approved.contains("webhook 0.2.0"), "{approved}");
    assert_eq!(house.plaint(&server, &["plugin", "approve"]), "nothing waits for approval\n");
    // It stays approved, and the version before can be had again.
    assert_eq!(server.stop().0.code(), Some(0));
    let server = Server::start(&house.installation);
    assert_eq!(first(&status(&server))["version"], "0.2.0");
    let back = house.plaint(&server, &["connector", "rollback", "2"]);
    assert!(back.contains("installation 4") && back.contains("webhook 0.1.1"), "{back}");
    let history = house.plaint(&server, &["connector", "history"]);
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines.len(), 4, "{history}");
    assert!(lines[0].starts_with("* 4") && lines[0].contains("rolled-back 2  p-operator"), "{history}");
    assert!(lines[1].contains("approved desk  p-operator") && lines[3].contains("started  -"), "{history}");
    // Gone back is gone back, until the file is read again.
    assert_eq!(server.stop().0.code(), Some(0));
    let server = Server::start(&house.installation);
    assert_eq!(first(&status(&server))["version"], "0.1.1");
    assert_eq!(first(&reload(&server))["waiting"]["version"], "0.2.0");
}

#[test]
fn what_cannot_be_used_changes_nothing() {
    let house = House::new(HOTLINE);
    let server = Server::start(&house.installation);
    let wants = "[[connector]]\nid = \"desk\"\nplugin = \"webhook\"\nsettings = { url = \"https://desk.example/\" }\n";
    for (connectors, en, zh) in [
        ("[[connector]]\n", "missing field `id`", "缺少"),
        ("[[connector]]\nid = \"a\"\nplugin = \"nowhere\"\n", "there is no nowhere.wasm", "没有 nowhere.wasm"),
        (&format!("{HOTLINE}settings = {{ colour = 1 }}\n"), "`colour`", "`colour`"),
        (
            wants,
            "its plugin wants POST https://desk.example/, and nothing grants it",
            "插件要访问 POST https://desk.example/",
        ),
        (&format!("{wants}grants = {{ fetch = [\"desk\"] }}\n"), "expected the beginning of a URL", "无法理解"),
        (
            &format!("{wants}grants = {{ private = [\"home\"] }}\n"),
            "expected addresses such as 10.1.0.0/16",
            "无法理解",
        ),
    ] {
        house.write("connectors.toml", connectors);
        for (lang, expected) in [("en", en), ("zh", zh)] {
            let headers = &[("accept-language", lang)];
            let ask = Ask { token: Some(house.operator()), headers, body: Some(b"{}") };
            let problem = server.ask("POST", "/v1/connectors/reload", ask).problem(422, "not-installed");
            let detail = problem["detail"].as_str().expect("a text");
            assert!(detail.contains(expected) && detail.contains("connectors.toml"), "{expected}: {detail}");
        }
    }
    house.update(|manifest| format!("{manifest}[auth]\nkind = \"oauth2\"\nurl = \"https://desk.example/token\"\n"));
    house.write("connectors.toml", &format!("{wants}grants = {{ fetch = [\"https://desk.example/\"] }}\n"));
    let problem = server.post("/v1/connectors/reload", house.operator(), &json!({})).problem(422, "not-installed");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("is let in with the secret `client-id`")));
    assert_eq!(server.get("/v1/connectors", house.operator()).good(200)["installation"], 1);
    let turn = json!({"contact": "k-1", "turn": 0, "speaker": "customer", "text": "在吗"});
    server.post("/v1/messages/hotline", house.installation.token("source"), &turn).good(202);
    server.post("/v1/connectors/rollback", house.operator(), &json!({"to": 9})).problem(422, "not-installed");
    let other = house.installation.token("other");
    server.post("/v1/connectors/reload", other, &json!({})).problem(422, "not-installed");
}

#[test]
fn a_file_that_is_written_is_read_and_facts_say_which_plugin_made_them() {
    let house = House::new(HOTLINE);
    let server = Server::start(&house.installation);
    let (source, two) = (house.installation.token("source"), HOTLINE.replace("hotline", "night-line"));
    let turn = |contact: &str| json!({"contact": contact, "turn": 0, "speaker": "customer", "text": "在吗"});
    server.post("/v1/messages/night-line", source, &turn("k-1")).problem(404, "unknown-connector");
    house.write("connectors.toml", &format!("{HOTLINE}{two}"));
    let status = || server.get("/v1/connectors", house.operator()).good(200);
    let installed =
        (0..LOOKS_MAX).map(|_| status()).find(|said| said["installation"] == 2).expect("the other installation");
    server.post("/v1/messages/night-line", source, &turn("k-1")).good(202);
    server.post("/v1/events", source, &three_times("k-2")).good(202);
    assert_eq!(server.stop().0.code(), Some(0));
    let store = store::Store::open(&house.installation.dir().join("data/tenants/main")).expect("a store");
    let facts = store.read(Position(1), 100).expect("facts");
    let digest = first(&installed)["digest"].as_str().expect("a digest");
    for fact in facts {
        let made_by = (fact.source == "night-line").then(|| Id::parse(&digest[..32]).expect("half a digest"));
        assert_eq!(fact.marks.connector, made_by, "{fact:?}");
    }
    drop(store);
    verify(&house.installation, "main");
}

#[test]
fn an_attempt_ends_where_it_began_and_the_next_one_goes_where_it_shall_now() {
    for (answered, further) in [("200 OK", 0), ("503 Service Unavailable\r\nretry-after: 0", 1)] {
        let (first, second) = (Desk::open(), Desk::open());
        let house = House::new(&first.connector());
        let server = Server::start(&house.installation);
        let source = house.installation.token("source");
        server.post("/v1/events", source, &three_times("k-1")).good(202);
        assert_eq!(first.next(), "plaint-attempt: 1");
        house.write("connectors.toml", &second.connector());
        let reloaded = house.plaint(&server, &["connector", "reload"]);
        assert!(reloaded.contains(&second.address), "{reloaded}");
        first.answer(answered);
        for _ in 0..further {
            assert_eq!(second.next(), "plaint-attempt: 2");
            second.answer("200 OK");
        }
        server.post("/v1/events", source, &three_times("k-2")).good(202);
        assert_eq!(second.next(), "plaint-attempt: 1");
        second.answer("200 OK");
        assert_eq!(server.stop().0.code(), Some(0));
        assert!(first.heard.try_recv().is_err() && second.heard.try_recv().is_err(), "each attempt was made once");
        verify(&house.installation, "main");
    }
}
