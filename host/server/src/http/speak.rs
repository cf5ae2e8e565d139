//! Around every request: problems are said in the reader's language, and one line of log and one count are made.
//!
//! The log names the route, never the path: an id, a name or a query may be somebody's.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Query, Request},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::Response,
};
use policy::Lang;

use super::{asked::LANG, problem::Problem};
use crate::counted;

/// The tenant of a request that was let in.
#[derive(Clone)]
pub(super) struct Seen(pub(super) String);

/// An answer in somebody else's words, whatever its status.
#[derive(Clone)]
pub(super) struct Verbatim;

/// See the module.
pub(super) async fn speak(request: Request, next: Next) -> Response {
    let since = Instant::now();
    let lang = language(request.uri(), request.headers());
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let tenant = response.extensions().get::<Seen>().map_or("-".to_owned(), |seen| seen.0.clone());
    let allow = response.headers().get(header::ALLOW).cloned();
    let status = response.status();
    let problem = response.extensions().get::<Problem>().cloned();
    let is_verbatim = response.extensions().get::<Verbatim>().is_some();
    let unsaid = status.is_client_error() && !is_verbatim && is_unsaid(response.headers());
    let mut response = match problem {
        Some(problem) => problem.response(lang),
        None if unsaid => Problem::Other(status).response(lang),
        None => response,
    };
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    let millis = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    tell(method, &route, response.status(), (&tenant, millis));
    response
}

fn tell(method: &'static str, route: &str, status: StatusCode, (tenant, ms): (&str, u64)) {
    let status = status.as_u16();
    tracing::info!(method, route, status, tenant, ms, "request");
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::counter!(counted::REQUESTS, &labels).increment(1);
}

/// The library answers some mistakes by itself, in plain text or without a word.
fn is_unsaid(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_none_or(|value| value.starts_with("text/plain"))
}

/// A label is bounded: a method that nobody uses is `other`.
fn method(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    known.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

/// `?lang=` first, then the first of the two languages that `Accept-Language` names.
pub(super) fn language(uri: &Uri, headers: &HeaderMap) -> Lang {
    let asked = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|Query(asked)| asked).unwrap_or_default();
    let asked = asked.into_iter().find(|(name, _)| name == LANG).map(|(_, value)| value);
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let wished = asked.iter().map(String::as_str).chain(accepted.iter().flat_map(|value| value.split(',')));
    let known = wished.filter_map(|wish| match wish.trim().get(..2) {
        Some("zh") => Some(Lang::Zh),
        Some("en") => Some(Lang::En),
        Some(_) | None => None,
    });
    known.into_iter().next().unwrap_or(Lang::En)
}
