//! One identity key, and everything that is known by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::mention::Mention;
use crate::{
    fact::{Fact, FactBody, Position, ProfileUpdated, TouchpointRecorded},
    id::Id,
    time::Instant,
};

/// Touchpoints kept of one key; older ones stand in the log and are counted.
pub const JOURNEY_MAX: usize = 64;
/// Cases kept of one key, the latest.
pub const CASES_MAX: usize = 64;
/// Edges kept of one key; an edge beyond them is a mistake of somebody's data.
const LINKS_MAX: usize = 64;

/// What is known by one identity key.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Holder {
    /// `phone`, `member`, …
    pub kind: String,
    /// The fact that was the first to name it.
    pub first: Position,
    /// Edges to other keys of the same customer.
    pub links: Vec<Link>,
    /// The latest touchpoints, in the order of arrival.
    pub journey: Vec<Touch>,
    /// How many touchpoints there have been.
    pub touched: u32,
    /// The profile.
    pub profile: Profile,
    /// Its cases, each with the instant of its opening.
    pub cases: Vec<(Instant, Id)>,
    /// How many it has ever had: the next one's ordinal.
    pub cases_opened: u32,
}

/// An edge: two keys are one customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The other key.
    pub other: Id,
    /// The fact that says so, or that says they are not.
    pub by: Position,
    /// Somebody said they are not: keys named together do not join them again, only an explicit link does.
    pub cut: bool,
}

/// A point of the journey; what it says is read from the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// Where it stands in the log.
    pub position: Position,
    /// When it happened.
    pub happened: Instant,
    /// `order`, `repair-visit`, `contact`, `complaint`, …
    pub kind: String,
    /// Whether it hurt.
    pub hurt: bool,
}

/// What is known of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The latest fact that said something.
    pub told: Position,
    /// Level.
    pub tier: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Benefits.
    pub benefits: Vec<String>,
    /// Whatever else the source says.
    pub attributes: BTreeMap<String, String>,
}

impl Profile {
    /// Takes in what is known later.
    pub(super) fn take(&mut self, later: &Profile) {
        self.told = self.told.max(later.told);
        if later.tier.is_some() {
            self.tier.clone_from(&later.tier);
        }
        let more = |list: &mut Vec<String>, later: &[String]| {
            let new: Vec<String> = later.iter().filter(|item| !list.contains(item)).cloned().collect();
            list.extend(new);
        };
        more(&mut self.tags, &later.tags);
        more(&mut self.benefits, &later.benefits);
        self.attributes.extend(later.attributes.clone());
    }
}

/// Touchpoints of these kinds hurt by themselves.
const HURTFUL: [&str; 9] = [
    "app-error",
    "delivery-failed",
    "delivery-late",
    "missed-appointment",
    "public-post",
    "refund-refused",
    "repair-failed",
    "return-refused",
    "warranty-refused",
];
/// So does any whose field `result` says one of these.
const BAD_RESULTS: [&str; 4] = ["failed", "late", "refused", "unresolved"];
/// So does a score up to this of five.
const BAD_RATING: f64 = 2.0;

impl Holder {
    /// Folds in what a fact says by naming this key.
    pub fn fold(&mut self, fact: &Fact, mention: &Mention, key: Id) {
        if self.first == Position::default() {
            self.first = fact.position;
            self.kind.clone_from(mention.kind(key));
        }
        for other in mention.joined(key) {
            self.link(other, fact.position, mention.is_told());
        }
        for other in mention.parted(key) {
            self.cut(other, fact.position);
        }
        if let FactBody::ProfileUpdated(updated) = &fact.body {
            self.update(updated, fact.position);
        }
        if let Some((kind, hurt)) = mention.is_journey().then(|| touch(&fact.body)).flatten() {
            self.touch(Touch { position: fact.position, happened: fact.happened(), kind, hurt });
        }
    }

    fn touch(&mut self, touch: Touch) {
        self.touched = self.touched.saturating_add(1);
        self.journey.push(touch);
        if self.journey.len() > JOURNEY_MAX {
            self.journey.remove(0);
        }
    }

    fn update(&mut self, updated: &ProfileUpdated, told: Position) {
        self.profile = Profile {
            told,
            tier: updated.tier.clone().or(self.profile.tier.take()),
            tags: updated.tags.clone(),
            benefits: updated.benefits.clone(),
            attributes: updated.attributes.clone(),
        };
    }

    /// Joins another key. Keys that are only named together do not undo what a person said.
    fn link(&mut self, other: Id, by: Position, told: bool) {
        if let Some(link) = self.links.iter_mut().find(|link| link.other == other) {
            if link.cut && told {
                (link.cut, link.by) = (false, by);
            }
        } else if self.links.len() < LINKS_MAX {
            self.links.push(Link { other, by, cut: false });
        }
    }

    fn cut(&mut self, other: Id, by: Position) {
        if let Some(link) = self.links.iter_mut().find(|link| link.other == other) {
            (link.cut, link.by) = (true, by);
        } else if self.links.len() < LINKS_MAX {
            self.links.push(Link { other, by, cut: true });
        }
    }

    /// Keeps a case of this key.
    pub fn keep_case(&mut self, opened: Instant, case: Id) {
        if !self.cases.contains(&(opened, case)) {
            self.cases.push((opened, case));
            self.cases_opened = self.cases_opened.saturating_add(1);
            if self.cases.len() > CASES_MAX {
                self.cases.remove(0);
            }
        }
    }
}

/// What a fact is on a journey, and whether it hurts; `None` for what is no part of one.
#[allow(clippy::wildcard_enum_match_arm, reason = "everything else is no part of a journey")]
fn touch(body: &FactBody) -> Option<(String, bool)> {
    match body {
        FactBody::TouchpointRecorded(touchpoint) => Some((touchpoint.kind.clone(), hurts(touchpoint))),
        FactBody::ComplaintFiled(_) => Some(("complaint".to_owned(), true)),
        FactBody::ContactOpened(_) | FactBody::ContactConcerns(_) => Some(("contact".to_owned(), false)),
        _ => None,
    }
}

fn hurts(touchpoint: &TouchpointRecorded) -> bool {
    let field = |name: &str| touchpoint.fields.get(name).map(String::as_str);
    let rating = field("rating").and_then(|rating| rating.parse::<f64>().ok());
    HURTFUL.contains(&touchpoint.kind.as_str())
        || field("result").is_some_and(|result| BAD_RESULTS.contains(&result))
        || rating.is_some_and(|rating| rating <= BAD_RATING)
}
