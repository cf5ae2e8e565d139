//! A pack: the folder an enterprise writes, checked as a whole.

mod gather;
mod merge;
mod print;
mod shelf;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use engine::{
    id::Id,
    rule::{Analyzer, Casework, Freeze, PluginAsk, Policy, Rule},
};

use crate::{
    canonical,
    casework::{self, Said, Tables},
    document::Node,
    format::Table,
    freeze,
    lang::Both,
    limits::{LOADER_STACK, RULES_MAX},
    param::Params,
    problem::{Place, Problem, ProblemKind, Problems},
    rule,
};
use gather::Gathered;
use print::Rest;
use shelf::Shelf;

/// A pack that was checked.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its rules in order. A rule that asks a plugin gets its final digest by [`Pack::into_policy`].
    pub rules: Vec<Rule>,
    /// What is told of each rule, in the same order.
    pub about: Vec<About>,
    /// The plugins it asks, each with its settings, each once.
    pub asks: Vec<PluginAsk>,
    /// The analyzers that read texts, in order.
    pub analyzers: Vec<Analyzer>,
    /// How complaints become cases.
    pub casework: Casework,
    /// When only a pause or a rollback may change what decides.
    pub freezes: Vec<Freeze>,
    /// The digest of its texts.
    pub digest: Id,
    /// Its files in the order they were read.
    pub sources: Vec<SourceText>,
    definitions: Vec<String>,
    printed: String,
}

/// What `check` tells of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The rule.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// How many nodes all its conditions have together.
    pub cost: usize,
}

/// A file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Its path from the pack's folder.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Reads and checks the pack in a folder.
///
/// # Errors
///
/// Every problem of the pack.
pub fn load(folder: &Path) -> Result<Pack, Problems> {
    load_on_deep_stack(&Shelf::Disk, folder)
}

/// Reads and checks the pack in `folder` of files that are not on a disk, named by their paths.
///
/// # Errors
///
/// Every problem of the pack.
pub fn load_texts(files: BTreeMap<String, Vec<u8>>, folder: &str) -> Result<Pack, Problems> {
    load_on_deep_stack(&Shelf::Memory(files), Path::new(folder))
}

impl Pack {
    /// What the engine decides by; `plugins` are the plugins of the generation by id, with their digests.
    pub fn into_policy(self, plugins: &BTreeMap<String, Id>) -> Policy {
        let mut rules = self.rules;
        for (rule, definition) in rules.iter_mut().zip(&self.definitions) {
            rule.digest = digest_of(definition, rule.ask.as_ref().and_then(|ask| plugins.get(&ask.plugin)));
        }
        let mut parts: Vec<&[u8]> = vec![b"generation", &self.digest.0];
        for (id, digest) in plugins {
            parts.extend([id.as_bytes(), &digest.0]);
        }
        Policy {
            pack: self.name,
            generation: Id::of(&parts),
            rules,
            analyzers: self.analyzers,
            casework: self.casework,
            freezes: self.freezes,
            forced_by_machine: true,
        }
    }

    /// The whole pack in canonical text, and where each part came from; it can be read again.
    pub fn print(&self) -> &str {
        &self.printed
    }
}

/// The digest of a rule: its canonical table, the parameters it reads, its plugin.
fn digest_of(definition: &str, plugin: Option<&Id>) -> Id {
    Id::of(&[b"rule", definition.as_bytes(), plugin.map_or(&[], |digest| &digest.0)])
}

/// Loads on a stack that is deep enough for the parser of conditions.
fn load_on_deep_stack(shelf: &Shelf, folder: &Path) -> Result<Pack, Problems> {
    std::thread::scope(|scope| {
        let name = "plaint-policy-load".to_owned();
        let builder = std::thread::Builder::new().name(name).stack_size(LOADER_STACK);
        match builder.spawn_scoped(scope, || load_from(shelf, folder)) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(error) => {
                let mut problems = Problems::default();
                let unreadable = ProblemKind::Unreadable { why: error.to_string() };
                problems.add(Problem::new(whole(folder), &unreadable));
                Err(problems)
            }
        }
    })
}

/// The place of what concerns the pack as a whole.
fn whole(folder: &Path) -> Place {
    Place { file: folder.join("pack.toml").to_string_lossy().into_owned(), line: 1, column: 1 }
}

fn load_from(shelf: &Shelf, folder: &Path) -> Result<Pack, Problems> {
    let mut problems = Problems::default();
    let Gathered { name, params, sets, freezes, mut lists, casework, sources, incomplete } =
        gather::gather(shelf, folder, &mut problems);
    let params = merge::merge(params, incomplete, &mut problems);
    for list in lists.values_mut() {
        *list = merge::merge(std::mem::take(list), incomplete, &mut problems);
    }
    let alerts = lists.get(Table::Alert.word()).cloned().unwrap_or_default();
    if alerts.is_empty() && !incomplete {
        problems.add(Problem::new(whole(folder), &ProblemKind::NoRules {}));
    }
    if let Some(first_too_many) = alerts.get(RULES_MAX) {
        let what = Both { zh: "规则", en: "rules" };
        problems.add(first_too_many.spot.problem(&ProblemKind::TooMany { what, max: RULES_MAX }));
    }
    let known = Params::read(&params, &sets, incomplete, &mut problems);
    let checked: Vec<Option<rule::Checked>> =
        alerts.iter().take(RULES_MAX).map(|alert| rule::read(alert, &known, &mut problems)).collect();
    let mut said = Said::default();
    checked.iter().flatten().for_each(|rule| said.take(rule));
    let tables = Tables { lists: &lists, casework: casework.as_ref(), whole: whole(folder), incomplete };
    let read = casework::read(&tables, &said, &known, &mut problems);
    let frozen = freeze::read(&freezes, &mut problems);
    let (Some(name), true) = (name, problems.is_empty()) else { return Err(problems.sorted()) };
    let printed = print::print(
        &name.text,
        (&params, &sets),
        &Rest { freezes: &freezes, casework: casework.as_ref(), lists: &lists },
    );
    let texts: Vec<[&[u8]; 2]> =
        sources.iter().map(|source| [source.name.as_bytes(), source.text.as_bytes()]).collect();
    let parts: Vec<&[u8]> = std::iter::once::<&[u8]>(b"pack").chain(texts.into_iter().flatten()).collect();
    let mut pack = Pack {
        name: name.text,
        rules: Vec::new(),
        about: Vec::new(),
        asks: Vec::new(),
        analyzers: read.analyzers,
        casework: read.casework,
        freezes: frozen,
        digest: Id::of(&parts),
        sources: sources
            .iter()
            .map(|source| SourceText { name: source.name.clone(), text: source.text.clone() })
            .collect(),
        definitions: Vec::new(),
        printed,
    };
    for (alert, checked) in alerts.iter().zip(checked.into_iter().flatten()) {
        pack.take(alert, checked, &known);
    }
    let routed = pack.casework.routes.iter().filter_map(|route| route.to.plugin().cloned());
    let read = pack.analyzers.iter().map(|analyzer| analyzer.ask.clone());
    let asked = pack.rules.iter().filter_map(|rule| rule.ask.clone());
    let asks: BTreeSet<PluginAsk> = asked.chain(read).chain(routed).collect();
    pack.asks = asks.into_iter().collect();
    Ok(pack)
}

impl Pack {
    fn take(&mut self, alert: &Node, checked: rule::Checked, params: &Params) {
        let rule::Checked { mut rule, params: read, cost, .. } = checked;
        let reads: Vec<String> = read.iter().map(|name| params.definition(name)).collect();
        let definition = format!("{}{}", canonical::lines(alert, Table::Alert), reads.join("\n"));
        rule.digest = digest_of(&definition, None);
        self.about.push(About { id: rule.id.clone(), place: alert.spot.place(), cost });
        self.rules.push(rule);
        self.definitions.push(definition);
    }
}
