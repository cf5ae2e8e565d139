//! Deliveries against a real HTTP server that fails, breaks off, repeats itself and comes back after a kill.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
};

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    generations::{pack, upload},
    house::{Installation, SCRIPT, three_times, turn},
    server::{Ask, Server, verify},
    stream::Reader,
};

const SECRET: &str = "only-for-these-tests";

/// What came in with one request.
#[derive(Debug)]
struct Heard {
    key: String,
    attempt: String,
    signature: String,
    authorization: String,
    body: String,
}

/// What the receiver answers a request with; `None` breaks off without a word.
type Script = Vec<Option<&'static str>>;

const BUSY: &str = "503 Service Unavailable\r\nretry-after: 0";
const LATER: &str = "503 Service Unavailable";
const TAKEN: &str = "200 OK";

/// A receiver that answers by its script, and with 200 when it is over.
struct Desk {
    address: String,
    heard: Receiver<Heard>,
}

impl Desk {
    fn open(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (sender, heard) = channel();
        std::thread::spawn(move || {
            let mut script = script.into_iter();
            for stream in listener.incoming().flatten() {
                if serve(stream, script.next().unwrap_or(Some(TAKEN)), &sender).is_none() {
                    return;
                }
            }
        });
        Desk { address, heard }
    }

    fn next(&self) -> Heard {
        self.heard.recv_timeout(std::time::Duration::from_secs(60)).expect("a delivery")
    }
}

fn serve(mut stream: TcpStream, answer: Option<&str>, heard: &Sender<Heard>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        headers.extend(line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())));
    }
    let header = |name: &str| {
        headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let (key, attempt) = (header("idempotency-key"), header("plaint-attempt"));
    heard
        .send(Heard {
            key,
            attempt,
            signature: header("plaint-signature"),
            authorization: header("authorization"),
            body,
        })
        .ok()?;
    if let Some(answer) = answer {
        let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).ok()?;
    }
    Some(())
}

/// An installation that tells people of alerts through the connector `desk`.
fn installation(desk: &Desk) -> Installation {
    let installation = Installation::new();
    let connectors = format!(
        "[[connector]]\nid = \"desk\"\nplugin = \"webhook\"\nsettings = {{ url = \"http://{0}/hooks/plaint\", \
         header = {{ authorization = \"Key {{secret:signing}}\" }} }}\n\
         secrets = {{ signing = \"file:secret\" }}\ngrants = {{ fetch = [\"http://{0}/hooks/\"], private = [\"127.0.0.1\"] }}\n",
        desk.address
    );
    fs::write(installation.dir().join("secret"), SECRET).expect("a file");
    fs::write(installation.dir().join("connectors.toml"), connectors).expect("a file");
    installation
}

fn signed(heard: &Heard) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(format!("{}.{}", heard.key, heard.body).as_bytes());
    let bytes = mac.finalize().into_bytes();
    format!("v1={}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

#[test]
fn a_delivery_is_tried_until_it_is_there_always_under_one_key() {
    let desk = Desk::open(vec![Some(BUSY), None, Some(BUSY), Some(TAKEN)]);
    let installation = installation(&desk);
    let server = Server::start(&installation);
    let decided = server.post("/v1/events?wait=decided", installation.token("source"), &three_times("k-1")).good(200);
    let heard: Vec<Heard> = (0..4).map(|_| desk.next()).collect();
    let attempts: Vec<&str> = heard.iter().map(|heard| heard.attempt.as_str()).collect();
    assert_eq!(attempts, ["1", "2", "3", "4"]);
    assert!(heard.iter().all(|one| one.key == heard[0].key && one.key.len() == 32), "{heard:?}");
    assert!(heard.iter().all(|one| one.signature == signed(one)), "{heard:?}");
    assert_eq!(heard[0].authorization, format!("Key {SECRET}"), "the host puts secrets in by their names");
    let says: Value = serde_json::from_str(&heard[3].body).expect("JSON");
    assert_eq!((&says["kind"], &says["rule"]), (&"plaint.notification.ordered".into(), &"agent-repeats-script".into()));
    assert_eq!(says["say"]["en"], "agent has said one script 3 times");
    assert!(decided.to_string().contains(says["notification"].as_str().expect("an id")));
    assert_eq!(server.stop().0.code(), Some(0));
    verify(&installation, "main");
}

/// Kills while a delivery is not taken yet.
const KILLS: usize = 20;

#[test]
fn kills_lose_no_delivery_and_make_no_second_key() {
    let desk = Desk::open(vec![Some(LATER); KILLS * 2]);
    let installation = installation(&desk);
    let source = installation.token("source");
    let mut keys = BTreeSet::new();
    for round in 0..KILLS {
        let server = Server::start(&installation);
        if round == 0 {
            server.post("/v1/events", source, &three_times("k-1")).good(202);
        }
        keys.insert(desk.next().key);
        server.kill();
    }
    assert_eq!(keys.len(), 1, "one delivery has one key, however often it is tried");
    // What is decided later is delivered as well, under a key of its own, and there is no third.
    let server = Server::start(&installation);
    server.post("/v1/events", source, &three_times("k-2")).good(202);
    while keys.len() < 2 {
        keys.insert(desk.next().key);
    }
    assert_eq!(server.stop().0.code(), Some(0));
    keys.extend(desk.heard.try_iter().map(|heard| heard.key));
    assert_eq!(keys.len(), 2);
    verify(&installation, "main");
}

#[test]
fn an_order_that_its_connector_does_not_carry_out_has_failed() {
    // The connector of these transcripts declares no controls.
    let installation = Installation::new();
    let server = Server::start(&installation);
    for turn in 0..3 {
        let said = json!({"contact": "k-1", "turn": turn, "speaker": "agent", "text": SCRIPT});
        server.post("/v1/messages/hotline", installation.token("source"), &said).good(202);
    }
    let lead = installation.token("lead");
    let mut reader = Reader::open(&server, "?after=0-0&type=plaint.intervention.ended", lead, &[]);
    reader.next().expect("the order ends");
    let ended = &reader.event;
    assert_eq!((&ended["data"]["intervention"], &ended["data"]["how"]), (&json!("hint"), &json!("failed")));
    assert_eq!(server.stop().0.code(), Some(0));
    verify(&installation, "main");
}

#[test]
fn a_delivery_that_was_rolled_back_is_not_tried_again() {
    let desk = Desk::open(vec![Some(LATER); 100]);
    let installation = installation(&desk);
    let server = Server::start(&installation);
    let operator = installation.token("operator");
    let told = "then = [{ notify = \"person:p-1\" }]";
    server.post("/v1/generations", operator, &upload(&pack("loud", 1, told))).good(200);
    server.post("/v1/events", installation.token("source"), &turn("1", "k-1", "hello")).good(202);
    assert_eq!(desk.next().attempt, "1");
    server.post("/v1/generations/rollback", operator, &json!({"reason": "too loud"})).good(200);
    let withdrawn = "plaint_delivery_attempts_total{tenant=\"main\",result=\"withdrawn\"} 1";
    while !server.ask("GET", "/metrics", Ask::default()).text.contains(withdrawn) {
        std::thread::yield_now();
    }
    assert_eq!(desk.heard.try_iter().count(), 0, "it was not sent any more");
    assert_eq!(server.stop().0.code(), Some(0));
    verify(&installation, "main");
}
