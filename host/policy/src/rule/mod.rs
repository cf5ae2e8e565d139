//! A rule: an `[[alert]]` table, read key by key.

pub(crate) mod recipient;
mod say;
pub(crate) mod settings;
mod step;

use std::collections::BTreeSet;

use engine::{
    condition::{Condition, Group},
    guard::OnFailure,
    id::Id,
    rule::{Fire, On, PluginAsk, Rule, RuleStep, Severity},
    time::Duration,
};

use crate::{
    condition::{Lowered, Site, cost, lower},
    document::{Node, Text},
    fields::{Fields, one_of},
    format::{FIRE, ON, ON_FAILURE, ON_FAILURE_OF_ROUTES, ON_FAILURES, ON_LATER, SEVERITIES, SEVERITY, Table},
    lang::Both,
    limits::STEPS_MAX,
    param::Params,
    problem::{ProblemKind, Problems},
};

/// A rule that was checked.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Its digest is still to be filled in.
    pub(crate) rule: Rule,
    /// The parameters it reads.
    pub(crate) params: BTreeSet<String>,
    /// What all its conditions cost.
    pub(crate) cost: usize,
    /// The recipients it names.
    pub(crate) recipients: Vec<Text>,
    /// The categories of cases it opens.
    pub(crate) opens: Vec<Text>,
    /// Whether it opens cases.
    pub(crate) opens_cases: bool,
}

/// What reading a rule needs, and what it finds besides.
struct Reading<'a> {
    fields: Fields<'a>,
    params: &'a Params,
    problems: &'a mut Problems,
    used: BTreeSet<String>,
    cost: usize,
    recipients: Vec<Text>,
    opens: Vec<Text>,
    opens_cases: bool,
}

/// Reads a rule; `None` when something is wrong, and then all of it has been said.
pub(crate) fn read(node: &Node, params: &Params, problems: &mut Problems) -> Option<Checked> {
    let before = problems.len();
    let fields = Fields::open(node, Table::Alert, problems)?;
    let mut reading = Reading {
        fields,
        params,
        problems,
        used: BTreeSet::new(),
        cost: 0,
        recipients: Vec::new(),
        opens: Vec::new(),
        opens_cases: false,
    };
    let rule = reading.rule();
    let Reading { used, cost, recipients, opens, opens_cases, problems, .. } = reading;
    let rule = rule.filter(|_| problems.len() == before)?;
    Some(Checked { rule, params: used, cost, recipients, opens, opens_cases })
}

/// What a table wants where its plugin fails.
pub(crate) fn on_failure(fields: Fields<'_>, table: Table, problems: &mut Problems) -> OnFailure {
    let Some(written) = fields.text("on_failure", problems) else { return OnFailure::Abstain };
    if fields.get("plugin").is_none() {
        let needs = Both { zh: " `plugin` ", en: "`plugin`" };
        problems.add(written.spot.problem(&ProblemKind::OnlyWith { key: "on_failure", needs }));
    }
    let words = if table == Table::Route { ON_FAILURE_OF_ROUTES } else { ON_FAILURE };
    let word = one_of(&written, words, problems);
    ON_FAILURES.iter().find(|(known, _)| Some(*known) == word).map_or(OnFailure::Abstain, |(_, wants)| *wants)
}

impl Reading<'_> {
    fn rule(&mut self) -> Option<Rule> {
        let fields = self.fields;
        let id = fields.name("id", self.problems);
        let on = self.on();
        let looked = on.unwrap_or(On::Turn);
        let ask = self.ask();
        let when = self.when(looked, fields.get("plugin").is_some());
        let fire = self.fire();
        let clear = self.condition("clear", Site::Clear);
        let severity = self.severity();
        let say = self.say(looked);
        let then = self.then();
        let cooldown = fields.duration("cooldown", self.problems).unwrap_or_default();
        fields.flag("override", self.problems);
        let when = when?;
        Some(Rule {
            id: id?.text,
            digest: Id::default(),
            on: on?,
            ticks: if on == Some(On::Contact) && ask.is_none() { when.ticks() } else { Vec::new() },
            ask,
            when,
            fire,
            clear,
            severity: severity?,
            say: say?,
            then,
            cooldown,
        })
    }

    fn on(&mut self) -> Option<On> {
        let written = self.fields.text("on", self.problems)?;
        if ON_LATER.contains(&written.text.as_str()) {
            let not_yet = ProblemKind::NotYet { what: format!("on = \"{}\"", written.text) };
            self.problems.add(written.spot.problem(&not_yet));
            return None;
        }
        one_of(&written, ON, self.problems).map(|word| if word == "contact" { On::Contact } else { On::Turn })
    }

    fn ask(&mut self) -> Option<PluginAsk> {
        let plugin = self.fields.name("plugin", self.problems);
        let settings = self.fields.get("settings");
        if let (Some(settings), None) = (settings, self.fields.get("plugin")) {
            let needs = Both { zh: " `plugin` ", en: "`plugin`" };
            self.problems.add(settings.spot.problem(&ProblemKind::OnlyWith { key: "settings", needs }));
        }
        let settings = match settings {
            Some(settings) => settings::to_json(settings, self.problems)?,
            None => "{}".to_owned(),
        };
        let on_failure = on_failure(self.fields, Table::Alert, self.problems);
        Some(PluginAsk { plugin: plugin?.text, settings, on_failure })
    }

    fn when(&mut self, on: On, plugin: bool) -> Option<Condition> {
        if let Some(written) = self.fields.get("when") {
            let when = self.condition("when", Site::When(on))?;
            let customer = when.reads().into_iter().find(|read| read.facts().group == Group::Customer);
            if let Some(customer) = customer.filter(|_| plugin) {
                let name = customer.facts().name;
                self.problems.add(written.spot.problem(&ProblemKind::PluginKnowsNoCustomer { name }));
            }
            return Some(when);
        }
        if plugin {
            return Some(Condition::always());
        }
        self.fields.missing("when", self.problems);
        None
    }

    fn fire(&mut self) -> Fire {
        let written = self.fields.text("fire", self.problems);
        match written.and_then(|written| one_of(&written, FIRE, self.problems)) {
            Some("each") => Fire::Each,
            Some(_) | None => Fire::Rise,
        }
    }

    fn severity(&mut self) -> Option<Severity> {
        let written = self.fields.text("severity", self.problems)?;
        let word = one_of(&written, SEVERITY, self.problems)?;
        SEVERITIES.iter().find(|(known, _)| *known == word).map(|(_, severity)| *severity)
    }

    fn then(&mut self) -> Vec<RuleStep> {
        let steps = self.fields.tables("then", self.problems);
        if steps.len() > STEPS_MAX {
            let what = Both { zh: "步骤", en: "steps" };
            let many = ProblemKind::TooMany { what, max: STEPS_MAX };
            self.problems.add(steps[STEPS_MAX].spot.problem(&many));
        }
        steps.iter().filter_map(|step| self.step(step)).collect()
    }

    /// The condition under a key of the rule.
    fn condition(&mut self, key: &str, site: Site) -> Option<Condition> {
        self.condition_of(self.fields, key, site)
    }

    /// The condition under a key of one of the rule's tables.
    fn condition_of(&mut self, fields: Fields<'_>, key: &str, site: Site) -> Option<Condition> {
        let text = fields.text(key, self.problems)?;
        let Lowered { condition, params } = lower(&text, site, self.params, self.problems)?;
        self.used.extend(params);
        self.cost += cost(&condition);
        Some(condition)
    }

    /// Any duration a step waits: not nothing.
    fn length(&mut self, fields: Fields<'_>, key: &str) -> Option<Duration> {
        let length = fields.duration(key, self.problems)?;
        if length == Duration::default() {
            self.problems.add(fields.get(key)?.spot.problem(&ProblemKind::NotZero {}));
        }
        Some(length)
    }
}
