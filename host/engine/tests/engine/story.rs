//! Stories: a line is a fact. It knows nothing of rules.
//!
//! ```text
//! 10:00:05 agent: your request has been noted        a turn; without a text it is deleted
//! 10:00:05 customer -0.5: still not cold             a turn with a sentiment
//! 10:00:05 k-2 #a r1 backfill agent(a-17): …         another contact, an id, a revision, a mark, an agent
//! 10:00:05 opens a-17 · closes · joins a-18 · held payment · resumes
//! 10:00:05 takes repeats/1 · sees · disposes · confirms repeats/1/2/change-agent · fails
//! - passes                                           without a time; nothing but time passes
//! ```
//!
//! Hours go beyond 24; the id of a fact is its number unless it is given one. `SCRIPT` stands for a sentence of an
//! agent, `HALF` for its beginning.

use engine::{
    fact::{
        AgentJoined, AgentLeft, AlertDisposed, AlertSeen, AlertTaken, CommandConfirmed, CommandFailed, ContactClosed,
        ContactHeld, ContactOpened, ContactResumed, Disposition, Fact, FactBody, FactKind, Marks, Position, Speaker,
        TimePassed, TurnSaid, subject_id,
    },
    id::Id,
    time::Instant,
};

/// 2024-09-02T00:00:00Z.
pub(crate) const DAY: i64 = 1_725_235_200_000;

const SCRIPT: &str = "your request has been noted, please wait patiently";
const HALF: &str = "your request has been";

/// A line with what stands before the verb taken off.
pub(crate) struct Line<'a> {
    time: Option<Instant>,
    contact: &'a str,
    id: Option<&'a str>,
    revision: u32,
    backfill: bool,
    says: &'a str,
}

/// A clock time of the story's day, `10:00:05` or `10:00:05.001`.
pub(crate) fn instant(text: &str) -> Instant {
    let (seconds, millis) = text.split_once('.').unwrap_or((text, "0"));
    let seconds = seconds.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().expect("hh:mm:ss"));
    Instant(DAY + seconds * 1_000 + millis.parse::<i64>().expect("milliseconds"))
}

/// See [`instant`].
pub(crate) fn spelled(at: Instant) -> String {
    let millis = at.0 - DAY;
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if millis == 0 { clock } else { format!("{clock}.{millis:03}") }
}

/// The id of a contact of the stories.
pub(crate) fn contact_id(contact: &str) -> Id {
    subject_id("hotline", FactKind::TurnSaid, &format!("contact/{contact}"))
}

/// The id of the alert `rule/nth` of a contact.
pub(crate) fn alert_id(contact: &str, alert: &str) -> Id {
    let (rule, nth) = alert.split_once('/').expect("rule/nth");
    let nth: u32 = nth.parse().expect("an ordinal");
    Id::of(&[b"alert", rule.as_bytes(), &contact_id(contact).0, &nth.to_le_bytes()])
}

/// The id of the order `rule/nth/step/intervention` of a contact.
pub(crate) fn command_id(contact: &str, order: &str) -> Id {
    let (order, word) = order.rsplit_once('/').expect("rule/nth/step/intervention");
    let (alert, step) = order.rsplit_once('/').expect("rule/nth/step/intervention");
    let step: u16 = step.parse().expect("a place");
    Id::of(&[b"command", &alert_id(contact, alert).0, &step.to_le_bytes(), word.as_bytes()])
}

/// The fact a line tells of, in the place after `position`, never before `last_at`.
pub(crate) fn fact(line: &str, position: u64, last_at: Instant) -> Fact {
    let line = read(line);
    let (subject, body) = line.body();
    let at = line.time.map_or(last_at, |time| time.max(last_at));
    Fact {
        position: Position(position),
        at,
        time: line.time,
        source: "hotline".to_owned(),
        id: line.id.map_or_else(|| position.to_string(), str::to_owned),
        revision: line.revision,
        subject,
        marks: Marks {
            backfill: line.backfill,
            late: line.time.is_some_and(|time| time < at),
            clock_skew: false,
            connector: None,
        },
        body,
    }
}

fn read(line: &str) -> Line<'_> {
    let (time, mut says) = line.trim().split_once(' ').expect("a time, then what happened");
    let time = (time != "-").then(|| instant(time));
    let mut line = Line { time, contact: "k-1", id: None, revision: 0, backfill: false, says };
    while let Some((word, rest)) = says.split_once(' ') {
        if word.starts_with("k-") {
            line.contact = word;
        } else if let Some(id) = word.strip_prefix('#') {
            line.id = Some(id);
        } else if let Some(Ok(revision)) = word.strip_prefix('r').map(str::parse) {
            line.revision = revision;
        } else if word == "backfill" {
            line.backfill = true;
        } else {
            break;
        }
        says = rest;
    }
    Line { says, ..line }
}

impl Line<'_> {
    fn body(&self) -> (String, FactBody) {
        let contact = format!("contact/{}", self.contact);
        if let Some((speaker, text)) = self.says.split_once(':') {
            return (contact, FactBody::TurnSaid(said(speaker, text.trim())));
        }
        let (verb, object) = self.says.split_once(' ').unwrap_or((self.says, ""));
        let word = (!object.is_empty()).then(|| object.to_owned());
        let body = match verb {
            "opens" => FactBody::ContactOpened(ContactOpened { agent: word, ..ContactOpened::default() }),
            "closes" => FactBody::ContactClosed(ContactClosed::default()),
            "joins" => {
                FactBody::AgentJoined(AgentJoined { agent: word.unwrap_or_default(), team: None, employer: None })
            }
            "leaves" => FactBody::AgentLeft(AgentLeft { agent: word.unwrap_or_default() }),
            "held" => FactBody::ContactHeld(ContactHeld { reason: word }),
            "resumes" => FactBody::ContactResumed(ContactResumed {}),
            "passes" => return ("time/x".to_owned(), FactBody::TimePassed(TimePassed {})),
            _ => return self.answer(verb, object),
        };
        (contact, body)
    }

    fn answer(&self, verb: &str, object: &str) -> (String, FactBody) {
        let disposition = Disposition::Handled;
        let body = match verb {
            "sees" => FactBody::AlertSeen(AlertSeen::default()),
            "takes" => FactBody::AlertTaken(AlertTaken::default()),
            "disposes" => FactBody::AlertDisposed(AlertDisposed { disposition, by: None, note: None }),
            "confirms" => FactBody::CommandConfirmed(CommandConfirmed { agent: None }),
            "fails" => FactBody::CommandFailed(CommandFailed { reason: None }),
            _ => panic!("a story does not know `{}`", self.says),
        };
        let subject = match verb {
            "confirms" | "fails" => format!("command/{}", command_id(self.contact, object)),
            _ => format!("alert/{}", alert_id(self.contact, object)),
        };
        (subject, body)
    }
}

/// `agent`, `agent(a-17)`, `customer -0.5`, `customer dissatisfied 0.5`.
fn said(speaker: &str, text: &str) -> TurnSaid {
    let mut words = speaker.split(' ');
    let who = words.next().unwrap_or_default();
    let (who, agent) = who.split_once('(').unwrap_or((who, ""));
    let known = [Speaker::Customer, Speaker::Agent, Speaker::Bot, Speaker::System];
    let speaker = known.into_iter().find(|speaker| speaker.word() == who).expect("a speaker");
    let measured: Vec<&str> = words.collect();
    let number = |text: &str| text.parse().expect("a number");
    TurnSaid {
        speaker,
        text: (!text.is_empty()).then(|| text.replace("SCRIPT", SCRIPT).replace("HALF", HALF)),
        agent: agent.strip_suffix(')').map(str::to_owned),
        sentiment: if let [sentiment] = measured[..] { Some(number(sentiment)) } else { None },
        labels: if let [label, confidence] = measured[..] {
            [(label.to_owned(), number(confidence))].into()
        } else {
            [].into()
        },
    }
}
