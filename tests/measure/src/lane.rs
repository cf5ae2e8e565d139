//! The run lane over a file of transcripts, with the appliance pack as it stands.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use road::{
    Overruns, Plugins,
    lanes::{Run, run},
    source::{Heard, Input, Listener, Reading},
    wire::decision_data,
};
use sandbox::{Connector, Limits, Sandbox, Settings};
use store::Store;

use crate::root;

/// What was heard of a run.
#[derive(Default)]
pub(crate) struct Alerts {
    /// The contacts each rule raised an alert on, in the source's words.
    pub(crate) by_rule: BTreeMap<String, BTreeSet<String>>,
    /// Facts appended.
    pub(crate) facts: u64,
    /// Lines that could not be taken in.
    pub(crate) bad: Vec<String>,
}

impl Alerts {
    /// The contacts this rule raised an alert on.
    pub(crate) fn of(&self, rule: &str) -> BTreeSet<String> {
        self.by_rule.get(rule).cloned().unwrap_or_default()
    }
}

impl Listener for Alerts {
    fn hear(&mut self, heard: Heard<'_>) -> io::Result<()> {
        match heard {
            Heard::Appended => self.facts += 1,
            Heard::Bad(line, refusal) => self.bad.push(format!("line {line}: {refusal}")),
            Heard::Decided(told) if told.decision.body.name() == "plaint.alert.raised" => {
                let data = decision_data(told);
                let rule = data.get("rule").and_then(|rule| rule.as_str()).unwrap_or_default().to_owned();
                let contact = told.subject.trim_start_matches("contact/").to_owned();
                self.by_rule.entry(rule).or_default().insert(contact);
            }
            Heard::Decided(_)
            | Heard::Known
            | Heard::Leap(..)
            | Heard::Event(_)
            | Heard::Progress(..)
            | Heard::Idle => {}
        }
        Ok(())
    }
}

/// Runs the appliance pack over a file of transcripts.
pub(crate) fn alerts(file: &Path) -> Result<Alerts, String> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let settings = Settings { judges: threads, cache: None, limits: Limits::default() };
    let sandbox = Sandbox::new(settings).map_err(|error| error.to_string())?;
    let plugins = Plugins::new(sandbox, vec![root().join("target/plugins")]);
    let pack = policy::load(&root().join("rules/appliance")).map_err(|problems| problems.to_string())?;
    let rulebook = plugins.rulebook(pack, Overruns::Fail).map_err(|problems| format!("{problems:?}"))?;
    let component = plugins.load("transcript", "measure").map_err(|problem| problem.to_string())?;
    let connector = Connector::new(&component, "{}").map_err(|error| error.to_string())?;
    let reading = Reading {
        input: Input::File(file.to_owned()),
        connector: Some((connector, "transcript".to_owned())),
        before: Vec::new(),
        backfill: false,
        until: None,
        stepwise: false,
    };
    let store = Store::in_memory().map_err(|error| error.to_string())?;
    let mut alerts = Alerts::default();
    run(Run { store, rulebook, threads, reading }, &mut alerts).map_err(|error| error.to_string())?;
    Ok(alerts)
}
