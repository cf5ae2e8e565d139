//! The doors over HTTP. They convert and wait; what an event means is decided on the road, never here.

mod router;

mod access;
mod asked;
mod body;
mod problem;
mod speak;

mod alerts;
mod cases;
mod cloudevents;
mod connectors;
mod contacts;
mod customers;
mod desk;
mod events;
mod generations;
mod health;
mod messages;
mod page;
mod pauses;
mod plugins;
mod quarantined;
mod stream;
mod taken;

use std::{collections::BTreeMap, future::IntoFuture, io, sync::Arc, time::Duration};

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{net::TcpListener, sync::watch};

use crate::{config::Limits, tenant::Tenant, tokens::Tokens};

/// What is in flight when the server is told to stop has this long to end; the road decides it in any case.
const GRACE: Duration = Duration::from_secs(15);

/// What all doors lead to.
pub(crate) struct Doors {
    pub(crate) tenants: BTreeMap<String, Arc<Tenant>>,
    pub(crate) tokens: Tokens,
    pub(crate) limits: Limits,
    pub(crate) metrics: PrometheusHandle,
    /// True once the server is told to stop.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// Shared by all requests.
type App = Arc<Doors>;

/// What a door answers.
type Answer = Result<axum::response::Response, problem::Problem>;

/// Answers requests until `stop` is over, then what is in flight.
///
/// # Errors
/// What the system says.
pub(crate) async fn serve(
    listener: TcpListener,
    doors: Doors,
    stopping: watch::Sender<bool>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut told = doors.stopping.clone();
    let until_told = async move { drop(told.wait_for(|stopping| *stopping).await) };
    let router = router::router(Arc::new(doors));
    let serving = tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(until_told).into_future());
    stop.await;
    stopping.send_replace(true);
    match tokio::time::timeout(GRACE, serving).await {
        Ok(served) => served.unwrap_or_else(|error| Err(io::Error::other(error))),
        Err(_) => Ok(()),
    }
}
