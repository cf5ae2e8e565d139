//! Part two: the call again, with plaint in the house. The agent says the one sentence until somebody else speaks.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Stage, event,
    then::{self, RULE, text},
};
use crate::{
    failure::Failure,
    news::Decision,
    paper::Ink,
    story::{Customer, Turn, filled},
    tell::{HOTLINE, spelled},
};

/// How long the pack's rule leaves a person to take the alert; what was said within it is said again here.
const LADDER: SignedDuration = SignedDuration::from_secs(30);
/// The call, in the exchange's words.
const CALL: &str = "contact/call-1";

/// What became of it.
pub(crate) struct Call {
    pub(crate) alert: Decision,
    pub(crate) order: Decision,
    /// After how many seconds of the call the rule spoke.
    pub(crate) noticed: i64,
    /// After how many seconds of the call somebody else was to have it.
    pub(crate) changed: i64,
    /// How often the sentence was said.
    pub(crate) times: usize,
    /// Who had the call first, and who took it over.
    pub(crate) agent: String,
    pub(crate) new_agent: String,
}

/// Plays it.
pub(crate) fn play(stage: &mut Stage<'_>) -> Result<Call, Failure> {
    let teller = stage.teller;
    teller.paper.heading(teller.story.word("call-heading"));
    let (began, agent) = begin(stage)?;
    let (times, alert) = repeat(stage, began, &agent)?;
    let order = stage.desk.expect("an order to change the agent", |decision| {
        decision.is("plaint.intervention.ordered", "intervention", "change-agent") && decision.text("rule") == RULE
    })?;
    let new_agent = hand_over(stage, &order, &agent)?;
    let start = teller.began.get().unwrap_or(Timestamp::UNIX_EPOCH);
    let into = |decision: &Decision| decision.time.duration_since(start).as_secs();
    let (noticed, changed) = (into(&alert), into(&order));
    talk(stage, began, &new_agent)?;
    let end = event(HOTLINE, "call-1/closed", ("plaint.contact.closed", CALL), json!({"reason": "done"}));
    stage.happens(&[end])?;
    Ok(Call { alert, order, noticed, changed, times, agent, new_agent })
}

/// The telephone rings: who phones, and for whom.
fn begin(stage: &mut Stage<'_>) -> Result<(Instant, String), Failure> {
    let teller = stage.teller;
    let is_opened = |event: &&Value| event["type"] == "plaint.contact.opened";
    let recorded = stage.recording.events.iter().find(is_opened).map_or(&Value::Null, |event| &event["data"]);
    let mut data = recorded.clone();
    let agent = text(recorded, "agent").to_owned();
    let programme = &teller.story.programme;
    data["caller"] = json!({"capacity": "media", "keys": [{"kind": "phone", "value": programme.phone}]});
    data["concerns"] = teller.story.customers.iter().map(concerned).collect();
    let opened = event(HOTLINE, "call-1/opened", ("plaint.contact.opened", CALL), data);
    let answer = stage.client.events(&[opened])?;
    let began = Instant::now();
    let contacts = stage.client.get("/v1/contacts")?;
    let contact = contacts["contacts"].as_array().into_iter().flatten().find(|contact| contact["subject"] == CALL);
    teller.began.set(contact.and_then(|contact| text(contact, "opened").parse().ok()));
    let names: Vec<&str> = teller.story.customers.iter().map(|customer| customer.name.as_str()).collect();
    let values = [
        ("programme", programme.name.as_str()),
        ("first", names.first().copied().unwrap_or_default()),
        ("second", names.get(1).copied().unwrap_or_default()),
        ("agent", teller.people.name(&agent)),
    ];
    teller.paper.paragraph(Ink::Plain, &teller.story.say("call-opening", &values));
    teller.paper.gap();
    stage.desk.catch_up(&answer)?;
    Ok((began, agent))
}

fn concerned(customer: &Customer) -> Value {
    json!({
        "keys": [{"kind": "phone", "value": customer.phone}],
        "about": {
            "product": customer.product,
            "serial": customer.serial,
            "region": customer.region,
            "brand": customer.brand,
        },
        "category": customer.category,
    })
}

/// The one sentence, again and again, as long as the rule leaves people to act; the alert, and how often it was said.
fn repeat(stage: &mut Stage<'_>, began: Instant, agent: &str) -> Result<(usize, Decision), Failure> {
    let script = then::script(stage.recording).to_owned();
    let raised = |decision: &Decision| decision.is("plaint.alert.raised", "rule", RULE);
    let mut times = 0;
    let mut alert: Option<(SignedDuration, Decision)> = None;
    for turn in stage.recording.turns.clone() {
        if alert.as_ref().is_some_and(|(noticed, _)| turn.after >= *noticed + LADDER) {
            break;
        }
        let until = stage.pace.instant(began, turn.after);
        stage.desk.listen(until)?;
        times += usize::from(turn.text == script);
        say(stage, (began, agent), &turn, (turn.text == script).then_some(times))?;
        if alert.is_none()
            && let Some(raised) = stage.desk.all(raised).into_iter().next()
        {
            told(stage, &raised, agent)?;
            alert = Some((turn.after, raised));
        }
    }
    let (_, alert) = alert.ok_or_else(|| Failure::other("the alert of a repeated script", format!("{times} times")))?;
    Ok((times, alert))
}

/// The agent gets a hint, and somebody else, by name, is told.
fn told(stage: &mut Stage<'_>, raised: &Decision, agent: &str) -> Result<(), Failure> {
    let of_alert = |decision: &Decision| decision.text("alert") == raised.text("alert");
    stage.desk.expect("a hint for the agent", |decision| {
        of_alert(decision) && decision.is("plaint.intervention.ordered", "intervention", "hint")
    })?;
    let told = stage.desk.expect("somebody told of the alert", |decision| {
        of_alert(decision) && decision.kind == "plaint.notification.ordered"
    })?;
    let person = told.text("person");
    if person.is_empty() || person == agent { Err(Failure::other("a named lead", &told.data)) } else { Ok(()) }
}

fn say(
    stage: &mut Stage<'_>,
    (began, agent): (Instant, &str),
    turn: &Turn,
    times: Option<usize>,
) -> Result<(), Failure> {
    let teller = stage.teller;
    let is_agent = turn.speaker == "agent";
    let who = if is_agent { teller.people.name(agent) } else { teller.story.word("reporter") };
    let said = match times {
        Some(times) if times > 1 => teller.story.say("again", &[("times", &times.to_string())]),
        Some(_) | None => turn.text.clone(),
    };
    teller.said(&spelled(stage.now(began).as_secs()), who, &said);
    let mut data = json!({"speaker": turn.speaker, "text": turn.text});
    if let Some(sentiment) = turn.sentiment {
        data["sentiment"] = sentiment.into();
    }
    let id = format!("call-1/{}", turn.id);
    stage.happens(&[event(HOTLINE, &id, ("plaint.turn.said", CALL), data)])
}

/// The exchange hears of the order, connects the new agent and says so.
fn hand_over(stage: &mut Stage<'_>, order: &Decision, agent: &str) -> Result<String, Failure> {
    let command = order.text("command").to_owned();
    let heard = stage.desk.expect_delivery("the order at the telephone exchange", |body| {
        text(&body["data"], "command") == command || text(body, "command") == command
    })?;
    let new_agent = order.text("person").to_owned();
    if new_agent.is_empty() || new_agent == agent {
        return Err(Failure::other("somebody else who takes the call over", &order.data));
    }
    let teller = stage.teller;
    let values = [("new_agent", teller.people.name(&new_agent)), ("agent", teller.people.name(agent))];
    teller.aside(teller.story.word("exchange"), Ink::Green, &teller.story.say("connected", &values));
    let (joined, left) = (json!({"agent": new_agent}), json!({"agent": agent}));
    let subject = format!("command/{command}");
    let confirmed = (("plaint.command.confirmed", subject.as_str()), json!({"agent": new_agent}));
    let moves =
        [confirmed, (("plaint.contact.agent-joined", CALL), joined), (("plaint.contact.agent-left", CALL), left)];
    let events: Vec<Value> =
        (0..).zip(moves).map(|(n, (what, data))| event(HOTLINE, &format!("{}/{n}", heard.id), what, data)).collect();
    stage.happens(&events)?;
    Ok(new_agent)
}

/// The new agent speaks like a human, with both histories and both cases in front of her.
fn talk(stage: &mut Stage<'_>, began: Instant, new_agent: &str) -> Result<(), Failure> {
    let teller = stage.teller;
    let customers = &teller.story.customers;
    let mut values = vec![("new_agent".to_owned(), teller.people.name(new_agent).to_owned())];
    for (place, customer) in customers.iter().enumerate() {
        let assigned = super::cases::assigned(stage, place)?;
        let nth = place + 1;
        let role = assigned.data["desk"]["role"].as_str().unwrap_or_default();
        values.push((format!("customer_{nth}"), customer.name.clone()));
        values.push((format!("owner_{nth}"), teller.people.name(assigned.text("owner")).to_owned()));
        values.push((format!("role_{nth}"), teller.people.label("role", role).to_owned()));
        values.push((format!("due_{nth}"), teller.date(assigned.text("due"))));
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for (n, line) in teller.story.new_agent.iter().enumerate() {
        stage.pause()?;
        let is_agent = line.speaker == "agent";
        let who = if is_agent { teller.people.name(new_agent) } else { teller.story.word("reporter") };
        let said = filled(&line.text, &values);
        teller.said(&spelled(stage.now(began).as_secs()), who, &said);
        let data = json!({"speaker": line.speaker, "text": said});
        stage.happens(&[event(HOTLINE, &format!("call-1/new-{n}"), ("plaint.turn.said", CALL), data)])?;
    }
    stage.pause()
}
