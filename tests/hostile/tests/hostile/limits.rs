//! The limits that a house sets for itself or a plugin asks for: time on the clock, input, queue, and a manifest's own.

use std::{sync::Arc, thread, time::Duration};

use engine::{
    absence::Absence,
    contact::{ReadingAnswer, Text},
    fact::Speaker,
    rule::{Answered, Brief, RouteAnswer},
};
use plaint_hostile::{
    ALLOWANCE, ANALYZER, CONNECTOR, Guest, LIMITS, MANIFEST, ROUTING_POLICY, RULE, beside_a_neighbour, encode, load,
    manifest_of, question_of, with_manifest,
};
use sandbox::{
    AlertRule, Allowance, Analyzer, Connector, Limits, Message, Overrun, ReceiveError, RoutingPolicy, Sandbox, Settings,
};

use crate::{GOOD, LOOP, connectors::core_of, stopped};

/// A sandbox of its own for one judge.
fn own(limits: Limits) -> Sandbox {
    Sandbox::new(Settings { judges: 1, cache: None, limits }).unwrap()
}

/// The guest as a rule that asks for this.
fn asking(guest: &Guest, asked: &str) -> Result<AlertRule, sandbox::SandboxError> {
    let manifest = format!("{MANIFEST}[limits]\n{asked}\n");
    AlertRule::new(&load(&with_manifest(guest.bare_component(&RULE), &manifest))?, "{}")
}

#[test]
fn time_on_the_clock() {
    // A guest alone cannot spend one without the other: hence a house where the clock is the shorter limit.
    let wall = Allowance { cpu: Duration::from_secs(600), wall: Duration::from_millis(60), ..ALLOWANCE };
    let patient = own(Limits { contact: wall, maximum: wall, ..LIMITS });
    let looping = patient.load(&Guest { evaluate: LOOP, ..GOOD }.component(), "guest").unwrap();
    let rule = AlertRule::new(&looping, "{}").unwrap();
    let (answer, beside) = beside_a_neighbour(|| rule.evaluate(&question_of("还是不制冷")));
    let overrun = Overrun::Wall { limit: wall.wall };
    assert_eq!(answer, Err(overrun));
    beside.tell("a loop where time on the clock is short", format!("{}: {overrun}", overrun.cause().word()));
}

#[test]
fn a_plugin_is_held_to_what_it_asked_for() {
    let overrun = Overrun::Cpu { limit: Duration::from_millis(20) };
    let looping = asking(&Guest { evaluate: LOOP, ..GOOD }, "cpu_ms = 20").unwrap();
    assert_eq!(looping.evaluate(&question_of("x")), Err(overrun));
    let growing = Guest { evaluate: "(drop (memory.grow (i32.const 60))) (unreachable)", ..GOOD };
    let answer = asking(&growing, "memory_mib = 2").unwrap().evaluate(&question_of("x"));
    let Ok(Answered::Abstained(abstention)) = answer else { panic!("{answer:?}") };
    let expected = (Absence::Memory, "it asked for 4194304 bytes of memory, the limit is 2097152");
    stopped("asking for little and taking more", &abstention, expected);
}

#[test]
fn a_plugin_that_asks_for_more_than_the_house_allows() {
    let check = |asked: &str, expected: &str| {
        let (made, beside) = beside_a_neighbour(|| asking(&GOOD, asked));
        let error = made.unwrap_err().to_string();
        assert!(error.contains(expected), "{asked}: {error}");
        beside.tell(&format!("a manifest with {asked}"), error);
    };
    check("cpu_ms = 61", "it asks for `limits.cpu_ms = 61`, and the most allowed here is 60");
    check("memory_mib = 17", "it asks for `limits.memory_mib = 17`, and the most allowed here is 16");
    check("answer_kib = 4000000000", "and the most allowed here is 64");
}

#[test]
fn input_that_is_too_large() {
    let expected = (Absence::Input, "it would be asked with 1061 bytes, the limit is 1000");
    let text = "x".repeat(1_013);
    let tried = "a contact of 1061 bytes where 1000 may be asked about";
    // The guest would trap: it is not asked.
    let guest = Guest { evaluate: "(unreachable)", ..GOOD };
    let narrow = own(Limits { input_bytes: 1_000, ..LIMITS });
    let load = |bytes: &[u8]| narrow.load(bytes, "guest").unwrap();
    let rule = AlertRule::new(&load(&guest.component()), "{}").unwrap();
    let (answer, beside) = beside_a_neighbour(|| rule.evaluate(&question_of(&text)));
    let Ok(Answered::Abstained(abstention)) = answer else { panic!("{answer:?}") };
    beside.tell(tried, stopped(tried, &abstention, expected));
    assert_eq!(rule.snapshot().absences().collect::<Vec<_>>(), [(Absence::Input, 1)]);

    let analyzer = Analyzer::new(&load(&guest.component_of(&ANALYZER, "analyzer")), "{}").unwrap();
    let answers = analyzer.read(&[Text { speaker: Speaker::Customer, text: Arc::from(&*text) }]).unwrap();
    let [ReadingAnswer::Abstained(abstention)] = &answers[..] else { panic!("{answers:?}") };
    stopped("a text to read", abstention, (Absence::Input, "it would be asked with 1013 bytes"));

    let component = load(&guest.component_of(&ROUTING_POLICY, "routing-policy"));
    let answer = RoutingPolicy::new(&component, "{}").unwrap().route(&Brief { text, ..Brief::default() }).unwrap();
    let RouteAnswer::Abstained(abstention) = answer else { panic!("{answer:?}") };
    stopped("a complaint to route", &abstention, (Absence::Input, "it would be asked with 1013 bytes"));
}

#[test]
fn a_full_queue() {
    let slow = Allowance { cpu: Duration::from_millis(500), ..ALLOWANCE };
    let small = own(Limits { message: slow, maximum: slow, queue: 1, ..LIMITS });
    let component = with_manifest(encode(&CONNECTOR, &core_of(LOOP)), &manifest_of("connector"));
    let connector = Connector::new(&small.load(&component, "guest").unwrap(), "{}").unwrap();
    let message = Message { headers: vec![], body: vec![] };
    let receive = || connector.receive(&message);
    let (refused, beside) = beside_a_neighbour(|| {
        thread::scope(|scope| {
            let callers: Vec<_> = (0..2).map(|_| scope.spawn(receive)).collect();
            // One is inside, the other waits: from then on there is no room.
            while connector.snapshot().waiting == 0 {
                thread::yield_now();
            }
            let refused = receive();
            let overruns = callers.into_iter().map(|caller| caller.join().unwrap());
            assert!(overruns.into_iter().all(|answer| matches!(answer, Err(ReceiveError::Overrun(_)))));
            refused
        })
    });
    let Err(ReceiveError::Failed(abstention)) = refused else { panic!("{refused:?}") };
    let tried = "one caller more than may wait";
    beside.tell(tried, stopped(tried, &abstention, (Absence::Busy, "1 callers wait for it already")));
    assert_eq!(connector.snapshot().absences().collect::<Vec<_>>(), [(Absence::CpuTime, 2), (Absence::Busy, 1)]);
}
