//! A request's body: all of it, within its limit, within a time.

use std::time::Duration;

use axum::body::Body;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// A body takes this long to arrive at most: a slow line sends a megabyte in that time, and a sender that waits for
/// ever holds a place.
const BODY_TIME_MAX: Duration = Duration::from_secs(30);
/// What a person says of an alert: a note, not a novel.
const ACTION_BYTES_MAX: usize = 64 * 1024;

/// Reads a body.
pub(super) async fn read(body: Body, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    let all = tokio::time::timeout(BODY_TIME_MAX, gather(body, bytes_max)).await;
    all.unwrap_or(Err(Problem::SlowBody))
}

/// Reads what a person asks for; no body is an empty object.
pub(super) async fn ask<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    let bytes = read(body, ACTION_BYTES_MAX).await?;
    let text = if bytes.is_empty() { b"{}" } else { &bytes[..] };
    serde_json::from_slice(text).map_err(|error| Problem::Request { problem: error.to_string() })
}

async fn gather(body: Body, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::BrokenBody)?;
        if bytes.len() + chunk.len() > bytes_max {
            return Err(Problem::TooLarge { bytes_max });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
