//! A webhook: what plaint has to say is posted to one address, signed; CloudEvents that are posted back become drafts.
//!
//! [`events`] is the way in, [`outgoing`] the way out; here stand the settings.

mod events;
mod outgoing;

use std::collections::BTreeMap;

use plaint_sdk::Fault;
use plaint_sdk::connector::{Answer, Connector, Delivery, Message, Progress, Received, Refusal};
use serde::Deserialize;

/// Headers that the connector writes itself.
const OWN_HEADERS: [&str; 5] =
    ["content-type", "idempotency-key", "plaint-attempt", "plaint-delivery", "plaint-signature"];
/// Headers that hold secrets; settings are read by many, so a secret stands in them by its name.
const SECRET_HEADERS: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "x-api-key"];
/// How a secret is written by its name; the host puts it in.
const BY_NAME: [&str; 2] = ["{secret:", "{auth:token}"];

/// The connector.
#[derive(Debug)]
pub struct Webhook {
    settings: Settings,
}

/// What it can be told; see `plugin.toml`.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where deliveries are posted to.
    pub url: Option<String>,
    /// The name of the secret that signs.
    pub secret: String,
    /// Further headers of each request.
    pub header: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { url: None, secret: "signing".into(), header: BTreeMap::new() }
    }
}

impl Connector for Webhook {
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self, Vec<Fault>> {
        let mut faults = vec![];
        if settings.url.as_deref().is_some_and(|url| !is_address(url)) {
            faults.push(Fault::new("url", "an address such as https://example.com/plaint"));
        }
        if settings.secret.is_empty() {
            faults.push(Fault::new("secret", "the name of a secret"));
        }
        for (name, value) in &settings.header {
            if let Some(expected) = header_fault(name, value) {
                faults.push(Fault::new(format!("header.{name}"), expected));
            }
        }
        if faults.is_empty() { Ok(Self { settings }) } else { Err(faults) }
    }

    fn receive(&self, message: Message) -> Result<Received, Refusal> {
        Ok(Received { drafts: events::drafts(&message.body)?, reply: None })
    }

    fn deliver(&self, delivery: Delivery) -> Progress {
        outgoing::sign(&self.settings, &delivery)
    }

    fn resume(&self, state: &[u8], answer: Answer) -> Progress {
        outgoing::resume(&self.settings, state, answer)
    }
}

fn is_address(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty() && !host.starts_with('/') && url.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

fn header_fault(name: &str, value: &str) -> Option<&'static str> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(is_name) {
        Some("a name of lower-case letters, digits and hyphens")
    } else if OWN_HEADERS.contains(&name) {
        Some("another name: the connector writes this header itself")
    } else if SECRET_HEADERS.contains(&name) && !BY_NAME.iter().any(|by_name| value.contains(by_name)) {
        Some("a secret by its name, such as `Bearer {secret:token}`: settings are read by many")
    } else {
        value.bytes().any(|byte| byte.is_ascii_control()).then_some("one line")
    }
}

plaint_sdk::connector!(Webhook);

#[cfg(test)]
mod tests {
    use super::*;
    use plaint_sdk::testing;

    #[test]
    fn fixtures() {
        testing::check_connector::<Webhook>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }

    #[test]
    fn the_manifest_tells_the_default() {
        let manifest = include_str!("../plugin.toml");
        assert!(manifest.contains(&format!("default = \"{}\"\n", Settings::default().secret)));
    }

    /// A host takes up to 48 KiB to deliver and 64 KiB of state.
    #[test]
    fn the_largest_delivery_fits_into_the_state() {
        let settings = Settings { url: Some("https://example.com".into()), ..Settings::default() };
        let delivery =
            Delivery { id: "d-1".into(), body: "\"".repeat(48 << 10), attempt: u32::MAX, ..Delivery::default() };
        let Progress::Ask(_, state) = outgoing::sign(&settings, &delivery) else { panic!("it asks for a signature") };
        assert!(state.len() <= 64 << 10);
    }
}
