//! Outcomes are read by every later program: what an abstention looks like, now and before its cause was recorded.

use engine::{
    absence::{Absence, Abstention},
    outcome::{Outcome, RuleAnswer},
    rule::Answered,
};

#[test]
fn the_word_of_an_absence_is_the_one_that_is_written() {
    for (place, absence) in Absence::ALL.iter().enumerate() {
        assert_eq!(absence.place(), place);
        assert_eq!(serde_json::to_value(absence).unwrap(), absence.word());
    }
}

#[test]
fn an_abstention_is_read_with_its_cause_and_from_before_causes_were_recorded() {
    let check = |written: &str, cause: Absence| {
        let body = format!(r#"{{"answers":[{{"rule":"r","answer":{{"abstained":{{{written}}}}}}}]}}"#);
        let read: Outcome = serde_json::from_str(&body).unwrap();
        let answer = Answered::Abstained(Abstention::new(cause, "it trapped"));
        assert_eq!(read.answers, [RuleAnswer { rule: "r".to_owned(), answer }]);
    };
    check(r#""reason":"it trapped""#, Absence::Unrecorded);
    check(r#""cause":"cpu-time","reason":"it trapped""#, Absence::CpuTime);
}
