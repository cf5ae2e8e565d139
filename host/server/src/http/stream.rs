//! `GET /v1/stream`: every decision as a server-sent event, its address `<position>-<n>` as the id.
//!
//! A reader that was away comes back with `Last-Event-ID` or `?after=`: it reads the log up to now and then what is
//! new, without a gap and without anything twice. One that is too slow is sent away with a comment.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use engine::{decision::DecisionBody, fact::Position};
use futures_util::stream::unfold;
use road::wire::decision_json;
use tokio::sync::{broadcast, broadcast::error::RecvError, watch};

use super::{Answer, App, access::Bearer, asked::Asked, problem::Problem};
use crate::tenant::{Line, Tenant};

const AFTER: &str = "after";
const TYPE: &str = "type";
/// Longer silence than this, and something in between takes the line for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Decisions fetched from the log at once.
const PAGE: usize = 200;

type Address = (Position, u32);

/// What a reader still has before it.
struct Reader {
    tenant: Arc<Tenant>,
    live: broadcast::Receiver<Arc<Line>>,
    stopping: watch::Receiver<bool>,
    kind: Option<String>,
    /// What was given last.
    after: Address,
    /// Fetched from the log and not given yet.
    fetched: VecDeque<Arc<Line>>,
    /// There may be more in the log.
    is_behind: bool,
    is_over: bool,
}

/// Opens the stream.
pub(super) async fn stream(
    State(app): State<App>,
    Extension(bearer): Extension<Bearer>,
    headers: HeaderMap,
    asked: Asked,
) -> Answer {
    let asked = asked.only(&[AFTER, TYPE])?;
    let known = |text: &str| DecisionBody::ALL.iter().any(|(name, _)| *name == text).then(|| text.to_owned());
    let kind = asked.read(TYPE, "the type of a decision, such as plaint.alert.raised", known)?;
    let expected = "<position>-<n>, the id of an event of this stream";
    let last = headers.get("last-event-id").map(|value| value.to_str().ok().and_then(address));
    let after = match last {
        Some(last) => Some(last.ok_or_else(|| Problem::parameter("Last-Event-ID", expected))?),
        None => asked.read(AFTER, expected, address)?,
    };
    let tenant = bearer.tenant;
    let reader = Reader {
        live: tenant.listen(),
        tenant,
        stopping: app.stopping.clone(),
        kind,
        after: after.unwrap_or_default(),
        fetched: VecDeque::new(),
        is_behind: after.is_some(),
        is_over: false,
    };
    let events = unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok::<Event, Infallible>(event), reader))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        if self.is_over {
            return None;
        }
        loop {
            if let Some(line) = self.fetched.pop_front() {
                if let Some(event) = self.give(&line) {
                    return Some(event);
                }
            } else if self.is_behind {
                if self.fetch().await.is_none() {
                    return self.end("the tenant is out of service; come again");
                }
            } else {
                let stop = async { drop(self.stopping.wait_for(|stopping| *stopping).await) };
                let news = tokio::select! {
                    news = self.live.recv() => news,
                    () = stop => Err(RecvError::Closed),
                };
                match news {
                    Ok(line) => self.fetched.push_back(line),
                    Err(RecvError::Closed) => return self.end("the server stops; come again"),
                    Err(RecvError::Lagged(_)) => return self.end("too slow; come again with Last-Event-ID"),
                }
            }
        }
    }

    /// The next page of the log; live events that it holds as well are passed over later, by their address.
    async fn fetch(&mut self) -> Option<()> {
        let after = self.after;
        let recalled = self.tenant.look(move |glance| glance.recall(after, PAGE)).await.ok()?.ok()?;
        let lines = recalled.told.iter().map(|told| {
            Arc::new(Line { at: (told.position, told.n), kind: told.decision.body.name(), json: decision_json(told) })
        });
        self.fetched = lines.filter(|line| self.is_wanted(line)).collect();
        self.is_behind = !recalled.is_all;
        if self.fetched.is_empty() {
            self.after = self.after.max(recalled.after);
        }
        Some(())
    }

    fn give(&mut self, line: &Line) -> Option<Event> {
        if line.at <= self.after || !self.is_wanted(line) {
            return None;
        }
        self.after = line.at;
        let (position, n) = line.at;
        Some(Event::default().id(format!("{}-{n}", position.0)).event(line.kind).data(&line.json))
    }

    fn is_wanted(&self, line: &Line) -> bool {
        self.kind.as_deref().is_none_or(|kind| kind == line.kind)
    }

    fn end(&mut self, comment: &str) -> Option<Event> {
        self.is_over = true;
        Some(Event::default().comment(comment))
    }
}

fn address(text: &str) -> Option<Address> {
    let (position, n) = text.split_once('-')?;
    Some((Position(position.parse().ok()?), n.parse().ok()?))
}
