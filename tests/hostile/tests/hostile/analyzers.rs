//! Attacks by analyzers, and what a reading may hold.

use engine::{
    absence::Absence,
    contact::{Reading, ReadingAnswer, Text},
    fact::Speaker,
};
use plaint_hostile::{ANALYZER, Contract, Guest, RULE, beside_a_neighbour, load};
use sandbox::{AlertRule, Analyzer};

use crate::{GOOD, LOOP, OVERRUN, stopped};

/// Zeros at 4096: readings that hold nothing.
const BLAND: &str = "
    (i32.store (i32.const 32) (i32.const 4096))
    (i32.store (i32.const 36) (local.get 1))
    (i32.const 32)";

fn analyzer(guest: &Guest) -> Analyzer {
    Analyzer::new(&load(&guest.component_of(&ANALYZER, "analyzer")).unwrap(), "{}").unwrap()
}

fn texts(count: usize) -> Vec<Text> {
    vec![Text { speaker: Speaker::Customer, text: "还是不制冷".into() }; count]
}

fn abstains(tried: &str, evaluate: &str, expected: (Absence, &str)) {
    let analyzer = analyzer(&Guest { evaluate: evaluate.to_owned().leak(), ..GOOD });
    let (answers, beside) = beside_a_neighbour(|| analyzer.read(&texts(1)));
    match answers.as_deref() {
        Ok([ReadingAnswer::Abstained(abstention)]) => beside.tell(tried, stopped(tried, abstention, expected)),
        other => panic!("{tried}: {other:?}"),
    }
}

#[test]
fn an_analyzer_that_only_does_its_work() {
    let analyzer = analyzer(&Guest { evaluate: BLAND, ..GOOD });
    assert_eq!(analyzer.read(&texts(3)), Ok(vec![ReadingAnswer::Read(Reading::default()); 3]));
    assert_eq!(analyzer.read(&[]), Ok(vec![]));
}

#[test]
fn analyzers_that_misbehave() {
    abstains("an analyzer that traps", "(unreachable)", (Absence::Trap, "`unreachable` instruction executed"));
    abstains("no reading", "(i32.const 16)", (Absence::Answer, "0 readings where 1 were asked for"));
    let many = BLAND.replace("(local.get 1)", "(i32.const 4000)");
    abstains("4000 readings", &many, (Absence::Answer, "65536 bytes"));
    let neither = format!("(i32.store8 (i32.const 4096) (i32.const 7)) {BLAND}");
    abstains("a sentiment that is neither there nor absent", &neither, (Absence::Answer, "discriminant"));
    let looping = analyzer(&Guest { evaluate: LOOP, ..GOOD });
    let (answers, beside) = beside_a_neighbour(|| looping.read(&texts(2)));
    assert_eq!(answers, Err(OVERRUN));
    beside.tell("an analyzer that loops", OVERRUN);
}

#[test]
fn one_text_that_breaks_the_analyzer_costs_no_other_its_reading() {
    // It traps at the text whose first byte is `!`, and at every list that holds it.
    let evaluate = "
        (local $place i32)
        (loop $next
            (if (i32.eq (i32.load8_u (i32.load offset=8 (i32.add (local.get 0) (local.get $place)))) (i32.const 33))
                (then (unreachable)))
            (local.set $place (i32.add (local.get $place) (i32.const 16)))
            (br_if $next (i32.lt_u (local.get $place) (i32.mul (local.get 1) (i32.const 16)))))
        (i32.store (i32.const 32) (i32.const 4096))
        (i32.store (i32.const 36) (local.get 1))
        (i32.const 32)";
    let mut texts = texts(3);
    texts[1].text = "!".into();
    let answers = analyzer(&Guest { evaluate, ..GOOD }).read(&texts).unwrap();
    let read: Vec<bool> = answers.iter().map(|answer| matches!(answer, ReadingAnswer::Read(_))).collect();
    assert_eq!(read, [true, false, true]);
}

/// A reading at 4096 with this sentiment, and so many labels at 5000: each of `bytes` at 8192, of this confidence.
fn reads(sentiment: f32, labels: u32, bytes: u32, confidence: f32) -> Reading {
    let evaluate = format!(
        "(local $place i32)
        (i32.store8 (i32.const 4096) (i32.const 1))
        (f32.store (i32.const 4100) (f32.const {sentiment:?}))
        (i32.store (i32.const 4104) (i32.const 5000))
        (i32.store (i32.const 4108) (i32.const {labels}))
        (i32.store8 (i32.const 4112) (i32.const 1))
        (i32.store (i32.const 4116) (i32.const 8192))
        (i32.store (i32.const 4120) (i32.const {bytes}))
        (loop $next
            (i32.store offset=5000 (local.get $place) (i32.const 8192))
            (i32.store offset=5004 (local.get $place) (i32.const {bytes}))
            (f32.store offset=5008 (local.get $place) (f32.const {confidence:?}))
            (local.set $place (i32.add (local.get $place) (i32.const 12)))
            (br_if $next (i32.lt_u (local.get $place) (i32.const {}))))
        {BLAND}",
        labels * 12
    );
    let more = format!(r#"(data (i32.const 8192) "{}")"#, "修".repeat(100)).leak();
    let analyzer = analyzer(&Guest { more, evaluate: evaluate.replace("NaN", "nan").leak(), ..GOOD });
    let answers = analyzer.read(&texts(1)).unwrap();
    let [ReadingAnswer::Read(reading)] = &answers[..] else { panic!("{answers:?}") };
    reading.clone()
}

#[test]
fn a_reading_is_kept_within_its_bounds() {
    let reading = reads(-9.0, 40, 300, 7.5);
    assert_eq!((reading.sentiment, reading.labels.len()), (Some(-1.0), 16));
    assert_eq!(reading.labels[0], ("修".repeat(21).into(), 1.0));
    assert_eq!(reading.language, Some("修".repeat(10)));
    let reading = reads(f32::INFINITY, 1, 3, -2.0);
    assert_eq!((reading.sentiment, &reading.labels[..]), (Some(1.0), &[("修".into(), 0.0)][..]));
    let reading = reads(f32::NAN, 3, 3, f32::NAN);
    assert_eq!((reading.sentiment, reading.labels.len()), (None, 0));
    let reading = reads(0.5, 3, 0, 1.0);
    assert_eq!((reading.sentiment, reading.labels.len(), reading.language), (Some(0.5), 0, None));
}

#[test]
fn an_analyzer_of_another_shape() {
    let good = Guest { evaluate: BLAND, ..GOOD };
    let functions = [ANALYZER.functions[0], ("read", r#"(param "texts" (list string)) (result (list f32))"#)];
    let bare = Contract { functions: functions.to_vec().leak(), ..ANALYZER };
    let error = Analyzer::new(&load(&good.component_of(&bare, "analyzer")).unwrap(), "{}").unwrap_err().to_string();
    assert!(error.contains("read is not as plaint:plugin/analyzer@0.1.0 declares it"), "{error}");
    let newer = Contract { interface: "plaint:plugin/analyzer@0.3.0", ..ANALYZER };
    let error = load(&good.component_of(&newer, "analyzer")).unwrap_err().to_string();
    assert!(error.contains("it speaks analyzer 0.3, this host speaks 0.1"), "{error}");
    let error = load(&good.component_of(&RULE, "analyzer")).unwrap_err().to_string();
    assert!(error.contains("its manifest says analyzer, but it exports `plaint:plugin/alert-rule@0.1.0`"), "{error}");
    let error = AlertRule::new(&load(&good.component_of(&ANALYZER, "analyzer")).unwrap(), "{}").unwrap_err();
    assert_eq!(error.to_string(), "use `guest` as alert-rule: its kind is analyzer");
}
