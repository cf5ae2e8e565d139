//! Attacks by connectors that deliver, and the walk of one delivery.

use engine::time::Duration;
use plaint_hostile::{
    ALLOWANCE, CONNECTOR, Contract, LIMITS, beside_a_neighbour, encode, load, manifest_of, with_manifest,
};
use sandbox::{
    Allowance, Answer, Component, Connector, DeliverError, Delivered, Delivery, DeliveryKind, Limits, Mac,
    MacAlgorithm, Need, Request, Response, Sandbox, Settings,
};

use crate::{GOOD, LOOP, connectors::whole_connector};

/// Texts at 8192: `hmac-sha256`, `POST`, `https://a.example`, `x-a`, `X`, a newline, `job`.
const TEXTS: &str = r#"(data (i32.const 8192) "hmac-sha256POSThttps://a.examplex-aX\0ajob")"#;
const DONE: &str = "(i32.store8 (i32.const 64) (i32.const 1)) (i32.const 64)";
/// Asks for a signature of the id by a secret named like the delivery's kind; the state is the delivery's body.
const ASK_MAC: &str = "
    (i32.store8 (i32.const 68) (i32.const 1))
    (i32.store (i32.const 72) (local.get 2))
    (i32.store (i32.const 76) (local.get 3))
    (i32.store (i32.const 80) (i32.const 8192))
    (i32.store (i32.const 84) (i32.const 11))
    (i32.store (i32.const 88) (local.get 0))
    (i32.store (i32.const 92) (local.get 1))
    (i32.store (i32.const 104) (local.get 5))
    (i32.store (i32.const 108) (local.get 6))
    (i32.const 64)";

/// The same in a later step, with the same state again.
fn ask_again() -> String {
    let ask = ASK_MAC.replace("(local.get 2)", "(i32.const 8192)").replace("(local.get 3)", "(i32.const 4)");
    ask.replace("(local.get 5)", "(local.get 0)").replace("(local.get 6)", "(local.get 1)")
}

fn connector(deliver: &str, resume: &str) -> Connector {
    Connector::new(&whole_connector("(unreachable)", deliver, resume, TEXTS), "{}").unwrap()
}

/// Asks for a request at 72, whose method, URL and header have these places and sizes; the state is empty.
fn ask_fetch(method: (u32, u32), url: (u32, u32), header: (u32, u32), value: (u32, u32)) -> String {
    format!(
        "(i32.store (i32.const 72) (i32.const {})) (i32.store (i32.const 76) (i32.const {}))
        (i32.store (i32.const 80) (i32.const {})) (i32.store (i32.const 84) (i32.const {}))
        (i32.store (i32.const 88) (i32.const 4096)) (i32.store (i32.const 92) (i32.const 1))
        (i32.store (i32.const 4096) (i32.const {})) (i32.store (i32.const 4100) (i32.const {}))
        (i32.store (i32.const 4104) (i32.const {})) (i32.store (i32.const 4108) (i32.const {}))
        (i32.const 64)",
        method.0, method.1, url.0, url.1, header.0, header.1, value.0, value.1
    )
}

const POST: (u32, u32) = (8203, 4);
const URL: (u32, u32) = (8207, 17);
const HEADER: (u32, u32) = (8224, 3);
const CAPITAL: (u32, u32) = (8227, 1);
const TWO_LINES: (u32, u32) = (8227, 2);

fn delivery() -> Delivery {
    Delivery { id: "d-1".to_owned(), kind: DeliveryKind::Intervention, attempt: 2, body: "{}".to_owned() }
}

fn nothing(_: Need) -> Answer {
    Answer::Refused("nothing is done here".to_owned())
}

fn fails(tried: &str, deliver: &str, resume: &str, expected: &str) {
    let connector = connector(deliver, resume);
    let (delivered, beside) = beside_a_neighbour(|| connector.deliver(&delivery(), &mut nothing));
    let error = delivered.unwrap_err().to_string();
    assert!(error.contains(expected), "{tried}: {error}");
    beside.tell(tried, error);
}

#[test]
fn a_delivery_goes_from_step_to_step() {
    // Then: a request; then: accepted, with a correlation, if the status is 202 and the state is empty.
    let resume = format!(
        "(if (i32.eqz (local.get 2)) (then
            (if (i32.ne (local.get 3) (i32.const 202)) (then (unreachable)))
            (if (local.get 1) (then (unreachable)))
            (i32.store8 (i32.const 64) (i32.const 1))
            (i32.store8 (i32.const 68) (i32.const 1))
            (i32.store (i32.const 72) (i32.const 8229))
            (i32.store (i32.const 76) (i32.const 3))
            (return (i32.const 64))))
        ;; The state was the body, the signature is one byte.
        (if (i32.ne (i32.load16_u (local.get 0)) (i32.const 0x7d7b)) (then (unreachable)))
        (if (i32.ne (local.get 4) (i32.const 1)) (then (unreachable)))
        {}",
        ask_fetch(POST, URL, HEADER, CAPITAL)
    );
    let mut needs = Vec::new();
    let delivered = connector(ASK_MAC, &resume).deliver(&delivery(), &mut |need| {
        needs.push(need);
        match needs.len() {
            1 => Answer::Mac(vec![7]),
            _ => Answer::Fetched(Response { status: 202, headers: vec![], body: vec![] }),
        }
    });
    assert_eq!(delivered, Ok(Delivered::Accepted("job".to_owned())));
    let mac = Mac { secret: "intervention".to_owned(), algorithm: MacAlgorithm::HmacSha256, data: b"d-1".to_vec() };
    let request = Request {
        method: "POST".to_owned(),
        url: "https://a.example".to_owned(),
        headers: vec![("x-a".to_owned(), "X".to_owned())],
        body: vec![],
    };
    assert_eq!(needs, [Need::Mac(mac), Need::Fetch(request)]);
}

#[test]
fn every_end() {
    let check = |end: &str, expected: Delivered| {
        let deliver = format!("(i32.store8 (i32.const 64) (i32.const 1)) {end} (i32.const 64)");
        assert_eq!(connector(&deliver, LOOP).deliver(&delivery(), &mut nothing), Ok(expected));
    };
    check("", Delivered::Delivered);
    check("(i32.store8 (i32.const 68) (i32.const 2))", Delivered::RetryAfter(None));
    let after = "(i32.store8 (i32.const 68) (i32.const 2)) (i32.store8 (i32.const 72) (i32.const 1))
        (i32.store (i32.const 76) (i32.const 30))";
    check(after, Delivered::RetryAfter(Some(Duration::seconds(30))));
    let refused = "(i32.store8 (i32.const 68) (i32.const 3)) (i32.store (i32.const 72) (i32.const 8229))
        (i32.store (i32.const 76) (i32.const 3))";
    check(refused, Delivered::Refused("job".to_owned()));
}

#[test]
fn connectors_that_misbehave_when_they_deliver() {
    fails("a trap in deliver", "(unreachable)", DONE, "`unreachable` instruction executed");
    fails("a trap in resume", ASK_MAC, "(unreachable)", "`unreachable` instruction executed");
    fails("a loop in resume", ASK_MAC, LOOP, "more than 60ms of CPU time");
    fails("endless asks", ASK_MAC, &ask_again(), "the connector asked more than 16 times");
    let neither = "(i32.store8 (i32.const 64) (i32.const 5)) (i32.const 64)";
    fails("neither an ask nor an end", neither, DONE, "discriminant");
    let md5 = ASK_MAC.replace("(i32.const 11)", "(i32.const 4)");
    fails("another algorithm", &md5, DONE, "mac.algorithm: expected hmac-sha256 or hmac-sha1");
    let rot13 = ASK_MAC.replace("(i32.const 68) (i32.const 1)", "(i32.const 68) (i32.const 3)");
    fails("another cipher", &rot13, DONE, "decrypt.algorithm: expected aes-256-cbc-wecom or aes-256-cbc-feishu");
    let fetch = |method, url, header, value| ask_fetch(method, url, header, value);
    fails("another method", &fetch((8203, 3), URL, HEADER, CAPITAL), DONE, "fetch.method: expected one of GET, POST");
    fails("another scheme", &fetch(POST, POST, HEADER, CAPITAL), DONE, "fetch.url: expected an http or https URL");
    fails("a capital in a header's name", &fetch(POST, URL, CAPITAL, CAPITAL), DONE, "fetch.headers: expected names");
    fails("a control character in a header", &fetch(POST, URL, HEADER, TWO_LINES), DONE, "expected values of one line");
    let accepted = "(i32.store8 (i32.const 64) (i32.const 1)) (i32.store8 (i32.const 68) (i32.const 1)) (i32.const 64)";
    fails("no correlation", accepted, DONE, "accepted: expected a correlation of 1 to 256 bytes");
}

#[test]
fn an_ask_is_counted_and_not_one_more_is_answered() {
    let (mut asked, endless) = (0, connector(ASK_MAC, &ask_again()));
    let delivered = endless.deliver(&delivery(), &mut |_| {
        asked += 1;
        Answer::Mac(vec![])
    });
    assert_eq!((delivered, asked), (Err(DeliverError::TooManyAsks), 16));
}

#[test]
fn a_state_bomb() {
    let bomb = ASK_MAC.replace("(local.get 6)", "(i32.const 65537)");
    // Here an answer may have 64 KiB; where it may have more, the state still may not.
    fails("a state of 65537 bytes", &bomb, DONE, "65536 bytes");
    let roomy = Allowance { answer_bytes: 1 << 20, ..ALLOWANCE };
    let limits = Limits { message: roomy, maximum: roomy, ..LIMITS };
    let roomy = Sandbox::new(Settings { judges: 1, cache: None, limits }).unwrap();
    let bytes = with_manifest(encode(&CONNECTOR, &delivers(&bomb)), &manifest_of("connector"));
    let connector = Connector::new(&roomy.load(&bytes, "guest").unwrap(), "{}").unwrap();
    let (delivered, beside) = beside_a_neighbour(|| connector.deliver(&delivery(), &mut nothing));
    let error = delivered.unwrap_err();
    assert_eq!(error, DeliverError::StateTooLarge { bytes: 65_537 });
    beside.tell("a state of 65537 bytes where answers may be large", error);
}

/// The core of a connector that only delivers.
fn delivers(deliver: &str) -> String {
    format!(
        r#"(memory (export "memory") 32) {TEXTS}
        (global $free (mut i32) (i32.const 65536))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) {})
        (func (export "configure") (param i32 i32) (result i32) (i32.const 16))
        (func (export "post-configure") (param i32))
        (func (export "receive") (param i32 i32 i32 i32) (result i32) (unreachable))
        (func (export "post-receive") (param i32))
        (func (export "deliver") (param i32 i32 i32 i32 i32 i32 i32) (result i32) {deliver})
        (func (export "post-deliver") (param i32))
        (func (export "resume") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (unreachable))
        (func (export "post-resume") (param i32))"#,
        GOOD.realloc
    )
}

#[test]
fn a_delivery_that_is_too_large() {
    let connector = connector("(unreachable)", "(unreachable)");
    let large = Delivery { body: " ".repeat(48 << 10), ..delivery() };
    let bytes = (48 << 10) + 3;
    assert_eq!(connector.deliver(&large, &mut nothing), Err(DeliverError::TooLarge { bytes }));
}

#[test]
fn a_connector_that_cannot_resume() {
    let functions = &CONNECTOR.functions[..3];
    let contract = Contract { functions, ..CONNECTOR };
    let bytes = with_manifest(encode(&contract, &delivers(DONE)), &manifest_of("connector"));
    let component: Component = load(&bytes).unwrap();
    let (made, beside) = beside_a_neighbour(|| Connector::new(&component, "{}"));
    let error = made.unwrap_err().to_string();
    assert!(error.contains("resume is not as plaint:plugin/connector@0.1.0 declares it: it is missing"), "{error}");
    beside.tell("a connector without resume", error);
}
