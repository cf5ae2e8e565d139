//! The manifest: what a plugin says of itself, in the custom section `plaint:manifest`, as TOML.

use std::{collections::BTreeMap, num::NonZeroU32};

use engine::{
    condition::{Group, Variable},
    contact::WINDOW_TURNS_MAX,
    rule::Intervention,
};
use serde::Deserialize;

use crate::{
    limits::MANIFEST_BYTES,
    outside::{Auth, Fetch, HookForm, Outside, check},
};

/// The custom section's name.
pub const SECTION: &str = "plaint:manifest";
/// The group of variables that signals come from; a signal is written without it.
const SIGNAL_PREFIX: &str = "contact.";

/// What a plugin says of itself.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its name among plugins: lower-case words with hyphens.
    pub id: String,
    /// Its own version.
    pub version: String,
    /// What it is.
    pub kind: Kind,
    /// Its licence, as SPDX writes it.
    pub licence: String,
    /// What it does.
    pub about: About,
    /// What it can be told.
    pub settings: BTreeMap<String, Setting>,
    /// What it wants to see; the host sends nothing else.
    pub input: Input,
    /// What its channel can be ordered to do.
    pub controls: Vec<Intervention>,
    /// What it can bring to its channel.
    pub delivers: Vec<DeliveryKind>,
    /// What it asks for beyond the usual.
    pub limits: Budget,
    /// Where it wants to go.
    pub fetch: Vec<Fetch>,
    /// How it is let in there.
    pub auth: Option<Auth>,
    /// How messages to it may prove whose they are.
    pub webhook: Option<HookForm>,
}

/// Limits as TOML writes them: what a plugin asks for, or the most that an operator allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// CPU time of a call.
    pub cpu_ms: Option<NonZeroU32>,
    /// Time that may pass in a call.
    pub wall_ms: Option<NonZeroU32>,
    /// Memory of an instance.
    pub memory_mib: Option<NonZeroU32>,
    /// Size of an answer.
    pub answer_kib: Option<NonZeroU32>,
}

/// A kind of plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Looks at a contact.
    AlertRule,
    /// Turns messages into facts, and brings deliveries to a channel.
    Connector,
    /// Reads texts.
    Analyzer,
    /// Says who is answerable for a case.
    RoutingPolicy,
}

/// What a connector may be asked to bring to its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryKind {
    /// A text for a person of the house.
    Notification,
    /// An order to the channel.
    Intervention,
    /// A text for a customer.
    Message,
}

/// A text in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// One setting, for the page that shows it; the plugin itself checks what it is given.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Its type.
    #[serde(rename = "type")]
    pub holds: SettingType,
    /// What holds when it is left out.
    pub default: Option<toml::Value>,
    /// The least number.
    pub min: Option<f64>,
    /// The largest number.
    pub max: Option<f64>,
    /// What it does.
    pub about: About,
}

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingType {
    /// Yes or no.
    Flag,
    /// A number.
    Number,
    /// A text.
    Text,
    /// Names, each with a value of its own.
    Table,
}

/// What an alert rule wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// How many of the latest turns.
    pub turns: usize,
    /// Which measurements.
    pub signals: Vec<Signal>,
}

/// A measurement: `agent_repeats` is the vocabulary's `contact.agent_repeats`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// As the plugin writes it.
    pub name: String,
    /// What it reads.
    pub variable: Variable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    id: String,
    version: String,
    kind: Kind,
    licence: String,
    about: About,
    #[serde(default)]
    settings: BTreeMap<String, Setting>,
    input: Option<RawInput>,
    #[serde(default)]
    controls: Vec<Intervention>,
    #[serde(default)]
    delivers: Vec<DeliveryKind>,
    #[serde(default)]
    limits: Budget,
    #[serde(default)]
    fetch: Vec<Fetch>,
    auth: Option<Auth>,
    webhook: Option<HookForm>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInput {
    turns: Option<usize>,
    #[serde(default)]
    signals: Vec<String>,
}

impl Manifest {
    /// Reads the section's bytes; the error says what was expected.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > MANIFEST_BYTES {
            return Err(format!("it has {} bytes, the limit is {MANIFEST_BYTES}", bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| format!("expected UTF-8: {error}"))?;
        let raw: RawManifest = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        if !is_name(&raw.id) {
            return Err(format!("id `{}`: expected lower-case letters, digits and hyphens, at most 64", raw.id));
        }
        if !is_version(&raw.version) {
            return Err("version: expected letters, digits and `.-+` such as 1.2.0, at most 64".to_owned());
        }
        if raw.kind != Kind::AlertRule && raw.input.is_some() {
            return Err(format!("`input` is for alert rules, not for a plugin of the kind {}", raw.kind.word()));
        }
        check_deliveries(&raw)?;
        let (auth, webhook) = (raw.auth.as_ref(), raw.webhook.as_ref());
        let outside = Outside { fetch: &raw.fetch, auth, webhook };
        check(raw.kind, &outside, |name| raw.settings.contains_key(name))?;
        Ok(Manifest {
            id: raw.id,
            version: raw.version,
            kind: raw.kind,
            licence: raw.licence,
            about: raw.about,
            settings: raw.settings,
            input: Input::parse(raw.input.unwrap_or_default())?,
            controls: raw.controls,
            delivers: raw.delivers,
            limits: raw.limits,
            fetch: raw.fetch,
            auth: raw.auth,
            webhook: raw.webhook,
        })
    }
}

impl Input {
    fn parse(raw: RawInput) -> Result<Self, String> {
        let turns = raw.turns.unwrap_or(WINDOW_TURNS_MAX);
        if turns > WINDOW_TURNS_MAX {
            return Err(format!("input.turns {turns}: expected {WINDOW_TURNS_MAX} or less"));
        }
        let signals = raw.signals.into_iter().map(Signal::parse).collect::<Result<_, _>>()?;
        Ok(Input { turns, signals })
    }
}

impl Signal {
    fn parse(name: String) -> Result<Self, String> {
        match Variable::named(&format!("{SIGNAL_PREFIX}{name}")) {
            Some(variable) => Ok(Signal { name, variable }),
            None => Err(format!("input.signals `{name}`: expected one of {}", known_signals())),
        }
    }
}

impl Setting {
    /// Whether its default, where it has one, is of its type and within its range.
    pub fn default_fits(&self) -> bool {
        let number = |value: &toml::Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
        self.default.as_ref().is_none_or(|default| match self.holds {
            SettingType::Flag => default.is_bool(),
            SettingType::Text => default.is_str(),
            SettingType::Table => default.is_table(),
            SettingType::Number => number(default).is_some_and(|number| {
                self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
            }),
        })
    }
}

impl SettingType {
    /// The word in manifests.
    pub fn word(self) -> &'static str {
        match self {
            SettingType::Flag => "flag",
            SettingType::Number => "number",
            SettingType::Text => "text",
            SettingType::Table => "table",
        }
    }
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 4] = [Kind::AlertRule, Kind::Analyzer, Kind::RoutingPolicy, Kind::Connector];

    /// The word in manifests.
    pub fn word(self) -> &'static str {
        match self {
            Kind::AlertRule => "alert-rule",
            Kind::Connector => "connector",
            Kind::Analyzer => "analyzer",
            Kind::RoutingPolicy => "routing-policy",
        }
    }

    /// The version of the contract that this host speaks.
    pub fn version(self) -> &'static str {
        match self {
            Kind::AlertRule | Kind::Connector | Kind::Analyzer | Kind::RoutingPolicy => "0.1.0",
        }
    }

    /// The interface that a plugin of this kind exports.
    pub fn interface(self) -> String {
        format!("plaint:plugin/{}@{}", self.word(), self.version())
    }
}

impl DeliveryKind {
    /// The word in manifests and deliveries.
    pub fn word(self) -> &'static str {
        match self {
            DeliveryKind::Notification => "notification",
            DeliveryKind::Intervention => "intervention",
            DeliveryKind::Message => "message",
        }
    }
}

/// Only connectors deliver, and an order that nobody delivers moves nothing.
fn check_deliveries(raw: &RawManifest) -> Result<(), String> {
    let delivers = !raw.controls.is_empty() || !raw.delivers.is_empty();
    if raw.kind != Kind::Connector && delivers {
        let kind = raw.kind.word();
        return Err(format!("`controls` and `delivers` are for connectors, not for a plugin of the kind {kind}"));
    }
    if !raw.controls.is_empty() && !raw.delivers.contains(&DeliveryKind::Intervention) {
        return Err("`controls`: expected `intervention` in `delivers`, which is how an order travels".to_owned());
    }
    Ok(())
}

fn is_name(id: &str) -> bool {
    let fits = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    (1..=64).contains(&id.len()) && id.chars().all(fits)
}

/// A version is read by people who decide about it: it cannot pretend to be more lines than one.
fn is_version(version: &str) -> bool {
    let fits = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '+');
    (1..=64).contains(&version.len()) && version.chars().all(fits)
}

fn known_signals() -> String {
    let contact = Variable::ALL.iter().map(|variable| variable.facts()).filter(|facts| facts.group == Group::Contact);
    contact.filter_map(|facts| facts.name.strip_prefix(SIGNAL_PREFIX)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use engine::{condition::Variable, rule::Intervention};

    use super::{Budget, DeliveryKind, Kind, Manifest, SettingType};

    const WHOLE: &str = r#"
        id = "repeated-script"
        version = "0.1.0"
        kind = "alert-rule"
        licence = "Apache-2.0"
        about = { zh = "重复", en = "repeats" }
        [input]
        turns = 6
        signals = ["agent_repeats", "silence"]
        [settings.at_least]
        type = "number"
        default = 3
        min = 1.5
        about = { zh = "几遍", en = "how often" }
    "#;

    #[test]
    fn a_manifest_is_read_whole() {
        let manifest = Manifest::parse(WHOLE.as_bytes()).unwrap();
        assert_eq!((manifest.kind, manifest.input.turns), (Kind::AlertRule, 6));
        assert_eq!(manifest.input.signals[1].variable, Variable::Silence);
        assert_eq!(manifest.settings["at_least"].holds, SettingType::Number);
        assert_eq!(manifest.limits, Budget::default());
        let greedy = WHOLE.replace("[input]", "[limits]\nmemory_mib = 128\n[input]");
        assert_eq!(Manifest::parse(greedy.as_bytes()).unwrap().limits.memory_mib, NonZeroU32::new(128));
    }

    #[test]
    fn a_wrong_manifest_says_what_was_expected() {
        let check = |from: &str, to: &str, expected: &str| {
            let error = Manifest::parse(WHOLE.replace(from, to).as_bytes()).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        let kinds = "expected one of `alert-rule`, `connector`, `analyzer`, `routing-policy`";
        check("alert-rule", "oracle", &format!("unknown variant `oracle`, {kinds}"));
        check("alert-rule", "connector", "`input` is for alert rules");
        check("[input]", "controls = [\"hint\"]\n[input]", "`controls` and `delivers` are for connectors");
        check("licence", "license", "unknown field `license`");
        check("\"0.1.0\"", "\"0.1.0\\n\"", "version: expected letters, digits");
        check("turns = 6", "turns = 33", "expected 32 or less");
        check("\"silence\"", "\"mood\"", "input.signals `mood`: expected one of agent_repeats, customer_repeats,");
        check("[input]", "[limits]\ncpu_ms = 0\n[input]", "expected a nonzero u32");
        check("[input]", "[limits]\nfuel = 9\n[input]", "unknown field `fuel`, expected one of `cpu_ms`");
        check("repeated-script", "Repeated Script", "expected lower-case letters");
        check("\"number\"", "\"money\"", "unknown variant `money`");
    }

    const CONNECTOR: &str = r#"
        id = "switchboard"
        version = "0.1.0"
        kind = "connector"
        licence = "Apache-2.0"
        about = { zh = "总机", en = "a switchboard" }
        controls = ["hint", "change-agent"]
        delivers = ["intervention", "notification"]
    "#;

    #[test]
    fn a_connector_says_what_it_delivers() {
        let manifest = Manifest::parse(CONNECTOR.as_bytes()).unwrap();
        assert_eq!(manifest.controls, [Intervention::Hint, Intervention::ChangeAgent]);
        assert_eq!(manifest.delivers, [DeliveryKind::Intervention, DeliveryKind::Notification]);
        let check = |from: &str, to: &str, expected: &str| {
            let error = Manifest::parse(CONNECTOR.replace(from, to).as_bytes()).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        check("change-agent", "dismiss", "unknown variant `dismiss`, expected one of `hint`, `monitor`");
        check("\"intervention\", ", "", "expected `intervention` in `delivers`");
        check("notification", "parcel", "unknown variant `parcel`");
    }

    #[test]
    fn a_connector_says_what_it_wants_of_the_world() {
        let outside = r#"
            [[fetch]]
            url = "https://{settings.host}/v1/"
            methods = ["POST"]
            [auth]
            kind = "oauth2"
            url = "https://{settings.host}/token"
            [webhook]
            schemes = ["slack"]
            [settings.host]
            type = "text"
            about = { zh = "主机", en = "the host" }
        "#;
        let manifest = Manifest::parse(format!("{CONNECTOR}{outside}").as_bytes()).unwrap();
        assert_eq!(manifest.fetch[0].methods, ["POST"]);
        assert!(manifest.auth.is_some() && manifest.webhook.is_some_and(|webhook| webhook.schemes == ["slack"]));
        let check = |from: &str, to: &str, expected: &str| {
            let text = format!("{CONNECTOR}{outside}").replace(from, to);
            let error = Manifest::parse(text.as_bytes()).unwrap_err();
            assert!(error.contains(expected), "{error}");
        };
        check("\"POST\"", "", "fetch `https://{settings.host}/v1/`: expected `methods` out of GET, POST");
        check("\"POST\"", "\"HEAD\"", "expected `methods` out of");
        check("settings.host}/v1", "settings.house}/v1", "`https://{settings.house}/v1/`: expected `{settings.name}`");
        check("settings.host}/token", "settings.host/token", "expected `{settings.name}` with the name of one of its");
        check("oauth2", "kerberos", "unknown variant `kerberos`");
        check("\"slack\"", "", "`webhook.schemes`: expected the name of a scheme");
        check("schemes", "scheme", "unknown field `scheme`");
        let rule = format!("{WHOLE}[webhook]\nschemes = [\"slack\"]");
        let error = Manifest::parse(rule.as_bytes()).unwrap_err();
        assert!(error.contains("are for connectors, not for a plugin of the kind alert-rule"), "{error}");
    }
}
