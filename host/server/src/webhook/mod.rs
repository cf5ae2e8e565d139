//! Webhook schemes: how a foreign system proves that a message is its own, checked before any plugin sees it.
//!
//! One scheme, one file, one line in [`SCHEMES`]. A scheme looks at a message and says: this is it (decrypted where it
//! came encrypted), this was a handshake and that is the answer, or this proves nothing. It knows no plugin and no
//! tenant; the time is handed in.

mod feishu;
mod hmac;
mod hub;
mod knock;
mod slack;
mod stripe;
#[cfg(test)]
mod tests;
mod twilio;
mod wecom;

use std::collections::BTreeMap;

use policy::Lang;
use sandbox::{Encoding, HookForm};
use serde::Deserialize;

pub(crate) use knock::{Answered, Checked, Knock, Passed, Unproven};

use crate::lang::pick;

/// A signed time may be so far from the host's clock: what systems that sign one recommend.
const TOLERANCE_S: u32 = 300;
/// A recorded message that is an hour old proves nothing about now.
const TOLERANCE_S_MAX: u32 = 3_600;

/// Every scheme.
const SCHEMES: &[&Scheme] = &[
    &hmac::HMAC_SHA256,
    &hmac::GITHUB,
    &hmac::LINE,
    &hmac::SHOPIFY,
    &slack::SLACK,
    &stripe::STRIPE,
    &twilio::TWILIO,
    &wecom::WECOM_AES,
    &feishu::FEISHU_AES,
    &hub::HUB_CHALLENGE,
];

/// One scheme.
struct Scheme {
    /// Its name.
    word: &'static str,
    /// The secrets it checks with.
    secrets: &'static [&'static str],
    /// Secrets it checks with where they are there.
    secrets_optional: &'static [&'static str],
    /// Which of [`Options`] it cannot do without.
    needs: &'static [&'static str],
    /// Which of [`Options`] it understands beside these.
    takes: &'static [&'static str],
    /// The check.
    check: fn(&Webhook, &Knock<'_>) -> Checked,
}

/// What can be said of a scheme, in `connectors.toml` or, beforehand, by the plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    /// The scheme's name.
    pub(crate) scheme: String,
    /// The header that the signature stands in.
    pub(crate) header: Option<String>,
    /// What stands before the signature.
    pub(crate) prefix: Option<String>,
    /// How the signature is spelled.
    pub(crate) encoding: Option<Encoding>,
    /// The address the sender knows, where that is signed too.
    pub(crate) url: Option<String>,
    /// Whom messages must be for, where they say so.
    pub(crate) receiver: Option<String>,
    /// How far a signed time may be from the host's clock, in seconds.
    pub(crate) tolerance_s: Option<u32>,
}

/// A scheme with what it needs: the lock of one connector's door.
pub(crate) struct Webhook {
    scheme: &'static Scheme,
    options: Options,
    secrets: BTreeMap<&'static str, String>,
}

/// What is wrong with the options or secrets of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WebhookError {
    /// No such scheme.
    Unknown(String),
    /// The plugin cannot live with it, but with these.
    Plugin(String, Vec<String>),
    /// A secret is missing.
    Secret(&'static str, &'static str),
    /// An option is missing.
    Needs(&'static str, &'static str),
    /// An option means nothing to the scheme.
    Takes(&'static str, &'static str),
    /// The tolerance is too wide.
    Tolerance,
}

impl Webhook {
    /// The scheme that the options name, with the secrets it needs.
    ///
    /// # Errors
    /// What is missing or too much.
    pub(crate) fn new(options: Options, secrets: &BTreeMap<String, String>) -> Result<Self, WebhookError> {
        let scheme = SCHEMES.iter().find(|scheme| scheme.word == options.scheme);
        let scheme = scheme.ok_or_else(|| WebhookError::Unknown(options.scheme.clone()))?;
        for (name, is_set) in options.set() {
            match (is_set, scheme.needs.contains(&name), scheme.takes.contains(&name)) {
                (false, true, _) => return Err(WebhookError::Needs(scheme.word, name)),
                (true, false, false) => return Err(WebhookError::Takes(scheme.word, name)),
                (true, _, _) | (false, false, _) => {}
            }
        }
        if options.tolerance_s.is_some_and(|seconds| !(1..=TOLERANCE_S_MAX).contains(&seconds)) {
            return Err(WebhookError::Tolerance);
        }
        let mut kept = BTreeMap::new();
        for name in scheme.secrets {
            let secret = secrets.get(*name).filter(|secret| !secret.is_empty());
            kept.insert(*name, secret.ok_or(WebhookError::Secret(scheme.word, name))?.clone());
        }
        let optional = scheme.secrets_optional.iter().filter_map(|name| Some((*name, secrets.get(*name)?.clone())));
        kept.extend(optional);
        Ok(Webhook { scheme, options, secrets: kept })
    }

    /// The scheme's name.
    pub(crate) fn scheme(&self) -> &'static str {
        self.scheme.word
    }

    /// Whether a message is the sender's own.
    ///
    /// # Errors
    /// Why not, for the log; the sender hears only that it is not.
    pub(crate) fn check(&self, knock: &Knock<'_>) -> Checked {
        (self.scheme.check)(self, knock)
    }

    /// A secret that the scheme has; an empty one proves nothing.
    fn secret(&self, name: &str) -> &str {
        self.secrets.get(name).map_or("", String::as_str)
    }

    /// Refuses a signed time, in seconds, that is too far from now.
    fn fresh(&self, time: &str, knock: &Knock<'_>) -> Result<(), Unproven> {
        let time: i64 = time.parse().map_err(|_| Unproven::Stale)?;
        let tolerance = self.options.tolerance_s.unwrap_or(TOLERANCE_S);
        if knock.now_s.abs_diff(time) <= u64::from(tolerance) { Ok(()) } else { Err(Unproven::Stale) }
    }
}

impl Options {
    /// What the operator says, over what the plugin says beforehand of how its channel signs.
    ///
    /// # Errors
    /// The plugin cannot live with this scheme.
    pub(crate) fn over(self, form: Option<&HookForm>) -> Result<Self, WebhookError> {
        let Some(form) = form.filter(|form| form.schemes.contains(&self.scheme)) else {
            let known = form.map(|form| form.schemes.clone()).unwrap_or_default();
            return Err(WebhookError::Plugin(self.scheme, known));
        };
        if self.scheme != hmac::HMAC_SHA256.word {
            return Ok(self);
        }
        Ok(Options {
            header: self.header.or_else(|| form.header.clone()),
            prefix: self.prefix.or_else(|| form.prefix.clone()),
            encoding: self.encoding.or(form.encoding),
            ..self
        })
    }

    /// Every option by its name, and whether it is set.
    fn set(&self) -> [(&'static str, bool); 6] {
        [
            ("header", self.header.is_some()),
            ("prefix", self.prefix.is_some()),
            ("encoding", self.encoding.is_some()),
            ("url", self.url.is_some()),
            ("receiver", self.receiver.is_some()),
            ("tolerance_s", self.tolerance_s.is_some()),
        ]
    }
}

impl WebhookError {
    /// The sentence, in a language.
    pub(crate) fn text(&self, lang: Lang) -> String {
        match self {
            WebhookError::Unknown(word) => {
                let known = SCHEMES.iter().map(|scheme| scheme.word).collect::<Vec<_>>().join(", ");
                pick(lang, "没有校验方式 `{}`;应为其一:", "there is no scheme `{}`; expected one of: ")
                    .replace("{}", word)
                    + &known
            }
            WebhookError::Plugin(_, known) if known.is_empty() => {
                let en = "the plugin takes messages only with a token: take `webhook` away";
                pick(lang, "插件只接收带令牌的消息;请删去 `webhook`", en).to_owned()
            }
            WebhookError::Plugin(word, known) => {
                let en = "the plugin cannot live with the scheme `{word}`, but with: {}";
                pick(lang, "插件不支持校验方式 `{word}`;支持:{}", en)
                    .replace("{word}", word)
                    .replace("{}", &known.join(", "))
            }
            WebhookError::Secret(scheme, name) => {
                let zh = "校验方式 `{scheme}` 需要密钥 `{}`;请写入 `secrets`";
                pick(lang, zh, "the scheme `{scheme}` needs the secret `{}`; name it in `secrets`")
                    .replace("{scheme}", scheme)
                    .replace("{}", name)
            }
            WebhookError::Needs(scheme, name) => {
                pick(lang, "校验方式 `{scheme}` 需要 `{}`", "the scheme `{scheme}` needs `{}`")
                    .replace("{scheme}", scheme)
                    .replace("{}", name)
            }
            WebhookError::Takes(scheme, name) => {
                let en = "the scheme `{scheme}` knows no `{}`; take it away";
                pick(lang, "校验方式 `{scheme}` 没有选项 `{}`;请删去", en)
                    .replace("{scheme}", scheme)
                    .replace("{}", name)
            }
            WebhookError::Tolerance => {
                pick(lang, "`tolerance_s` 应为 1 到 {} 的整数", "`tolerance_s`: expected a number from 1 to {}")
                    .replace("{}", &TOLERANCE_S_MAX.to_string())
            }
        }
    }
}
