//! Answers that are too large, not of the contract's form or beyond the memory; and what an answer may hold.

use engine::{
    absence::Absence,
    rule::{Answered, Span},
};
use plaint_hostile::{Guest, question, rule};

use crate::{GOOD, abstains, instances::score};

/// Memories large enough for answers larger than are read.
const ROOMY: &str = r#"(memory (export "memory") 32)"#;
const TOO_LARGE: (Absence, &str) =
    (Absence::Answer, "it did not keep to the contract's form, or to 65536 bytes for an answer");

#[test]
fn a_huge_list_of_verdicts() {
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 30000))
        (i32.const 32)";
    abstains("30 000 verdicts", &Guest { memory: ROOMY, evaluate, ..GOOD }, TOO_LARGE);
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 0x7fffffff))
        (i32.const 32)";
    abstains("two billion verdicts that are not there", &Guest { evaluate, ..GOOD }, TOO_LARGE);
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
    abstains("a string of a million bytes", &Guest { memory: ROOMY, evaluate, ..GOOD }, TOO_LARGE);
    let evaluate = says_near(u32::MAX).leak();
    abstains("a string beyond the memory", &Guest { evaluate, ..GOOD }, TOO_LARGE);
}

#[test]
fn a_string_that_is_not_utf8() {
    let evaluate = says_near(4).leak();
    let more = r#"(data (i32.const 8192) "\ff\fe\e4\bb")"#;
    abstains("invalid UTF-8", &Guest { more, evaluate, ..GOOD }, (Absence::Answer, "utf-8"));
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
    let guest = Guest { evaluate, ..GOOD };
    abstains("an option that is neither there nor absent", &guest, (Absence::Answer, "discriminant"));
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4097))
        (i32.store (i32.const 36) (i32.const 1))
        (i32.const 32)";
    abstains("verdicts at an odd address", &Guest { evaluate, ..GOOD }, (Absence::Answer, "not aligned"));
}

#[test]
fn memory_that_is_not_there() {
    let realloc = "(if (result i32) (i32.gt_u (local.get 3) (i32.const 8))
        (then (i32.const -64)) (else (i32.const 65536)))";
    abstains("asking the host to write beyond the memory", &Guest { realloc, ..GOOD }, (Absence::Answer, "realloc"));
}

#[test]
fn the_wrong_number_of_verdicts() {
    let evaluate = "
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (i32.const 3))
        (i32.const 32)";
    let check = |tried: &str, evaluate, expected| {
        abstains(tried, &Guest { evaluate, ..GOOD }, (Absence::Answer, expected));
    };
    check("three verdicts for one contact", evaluate, "3 verdicts where 1 were asked for");
    check("no verdict", "(i32.const 16)", "0 verdicts where 1 were asked for");
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
