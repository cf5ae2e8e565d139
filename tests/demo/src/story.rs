//! The story: who they are, what they went through, what is said, in one language. Texts stand in `story/*.toml`, the
//! call itself in the recording that the scenarios play, too.

use std::{collections::BTreeMap, path::Path};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::failure::Failure;

/// The languages the story is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    Zh,
    En,
}

impl Lang {
    /// The word on the command line and in names of files.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// The language of this word.
    pub(crate) fn named(word: &str) -> Option<Self> {
        [Lang::Zh, Lang::En].into_iter().find(|lang| lang.word() == word)
    }
}

/// See the module.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) customers: Vec<Customer>,
    pub(crate) programme: Programme,
    /// What the new agent and the reporter say to each other.
    pub(crate) new_agent: Vec<Line>,
    /// What owners write down when they accept, and what they did by the next day.
    pub(crate) notes: Vec<Note>,
    /// What is said the next day; the customer who calls is the first.
    pub(crate) next_day: Vec<Line>,
    /// Names of people of the house as this language spells them, by their ids; the others are spelled as they are.
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
    /// What the demo itself says, by name.
    words: BTreeMap<String, String>,
}

/// A consumer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) member: String,
    /// Their name on social media.
    pub(crate) handle: String,
    pub(crate) tier: String,
    pub(crate) tags: Vec<String>,
    pub(crate) product: String,
    pub(crate) serial: String,
    pub(crate) brand: String,
    pub(crate) region: String,
    /// What their matter is, as the exchange's desk notes it down.
    pub(crate) category: String,
    pub(crate) journey: Vec<Station>,
}

/// A touchpoint of somebody's journey.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Station {
    pub(crate) days_ago: i64,
    /// Which system knows of it.
    pub(crate) source: String,
    /// By which of the customer's keys that system knows them: `phone`, `member` or `handle`.
    pub(crate) by: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    /// What else it says, such as how a visit ended.
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, String>,
}

/// Who phones.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Programme {
    pub(crate) name: String,
    pub(crate) phone: String,
}

/// Something said; what stands in braces is filled in from what the server answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) speaker: String,
    pub(crate) text: String,
}

/// What an owner writes into a case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    pub(crate) accepted: String,
    pub(crate) progress: String,
}

impl Story {
    /// Reads it.
    pub(crate) fn read(folder: &Path, lang: Lang) -> Result<Self, Failure> {
        let path = folder.join(format!("{}.toml", lang.word()));
        let text = std::fs::read_to_string(&path).map_err(Failure::file(&path))?;
        toml::from_str(&text).map_err(|error| Failure::Text { path, problem: error.to_string() })
    }

    /// A text of the demo's own; one that is missing is shown by its name.
    pub(crate) fn word(&self, name: &str) -> &str {
        self.words.get(name).map_or_else(|| self.words.get("missing").map_or("", String::as_str), String::as_str)
    }

    /// A text of the demo's own with its places filled in.
    pub(crate) fn say(&self, name: &str, values: &[(&str, &str)]) -> String {
        filled(self.word(name), values)
    }

    /// What of a list of codes has a name here.
    pub(crate) fn named(&self, group: &str, code: &str) -> String {
        self.words.get(&format!("{group}.{code}")).map_or(code, String::as_str).to_owned()
    }
}

/// A text with its places filled in.
pub(crate) fn filled(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The call as it was recorded.
pub(crate) struct Recording {
    /// The recording's own events, as they stand.
    pub(crate) events: Vec<Value>,
    /// What was said.
    pub(crate) turns: Vec<Turn>,
    /// From the first ring to the end.
    pub(crate) lasted: SignedDuration,
}

/// One thing said.
#[derive(Clone)]
pub(crate) struct Turn {
    /// Its id in the recording.
    pub(crate) id: String,
    /// How long after the call began.
    pub(crate) after: SignedDuration,
    pub(crate) speaker: String,
    pub(crate) text: String,
    /// What the exchange's own measure made of the voice.
    pub(crate) sentiment: Option<f64>,
}

impl Recording {
    /// Reads the recording in a language.
    pub(crate) fn read(folder: &Path, lang: Lang) -> Result<Self, Failure> {
        let path = folder.join(format!("word-for-word.{}.jsonl", lang.word()));
        let text = std::fs::read_to_string(&path).map_err(Failure::file(&path))?;
        let events: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
        let events = events.map_err(|error| Failure::Text { path: path.clone(), problem: error.to_string() })?;
        let recorded = recorded(events);
        recorded.ok_or_else(|| Failure::Text { path, problem: "expected a call with times".to_owned() })
    }
}

fn recorded(events: Vec<Value>) -> Option<Recording> {
    let time = |event: &Value| event["time"].as_str()?.parse::<Timestamp>().ok();
    let of = |kind: &'static str| events.iter().filter(move |event| event["type"] == kind);
    let opened = of("plaint.contact.opened").find_map(time)?;
    let closed = of("plaint.contact.closed").find_map(time)?;
    let turns = of("plaint.turn.said").filter_map(|event| {
        let said = &event["data"];
        Some(Turn {
            id: event["id"].as_str()?.to_owned(),
            after: time(event)?.duration_since(opened),
            speaker: said["speaker"].as_str()?.to_owned(),
            text: said["text"].as_str()?.to_owned(),
            sentiment: said["sentiment"].as_f64(),
        })
    });
    let turns: Vec<Turn> = turns.collect();
    Some(Recording { turns, lasted: closed.duration_since(opened), events })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(lang: Lang) -> Story {
        Story::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("story"), lang).expect("a story")
    }

    /// What a text has places for.
    fn places(text: &str) -> Vec<&str> {
        let names = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
        let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let mut places: Vec<&str> = names.filter(is_name).collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn both_languages_tell_the_same_story() {
        let (zh, en) = (story(Lang::Zh), story(Lang::En));
        let names = |story: &Story| -> Vec<String> { story.words.keys().cloned().collect() };
        assert_eq!(names(&zh), names(&en));
        for (name, text) in &en.words {
            assert_eq!(places(text), places(&zh.words[name]), "{name}");
        }
        let stations = |story: &Story| -> Vec<(i64, String, String)> {
            let all = story.customers.iter().flat_map(|customer| &customer.journey);
            all.map(|one| (one.days_ago, one.source.clone(), format!("{} {:?}", one.kind, one.fields))).collect()
        };
        assert_eq!(stations(&zh), stations(&en));
        let said = |story: &Story| -> Vec<String> {
            story.new_agent.iter().chain(&story.next_day).map(|line| line.speaker.clone()).collect()
        };
        assert_eq!(said(&zh), said(&en));
    }

    #[test]
    fn every_text_that_is_asked_for_is_there() {
        let story = story(Lang::En);
        let sources = [
            include_str!("main.rs"),
            include_str!("tell.rs"),
            include_str!("scene/then.rs"),
            include_str!("scene/journey.rs"),
            include_str!("scene/call.rs"),
            include_str!("scene/cases.rs"),
            include_str!("scene/next_day.rs"),
            include_str!("scene/ending.rs"),
        ];
        let asked = sources.iter().flat_map(|source| ["word(\"", "say(\""].map(|call| (source, call)));
        let asked = asked.flat_map(|(source, call)| source.split(call).skip(1));
        let missing: Vec<&str> = asked
            .filter_map(|rest| Some(rest.split_once('"')?.0))
            .filter(|name| !story.words.contains_key(*name))
            .collect();
        assert_eq!(missing, [""; 0]);
    }
}
