//! The story the pack began with: one sentence, said thirteen and a half times.

use std::fs;

use serde_json::json;

use crate::{
    house::{decisions, drive, events, file, rulebook, rulebook_of, run_file, spelled, story},
    log::{alert, command},
};

const LANGUAGES: [&str; 2] = ["zh", "en"];

fn lines(name: &str) -> Vec<String> {
    fs::read_to_string(story(name)).expect("a story").lines().map(str::to_owned).collect()
}

/// The story up to the turn with this id, told by one who knows what comes: no line goes beyond `clock`.
fn until_third(lang: &str) -> Vec<String> {
    lines(&format!("word-for-word.{lang}.jsonl")).into_iter().take(13).collect()
}

fn fact(id: &str, kind: &str, subject: &str, clock: &str) -> String {
    let time = format!("2024-09-02T{clock}+08:00");
    let data = json!({"by": "lead-7"});
    json!({"specversion": "1.0", "id": id, "source": "desk", "type": kind, "subject": subject, "time": time, "data": data})
        .to_string()
}

/// What is decided about `rule` when these lines are run.
fn decided(lines: &[String], rule: &str, more: &[&str]) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let went = run_file(&file(dir.path(), "story.jsonl", lines), more);
    let about = format!(" {rule}");
    spelled(&went.out).into_iter().filter(|line| line.contains(&about)).map(|line| line.replace(&about, "")).collect()
}

const RULE: &str = "agent-repeats-script";

#[test]
fn the_third_saying_raises_the_alert_and_not_the_second() {
    for lang in LANGUAGES {
        let lines = until_third(lang);
        assert_eq!(decided(&lines[..12], RULE, &[]), [""; 0], "{lang}");
        assert_eq!(
            decided(&lines, RULE, &[]),
            ["02:01:02 alert.raised", "02:01:02 intervention.ordered hint", "02:01:02 notification.ordered"],
            "{lang}"
        );
        let dir = tempfile::tempdir().expect("a folder");
        let out = run_file(&file(dir.path(), "story.jsonl", &lines), &[]).out;
        let raised = decisions(&out).into_iter().find(|decision| decision["data"]["rule"] == RULE).expect("an alert");
        assert_eq!(raised["data"]["rule"], RULE);
        assert_eq!(raised["data"]["evidence"]["turns"], json!(["9", "11", "13"]));
        assert_eq!(raised["data"]["evidence"]["compared"][0]["left_value"], 3);
        assert_eq!(raised["data"]["alert"], alert("hotline", "contact/k-1", RULE, 1).to_string());
        assert_eq!(
            raised["data"]["say"],
            json!({"zh": "坐席已把同一话术说了 3 遍", "en": "agent has said one script 3 times"})
        );
    }
}

#[test]
fn nobody_takes_it_so_the_agent_is_changed_and_else_a_third_joins() {
    for lang in LANGUAGES {
        let decided = decided(&until_third(lang), RULE, &["--until", "2024-09-02T10:03:00+08:00"]);
        assert_eq!(
            decided[3..],
            [
                "02:01:32 intervention.ended hint expired",
                "02:01:32 intervention.ordered change-agent",
                "02:02:02 intervention.ended change-agent expired",
                "02:02:02 intervention.ordered conference",
                "02:02:32 intervention.ended conference expired",
            ],
            "{lang}"
        );
        let before = ["--until", "2024-09-02T10:01:31.999+08:00"];
        assert_eq!(self::decided(&until_third(lang), RULE, &before).len(), 3, "{lang}");
    }
}

#[test]
fn the_whole_story_ends_with_everything_cleared() {
    for lang in LANGUAGES {
        let went = run_file(&story(&format!("word-for-word.{lang}.jsonl")), &[]);
        let decided = spelled(&went.out);
        let of = |what: &str| decided.iter().filter(|line| line.contains(what)).count();
        assert_eq!(of("alert.raised"), of("alert.cleared"), "{decided:?}");
        for rule in [RULE, "dissatisfied-three-times", "press-or-regulator"] {
            assert_eq!(of(&format!("alert.raised {rule}")), 1, "{rule}: {decided:?}");
        }
        assert_eq!((of("case.opened"), of("case.assigned")), (2, 2), "{lang}: one for each customer: {decided:?}");
        assert!(went.err.contains("36 facts · "), "{}", went.err);
    }
}

#[test]
fn a_lead_who_takes_it_in_time_keeps_the_agent() {
    let about = format!("alert/{}", alert("hotline", "contact/k-1", RULE, 1));
    let until = ["--until", "2024-09-02T10:03:00+08:00"];
    for (clock, follows) in [
        ("10:01:31", &["02:01:32 intervention.ended hint expired", "02:01:32 step.skipped unless"][..]),
        ("10:01:32", &["02:01:32 intervention.ended hint expired", "02:01:32 intervention.ordered change-agent"]),
    ] {
        let mut lines = until_third("zh");
        lines.push(fact("t-1", "plaint.alert.taken", &about, clock));
        let decided = decided(&lines, RULE, &until);
        assert_eq!(decided[3..5], *follows, "{clock}: {decided:?}");
    }
}

#[test]
fn a_channel_that_cannot_change_the_agent_brings_a_third_in() {
    let order = command(alert("hotline", "contact/k-1", RULE, 1), 2, "change-agent");
    let until = ["--until", "2024-09-02T10:05:00+08:00"];
    for (kind, follows) in [
        (
            "plaint.command.failed",
            &[
                "02:01:40 intervention.ended change-agent failed",
                "02:01:40 intervention.ordered conference",
                "02:02:10 intervention.ended conference expired",
            ][..],
        ),
        ("plaint.command.confirmed", &[]),
    ] {
        let mut lines = until_third("zh");
        lines.push(fact("c-1", kind, &order, "10:01:40"));
        assert_eq!(decided(&lines, RULE, &until)[5..], *follows, "{kind}");
    }
}

#[test]
fn told_of_the_past_it_warns_late_and_orders_nothing() {
    for lang in LANGUAGES {
        for more in [&["--backfill"][..], &["--backfill", "--until", "2024-09-03T10:00:00+08:00"]] {
            let went = run_file(&story(&format!("word-for-word.{lang}.jsonl")), more);
            let decided = spelled(&went.out);
            let raised: Vec<&String> = decided.iter().filter(|line| line.contains("alert.raised")).collect();
            assert!(raised.len() >= 2 && raised.iter().all(|line| line.ends_with("late")), "{decided:?}");
            let known = ["alert.raised", "alert.cleared", "case.opened", "case.assigned"];
            let rest = decided.iter().filter(|line| !known.iter().any(|known| line.contains(known)));
            assert_eq!(rest.count(), 0, "nobody is told and nothing is ordered: {decided:?}");
        }
    }
}

#[test]
fn who_only_changes_the_wording_is_found_by_the_plugin() {
    for lang in LANGUAGES {
        let lines = lines(&format!("paraphrased.{lang}.jsonl"));
        let found = decided(&lines, "script-rephrased", &[]);
        assert_eq!(found[..2], ["02:01:02 alert.raised", "02:01:02 notification.ordered"], "{lang}");
        assert_eq!(decided(&lines, RULE, &[]), [""; 0], "{lang}: no two of them are the same words");
    }
}

/// The plugin's rule alone, asked at every turn of the agent.
const ASKING: &str = "name = \"asking\"\n[[alert]]\nid = \"asks\"\non = \"turn\"\nplugin = \"repeated-script\"\n\
    when = \"turn.speaker == 'agent'\"\nseverity = \"info\"\nsay = { zh = \"{score}\", en = \"{score}\" }\n";

/// What the plugin says of each turn of the agent: its score and how it was repeated, where it fires.
fn verdicts(name: &str) -> Vec<(Option<f64>, Option<String>)> {
    let pack = policy::load_texts([("p/pack.toml".to_owned(), ASKING.as_bytes().to_vec())].into(), "p");
    let pack = pack.unwrap_or_else(|problems| panic!("{}", problems.text(policy::Lang::En)));
    let dir = tempfile::tempdir().expect("a folder");
    let store = store::Store::open(dir.path()).expect("a store");
    let (store, _) = drive(store, rulebook_of(pack), (1, 1_000), events(&lines(name)));
    let outcomes = store.outcomes(engine::fact::Position(1), 1_000).expect("outcomes");
    let answers = outcomes.into_iter().flat_map(|(_, outcome)| outcome.answers);
    let verdict = |answer: engine::outcome::RuleAnswer| match answer.answer {
        engine::rule::Answered::Verdict(verdict) => (verdict.score, verdict.because.get("how").cloned()),
        engine::rule::Answered::Abstained(why) => panic!("{why}"),
    };
    answers.map(verdict).collect()
}

#[test]
fn a_loop_of_two_scripts_is_found_by_the_plugin() {
    for lang in LANGUAGES {
        let verdicts = verdicts(&format!("rotating.{lang}.jsonl"));
        let (score, how) = verdicts.last().expect("a turn of the agent");
        assert_eq!(*score, Some(4.0), "{lang}: each of the two was said four times");
        assert!(how.as_ref().is_some_and(|how| how.contains("rotating")), "{lang}: {how:?}");
    }
}

/// The sentence that was broken off counts a half: by the engine's measurement and by the plugin's.
#[test]
fn the_half_at_the_end() {
    for lang in LANGUAGES {
        let name = format!("word-for-word.{lang}.jsonl");
        let store = store::Store::in_memory().expect("a store");
        let (store, _) = drive(store, rulebook(), (1, 1_000), events(&lines(&name)));
        let entities = store.entities().map(|entity| entity.expect("an entity").1);
        let repeats = entities.into_iter().find_map(|entity| {
            let engine::entity::Entity::Contact(contact) = entity else { return None };
            Some(contact.measured().signals.agent_repeats)
        });
        assert_eq!(repeats, Some(13_500), "{lang}");
        assert_eq!(verdicts(&name).last().and_then(|(score, _)| *score), Some(13.5), "{lang}");
    }
}
