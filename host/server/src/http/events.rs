//! `POST /v1/events`: CloudEvents in, structured, batched or binary. All of a request are taken, or none.

use axum::{
    Extension,
    extract::{Request, State},
};

use super::{Answer, App, access::Bearer, asked::Asked, body, cloudevents, taken};

/// Takes events.
pub(super) async fn take(
    State(app): State<App>,
    Extension(bearer): Extension<Bearer>,
    asked: Asked,
    request: Request,
) -> Answer {
    let waits = taken::waits(&asked.only(&[taken::WAIT])?)?;
    let (parts, body) = request.into_parts();
    let bytes = body::read(body, app.limits.request_bytes).await?;
    let events = cloudevents::read(&parts.headers, &bytes)?;
    taken::take(&bearer.tenant, events, waits).await
}
