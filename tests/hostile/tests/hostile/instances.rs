//! Instances: each is fresh, a broken one stays broken, and what is in use outlives whoever let go of it.

use engine::{absence::Absence, rule::Answered};
use plaint_hostile::{Guest, LIMITS, beside_a_neighbour, question, rule};
use sandbox::{AlertRule, Sandbox, Settings};

use crate::{GOOD, LOOP, OVERRUN};

/// Counts its calls in a global, and tells the count as a score.
pub(crate) const COUNTING: Guest = Guest {
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

pub(crate) fn score(answer: &Answered) -> Option<f64> {
    match answer {
        Answered::Verdict(verdict) => verdict.score,
        Answered::Abstained(why) => panic!("{why}"),
    }
}

#[test]
fn remembering_what_was_asked_before() {
    let (rule, question) = (rule(&COUNTING).unwrap(), question());
    let (answers, beside) = beside_a_neighbour(|| rule.evaluate_all(&[&question; 5]));
    assert!(answers.iter().all(|answer| score(answer.as_ref().unwrap()) == Some(1.0)));
    beside.tell("remembering the calls before", "a fresh instance each time");
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
fn one_that_overruns_stops_alone() {
    // A kept instance stands by while others are stopped on the same engine, for many ticks: then it goes on.
    let (counting, question, looping) = (rule(&COUNTING).unwrap(), question(), rule(&Guest { evaluate: LOOP, ..GOOD }));
    let mut kept = counting.instance().unwrap();
    assert_eq!(score(&kept.evaluate(&[&question]).unwrap()[0]), Some(1.0));
    let looping = looping.unwrap();
    let (stopped, beside) = beside_a_neighbour(|| looping.evaluate_all(&[&question; 3]));
    assert_eq!(stopped, [Err(OVERRUN), Err(OVERRUN), Err(OVERRUN)]);
    assert_eq!(score(&kept.evaluate(&[&question]).unwrap()[0]), Some(2.0));
    beside.tell("three loops in a row beside an instance that waits", OVERRUN);
}

#[test]
fn what_is_counted_is_what_happened() {
    let (good, bad) = (rule(&GOOD).unwrap(), rule(&Guest { evaluate: "(unreachable)", ..GOOD }).unwrap());
    good.evaluate_all(&[&question(); 3]).into_iter().for_each(|answer| drop(answer.unwrap()));
    bad.evaluate(&question()).unwrap();
    let (good, bad) = (good.snapshot(), bad.snapshot());
    assert_eq!((good.answered, good.calls(), good.fresh.count(), good.call.count()), (3, 3, 3, 3));
    // Four pages of 64 KiB.
    assert_eq!((good.memory_bytes_max, good.waiting), (4 << 16, 0));
    assert!(good.fresh.sum_ns > 0 && good.call.sum_ns > 0);
    assert_eq!((bad.answered, bad.absences().collect::<Vec<_>>()), (0, vec![(Absence::Trap, 1)]));
}
