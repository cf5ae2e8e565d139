//! Mentions: which customers a fact names, by which keys.

use crate::{
    contact::speaks_for_themselves,
    fact::{ContactOpened, Fact, FactBody, IdentityKey},
    id::Id,
};

/// One customer a fact names, or two keys that it says do, or do not, belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    keys: Vec<(Id, String)>,
    how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The fact is a part of this customer's journey.
    Journey,
    /// The fact only names the keys.
    Named,
    /// A person or a system says they belong together.
    Linked,
    /// A person or a system says they do not.
    Unlinked,
}

impl Mention {
    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = Id> {
        self.keys.iter().map(|(key, _)| *key)
    }

    pub(super) fn kind(&self, key: Id) -> &String {
        const NONE: &String = &String::new();
        self.keys.iter().find(|(known, _)| *known == key).map_or(NONE, |(_, kind)| kind)
    }

    /// Whether the fact is a part of this customer's journey.
    pub fn is_journey(&self) -> bool {
        self.how == How::Journey
    }

    /// Whether somebody says so, and does not only name the keys together.
    pub(super) fn is_told(&self) -> bool {
        self.how == How::Linked
    }

    /// The keys this one is joined with: the first with all others, the others with the first.
    pub(super) fn joined(&self, key: Id) -> Vec<Id> {
        if self.how == How::Unlinked { Vec::new() } else { self.beside(key) }
    }

    /// The keys this one is parted from.
    pub(super) fn parted(&self, key: Id) -> Vec<Id> {
        if self.how == How::Unlinked { self.beside(key) } else { Vec::new() }
    }

    fn beside(&self, key: Id) -> Vec<Id> {
        let first = self.keys.first().map(|(first, _)| *first);
        let others = self.keys().filter(|other| *other != key);
        others.filter(|other| first == Some(key) || first == Some(*other)).collect()
    }
}

/// The customers a fact names.
#[allow(clippy::wildcard_enum_match_arm, reason = "every other fact names nobody")]
pub fn mentions(fact: &Fact) -> Vec<Mention> {
    let mentions = match &fact.body {
        FactBody::ContactOpened(opened) => of_contact(opened),
        FactBody::ContactConcerns(concerns) => {
            concerns.customers.iter().map(|customer| mention(&customer.keys, How::Journey)).collect()
        }
        FactBody::ComplaintFiled(filed) => vec![mention(&filed.keys, How::Journey)],
        FactBody::TouchpointRecorded(touchpoint) => vec![mention(&touchpoint.keys, How::Journey)],
        FactBody::ProfileUpdated(updated) => vec![mention(&updated.keys, How::Named)],
        FactBody::IdentityLinked(link) => vec![mention(&[link.a.clone(), link.b.clone()], How::Linked)],
        FactBody::IdentityUnlinked(link) => vec![mention(&[link.a.clone(), link.b.clone()], How::Unlinked)],
        _ => Vec::new(),
    };
    mentions.into_iter().filter(|mention| !mention.keys.is_empty()).collect()
}

/// The caller's journey is told only where the caller speaks for themselves; a programme has none here.
fn of_contact(opened: &ContactOpened) -> Vec<Mention> {
    let caller = opened.caller.as_ref().map(|caller| {
        let is_customer = opened.concerns.is_empty() && speaks_for_themselves(caller.capacity);
        mention(&caller.keys, if is_customer { How::Journey } else { How::Named })
    });
    let concerned = opened.concerns.iter().map(|customer| mention(&customer.keys, How::Journey));
    caller.into_iter().chain(concerned).collect()
}

fn mention(keys: &[IdentityKey], how: How) -> Mention {
    let mut named: Vec<(Id, String)> = Vec::new();
    for key in keys.iter().take(super::KEYS_MAX) {
        if !named.iter().any(|(known, _)| *known == key.id()) {
            named.push((key.id(), key.kind.clone()));
        }
    }
    Mention { keys: named, how }
}
