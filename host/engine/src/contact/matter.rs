//! Matters: what somebody's complaint is about. What identifies a thing is hashed; what sorts matters is plain.

use serde::{Deserialize, Serialize};

use crate::{
    fact::{About, Capacity, Concerned},
    id::Id,
};

/// What a complaint is about.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Matter {
    /// The serial number, hashed.
    pub serial: Option<Id>,
    /// The order number, hashed.
    pub order: Option<Id>,
    /// Product or model.
    pub product: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// Region.
    pub region: Option<String>,
}

/// A customer a contact concerns, with the matter it is about.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    /// The keys, hashed.
    pub keys: Vec<Id>,
    /// What it is about.
    pub matter: Matter,
    /// The category, where somebody knows it.
    pub category: Option<String>,
}

impl Matter {
    /// Of what a fact says.
    pub fn of(about: &About) -> Self {
        let hashed =
            |kind: &[u8], value: &Option<String>| value.as_ref().map(|value| Id::of(&[kind, value.trim().as_bytes()]));
        Matter {
            serial: hashed(b"serial", &about.serial),
            order: hashed(b"order", &about.order),
            product: about.product.clone(),
            brand: about.brand.clone(),
            region: about.region.clone(),
        }
    }

    /// Whether nothing says that the two are different things.
    pub fn may_be(&self, other: &Matter) -> bool {
        fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
            matches!((one, other), (Some(one), Some(other)) if one != other)
        }
        let same = |one: &Option<Id>, other: &Option<Id>| one.is_some() && one == other;
        let known = same(&self.serial, &other.serial) || same(&self.order, &other.order);
        !differ(&self.serial, &other.serial)
            && !differ(&self.order, &other.order)
            && (known || !differ(&self.product, &other.product))
    }
}

impl Party {
    /// Of what a fact says.
    pub fn of(concerned: &Concerned) -> Self {
        Party {
            keys: concerned.keys.iter().map(|key| key.id()).collect(),
            matter: Matter::of(&concerned.about),
            category: concerned.category.clone(),
        }
    }
}

/// Whether who calls is the customer where nobody says whom it concerns.
pub fn speaks_for_themselves(capacity: Capacity) -> bool {
    matches!(capacity, Capacity::SelfCaller | Capacity::Family | Capacity::Unknown)
}
