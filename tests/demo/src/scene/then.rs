//! Then: the call as it was. Its recording is read by a tenant of its own, which looks back and can order nothing.

use serde_json::Value;

use crate::{
    client::Client,
    failure::Failure,
    news::Decision,
    paper::Ink,
    story::{Recording, Turn},
    tell::{Teller, spelled},
};

/// What plaint counts in the recording.
pub(crate) struct Then {
    /// How often the one sentence was said.
    pub(crate) repeats: f64,
    /// How long after the beginning the first of plaint's rules would have spoken, in seconds.
    pub(crate) noticed: i64,
    /// How long it went on, in seconds.
    pub(crate) lasted: i64,
}

/// The rule that counts how often one script is said.
pub(crate) const RULE: &str = "agent-repeats-script";

/// Plays the recording.
pub(crate) fn play(client: &Client, recording: &Recording, teller: &Teller<'_>) -> Result<Then, Failure> {
    teller.paper.paragraph(Ink::Plain, teller.story.word("then-opening"));
    teller.paper.gap();
    let then = read(client, recording)?;
    show(recording, teller, &then);
    let values = [("repeats", &*halves(then.repeats)), ("noticed", &spelled(then.noticed))];
    teller.paper.gap();
    teller.paper.paragraph(Ink::Plain, &teller.story.say("then-closing", &values));
    Ok(then)
}

fn read(client: &Client, recording: &Recording) -> Result<Then, Failure> {
    let answer = client.events(&recording.events)?;
    let decisions = answer["decisions"].as_array().into_iter().flatten().filter_map(Decision::read);
    let raised = decisions.into_iter().find(|decision| decision.is("plaint.alert.raised", "rule", RULE));
    let raised = raised.ok_or_else(|| Failure::other("the alert in the recording", &answer))?;
    let turn = raised.data["evidence"]["turns"].as_array().and_then(|turns| turns.last()?.as_str().map(str::to_owned));
    let turn = recording.turns.iter().find(|known| Some(&known.id) == turn.as_ref());
    let turn = turn.ok_or_else(|| Failure::other("the turn the alert rests on", &raised.data))?;
    let alert = client.get(&format!("/v1/alerts/{}", raised.text("alert")))?;
    let contact = alert["contact"]["id"].as_str().unwrap_or_default();
    let contact = client.get(&format!("/v1/contacts/{contact}"))?;
    let repeats = &contact["signals"]["agent_repeats"];
    let repeats = repeats.as_f64().ok_or_else(|| Failure::other("how often the sentence was said", repeats))?;
    Ok(Then { repeats, noticed: turn.after.as_secs(), lasted: recording.lasted.as_secs() })
}

/// The beginning, and how it ended.
fn show(recording: &Recording, teller: &Teller<'_>, then: &Then) {
    let when = |turn: &Turn| spelled(turn.after.as_secs());
    let (reporter, agent) = (teller.story.word("reporter"), teller.story.word("agent"));
    let mut turns = recording.turns.iter().filter(|turn| turn.speaker == "customer");
    if let Some(asked) = turns.next() {
        teller.said(&when(asked), reporter, &asked.text);
    }
    let script = script(recording);
    let said: Vec<&Turn> = recording.turns.iter().filter(|turn| turn.text == script).collect();
    if let [first, second, ..] = said.as_slice() {
        teller.said(&when(first), agent, &first.text);
        if let Some(asked) = turns.next() {
            teller.said(&when(asked), reporter, &asked.text);
        }
        teller.said(&when(second), agent, &teller.story.say("again", &[("times", "2")]));
    }
    teller.said("…", "", "");
    if let Some(asked) = turns.next_back() {
        teller.said(&when(asked), reporter, &asked.text);
    }
    if let Some(last) = recording.turns.last() {
        let times = halves(then.repeats);
        teller.said(&when(last), agent, &teller.story.say("again-last", &[("times", &times)]));
    }
}

/// The sentence that was said most often.
pub(crate) fn script(recording: &Recording) -> &str {
    let agent = || recording.turns.iter().filter(|turn| turn.speaker == "agent");
    let times = |text: &str| agent().filter(|turn| turn.text == text).count();
    agent().max_by_key(|turn| times(&turn.text)).map_or("", |turn| &turn.text)
}

/// `13½`.
pub(crate) fn halves(times: f64) -> String {
    let whole = times.trunc();
    if (times - whole).abs() < f64::EPSILON { format!("{whole}") } else { format!("{whole}½") }
}

/// A text of an answer.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}
