//! What people do with alerts: each row is what is done, and the answer.

use crate::world::check;

const RULE: &str = "repeats: turn contact.agent_repeats >= 2 | clear contact.closed";
const RAISED: &str = "
    10:00:05 agent: SCRIPT
    10:00:10 agent: SCRIPT
    > 10:00:10 raised repeats/1 [1 2]
";

fn state(acts: &str) -> &'static str {
    let world = check(RULE, &format!("{RAISED}{acts}"));
    world.book("k-1").alerts[0].state.word()
}

#[test]
fn an_alert_is_seen_taken_and_disposed() {
    for (acts, expected) in [
        ("", "raised"),
        ("10:00:11 sees repeats/1", "seen"),
        ("10:00:11 takes repeats/1", "taken"),
        ("10:00:11 disposes repeats/1", "disposed"),
        ("10:00:11 sees repeats/1\n10:00:12 takes repeats/1\n10:00:13 disposes repeats/1", "disposed"),
        ("10:00:11 takes repeats/1\n10:00:12 sees repeats/1", "taken"),
        ("10:00:11 takes repeats/1\n10:00:12 takes repeats/1", "taken"),
    ] {
        assert_eq!(state(acts), expected, "{acts}");
    }
}

#[test]
fn what_is_over_stays_over() {
    for (act, verb) in [("sees", "see"), ("takes", "take"), ("disposes", "dispose")] {
        let disposed = format!(
            "10:00:11 disposes repeats/1
            10:00:12 {act} repeats/1
            > 10:00:12 refused to {verb}: an open alert is missing, disposed"
        );
        assert_eq!(state(&disposed), "disposed");
        let cleared = format!(
            "10:00:11 closes
            > 10:00:11 cleared repeats/1 clear
            10:00:12 {act} repeats/1
            > 10:00:12 refused to {verb}: an open alert is missing, cleared"
        );
        assert_eq!(state(&cleared), "cleared");
    }
}

#[test]
fn nobody_knows_an_alert_that_was_never_raised() {
    check(
        RULE,
        "
        10:00:00 takes repeats/1
        > 10:00:00 refused to find: a known alert is missing, unknown
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        > 10:00:10 raised repeats/1 [2 3]
        10:00:11 takes repeats/2
        > 10:00:11 refused to find: a known alert is missing, unknown
        10:00:12 k-2 takes repeats/1
        > 10:00:12 refused to find: a known alert is missing, unknown
        10:00:13 confirms repeats/1/0/hint
        > 10:00:13 refused to find: a known order is missing, unknown",
    );
}

#[test]
fn a_late_click_gets_a_true_answer_as_long_as_it_is_remembered() {
    let mut story = String::new();
    for n in 1..=18 {
        let at = |second: usize| format!("10:{n:02}:{second:02}");
        story += &format!(
            "{} agent: FIRE\n> {} raised same/{n} [{}]\n{} disposes same/{n}\n{} agent: hello\n",
            at(0),
            at(0),
            n * 3 - 2,
            at(5),
            at(10)
        );
    }
    story += "
        11:00:00 takes same/18
        > 11:00:00 refused to take: an open alert is missing, disposed
        11:00:01 takes same/1
        > 11:00:01 refused to take: a known alert is missing, unknown";
    let world = check("same: plugin turn.speaker == 'agent'", &story);
    assert!(world.book("k-1").alerts.len() <= 17);
}
