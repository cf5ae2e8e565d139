//! Another generation: what an unchanged rule remembers stays, a changed one starts anew and not for the past.

use crate::world::check;

const STORY: &str = "
    10:00:00 customer -0.5: no
    10:00:05 customer -0.5: no
    > 10:00:05 raised upset/1 [2]
";
const UPSET: &str = "upset: turn contact.dissatisfied_run >= 2";

#[test]
fn an_unchanged_rule_keeps_what_it_remembers() {
    let mut world = check(&format!("{UPSET} | cooldown 10m"), STORY);
    world.activate(&format!("{UPSET} | cooldown 10m\nlong: turn contact.turns >= 5"));
    world.check(
        "
        10:00:10 disposes upset/1
        10:00:15 customer -0.5: no
        10:00:20 customer 0.5: well
        10:00:25 customer -0.5: no
        > 10:00:25 raised long/1 [6]
        10:00:30 customer -0.5: no
        > kept upset cooldown",
    );
}

#[test]
fn a_changed_rule_arms_silently_what_was_true() {
    let mut world = check("many: turn contact.turns >= 9", "10:00:00 customer: one\n10:00:05 customer: two");
    world.activate("many: turn contact.turns >= 2\nmore: turn contact.turns >= 3\nnew: turn contact.turns >= 1");
    world.check(
        "
        10:00:10 customer: three
        > 10:00:10 raised more/1 [3]
        10:00:15 customer: four",
    );
}

#[test]
fn a_changed_rule_forgets_its_cooldown_and_counts_on() {
    let mut world = check(&format!("{UPSET} | cooldown 10m | clear contact.dissatisfied_run == 0"), STORY);
    world.check("10:00:10 customer 0.5: well\n> 10:00:10 cleared upset/1 clear");
    world.activate(&format!("{UPSET} | cooldown 9m"));
    world.check(
        "
        10:00:15 customer -0.5: no
        10:00:20 customer -0.5: no
        > 10:00:20 raised upset/2 [5]",
    );
}

#[test]
fn the_steps_of_a_rule_that_changed_are_not_taken() {
    let mut world = check(
        "repeats: turn contact.agent_repeats >= 2 | change-agent after 30s",
        "
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        > 10:00:10 raised repeats/1 [1 2]",
    );
    world.activate("repeats: turn contact.agent_repeats >= 3 | change-agent after 30s");
    world.check("10:01:00 passes\n> 10:00:40 skipped repeats/1/0 rule-gone");
}

#[test]
fn the_steps_of_a_rule_that_did_not_change_are_taken() {
    let rule = "repeats: turn contact.agent_repeats >= 2 | change-agent after 30s";
    let mut world = check(
        rule,
        "
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        > 10:00:10 raised repeats/1 [1 2]",
    );
    world.activate(&format!("{rule}\nlong: turn contact.turns >= 5"));
    world.check("10:01:00 passes\n> 10:00:40 order repeats/1/0/change-agent until 10:01:10");
}

#[test]
fn a_tick_of_an_unchanged_rule_fires_under_the_new_generation() {
    let rule = "waiting: contact contact.waiting > 2m";
    let mut world = check(rule, "10:00:00 customer: hello");
    world.activate(&format!("{rule}\nlong: turn contact.turns >= 5"));
    world.check("10:03:00 k-2 opens\n> 10:02:00.001 raised waiting/1 []");
}

#[test]
fn what_was_true_at_the_swap_is_armed_and_what_becomes_true_after_it_fires() {
    let mut world =
        check("waiting: contact contact.waiting > 10m", "10:00:00 k-1 customer: hello\n10:04:30 k-2 customer: hello");
    // k-1 has waited for five minutes by now, k-2 for half a minute.
    assert_eq!(world.swap("10:05:00", "waiting: contact contact.waiting > 2m"), Vec::<String>::new());
    world.check("10:11:00 k-3 opens\n> 10:06:30.001 k-2 raised waiting/1 []");
    assert_eq!(world.book("k-2").open_alerts().count(), 1);
    assert_eq!(world.book("k-1").open_alerts().count(), 0);
}

#[test]
fn a_rollback_ends_the_steps_and_orders_that_only_the_withdrawn_generation_wants() {
    let kept = "many: turn contact.turns >= 1 | change-agent after 5m";
    let mut world = check(kept, "10:00:00 customer: one\n> 10:00:00 raised many/1 [1]");
    world.swap("10:00:05", &format!("{kept}\nmore: turn contact.turns >= 2 | hint | change-agent after 2m"));
    world.check("10:00:10 customer: two\n> 10:00:10 raised more/1 [3]\n> 10:00:10 order more/1/0/hint until 10:00:40");
    let withdrawn = world.roll_back("10:00:20", kept);
    assert_eq!(withdrawn, ["> 10:00:20 skipped more/1/1 withdrawn", "> 10:00:20 ended more/1 hint withdrawn"]);
    world.check("10:06:00 passes\n> 10:05:00 order many/1/0/change-agent until 10:05:30\n> 10:05:30 ended many/1 change-agent expired");
}

#[test]
fn the_alert_of_a_rule_that_changed_clears_by_what_the_rule_says_now() {
    let mut world = check(UPSET, STORY);
    world.swap("10:00:06", &format!("{UPSET} | clear contact.dissatisfied_run == 0"));
    world.check("10:00:10 customer 0.5: well\n> 10:00:10 cleared upset/1 clear");
}

#[test]
fn the_alert_of_a_rule_that_is_gone_clears_with_its_contact() {
    let mut world = check(UPSET, STORY);
    world.swap("10:00:06", "long: turn contact.turns >= 5");
    world.check("10:00:10 customer 0.5: well\n10:00:15 closes\n> 10:00:15 cleared upset/1 rule-gone");
}
