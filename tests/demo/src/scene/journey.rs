//! Part one: what two consumers went through before anybody phoned, out of systems that know nothing of each other.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Stage, event, then::text};
use crate::{failure::Failure, paper::Ink, story::Customer, tell::Teller};

/// What the server shows of both journeys.
#[derive(Default)]
pub(crate) struct Journey {
    pub(crate) stations: usize,
    pub(crate) hurts: usize,
    /// Between which positions of the log they stand.
    pub(crate) positions: (u64, u64),
}

/// Plays it.
pub(crate) fn play(stage: &mut Stage<'_>) -> Result<Journey, Failure> {
    let teller = stage.teller;
    teller.paper.heading(teller.story.word("journey-heading"));
    teller.paper.paragraph(Ink::Plain, teller.story.word("journey-opening"));
    stage.happens(&told(&teller.story.customers))?;
    let mut journey = Journey { positions: (u64::MAX, 0), ..Journey::default() };
    for customer in &teller.story.customers {
        let found = stage.client.find(&customer.phone)?;
        let stations = found["journey"].as_array().cloned().unwrap_or_default();
        if stations.len() != customer.journey.len() {
            return Err(Failure::other("a whole journey", format!("{} of {}", stations.len(), customer.journey.len())));
        }
        show(teller, customer, &found, &stations);
        journey.stations += stations.len();
        journey.hurts += stations.iter().filter(|station| station["hurt"] == true).count();
        for position in stations.iter().filter_map(|station| station["position"].as_u64()) {
            journey.positions = (journey.positions.0.min(position), journey.positions.1.max(position));
        }
        stage.pause()?;
    }
    let values = [("stations", &*journey.stations.to_string()), ("hurts", &journey.hurts.to_string())];
    teller.paper.gap();
    teller.paper.paragraph(Ink::Bold, &teller.story.say("journey-closing", &values));
    stage.pause()?;
    Ok(journey)
}

/// What each system tells, by the key it knows.
fn told(customers: &[Customer]) -> Vec<Value> {
    let now = Timestamp::now();
    let mut events = Vec::new();
    for (place, customer) in customers.iter().enumerate() {
        let keys = [("phone", &customer.phone), ("member", &customer.member), ("handle", &customer.handle)];
        let keys = keys.map(|(kind, value)| json!({"kind": kind, "value": value}));
        let data = json!({"keys": keys, "tier": customer.tier, "tags": customer.tags});
        let id = format!("customer-{place}");
        events.push(event("crm", &id, ("plaint.profile.updated", &format!("profile/{id}")), data));
        for (n, station) in customer.journey.iter().enumerate() {
            let known = keys.iter().filter(|key| text(key, "kind") == station.by);
            let mut data = json!({"kind": station.kind, "title": station.title, "keys": known.collect::<Vec<_>>()});
            data["fields"] = station.fields.clone().into_iter().collect();
            let id = format!("{place}-{n}");
            let subject = format!("touchpoint/{id}");
            let mut touchpoint = event(&station.source, &id, ("plaint.touchpoint.recorded", &subject), data);
            touchpoint["time"] = (now - SignedDuration::from_hours(24 * station.days_ago)).to_string().into();
            events.push(touchpoint);
        }
    }
    events
}

fn show(teller: &Teller<'_>, customer: &Customer, found: &Value, stations: &[Value]) {
    let tags = found["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let tags = tags.map(|tag| teller.story.named("tag", tag));
    let known: Vec<String> = std::iter::once(teller.story.named("tier", text(found, "tier"))).chain(tags).collect();
    teller.paper.gap();
    teller.paper.row(&[(2, Ink::Plain, ""), (12, Ink::Bold, &customer.name)], Ink::Dim, &known.join(" · "));
    for station in stations {
        let (mark, ink) = if station["hurt"] == true { ("✗", Ink::Red) } else { ("·", Ink::Dim) };
        let day = teller.day(text(station, "time"));
        let kind = teller.story.named("kind", text(station, "kind"));
        let cells = [(4, ink, format!("  {mark}")), (16, Ink::Dim, day), (20, ink, kind)];
        let cells = cells.each_ref().map(|(width, ink, text)| (*width, *ink, text.as_str()));
        teller.paper.row(&cells, Ink::Plain, text(station, "title"));
    }
}
