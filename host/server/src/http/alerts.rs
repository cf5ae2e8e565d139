//! `/v1/alerts`: what people must look at, why, and what they say of it.
//!
//! An action is a fact like any other; whoever asks for it waits until the fold has accepted or refused it.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Request},
    http::{HeaderMap, StatusCode},
};
use engine::{
    alert::{Alert, Book},
    decision::{AlertActionRefused, Decision, DecisionBody},
    entity::{Entity, EntityKey, Listing},
    fact::{AlertDisposed, AlertSeen, AlertTaken, Disposition, FactBody},
    id::Id,
    rule::Severity,
};
use road::{
    RoadError,
    glance::Glance,
    wire::{Told, decision_data, spell_instant},
};
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

const FILTERS: [&str; 3] = ["rule", "severity", "agent"];

/// What is asked of a list.
#[derive(Default)]
struct Filter {
    rule: Option<String>,
    severity: Option<Severity>,
    agent: Option<String>,
}

/// An alert where it stands, and what was said when it was raised.
struct Shown {
    book: Arc<Book>,
    alert: Alert,
    raised: Option<Told>,
}

/// Open alerts, the contacts with the latest first.
pub(super) async fn list(Extension(bearer): Extension<Bearer>, asked: Asked) -> Answer {
    let [rule, severity, agent] = FILTERS;
    let asked = asked.only(&[rule, severity, agent, page::AFTER, page::LIMIT])?;
    let limit = page::limit(&asked)?;
    let after = page::after(&asked, EntityKey::Book)?;
    let known = |text: &str| serde_json::from_value(Value::String(text.to_owned())).ok();
    let filter = Filter {
        rule: asked.get(rule).map(str::to_owned),
        severity: asked.read(severity, "info, warning or critical", known)?,
        agent: asked.get(agent).map(str::to_owned),
    };
    let listed = bearer.tenant.look(move |glance| {
        page::gather(glance, (Listing::Alerts, after), limit, |key, shown| {
            let EntityKey::Book(id) = key else { return Ok(()) };
            let Some(book) = book(glance, id)? else { return Ok(()) };
            for alert in book.open_alerts().filter(|alert| filter.wants(&book, alert)) {
                shown.push(show(glance, Arc::clone(&book), alert.clone())?);
            }
            Ok(())
        })
    });
    let (shown, next) = listed.await?.map_err(|error| contacts::failed(&error))?;
    let alerts: Vec<Value> = shown.iter().map(Shown::short).collect();
    Ok(answer(StatusCode::OK, &json!({"alerts": alerts, "next": next.and_then(page::spelled)})))
}

/// One alert, with why it was raised.
pub(super) async fn one(Extension(bearer): Extension<Bearer>, Path(id): Path<String>, asked: Asked) -> Answer {
    asked.only(&[])?;
    let shown = find(&bearer.tenant, &id).await?;
    Ok(answer(StatusCode::OK, &shown.long()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dispose {
    disposition: Disposition,
    #[serde(default)]
    note: Option<String>,
}

/// Somebody has seen it.
pub(super) async fn see(bearer: Extension<Bearer>, id: Path<String>, asked: Asked, request: Request) -> Answer {
    let (headers, _) = desk::asked_of::<Nothing>(asked, request).await?;
    let by = Some(bearer.person());
    act(&bearer, &id, &headers, FactBody::AlertSeen(AlertSeen { by })).await
}

/// Somebody takes it on.
pub(super) async fn take(bearer: Extension<Bearer>, id: Path<String>, asked: Asked, request: Request) -> Answer {
    let (headers, _) = desk::asked_of::<Nothing>(asked, request).await?;
    let by = Some(bearer.person());
    act(&bearer, &id, &headers, FactBody::AlertTaken(AlertTaken { by })).await
}

/// Somebody says what came of it.
pub(super) async fn dispose(bearer: Extension<Bearer>, id: Path<String>, asked: Asked, request: Request) -> Answer {
    let (headers, Dispose { disposition, note }) = desk::asked_of(asked, request).await?;
    let by = Some(bearer.person());
    act(&bearer, &id, &headers, FactBody::AlertDisposed(AlertDisposed { disposition, by, note })).await
}

/// Has the fold accept or refuse what a person did.
async fn act(bearer: &Bearer, id: &str, headers: &HeaderMap, body: FactBody) -> Answer {
    let alert = find(&bearer.tenant, id).await?.alert.id;
    let decided = desk::act(bearer, headers, format!("alert/{alert}"), body).await?;
    let refused = decided.told.into_iter().find_map(|told| {
        let DecisionBody::AlertActionRefused(refused) = told.decision.body else { return None };
        (refused.about == alert).then_some(refused)
    });
    if let Some(AlertActionRefused { action, missing, now, .. }) = refused {
        return Err(Problem::Refused { action, missing, now });
    }
    Ok(answer(StatusCode::OK, &find(&bearer.tenant, id).await?.long()))
}

async fn find(tenant: &Tenant, id: &str) -> Result<Shown, Problem> {
    let unknown = Problem::Unknown { what: What::Alert };
    let Some(id) = Id::parse(id) else { return Err(unknown) };
    let found = tenant.look(move |glance| {
        let Some(Entity::Home(contact)) = glance.entity(EntityKey::Home(id))? else { return Ok(None) };
        let Some(book) = book(glance, contact)? else { return Ok(None) };
        let alert = book.alert(id).cloned();
        alert.map(|alert| show(glance, book, alert)).transpose()
    });
    found.await?.map_err(|error| contacts::failed(&error))?.ok_or(unknown)
}

/// The book of a contact.
pub(super) fn book(glance: &Glance<'_>, contact: Id) -> Result<Option<Arc<Book>>, RoadError> {
    let found = glance.entity(EntityKey::Book(contact))?;
    Ok(if let Some(Entity::Book(book)) = found { Some(book) } else { None })
}

fn show(glance: &Glance<'_>, book: Arc<Book>, alert: Alert) -> Result<Shown, RoadError> {
    let id = alert.id;
    let is = |decision: &Decision| matches!(&decision.body, DecisionBody::AlertRaised(raised) if raised.alert == id);
    Ok(Shown { raised: glance.find(alert.raised, is)?, book, alert })
}

/// The alerts of a book, in short and without what was said.
pub(super) fn all(book: &Arc<Book>) -> Vec<Value> {
    let shown = |alert: &Alert| Shown { book: Arc::clone(book), alert: alert.clone(), raised: None }.short();
    book.alerts.iter().map(shown).collect()
}

impl Filter {
    fn wants(&self, book: &Book, alert: &Alert) -> bool {
        self.rule.as_deref().is_none_or(|rule| rule == alert.rule)
            && self.severity.is_none_or(|severity| severity == alert.severity)
            && self.agent.as_deref().is_none_or(|agent| Some(agent) == agent_of(book))
    }
}

impl Shown {
    fn short(&self) -> Value {
        let Shown { book, alert, raised } = self;
        let mut shown = json!({
            "id": alert.id,
            "rule": alert.rule,
            "severity": alert.severity,
            "state": alert.state.word(),
            "raised": spell_instant(alert.raised),
            "agent": agent_of(book),
            "contact": contacts::named(book),
            "disposition": alert.disposition,
        });
        if let Some(data) = raised.as_ref().map(decision_data) {
            shown["say"] = data.get("say").cloned().unwrap_or_default();
        }
        shown
    }

    /// With why: the decision that raised it says so.
    fn long(&self) -> Value {
        let mut shown = self.short();
        if let Some(raised) = &self.raised {
            let data = decision_data(raised);
            for field in ["evidence", "late", "generation"] {
                shown[field] = data.get(field).cloned().unwrap_or_default();
            }
            shown["decision"] = format!("{}-{}", raised.position.0, raised.n).into();
        }
        shown
    }
}

fn agent_of(book: &Book) -> Option<&str> {
    let agent = book.seen.as_ref()?.about.agent.as_ref()?;
    Some(&agent.id)
}
