//! A log made up from a seed: many contacts at once, scripts and moods, corrections, holds, clicks and answers of
//! channels, and enough time between the lines that something is always due.

use engine::{
    case::Case,
    fact::{FactKind, IdentityKey, subject_id},
    id::Id,
    time::Instant,
};
use road::wire::spell_instant;
use serde_json::{Map, Value, json};

/// 2024-09-02T02:00:00Z.
const START: i64 = 1_725_242_400_000;

/// Numbers from a seed, the same everywhere.
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// The same things in another order.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for place in (1..things.len()).rev() {
            things.swap(place, self.below(place as u64 + 1) as usize);
        }
    }
}

/// What the log is made of.
pub(crate) struct Made {
    /// How many facts.
    pub(crate) facts: usize,
    /// Of how many contacts.
    pub(crate) contacts: u64,
    /// Some come out of order, some have no time, some are told twice.
    pub(crate) untidy: bool,
}

struct Writer {
    seed: Seeded,
    now: i64,
    untidy: bool,
    turns: Vec<Vec<(String, u32)>>,
    lines: Vec<String>,
}

/// The lines of a log; tidy ones have rising, distinct times.
pub(crate) fn log(made: &Made) -> Vec<String> {
    let turns = (0..made.contacts).map(|_| Vec::new()).collect();
    let mut writer =
        Writer { seed: Seeded(made.facts as u64), now: START, untidy: made.untidy, turns, lines: Vec::new() };
    while writer.lines.len() < made.facts {
        let contact = writer.seed.below(made.contacts);
        writer.now += 1 + writer.seed.below(400) as i64;
        writer.happens(contact);
    }
    writer.lines
}

impl Writer {
    fn happens(&mut self, contact: u64) {
        let subject = format!("contact/k-{contact}");
        if self.turns[contact as usize].is_empty() {
            let agent = format!("a-{}", contact % 7);
            self.line("plaint.contact.opened", &subject, json!({"channel": "chat", "agent": agent}));
        }
        match self.seed.below(100) {
            0..45 => self.agent(contact, &subject),
            45..75 => self.customer(contact, &subject),
            75..85 => self.revises(contact, &subject),
            85 => self.line("plaint.contact.held", &subject, json!({"reason": "payment"})),
            86..89 => self.line("plaint.contact.resumed", &subject, json!({})),
            89 => self.line("plaint.contact.closed", &subject, json!({})),
            90 => self.line("plaint.contact.agent-joined", &subject, json!({"agent": format!("b-{}", contact % 5)})),
            91..97 => self.clicks(&subject),
            97 if self.untidy => self.again(),
            97 | 98 => self.complains(contact),
            99 => self.acts(contact),
            _ => self.line("order.shipped", &format!("order/{contact}"), json!({"carrier": "north"})),
        }
    }

    fn agent(&mut self, contact: u64, subject: &str) {
        let script = ["非常抱歉给您带来不便,会有专人尽快与您联系", "请您耐心等待,我们已经为您登记并反馈"];
        let text = match self.seed.below(10) {
            0..6 => script[(contact % 2) as usize].to_owned(),
            6 => script[0].chars().take(9).collect(),
            7 => format!("您的工单号是 {},师傅明天上午联系您", self.lines.len()),
            _ => format!("好的,我为您查一下第 {} 项记录", self.lines.len()),
        };
        self.turn(contact, subject, json!({"speaker": "agent", "text": text}));
    }

    fn customer(&mut self, contact: u64, subject: &str) {
        let text = format!("我的冰箱还是不制冷,这是第 {} 次了", self.seed.below(9));
        let data = match self.seed.below(4) {
            0 => json!({"speaker": "customer", "text": text}),
            1 => json!({"speaker": "customer", "text": text, "sentiment": 0.25}),
            _ => json!({"speaker": "customer", "text": text, "sentiment": -0.5}),
        };
        self.turn(contact, subject, data);
    }

    fn turn(&mut self, contact: u64, subject: &str, data: Value) {
        let id = self.next_id();
        self.turns[contact as usize].push((id, 0));
        self.line("plaint.turn.said", subject, data);
    }

    /// A turn is corrected or taken back, under its own id.
    fn revises(&mut self, contact: u64, subject: &str) {
        let turns = &mut self.turns[contact as usize];
        let Some(back) = turns.len().checked_sub(1) else { return self.customer(contact, subject) };
        let place = back - self.seed.below(back as u64 + 1).min(self.seed.below(6)) as usize;
        let (id, revision) = &mut turns[place];
        *revision += 1;
        let (id, revision) = (id.clone(), *revision);
        let data = match self.seed.below(3) {
            0 => json!({"speaker": "agent", "revision": revision}),
            _ => json!({"speaker": "agent", "revision": revision, "text": format!("更正后的第 {revision} 句话,谢谢")}),
        };
        self.write(&id, "plaint.turn.said", subject, data);
    }

    /// A click on an alert that may be there, or a channel's answer about an order that may be open.
    fn clicks(&mut self, subject: &str) {
        let nth = 1 + self.seed.below(2) as u32;
        let alert = alert("hotline", subject, "agent-repeats-script", nth);
        let about = format!("alert/{alert}");
        match self.seed.below(5) {
            0 => self.line("plaint.alert.seen", &about, json!({"by": "lead-1"})),
            1 => self.line("plaint.alert.taken", &about, json!({"by": "lead-1"})),
            2 => self.line("plaint.alert.disposed", &about, json!({"disposition": "handled"})),
            3 => self.line("plaint.command.confirmed", &command(alert, 0, "hint"), json!({})),
            _ => self.line("plaint.command.failed", &command(alert, 2, "change-agent"), json!({})),
        }
    }

    /// A complaint: of a thing, of another, or of none in particular.
    fn complains(&mut self, contact: u64) {
        // Few customers complain of much, so that a complaint may be about several cases.
        let contact = contact % 5;
        let mut about = Map::new();
        let thing = self.seed.below(4);
        if (1..3).contains(&thing) {
            about.insert("serial".to_owned(), json!(format!("s-{contact}-{thing}")));
        }
        let data = json!({"text": "冰箱修了两次还是不制冷", "keys": [phone(contact)], "about": about});
        let subject = format!("complaint/{}", self.lines.len());
        self.line("plaint.complaint.filed", &subject, data);
    }

    /// Somebody acts on a case that may be there, or joins or leaves the house.
    fn acts(&mut self, contact: u64) {
        let contact = contact % 5;
        let key = IdentityKey { kind: "phone".to_owned(), value: format!("+86-{contact}") };
        let case = Case::id_of(key.id(), 1 + self.seed.below(2) as u32);
        let action = ["accept", "note", "resolve", "close", "reopen"][self.seed.below(5) as usize];
        let data = json!({"action": action, "role": "manager", "note": "x"});
        self.line("plaint.case.action-requested", &format!("case/{case}"), data);
    }

    /// A line that was there already.
    fn again(&mut self) {
        let place = self.seed.below(self.lines.len() as u64) as usize;
        self.lines.push(self.lines[place].clone());
    }

    fn next_id(&self) -> String {
        format!("e-{}", self.lines.len())
    }

    fn line(&mut self, kind: &str, subject: &str, data: Value) {
        self.write(&self.next_id(), kind, subject, data);
    }

    fn write(&mut self, id: &str, kind: &str, subject: &str, data: Value) {
        self.now += 1;
        let time = match self.seed.below(20) {
            0 if self.untidy => None,
            1 if self.untidy => Some(Instant(self.now - 20_000)),
            _ => Some(Instant(self.now)),
        };
        let mut event = Map::new();
        for (name, value) in [("specversion", "1.0"), ("id", id), ("source", "hotline"), ("type", kind)] {
            event.insert(name.to_owned(), json!(value));
        }
        event.insert("subject".to_owned(), json!(subject));
        event.extend(time.map(|time| ("time".to_owned(), json!(spell_instant(time)))));
        event.insert("data".to_owned(), data);
        self.lines.push(Value::Object(event).to_string());
    }
}

/// How the customer of a contact is known.
fn phone(contact: u64) -> Value {
    json!({"kind": "phone", "value": format!("+86-{contact}")})
}

/// The id of the `nth` alert of a rule about a contact.
pub(crate) fn alert(source: &str, subject: &str, rule: &str, nth: u32) -> Id {
    let contact = subject_id(source, FactKind::TurnSaid, subject);
    Id::of(&[b"alert", rule.as_bytes(), &contact.0, &nth.to_le_bytes()])
}

/// The subject of an order that a step of an alert gives.
pub(crate) fn command(alert: Id, step: u16, intervention: &str) -> String {
    format!("command/{}", Id::of(&[b"command", &alert.0, &step.to_le_bytes(), intervention.as_bytes()]))
}
