//! The same matter: whether what comes in now is about a case that is there already.

use super::Case;
use crate::{
    contact::Matter,
    rule::{Category, REOPEN_WITHIN, UNCLASSIFIED},
    time::Instant,
};

/// What comes in is …
#[derive(Clone, Debug, PartialEq)]
pub enum Same<'a> {
    /// … a new matter.
    New,
    /// … about this case.
    Known(&'a Case),
    /// … about one of these: somebody must be asked.
    Several(Vec<&'a Case>),
}

/// Finds the cases of a customer that a matter may be about: open, or closed lately; nothing known differs, and the
/// category is of the same family or not known.
pub fn same_matter<'a>(cases: &'a [Case], matter: &Matter, category: &str, now: Instant) -> Same<'a> {
    let family = Category::family_of(category);
    let lately = |case: &Case| case.closed.is_some_and(|closed| now.since(closed) <= REOPEN_WITHIN);
    let kin = |case: &Case| {
        category == UNCLASSIFIED || case.category == UNCLASSIFIED || Category::family_of(&case.category) == family
    };
    let may_be = |case: &&Case| (case.is_open() || lately(case)) && case.matter.may_be(matter) && kin(case);
    let found: Vec<&Case> = cases.iter().filter(may_be).collect();
    match found.as_slice() {
        [] => Same::New,
        [case] => Same::Known(case),
        [..] => Same::Several(found),
    }
}
