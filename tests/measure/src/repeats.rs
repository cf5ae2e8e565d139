//! The same reply sent three times or more: what the rules find, against what the set knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;

use crate::lane::alerts;

/// The rule that counts word-for-word repetitions, and the one that asks the plugin.
const RULES: [&str; 2] = ["agent-repeats-script", "script-rephrased"];

/// A dialogue with what its set knows of each turn. Only the texts reach the rules.
#[derive(Deserialize)]
struct Dialogue {
    id: serde_json::Value,
    turns: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    role: String,
    text: String,
    canned: Option<String>,
}

/// STAR labels each canned reply, so the truth is exact: one text, or one label, sent three times or more.
pub(crate) fn star(file: &Path) -> Result<Vec<String>, String> {
    let dialogues = read(file)?;
    let found = alerts(file)?;
    let text = truth(&dialogues, |turn| Some(&turn.text));
    let label = truth(&dialogues, |turn| turn.canned.as_deref());
    let either: BTreeSet<String> = text.union(&label).cloned().collect();
    let mut lines =
        vec![format!("{} dialogues, {} facts, {} bad lines", dialogues.len(), found.facts, found.bad.len())];
    let [word_for_word, _] = RULES;
    let both: BTreeSet<String> = RULES.iter().flat_map(|rule| found.of(rule)).collect();
    lines.push(format!("{word_for_word}: one text three times: {}", score(&found.of(word_for_word), &text)));
    lines.push(format!("{}: one text or label three times: {}", RULES.join(" or "), score(&both, &either)));
    Ok(lines)
}

/// CrossWOZ: contented customers, agents who read no scripts to anyone. Every alert is a false alarm.
pub(crate) fn crosswoz(file: &Path) -> Result<Vec<String>, String> {
    let dialogues = read(file)?;
    let found = alerts(file)?;
    let line = |rule: &str| format!("{rule}: {} false alarms in {} dialogues", found.of(rule).len(), dialogues.len());
    Ok(RULES.iter().map(|rule| line(rule)).collect())
}

/// That every line of the set can be read.
pub(crate) fn readable(file: &Path) -> Result<Vec<String>, String> {
    let found = alerts(file)?;
    let first = found.bad.first().map_or_else(String::new, |bad| format!(", the first: {bad}"));
    Ok(vec![format!("{} facts, {} bad lines{first}", found.facts, found.bad.len())])
}

fn read(file: &Path) -> Result<Vec<Dialogue>, String> {
    let raw = BufReader::new(File::open(file).map_err(|error| error.to_string())?);
    let lines = BufReader::new(MultiGzDecoder::new(raw)).lines();
    lines
        .map(|line| serde_json::from_str(&line.map_err(|error| error.to_string())?).map_err(|error| error.to_string()))
        .collect()
}

/// The dialogues in which the agent sent one of these three times or more.
fn truth<'d>(dialogues: &'d [Dialogue], of: impl Fn(&'d Turn) -> Option<&'d str>) -> BTreeSet<String> {
    let repeats = |dialogue: &&'d Dialogue| {
        let mut sent: BTreeMap<&str, u32> = BTreeMap::new();
        let agent = dialogue.turns.iter().filter(|turn| turn.role == "agent");
        agent.filter_map(&of).for_each(|reply| *sent.entry(reply).or_default() += 1);
        sent.values().any(|times| *times >= 3)
    };
    dialogues.iter().filter(repeats).map(|dialogue| dialogue.id.to_string().trim_matches('"').to_owned()).collect()
}

fn score(found: &BTreeSet<String>, truth: &BTreeSet<String>) -> String {
    let right = found.intersection(truth).count();
    let share = |part: usize, of: usize| if of == 0 { 1.0 } else { part as f64 / of as f64 };
    format!(
        "precision {:.3}, recall {:.3} ({right} right of {} found, {} there)",
        share(right, found.len()),
        share(right, truth.len()),
        found.len(),
        truth.len()
    )
}
