//! A run as people read it: who said what, what was noticed and why, what was ordered.

use std::{collections::BTreeMap, fmt::Write, io::IsTerminal};

use engine::{
    condition::Compared,
    decision::{AlertRaised, DecisionBody, InterventionOrdered},
    fact::{ContactOpened, FactBody},
    rule::Severity,
    time::{INSTANT_MIN, Instant},
    value::{Slot, Value},
};
use jiff::{Timestamp, tz::TimeZone};
use policy::Lang;
use road::wire::{Event, Told};

use super::words;
use crate::{lang::pick, refused};

/// Keeps what a reader has seen last.
pub(super) struct Story {
    pub(super) lang: Lang,
    zone: TimeZone,
    colours: bool,
    day: String,
    subject: String,
    facts: u64,
    /// Names of people that were heard.
    people: BTreeMap<String, String>,
    /// The event that was heard last: what was due before it is told first.
    held: Option<Held>,
}

struct Held {
    at: Option<Instant>,
    text: String,
}

impl Story {
    pub(super) fn new(lang: Lang) -> Self {
        let colours = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Story {
            lang,
            zone: TimeZone::system(),
            colours,
            day: String::new(),
            subject: String::new(),
            facts: 0,
            people: BTreeMap::new(),
            held: None,
        }
    }

    /// One event; gives the text of the one before. Those that nobody reads have no text.
    pub(super) fn event(&mut self, event: &Event) -> String {
        let before = self.rest();
        self.facts += 1;
        if let FactBody::PersonUpdated(person) = &event.body
            && let Some(name) = &person.name
        {
            self.people.insert(person.person.clone(), name.clone());
        }
        if let Some(line) = self.line(event) {
            let is_contact = matches!(event.body, FactBody::TurnSaid(_));
            let mut text = self.headings(event.time, &event.subject, is_contact);
            let _ = writeln!(text, "{}  {line}", self.clock(event.time));
            self.held = Some(Held { at: event.time, text });
        }
        before
    }

    /// What was heard and not told yet.
    pub(super) fn rest(&mut self) -> String {
        self.held.take().map_or_else(String::new, |held| held.text)
    }

    /// One decision, behind the event it was made at, before it when it was due before.
    pub(super) fn decision(&mut self, told: &Told) -> String {
        let at = Some(told.decision.at).filter(|at| *at > INSTANT_MIN);
        let is_later = self.held.as_ref().is_some_and(|held| held.at.is_none() || at >= held.at);
        let mut text = if is_later { self.rest() } else { String::new() };
        text.push_str(&self.headings(at, &told.subject, true));
        let clock = self.clock(at);
        let lines = self.decided(&told.decision.body);
        let paint = if self.colours { paint(&told.decision.body) } else { "" };
        let plain = if self.colours { PLAIN } else { "" };
        for (place, line) in lines.iter().enumerate() {
            let margin = if place == 0 { clock.clone() } else { " ".repeat(clock.len()) };
            let _ = writeln!(text, "{paint}{margin}  {line}{plain}");
        }
        text
    }

    fn line(&self, event: &Event) -> Option<String> {
        let lang = self.lang;
        let line = match &event.body {
            FactBody::TurnSaid(said) => {
                let text = said.text.as_deref().unwrap_or(pick(lang, "(已删除)", "(deleted)"));
                format!("{} │ {text}", words::speaker(said.speaker, lang))
            }
            FactBody::ContactOpened(opened) => self.opened(opened),
            FactBody::ContactClosed(_) => pick(lang, "会话结束", "the contact ends").to_owned(),
            FactBody::AgentJoined(joined) => {
                format!("{} {}", pick(lang, "坐席接入:", "agent joins:"), joined.agent)
            }
            FactBody::TouchpointRecorded(touchpoint) => {
                let title = touchpoint.title.as_deref().unwrap_or_default();
                format!("{} · {} · {title}", pick(lang, "触点", "touchpoint"), touchpoint.kind)
            }
            FactBody::AlertSeen(_) => pick(lang, "预警已知悉", "alert seen").to_owned(),
            FactBody::AlertTaken(_) => pick(lang, "预警已介入", "alert taken").to_owned(),
            FactBody::AlertDisposed(_) => pick(lang, "预警已处置", "alert disposed").to_owned(),
            FactBody::CommandConfirmed(_) => {
                pick(lang, "渠道已执行指令", "the channel carried the order out").to_owned()
            }
            FactBody::CommandFailed(_) => {
                pick(lang, "渠道执行失败", "the channel could not carry the order out").to_owned()
            }
            FactBody::AgentLeft(left) => format!("{} {}", pick(lang, "坐席离开:", "agent leaves:"), left.agent),
            FactBody::ContactHeld(_) => pick(lang, "客户被保持", "the customer is on hold").to_owned(),
            FactBody::ContactResumed(_) => pick(lang, "会话继续", "the conversation goes on").to_owned(),
            FactBody::ComplaintFiled(filed) => format!("{} │ {}", pick(lang, "投诉", "complaint"), filed.text),
            FactBody::ContactConcerns(_)
            | FactBody::TimePassed(_)
            | FactBody::GenerationActivated(_)
            | FactBody::RulePaused(_)
            | FactBody::RuleResumed(_)
            | FactBody::ProfileUpdated(_)
            | FactBody::IdentityLinked(_)
            | FactBody::IdentityUnlinked(_)
            | FactBody::PersonUpdated(_)
            | FactBody::DutyPlanned(_)
            | FactBody::PresenceChanged(_)
            | FactBody::CaseActionRequested(_)
            | FactBody::DeliveryAttempted(_)
            | FactBody::ReadingArrived(_)
            | FactBody::PersonErased(_) => return None,
        };
        Some(line)
    }

    fn opened(&self, opened: &ContactOpened) -> String {
        let lang = self.lang;
        let mut parts = vec![match opened.channel.as_deref() {
            Some("phone") => pick(lang, "通话开始", "a call begins").to_owned(),
            _ => pick(lang, "会话开始", "a contact begins").to_owned(),
        }];
        if let Some(caller) = &opened.caller {
            let capacity = words::capacity(caller.capacity, lang);
            parts.push(format!("{} {capacity}", pick(lang, "来电人:", "caller:")));
        }
        match opened.concerns.len() {
            0 => {}
            count => parts.push(match lang {
                Lang::Zh => format!("涉及 {count} 位客户"),
                Lang::En if count == 1 => "concerns 1 customer".to_owned(),
                Lang::En => format!("concerns {count} customers"),
            }),
        }
        if let Some(agent) = &opened.agent {
            parts.push(format!("{} {agent}", pick(lang, "坐席", "agent")));
        }
        parts.join(" · ")
    }

    /// A person by name, where it was heard, and id.
    pub(super) fn person(&self, id: &str) -> String {
        self.people.get(id).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
    }

    fn decided(&self, body: &DecisionBody) -> Vec<String> {
        let lang = self.lang;
        let one = |sign: &str, what: &str, more: String| vec![format!("{sign} {what}{more}")];
        match body {
            DecisionBody::AlertRaised(raised) => self.raised(raised),
            DecisionBody::AlertCleared(cleared) => one(
                "✓",
                pick(lang, "预警解除", "alert cleared"),
                format!(" · {} · {}", cleared.rule, words::because(&cleared.because, lang)),
            ),
            DecisionBody::AlertActionRefused(refused) => one(
                "✗",
                pick(lang, "操作被拒绝", "action refused"),
                format!(
                    " · {}: {} ({})",
                    refused.action,
                    refused::missing(&refused.missing, lang),
                    refused::stands(&refused.now, lang)
                ),
            ),
            DecisionBody::NotificationOrdered(ordered) => {
                let whom = match &ordered.person {
                    Some(person) => self.person(person),
                    None => whom(&ordered.to, ordered.agent.as_deref(), lang),
                };
                let occasion = ordered.occasion.as_deref().map(|occasion| words::occasion(occasion, lang));
                let occasion = occasion.map_or_else(String::new, |occasion| format!(" · {occasion}"));
                one("→", pick(lang, "通知", "notify"), format!(" {whom}{occasion}"))
            }
            DecisionBody::InterventionOrdered(ordered) => vec![self.ordered(ordered)],
            DecisionBody::InterventionEnded(ended) => one(
                "…",
                words::intervention(ended.intervention, lang),
                format!(" · {}", words::because(&ended.how, lang)),
            ),
            DecisionBody::StepSkipped(skipped) => one(
                "·",
                pick(lang, "步骤未执行", "step not taken"),
                format!(
                    "{} · {}",
                    skipped
                        .intervention
                        .map_or_else(String::new, |what| format!(" · {}", words::intervention(what, lang))),
                    words::because(&skipped.because, lang)
                ),
            ),
            DecisionBody::CaseOpened(_)
            | DecisionBody::CaseAssigned(_)
            | DecisionBody::CaseChased(_)
            | DecisionBody::CaseAsked(_)
            | DecisionBody::CaseMoved(_)
            | DecisionBody::CaseActionRefused(_) => self.of_case(body).unwrap_or_default(),
            DecisionBody::OperatorAlerted(alerted) => {
                one("!", pick(lang, "告警", "operator alert"), format!(" · {}", alerted.reason))
            }
        }
    }

    fn raised(&self, raised: &AlertRaised) -> Vec<String> {
        let lang = self.lang;
        let severity = words::severity(raised.severity, lang);
        let said = pick(lang, &raised.say.zh, &raised.say.en);
        let late = if raised.late { pick(lang, " · 补录", " · late") } else { "" };
        let alert = pick(lang, "预警", "alert");
        let mut lines = vec![format!("▲ {alert} · {severity}{late} · {said}")];
        let compared = raised.evidence.compared.iter().map(compared);
        let turns = raised.evidence.turns.join(", ");
        let mut why: Vec<String> = compared.collect();
        if let Some(verdict) = &raised.evidence.verdict {
            why.extend(verdict.because.iter().map(|(name, value)| format!("{name}: {value}")));
        }
        if !turns.is_empty() {
            why.push(format!("{} {turns}", pick(lang, "语句", "turns")));
        }
        lines.push(format!("  {} {} ← {}", pick(lang, "依据", "why"), raised.rule, why.join(" · ")));
        lines
    }

    fn ordered(&self, ordered: &InterventionOrdered) -> String {
        let lang = self.lang;
        let what = words::intervention(ordered.intervention, lang);
        let mut parts = vec![format!("→ {what}")];
        parts.extend(ordered.hint.clone());
        if let Some(person) = &ordered.person {
            parts.push(self.person(person));
        } else if !ordered.to.is_empty() {
            parts.push(whom(&ordered.to, ordered.agent.as_deref(), lang));
        }
        if !ordered.needs.is_empty() {
            parts.push(format!("{} {}", pick(lang, "须具备", "needs"), ordered.needs.join(", ")));
        }
        if let Some(instead) = ordered.instead_of {
            parts.push(format!("{} {}", pick(lang, "代替", "instead of"), words::intervention(instead, lang)));
        }
        parts.join(" · ")
    }

    /// The day when it changes, and the subject when it changes.
    fn headings(&mut self, at: Option<Instant>, subject: &str, is_contact: bool) -> String {
        let mut text = String::new();
        if let Some(at) = at {
            let day = self.format(at, "%Y-%m-%d");
            if day != self.day {
                let _ = writeln!(text, "\n{day}");
                self.day = day;
            }
        }
        if is_contact && subject != self.subject {
            let _ = writeln!(text, "── {subject}");
            subject.clone_into(&mut self.subject);
        }
        text
    }

    fn clock(&self, at: Option<Instant>) -> String {
        at.map_or_else(|| format!("{:>8}", format!("#{}", self.facts)), |at| self.format(at, "%H:%M:%S"))
    }

    pub(super) fn format(&self, at: Instant, format: &str) -> String {
        let time = Timestamp::from_millisecond(at.0).map(|time| time.to_zoned(self.zone.clone()));
        time.map_or_else(|_| String::new(), |time| time.strftime(format).to_string())
    }
}

/// Ends a colour.
const PLAIN: &str = "\u{1b}[0m";

/// The colour of a decision on a terminal: alerts by how bad they are, orders, and what came to nothing.
fn paint(body: &DecisionBody) -> &'static str {
    match body {
        DecisionBody::AlertRaised(raised) if raised.severity == Severity::Critical => "\u{1b}[1;31m",
        DecisionBody::AlertRaised(_) | DecisionBody::OperatorAlerted(_) => "\u{1b}[33m",
        DecisionBody::NotificationOrdered(_)
        | DecisionBody::InterventionOrdered(_)
        | DecisionBody::CaseOpened(_)
        | DecisionBody::CaseAssigned(_)
        | DecisionBody::CaseChased(_)
        | DecisionBody::CaseAsked(_)
        | DecisionBody::CaseMoved(_) => "\u{1b}[36m",
        DecisionBody::AlertCleared(_) => "\u{1b}[32m",
        DecisionBody::AlertActionRefused(_)
        | DecisionBody::CaseActionRefused(_)
        | DecisionBody::InterventionEnded(_)
        | DecisionBody::StepSkipped(_) => "\u{1b}[2m",
    }
}

/// Best first.
fn whom(to: &[String], agent: Option<&str>, lang: Lang) -> String {
    let names: Vec<String> = to.iter().map(|to| words::recipient(to, agent, lang)).collect();
    names.join(pick(lang, ",其次 ", ", then "))
}

fn compared(compared: &Compared) -> String {
    let side = |name: &str, value: &Value| {
        let value = spelled(value);
        if name == "value" { value } else { format!("{name} ({value})") }
    };
    let (left, right) = (side(&compared.left, &compared.left_value), side(&compared.right, &compared.right_value));
    format!("{left} {} {right}", compared.sign)
}

fn spelled(value: &Value) -> String {
    match value {
        Value::Absent => "?".to_owned(),
        Value::Flag(flag) => flag.to_string(),
        Value::Number(number) => Slot::Number(*number).spelled(),
        Value::Text(text) => text.clone(),
        Value::Instant(at) => road::wire::spell_instant(*at),
        Value::Duration(duration) => duration.spelled(),
        Value::Texts(texts) => texts.join(", "),
        Value::Numbers(numbers) => Slot::Numbers(numbers).spelled(),
    }
}
