//! Casework: taxonomy, organisation and decision table of a pack, read and held against each other.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    condition::Condition,
    fact::Speaker,
    rule::{Analyzer, Casework, Category, Desk, PluginAsk, Route, RouteTo},
};

use crate::{
    condition::{Site, lower},
    document::{Data, Node, Text},
    fields::{Fields, one_of},
    format::{SEVERITIES, SEVERITY, SPEAKERS, Table},
    lang::Both,
    limits::{ANALYZERS_MAX, CATEGORIES_MAX, NAME_BYTES_MAX, ROUTES_MAX},
    nearest::Nearest,
    param::Params,
    problem::{Place, Problem, ProblemKind, Problems},
    rule::{self, recipient, settings},
};

/// A category recognised with less confidence than this many hundredths is not believed, where the pack says nothing.
const CONFIDENCE_MIN: u32 = 30;

/// What the rules of a pack say of cases and people.
#[derive(Default)]
pub(crate) struct Said {
    /// Recipients.
    pub(crate) recipients: Vec<Text>,
    /// Categories of cases that rules open.
    pub(crate) opens: Vec<Text>,
    /// Whether any rule opens cases.
    pub(crate) opens_cases: bool,
}

impl Said {
    /// What one rule says.
    pub(crate) fn take(&mut self, rule: &rule::Checked) {
        self.recipients.extend(rule.recipients.iter().cloned());
        self.opens.extend(rule.opens.iter().cloned());
        self.opens_cases |= rule.opens_cases;
    }
}

/// What is read of a pack besides its rules.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) analyzers: Vec<Analyzer>,
    pub(crate) casework: Casework,
}

/// The tables, and where the pack stands as a whole.
pub(crate) struct Tables<'a> {
    pub(crate) lists: &'a BTreeMap<&'static str, Vec<Node>>,
    pub(crate) casework: Option<&'a Node>,
    pub(crate) whole: Place,
    /// A file could not be read: what it may hold is not missed.
    pub(crate) incomplete: bool,
}

struct Reader<'a> {
    tables: &'a Tables<'a>,
    params: &'a Params,
    problems: &'a mut Problems,
    departments: BTreeSet<String>,
    roles: BTreeSet<String>,
    categories: BTreeSet<String>,
}

/// Reads everything but the rules, and holds what rules say against it.
pub(crate) fn read(tables: &Tables<'_>, said: &Said, params: &Params, problems: &mut Problems) -> Read {
    let ids = |table: Table| -> BTreeSet<String> {
        let nodes = tables.lists.get(table.word()).into_iter().flatten();
        nodes.filter_map(|node| Some(node.get("id")?.as_text()?.text)).collect()
    };
    let (departments, roles, categories) = (ids(Table::Department), ids(Table::Role), ids(Table::Category));
    let mut reader = Reader { tables, params, problems, departments, roles, categories };
    let analyzers = reader.analyzers();
    reader.organisation();
    let categories = reader.categories();
    let routes = reader.routes();
    let mut casework = reader.settings();
    (casework.categories, casework.routes) = (categories, routes);
    reader.hold_against(said, &casework);
    Read { analyzers, casework }
}

impl<'a> Reader<'a> {
    fn list(&mut self, table: Table, max: usize) -> &'a [Node] {
        let nodes = self.tables.lists.get(table.word()).map(Vec::as_slice).unwrap_or_default();
        if let Some(first_too_many) = nodes.get(max) {
            let many = ProblemKind::TooMany { what: table.label(), max };
            self.problems.add(first_too_many.spot.problem(&many));
        }
        &nodes[..nodes.len().min(max)]
    }

    fn analyzers(&mut self) -> Vec<Analyzer> {
        let nodes = self.list(Table::Analyzer, ANALYZERS_MAX);
        nodes.iter().filter_map(|node| self.analyzer(node)).collect()
    }

    fn analyzer(&mut self, node: &Node) -> Option<Analyzer> {
        let fields = Fields::open(node, Table::Analyzer, self.problems)?;
        let ask = self.ask(fields, Table::Analyzer)?;
        let words = SPEAKERS.map(|(word, _)| word);
        let written = fields.texts("reads", self.problems);
        let read = written.iter().filter_map(|written| one_of(written, &words, self.problems));
        let mut speakers: Vec<Speaker> =
            read.filter_map(|word| SPEAKERS.iter().find(|(known, _)| *known == word).map(|(_, who)| *who)).collect();
        if fields.get("reads").is_none() {
            speakers = vec![Speaker::Customer, Speaker::Agent];
        }
        Some(Analyzer { ask, speakers })
    }

    /// The plugin of a table with its settings.
    fn ask(&mut self, fields: Fields<'_>, table: Table) -> Option<PluginAsk> {
        let plugin = fields.name("plugin", self.problems)?;
        let settings = match fields.get("settings") {
            Some(settings) => settings::to_json(settings, self.problems)?,
            None => "{}".to_owned(),
        };
        let on_failure = rule::on_failure(fields, table, self.problems);
        Some(PluginAsk { plugin: plugin.text, settings, on_failure })
    }

    fn organisation(&mut self) {
        for node in self.list(Table::Department, CATEGORIES_MAX) {
            if let Some(fields) = Fields::open(node, Table::Department, self.problems) {
                fields.name("id", self.problems);
            }
        }
        for node in self.list(Table::Role, CATEGORIES_MAX) {
            let Some(fields) = Fields::open(node, Table::Role, self.problems) else { continue };
            fields.name("id", self.problems);
            if let Some(department) = fields.name("department", self.problems) {
                self.must_be_department(&department);
            }
        }
    }

    fn categories(&mut self) -> Vec<Category> {
        let nodes = self.list(Table::Category, CATEGORIES_MAX);
        nodes.iter().filter_map(|node| self.category(node)).collect()
    }

    fn category(&mut self, node: &Node) -> Option<Category> {
        let fields = Fields::open(node, Table::Category, self.problems)?;
        let id = fields.text("id", self.problems)?;
        if !is_category(&id.text) {
            self.problems.add(id.spot.problem(&ProblemKind::CategoryId { found: id.text.clone() }));
        }
        let (zh, en) = (fields.text("zh", self.problems), fields.text("en", self.problems));
        let words = fields.words("words", self.problems);
        let labels = fields.words("labels", self.problems);
        let (words, labels) = (self.distinct(words), self.distinct(labels));
        let severity = fields.text("severity", self.problems).and_then(|word| one_of(&word, SEVERITY, self.problems));
        let severity = severity.and_then(|word| SEVERITIES.iter().find(|(known, _)| *known == word));
        Some(Category {
            id: id.text,
            zh: zh?.text,
            en: en?.text,
            words: words.into_iter().map(|word| word.to_lowercase()).collect(),
            labels,
            severity: severity.map(|(_, severity)| *severity),
        })
    }

    /// Says what stands twice, or says nothing.
    fn distinct(&mut self, written: Vec<Text>) -> Vec<String> {
        let mut seen = BTreeSet::new();
        for word in &written {
            if word.text.trim().is_empty() {
                let what = Both { zh: "词语", en: "a word" };
                self.problems.add(word.spot.problem(&ProblemKind::Empty { what }));
            } else if !seen.insert(word.text.to_lowercase()) {
                self.problems.add(word.spot.problem(&ProblemKind::SaidTwice { found: word.text.clone() }));
            }
        }
        written.into_iter().map(|word| word.text).collect()
    }

    fn routes(&mut self) -> Vec<Route> {
        let nodes = self.list(Table::Route, ROUTES_MAX);
        nodes.iter().filter_map(|node| self.route(node)).collect()
    }

    fn route(&mut self, node: &Node) -> Option<Route> {
        let fields = Fields::open(node, Table::Route, self.problems)?;
        let id = fields.name("id", self.problems);
        let when = match fields.text("when", self.problems) {
            Some(when) => lower(&when, Site::Route, self.params, self.problems).map(|lowered| lowered.condition),
            None => Some(Condition::always()),
        };
        let to = self.route_to(fields);
        let due = fields.duration("due", self.problems);
        let priority = fields.name("priority", self.problems).map(|priority| priority.text);
        Some(Route { id: id?.text, when: when?, to: to?, due, priority })
    }

    fn route_to(&mut self, fields: Fields<'_>) -> Option<RouteTo> {
        let said = ["department", "role", "plugin"].map(|key| fields.get(key).is_some());
        match said {
            [false, false, true] => self.ask(fields, Table::Route).map(RouteTo::Plugin),
            [true, true, false] => {
                let department = fields.name("department", self.problems)?;
                let role = fields.name("role", self.problems)?;
                self.must_be_department(&department);
                self.must_be_role(&role, &role.text);
                rule::on_failure(fields, Table::Route, self.problems);
                Some(RouteTo::Desk(Desk { department: department.text, role: role.text }))
            }
            _ => {
                self.problems.add(fields.node().spot.problem(&ProblemKind::RouteWhere {}));
                None
            }
        }
    }

    fn settings(&mut self) -> Casework {
        let mut casework = Casework { confidence_min: CONFIDENCE_MIN, ..Casework::default() };
        let Some(node) = self.tables.casework else { return casework };
        let Some(fields) = Fields::open(node, Table::Casework, self.problems) else { return casework };
        for written in fields.texts("keeper", self.problems) {
            self.must_be_known(&written);
            casework.keeper.extend(recipient::check(written, self.problems));
        }
        if let Some(last) = fields.text("last_resort", self.problems) {
            if !last.text.strip_prefix("person:").is_some_and(recipient::is_id) {
                self.problems.add(last.spot.problem(&ProblemKind::LastResort {}));
            }
            casework.last_resort = Some(last.text);
        }
        if let Some(node) = fields.get("confidence_min") {
            casework.confidence_min = self.hundredths(node).unwrap_or(CONFIDENCE_MIN);
        }
        casework
    }

    fn hundredths(&mut self, node: &Node) -> Option<u32> {
        let number = match node.data {
            Data::Number(number) => Some(number),
            Data::Integer(number) => Some(number as f64),
            Data::Text(_) | Data::Flag(_) | Data::Moment(_) | Data::List(_) | Data::Table(_) => None,
        };
        let share = number.filter(|number| (0.0..=1.0).contains(number));
        if share.is_none() {
            let found = number.map_or_else(|| "…".to_owned(), |number| number.to_string());
            self.problems.add(node.spot.problem(&ProblemKind::Share { found }));
        }
        share.map(|share| (share * 100.0).round() as u32)
    }

    /// What rules say of people and categories must be there, and no case may be nobody's.
    fn hold_against(&mut self, said: &Said, casework: &Casework) {
        for recipient in &said.recipients {
            self.must_be_known(recipient);
        }
        for category in said.opens.iter().filter(|category| !self.categories.contains(&category.text)) {
            let nearest = Nearest::of(&category.text, self.categories.iter().map(String::as_str));
            let what = Both { zh: "分类", en: "category" };
            let unknown = ProblemKind::UnknownReference { what, found: category.text.clone(), nearest };
            self.problems.add(category.spot.problem(&unknown));
        }
        let has_cases = said.opens_cases || !self.categories.is_empty();
        if !has_cases || self.tables.incomplete {
            return;
        }
        let routes = self.tables.lists.get(Table::Route.word()).map(Vec::as_slice).unwrap_or_default();
        match routes.last() {
            None => self.problems.add(Problem::new(self.tables.whole.clone(), &ProblemKind::NoRoutes {})),
            Some(last) if last.get("when").is_some() || last.get("plugin").is_some() => {
                self.problems.add(last.spot.problem(&ProblemKind::LastRoute {}));
            }
            Some(_) => {}
        }
        if casework.last_resort.is_none() {
            self.problems.add(Problem::new(self.tables.whole.clone(), &ProblemKind::LastResort {}));
        }
    }

    fn must_be_known(&mut self, recipient: &Text) {
        if let Some(role) = recipient.text.strip_prefix("role:") {
            self.must_be_role(recipient, role);
        }
    }

    /// A pack that names roles names all of them.
    fn must_be_role(&mut self, written: &Text, role: &str) {
        let what = Both { zh: "角色", en: "role" };
        must_be(&self.roles, what, written, role, self.problems);
    }

    fn must_be_department(&mut self, written: &Text) {
        let what = Both { zh: "部门", en: "department" };
        must_be(&self.departments, what, written, &written.text, self.problems);
    }
}

fn must_be(known: &BTreeSet<String>, what: Both, written: &Text, id: &str, problems: &mut Problems) {
    if !known.is_empty() && !known.contains(id) {
        let nearest = Nearest::of(id, known.iter().map(String::as_str));
        problems.add(written.spot.problem(&ProblemKind::UnknownReference { what, found: id.to_owned(), nearest }));
    }
}

/// `family` or `family/name`, in small letters, digits and hyphens.
fn is_category(id: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let parts: Vec<&str> = id.split('/').collect();
    let is_part = |part: &&str| part.starts_with(|first: char| first.is_ascii_lowercase()) && part.chars().all(letters);
    parts.len() <= 2 && id.len() <= NAME_BYTES_MAX && parts.iter().all(is_part)
}
