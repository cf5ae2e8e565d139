//! People and desks by name: the directory and the pack know ids, whoever reads the demo does not.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use crate::{failure::Failure, story::Lang};

/// What a row of the directory says that the story needs; it says more.
#[derive(Deserialize)]
struct Person {
    person: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    roles: String,
}

/// A label of the pack.
#[derive(Deserialize)]
struct Label {
    id: String,
    zh: String,
    en: String,
}

/// The labels of a pack; its files say more.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Labels {
    role: Vec<Label>,
    department: Vec<Label>,
    category: Vec<Label>,
}

/// See the module.
pub(crate) struct People {
    people: BTreeMap<String, Person>,
    labels: BTreeMap<(&'static str, String), String>,
    /// As the story's language spells them.
    spelled: BTreeMap<String, String>,
}

impl People {
    /// Of the pack's own directory and files.
    pub(crate) fn read(pack: &Path, lang: Lang, spelled: BTreeMap<String, String>) -> Result<Self, Failure> {
        let path = pack.join("people.csv");
        let text = |error: &dyn ToString, path: &Path| Failure::Text { path: path.into(), problem: error.to_string() };
        let mut rows = csv::Reader::from_path(&path).map_err(|error| text(&error, &path))?;
        let people: Result<Vec<Person>, _> = rows.deserialize().collect();
        let people = people.map_err(|error| text(&error, &path))?;
        let mut labels = BTreeMap::new();
        for entry in std::fs::read_dir(pack).map_err(Failure::file(pack))? {
            let path = entry.map_err(Failure::file(pack))?.path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let content = std::fs::read_to_string(&path).map_err(Failure::file(&path))?;
            let read: Labels = toml::from_str(&content).map_err(|error| text(&error, &path))?;
            let groups = [("role", read.role), ("department", read.department), ("category", read.category)];
            for (group, label) in
                groups.into_iter().flat_map(|(group, all)| all.into_iter().map(move |one| (group, one)))
            {
                labels.insert((group, label.id), if lang == Lang::Zh { label.zh } else { label.en });
            }
        }
        Ok(People {
            people: people.into_iter().map(|person| (person.person.clone(), person)).collect(),
            labels,
            spelled,
        })
    }

    /// What people call this person.
    pub(crate) fn name<'a>(&'a self, id: &'a str) -> &'a str {
        let known = self.people.get(id).map(|person| person.name.as_str()).filter(|name| !name.is_empty());
        self.spelled.get(id).map(String::as_str).or(known).unwrap_or(id)
    }

    /// What the pack calls the first of the person's roles, or its id.
    pub(crate) fn role(&self, id: &str) -> &str {
        let role = self.people.get(id).and_then(|person| person.roles.split(';').next()).unwrap_or_default().trim();
        self.labels.get(&("role", role.to_owned())).map_or_else(|| self.role_id(id), String::as_str)
    }

    fn role_id(&self, id: &str) -> &str {
        self.people.get(id).and_then(|person| person.roles.split(';').next()).unwrap_or_default().trim()
    }

    /// What the pack calls a role, department or category.
    pub(crate) fn label<'a>(&'a self, group: &'static str, id: &'a str) -> &'a str {
        self.labels.get(&(group, id.to_owned())).map_or(id, String::as_str)
    }
}
