//! Who may enter: a bearer token names the tenant, the role and the person; which roles a door is for stands here.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, problem::Problem, speak::Seen};
use crate::{
    tenant::Tenant,
    tokens::{Role, Token},
};

/// Tell of events and messages.
pub(super) const TELLS: &[Role] = &[Role::Source, Role::Operator];
/// Read contacts, alerts, cases and customers.
pub(super) const READS: &[Role] = &[Role::Agent, Role::Lead, Role::Owner, Role::Manager, Role::Operator];
/// See an alert and take it on; act on a case, where the fold says whose it must be.
pub(super) const ACTS: &[Role] = READS;
/// Say what came of an alert: not the agent it may be about.
pub(super) const DISPOSES: &[Role] = &[Role::Lead, Role::Owner, Role::Manager, Role::Operator];
/// Follow all decisions.
pub(super) const WATCHES: &[Role] = DISPOSES;
/// Look after plaint itself.
pub(super) const OPERATES: &[Role] = &[Role::Operator];

/// Who is there.
#[derive(Clone)]
pub(super) struct Bearer {
    /// Whose data the token opens; there is no way to another's.
    pub(super) tenant: Arc<Tenant>,
    /// The token.
    pub(super) token: Arc<Token>,
}

impl Bearer {
    /// Who acts: the token's person, else the token itself.
    pub(super) fn person(&self) -> String {
        self.token.person.clone().unwrap_or_else(|| format!("token:{}", self.token.id))
    }
}

/// Lets in who may enter.
pub(super) async fn admit(
    State((app, roles)): State<(App, &'static [Role])>,
    mut request: Request,
    next: Next,
) -> Response {
    match bearer(&app, roles, &request) {
        Ok(bearer) => {
            let seen = Seen(bearer.tenant.name.clone());
            request.extensions_mut().insert(bearer);
            let mut response = next.run(request).await;
            response.extensions_mut().insert(seen);
            response
        }
        Err(problem) => problem.into_response(),
    }
}

fn bearer(app: &App, roles: &'static [Role], request: &Request) -> Result<Bearer, Problem> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, secret) = header.and_then(|value| value.split_once(' ')).ok_or(Problem::NoToken)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::NoToken);
    }
    let token = app.tokens.find(secret.trim()).map_err(|error| {
        tracing::error!(problem = error.to_string(), "the tokens cannot be read");
        Problem::Failed
    })?;
    let token = token.ok_or(Problem::UnknownToken)?;
    let tenant = app.tenants.get(&token.tenant).cloned().ok_or(Problem::UnknownToken)?;
    if !roles.contains(&token.role) {
        return Err(Problem::WrongRole { role: token.role, needs: roles });
    }
    Ok(Bearer { tenant, token: Arc::new(token) })
}
