//! Pages of a listing: how many, and behind what the next begins.

use engine::{entity::EntityKey, id::Id, time::Instant};

use super::{asked::Asked, problem::Problem};

/// Behind what a page begins.
pub(super) const AFTER: &str = "after";
/// How many.
pub(super) const LIMIT: &str = "limit";
/// What fits a screen.
const LIMIT_USUAL: usize = 50;
/// The road stands still while a page is gathered.
const LIMIT_MAX: usize = 200;

/// How many are asked for.
pub(super) fn limit(asked: &Asked) -> Result<usize, Problem> {
    let expected = format!("1 to {LIMIT_MAX}");
    let read = |text: &str| text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    Ok(asked.read(LIMIT, &expected, read)?.unwrap_or(LIMIT_USUAL))
}

/// The place in a listing where the page before ended.
pub(super) fn after(asked: &Asked, key: impl Fn(Id) -> EntityKey) -> Result<Option<(Instant, EntityKey)>, Problem> {
    asked.read(AFTER, "the `next` of the page before", |text| {
        let (since, id) = text.split_once('-')?;
        Some((Instant(since.parse().ok()?), key(Id::parse(id)?)))
    })
}

/// The same, spelled; nothing for what stands in no listing.
pub(super) fn spelled((since, key): (Instant, EntityKey)) -> Option<String> {
    let id = match key {
        EntityKey::Contact(id) | EntityKey::Book(id) | EntityKey::Case(id) => id,
        EntityKey::Home(_) | EntityKey::Directory | EntityKey::Holder(_) | EntityKey::Workload(_) => return None,
    };
    Some(format!("{}-{id}", since.0))
}
