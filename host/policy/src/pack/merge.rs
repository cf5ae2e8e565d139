//! Merging: a name stands once; a later table replaces an earlier one only with `override = true`.

use std::collections::BTreeMap;

use crate::{
    document::{Data, Entry, Node, Spot},
    nearest::Nearest,
    problem::{ProblemKind, Problems},
};

/// What has a name of its own.
pub(super) trait Named {
    /// The name, and where it stands; none where it is missing, which is said elsewhere.
    fn name(&self) -> Option<(String, Spot)>;
    /// Whether it means to replace another.
    fn overrides(&self) -> bool;
}

impl Named for Node {
    fn name(&self) -> Option<(String, Spot)> {
        let id = self.get("id")?.as_text()?;
        Some((id.text, id.spot))
    }

    fn overrides(&self) -> bool {
        self.get("override").is_some_and(|node| matches!(node.data, Data::Flag(true)))
    }
}

impl Named for Entry {
    fn name(&self) -> Option<(String, Spot)> {
        Some((self.key.clone(), self.spot.clone()))
    }

    fn overrides(&self) -> bool {
        self.value.overrides()
    }
}

/// Keeps one of each name, in the place of the first; `incomplete` when what is replaced may not have been read.
pub(super) fn merge<T: Named>(found: Vec<T>, incomplete: bool, problems: &mut Problems) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for one in found {
        let Some((id, spot)) = one.name() else {
            kept.push(one);
            continue;
        };
        let earlier = places.get(&id).and_then(|place| kept.get_mut(*place));
        match (earlier, one.overrides()) {
            (Some(earlier), true) => *earlier = one,
            (Some(earlier), false) => {
                let place = earlier.name().map(|(_, spot)| spot.place().to_string()).unwrap_or_default();
                problems.add(spot.problem(&ProblemKind::DuplicateId { id, place }));
                kept.push(one);
            }
            (None, overrides) => {
                if overrides && !incomplete {
                    let nearest = Nearest::of(&id, places.keys().map(String::as_str));
                    problems.add(spot.problem(&ProblemKind::NothingToOverride { id: id.clone(), nearest }));
                }
                places.insert(id, kept.len());
                kept.push(one);
            }
        }
    }
    kept
}
