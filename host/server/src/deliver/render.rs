//! What a delivery says, written when it is sent: the person as they can be reached now, the alert or case as it is.

use engine::{
    alert::CommandState,
    decision::DecisionBody,
    entity::{Entity, EntityKey},
    id::Id,
    person::Person,
};
use road::{
    RoadError,
    glance::Glance,
    wire::{Told, decision_data},
};
use serde_json::{Map, Value, json};

/// A delivery as it stands when it is to be sent.
pub(super) enum Rendered {
    /// This is sent.
    Body(String),
    /// Nobody waits for it any more.
    Overtaken,
    /// The generation that ordered it was rolled back, and the one that is live does not want it.
    Withdrawn,
}

/// Its id, the idempotency key: of the decision and the channel.
pub(super) fn delivery_id(body: &DecisionBody, channel: &str) -> Id {
    let of = ordered(body).map(|ordered| ordered.id).unwrap_or_default();
    Id::of(&[b"delivery", &of.0, channel.as_bytes()])
}

/// Writes it.
///
/// # Errors
/// When the store fails.
pub(super) fn render(glance: &Glance<'_>, told: &Told) -> Result<Rendered, RoadError> {
    let body = &told.decision.body;
    if let DecisionBody::InterventionOrdered(ordered) = body {
        let book = glance.entity(EntityKey::Book(told.decision.subject))?;
        let open = match book {
            Some(Entity::Book(book)) => {
                book.command(ordered.command).is_some_and(|command| command.state == CommandState::Open)
            }
            Some(_) | None => false,
        };
        if !open {
            return Ok(Rendered::Overtaken);
        }
    }
    if is_withdrawn(glance, told)? {
        return Ok(Rendered::Withdrawn);
    }
    let mut says: Map<String, Value> = decision_data(told);
    says.insert("kind".into(), json!(body.name()));
    says.insert("subject".into(), json!(told.subject));
    says.insert("decision".into(), json!(format!("{}-{}", told.position.0, told.n)));
    let ordered = ordered(body);
    if let Some(person) = ordered.as_ref().and_then(|ordered| ordered.person) {
        let directory = glance.directory()?;
        says.insert("person".into(), directory.person(person).map_or_else(|| json!({"id": person}), spelled));
    }
    let alert = ordered.and_then(|ordered| ordered.alert);
    if let Some(said) = alert.map(|alert| said(glance, told, alert)).transpose()?.flatten() {
        says.insert("say".into(), said);
    }
    Ok(Rendered::Body(Value::Object(says).to_string()))
}

/// What the two kinds of orders have in common.
struct Ordered<'a> {
    id: Id,
    alert: Option<Id>,
    person: Option<&'a str>,
}

fn ordered(body: &DecisionBody) -> Option<Ordered<'_>> {
    if let DecisionBody::NotificationOrdered(ordered) = body {
        return Some(Ordered { id: ordered.notification, alert: ordered.alert, person: ordered.person.as_deref() });
    }
    if let DecisionBody::InterventionOrdered(ordered) = body {
        return Some(Ordered { id: ordered.command, alert: Some(ordered.alert), person: ordered.person.as_deref() });
    }
    None
}

/// Whether a rollback took back what ordered it; a rule that the live generation has as well orders it still.
fn is_withdrawn(glance: &Glance<'_>, told: &Told) -> Result<bool, RoadError> {
    let Some(alert) = ordered(&told.decision.body).and_then(|ordered| ordered.alert) else { return Ok(false) };
    if !glance.generations()?.has_withdrawn(told.generation, told.position) {
        return Ok(false);
    }
    let definition = match glance.entity(EntityKey::Book(told.decision.subject))? {
        Some(Entity::Book(book)) => book.alert(alert).map(|alert| alert.definition),
        Some(_) | None => None,
    };
    Ok(!glance.policy().rules.iter().any(|rule| Some(rule.digest) == definition))
}

fn spelled(person: &Person) -> Value {
    json!({"id": person.id, "name": person.name, "reach": person.reach})
}

/// What people read of the alert.
fn said(glance: &Glance<'_>, told: &Told, alert: Id) -> Result<Option<Value>, RoadError> {
    let book = match glance.entity(EntityKey::Book(told.decision.subject))? {
        Some(Entity::Book(book)) => book,
        Some(_) | None => return Ok(None),
    };
    let Some(raised) = book.alert(alert).map(|alert| alert.raised) else { return Ok(None) };
    let found = glance.find(
        raised,
        |decision| matches!(&decision.body, DecisionBody::AlertRaised(raised) if raised.alert == alert),
    )?;
    let Some(DecisionBody::AlertRaised(raised)) = found.map(|told| told.decision.body) else { return Ok(None) };
    Ok(Some(json!({"zh": raised.say.zh, "en": raised.say.en})))
}
