//! Pages of a listing: how many, and behind what the next begins.

use engine::{
    entity::{EntityKey, Listing},
    id::Id,
    time::Instant,
};
use road::{RoadError, glance::Glance};

use super::{asked::Asked, problem::Problem};

/// Behind what a page begins.
pub(super) const AFTER: &str = "after";
/// How many.
pub(super) const LIMIT: &str = "limit";
/// What fits a screen.
const LIMIT_USUAL: usize = 50;
/// The road stands still while a page is gathered.
const LIMIT_MAX: usize = 200;

/// Entities looked through for a page that is filtered: the road stands still meanwhile.
const LOOKED_THROUGH_MAX: usize = 1_000;

/// A place in a listing.
pub(super) type Place = (Instant, EntityKey);

/// What a page shows, and where it ended, if more stands behind it.
pub(super) type Page<T> = (Vec<T>, Option<Place>);

/// Gathers a page: `each` adds what is wanted of an entity.
pub(super) fn gather<T>(
    glance: &Glance<'_>,
    (listing, after): (Listing, Option<Place>),
    limit: usize,
    mut each: impl FnMut(EntityKey, &mut Vec<T>) -> Result<(), RoadError>,
) -> Result<Page<T>, RoadError> {
    let mut shown = Vec::new();
    let mut places = glance.listed(listing, after).enumerate().peekable();
    while let Some((looked, place)) = places.next() {
        each(place.1, &mut shown)?;
        if shown.len() >= limit || looked + 1 == LOOKED_THROUGH_MAX {
            let more = places.peek().is_some();
            return Ok((shown, more.then_some(place)));
        }
    }
    Ok((shown, None))
}

/// How many are asked for.
pub(super) fn limit(asked: &Asked) -> Result<usize, Problem> {
    let expected = format!("1 to {LIMIT_MAX}");
    let read = |text: &str| text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    Ok(asked.read(LIMIT, &expected, read)?.unwrap_or(LIMIT_USUAL))
}

/// The place in a listing where the page before ended.
pub(super) fn after(asked: &Asked, key: impl Fn(Id) -> EntityKey) -> Result<Option<Place>, Problem> {
    asked.read(AFTER, "the `next` of the page before", |text| {
        let (since, id) = text.split_once('-')?;
        Some((Instant(since.parse().ok()?), key(Id::parse(id)?)))
    })
}

/// The same, spelled; nothing for what stands in no listing.
pub(super) fn spelled((since, key): Place) -> Option<String> {
    let id = match key {
        EntityKey::Contact(id) | EntityKey::Book(id) | EntityKey::Case(id) => id,
        EntityKey::Home(_)
        | EntityKey::Directory
        | EntityKey::Holder(_)
        | EntityKey::Workload(_)
        | EntityKey::Generations => return None,
    };
    Some(format!("{}-{id}", since.0))
}
