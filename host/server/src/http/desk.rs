//! What people do at their desks: an action is a fact like any other, and whoever asks for it waits for the fold.

use axum::{extract::Request, http::HeaderMap};
use engine::{fact::FactBody, id::Id};
use road::{source::Decided, wire::Event};
use serde::de::DeserializeOwned;

use super::{
    access::Bearer,
    asked::Asked,
    body,
    problem::Problem,
    taken::{in_time, positions},
};
use crate::tenant::From;

/// Who tells of what people do.
const SOURCE: &str = "plaint.desk";
/// A key that a client makes up, a UUID for example.
const KEY_BYTES_MAX: usize = 128;

/// What a person asks for, with the headers beside it.
pub(super) async fn asked_of<T: DeserializeOwned>(asked: Asked, request: Request) -> Result<(HeaderMap, T), Problem> {
    asked.only(&[])?;
    let (parts, body) = request.into_parts();
    Ok((parts.headers, body::ask(body).await?))
}

/// Appends what a person did; gives what was decided about it.
pub(super) async fn act(
    bearer: &Bearer,
    headers: &HeaderMap,
    subject: String,
    body: FactBody,
) -> Result<Decided, Problem> {
    let event = Event::of(SOURCE, key(bearer, headers)?, subject, body);
    let taken = bearer.tenant.send(vec![event], From::Person).await?;
    positions(&taken, &[0])?;
    in_time(taken.decided).await?.ok_or(Problem::Undecided)
}

/// The key a client sends again when it does not know whether it was heard, apart for each token; else a new one.
fn key(bearer: &Bearer, headers: &HeaderMap) -> Result<String, Problem> {
    let own = match headers.get("idempotency-key").map(|key| key.to_str()) {
        Some(Ok(key)) if (1..=KEY_BYTES_MAX).contains(&key.len()) => key.to_owned(),
        Some(_) => return Err(Problem::parameter("Idempotency-Key", "1 to 128 letters and digits")),
        None => {
            let mut drawn = [0; 16];
            getrandom::fill(&mut drawn).map_err(|_| Problem::Failed)?;
            Id(drawn).to_string()
        }
    };
    Ok(format!("{}/{own}", bearer.token.id))
}
