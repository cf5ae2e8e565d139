//! `GET /v1/contacts`, `GET /v1/contacts/{id}`: sessions as they stand, and what was said in one.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Extension, extract::Path, http::StatusCode};
use engine::{
    alert::Book,
    contact::{About, Contact, Signals},
    entity::{Entity, EntityKey, Listing},
    fact::{Fact, FactBody, TurnSaid},
    id::Id,
    time::Instant,
};
use road::{RoadError, glance::Glance, wire::spell_instant};
use serde_json::{Value, json};

use super::{
    Answer,
    access::Bearer,
    alerts,
    asked::Asked,
    page,
    problem::{Problem, What},
    taken::answer,
};

/// Facts of one contact that are read for its transcript: a day of talk; of a longer one the latest part is shown.
const TRANSCRIPT_FACTS_MAX: usize = 2_000;

/// Open contacts, the latest first.
pub(super) async fn list(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    let asked = asked.only(&[page::AFTER, page::LIMIT])?;
    let limit = page::limit(&asked)?;
    let after = page::after(&asked, EntityKey::Contact)?;
    let listed = bearer.tenant.look(move |glance| {
        page::gather(glance, (Listing::Contacts, after), limit, |key, shown| {
            shown.extend(found(glance, key)?);
            Ok(())
        })
    });
    let (contacts, next) = listed.await?.map_err(|error| failed(&error))?;
    let contacts: Vec<Value> = contacts.iter().map(|(id, contact)| spelled(*id, contact)).collect();
    Ok(answer(StatusCode::OK, &json!({"contacts": contacts, "next": next.and_then(page::spelled)})))
}

/// One contact, with what was said.
pub(super) async fn one(Extension(bearer): Extension<Bearer>, Path(id): Path<String>, asked: Asked) -> Answer {
    asked.only(&[])?;
    let unknown = Problem::Unknown { what: What::Contact };
    let Some(id) = Id::parse(&id) else { return Err(unknown) };
    let seen = bearer.tenant.look(move |glance| {
        let Some((_, contact)) = found(glance, EntityKey::Contact(id))? else { return Ok(None) };
        let book = alerts::book(glance, id)?;
        let trail = glance.trail(contact.latest, TRANSCRIPT_FACTS_MAX)?;
        Ok::<_, RoadError>(Some((contact, book, trail)))
    });
    let seen = seen.await?.map_err(|error| failed(&error))?;
    let Some((contact, book, trail)) = seen else { return Err(unknown) };
    let mut shown = spelled(id, &contact);
    shown["signals"] = signals(&contact.measured().signals);
    let alerts = book.as_ref().map_or_else(Vec::new, alerts::all);
    shown["alerts"] = alerts.into();
    shown["transcript"] = transcript(&trail);
    Ok(answer(StatusCode::OK, &shown))
}

/// What the log says of it goes to the log of the server, not to whoever asks.
pub(super) fn failed(error: &RoadError) -> Problem {
    tracing::error!(problem = error.to_string(), "the store failed");
    Problem::Failed
}

type Found = Option<(Id, Arc<Contact>)>;

fn found(glance: &Glance<'_>, key: EntityKey) -> Result<Found, RoadError> {
    let EntityKey::Contact(id) = key else { return Ok(None) };
    let found = glance.entity(key)?;
    Ok(if let Some(Entity::Contact(contact)) = found { Some((id, contact)) } else { None })
}

fn spelled(id: Id, contact: &Contact) -> Value {
    let About { source, subject, channel, queue, brand, caller, agent } = &*contact.about;
    let agent = agent.as_ref();
    json!({
        "id": id,
        "source": source,
        "subject": subject,
        "state": if contact.closed.is_some() { "closed" } else { "open" },
        "episode": contact.episode,
        "opened": spell_instant(contact.opened),
        "closed": contact.closed.map(spell_instant),
        "channel": channel,
        "queue": queue,
        "brand": brand,
        "caller": caller.word(),
        "agent": agent.map(|agent| json!({"id": agent.id, "team": agent.team, "employer": agent.employer})),
        "agents": contact.agents,
        "concerned": contact.concerned.len(),
        "held": contact.held,
        "sensitive": contact.sensitive,
    })
}

/// As conditions read them.
fn signals(signals: &Signals) -> Value {
    let times = |thousandths: u32| f64::from(thousandths) / 1_000.0;
    json!({
        "agent_repeats": times(signals.agent_repeats),
        "customer_repeats": times(signals.customer_repeats),
        "dissatisfied_run": signals.dissatisfied_run,
        "turns": signals.turns,
        "customer_turns": signals.customer_turns,
        "agent_turns": signals.agent_turns,
        "unanswered_since": signals.unanswered_since.map(spell_instant),
        "latest_turn": signals.latest_turn.map(spell_instant),
    })
}

/// The turns in the order they happened, each in its newest revision, where its first stood.
fn transcript(trail: &[Fact]) -> Value {
    let mut turns: BTreeMap<&str, (Instant, &Fact, &TurnSaid)> = BTreeMap::new();
    for fact in trail {
        let FactBody::TurnSaid(said) = &fact.body else { continue };
        let turn = turns.entry(&fact.id).or_insert((fact.happened(), fact, said));
        if fact.revision > turn.1.revision {
            let happened = fact.time.unwrap_or(turn.0);
            *turn = (happened, fact, said);
        }
    }
    let mut turns: Vec<_> = turns.into_values().collect();
    turns.sort_by_key(|(happened, fact, _)| (*happened, fact.position));
    let turns: Vec<Value> = turns.into_iter().map(|(_, fact, said)| turn(fact, said)).collect();
    let is_partial = trail.len() == TRANSCRIPT_FACTS_MAX;
    json!({"turns": turns, "partial": is_partial})
}

fn turn(fact: &Fact, said: &TurnSaid) -> Value {
    json!({
        "id": fact.id,
        "position": fact.position.0,
        "revision": fact.revision,
        "time": fact.time.map(spell_instant),
        "speaker": said.speaker.word(),
        "agent": said.agent,
        "text": said.text,
        "deleted": said.text.is_none(),
        "sentiment": said.sentiment,
        "labels": said.labels,
    })
}

/// The contact of a book, in the source's words.
pub(super) fn named(book: &Book) -> Value {
    let about = book.seen.as_ref().map(|seen| &seen.about);
    json!({
        "id": book.subject,
        "source": about.map(|about| about.source.as_str()),
        "subject": about.map(|about| about.subject.as_str()),
    })
}
