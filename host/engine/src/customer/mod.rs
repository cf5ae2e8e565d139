//! Customers: a graph of identity keys, resolved when read.
//!
//! What is known attaches to a key, never to a merged customer: a customer is whatever keys hang together now, and
//! an edge that is taken away takes the merge with it. The customer's public id is that of the oldest key.

mod holder;
mod mention;

pub use holder::{CASES_MAX, Holder, JOURNEY_MAX, Link, Profile, Touch};
pub use mention::{Mention, mentions};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{condition::CustomerView, id::Id};

/// Keys one customer has; a larger component is a mistake of somebody's data and is cut off here.
pub const KEYS_MAX: usize = 64;

/// A customer as of now.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Customer {
    /// The keys, oldest first, each with what is known by it.
    pub keys: Vec<(Id, Arc<Holder>)>,
}

impl Customer {
    /// The customer who is known by any of `keys`: whatever hangs together with them. `look` gives what is known.
    pub fn resolve(keys: &[Id], look: &mut dyn FnMut(Id) -> Option<Arc<Holder>>) -> Self {
        let mut found: BTreeMap<Id, Arc<Holder>> = BTreeMap::new();
        let mut seen: BTreeSet<Id> = keys.iter().copied().collect();
        let mut next: Vec<Id> = keys.to_vec();
        while let Some(key) = next.pop() {
            let Some(holder) = look(key) else { continue };
            for link in holder.links.iter().filter(|link| !link.cut) {
                if seen.len() < KEYS_MAX && seen.insert(link.other) {
                    next.push(link.other);
                }
            }
            found.insert(key, holder);
        }
        let mut keys: Vec<(Id, Arc<Holder>)> = found.into_iter().collect();
        keys.sort_by_key(|(id, holder)| (holder.first, *id));
        Customer { keys }
    }

    /// The public id; `None` where nobody is known.
    pub fn id(&self) -> Option<Id> {
        self.keys.first().map(|(id, _)| *id)
    }

    /// The journey in the order it happened, each touchpoint once.
    pub fn journey(&self) -> Vec<&Touch> {
        let all = self.keys.iter().flat_map(|(_, holder)| &holder.journey);
        let once: BTreeMap<_, &Touch> = all.map(|touch| ((touch.happened, touch.position), touch)).collect();
        once.into_values().collect()
    }

    /// Its cases, oldest first.
    pub fn cases(&self) -> Vec<Id> {
        let all = self.keys.iter().flat_map(|(_, holder)| &holder.cases);
        let once: BTreeSet<_> = all.map(|(opened, case)| (*opened, *case)).collect();
        once.into_iter().map(|(_, case)| case).collect()
    }

    /// What the keys say together: the latest that is known of each.
    pub fn profile(&self) -> Profile {
        let mut holders: Vec<&Holder> = self.keys.iter().map(|(_, holder)| &**holder).collect();
        holders.sort_by_key(|holder| holder.profile.told);
        let mut together = Profile::default();
        holders.into_iter().for_each(|holder| together.take(&holder.profile));
        together
    }
}

/// What conditions see of several customers together.
pub fn view(customers: &[Customer], open_cases: u32) -> CustomerView {
    let mut view = CustomerView { open_cases, ..CustomerView::default() };
    for customer in customers {
        let profile = customer.profile();
        view.tier = view.tier.or(profile.tier);
        view.tags.extend(profile.tags);
        view.benefits.extend(profile.benefits);
        view.hurts += customer.journey().iter().filter(|touch| touch.hurt).count() as u32;
    }
    view
}
