//! Time that passes: what is due fires at its own instant, in its own order, before the fact that comes later.

use crate::world::check;

const WAITING: &str =
    "waiting: contact contact.waiting > 2m && !contact.closed | notify lead | clear contact.waiting == 0s";

#[test]
fn a_tick_fires_at_its_instant_and_before_the_later_fact() {
    check(
        WAITING,
        "
        10:00:05 customer: hello
        10:00:20 customer: hello?
        10:02:05 passes
        10:30:00 agent: hello
        > 10:02:05.001 raised waiting/1 []
        > 10:02:05.001 notify waiting/1/0 lead
        > 10:30:00 cleared waiting/1 clear",
    );
    check("long: contact contact.age >= 1h", "10:00:00 opens\n11:00:00 passes\n> 11:00:00 raised long/1 []");
    check(
        "quiet: contact contact.silence >= 30s",
        "10:00:00 agent: hello\n10:00:20 customer: hello\n10:00:49 passes\n10:00:50 passes\n> 10:00:50 raised quiet/1 []",
    );
}

#[test]
fn what_happens_in_time_takes_the_tick_back() {
    check(
        WAITING,
        "
        10:00:05 customer: hello
        10:01:00 agent: hello
        10:30:00 passes
        10:30:05 customer: hello
        10:31:00 closes
        11:00:00 passes",
    );
}

#[test]
fn a_source_without_times_lets_nobody_wait() {
    check(WAITING, "10:00:00 opens\n- customer: hello\n11:00:00 passes");
}

#[test]
fn a_tick_waits_for_the_end_of_the_cooldown_no_longer() {
    check(
        &format!("{WAITING} | cooldown 10m"),
        "
        10:00:00 customer: hello
        10:02:30 agent: hello
        > 10:02:00.001 raised waiting/1 []
        > 10:02:00.001 notify waiting/1/0 lead
        > 10:02:30 cleared waiting/1 clear
        10:03:00 customer: hello
        10:06:00 agent: hello
        > kept waiting cooldown
        10:20:00 customer: hello
        10:23:00 passes
        > 10:22:00.001 raised waiting/2 []
        > 10:22:00.001 notify waiting/2/0 lead",
    );
}

#[test]
fn several_lengths_of_one_measurement() {
    check(
        "short: contact contact.waiting > 1m\nlong: contact contact.waiting > 3m",
        "
        10:00:00 customer: hello
        10:10:00 passes
        > 10:01:00.001 raised short/1 []
        > 10:03:00.001 raised long/1 []",
    );
}

#[test]
fn dues_of_all_contacts_fire_in_their_order() {
    check(
        "waiting: contact contact.waiting > 2m | notify lead after 30s",
        "
        10:00:00 k-1 customer: hello
        10:00:10 k-2 customer: hello
        10:00:20 k-3 customer: hello
        10:05:00 k-4 opens
        > 10:02:00.001 raised waiting/1 []
        > 10:02:10.001 k-2 raised waiting/1 []
        > 10:02:20.001 k-3 raised waiting/1 []
        > 10:02:30.001 notify waiting/1/0 lead
        > 10:02:40.001 k-2 notify waiting/1/0 lead
        > 10:02:50.001 k-3 notify waiting/1/0 lead",
    );
}

#[test]
fn dues_at_one_instant_fire_in_the_order_of_their_keys() {
    let mut contacts = ["k-1", "k-2", "k-3", "k-4", "k-5"];
    let mut story: String = contacts.map(|contact| format!("10:00:00 {contact} customer: hello\n")).concat();
    contacts.sort_by_key(|contact| crate::story::contact_id(contact));
    story += "10:02:01 passes\n";
    for contact in contacts {
        let named = if contact == "k-1" { String::new() } else { format!("{contact} ") };
        story += &format!("> 10:02:00.001 {named}raised waiting/1 []\n");
    }
    check("waiting: contact contact.waiting > 2m", &story);
}

#[test]
fn what_is_due_may_make_more_due() {
    check(
        "waiting: contact contact.waiting > 2m | hint hurry within 10s | change-agent after 20s within 10s else conference",
        "
        10:00:00 customer: hello
        10:00:34 k-2 customer: hello
        11:00:00 k-9 opens
        > 10:02:00.001 raised waiting/1 []
        > 10:02:00.001 order waiting/1/0/hint until 10:02:10.001
        > 10:02:10.001 ended waiting/1 hint expired
        > 10:02:20.001 order waiting/1/1/change-agent until 10:02:30.001
        > 10:02:30.001 ended waiting/1 change-agent expired
        > 10:02:30.001 order waiting/1/1/conference until 10:02:40.001 instead of change-agent
        > 10:02:34.001 k-2 raised waiting/1 []
        > 10:02:34.001 k-2 order waiting/1/0/hint until 10:02:44.001
        > 10:02:40.001 ended waiting/1 conference expired
        > 10:02:44.001 k-2 ended waiting/1 hint expired
        > 10:02:54.001 k-2 order waiting/1/1/change-agent until 10:03:04.001
        > 10:03:04.001 k-2 ended waiting/1 change-agent expired
        > 10:03:04.001 k-2 order waiting/1/1/conference until 10:03:14.001 instead of change-agent
        > 10:03:14.001 k-2 ended waiting/1 conference expired",
    );
}

/// A log that is played again has no wake-up between what was due and the answer to it.
#[test]
fn a_fact_answers_what_was_due_just_before_it() {
    let story = "
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        > 10:00:10 raised repeats/1 [1 2]
        10:00:45 confirms repeats/1/0/change-agent
        > 10:00:40 order repeats/1/0/change-agent until 10:01:10
        10:02:00 passes";
    check("repeats: turn contact.agent_repeats >= 2 | change-agent after 30s else conference", story);
    check(
        "waiting: contact contact.waiting > 2m | notify lead after 30s unless alert.taken",
        "
        10:00:00 customer: hello
        10:02:20 takes waiting/1
        > 10:02:00.001 raised waiting/1 []
        10:03:00 passes
        > 10:02:30.001 skipped waiting/1/0 unless",
    );
}

#[test]
fn what_is_due_with_a_fact_fires_before_it() {
    check(
        "repeats: turn contact.agent_repeats >= 2 | change-agent after 30s unless alert.taken",
        "
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        > 10:00:10 raised repeats/1 [1 2]
        10:00:40 takes repeats/1
        > 10:00:40 order repeats/1/0/change-agent until 10:01:10",
    );
}
