//! `plaint:plugin/alert-rule`: generated types and their conversion.

mod generated {
    #![allow(unsafe_code, missing_docs, unreachable_pub, reason = "generated from the contract")]
    wit_bindgen::generate!({
        path: "../wit/0.1.0",
        world: "alert-rule-plugin",
        pub_export_macro: true,
        export_macro_name: "export_alert_rule",
    });
}

pub use generated::export_alert_rule as export;
pub use generated::exports;
pub use generated::exports::plaint::plugin::alert_rule::{Contact, Fault, Guest, Span, Turn, Value, Verdict};

use crate::alert_rule as plain;
use crate::settings::{Kept, decode};

/// Makes the rule of these settings and keeps it.
pub fn configure<R: plain::AlertRule>(kept: &Kept<R>, settings: &str) -> Result<(), Vec<Fault>> {
    let made = decode(settings).and_then(R::new);
    kept.keep(made).map_err(|faults| faults.into_iter().map(Fault::from).collect())
}

/// One verdict for each contact, in the same order.
pub fn evaluate<R: plain::AlertRule>(kept: &Kept<R>, contacts: Vec<Contact>) -> Vec<Verdict> {
    kept.with(|rule| contacts.into_iter().map(|contact| rule.evaluate(&contact.into()).into()).collect())
}

impl From<crate::Fault> for Fault {
    fn from(fault: crate::Fault) -> Self {
        Self { setting: fault.setting, expected: fault.expected }
    }
}

impl From<Contact> for plain::Contact {
    fn from(contact: Contact) -> Self {
        Self {
            id: contact.id,
            channel: contact.channel,
            turns: contact.turns.into_iter().map(Into::into).collect(),
            signals: contact.signals.into_iter().map(|(name, value)| (name, value.into())).collect(),
            customer: contact.customer.into_iter().map(|(name, value)| (name, value.into())).collect(),
        }
    }
}

impl From<Turn> for plain::Turn {
    fn from(turn: Turn) -> Self {
        Self {
            id: turn.id,
            speaker: turn.speaker,
            text: turn.text,
            at_ms: turn.at_ms,
            labels: turn.labels,
            sentiment: turn.sentiment,
        }
    }
}

impl From<Value> for plain::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Flag(flag) => Self::Flag(flag),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text),
            Value::Time(time) => Self::Time(time),
            Value::Absent => Self::Absent,
        }
    }
}

impl From<plain::Verdict> for Verdict {
    fn from(verdict: plain::Verdict) -> Self {
        Self {
            fire: verdict.fire,
            score: verdict.score,
            because: verdict.because,
            spans: verdict.spans.into_iter().map(Into::into).collect(),
            near: verdict.near,
        }
    }
}

impl From<plain::Span> for Span {
    fn from(span: plain::Span) -> Self {
        Self { turn: span.turn, start: span.start, end: span.end }
    }
}
