//! Part four: the next day. The server has been stopped over night and knows everything; one of the customers phones.

use std::time::Instant;

use serde_json::json;

use super::{Stage, cases, cases::Taken, event, then::text};
use crate::{failure::Failure, house::MAIN, news::Decision, paper::Ink, story::filled, tell::HOTLINE};

/// The call of the next day, and the agent who happens to take it.
const CALL: &str = "contact/call-2";
const AGENT: &str = "a-21";

/// What the agent's screen shows, by name.
type Shown = Vec<(&'static str, String)>;

/// What the agent saw.
pub(crate) struct NextDay {
    pub(crate) chased: Decision,
    /// How long the two answers took that the agent's screen needs.
    pub(crate) answered_ms: u128,
}

/// Plays it.
pub(crate) fn play(stage: &mut Stage<'_>, taken: &[Taken]) -> Result<NextDay, Failure> {
    let teller = stage.teller;
    let Some(own) = taken.first() else { return Err(Failure::other("a case", "none")) };
    for (taken, note) in taken.iter().zip(&teller.story.notes) {
        cases::act(stage, (&taken.case, &taken.owner), "note", &json!({"note": note.progress}))?;
        teller.aside("", Ink::Dim, &cases::quoted(teller, &note.progress));
    }
    teller.paper.gap();
    let chased = phones(stage)?;
    if chased.text("case") != own.case {
        return Err(Failure::other("a chaser on the customer's own case", &chased.data));
    }
    let (values, answered_ms) = look(stage, own)?;
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for (n, line) in teller.story.next_day.iter().enumerate() {
        stage.pause()?;
        let is_agent = line.speaker == "agent";
        let who = if is_agent { teller.people.name(AGENT) } else { &teller.story.customers[0].name };
        let said = filled(&line.text, &values);
        teller.said("", who, &said);
        let data = json!({"speaker": line.speaker, "text": said});
        stage.happens(&[event(HOTLINE, &format!("call-2/{n}"), ("plaint.turn.said", CALL), data)])?;
    }
    stage.pause()?;
    let end = event(HOTLINE, "call-2/closed", ("plaint.contact.closed", CALL), json!({"reason": "done"}));
    stage.happens(&[end])?;
    Ok(NextDay { chased, answered_ms })
}

/// She phones; nobody asks her what it is about.
fn phones(stage: &mut Stage<'_>) -> Result<Decision, Failure> {
    let teller = stage.teller;
    let customer = &teller.story.customers[0];
    let values = [("customer", customer.name.as_str()), ("agent", teller.people.name(AGENT))];
    teller.paper.paragraph(Ink::Plain, &teller.story.say("next-day-opening", &values));
    teller.paper.gap();
    let data = json!({
        "channel": "phone",
        "agent": AGENT,
        "brand": customer.brand,
        "caller": {"capacity": "self", "keys": [{"kind": "phone", "value": customer.phone}]},
    });
    stage.happens(&[event(HOTLINE, "call-2/opened", ("plaint.contact.opened", CALL), data)])?;
    stage.desk.expect("a chaser on her case", |decision| decision.kind == "plaint.case.chased")
}

/// What the agent's screen asks the server for: the customer by the number on the display, and her case.
fn look(stage: &mut Stage<'_>, own: &Taken) -> Result<(Shown, u128), Failure> {
    let teller = stage.teller;
    let customer = &teller.story.customers[0];
    let screen = stage.house.client(&stage.server, (MAIN, "agent"), Some(AGENT))?;
    let asked = Instant::now();
    let found = screen.find(&customer.phone)?;
    let case = screen.get(&format!("/v1/cases/{}", own.case))?;
    let answered_ms = asked.elapsed().as_millis();
    let is_there = found["cases"].as_array().into_iter().flatten().any(|known| text(known, "id") == own.case);
    if !is_there || text(&case, "owner") != own.owner || text(&case, "due").is_empty() {
        return Err(Failure::other("her case with owner and date on the agent's screen", &case));
    }
    let role = text(&case, "role");
    let state = teller.story.named("state", text(&case, "state"));
    let note = teller.story.notes.first().map_or("", |note| note.progress.as_str());
    let stations = found["journey"].as_array().map_or(0, Vec::len).to_string();
    let values = vec![
        ("customer", customer.name.clone()),
        ("agent", teller.people.name(AGENT).to_owned()),
        ("owner", teller.people.name(text(&case, "owner")).to_owned()),
        ("role", teller.people.label("role", role).to_owned()),
        ("due", teller.date(text(&case, "due"))),
        ("state", state),
        ("note", note.to_owned()),
        ("stations", stations),
    ];
    let shown: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    teller.aside(teller.story.word("screen"), Ink::Green, &teller.story.say("screen-shows", &shown));
    Ok((values, answered_ms))
}
