//! What is measured of a contact: each row is a story and the measurements at its end.

use engine::{
    condition::{Scope, Variable},
    contact::{WINDOW_BYTES_MAX, WINDOW_TURNS_MAX},
};

use crate::{
    story::instant,
    world::{World, check as tell},
};

/// Expects measurements such as `agent_repeats 3, waiting ?` at the end of a story; `?` is unknown.
fn check(story: &str, expected: &str) {
    let world = tell("", story);
    let last = story.lines().rev().find(|line| !line.trim().is_empty()).expect("a story");
    let time = last.trim().split(' ').next().unwrap_or_default();
    let now = if time == "-" { world.contact("k-1").opened } else { instant(time) };
    for pair in expected.split(", ") {
        let (name, value) = pair.split_once(' ').expect("a name and a value");
        assert_eq!(measured(&world, name, now), value, "{name} at the end of {story}");
    }
}

fn measured(world: &World, name: &str, now: engine::time::Instant) -> String {
    let name = if name.contains('.') { name.to_owned() } else { format!("contact.{name}") };
    let variable = Variable::named(&name).expect("a variable");
    let measured = world.contact("k-1").measured();
    let scope = Scope::of(now, &measured);
    scope.slot(variable).map_or_else(|| "?".to_owned(), |slot| slot.spelled())
}

/// `count` turns one second apart from 10:00:00 on; `{}` in the text is the turn's number.
fn turns(count: usize, turn: &str) -> String {
    let line = |n: usize| format!("10:{:02}:{:02} {}\n", n / 60, n % 60, turn.replace("{}", &n.to_string()));
    (0..count).map(line).collect()
}

#[test]
fn a_script_counts_from_its_first_use() {
    check("10:00:00 opens a-17", "agent_repeats 0, agent_turns 0");
    check("10:00:00 agent: SCRIPT", "agent_repeats 1");
    check("10:00:00 agent: SCRIPT\n10:00:09 agent: SCRIPT\n10:00:18 agent: SCRIPT", "agent_repeats 3");
    check("10:00:00 agent: OK.\n10:00:09 agent: OK.\n10:00:18 agent: OK.", "agent_repeats 0, agent_turns 3");
    check("10:00:00 agent: SCRIPT\n10:00:09 bot: SCRIPT\n10:00:18 customer: SCRIPT", "agent_repeats 1");
}

#[test]
fn a_script_cut_short_counts_a_half() {
    let thirteen = turns(13, "agent: SCRIPT");
    check(&thirteen, "agent_repeats 13");
    check(&format!("{thirteen}10:00:30 agent: HALF"), "agent_repeats 13.5");
    check("10:00:00 agent: HALF\n10:00:09 agent: SCRIPT", "agent_repeats 1");
}

#[test]
fn every_agent_starts_anew() {
    let story = "
        10:00:00 opens a-17
        10:00:05 agent: SCRIPT
        10:00:10 agent: SCRIPT
        10:00:15 joins a-18";
    check(story, "agent_repeats 0, agents 2, agent.id a-18");
    check(&format!("{story}\n10:00:20 agent: SCRIPT"), "agent_repeats 1, agent_turns 3");
    check(&format!("{story}\n10:00:20 agent(a-18): SCRIPT"), "agent_repeats 1, agents 2");
    check(&format!("{story}\n10:00:20 agent(a-19): SCRIPT"), "agent_repeats 1, agents 3, agent.id a-19");
    check(&format!("{story}\n10:00:20 joins a-18\n10:00:25 agent: SCRIPT"), "agent_repeats 1, agents 2");
}

/// A source that names the agent in every turn corrects one of the agent before.
#[test]
fn a_correction_gives_the_conversation_to_nobody() {
    check(
        "
        10:00:00 opens a-17
        10:00:05 #a agent(a-17): SCRIPT
        10:00:10 joins a-18
        10:00:15 agent(a-18): SCRIPT
        10:00:05 #a r1 agent(a-17): your request has been noted",
        "agents 2, agent.id a-18, agent_repeats 1",
    );
}

#[test]
fn scripts_are_seen_beyond_the_window() {
    let said = turns(3, "agent: SCRIPT");
    let others = (0..WINDOW_TURNS_MAX + 8).map(|n| format!("10:10:{n:02} customer: question number {n}, please\n"));
    let story = format!("{said}{}10:20:00 agent: SCRIPT", others.collect::<String>());
    check(&story, "agent_repeats 4, turns 44, agent_turns 4");
    let world = tell("", &story);
    assert_eq!(world.contact("k-1").window.turns().count(), WINDOW_TURNS_MAX);
    check(&format!("{story}\n10:20:09 joins a-18\n10:20:18 agent: SCRIPT"), "agent_repeats 1, agent_turns 5");
}

#[test]
fn the_customer_repeats() {
    check(&turns(3, "customer: 冰箱还是不制冷,你们管不管?"), "customer_repeats 3, agent_repeats 0, customer_turns 3");
    check(
        "10:00:00 joins a-17\n10:00:05 customer: 冰箱还是不制冷\n10:00:10 joins a-18\n10:00:15 customer: 冰箱还是不制冷",
        "customer_repeats 2",
    );
}

#[test]
fn dissatisfied_turns_in_a_row() {
    check("10:00:00 customer: I have a question", "dissatisfied_run ?");
    check("10:00:00 customer -0.3: no\n10:00:05 agent: yes\n10:00:10 customer -0.9: no", "dissatisfied_run 2");
    check("10:00:00 customer -0.5: no\n10:00:05 customer: hm\n10:00:10 customer -0.5: no", "dissatisfied_run 2");
    check("10:00:00 customer -0.5: no\n10:00:05 customer -0.29: well", "dissatisfied_run 0");
    check("10:00:00 customer dissatisfied 0.5: no", "dissatisfied_run 1");
    check("10:00:00 customer dissatisfied 0.4: no", "dissatisfied_run 0");
    check("10:00:00 customer angry 0.9: no", "dissatisfied_run ?");
    check("10:00:00 agent -0.9: no", "dissatisfied_run ?");
    let beyond = turns(40, "customer -0.5: no, number {}");
    check(&beyond, "dissatisfied_run 40");
}

#[test]
fn waiting_and_silence_need_times() {
    check("10:00:00 opens\n10:00:05 customer: hello\n10:00:35 passes", "waiting 30s, silence 30s, age 35s");
    check("10:00:05 customer: hello\n10:00:35 customer: hello?", "waiting 30s, silence 0s");
    check("10:00:05 customer: hello\n10:00:10 agent: hello\n10:00:35 passes", "waiting 0s, silence 25s");
    check("10:00:05 customer: hello\n10:00:10 bot: hello\n10:00:35 passes", "waiting 0s, silence 25s");
    check("10:00:05 customer: hello\n10:00:10 system: a queue\n10:00:35 passes", "waiting 30s, silence 25s");
    check("- opens a-17\n- customer: hello", "waiting ?, silence ?, customer_turns 1");
    check("10:00:05 customer: hello\n- customer: hello?", "waiting ?, silence ?");
    check("10:00:05 opens", "waiting ?, silence ?");
}

#[test]
fn the_highest_revision_wins_in_any_order() {
    let (first, second, third) = (
        "10:00:05 #a agent: SCRIPT",
        "10:00:05 #a r1 agent: another text that is long",
        "10:00:05 #a r2 agent: SCRIPT",
    );
    let before = "10:00:00 agent: SCRIPT";
    for (order, expected) in [
        ([first, second, ""], "agent_repeats 1, turns 2"),
        ([second, first, ""], "agent_repeats 1, turns 2"),
        ([first, second, third], "agent_repeats 2, turns 2"),
        ([third, first, second], "agent_repeats 2, turns 2"),
        ([second, third, first], "agent_repeats 2, turns 2"),
    ] {
        check(&format!("{before}\n{}\n10:00:09 passes", order.join("\n")), expected);
    }
}

#[test]
fn a_revision_without_a_text_deletes() {
    let two = "10:00:00 #a agent: SCRIPT\n10:00:05 #b agent: SCRIPT\n";
    check(&format!("{two}10:00:05 #b r1 agent:"), "agent_repeats 1, agent_turns 1, turns 1");
    check(&format!("{two}10:00:00 #a r1 agent:\n10:00:05 #b r1 agent:"), "agent_repeats 0, turns 0, waiting ?");
    check(&format!("{two}10:00:05 #b r1 agent:\n10:00:05 #b r2 agent: SCRIPT"), "agent_repeats 2, turns 2");
    check("10:00:05 #b r1 agent:\n10:00:05 #b agent: SCRIPT", "agent_repeats 0, turns 0");
}

#[test]
fn a_revision_comes_too_late_for_a_turn_that_left_the_window() {
    let story =
        format!("09:00:00 #a agent: SCRIPT\n{}", turns(WINDOW_TURNS_MAX, "customer: question number {}, please"));
    check(&story, "agent_repeats 1, turns 33");
    check(&format!("{story}09:00:00 #a r1 agent:\n10:00:31 passes"), "agent_repeats 1, turns 33");
    check(&format!("{story}09:00:00 #a r1 agent(a-99): SCRIPT\n10:00:31 passes"), "turns 33, agents 0, agent.id ?");
}

#[test]
fn a_late_turn_takes_its_place() {
    let story = "
        10:00:00 customer -0.5: no
        10:00:20 customer -0.5: no
        10:00:10 customer 0.5: thank you";
    check(&format!("{story}\n10:00:20 passes"), "dissatisfied_run 1, waiting 20s");
    check("10:00:20 customer: hello\n10:00:10 agent: hello\n10:00:30 passes", "waiting 10s, silence 10s");
    let full = turns(WINDOW_TURNS_MAX, "agent: SCRIPT");
    check(&format!("{full}09:00:00 agent: SCRIPT\n10:00:40 passes"), "agent_repeats 33, turns 33, silence 9s");
}

#[test]
fn a_long_text_does_not_make_a_row_grow() {
    let long = "冰箱不制冷".repeat(640);
    assert!(long.len() > 9_000);
    let story = format!("10:00:00 customer: {long}\n10:00:05 customer: {long}\n10:00:10 agent: SCRIPT");
    check(&story, "customer_repeats 2, turns 3, agent_repeats 1");
    let world = tell("", &story);
    let kept: Vec<usize> =
        world.contact("k-1").window.turns().filter_map(|turn| Some(turn.text.as_ref()?.len())).collect();
    assert!(kept.iter().sum::<usize>() <= WINDOW_BYTES_MAX, "{kept:?}");
    check(&format!("10:00:00 agent: {long}"), "turns 1, agent_repeats 1");
}

#[test]
fn a_contact_ends_and_is_taken_up_again() {
    let closed = "10:00:00 agent: SCRIPT\n10:00:10 closes\n";
    check(closed, "closed true, episode 1, agent_repeats 1");
    check(&format!("{closed}34:00:10 agent: SCRIPT"), "closed true, episode 1, agent_repeats 2");
    check(&format!("{closed}34:00:11 agent: SCRIPT"), "closed false, episode 2, agent_repeats 1, turns 1, age 0s");
    check(&format!("{closed}10:00:20 opens a-18"), "closed false, episode 2, agent_repeats 0, agents 1");
    check(&format!("{closed}10:00:20 customer: hm"), "closed true, episode 1, turns 2");
}

#[test]
fn a_hold_is_over_when_the_conversation_goes_on() {
    check("10:00:00 held", "held true, sensitive false");
    check("10:00:00 held payment", "held true, sensitive true");
    check("10:00:00 held identity-check", "held true, sensitive true");
    check("10:00:00 held payment\n10:00:05 resumes", "held false, sensitive false");
}
