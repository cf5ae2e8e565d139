//! Pages: prose about a rule with examples in it that must hold. A page is read here, and its examples are played
//! through the real road on a log in memory. It knows nothing of files, of packs and of how a failure is shown.

mod clock;
mod compare;
mod event;
mod expect;
mod play;
mod problem;
mod words;

pub use compare::Row;
pub use event::Latest;
pub use play::Played;
pub use problem::{Flaw, PageProblem};

use engine::time::Instant;

use clock::{Clock, START};
use event::{Planned, Script};
use expect::Expected;

/// A page.
#[derive(Debug, Default)]
pub struct Page {
    /// What must hold, in the order of the page.
    pub examples: Vec<Example>,
    /// What is wrong with the page itself.
    pub problems: Vec<PageProblem>,
}

/// What happens, and what must come of it.
#[derive(Debug)]
pub struct Example {
    /// Where it begins on the page.
    pub line: usize,
    /// The people and rosters that stand above it.
    pub people: Vec<Block>,
    rule: Option<String>,
    events: Vec<Planned>,
    expected: Vec<Expected>,
    until: Instant,
}

/// A fenced block of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The line of its fence.
    pub line: usize,
    /// Its text.
    pub text: String,
}

impl Block {
    /// Its lines that are not blank, each with its number on the page.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = (self.line + 1..).zip(self.text.lines());
        lines.map(|(number, line)| (number, line.trim())).filter(|(_, line)| !line.is_empty())
    }
}

impl Page {
    /// Reads a page; `rule` is the rule it is about, for a page that is about one.
    pub fn read(text: &str, rule: Option<&str>) -> Self {
        let mut page = Page::default();
        let mut people = Vec::new();
        let mut events: Option<Block> = None;
        for (word, block) in page.blocks(text) {
            match (word.as_str(), events.take()) {
                ("people", waiting) => {
                    people.push(block);
                    events = waiting;
                }
                ("events", waiting) => {
                    page.problems.extend(waiting.map(|lonely| Flaw::NoExpect.at(lonely.line)));
                    events = Some(block);
                }
                ("expect", Some(events)) => page.example(&events, &block, &people, rule),
                ("expect", None) => page.problems.push(Flaw::NoEvents.at(block.line)),
                (_, waiting) => events = waiting,
            }
        }
        page.problems.extend(events.map(|lonely| Flaw::NoExpect.at(lonely.line)));
        page
    }

    /// The fenced blocks of a page, each with the word behind its fence.
    fn blocks(&mut self, text: &str) -> Vec<(String, Block)> {
        let mut blocks = Vec::new();
        let mut open: Option<(String, Block)> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let fence = line.trim_end().strip_prefix("```");
            match (fence, open.take()) {
                (Some(word), None) => {
                    open = Some((word.trim().to_owned(), Block { line: number, text: String::new() }));
                }
                (Some(_), Some(closed)) => blocks.push(closed),
                (None, Some((word, mut block))) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                    open = Some((word, block));
                }
                (None, None) => {}
            }
        }
        self.problems.extend(open.map(|(_, block)| Flaw::OpenFence.at(block.line)));
        blocks
    }

    fn example(&mut self, events: &Block, expect: &Block, people: &[Block], rule: Option<&str>) {
        let known = self.problems.len();
        let mut script = Script::default();
        for (number, line) in events.lines() {
            self.note(number, script.line(number, line));
        }
        let (planned, last) = script.end();
        let begun = planned.first().map_or(START, |first| first.at);
        let mut clock = Clock::from(begun);
        let mut expected = Vec::new();
        for (number, line) in expect.lines() {
            let read = Expected::read(number, line, &mut clock);
            expected.extend(self.note(number, read));
        }
        if expected.is_empty() {
            self.problems.push(Flaw::EmptyExpect.at(expect.line));
        }
        if expected.len() > 1 && expected.iter().any(Expected::is_nothing) {
            self.problems.push(Flaw::NothingElse.at(expect.line));
        }
        expected.retain(|expected| !expected.is_nothing());
        if self.problems.len() > known {
            return;
        }
        let until = last.max(clock.end_of_second());
        let (people, rule) = (people.to_vec(), rule.map(str::to_owned));
        self.examples.push(Example { line: events.line, people, rule, events: planned, expected, until });
    }

    fn note<T>(&mut self, line: usize, read: Result<T, Flaw>) -> Option<T> {
        read.map_err(|flaw| self.problems.push(flaw.at(line))).ok()
    }
}

#[cfg(test)]
mod tests {
    use policy::Lang;

    use super::Page;

    fn problems(text: &str) -> Vec<(usize, String)> {
        let page = Page::read(text, Some("r"));
        page.problems.iter().map(|problem| (problem.line, problem.flaw.text(Lang::En))).collect()
    }

    #[test]
    fn what_is_wrong_with_a_page_is_said_at_its_line() {
        for (text, expected) in [
            ("# A\n\n```sh\nls\n```\n", vec![]),
            ("```events\n+1s {}\n", vec![(1, "this block is not closed")]),
            ("```events\ncontact: phone\n```\n", vec![(1, "no `expect` block")]),
            ("```expect\nnothing\n```\n", vec![(1, "no `events` block")]),
            ("```events\ncustomer: hi\n```\n```expect\nnothing\n```\n", vec![(2, "no contact yet")]),
            ("```events\ncontact: phone\n```\n```expect\n```\n", vec![(4, "nothing is expected")]),
            (
                "```events\ncontact: phone\n10:00 shout: hi\n9:00 customer: hi\n10:01 agent: hi\n10:00:59 close\n```\n\
                 ```expect\nalert.rased\n25:00 nothing\n```\n",
                vec![
                    (3, "`shout: hi` is not understood"),
                    (4, "`9:00` is no time"),
                    (6, "10:00:59 lies before"),
                    (9, "no decision `alert.rased`; did you mean `alert.raised`?"),
                    (10, "`25:00` is no time"),
                    (8, "nothing is expected"),
                ],
            ),
        ] {
            let found = problems(text);
            let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, expected.iter().map(|(line, _)| *line).collect::<Vec<_>>(), "{text}\n{found:?}");
            for ((_, said), (_, part)) in found.iter().zip(expected) {
                assert!(said.contains(part), "{said} has no {part}");
            }
        }
    }

    #[test]
    fn people_stand_above_the_examples_they_are_of() {
        let example = "```events\ncontact: phone\n```\n\n```expect\nnothing\n```\n";
        let people = "```people\nperson,name\np-1,x\n```\n";
        let page = Page::read(&format!("{example}{people}{example}"), None);
        assert_eq!(page.problems, []);
        let of: Vec<usize> = page.examples.iter().map(|example| example.people.len()).collect();
        assert_eq!(of, [0, 1]);
        assert_eq!(page.examples[1].people[0].text, "person,name\np-1,x\n");
    }
}
