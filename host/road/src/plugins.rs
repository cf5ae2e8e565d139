//! The rulebook: a policy, and for each of its rules that asks a plugin, the plugin with its settings.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use engine::{
    contact::ReadingAnswer,
    id::Id,
    rule::{Answered, Policy, RouteAnswer},
    step::{Question, ReadQuestion, RouteQuestion},
};
use policy::{Lang, Pack};
use sandbox::{AlertRule, Component, Sandbox, SandboxError};

use crate::RoadError;

/// A policy with its plugins; cheap to clone.
#[derive(Clone)]
pub struct Rulebook {
    policy: Arc<Policy>,
    judges: Arc<BTreeMap<usize, Judge>>,
    overruns: Overruns,
}

/// Who answers for a rule.
enum Judge {
    /// The plugin.
    Plugin(AlertRule),
    /// A function of a test, in place of the plugin.
    Scripted(ScriptedJudge),
}

/// See [`Rulebook::scripted`].
pub type ScriptedJudge = Box<dyn Fn(&Question) -> Answered + Send + Sync>;

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
                format!("插件 `{plugin}` 无法使用:failed to {problem}")
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
        let file = |folder: &PathBuf| folder.join(format!("{plugin}.wasm"));
        let found = self.folders.iter().map(file).find(|path| path.is_file());
        let path = found.ok_or_else(|| PluginsError::Missing {
            plugin: plugin.to_owned(),
            rule: rule.to_owned(),
            folders: self.folders.clone(),
        })?;
        self.sandbox.load_file(&path).map_err(|problem| unusable(plugin, problem))
    }

    /// The rulebook of a pack: its policy and every plugin its rules ask.
    ///
    /// # Errors
    /// Every plugin that cannot be had.
    pub fn rulebook(&self, pack: Pack, overruns: Overruns) -> Result<Rulebook, Vec<PluginsError>> {
        let mut problems = Vec::new();
        let mut components: BTreeMap<String, Component> = BTreeMap::new();
        for rule in &pack.rules {
            let Some(ask) = &rule.ask else { continue };
            if !components.contains_key(&ask.plugin) {
                match self.load(&ask.plugin, &rule.id) {
                    Ok(component) => drop(components.insert(ask.plugin.clone(), component)),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        let digests: BTreeMap<String, Id> =
            components.iter().map(|(plugin, component)| (plugin.clone(), component.digest().id())).collect();
        let policy = pack.into_policy(&digests);
        let mut judges = BTreeMap::new();
        for (place, rule) in policy.rules.iter().enumerate() {
            let Some(ask) = &rule.ask else { continue };
            let Some(component) = components.get(&ask.plugin) else { continue };
            match AlertRule::new(component, &ask.settings) {
                Ok(plugin) => drop(judges.insert(place, Judge::Plugin(plugin))),
                Err(problem) => problems.push(unusable(&ask.plugin, problem)),
            }
        }
        if problems.is_empty() { Ok(Rulebook::new(policy, judges, overruns)) } else { Err(problems) }
    }
}

impl Rulebook {
    fn new(policy: Policy, judges: BTreeMap<usize, Judge>, overruns: Overruns) -> Self {
        Rulebook { policy: Arc::new(policy), judges: Arc::new(judges), overruns }
    }

    /// A rulebook whose plugin rules are answered by functions, by the rule's place: for tests.
    pub fn scripted(policy: Policy, judges: BTreeMap<usize, ScriptedJudge>) -> Self {
        let judges = judges.into_iter().map(|(place, judge)| (place, Judge::Scripted(judge))).collect();
        Rulebook::new(policy, judges, Overruns::Fail)
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Asks the plugins.
    ///
    /// # Errors
    /// When one overruns where that is an error.
    pub(crate) fn answer(&self, questions: &[Question]) -> Result<Vec<Answered>, RoadError> {
        questions.iter().map(|question| self.answer_one(question)).collect()
    }

    /// Has texts read.
    ///
    /// # Errors
    /// When an analyzer overruns where that is an error.
    pub(crate) fn read(&self, questions: &[ReadQuestion]) -> Result<Vec<ReadingAnswer>, RoadError> {
        questions.iter().map(|question| self.read_one(question)).collect()
    }

    fn read_one(&self, question: &ReadQuestion) -> Result<ReadingAnswer, RoadError> {
        let analyzer = &self.policy.analyzers[question.analyzer].ask.plugin;
        Ok(ReadingAnswer::Abstained { reason: format!("no plugin `{analyzer}` reads texts") })
    }

    /// Asks routing policies.
    ///
    /// # Errors
    /// When one overruns where that is an error.
    pub(crate) fn route(&self, questions: &[RouteQuestion]) -> Result<Vec<RouteAnswer>, RoadError> {
        questions.iter().map(|question| self.route_one(question)).collect()
    }

    fn route_one(&self, question: &RouteQuestion) -> Result<RouteAnswer, RoadError> {
        let row = &self.policy.casework.routes[question.route].id;
        Ok(RouteAnswer::Abstained { reason: format!("no plugin answers for route `{row}`") })
    }

    fn answer_one(&self, question: &Question) -> Result<Answered, RoadError> {
        match self.judges.get(&question.rule) {
            Some(Judge::Scripted(judge)) => Ok(judge(question)),
            Some(Judge::Plugin(plugin)) => plugin.evaluate(question).or_else(|overrun| match self.overruns {
                Overruns::Abstain => Ok(Answered::Abstained { reason: overrun.to_string() }),
                Overruns::Fail => {
                    let rule = self.policy.rules[question.rule].id.clone();
                    Err(RoadError::Overrun { rule, reason: overrun.to_string() })
                }
            }),
            None => Ok(Answered::Abstained { reason: "no plugin answers for this rule".to_owned() }),
        }
    }
}

fn unusable(plugin: &str, problem: SandboxError) -> PluginsError {
    PluginsError::Unusable { plugin: plugin.to_owned(), problem }
}

fn listed(folders: &[PathBuf]) -> String {
    let shown: Vec<String> = folders.iter().map(|folder| Path::display(folder).to_string()).collect();
    if shown.is_empty() { "any folder".to_owned() } else { shown.join(", ") }
}
