//! The agent says the same script again: word for word, reworded, with other values in its slots,
//! broken off half way (counts a half), or two or three scripts in rotation.
//!
//! [`words`] turns a text into weighted tokens, [`utterance`] cuts turns into comparable pieces, [`script`]
//! says which pieces are one script and counts, [`rotation`] sees loops; here stands what is made of it.

mod rotation;
mod script;
mod utterance;
mod words;

use plaint_sdk::Fault;
use plaint_sdk::alert_rule::{AlertRule, Contact, Span, Turn, Verdict};
use serde::Deserialize;

use script::{Form, Halves, Script};
use utterance::Utterances;

/// The rule.
#[derive(Debug)]
pub struct RepeatedScript {
    at_least: Halves,
    similarity_percent: u32,
}

/// What it can be told; see `plugin.toml`.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How often a script must have been said, the first time included.
    pub at_least: f64,
    /// How much of two utterances must be shared, in percent of their weight.
    pub similarity: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { at_least: 3.0, similarity: 67.0 }
    }
}

impl AlertRule for RepeatedScript {
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self, Vec<Fault>> {
        let mut faults = vec![];
        if !(1.5..=50.0).contains(&settings.at_least) {
            faults.push(Fault::new("at_least", "a number from 1.5 to 50"));
        }
        if !(50.0..=100.0).contains(&settings.similarity) {
            faults.push(Fault::new("similarity", "a number from 50 to 100"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let at_least = (settings.at_least * 2.0).ceil() as Halves;
        Ok(Self { at_least, similarity_percent: settings.similarity.ceil() as u32 })
    }

    fn evaluate(&self, contact: &Contact) -> Verdict {
        let turns = contact.turns.iter().filter(|turn| turn.speaker == "agent");
        let all = Utterances::of(turns.clone());
        let scripts = script::scripts(&all, self.similarity_percent);
        let Some((sentences, seen)) = script::most_said(&all, &scripts) else {
            return self.not_yet(0);
        };
        // The sentence that was broken off, where one was, tells how.
        let teller = sentences.iter().copied().min_by_key(|sentence| scripts[*sentence].said()).unwrap_or_default();
        let said = seen.max(said_before_window(contact, turns, &all, &scripts[teller]));
        if said < self.at_least {
            return self.not_yet(said);
        }
        let looped = rotation::others_in_loop(&all, &scripts, teller);
        Verdict {
            fire: true,
            score: Some(f64::from(said) / 2.0),
            because: because(said, seen, &scripts[teller], !looped.is_empty()),
            spans: spans(&all, &scripts, sentences.into_iter().chain(looped)),
            near: None,
        }
    }
}

impl RepeatedScript {
    fn not_yet(&self, said: Halves) -> Verdict {
        let near = format!("said {}, {} needed", times(said), written(self.at_least));
        Verdict { fire: false, score: Some(f64::from(said) / 2.0), near: Some(near), ..Verdict::default() }
    }
}

/// The host counts word for word over the whole contact. That helps only where the window does not reach back
/// to the beginning, and only where the count can be this script's: nothing else was said as often in the window.
fn said_before_window<'a>(
    contact: &Contact,
    turns: impl Iterator<Item = &'a Turn> + Clone,
    all: &Utterances,
    most: &Script,
) -> Halves {
    let window_is_whole = contact.turns.first().is_none_or(|turn| turn.id == 0);
    let in_window = most.said_word_for_word();
    let Some(count) = contact.signal("agent_repeats").number().filter(|_| !window_is_whole && in_window > 1) else {
        return 0;
    };
    let texts: Vec<&str> = turns.map(|turn| turn.text.as_str()).collect();
    let of_script = |turn: usize| most.sayings.iter().any(|saying| all.list[saying.utterance].turn == turn);
    let as_often_as = |text: &str| texts.iter().filter(|other| **other == text).count() as u32;
    let rival = texts.iter().enumerate().any(|(turn, text)| !of_script(turn) && as_often_as(text) >= in_window);
    // `as` saturates: a count beyond all bounds stays a count.
    if rival { 0 } else { (count * 2.0) as Halves }
}

fn because(said: Halves, seen: Halves, script: &Script, rotating: bool) -> Vec<(String, String)> {
    let has = |form: Form| script.sayings.iter().any(|saying| saying.form == form);
    let how = [
        (rotating, "rotating"),
        (script.said_word_for_word() > 1, "word-for-word"),
        (has(Form::Paraphrased), "paraphrased"),
        (has(Form::CutShort), "cut-short"),
    ];
    let how: Vec<&str> = how.into_iter().filter_map(|(is, name)| is.then_some(name)).collect();
    let mut because = vec![("count".into(), written(said)), ("how".into(), how.join(", "))];
    if said > seen {
        because.push(("before_window".into(), written(said - seen)));
    }
    because
}

/// Every utterance of the script; of a loop, those of all its scripts.
fn spans(all: &Utterances, scripts: &[Script], members: impl Iterator<Item = usize>) -> Vec<Span> {
    let sayings = members.flat_map(|member| &scripts[member].sayings);
    let mut utterances: Vec<usize> = sayings.map(|saying| saying.utterance).collect();
    utterances.sort_unstable();
    utterances.into_iter().map(|utterance| all.list[utterance].span).collect()
}

fn times(said: Halves) -> String {
    if said == 2 { "1 time".into() } else { format!("{} times", written(said)) }
}

fn written(halves: Halves) -> String {
    if halves.is_multiple_of(2) { (halves / 2).to_string() } else { format!("{}.5", halves / 2) }
}

plaint_sdk::alert_rule!(RepeatedScript);

#[cfg(test)]
mod tests {
    use super::*;
    use plaint_sdk::testing;

    #[test]
    fn fixtures() {
        testing::check_alert_rule::<RepeatedScript>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }

    #[test]
    fn the_manifest_tells_the_defaults() {
        let manifest = include_str!("../plugin.toml");
        let defaults = Settings::default();
        for default in [defaults.at_least, defaults.similarity] {
            assert!(manifest.contains(&format!("default = {default}\n")), "{default}");
        }
    }
}
