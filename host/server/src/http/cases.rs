//! `/v1/cases`: matters that somebody answers for, and what people do about them.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Request},
    http::StatusCode,
};
use engine::{
    case::{Action, Case, CaseState},
    decision::{CaseActionRefused, DecisionBody},
    entity::{Entity, EntityKey, Listing},
    fact::{CaseActionRequested, Fact, FactBody},
    id::Id,
    person::Directory,
    rule::Severity,
};
use road::{RoadError, glance::Glance, wire::spell_instant};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Answer,
    access::Bearer,
    asked::Asked,
    contacts, desk, page,
    problem::{Problem, What},
    taken::answer,
};
use crate::tenant::Tenant;

const FILTERS: [&str; 5] = ["owner", "department", "category", "severity", "state"];

/// What is asked of a list.
struct Filter {
    owner: Option<String>,
    department: Option<String>,
    category: Option<String>,
    severity: Option<Severity>,
    state: Option<CaseState>,
}

/// What a person asks of a case; which action stands in the path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asks {
    /// The state the person saw.
    #[serde(default)]
    expected: Option<String>,
    /// To whom, for a transfer.
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    note: Option<String>,
}

/// Open cases, the latest first.
pub(super) async fn list(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    let [owner, department, category, severity, state] = FILTERS;
    let asked = asked.only(&[owner, department, category, severity, state, page::AFTER, page::LIMIT])?;
    let limit = page::limit(&asked)?;
    let after = page::after(&asked, EntityKey::Case)?;
    let text = |name: &str| asked.get(name).map(str::to_owned);
    let known = |text: &str| serde_json::from_value(Value::String(text.to_owned())).ok();
    let states = CaseState::WORDS.map(|(word, _)| word).join(", ");
    let of_word = |text: &str| CaseState::WORDS.iter().find(|(word, _)| *word == text).map(|(_, state)| *state);
    let filter = Filter {
        owner: text(owner),
        department: text(department),
        category: text(category),
        severity: asked.read(severity, "info, warning or critical", known)?,
        state: asked.read(state, &states, of_word)?,
    };
    let listed = bearer.tenant.look(move |glance| {
        let directory = glance.directory()?;
        page::gather(glance, (Listing::Cases, after), limit, |key, shown| {
            let EntityKey::Case(id) = key else { return Ok(()) };
            let wanted = case(glance, id)?.filter(|case| filter.wants(case));
            shown.extend(wanted.map(|case| short(&case, &directory)));
            Ok(())
        })
    });
    let (cases, next) = listed.await?.map_err(|error| contacts::failed(&error))?;
    Ok(answer(StatusCode::OK, &json!({"cases": cases, "next": next.and_then(page::spelled)})))
}

/// One case, with what was complained of and what people did.
pub(super) async fn one(Extension(bearer): Extension<Bearer>, Path(id): Path<String>, asked: Asked) -> Answer {
    asked.only(&[])?;
    Ok(answer(StatusCode::OK, &long(&find(&bearer.tenant, &id).await?)))
}

/// A person asks for an action.
pub(super) async fn act(
    bearer: Extension<Bearer>,
    Path((id, action)): Path<(String, String)>,
    asked: Asked,
    request: Request,
) -> Answer {
    if Action::named(&action).is_none() {
        return Err(Problem::NoSuchDoor);
    }
    let (headers, Asks { expected, to, note }) = desk::asked_of(asked, request).await?;
    let found = find(&bearer.tenant, &id).await?.case;
    let (by, role) = (Some(bearer.person()), Some(bearer.token.role.word().to_owned()));
    let body = FactBody::CaseActionRequested(CaseActionRequested { action, by, role, expected, to, note });
    let decided = desk::act(&bearer, &headers, format!("case/{}", found.id), body).await?;
    let refused = decided.told.into_iter().find_map(|told| {
        let DecisionBody::CaseActionRefused(refused) = told.decision.body else { return None };
        (refused.case == found.id).then_some(refused)
    });
    if let Some(CaseActionRefused { action, missing, now, .. }) = refused {
        return Err(Problem::Refused { action, missing, now });
    }
    Ok(answer(StatusCode::OK, &long(&find(&bearer.tenant, &id).await?)))
}

/// A case.
pub(super) fn case(glance: &Glance<'_>, id: Id) -> Result<Option<Arc<Case>>, RoadError> {
    let found = glance.entity(EntityKey::Case(id))?;
    Ok(if let Some(Entity::Case(case)) = found { Some(case) } else { None })
}

async fn find(tenant: &Tenant, id: &str) -> Result<Found, Problem> {
    let unknown = Problem::Unknown { what: What::Case };
    let Some(id) = Id::parse(id) else { return Err(unknown) };
    let found = tenant.look(move |glance| {
        let Some(case) = case(glance, id)? else { return Ok(None) };
        let complaint = glance.facts(&[case.complaint])?.pop();
        Ok::<_, RoadError>(Some(Found { case, complaint, directory: glance.directory()? }))
    });
    found.await?.map_err(|error| contacts::failed(&error))?.ok_or(unknown)
}

impl Filter {
    fn wants(&self, case: &Case) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
        is(&self.owner, case.owner.as_deref())
            && is(&self.department, case.desk.as_ref().map(|desk| desk.department.as_str()))
            && is(&self.category, Some(&case.category))
            && self.severity.is_none_or(|severity| severity == case.severity)
            && self.state.is_none_or(|state| state == case.state)
    }
}

/// A case with what is shown beside it.
struct Found {
    case: Arc<Case>,
    complaint: Option<Fact>,
    directory: Arc<Directory>,
}

/// A case in a list.
pub(super) fn short(case: &Case, directory: &Directory) -> Value {
    let desk = case.desk.as_ref();
    let name = |id: &Option<String>| directory.person(id.as_deref()?)?.name.clone();
    json!({
        "id": case.id,
        "category": case.category,
        "severity": case.severity,
        "state": case.state.word(),
        "opened": spell_instant(case.opened),
        "due": case.due.map(spell_instant),
        "closed": case.closed.map(spell_instant),
        "priority": case.priority,
        "department": desk.map(|desk| desk.department.as_str()),
        "role": desk.map(|desk| desk.role.as_str()),
        "owner": case.owner,
        "owner_name": name(&case.owner),
        "keeper": case.keeper,
        "keeper_name": name(&case.keeper),
        "chasers": case.chasers,
        "channel": case.channel,
        "product": case.matter.product,
        "brand": case.matter.brand,
        "region": case.matter.region,
    })
}

fn long(Found { case, complaint, directory }: &Found) -> Value {
    let mut shown = short(case, directory);
    shown["confidence"] = (f64::from(case.confidence) / 100.0).into();
    shown["contacts"] = json!(case.contacts);
    shown["complaint"] = complaint.as_ref().map(words).into();
    let moves = case.moves.iter();
    let moves = moves.map(|moved| json!({"action": moved.action, "by": moved.by, "at": spell_instant(moved.at)}));
    shown["moves"] = moves.collect();
    shown
}

/// What the customer said, where the case began.
fn words(fact: &Fact) -> Value {
    let (text, demand) = if let FactBody::ComplaintFiled(filed) = &fact.body {
        (Some(filed.text.as_str()), filed.demand.as_deref())
    } else if let FactBody::TurnSaid(said) = &fact.body {
        (said.text.as_deref(), None)
    } else {
        (None, None)
    };
    json!({"position": fact.position.0, "time": spell_instant(fact.happened()), "text": text, "demand": demand})
}
