//! A table of categories: which row fits a category best. Knows nothing of cases.

use std::collections::BTreeMap;

use plaint_sdk::Fault;

/// The pattern of every category.
const ANY: &str = "*";
/// What people write where they mean [`ANY`].
const NOT_ANY: &str = "default";

/// Patterns with the people who are answerable.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// By whole category.
    exact: BTreeMap<String, Row>,
    /// By the part before `/`.
    family: BTreeMap<String, Row>,
    any: Option<Row>,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// As it is written in the settings.
    pub(crate) pattern: String,
    pub(crate) department: String,
    pub(crate) role: String,
}

impl Table {
    /// Reads a table that stands at `path` in the settings.
    pub(crate) fn read(path: &str, map: &BTreeMap<String, String>, faults: &mut Vec<Fault>) -> Self {
        let mut table = Table::default();
        for (pattern, desk) in map {
            let fault = |expected: &str| Fault::new(format!("{path}.{pattern}"), expected);
            let Some(row) = Row::read(pattern, desk) else {
                faults.push(fault("department/role, for example quality/quality-lead"));
                continue;
            };
            match Pattern::read(pattern) {
                None if pattern == NOT_ANY => faults.push(fault("the pattern * for every other category")),
                None => faults.push(fault("a category such as repair/not-fixed, its family repair/* or repair, or *")),
                Some(Pattern::Any) => table.any = Some(row),
                Some(Pattern::Exact) => drop(table.exact.insert(pattern.clone(), row)),
                Some(Pattern::Family(family)) => {
                    if let Some(other) = table.family.insert(family.to_owned(), row) {
                        faults.push(fault(&format!("one row for the family, and `{}` is another", other.pattern)));
                    }
                }
            }
        }
        table
    }

    /// The most specific row: the category itself, its family, then `*`.
    pub(crate) fn row(&self, category: &str) -> Option<&Row> {
        let family = category.split_once('/').map_or(category, |(family, _)| family);
        self.exact.get(category).or_else(|| self.family.get(family)).or(self.any.as_ref())
    }
}

impl Row {
    fn read(pattern: &str, desk: &str) -> Option<Self> {
        let (department, role) = desk.split_once('/')?;
        let is_whole = !department.is_empty() && !role.is_empty() && !role.contains('/');
        let is_name = !desk.chars().any(|char| char.is_whitespace() || char.is_control());
        (is_whole && is_name).then(|| Row {
            pattern: pattern.to_owned(),
            department: department.to_owned(),
            role: role.to_owned(),
        })
    }
}

enum Pattern<'a> {
    Exact,
    Family(&'a str),
    Any,
}

impl<'a> Pattern<'a> {
    fn read(pattern: &'a str) -> Option<Self> {
        if pattern == ANY {
            return Some(Pattern::Any);
        }
        let is_name =
            |part: &str| !part.is_empty() && !part.contains(['*', '/']) && !part.contains(char::is_whitespace);
        match pattern.split_once('/') {
            None => (is_name(pattern) && pattern != NOT_ANY).then_some(Pattern::Family(pattern)),
            Some((family, ANY)) => is_name(family).then_some(Pattern::Family(family)),
            Some((family, rest)) => (is_name(family) && is_name(rest)).then_some(Pattern::Exact),
        }
    }
}
