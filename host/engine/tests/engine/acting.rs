//! What follows an alert: steps, orders and their ends; each test is a story with its decisions.

use crate::world::{World, check as tell};

const STORY: &str = "
    10:00:00 opens a-17
    10:00:05 agent: SCRIPT
    10:00:10 agent: SCRIPT
    > 10:00:10 raised repeats/1 [2 3]
";

/// Steps of a rule that fires at 10:00:10, and what happens after.
fn check(steps: &str, story: &str) -> World {
    tell(&format!("repeats: turn contact.agent_repeats >= 2 | {steps}"), &format!("{STORY}{story}"))
}

#[test]
fn steps_follow_at_once_and_later() {
    check(
        "hint own-words | notify lead | notify head after 30s",
        "> 10:00:10 order repeats/1/0/hint until 10:00:40
        > 10:00:10 notify repeats/1/1 lead
        10:00:39 customer: hm
        10:00:40 customer: hm
        > 10:00:40 ended repeats/1 hint expired
        > 10:00:40 notify repeats/1/2 head
        10:01:00 passes",
    );
}

#[test]
fn a_step_is_not_taken_if_somebody_took_the_alert() {
    for (act, taken) in [("takes", true), ("sees", false)] {
        let then = if taken {
            "skipped repeats/1/0 change-agent unless"
        } else {
            "order repeats/1/0/change-agent until 10:01:10"
        };
        check(
            "change-agent after 30s unless alert.taken",
            &format!("10:00:30 {act} repeats/1\n10:01:00 passes\n> 10:00:40 {then}"),
        );
    }
    check(
        "change-agent after 30s unless alert.taken",
        "10:00:40 takes repeats/1\n> 10:00:40 order repeats/1/0/change-agent until 10:01:10",
    );
    check(
        "notify lead after 30s unless contact.agent_repeats >= 3",
        "10:00:20 agent: SCRIPT\n10:01:00 passes\n> 10:00:40 skipped repeats/1/0 unless",
    );
}

#[test]
fn a_step_is_not_taken_when_the_alert_is_over() {
    check(
        "change-agent after 30s",
        "10:00:30 disposes repeats/1\n10:01:00 passes\n> 10:00:40 skipped repeats/1/0 change-agent alert-over",
    );
    check(
        "clear contact.closed | notify lead after 30s",
        "10:00:30 closes
        > 10:00:30 cleared repeats/1 clear
        10:01:00 passes
        > 10:00:40 skipped repeats/1/0 alert-over",
    );
}

#[test]
fn what_fails_or_expires_is_done_otherwise() {
    let ordered = "> 10:00:10 order repeats/1/0/change-agent until 10:00:20\n";
    let steps = "change-agent within 10s else conference";
    check(
        steps,
        &format!(
            "{ordered}10:00:15 fails repeats/1/0/change-agent
            > 10:00:15 ended repeats/1 change-agent failed
            > 10:00:15 order repeats/1/0/conference until 10:00:25 instead of change-agent
            10:01:00 passes
            > 10:00:25 ended repeats/1 conference expired"
        ),
    );
    check(
        steps,
        &format!(
            "{ordered}10:00:22 customer: hm
            > 10:00:20 ended repeats/1 change-agent expired
            > 10:00:20 order repeats/1/0/conference until 10:00:30 instead of change-agent"
        ),
    );
    check(
        "change-agent within 10s",
        &format!("{ordered}10:00:22 customer: hm\n> 10:00:20 ended repeats/1 change-agent expired"),
    );
}

#[test]
fn what_is_done_otherwise_must_still_be_wanted() {
    check(
        "change-agent within 10s unless alert.taken else conference",
        "> 10:00:10 order repeats/1/0/change-agent until 10:00:20
        10:00:15 takes repeats/1
        10:00:22 customer: hm
        > 10:00:20 ended repeats/1 change-agent expired
        > 10:00:20 skipped repeats/1/0 conference unless",
    );
}

#[test]
fn a_confirmed_order_keeps_quiet() {
    check(
        "change-agent within 10s else conference",
        "> 10:00:10 order repeats/1/0/change-agent until 10:00:20
        10:00:15 confirms repeats/1/0/change-agent
        10:01:00 passes
        10:01:05 confirms repeats/1/0/change-agent
        > 10:01:05 refused to confirm: an open order is missing, confirmed
        10:01:10 fails repeats/1/0/change-agent
        > 10:01:10 refused to fail: an open order is missing, confirmed",
    );
}

#[test]
fn an_answer_comes_too_late_for_what_is_over() {
    check(
        "hint own-words within 10s",
        "> 10:00:10 order repeats/1/0/hint until 10:00:20
        10:00:20 confirms repeats/1/0/hint
        > 10:00:20 ended repeats/1 hint expired
        > 10:00:20 refused to confirm: an open order is missing, ended",
    );
}

#[test]
fn an_agent_is_changed_by_force_at_most_once() {
    let steps = "transfer-agent | change-agent after 5s else conference | transfer-queue after 6s";
    let ordered = "> 10:00:10 order repeats/1/0/transfer-agent until 10:00:40\n";
    let refused = "10:00:17 passes
        > 10:00:15 order repeats/1/1/conference until 10:00:45 instead of change-agent
        > 10:00:16 skipped repeats/1/2 transfer-queue one-forced-change";
    check(steps, &format!("{ordered}{refused}"));
    check(steps, &format!("{ordered}10:00:12 confirms repeats/1/0/transfer-agent\n{refused}"));
    check(
        steps,
        &format!(
            "{ordered}10:00:12 fails repeats/1/0/transfer-agent
            > 10:00:12 ended repeats/1 transfer-agent failed
            10:00:17 passes
            > 10:00:15 order repeats/1/1/change-agent until 10:00:45
            > 10:00:16 skipped repeats/1/2 transfer-queue one-forced-change"
        ),
    );
}

#[test]
fn the_other_way_is_no_second_forced_change() {
    check(
        "transfer-agent | change-agent after 5s else transfer-queue",
        "> 10:00:10 order repeats/1/0/transfer-agent until 10:00:40
        10:00:17 passes
        > 10:00:15 skipped repeats/1/1 change-agent one-forced-change",
    );
}

#[test]
fn nobody_breaks_into_a_payment() {
    let held = "10:00:12 held payment\n10:00:15 passes\n> held repeats/1/0\n10:00:20 customer: my number is\n";
    check(
        "change-agent after 5s else conference",
        &format!("{held}10:00:25 resumes\n> 10:00:25 order repeats/1/0/change-agent until 10:00:55"),
    );
    check(
        "change-agent after 5s unless alert.taken",
        &format!(
            "{held}10:00:22 takes repeats/1\n10:00:25 resumes\n> 10:00:25 skipped repeats/1/0 change-agent unless"
        ),
    );
    check(
        "whisper after 5s",
        "10:00:12 held payment\n10:00:15 passes\n> 10:00:15 order repeats/1/0/whisper until 10:00:45",
    );
    check(
        "change-agent after 5s",
        "10:00:12 held music\n10:00:15 passes\n> 10:00:15 order repeats/1/0/change-agent until 10:00:45",
    );
}

#[test]
fn the_end_of_a_contact_ends_orders_and_skips_steps() {
    check(
        "hint own-words | change-agent after 30s | notify lead after 30s",
        "> 10:00:10 order repeats/1/0/hint until 10:00:40
        10:00:20 closes
        > 10:00:20 ended repeats/1 hint contact-closed
        10:01:00 passes
        > 10:00:40 skipped repeats/1/1 change-agent contact-closed
        > 10:00:40 notify repeats/1/2 lead",
    );
}

#[test]
fn a_step_that_is_held_is_skipped_when_the_contact_ends() {
    let world = check(
        "change-agent after 5s",
        "10:00:12 held payment
        10:00:15 passes
        > held repeats/1/0
        10:00:25 closes
        > 10:00:25 skipped repeats/1/0 change-agent contact-closed",
    );
    assert!(world.book("k-1").pending.is_empty());
}

/// A contact's book is one row: it must not grow with everything that ever went well.
#[test]
fn orders_that_are_over_are_forgotten() {
    let mut story = String::new();
    for n in 1..=40 {
        let minute = format!("10:{n:02}");
        let until = format!("{minute}:30");
        story += &format!(
            "{minute}:00 agent: FIRE
            > {minute}:00 raised same/{n} [{}]
            > {minute}:00 order same/{n}/0/hint until {until}
            {minute}:05 confirms same/{n}/0/hint
            {minute}:06 disposes same/{n}
            {minute}:07 agent: hello\n",
            n * 4 - 3
        );
    }
    let world = tell("same: plugin turn.speaker == 'agent' | hint own-words", &story);
    assert!(world.book("k-1").commands.len() <= 17, "{}", world.book("k-1").commands.len());
}
