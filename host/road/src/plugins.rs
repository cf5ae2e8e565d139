//! The rulebook: a policy, and for each of its rules that asks a plugin, the plugin with its settings.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use engine::{
    guard::Guarded as Note,
    id::Id,
    rule::{Answered, PluginAsk, Policy},
    step::Question,
};
use policy::{Lang, Pack};
use sandbox::{AlertRule, Analyzer, Component, RoutingPolicy, Sandbox, SandboxError, Snapshot};

use crate::{
    RoadError,
    guarded::{Asks, Guarded, Shelf},
};

/// A policy with its plugins; cheap to clone.
#[derive(Clone)]
pub struct Rulebook {
    policy: Arc<Policy>,
    judges: Arc<BTreeMap<usize, Guarded<Judge>>>,
    /// By the analyzer's place in the policy.
    analyzers: Arc<BTreeMap<usize, Guarded<Analyzer>>>,
    /// By the row's place in the decision table.
    routers: Arc<BTreeMap<usize, Guarded<RoutingPolicy>>>,
    beside: Arc<Beside>,
    overruns: Overruns,
}

/// What a rulebook has beside what it asks.
#[derive(Clone, Default)]
struct Beside {
    components: BTreeMap<String, Component>,
    /// The generation before, which answers where a rule wants that of a plugin that fails.
    previous: Option<Rulebook>,
    /// Where questions go that break a plugin.
    shelf: Option<Shelf>,
}

/// Who answers for a rule.
pub(crate) enum Judge {
    /// The plugin.
    Plugin(Box<AlertRule>),
    /// A function of a test, in place of the plugin.
    Scripted(ScriptedJudge),
}

/// See [`Rulebook::scripted`].
pub type ScriptedJudge = Box<dyn Fn(&Question) -> Answered + Send + Sync>;

/// What a plugin did for one that asks it.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The plugin.
    pub plugin: String,
    /// Who asks it.
    pub asked_by: String,
    /// What it did since its generation was made ready.
    pub did: Snapshot,
}

/// What becomes of a rule whose plugin needs more time than it is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overruns {
    /// It abstains, and the log says so: a call goes on.
    Abstain,
    /// The run fails: a slow machine must not change a result.
    Fail,
}

/// Why the plugins of a pack cannot be had.
#[derive(Debug)]
pub enum PluginsError {
    /// No such file in any of the folders.
    Missing {
        /// The plugin.
        plugin: String,
        /// A rule that asks it.
        rule: String,
        /// Where it was looked for.
        folders: Vec<PathBuf>,
    },
    /// The file is there and cannot be used.
    Unusable {
        /// The plugin.
        plugin: String,
        /// Why.
        problem: SandboxError,
    },
}

impl PluginsError {
    /// The sentence, in a language.
    pub fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (PluginsError::Missing { plugin, rule, folders }, Lang::En) => format!(
                "rule `{rule}` asks plugin `{plugin}`, but there is no {plugin}.wasm in {}; build it with \
                 `cargo xtask plugins` or name its folder with --plugins",
                listed(folders)
            ),
            (PluginsError::Missing { plugin, rule, folders }, Lang::Zh) => format!(
                "规则 `{rule}` 要用插件 `{plugin}`,但 {} 中没有 {plugin}.wasm;请用 `cargo xtask plugins` 构建,\
                 或用 --plugins 指明所在文件夹",
                listed(folders)
            ),
            (PluginsError::Unusable { plugin, problem }, Lang::En) => format!("plugin `{plugin}`: failed to {problem}"),
            (PluginsError::Unusable { plugin, problem }, Lang::Zh) => {
                format!("插件 `{plugin}` 无法使用:{}", problem.in_chinese())
            }
        }
    }
}

impl fmt::Display for PluginsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for PluginsError {}

/// Where plugins are found: `<id>.wasm` in the first of these folders that has it.
pub struct Plugins {
    sandbox: Sandbox,
    folders: Vec<PathBuf>,
}

impl Plugins {
    /// Plugins of these folders, run in this sandbox.
    pub fn new(sandbox: Sandbox, folders: Vec<PathBuf>) -> Self {
        Plugins { sandbox, folders }
    }

    /// Loads a plugin.
    ///
    /// # Errors
    /// When it is nowhere, or is not one.
    pub fn load(&self, plugin: &str, rule: &str) -> Result<Component, PluginsError> {
        let path = find(&self.folders, plugin, rule)?;
        self.sandbox.load_file(&path).map_err(|problem| unusable(plugin, problem))
    }

    /// The rulebook of a pack: its policy and every plugin it asks.
    ///
    /// # Errors
    /// Every plugin that cannot be had.
    pub fn rulebook(&self, pack: Pack, overruns: Overruns) -> Result<Rulebook, Vec<PluginsError>> {
        let mut problems = Vec::new();
        let mut components: BTreeMap<String, Component> = BTreeMap::new();
        for ask in &pack.asks {
            if !components.contains_key(&ask.plugin) {
                match self.load(&ask.plugin, &asked_by(&pack, &ask.plugin)) {
                    Ok(component) => drop(components.insert(ask.plugin.clone(), component)),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        let digests: BTreeMap<String, Id> =
            components.iter().map(|(plugin, component)| (plugin.clone(), component.digest().id())).collect();
        let policy = pack.into_policy(&digests);
        let mut rulebook = Rulebook::new(policy, BTreeMap::new(), overruns);
        rulebook.configure(&components, &mut problems);
        let rulebook = rulebook.with(|beside| beside.components = components);
        if problems.is_empty() { Ok(rulebook) } else { Err(problems) }
    }
}

/// The file of a plugin: `<id>.wasm` in the first of these folders that has it.
///
/// # Errors
/// When none has.
pub fn find(folders: &[PathBuf], plugin: &str, rule: &str) -> Result<PathBuf, PluginsError> {
    let file = |folder: &PathBuf| folder.join(format!("{plugin}.wasm"));
    let found = folders.iter().map(file).find(|path| path.is_file());
    found.ok_or_else(|| PluginsError::Missing {
        plugin: plugin.to_owned(),
        rule: rule.to_owned(),
        folders: folders.to_vec(),
    })
}

/// Who in the pack asks a plugin, for a message.
pub fn asked_by(pack: &Pack, plugin: &str) -> String {
    let rule = pack.rules.iter().find(|rule| rule.ask.as_ref().is_some_and(|ask| ask.plugin == plugin));
    let mut routes = pack.casework.routes.iter();
    let route = routes.find(|route| route.to.plugin().is_some_and(|ask| ask.plugin == plugin));
    let name = rule.map(|rule| &rule.id).or_else(|| route.map(|route| &route.id));
    name.map_or_else(|| "[[analyzer]]".to_owned(), String::clone)
}

/// Each plugin asked with its settings, by the place it is asked from; what cannot be had is a problem.
fn configured<'a, T>(
    asks: impl Iterator<Item = (usize, &'a PluginAsk)>,
    components: &BTreeMap<String, Component>,
    make: impl Fn(&Component, &str) -> Result<T, SandboxError>,
    problems: &mut Vec<PluginsError>,
) -> BTreeMap<usize, Guarded<T>> {
    let mut made = BTreeMap::new();
    for (place, ask) in asks {
        let Some(component) = components.get(&ask.plugin) else { continue };
        match make(component, &ask.settings) {
            Ok(plugin) => drop(made.insert(place, Guarded::new(plugin))),
            Err(problem) => problems.push(unusable(&ask.plugin, problem)),
        }
    }
    made
}

impl Rulebook {
    fn new(policy: Policy, judges: BTreeMap<usize, Guarded<Judge>>, overruns: Overruns) -> Self {
        Rulebook {
            policy: Arc::new(policy),
            judges: Arc::new(judges),
            analyzers: Arc::default(),
            routers: Arc::default(),
            beside: Arc::default(),
            overruns,
        }
    }

    /// Starts every plugin the policy asks with the settings it is asked with.
    fn configure(&mut self, components: &BTreeMap<String, Component>, problems: &mut Vec<PluginsError>) {
        let policy = Arc::clone(&self.policy);
        let rules = policy.rules.iter().enumerate();
        let asked = rules.filter_map(|(place, rule)| Some((place, rule.ask.as_ref()?)));
        let judge = |component: &Component, settings: &str| {
            AlertRule::new(component, settings).map(|rule| Judge::Plugin(Box::new(rule)))
        };
        self.judges = Arc::new(configured(asked, components, judge, problems));
        let read = policy.analyzers.iter().map(|analyzer| &analyzer.ask).enumerate();
        self.analyzers = Arc::new(configured(read, components, Analyzer::new, problems));
        let routes = policy.casework.routes.iter().enumerate();
        let routes = routes.filter_map(|(place, route)| Some((place, route.to.plugin()?)));
        self.routers = Arc::new(configured(routes, components, RoutingPolicy::new, problems));
    }

    /// Whether a machine may take a conversation from an agent without a person.
    pub fn with_forced_by_machine(mut self, forced_by_machine: bool) -> Self {
        Arc::make_mut(&mut self.policy).forced_by_machine = forced_by_machine;
        self
    }

    /// The same, with another view of plugins that overrun.
    pub fn with_overruns(self, overruns: Overruns) -> Self {
        Rulebook { overruns, ..self }
    }

    /// The same, with the generation before: one step back and no further.
    pub fn with_previous(self, previous: Option<Rulebook>) -> Self {
        let previous = previous.map(|previous| previous.with(|beside| beside.previous = None));
        self.with(|beside| beside.previous = previous)
    }

    /// The same, with a place for questions that break a plugin.
    pub fn with_shelf(self, shelf: Shelf) -> Self {
        self.with(|beside| beside.shelf = Some(shelf))
    }

    fn with(mut self, change: impl FnOnce(&mut Beside)) -> Self {
        change(Arc::make_mut(&mut self.beside));
        self
    }

    /// The plugins it asks, by the ids it knows them by.
    pub fn components(&self) -> &BTreeMap<String, Component> {
        &self.beside.components
    }

    /// What each of them did, by who asked it: a rule, an analyzer of the pack, a row of the decision table.
    pub fn counted(&self) -> Vec<Counted> {
        let rules = self.judges.iter().filter_map(|(place, judge)| match judge.plugin() {
            Judge::Plugin(plugin) => Some((&self.policy.rules[*place].id, *place, plugin.snapshot())),
            Judge::Scripted(_) => None,
        });
        let rules = rules.filter_map(|(rule, place, did)| {
            let plugin = self.policy.rules[place].ask.as_ref()?.plugin.clone();
            Some(Counted { plugin, asked_by: rule.clone(), did })
        });
        let readers = self.analyzers.iter().map(|(place, analyzer)| {
            let plugin = self.policy.analyzers[*place].ask.plugin.clone();
            Counted { asked_by: plugin.clone(), plugin, did: analyzer.plugin().snapshot() }
        });
        let routers = self.routers.iter().filter_map(|(place, router)| {
            let row = &self.policy.casework.routes[*place];
            let plugin = row.to.plugin()?.plugin.clone();
            Some(Counted { plugin, asked_by: row.id.clone(), did: router.plugin().snapshot() })
        });
        rules.chain(readers).chain(routers).collect()
    }

    /// A rulebook whose plugin rules are answered by functions, by the rule's place: for tests.
    pub fn scripted(policy: Policy, judges: BTreeMap<usize, ScriptedJudge>) -> Self {
        let judges = judges.into_iter().map(|(place, judge)| (place, Guarded::new(Judge::Scripted(judge)))).collect();
        Rulebook::new(policy, judges, Overruns::Fail)
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Asks the plugins; notes what stood between.
    ///
    /// # Errors
    /// When one overruns where that is an error.
    pub(crate) fn ask<Q: Asks>(&self, questions: &[Q], notes: &mut Vec<Note>) -> Result<Vec<Q::Answer>, RoadError> {
        questions.iter().map(|question| self.ask_one(question, notes)).collect()
    }

    pub(crate) fn judges(&self) -> &BTreeMap<usize, Guarded<Judge>> {
        &self.judges
    }

    pub(crate) fn analyzers(&self) -> &BTreeMap<usize, Guarded<Analyzer>> {
        &self.analyzers
    }

    pub(crate) fn routers(&self) -> &BTreeMap<usize, Guarded<RoutingPolicy>> {
        &self.routers
    }

    pub(crate) fn overruns(&self) -> Overruns {
        self.overruns
    }

    pub(crate) fn previous(&self) -> Option<&Rulebook> {
        self.beside.previous.as_ref()
    }

    pub(crate) fn shelf(&self) -> Option<&Shelf> {
        self.beside.shelf.as_ref()
    }
}

fn unusable(plugin: &str, problem: SandboxError) -> PluginsError {
    PluginsError::Unusable { plugin: plugin.to_owned(), problem }
}

fn listed(folders: &[PathBuf]) -> String {
    let shown: Vec<String> = folders.iter().map(|folder| Path::display(folder).to_string()).collect();
    if shown.is_empty() { "any folder".to_owned() } else { shown.join(", ") }
}
