//! What was approved of each connector: one version of one plugin, by its digest, and what it may reach beyond what
//! `connectors.toml` grants.
//!
//! The operator's file approves what is installed first. A later version that wants the same or less goes on by
//! itself; one that wants more waits for a person.

use std::{collections::BTreeMap, fs, io, path::Path};

use sandbox::Manifest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exchange::{Auth, Grant, Place};

/// By the connector's id.
pub(crate) type Approvals = BTreeMap<String, Approval>;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approval {
    /// The plugin.
    pub(crate) plugin: String,
    /// Its version, by the digest.
    pub(crate) digest: String,
    /// What was approved by a person when it asked for more.
    pub(crate) extra: Vec<Grant>,
}

/// A version that wants more than the approved one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Its version.
    pub(crate) version: String,
    /// Its digest.
    pub(crate) digest: String,
    /// What it wants beyond what the approved one does.
    pub(crate) more: Vec<Grant>,
}

/// Reads what was approved.
pub(super) fn read(path: &Path) -> io::Result<Approvals> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Approvals::new()),
        Err(error) => Err(error),
    }
}

/// What a plugin wants to reach, with these settings: what it fetches, and where it is let in.
///
/// # Errors
/// What was expected.
pub(super) fn wants(manifest: &Manifest, settings: &str) -> Result<Vec<Grant>, String> {
    let setting = setting(manifest, settings);
    let fetched = manifest.fetch.iter().map(|fetch| Grant::wanted(fetch, &setting));
    let mut wants: Vec<Grant> = fetched.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    if let Some(auth) = auth(manifest, settings) {
        let (method, url) = auth.asks();
        wants.push(Grant { place: url.parse()?, methods: vec![method.to_owned()] });
    }
    wants.sort();
    wants.dedup();
    Ok(wants)
}

/// How it is let in, with these settings.
pub(super) fn auth(manifest: &Manifest, settings: &str) -> Option<Auth> {
    Auth::new(manifest.auth.as_ref()?, setting(manifest, settings))
}

/// What one wants beyond another.
pub(super) fn beyond(wants: &[Grant], approved: &[Grant]) -> Vec<Grant> {
    let more = wants.iter().filter(|want| !approved.iter().any(|one| one.covers(want)));
    more.cloned().collect()
}

/// What is granted of what is wanted.
///
/// # Errors
/// What is wanted and granted in no part.
pub(super) fn granted(wants: &[Grant], places: &[Place], extra: &[Grant]) -> Result<Vec<Grant>, Vec<Grant>> {
    let (mut granted, mut refused) = (Vec::new(), Vec::new());
    for want in wants {
        let before = granted.len();
        granted.extend(places.iter().filter_map(|place| within(want, place)));
        granted.extend(extra.iter().filter_map(|one| {
            let methods: Vec<String> = want.methods.iter().filter(|own| one.methods.contains(own)).cloned().collect();
            (!methods.is_empty()).then_some(Grant { methods, ..within(want, &one.place)? })
        }));
        if granted.len() == before {
            refused.push(want.clone());
        }
    }
    granted.sort();
    granted.dedup();
    if refused.is_empty() { Ok(granted) } else { Err(refused) }
}

/// What of a want lies in a place: a person may grant less than a plugin wants.
fn within(want: &Grant, place: &Place) -> Option<Grant> {
    if place.covers(&want.place) {
        return Some(want.clone());
    }
    let methods = want.methods.clone();
    want.place.covers(place).then(|| Grant { place: place.clone(), methods })
}

/// A setting as it stands in a URL: what the operator says, else the manifest's default.
fn setting<'a>(manifest: &'a Manifest, settings: &str) -> impl Fn(&str) -> Option<String> + use<'a> {
    let said: Value = serde_json::from_str(settings).unwrap_or_default();
    move |name| {
        let default = || manifest.settings.get(name)?.default.as_ref()?.as_str().map(str::to_owned);
        said.get(name).and_then(Value::as_str).map(str::to_owned).or_else(default)
    }
}

#[cfg(test)]
mod tests {
    use super::{Grant, beyond, granted};

    fn grants(texts: &[(&str, &str)]) -> Vec<Grant> {
        let grant = |(methods, place): &(&str, &str)| Grant {
            place: place.parse().unwrap(),
            methods: methods.split(' ').map(str::to_owned).collect(),
        };
        texts.iter().map(grant).collect()
    }

    #[test]
    fn a_person_grants_all_less_or_nothing_of_what_is_wanted() {
        let wants = grants(&[("POST", "https://a.example/v1/")]);
        for (place, expected) in [
            ("https://a.example/", Ok(wants.clone())),
            ("https://a.example/v1/hooks", Ok(grants(&[("POST", "https://a.example/v1/hooks")]))),
            ("https://b.example/", Err(wants.clone())),
        ] {
            assert_eq!(granted(&wants, &[place.parse().unwrap()], &[]), expected, "{place}");
        }
        assert_eq!(granted(&wants, &[], &wants), Ok(wants.clone()));
        assert_eq!(granted(&wants, &[], &grants(&[("GET", "https://a.example/v1/")])), Err(wants));
        assert_eq!(granted(&[], &[], &[]), Ok(vec![]));
    }

    #[test]
    fn more_is_what_was_not_wanted_before() {
        let before = grants(&[("GET POST", "https://a.example/v1/")]);
        let now = grants(&[
            ("POST", "https://a.example/v1/x"),
            ("POST", "https://b.example/"),
            ("PUT", "https://a.example/v1/"),
        ]);
        assert_eq!(beyond(&now, &before), now[1..]);
        assert_eq!(beyond(&before, &before), []);
    }
}
