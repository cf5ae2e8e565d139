//! Measures the rule on recorded dialogues: `cargo run --release --example measure`.
//!
//! STAR (agents who press canned replies) gives the truth: a dialogue in which the agent sent one text, or
//! one canned label, three times or more. The window grows turn by turn, as the host would hand it over; a
//! dialogue is flagged when any turn fires. Settings are tuned on even ids only. CrossWOZ (content customers,
//! helpful agents, Chinese) is the control: what fires there is read as a false alarm. Folder: `PLAINT_DATA`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool at the author's desk: it prints, and stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use plaint_sdk::alert_rule::{AlertRule, Contact, Turn, Value, Verdict};
use repeated_script::{RepeatedScript, Settings};
use serde_json::Value as Json;

/// As many turns as `plugin.toml` asks for.
const WINDOW: usize = 32;
const REPEATS: usize = 3;
/// Beside the repository.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

struct Dialogue {
    even: bool,
    turns: Vec<Turn>,
    same_text: bool,
    same_label: bool,
}

fn main() {
    let data = std::env::var_os("PLAINT_DATA").map_or_else(|| PathBuf::from(DATA), PathBuf::from);
    let star = dialogues(&data.join("star_conversations/dialogues.jsonl.gz"));
    let control = dialogues(&data.join("zh_crosswoz_dialogues/dialogues.jsonl.gz"));
    for similarity in [60.0, 65.0, 67.0, 69.0, 70.0, 75.0, 80.0, 90.0, 100.0] {
        let rule = RepeatedScript::new(Settings { similarity, ..Settings::default() }).unwrap();
        println!("similarity {similarity}");
        report(&rule, &star, &control);
    }
    speed(&RepeatedScript::new(Settings::default()).unwrap(), &star);
}

fn report(rule: &RepeatedScript, star: &[Dialogue], control: &[Dialogue]) {
    for (half, even) in [("tuning half (even ids)", true), ("other half (odd ids)", false)] {
        let half_of: Vec<&Dialogue> = star.iter().filter(|dialogue| dialogue.even == even).collect();
        let flagged: Vec<bool> = half_of.iter().map(|dialogue| first_alarm(rule, &dialogue.turns).is_some()).collect();
        println!("  {half}, {} dialogues", half_of.len());
        let truth = |is: fn(&Dialogue) -> bool| half_of.iter().map(|dialogue| is(dialogue)).collect::<Vec<_>>();
        score("word for word", &flagged, &truth(|dialogue| dialogue.same_text));
        score("same label or text", &flagged, &truth(|dialogue| dialogue.same_label || dialogue.same_text));
    }
    let alarms: Vec<Verdict> = control.iter().filter_map(|dialogue| first_alarm(rule, &dialogue.turns)).collect();
    println!("  control: {} of {} dialogues flagged", alarms.len(), control.len());
}

fn score(name: &str, flagged: &[bool], truth: &[bool]) {
    let count = |of: &dyn Fn(bool, bool) -> bool| flagged.iter().zip(truth).filter(|(f, t)| of(**f, **t)).count();
    let (hit, missed, wrong) = (count(&|f, t| f && t), count(&|f, t| !f && t), count(&|f, t| f && !t));
    let (precision, recall) = (hit as f64 / (hit + wrong) as f64, hit as f64 / (hit + missed) as f64);
    println!("    {name:<20} precision {precision:.3} recall {recall:.3} ({hit} found, {missed} missed, {wrong} more)");
}

fn first_alarm(rule: &RepeatedScript, turns: &[Turn]) -> Option<Verdict> {
    let ends = (1..=turns.len()).filter(|end| turns[end - 1].speaker == "agent");
    ends.map(|end| rule.evaluate(&window(turns, end))).find(|verdict| verdict.fire)
}

fn window(turns: &[Turn], end: usize) -> Contact {
    let repeats = most_often(turns[..end].iter().filter(|turn| turn.speaker == "agent").map(|turn| turn.text.as_str()));
    Contact {
        turns: turns[end.saturating_sub(WINDOW)..end].to_vec(),
        signals: vec![("agent_repeats".into(), Value::Number(repeats as f64))],
        ..Contact::default()
    }
}

fn most_often<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    let mut counts = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_insert(0) += 1);
    counts.into_values().max().unwrap_or(0)
}

/// The longest windows there are, over and over: the worst that a live contact asks.
fn speed(rule: &RepeatedScript, star: &[Dialogue]) {
    for (name, turns) in [("6 turns", 6), ("16 turns", 16), ("32 turns", 32)] {
        let contacts: Vec<Contact> = star
            .iter()
            .filter(|dialogue| dialogue.turns.len() >= turns)
            .map(|dialogue| window(&dialogue.turns, turns))
            .collect();
        let fired = contacts.iter().filter(|contact| rule.evaluate(contact).fire).count();
        let started = Instant::now();
        let mut calls = 0_u32;
        while started.elapsed() < Duration::from_secs(1) {
            contacts.iter().for_each(|contact| drop(std::hint::black_box(rule.evaluate(contact))));
            calls += contacts.len() as u32;
        }
        let each = started.elapsed() / calls;
        println!("{name}: {each:?} a call natively ({} contacts, {fired} fire)", contacts.len());
    }
}

fn dialogues(path: &Path) -> Vec<Dialogue> {
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    lines.map(|line| dialogue(&serde_json::from_str(&line.unwrap()).unwrap())).collect()
}

fn dialogue(json: &Json) -> Dialogue {
    let turns = json["turns"].as_array().unwrap();
    let of_agent = || turns.iter().filter(|turn| turn["role"] == "agent");
    let often = |field: &str| most_often(of_agent().filter_map(|turn| turn[field].as_str())) >= REPEATS;
    let turn = |(id, turn): (u32, &Json)| Turn {
        id,
        speaker: turn["role"].as_str().unwrap().into(),
        text: turn["text"].as_str().unwrap().into(),
        ..Turn::default()
    };
    Dialogue {
        even: json["id"].as_u64().is_some_and(|id| id.is_multiple_of(2)),
        turns: (0..).zip(turns).map(turn).collect(),
        same_text: often("text"),
        same_label: often("canned"),
    }
}
