//! `POST /v1/customers/find`: one customer by the keys they are known by. A key never stands in a URL.

use std::sync::Arc;

use axum::{Extension, extract::Request, http::StatusCode};
use engine::{
    case::Case,
    customer::{Customer, Touch},
    entity::{Entity, EntityKey},
    fact::{Fact, FactBody, IdentityKey, Position},
    id::Id,
    person::Directory,
};
use road::{RoadError, glance::Glance, wire::spell_instant};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Answer,
    access::Bearer,
    asked::Asked,
    cases, contacts, desk,
    problem::{Problem, What},
    taken::answer,
};

/// Touchpoints shown of one journey, the latest: the road reads each from the log.
const TOUCHES_MAX: usize = 200;
/// Keys one question may name.
const KEYS_MAX: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asks {
    keys: Vec<IdentityKey>,
}

/// What is known of a customer.
struct Known {
    customer: Customer,
    journey: Vec<(Touch, Fact)>,
    cases: Vec<Arc<Case>>,
    directory: Arc<Directory>,
}

/// Finds whoever hangs together with the keys.
pub(super) async fn find(Extension(bearer): Extension<Bearer>, asked: Asked, request: Request) -> Answer {
    let (_, Asks { keys }) = desk::asked_of(asked, request).await?;
    if keys.is_empty() || keys.len() > KEYS_MAX {
        return Err(Problem::Request { problem: format!("`keys`: expected 1 to {KEYS_MAX} keys") });
    }
    let keys: Vec<Id> = keys.iter().map(IdentityKey::id).collect();
    let known = bearer.tenant.look(move |glance| known(glance, &keys)).await?;
    let known = known.map_err(|error| contacts::failed(&error))?;
    match known.customer.id() {
        Some(id) => Ok(answer(StatusCode::OK, &spelled(id, &known))),
        None => Err(Problem::Unknown { what: What::Customer }),
    }
}

fn known(glance: &Glance<'_>, keys: &[Id]) -> Result<Known, RoadError> {
    let mut broken = None;
    let customer = Customer::resolve(keys, &mut |key| match glance.entity(EntityKey::Holder(key)) {
        Ok(found) => {
            if let Some(Entity::Holder(holder)) = found {
                Some(holder)
            } else {
                None
            }
        }
        Err(error) => {
            broken = Some(error);
            None
        }
    });
    if let Some(error) = broken {
        return Err(error);
    }
    let all = customer.journey();
    let latest = &all[all.len().saturating_sub(TOUCHES_MAX)..];
    let positions: Vec<Position> = latest.iter().map(|touch| touch.position).collect();
    let journey = latest.iter().map(|touch| (*touch).clone()).zip(glance.facts(&positions)?).collect();
    let cases = customer.cases().into_iter().map(|case| cases::case(glance, case));
    let cases = cases.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    Ok(Known { customer, journey, cases, directory: glance.directory()? })
}

fn spelled(id: Id, known: &Known) -> Value {
    let profile = known.customer.profile();
    let kinds: Vec<&str> = known.customer.keys.iter().map(|(_, holder)| holder.kind.as_str()).collect();
    let cases: Vec<Value> = known.cases.iter().map(|case| cases::short(case, &known.directory)).collect();
    json!({
        "id": id,
        "keys": kinds,
        "tier": profile.tier,
        "tags": profile.tags,
        "benefits": profile.benefits,
        "attributes": profile.attributes,
        "journey": known.journey.iter().map(|(touch, fact)| touched(touch, fact)).collect::<Vec<_>>(),
        "cases": cases,
    })
}

fn touched(touch: &Touch, fact: &Fact) -> Value {
    let (title, fields) = if let FactBody::TouchpointRecorded(recorded) = &fact.body {
        (recorded.title.as_deref(), json!(recorded.fields))
    } else if let FactBody::ComplaintFiled(filed) = &fact.body {
        (Some(filed.text.as_str()), Value::Null)
    } else {
        (None, Value::Null)
    };
    json!({
        "position": touch.position.0,
        "time": spell_instant(touch.happened),
        "kind": touch.kind,
        "hurt": touch.hurt,
        "source": fact.source,
        "subject": fact.subject,
        "title": title,
        "fields": fields,
    })
}
