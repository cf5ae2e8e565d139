//! Attacks by connectors, and one that only does its work.

use engine::absence::Absence;
use plaint_hostile::{ALLOWANCE, CONNECTOR, LIMITS, beside_a_neighbour, encode, load, manifest_of, with_manifest};
use sandbox::{Allowance, Component, Connector, Limits, Message, ReceiveError, Sandbox, Settings};

use crate::{GOOD, LOOP, stopped};

/// A connector whose `receive(headers, count, body, bytes)` has this body.
fn connector(receive: &str) -> Component {
    whole_connector(receive, "(unreachable)", "(unreachable)", "")
}

/// A connector with these bodies of `receive`, of `deliver(id, bytes, kind, bytes, attempt, body, bytes)` and of
/// `resume(state, bytes, answer, …)`, and with further items.
pub(crate) fn whole_connector(receive: &str, deliver: &str, resume: &str, more: &str) -> Component {
    let core = whole_core(receive, deliver, resume, more);
    load(&with_manifest(encode(&CONNECTOR, &core), &manifest_of("connector"))).unwrap()
}

/// The core of a connector that only receives.
pub(crate) fn core_of(receive: &str) -> String {
    whole_core(receive, "(unreachable)", "(unreachable)", "")
}

fn whole_core(receive: &str, deliver: &str, resume: &str, more: &str) -> String {
    format!(
        r#"(memory (export "memory") 32) {more}
        (global $free (mut i32) (i32.const 65536))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) {})
        (func (export "configure") (param i32 i32) (result i32) (i32.const 16))
        (func (export "post-configure") (param i32))
        (func (export "receive") (param i32 i32 i32 i32) (result i32) {receive})
        (func (export "post-receive") (param i32))
        (func (export "deliver") (param i32 i32 i32 i32 i32 i32 i32) (result i32) {deliver})
        (func (export "post-deliver") (param i32))
        (func (export "resume") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) {resume})
        (func (export "post-resume") (param i32))"#,
        GOOD.realloc
    )
}

fn message() -> Message {
    Message { headers: vec![("a".to_owned(), "b".to_owned())], body: br#"{"n":1}"#.to_vec() }
}

#[test]
fn a_connector_repeats_its_message() {
    // One draft at 4096, its data the body; received at 64: ok, drafts, no reply.
    let receive = "
        (i32.store (i32.const 68) (i32.const 4096))
        (i32.store (i32.const 72) (i32.const 1))
        (i32.store8 (i32.const 4120) (i32.const 1))
        (i64.store (i32.const 4128) (i64.const 1700000000000))
        (i32.store (i32.const 4136) (i32.const 2))
        (i32.store8 (i32.const 4140) (i32.const 1))
        (i32.store (i32.const 4144) (local.get 2))
        (i32.store (i32.const 4148) (local.get 3))
        (i32.const 64)";
    let received = Connector::new(&connector(receive), "{}").unwrap().receive(&message()).unwrap();
    let draft = &received.drafts[0];
    assert_eq!((draft.data.as_str(), draft.revision, draft.backfill), (r#"{"n":1}"#, 2, true));
    assert_eq!(draft.time.map(|time| time.0), Some(1_700_000_000_000));
    assert_eq!((received.drafts.len(), received.reply), (1, None));
}

#[test]
fn connectors_that_misbehave() {
    let check = |tried: &str, receive: &str, expected: &str| {
        let connector = Connector::new(&connector(receive), "{}").unwrap();
        let (received, beside) = beside_a_neighbour(|| connector.receive(&message()));
        let error = received.unwrap_err().to_string();
        assert!(error.contains(expected), "{tried}: {error}");
        beside.tell(tried, error);
    };
    check("a connector that loops", LOOP, "more than 60ms of CPU time");
    check("a connector that traps", "(unreachable)", "`unreachable` instruction executed");
    let drafts = "
        (i32.store (i32.const 68) (i32.const 4096))
        (i32.store (i32.const 72) (i32.const 4000))
        (i32.const 64)";
    check("4000 drafts", drafts, "65536 bytes");
    let refusal = "(i32.store8 (i32.const 64) (i32.const 1)) (i32.const 64)";
    check("a refusal without words", refusal, "understand the message at ``: expected ");
}

#[test]
fn a_message_that_is_too_large() {
    let connector = Connector::new(&connector("(unreachable)"), "{}").unwrap();
    let refused = connector.receive(&Message { body: vec![b' '; 65 << 10], ..message() });
    let expected = "at most 65536 bytes".to_owned();
    assert_eq!(refused, Err(ReceiveError::Refused { at: String::new(), expected }));
}

/// One draft at 4096, its data the body of the message.
const REPEATS: &str = "
    (i32.store (i32.const 68) (i32.const 4096))
    (i32.store (i32.const 72) (i32.const 1))
    (i32.store (i32.const 4144) (local.get 2))
    (i32.store (i32.const 4148) (local.get 3))
    (i32.const 64)";

#[test]
fn data_that_is_nested_too_deep() {
    let connector = Connector::new(&connector(REPEATS), "{}").unwrap();
    let nested = |depth: usize| Message { body: ["[".repeat(depth), "]".repeat(depth)].concat().into(), ..message() };
    assert!(connector.receive(&nested(32)).is_ok());
    let (received, beside) = beside_a_neighbour(|| connector.receive(&nested(30_000)));
    let Err(ReceiveError::Failed(abstention)) = received else { panic!("{received:?}") };
    let tried = "JSON nested 30000 deep in a draft";
    let expected = (Absence::Answer, "drafts[0].data is nested deeper than 32");
    beside.tell(tried, stopped(tried, &abstention, expected));
}

#[test]
fn more_drafts_and_headers_than_a_message_may_make() {
    let roomy = Allowance { answer_bytes: 16 << 20, ..ALLOWANCE };
    let limits = Limits { message: roomy, maximum: roomy, ..LIMITS };
    let own = Sandbox::new(Settings { judges: 1, cache: None, limits }).unwrap();
    let many = "
        (i32.store (i32.const 68) (i32.const 131072))
        (i32.store (i32.const 72) (i32.const 10001))
        (i32.const 64)";
    let component = with_manifest(encode(&CONNECTOR, &core_of(many)), &manifest_of("connector"));
    let connector = Connector::new(&own.load(&component, "guest").unwrap(), "{}").unwrap();
    let (received, beside) = beside_a_neighbour(|| connector.receive(&message()));
    let Err(ReceiveError::Failed(abstention)) = received else { panic!("{received:?}") };
    let tried = "10001 drafts where answers may be large";
    let expected = (Absence::Answer, "it made 10001 drafts, the limit is 10000");
    beside.tell(tried, stopped(tried, &abstention, expected));
    let headers = vec![("a".to_owned(), "b".to_owned()); 101];
    let refused = connector.receive(&Message { headers, body: vec![] });
    let expected = "at most 100 headers".to_owned();
    assert_eq!(refused, Err(ReceiveError::Refused { at: String::new(), expected }));
}
