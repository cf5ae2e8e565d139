//! A step: what follows when an alert is raised.

use engine::rule::{Act, COMMAND_LIMIT, Intervention, RuleStep};

use super::{Reading, recipient};
use crate::{
    condition::Site,
    document::{Node, Text},
    fields::{Fields, is_name, one_of, texts},
    format::{ACTS, AUTO, Form, INTERVENTIONS, Table},
    problem::{ProblemKind, Problems},
};

/// What the one who takes over must be able to do is written `authority:settle`.
const NEEDS: [&str; 2] = ["authority", "skill"];

impl Reading<'_> {
    pub(super) fn step(&mut self, node: &Node) -> Option<RuleStep> {
        let fields = Fields::open(node, Table::Step, self.problems)?;
        let act = self.act(fields);
        let to = self.to(fields, act.as_ref());
        let after = fields.duration("after", self.problems).unwrap_or_default();
        let unless = self.condition_of(fields, "unless", Site::Unless);
        let within = self.length(fields, "within").unwrap_or(COMMAND_LIMIT);
        let needs = fields.texts("needs", self.problems);
        let needs = needs.into_iter().filter_map(|need| self.need(need)).collect();
        let otherwise = fields.text("else", self.problems).and_then(|word| intervention(&word, self.problems));
        Some(RuleStep { act: act?, to, after, unless, needs, within, otherwise })
    }

    /// The one thing it does.
    fn act(&mut self, fields: Fields<'_>) -> Option<Act> {
        let said: Vec<&str> = ACTS.into_iter().filter(|act| fields.get(act).is_some()).collect();
        match said.as_slice() {
            ["hint"] => {
                let hint = fields.text("hint", self.problems)?;
                is_name(&hint, self.problems).then_some(Act::Hint(hint.text))
            }
            ["notify"] => Some(Act::Notify),
            ["intervene"] => {
                let word = fields.text("intervene", self.problems)?;
                intervention(&word, self.problems).map(Act::Intervene)
            }
            ["open-case"] => {
                let category = fields.text("open-case", self.problems)?;
                self.opens.extend((category.text != AUTO).then(|| category.clone()));
                self.opens_cases = true;
                Some(Act::OpenCase((category.text != AUTO).then_some(category.text)))
            }
            [] if is_not_carried_out(fields.node()) => None,
            said => {
                let acts = match said {
                    [] => ProblemKind::StepIdle {},
                    said => ProblemKind::StepActs { found: said.join(" ") },
                };
                self.problems.add(fields.node().spot.problem(&acts));
                None
            }
        }
    }

    /// Who is told or takes over.
    fn to(&mut self, fields: Fields<'_>, act: Option<&Act>) -> Vec<String> {
        if let (Some(_), Some(to)) = (fields.get("notify"), fields.get("to")) {
            self.problems.add(to.spot.problem(&ProblemKind::ToTwice {}));
        }
        let written = match fields.get("notify").or(fields.get("to")) {
            Some(node) => texts(node, self.problems),
            None => Vec::new(),
        };
        let nobody = fields.get("to").is_none();
        if nobody && matches!(act, Some(Act::Intervene(order)) if *order != Intervention::Hint) {
            fields.missing("to", self.problems);
        }
        let by_queue = matches!(act, Some(Act::Intervene(Intervention::TransferQueue)));
        let queue = written.iter().find(|to| to.text.starts_with("queue:") && !by_queue);
        if let Some(queue) = queue {
            self.problems.add(queue.spot.problem(&ProblemKind::QueueOnly { found: queue.text.clone() }));
        }
        self.recipients.extend(written.iter().cloned());
        written.into_iter().filter_map(|to| recipient::check(to, self.problems)).collect()
    }

    fn need(&mut self, need: Text) -> Option<String> {
        let good =
            need.text.split_once(':').is_some_and(|(kind, what)| NEEDS.contains(&kind) && recipient::is_id(what));
        if !good {
            self.problems.add(need.spot.problem(&ProblemKind::Needs { found: need.text.clone() }));
        }
        good.then_some(need.text)
    }
}

fn intervention(written: &Text, problems: &mut Problems) -> Option<Intervention> {
    let word = one_of(written, INTERVENTIONS, problems)?;
    Intervention::WORDS.iter().find(|(known, _)| *known == word).map(|(_, order)| *order)
}

/// Whether it says one of the things that are known but not carried out, which has been said.
fn is_not_carried_out(node: &Node) -> bool {
    Table::Step.keys().iter().any(|key| key.form == Form::Later && node.get(key.name).is_some())
}
