//! Telling: what is said and what is decided, as lines somebody reads. Names of people, never ids.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::{
    news::Decision,
    paper::{Ink, Paper},
    people::People,
    story::{Lang, Story},
};

/// Where the story happened.
const ZONE: &str = "Asia/Shanghai";
/// The columns in front of what is said: when, who.
const WHEN: usize = 8;
const WHO: usize = 14;
/// Whose decisions are the story's own: the exchange's, and plaint's where a case is meant.
pub(crate) const HOTLINE: &str = "hotline";
const PLAINT: &str = "plaint";

/// See the module.
pub(crate) struct Teller<'a> {
    pub(crate) paper: &'a Paper,
    pub(crate) story: &'a Story,
    pub(crate) people: &'a People,
    lang: Lang,
    zone: TimeZone,
    /// When the call that is being told began.
    pub(crate) began: Cell<Option<Timestamp>>,
    /// The story's cases, each with its customer.
    pub(crate) cases: RefCell<BTreeMap<String, usize>>,
    /// When alerts of the story were raised.
    raised_at: RefCell<BTreeMap<String, Timestamp>>,
    /// What was decided beside the story.
    pub(crate) beside: Beside,
}

/// What was decided about conversations of the past that went through beside the story.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) alerts: Cell<u64>,
    pub(crate) cases: Cell<u64>,
    /// Of these there should be none: alerts that are not late, notifications, orders.
    pub(crate) disturbed: Cell<u64>,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(paper: &'a Paper, story: &'a Story, people: &'a People, lang: Lang) -> Self {
        Teller {
            paper,
            story,
            people,
            lang,
            zone: zone(),
            began: Cell::new(None),
            cases: RefCell::default(),
            raised_at: RefCell::default(),
            beside: Beside::default(),
        }
    }

    /// Something said, `when` into the call.
    pub(crate) fn said(&self, when: &str, who: &str, text: &str) {
        self.row((when, Ink::Dim), (who, Ink::Bold), (Ink::Plain, text));
    }

    /// A line beside what is said.
    pub(crate) fn aside(&self, who: &str, ink: Ink, text: &str) {
        self.row(("", Ink::Dim), (who, ink), (ink, text));
    }

    /// A decision, if it belongs to the story.
    pub(crate) fn decided(&self, decision: &Decision) -> bool {
        let source = decision.text("source");
        let is_beside = match decision.data["case"].as_str() {
            Some(case) => !self.is_of_story(case, decision),
            None => source != HOTLINE && source != PLAINT,
        };
        if is_beside {
            self.beside_the_story(decision);
            return false;
        }
        match decision.kind.as_str() {
            "plaint.alert.raised" => self.raised(decision),
            "plaint.notification.ordered" => self.notified(decision),
            "plaint.intervention.ordered" => self.ordered(decision),
            "plaint.case.assigned" => self.assigned(decision),
            "plaint.case.chased" => self.chased(decision),
            "plaint.case.moved" => self.moved(decision),
            "plaint.operator.alerted" => self.aside(self.story.word("operator"), Ink::Dim, decision.text("reason")),
            _ => {}
        }
        true
    }

    /// Conversations of the past raise alerts that are late, tell nobody and order nothing.
    fn beside_the_story(&self, decision: &Decision) {
        let count = |what: &Cell<u64>| what.set(what.get() + 1);
        match decision.kind.as_str() {
            "plaint.notification.ordered" | "plaint.intervention.ordered" => count(&self.beside.disturbed),
            "plaint.case.opened" => count(&self.beside.cases),
            "plaint.alert.raised" => {
                count(&self.beside.alerts);
                if decision.data["late"] != true {
                    count(&self.beside.disturbed);
                }
            }
            _ => {}
        }
    }

    /// Whether a case is one of the story's customers'; from then on it is known.
    fn is_of_story(&self, case: &str, decision: &Decision) -> bool {
        let product = &decision.data["matter"]["product"];
        let customer = self.story.customers.iter().position(|customer| *product == *customer.product);
        if let Some(customer) = customer {
            self.cases.borrow_mut().insert(case.to_owned(), customer);
        }
        self.cases.borrow().contains_key(case)
    }

    fn raised(&self, decision: &Decision) {
        self.raised_at.borrow_mut().insert(decision.text("alert").to_owned(), decision.time);
        let ink = if decision.text("severity") == "critical" { Ink::Red } else { Ink::Yellow };
        let said = decision.data["say"][self.lang.word()].as_str().unwrap_or_default();
        self.row((&self.call_clock(decision.time), Ink::Dim), (self.story.word("alert"), ink), (ink, said));
        let compared = decision.data["evidence"]["compared"].as_array().into_iter().flatten();
        let says = |compared: &&Value| compared["holds"] == true && self.is_read(compared);
        let mut why: Vec<String> = compared.filter(says).map(|compared| self.compared(compared)).collect();
        let because = decision.data["evidence"]["verdict"]["because"].as_object().into_iter().flatten();
        why.extend(because.map(|(name, value)| format!("{name}: {}", plain(value))));
        why.push(self.story.say("decision", &[("address", &decision.address)]));
        self.aside(self.story.word("why"), Ink::Dim, &why.join(" · "));
    }

    /// Whether a comparison says something to whoever does not write rules.
    fn is_read(&self, compared: &Value) -> bool {
        let left = compared["left"].as_str().unwrap_or_default();
        self.story.named("signal", left) != left
    }

    fn compared(&self, compared: &Value) -> String {
        let side = |name: &str, value: &str| {
            let (name, value) = (compared[name].as_str().unwrap_or_default(), plain(&compared[value]));
            let value = self.story.named("value", &value);
            if name == "value" { value } else { format!("{} {value}", self.story.named("signal", name)) }
        };
        let (left, right) = (side("left", "left_value"), side("right", "right_value"));
        match compared["sign"].as_str().unwrap_or_default() {
            // What holds is what stands on the left.
            "==" | "in" => left,
            ">=" => format!("{left} ≥ {right}"),
            "<=" => format!("{left} ≤ {right}"),
            "!=" => format!("{left} ≠ {right}"),
            sign => format!("{left} {sign} {right}"),
        }
    }

    fn notified(&self, decision: &Decision) {
        let person = decision.text("person");
        let occasion = decision.text("occasion");
        let about = if occasion.is_empty() { String::new() } else { self.story.named("occasion", occasion) };
        let text = self.story.say("told-whom", &[("person", &self.who(person)), ("about", &about)]);
        self.aside(self.story.word("told"), Ink::Blue, &text);
    }

    fn ordered(&self, decision: &Decision) {
        let agent = self.people.name(decision.text("agent"));
        if decision.text("intervention") == "hint" {
            let hint = self.story.named("hint", decision.text("hint"));
            let text = self.story.say("hint-for", &[("agent", agent), ("hint", &hint)]);
            return self.aside(self.story.word("hint"), Ink::Blue, &text);
        }
        let what = self.story.named("order", decision.text("intervention"));
        let person = self.who(decision.text("person"));
        let text = self.story.say("order-to", &[("what", &what), ("person", &person), ("agent", agent)]);
        if let Some(raised) = self.raised_at.borrow().get(decision.text("alert")) {
            let seconds = decision.time.duration_since(*raised).as_secs().to_string();
            self.aside("", Ink::Dim, &self.story.say("nobody-took", &[("seconds", &seconds)]));
        }
        let time = self.call_clock(decision.time);
        self.row((&time, Ink::Dim), (self.story.word("order"), Ink::Red), (Ink::Red, &text));
    }

    fn assigned(&self, decision: &Decision) {
        let time = self.call_clock(decision.time);
        let text = self.case_line(decision);
        self.row((&time, Ink::Dim), (self.story.word("case"), Ink::Green), (Ink::Green, &text));
        let desk = &decision.data["desk"];
        let label = |group, name: &str| self.people.label(group, desk[name].as_str().unwrap_or_default()).to_owned();
        let owner = self.story.say(
            "owner-is",
            &[
                ("owner", self.people.name(decision.text("owner"))),
                ("role", &label("role", "role")),
                ("department", &label("department", "department")),
            ],
        );
        self.aside(self.story.word("owner"), Ink::Blue, &owner);
        let keeper = self.story.say("keeper-is", &[("keeper", self.people.name(decision.text("keeper")))]);
        self.aside(self.story.word("keeper"), Ink::Blue, &keeper);
        self.aside(self.story.word("due"), Ink::Blue, &self.date(decision.text("due")));
    }

    fn chased(&self, decision: &Decision) {
        let nth = decision.data["nth"].as_u64().unwrap_or(1).to_string();
        let text = self.story.say("chased", &[("case", &self.case_line(decision)), ("nth", &nth)]);
        let time = self.call_clock(decision.time);
        self.row((&time, Ink::Dim), (self.story.word("chaser"), Ink::Yellow), (Ink::Yellow, &text));
    }

    fn moved(&self, decision: &Decision) {
        let action = self.story.named("action", decision.text("action"));
        let by = self.people.name(decision.text("by"));
        let case = self.case_line(decision);
        let text = self.story.say("moved", &[("case", &case), ("action", &action), ("by", by)]);
        self.aside(self.story.word("case"), Ink::Green, &text);
    }

    /// Whose case it is, and about what.
    fn case_line(&self, decision: &Decision) -> String {
        let customer = self.cases.borrow().get(decision.text("case")).copied();
        let customer = customer.and_then(|place| self.story.customers.get(place));
        customer.map_or_else(String::new, |customer| {
            let category = self.people.label("category", &customer.category);
            let values = [("customer", customer.name.as_str()), ("product", &customer.product), ("category", category)];
            self.story.say("case-of", &values)
        })
    }

    /// A person with where they are to be found.
    pub(crate) fn who(&self, person: &str) -> String {
        let role = self.story.named("role", self.people.role(person));
        let name = self.people.name(person);
        if role.is_empty() { name.to_owned() } else { self.story.say("who", &[("name", name), ("role", &role)]) }
    }

    /// A length of time, in words.
    pub(crate) fn length(&self, seconds: i64) -> String {
        let values = [("minutes", &*(seconds / 60).to_string()), ("seconds", &(seconds % 60).to_string())];
        self.story.say("length", &values)
    }

    /// How long after the call began, as a telephone shows it.
    pub(crate) fn call_clock(&self, time: Timestamp) -> String {
        self.began.get().map_or_else(String::new, |began| spelled(time.duration_since(began).as_secs()))
    }

    /// An instant of the server's in the hotline's zone, as people write it.
    pub(crate) fn date(&self, time: &str) -> String {
        self.written(time, self.story.word("date"))
    }

    /// The day only.
    pub(crate) fn day(&self, time: &str) -> String {
        self.written(time, self.story.word("day"))
    }

    fn written(&self, time: &str, form: &str) -> String {
        let time = time.parse::<Timestamp>().map(|time| time.to_zoned(self.zone.clone()));
        time.map_or_else(|_| String::new(), |time| time.strftime(form).to_string())
    }

    fn row(&self, (when, faint): (&str, Ink), (who, ink): (&str, Ink), (body, text): (Ink, &str)) {
        self.paper.row(&[(WHEN, faint, &format!("{when:>6}")), (WHO, ink, who)], body, text);
    }
}

/// The hotline's time.
pub(crate) fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

/// `1:02`.
pub(crate) fn spelled(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A value as people read it.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
