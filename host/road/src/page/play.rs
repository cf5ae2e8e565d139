//! Playing: the events of an example through the real road, on a log in memory, one after the other, so that a line
//! can be about what was decided before it.

use std::collections::VecDeque;

use store::{Appended, Store};

use super::{
    Example, Flaw, PageProblem, Row,
    clock::{Clock, START},
    compare::compare,
    event::{Latest, Planned},
    expect::Came,
};
use crate::{
    RoadError, Rulebook,
    drive::{BATCH_FACTS, Drive, Road},
    glance::Glance,
    place::Clock as Reckoning,
    source::{Receipt, Source, Want, time_passed},
    wire::{Event, Refusal, Told},
};

/// What came of an example.
#[derive(Debug)]
pub struct Played {
    /// What was expected beside what came.
    pub rows: Vec<Row>,
    /// What could not be played.
    pub problems: Vec<PageProblem>,
}

impl Played {
    /// Whether all is as the page says.
    pub fn holds(&self) -> bool {
        self.problems.is_empty() && !self.rows.iter().any(Row::differs)
    }
}

impl Example {
    /// Plays it from an empty log; `people` are told of before its first line.
    ///
    /// # Errors
    /// When the road cannot go on.
    pub fn play(&self, rulebook: &Rulebook, people: Vec<Event>) -> Result<Played, RoadError> {
        let waiting = self.events.iter().cloned().collect();
        let mut source = PageSource {
            before: people.into(),
            waiting,
            until: Some(time_passed(self.until)),
            passed: false,
            given: 0,
            rule: self.rule.clone(),
            came: Vec::new(),
            problems: Vec::new(),
        };
        let drive = Drive { clock: Reckoning::Told, threads: 1, batch_facts: BATCH_FACTS };
        let mut road = Road::open(Store::in_memory()?, rulebook.clone(), drive)?;
        road.drive(&mut source)?;
        let begun = self.events.first().map_or(START, |first| first.at);
        let came = of_rule(source.came, self.rule.as_deref());
        let rows = compare(&self.expected, &came, &Clock::from(begun));
        Ok(Played { rows, problems: source.problems })
    }
}

/// The decisions about a rule's alerts, and about the cases they opened; all of them where the page is about no rule.
fn of_rule(came: Vec<Came>, rule: Option<&str>) -> Vec<Came> {
    let Some(rule) = rule else { return came };
    let (mut alerts, mut cases, mut own) = (Vec::new(), Vec::new(), Vec::new());
    for came in came {
        let known = |name: &str, ids: &[String]| came.text(name).is_some_and(|id| ids.iter().any(|known| known == id));
        let is_own = came.text("rule") == Some(rule) || known("alert", &alerts) || known("case", &cases);
        if is_own {
            alerts.extend(came.text("alert").map(str::to_owned));
            cases.extend(came.text("case").map(str::to_owned));
            own.push(came);
        }
    }
    own
}

/// A page as a source.
struct PageSource {
    before: VecDeque<Event>,
    waiting: VecDeque<Planned>,
    until: Option<Event>,
    /// Time has passed up to the line that waits: what was due by then is known.
    passed: bool,
    /// The line of the event just given; 0 for one that stands on no line.
    given: usize,
    rule: Option<String>,
    came: Vec<Came>,
    problems: Vec<PageProblem>,
}

impl PageSource {
    /// The next event. Before a line about something decided, time passes, so that all of it is known.
    fn next(&mut self) -> Option<Event> {
        self.given = 0;
        if let Some(event) = self.before.pop_front() {
            return Some(event);
        }
        while let Some(mut planned) = self.waiting.pop_front() {
            if let Some(about) = planned.about {
                if !std::mem::replace(&mut self.passed, true) {
                    let time = time_passed(planned.at);
                    self.waiting.push_front(planned);
                    return Some(time);
                }
                self.passed = false;
                let Some(id) = self.latest(about) else {
                    self.problems.push(Flaw::NoneYet(about).at(planned.line));
                    continue;
                };
                planned.event.subject = about.subject(&id);
            }
            self.given = planned.line;
            return Some(planned.event);
        }
        self.until.take()
    }

    /// The id of the latest of the rule's alerts, orders or cases.
    fn latest(&self, about: Latest) -> Option<String> {
        let (name, field) = match about {
            Latest::Alert => ("alert.raised", "alert"),
            Latest::Order => ("intervention.ordered", "command"),
            Latest::Case => ("case.opened", "case"),
        };
        let own = of_rule(self.came.clone(), self.rule.as_deref());
        own.iter().rev().find(|came| came.is(name)).and_then(|came| came.text(field)).map(str::to_owned)
    }
}

impl Source for PageSource {
    fn receive(&mut self, want: Want) -> Result<Option<Vec<Event>>, RoadError> {
        if want.ready {
            return Ok(Some(Vec::new()));
        }
        Ok(self.next().map(|event| vec![event]))
    }

    fn tell(&mut self, receipts: Vec<Receipt>, decided: Vec<Told>, _: &Glance<'_>) -> Result<(), RoadError> {
        for receipt in receipts {
            if let Appended::Conflict { position } = receipt.appended {
                let refusal = Refusal::Conflict { source: receipt.source, id: receipt.id, position: position.0 };
                self.problems.push(Flaw::Refused(refusal).at(self.given));
            }
        }
        self.came.extend(decided.iter().map(Came::of));
        Ok(())
    }
}
