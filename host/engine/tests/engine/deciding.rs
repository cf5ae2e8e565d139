//! Which rules raise an alert, and when one is over: each test is a story with its decisions.

use crate::world::check;

const REPEATS: &str = "repeats: turn contact.agent_repeats >= 3";

#[test]
fn a_rise_fires_once() {
    check(
        REPEATS,
        "
        10:00:00 opens a-17
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        10:00:15 agent: SCRIPT
        > 10:00:15 raised repeats/1 [2 3 4]
        10:00:20 agent: SCRIPT
        10:00:25 customer: please
        10:00:30 agent: HALF",
    );
}

#[test]
fn a_condition_that_fell_may_rise_again() {
    check(
        "upset: turn contact.dissatisfied_run >= 2 | clear contact.dissatisfied_run == 0",
        "
        10:00:00 customer -0.5: no
        10:00:05 customer -0.5: no
        > 10:00:05 raised upset/1 [2]
        10:00:10 customer 0.5: well
        > 10:00:10 cleared upset/1 clear
        10:00:15 customer -0.5: no
        10:00:20 customer -0.5: no
        > 10:00:20 raised upset/2 [5]",
    );
}

#[test]
fn an_open_alert_keeps_its_rule_still() {
    check(
        "upset: turn contact.dissatisfied_run >= 2",
        "
        10:00:00 customer -0.5: no
        10:00:05 customer -0.5: no
        > 10:00:05 raised upset/1 [2]
        10:00:10 customer 0.5: well
        10:00:15 customer -0.5: no
        10:00:20 customer -0.5: no
        > kept upset already-open
        10:00:25 disposes upset/1
        10:00:30 customer -0.5: no
        10:00:35 customer 0.5: well
        10:00:40 customer -0.5: no
        10:00:45 customer -0.5: no
        > 10:00:45 raised upset/2 [10]",
    );
}

#[test]
fn every_time_is_as_often_as_nothing_is_open_and_cool() {
    check(
        "agent: turn turn.speaker == 'agent' | each | clear turn.speaker == 'customer'",
        "
        10:00:00 agent: hello
        > 10:00:00 raised agent/1 [1]
        10:00:05 agent: hello
        10:00:10 customer: hello
        > 10:00:10 cleared agent/1 clear
        10:00:15 agent: hello
        > 10:00:15 raised agent/2 [4]",
    );
    check(
        "agent: turn turn.speaker == 'agent' | each | clear turn.speaker == 'customer' | cooldown 10m",
        "
        10:00:00 agent: hello
        > 10:00:00 raised agent/1 [1]
        10:00:10 customer: hello
        > 10:00:10 cleared agent/1 clear
        10:09:59 agent: hello
        10:10:00 agent: hello
        > 10:10:00 raised agent/2 [4]",
    );
}

#[test]
fn cooling_down() {
    let rule = "upset: turn contact.dissatisfied_run >= 1 | clear contact.dissatisfied_run == 0 | cooldown 10m";
    let story = "
        10:00:00 customer -0.5: no
        > 10:00:00 raised upset/1 [1]
        10:00:10 customer 0.5: well
        > 10:00:10 cleared upset/1 clear
        ";
    check(rule, &format!("{story}10:09:59 customer -0.5: no\n> kept upset cooldown"));
    check(rule, &format!("{story}10:10:00 customer -0.5: no\n> 10:10:00 raised upset/2 [3]"));
    check(rule, &format!("{story}10:09:59 k-2 customer -0.5: no\n> 10:09:59 k-2 raised upset/1 [3]"));
}

#[test]
fn what_is_unknown_keeps_what_was_known() {
    check(
        "upset: turn turn.sentiment <= -0.5",
        "
        10:00:00 customer: hello
        10:00:05 customer -0.5: no
        > 10:00:05 raised upset/1 [2]
        10:00:10 disposes upset/1
        10:00:15 customer: hm
        10:00:20 customer -0.5: no
        10:00:25 customer 0.5: well
        10:00:30 customer: hm
        10:00:35 customer -0.5: no
        > 10:00:35 raised upset/2 [8]",
    );
}

#[test]
fn a_plugin_that_abstains_keeps_what_was_known() {
    check(
        "same: plugin turn.speaker == 'agent' | cooldown 1s",
        "
        10:00:00 customer: FIRE
        10:00:05 agent: TRAP
        10:00:10 agent: FIRE
        > 10:00:10 raised same/1 [3]
        10:00:12 disposes same/1
        10:00:15 agent: TRAP
        10:00:20 agent: FIRE
        10:00:25 agent: hello
        10:00:30 agent: FIRE
        > 10:00:30 raised same/2 [8]",
    );
}

#[test]
fn a_plugin_is_asked_only_where_its_condition_holds() {
    let world = check(
        "same: plugin contact.agent_turns >= 2",
        "
        10:00:00 agent: FIRE
        10:00:05 agent: FIRE
        > 10:00:05 raised same/1 [2]
        10:00:10 closes",
    );
    assert_eq!(world.book("k-1").alerts.len(), 1);
}

#[test]
fn an_alert_is_over_when_its_rule_says_so() {
    check(
        &format!("{REPEATS} | clear contact.closed"),
        "
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        10:00:15 agent: SCRIPT
        > 10:00:15 raised repeats/1 [1 2 3]
        10:00:20 takes repeats/1
        10:00:25 closes
        > 10:00:25 cleared repeats/1 clear
        10:00:30 closes",
    );
}

#[test]
fn an_alert_is_over_when_its_cause_was_revised() {
    let story = "
        10:00:05 agent: SCRIPT
        10:00:10 #a agent: SCRIPT
        10:00:15 agent: SCRIPT
        > 10:00:15 raised repeats/1 [1 a 3]
        ";
    check(REPEATS, &format!("{story}10:00:10 #a r1 agent:\n> 10:00:15 cleared repeats/1 revised"));
    check(REPEATS, &format!("{story}10:00:10 #a r1 agent: SCRIPT"));
    check(REPEATS, &format!("{story}10:00:20 disposes repeats/1\n10:00:10 #a r1 agent:"));
    check(
        REPEATS,
        &format!(
            "{story}10:00:10 #a r1 agent:
            > 10:00:15 cleared repeats/1 revised
            10:00:25 agent: SCRIPT
            > 10:00:25 raised repeats/2 [1 3 5]"
        ),
    );
}

#[test]
fn a_plugins_alert_is_over_when_its_cause_was_revised() {
    check(
        "same: plugin turn.speaker == 'agent'",
        "
        10:00:05 #a agent: FIRE
        > 10:00:05 raised same/1 [a]
        10:00:05 #a r1 agent: hello
        > 10:00:05 cleared same/1 revised",
    );
}

/// Speech recognition corrects turn after turn; what was true when the alert was raised stays true.
#[test]
fn a_correction_of_something_else_leaves_an_alert_open() {
    check(
        "upset: turn contact.dissatisfied_run >= 2",
        "
        10:00:00 customer -0.5: no
        10:00:05 customer -0.5: no
        > 10:00:05 raised upset/1 [2]
        10:00:10 #a customer 0.5: well
        10:00:15 #b agent: hello
        10:00:15 #b r1 agent: hello there",
    );
}

#[test]
fn what_tells_of_the_past_raises_late_and_plans_nothing() {
    let steps = "hint own-words | notify lead | change-agent after 30s else conference";
    let world = check(
        &format!("{REPEATS} | {steps}"),
        "
        10:00:05 backfill agent: SCRIPT
        10:00:10 backfill agent: SCRIPT
        10:00:15 backfill agent: SCRIPT
        > 10:00:15 raised repeats/1 [1 2 3] late
        10:00:50 backfill agent: SCRIPT
        10:10:00 passes",
    );
    assert!(world.book("k-1").pending.is_empty());
}

/// Also when nothing but time made the rule true.
#[test]
fn a_tick_of_the_past_raises_late() {
    let rule = "waiting: contact contact.waiting > 2m | notify lead";
    check(
        rule,
        "
        10:00:00 backfill customer: hello
        10:05:00 backfill agent: hello
        > 10:02:00.001 raised waiting/1 [] late",
    );
    check(
        rule,
        "
        10:00:00 backfill customer: hello
        10:00:05 customer: hello?
        10:05:00 agent: hello
        > 10:02:00.001 raised waiting/1 []
        > 10:02:00.001 notify waiting/1/0 lead",
    );
}

#[test]
fn a_failed_step_leaves_its_contact_as_it_was() {
    let mut world = check(
        REPEATS,
        "
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT",
    );
    let told = world.tell_poisoned("10:00:15 agent: SCRIPT", "a bug");
    assert_eq!(told, ["> 10:00:15 operator: a bug"]);
    let told = world.tell_poisoned("10:00:15 k-2 agent: SCRIPT", "a bug");
    assert_eq!(told, ["> 10:00:15 k-2 operator: a bug"]);
    world.check(
        "
        10:00:20 customer: hm
        10:00:25 agent: SCRIPT
        > 10:00:25 raised repeats/1 [1 2 6]",
    );
}

#[test]
fn a_failed_step_lets_time_pass() {
    let mut world = check("waiting: contact contact.waiting > 2m | notify lead", "10:00:00 customer: hello");
    let told = world.tell_poisoned("10:05:00 agent: hello", "a bug");
    assert_eq!(
        told,
        ["> 10:02:00.001 raised waiting/1 []", "> 10:02:00.001 notify waiting/1/0 lead", "> 10:05:00 operator: a bug"]
    );
}

#[test]
fn ids_say_nothing_of_positions_and_generations() {
    // The world holds every alert to the id of its rule, contact and ordinal; here is an order, too.
    let rules = format!("{REPEATS} | change-agent after 1s");
    let story = "
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        10:00:15 agent: SCRIPT
        > 10:00:15 raised repeats/1 [{}]
        10:00:16 passes
        > 10:00:16 order repeats/1/0/change-agent until 10:00:46
        10:00:17 confirms repeats/1/0/change-agent";
    let first = check(&rules, &story.replace("{}", "1 2 3"));
    let before = "10:00:00 k-2 opens\n10:00:01 k-2 closes\n";
    let other = check(
        &format!("{rules}\nother: turn contact.turns >= 99"),
        &(before.to_owned() + &story.replace("{}", "3 4 5")),
    );
    let ids = |book: &engine::alert::Book| (book.alerts[0].id, book.commands[0].order.command);
    assert_eq!(ids(first.book("k-1")), ids(other.book("k-1")));
    assert_ne!(first.policy.generation, other.policy.generation);
}
