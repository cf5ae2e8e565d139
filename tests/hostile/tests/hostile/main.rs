//! Every attack we know, one test each: what was tried, what stopped it, and that the neighbours never noticed.
#![allow(clippy::print_stdout, reason = "each test tells what it tried and what stopped it")]
#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests as well")]

mod analyzers;
mod connectors;
mod deliveries;
mod routing_policies;

use std::{fs, path::PathBuf};

use engine::{
    absence::Abstention,
    rule::{Answered, Span},
};
use plaint_hostile::{
    ALLOWANCE, Contract, Guest, LIMITS, MANIFEST, RULE, beside_a_neighbour, load, question, rule, sandbox,
    with_manifest,
};
use sandbox::{AlertRule, Compiled, Connector, Limits, Overrun, Sandbox, SandboxError, Settings};

const GOOD: Guest = Guest::GOOD;
const LOOP: &str = "(loop $for_ever (br $for_ever)) (unreachable)";
/// Memories large enough for answers larger than are read.
const ROOMY: &str = r#"(memory (export "memory") 32)"#;
const OVERRUN: Overrun = Overrun::Cpu { limit: ALLOWANCE.cpu };

fn tell(tried: &str, stopped_by: impl std::fmt::Display) {
    println!("tried: {tried}\n  stopped by: {stopped_by}");
}

/// The guest loads and is configured; asked, it abstains for this reason.
fn abstains(tried: &str, guest: &Guest, expected: &str) {
    let answer = beside_a_neighbour(|| rule(guest).unwrap().evaluate(&question()));
    match answer {
        Ok(Answered::Abstained(Abstention { reason, .. })) => {
            tell(tried, &reason);
            assert!(reason.contains(expected), "{tried}: {reason}");
        }
        other => panic!("{tried}: {other:?}"),
    }
}

/// The guest loads and is configured; asked, it spends all its time.
fn overruns(tried: &str, guest: &Guest) {
    let answer = beside_a_neighbour(|| rule(guest).unwrap().evaluate(&question()));
    assert_eq!(answer, Err(OVERRUN), "{tried}");
    tell(tried, OVERRUN);
}

/// The guest cannot even be configured.
fn never_starts(tried: &str, guest: &Guest, expected: &str) {
    let error = beside_a_neighbour(|| rule(guest)).unwrap_err();
    tell(tried, &error);
    assert!(error.to_string().contains(expected), "{tried}: {error}");
}

/// The file is not let in.
fn refused(tried: &str, bytes: &[u8], expected: &str) {
    let error = beside_a_neighbour(|| load(bytes)).unwrap_err();
    tell(tried, &error);
    assert!(error.to_string().contains(expected), "{tried}: {error}");
}

#[test]
fn a_loop_in_evaluate() {
    overruns("an infinite loop in evaluate", &Guest { evaluate: LOOP, ..GOOD });
}

#[test]
fn a_loop_after_the_answer() {
    overruns("an infinite loop after the verdict is read", &Guest { post_return: LOOP, ..GOOD });
}

#[test]
fn a_loop_in_configure() {
    never_starts("an infinite loop in configure", &Guest { configure: LOOP, ..GOOD }, "more than 60ms of CPU time");
}

#[test]
fn a_loop_in_the_start_function() {
    let more = "(func $start (loop $for_ever (br $for_ever))) (start $start)";
    never_starts("an infinite loop in the start function", &Guest { more, ..GOOD }, "more than 60ms of CPU time");
}

#[test]
fn a_loop_where_the_host_asks_for_memory() {
    never_starts("an infinite loop in realloc", &Guest { realloc: LOOP, ..GOOD }, "more than 60ms of CPU time");
}

#[test]
fn a_loop_only_in_the_second_call() {
    // The first 4 bytes the host writes are the settings; a contact is larger.
    let realloc = "
        (if (i32.gt_u (local.get 3) (i32.const 8)) (then (loop $for_ever (br $for_ever))))
        (i32.const 65536)";
    overruns("a loop that begins once it was accepted", &Guest { realloc, ..GOOD });
}

#[test]
fn unbounded_recursion() {
    let guest = Guest { more: "(func $deeper (call $deeper))", evaluate: "(call $deeper) (unreachable)", ..GOOD };
    abstains("unbounded recursion", &guest, "call stack exhausted");
}

#[test]
fn a_memory_bomb() {
    let evaluate = "
        (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
        (unreachable)";
    let expected = "bytes of memory, the limit is 16777216; then it broke off";
    abstains("growing one memory for ever", &Guest { evaluate, ..GOOD }, expected);
}

#[test]
fn a_bomb_of_several_memories() {
    let memory = r#"(memory (export "memory") 4) (memory $b 1) (memory $c 1)"#;
    let evaluate = "
        (drop (memory.grow (i32.const 100)))
        (drop (memory.grow $b (i32.const 100)))
        (drop (memory.grow $c (i32.const 100)))
        (if (i32.eq (memory.size $c) (i32.const 1)) (then (unreachable)))
        (i32.const 32)";
    let expected = "it asked for 20054016 bytes of memory, the limit is 16777216";
    abstains("growing three memories, each below the limit", &Guest { memory, evaluate, ..GOOD }, expected);
}

#[test]
fn memory_to_begin_with() {
    let guest = Guest { memory: r#"(memory (export "memory") 257)"#, ..GOOD };
    refused(
        "17 MiB of memory to begin with",
        &guest.component(),
        "a minimum byte size of 16842752 which exceeds the limit",
    );
    let guest = Guest { memory: r#"(memory (export "memory") 4) (memory 200) (memory 200)"#, ..GOOD };
    never_starts("twice 13 MiB of memory to begin with", &guest, "the limit is 16777216");
    let guest = Guest { more: "(memory 0) (memory 0) (memory 0) (memory 0)", ..GOOD };
    refused("five memories", &guest.component(), "memories");
}

#[test]
fn a_table_bomb() {
    let guest = Guest {
        more: "(table $t 1 funcref)",
        evaluate: "
            (loop $more (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
            (unreachable)",
        ..GOOD
    };
    abstains("growing a table for ever", &guest, "table elements, the limit is 10000");
    let more = "(table 4000 funcref) (table 4000 funcref) (table 4000 funcref)";
    never_starts("three tables, each below the limit", &Guest { more, ..GOOD }, "table elements, the limit is 10000");
    let more = "(table 10001 funcref)";
    refused("a large table", &Guest { more, ..GOOD }.component(), "size of 10001 which exceeds the limit of 10000");
}

#[test]
fn a_huge_list_of_verdicts() {
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 30000))
        (i32.const 32)";
    let expected = "it did not keep to the contract's form, or to 65536 bytes for an answer";
    abstains("30 000 verdicts", &Guest { memory: ROOMY, evaluate, ..GOOD }, expected);
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 0x7fffffff))
        (i32.const 32)";
    abstains("two billion verdicts that are not there", &Guest { evaluate, ..GOOD }, expected);
}

/// One verdict at 4096 with `near` of this many bytes at 8192.
fn says_near(bytes: u32) -> String {
    format!(
        "(i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 1))
        (i32.store8 (i32.const 4136) (i32.const 1))
        (i32.store (i32.const 4140) (i32.const 8192))
        (i32.store (i32.const 4144) (i32.const {bytes}))
        (i32.const 32)"
    )
}

#[test]
fn a_huge_string() {
    let evaluate = says_near(1_000_000).leak();
    let expected = "it did not keep to the contract's form, or to 65536 bytes for an answer";
    abstains("a string of a million bytes", &Guest { memory: ROOMY, evaluate, ..GOOD }, expected);
    let evaluate = says_near(u32::MAX).leak();
    abstains("a string beyond the memory", &Guest { evaluate, ..GOOD }, expected);
}

#[test]
fn a_string_that_is_not_utf8() {
    let evaluate = says_near(4).leak();
    let more = r#"(data (i32.const 8192) "\ff\fe\e4\bb")"#;
    abstains("invalid UTF-8", &Guest { more, evaluate, ..GOOD }, "utf-8");
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let evaluate = says_near(6_000).leak();
    let more = format!(r#"(data (i32.const 8192) "{}")"#, "修".repeat(2_000)).leak();
    let answer = rule(&Guest { more, evaluate, ..GOOD }).unwrap().evaluate(&question());
    let Ok(Answered::Verdict(verdict)) = answer else { panic!("{answer:?}") };
    assert_eq!(verdict.near, Some("修".repeat(170)));
}

#[test]
fn a_value_that_the_contract_does_not_have() {
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 1))
        (i32.store8 (i32.const 4104) (i32.const 7))
        (i32.const 32)";
    abstains("an option that is neither there nor absent", &Guest { evaluate, ..GOOD }, "discriminant");
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4097))
        (i32.store (i32.const 36) (i32.const 1))
        (i32.const 32)";
    abstains("verdicts at an odd address", &Guest { evaluate, ..GOOD }, "not aligned");
}

#[test]
fn memory_that_is_not_there() {
    let realloc = "(if (result i32) (i32.gt_u (local.get 3) (i32.const 8))
        (then (i32.const -64)) (else (i32.const 65536)))";
    abstains("asking the host to write beyond the memory", &Guest { realloc, ..GOOD }, "realloc");
}

#[test]
fn a_trap() {
    abstains("a trap", &Guest { evaluate: "(unreachable)", ..GOOD }, "`unreachable` instruction executed");
    never_starts("a trap in configure", &Guest { configure: "(unreachable)", ..GOOD }, "`unreachable` instruction");
    let evaluate = "(i32.div_s (i32.const 1) (i32.const 0))";
    abstains("a division by zero", &Guest { evaluate, ..GOOD }, "divide by zero");
    let evaluate = "(i32.load (i32.const -4))";
    abstains("a look beyond the memory", &Guest { evaluate, ..GOOD }, "out of bounds memory access");
}

#[test]
fn the_wrong_number_of_verdicts() {
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 3))
        (i32.const 32)";
    abstains("three verdicts for one contact", &Guest { evaluate, ..GOOD }, "3 verdicts where 1 were asked for");
    abstains("no verdict", &Guest { evaluate: "(i32.const 16)", ..GOOD }, "0 verdicts where 1 were asked for");
}

#[test]
fn settings_that_are_refused() {
    // An error at 64: two faults at 96, the names and what was expected at 8192.
    let configure = "
        (i32.store8 (i32.const 64) (i32.const 1))
        (i32.store (i32.const 68) (i32.const 96))
        (i32.store (i32.const 72) (i32.const 1))
        (i32.store (i32.const 96) (i32.const 8192))
        (i32.store (i32.const 100) (i32.const 5))
        (i32.store (i32.const 104) (i32.const 8197))
        (i32.store (i32.const 108) (i32.const 8))
        (i32.const 64)";
    let guest = Guest { more: r#"(data (i32.const 8192) "timesa number")"#, configure, ..GOOD };
    never_starts("refusing the settings", &guest, "configure `guest`: `times`: expected a number");
    let guest = Guest { configure: "(i32.store8 (i32.const 64) (i32.const 9)) (i32.const 64)", ..GOOD };
    never_starts("neither accepting nor refusing the settings", &guest, "discriminant");
}

#[test]
fn imports() {
    let function = r#"(component (import "steal" (func (param "what" string))))"#;
    refused("importing a function", &wat::parse_str(function).unwrap(), "imports `steal`, and a plugin may import");
    let interface = r#"(component (import "wasi:http/client@0.2.0" (instance
        (export "fetch" (func (param "url" string))) (export "post" (func (param "url" string))))))"#;
    let named = "imports `wasi:http/client@0.2.0#fetch`, `wasi:http/client@0.2.0#post`, and";
    refused("importing an interface", &wat::parse_str(interface).unwrap(), named);
    let module = r#"(component (import "code" (core module)))"#;
    refused("importing a module", &wat::parse_str(module).unwrap(), "`code`");
}

#[test]
fn what_is_no_component() {
    refused("a core module", &wat::parse_str("(module)").unwrap(), "it is a core WebAssembly module");
    refused("a text", b"(component)", "it is not a valid component");
    refused("nothing", b"", "it is not a valid component");
    refused("a shared memory", &threads(), "threads");
    let large = with_manifest(GOOD.component(), &" ".repeat(LIMITS.component_bytes));
    refused("a file larger than a plugin", &large, "more than 1048576 bytes");
}

fn threads() -> Vec<u8> {
    Guest { more: "(memory 1 1 shared)", ..GOOD }.component()
}

#[test]
fn a_truncated_file() {
    let whole = GOOD.component();
    beside_a_neighbour(|| (0..whole.len()).for_each(|length| drop(load(&whole[..length]).unwrap_err())));
    tell(&format!("each of {} beginnings of a file", whole.len()), "the same checks");
}

#[test]
fn a_corrupt_file() {
    let whole = GOOD.component();
    let damaged = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        load(&bytes)
    };
    let survived = beside_a_neighbour(|| {
        let loaded = (0..whole.len()).filter_map(|place| damaged(place).ok());
        let rules = loaded.filter_map(|component| AlertRule::new(&component, "{}").ok());
        rules
            .filter(|rule| rule.evaluate(&question()).is_ok_and(|answer| matches!(answer, Answered::Verdict(_))))
            .count()
    });
    tell(&format!("one flipped bit at each of {} places", whole.len()), format!("checks; {survived} did no harm"));
}

#[test]
fn another_version() {
    let contract = |interface| Contract { interface, ..RULE };
    let check = |interface, expected: &str| {
        let bytes = with_manifest(GOOD.bare_component(&contract(interface)), MANIFEST);
        refused(&format!("speaking {interface}"), &bytes, expected);
    };
    check("plaint:plugin/alert-rule@0.3.0", "it speaks alert-rule 0.3, this host speaks 0.1");
    check("plaint:plugin/alert-rule@0.1.7", "it speaks alert-rule 0.1.7, this host speaks 0.1");
    check("plaint:plugin/alert-rule@1.0.0", "it speaks alert-rule 1.0, this host speaks 0.1");
    check("plaint:plugin/oracle@0.1.0", "its manifest says alert-rule, but it exports `plaint:plugin/oracle@0.1.0`");
    check("else:where/alert-rule@0.1.0", "it exports nothing that this host knows");
}

#[test]
fn a_contract_of_another_shape() {
    let check = |tried: &str, functions: [(&'static str, &'static str); 2]| {
        let contract = Contract { functions: functions.to_vec().leak(), ..RULE };
        let component = load(&with_manifest(GOOD.bare_component(&contract), MANIFEST)).unwrap();
        let error = beside_a_neighbour(|| AlertRule::new(&component, "{}")).unwrap_err().to_string();
        tell(tried, &error);
        assert!(error.contains("evaluate is not as plaint:plugin/alert-rule@0.1.0 declares it"), "{error}");
    };
    let [configure, evaluate] = [RULE.functions[0], RULE.functions[1]];
    check(
        "evaluate with other types",
        [configure, ("evaluate", r#"(param "contacts" (list u32)) (result (list u32))"#)],
    );
    check("no evaluate", [configure, ("judge", evaluate.1)]);
}

#[test]
fn manifests() {
    let bare = GOOD.bare_component(&RULE);
    refused("no manifest", &bare, "it has no manifest");
    let other =
        MANIFEST.replace("alert-rule", "connector").replace("[input]\nturns = 6\nsignals = [\"agent_repeats\"]", "");
    refused(
        "a manifest of another kind",
        &with_manifest(bare.clone(), &other),
        "its manifest says connector, but it exports",
    );
    let typo = MANIFEST.replace("licence", "license");
    refused("a manifest with a typing mistake", &with_manifest(bare.clone(), &typo), "unknown field `license`");
    let greedy = MANIFEST.replace("agent_repeats", "customer_name");
    refused(
        "asking for what is not measured",
        &with_manifest(bare.clone(), &greedy),
        "`customer_name`: expected one of",
    );
    let endless = format!("{MANIFEST}#{}", "x".repeat(100_000));
    refused("an endless manifest", &with_manifest(bare, &endless), "the limit is 65536");
}

#[test]
fn a_rule_is_no_connector() {
    let error = Connector::new(&load(&GOOD.component()).unwrap(), "{}").unwrap_err();
    assert_eq!(error.to_string(), "use `guest` as connector: its kind is alert-rule");
}

/// Counts its calls in a global, and tells the count as a score.
const COUNTING: Guest = Guest {
    more: "(global $calls (mut f64) (f64.const 0))",
    evaluate: "
        (global.set $calls (f64.add (global.get $calls) (f64.const 1)))
        (i32.store8 (i32.const 4104) (i32.const 1))
        (f64.store (i32.const 4112) (global.get $calls))
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 1))
        (i32.const 32)",
    ..GOOD
};

fn score(answer: &Answered) -> Option<f64> {
    match answer {
        Answered::Verdict(verdict) => verdict.score,
        Answered::Abstained(why) => panic!("{why}"),
    }
}

#[test]
fn remembering_what_was_asked_before() {
    let (rule, question) = (rule(&COUNTING).unwrap(), question());
    let answers = rule.evaluate_all(&[&question; 5]);
    assert!(answers.iter().all(|answer| score(answer.as_ref().unwrap()) == Some(1.0)));
    tell("counting its calls", "a fresh instance each time");
    let mut kept = rule.instance().unwrap();
    let scores: Vec<_> = (0..3).map(|_| score(&kept.evaluate(&[&question]).unwrap()[0])).collect();
    assert_eq!(scores, [Some(1.0), Some(2.0), Some(3.0)]);
}

#[test]
fn a_kept_instance_that_breaks_stays_broken() {
    let evaluate = "
        (if (i32.eq (local.get 1) (i32.const 2)) (then (unreachable)))
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (local.get 1))
        (i32.const 32)";
    let (rule, question) = (rule(&Guest { evaluate, ..GOOD }).unwrap(), question());
    let mut kept = rule.instance().unwrap();
    let abstained = |answers: &[Answered]| answers.iter().all(|answer| matches!(answer, Answered::Abstained(_)));
    assert!(!abstained(&kept.evaluate(&[&question]).unwrap()));
    let broken = kept.evaluate(&[&question; 2]).unwrap();
    assert!(broken.len() == 2 && abstained(&broken));
    assert!(abstained(&kept.evaluate(&[&question]).unwrap()));
}

#[test]
fn a_score_that_is_no_number() {
    let evaluate = "
        (i32.store8 (i32.const 4104) (i32.const 1))
        (f64.store (i32.const 4112) (f64.div (f64.const 0) (f64.const 0)))
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 1))
        (i32.const 32)";
    let answer = rule(&Guest { evaluate, ..GOOD }).unwrap().evaluate(&question()).unwrap();
    assert_eq!(score(&answer), None);
}

#[test]
fn what_a_rule_is_sent_and_what_comes_back() {
    // fire; score: the first signal; because: the first turn's speaker = its text; spans: its first character, a
    // turn that is not there, half a character, nothing, backwards, beyond the end; near: the channel.
    let evaluate = "
        (local $turn i32)
        (local.set $turn (i32.load offset=16 (local.get 0)))
        (i32.store8 (i32.const 4096) (i32.const 1))
        (i32.store8 (i32.const 4104) (i32.const 1))
        (f64.store (i32.const 4112) (f64.load offset=16 (i32.load offset=24 (local.get 0))))
        (i32.store (i32.const 4120) (i32.const 5000))
        (i32.store (i32.const 4124) (i32.const 1))
        (memory.copy (i32.const 5000) (i32.add (local.get $turn) (i32.const 4)) (i32.const 16))
        (i32.store (i32.const 4128) (i32.const 6000))
        (i32.store (i32.const 4132) (i32.const 6))
        (i32.store8 (i32.const 4136) (i32.const 1))
        (memory.copy (i32.const 4140) (i32.add (local.get 0) (i32.const 8)) (i32.const 8))
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 1))
        (i32.const 32)";
    let spans = [(0, 0, 3), (9, 0, 3), (0, 0, 2), (0, 3, 3), (0, 6, 3), (0, 0, 999)];
    let bytes: String = spans
        .iter()
        .flat_map(|(turn, start, end): &(u32, u32, u32)| [turn, start, end])
        .flat_map(|number| number.to_le_bytes())
        .map(|byte| format!("\\{byte:02x}"))
        .collect();
    let more = format!(r#"(data (i32.const 6000) "{bytes}")"#).leak();
    let answer = rule(&Guest { more, evaluate, ..GOOD }).unwrap().evaluate(&question()).unwrap();
    let Answered::Verdict(verdict) = answer else { panic!("{answer:?}") };
    assert_eq!((verdict.fire, verdict.score), (true, Some(1.0)));
    assert_eq!(verdict.because, [("customer".to_owned(), "还是不制冷".to_owned())].into());
    assert_eq!(verdict.spans, [Span { turn: "fact-1".to_owned(), start: 0, end: 3 }]);
    assert_eq!(verdict.near.as_deref(), Some("chat"));
}

/// A sandbox of its own that keeps compiled code in `folder`.
fn caching(folder: &tempfile::TempDir) -> Sandbox {
    let cache = Some(folder.path().join("code"));
    Sandbox::new(Settings { judges: 1, cache, limits: Limits::default() }).unwrap()
}

fn files(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder.path().join("code")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn compiled_code_that_was_tampered_with() {
    let folder = tempfile::tempdir().unwrap();
    let compiled = |guest: &Guest| caching(&folder).load(&guest.component(), "guest").unwrap().compiled().clone();
    assert_eq!((compiled(&GOOD), compiled(&GOOD)), (Compiled::Now, Compiled::Before));
    let [file] = &files(&folder)[..] else { panic!("one file") };
    let whole = fs::read(file).unwrap();

    let check = |tried: &str, tampered: &[u8]| {
        fs::write(file, tampered).unwrap();
        assert_eq!((compiled(&GOOD), compiled(&GOOD)), (Compiled::Now, Compiled::Before), "{tried}");
        assert_eq!(fs::read(file).unwrap(), whole, "{tried}");
        tell(tried, "the seal; it was compiled again and replaced");
    };
    for place in [0, 31, 32, whole.len() / 2, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        check(&format!("compiled code with byte {place} changed"), &flipped);
    }
    check("half of the compiled code", &whole[..whole.len() / 2]);
    check("no compiled code", b"");

    assert_eq!(compiled(&COUNTING), Compiled::Now);
    let other = files(&folder).into_iter().find(|other| other != file).unwrap();
    check("another plugin's compiled code under this one's name", &fs::read(other).unwrap());
}

#[test]
fn a_signature_does_not_change_the_digest() {
    let plain = GOOD.component();
    let mut signed = plain.clone();
    signed.extend([&[0, 13, 9][..], b"signature", &[1, 2, 3]].concat());
    let mut renamed = plain.clone();
    renamed.extend([&[0, 13, 9][..], b"signatura", &[1, 2, 3]].concat());
    let digest = |bytes: &[u8]| load(bytes).unwrap().digest();
    assert_eq!(digest(&plain), digest(&signed));
    assert_ne!(digest(&plain), digest(&renamed));
    assert_eq!(digest(&plain).id().to_string(), digest(&plain).to_string()[..32]);
}

#[test]
fn more_callers_than_slots_wait_their_turn() {
    let (rule, question) = (rule(&GOOD).unwrap(), question());
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..40).map(|_| scope.spawn(|| rule.evaluate_all(&[&question; 50]))).collect();
        let answers = callers.into_iter().flat_map(|caller| caller.join().unwrap());
        assert!(answers.into_iter().all(|answer| matches!(answer, Ok(Answered::Verdict(_)))));
    });
}

#[test]
fn what_was_loaded_outlives_the_sandbox() {
    let own = Sandbox::new(Settings { judges: 1, cache: None, limits: LIMITS }).unwrap();
    let looping = own.load(&Guest { evaluate: LOOP, ..GOOD }.component(), "guest").unwrap();
    let rule = AlertRule::new(&looping, "{}").unwrap();
    drop((own, looping));
    assert_eq!(rule.evaluate(&question()), Err(OVERRUN));
}

#[test]
fn a_file_that_is_not_there() {
    let error = sandbox().load_file("no/such.wasm".as_ref()).unwrap_err();
    assert!(matches!(&error, SandboxError::Read { origin, .. } if origin == "no/such.wasm"), "{error}");
}
