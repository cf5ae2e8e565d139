//! `/v1/pauses`: the brake. A rule, or a kind of step, is held still for a time, at once and without another
//! generation; it goes on by itself.

use axum::{Extension, extract::Request, http::StatusCode};
use engine::{
    fact::{FactBody, RulePaused, RuleResumed},
    generation::PAUSE_MAX,
};
use policy::Lang;
use serde::Deserialize;
use serde_json::json;

use super::{
    Answer,
    access::Bearer,
    asked::Asked,
    desk::{self, asked_of},
    problem::Problem,
    taken::answer,
};
use crate::{lang::pick, tenant::Unmade};

/// The kinds of steps that can be paused.
const STEPS: [&str; 4] = ["notify", "hint", "intervene", "open-case"];

/// What to hold still.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asks {
    #[serde(default)]
    rule: Option<String>,
    #[serde(default)]
    step: Option<String>,
    #[serde(default)]
    brand: Option<String>,
    #[serde(default)]
    seconds: Option<u32>,
    #[serde(default)]
    reason: Option<String>,
}

/// Holds it still.
pub(super) async fn pause(Extension(bearer): Extension<Bearer>, asked: Asked, request: Request) -> Answer {
    let (headers, Asks { rule, step, brand, seconds, reason }) = asked_of::<Asks>(asked, request).await?;
    let most = PAUSE_MAX.0 / 1_000;
    let fits = |seconds: &u32| (1..=most).contains(&i64::from(*seconds));
    let seconds = seconds.filter(fits).ok_or_else(|| Problem::parameter("seconds", &format!("1 to {most}")))?;
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    let reason = reason.ok_or_else(|| Problem::parameter("reason", "why, for whoever finds it paused"))?;
    known(&bearer, rule.clone(), step.as_deref()).await?;
    let by = Some(bearer.person());
    let paused = RulePaused { rule, step, brand, seconds, by, reason: Some(reason) };
    let decided = desk::act(&bearer, &headers, subject(&paused.rule), FactBody::RulePaused(paused)).await?;
    Ok(answer(StatusCode::OK, &json!({"position": decided.positions.first().map(|position| position.0)})))
}

/// Lets it go on before its time.
pub(super) async fn resume(Extension(bearer): Extension<Bearer>, asked: Asked, request: Request) -> Answer {
    let (headers, Asks { rule, step, brand, .. }) = asked_of::<Asks>(asked, request).await?;
    let resumed = RuleResumed { rule, step, brand, by: Some(bearer.person()) };
    paused(&bearer, resumed.clone()).await?;
    let decided = desk::act(&bearer, &headers, subject(&resumed.rule), FactBody::RuleResumed(resumed)).await?;
    Ok(answer(StatusCode::OK, &json!({"position": decided.positions.first().map(|position| position.0)})))
}

/// What is to go on must be held still now, by the very words it was paused with.
async fn paused(bearer: &Bearer, resumed: RuleResumed) -> Result<(), Problem> {
    let now = bearer.tenant.now();
    let generations = bearer.tenant.look(|glance| glance.generations()).await?;
    let generations = generations.map_err(|error| Problem::Unmade(Unmade::Failed(error.to_string())))?;
    let wanted = (&resumed.rule, &resumed.step, &resumed.brand);
    let in_force = generations.pauses.iter().filter(|pause| now.is_none_or(|now| now < pause.until));
    if in_force.into_iter().any(|pause| (&pause.rule, &pause.step, &pause.brand) == wanted) {
        return Ok(());
    }
    Err(Problem::Unmade(Unmade::NotPaused))
}

/// A brake that holds nothing because of a slip of the pen would be worse than none.
async fn known(bearer: &Bearer, rule: Option<String>, step: Option<&str>) -> Result<(), Problem> {
    if let Some(step) = step.filter(|step| !STEPS.contains(step)) {
        return Err(Problem::parameter("step", &format!("one of {}, not `{step}`", STEPS.join(", "))));
    }
    let Some(rule) = rule else {
        return step.map(drop).ok_or_else(|| Problem::parameter("rule", "a rule, or a `step` of all rules"));
    };
    let rules =
        bearer.tenant.look(|glance| glance.policy().rules.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>());
    let rules = rules.await?;
    if rules.contains(&rule) {
        return Ok(());
    }
    let nearest = policy::nearest(&rule, rules.iter().map(String::as_str));
    Err(Problem::Unmade(Unmade::NoRule(Unmade::texts(|lang| {
        let said =
            pick(lang, "现行策略包里没有规则 `{rule}`", "the live pack has no rule `{rule}`").replace("{rule}", &rule);
        match (&nearest, lang) {
            (None, _) => said,
            (Some(name), Lang::Zh) => format!("{said},是不是 `{name}`?"),
            (Some(name), Lang::En) => format!("{said}; did you mean `{name}`?"),
        }
    }))))
}

fn subject(rule: &Option<String>) -> String {
    format!("rule/{}", rule.as_deref().unwrap_or("all"))
}
