//! `new`: a plugin that builds and whose fixtures hold, for its author to go on from.
//!
//! The templates are real files in `plugin-sdk/templates`, one folder for each kind, the same plugin in each language
//! with the same fixtures. What is Rust gets the SDK beside it: a plugin then builds anywhere, whatever is published.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sandbox::Kind;

use crate::{failure::Failure, folder::Language};

/// What stands in the templates for the name.
const NAME: &str = "my-plugin";
/// The same, as a type.
const TYPE: &str = "MyPlugin";
const NAME_BYTES_MAX: usize = 64;
/// Only in the repository is the SDK part of a workspace; as a file's line it begins like this.
const WORKSPACE: [&str; 2] = ["workspace = ", "# Built and tested with the plugins"];

/// Files of the repository, each with its text, by their path below `plugin-sdk`.
macro_rules! files {
    ($folder:literal: $($path:literal)*) => {
        &[$(($path, include_str!(concat!("../../../plugin-sdk/", $folder, $path))),)*]
    };
}

/// The SDK, with the contract.
pub(crate) const SDK: &[(&str, &str)] = files!["":
    "rust/Cargo.toml"
    "rust/src/alert_rule.rs"
    "rust/src/analyzer.rs"
    "rust/src/connector.rs"
    "rust/src/decode.rs"
    "rust/src/delivery.rs"
    "rust/src/guest.rs"
    "rust/src/guest/alert_rule.rs"
    "rust/src/guest/analyzer.rs"
    "rust/src/guest/connector.rs"
    "rust/src/guest/delivery.rs"
    "rust/src/guest/heap.rs"
    "rust/src/guest/routing_policy.rs"
    "rust/src/lib.rs"
    "rust/src/rfc3339.rs"
    "rust/src/routing_policy.rs"
    "rust/src/settings.rs"
    "rust/src/testing.rs"
    "rust/src/testing/deliveries.rs"
    "rust/src/value.rs"
    "wit/0.1.0/alert-rule.wit"
    "wit/0.1.0/analyzer.wit"
    "wit/0.1.0/connector.wit"
    "wit/0.1.0/routing-policy.wit"
];

const ALERT_RULE: &[(&str, &str)] = files!["templates/alert-rule/":
    "plugin.toml" "lib.rs" "plugin.js" "plugin.py"
    "fixtures/bad-settings.in.json" "fixtures/bad-settings.out.json"
    "fixtures/fires.in.json" "fixtures/fires.out.json"
    "fixtures/quiet.in.json" "fixtures/quiet.out.json"
    "fixtures/two.in.json" "fixtures/two.out.json"
    "fixtures/unknown-setting.in.json" "fixtures/unknown-setting.out.json"
];

const ANALYZER: &[(&str, &str)] = files!["templates/analyzer/":
    "plugin.toml" "lib.rs" "plugin.js" "plugin.py"
    "fixtures/hurried.in.json" "fixtures/hurried.out.json"
    "fixtures/unknown-setting.in.json" "fixtures/unknown-setting.out.json"
];

const ROUTING_POLICY: &[(&str, &str)] = files!["templates/routing-policy/":
    "plugin.toml" "lib.rs" "plugin.js" "plugin.py"
    "fixtures/bad-settings.in.json" "fixtures/bad-settings.out.json"
    "fixtures/by-brand.in.json" "fixtures/by-brand.out.json"
];

const CONNECTOR: &[(&str, &str)] = files!["templates/connector/":
    "plugin.toml" "lib.rs" "plugin.js" "plugin.py"
    "fixtures/busy.in.json" "fixtures/busy.out.json"
    "fixtures/delivered.in.json" "fixtures/delivered.out.json"
    "fixtures/no-text.in.json" "fixtures/no-text.out.json"
    "fixtures/turn.in.json" "fixtures/turn.out.json"
    "fixtures/unknown-setting.in.json" "fixtures/unknown-setting.out.json"
];

const RUST: &[(&str, &str)] = files!["templates/rust/": "Cargo.toml.in" "README.md" "gitignore"];
const JAVASCRIPT: &[(&str, &str)] = files!["templates/js/": "README.md" "gitignore"];
const PYTHON: &[(&str, &str)] = files!["templates/python/": "README.md" "gitignore"];
/// The versions the SDK was tested with; cargo takes out what a plugin does not use.
const LOCK: &str = include_str!("../../../plugins/Cargo.lock");

/// Writes a new plugin into `into/<name>`, and gives its folder.
pub fn scaffold(kind: Kind, language: Language, name: &str, into: &Path) -> Result<PathBuf, Failure> {
    if !is_name(name) {
        return Err(Failure::Name(name.to_owned()));
    }
    let folder = into.join(name);
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::Taken(folder));
    }
    for (path, text) in files(kind, language) {
        let file = folder.join(path);
        let above = file.parent().unwrap_or(&folder);
        fs::create_dir_all(above).map_err(Failure::file(above))?;
        fs::write(&file, text.replace(NAME, name).replace(TYPE, &type_name(name))).map_err(Failure::file(&file))?;
    }
    Ok(folder)
}

/// The files of a plugin, where they go.
fn files(kind: Kind, language: Language) -> Vec<(String, String)> {
    let of_kind = match kind {
        Kind::AlertRule => ALERT_RULE,
        Kind::Analyzer => ANALYZER,
        Kind::RoutingPolicy => ROUTING_POLICY,
        Kind::Connector => CONNECTOR,
    };
    let of_language = match language {
        Language::Rust => RUST,
        Language::JavaScript => JAVASCRIPT,
        Language::Python => PYTHON,
    };
    let both = of_kind.iter().chain(of_language);
    let mut files: Vec<(String, String)> =
        both.filter_map(|(path, text)| Some((place(path, language)?, (*text).to_owned()))).collect();
    if language == Language::Rust {
        files.extend(SDK.iter().map(|(path, text)| (format!("sdk/{path}"), alone(path, text))));
        files.push(("Cargo.lock".to_owned(), LOCK.to_owned()));
    }
    files
}

/// Where a template goes; nowhere when it is of another language.
fn place(path: &str, language: Language) -> Option<String> {
    let of = |own: Language, to: &str| (language == own).then(|| to.to_owned());
    match path {
        "lib.rs" => of(Language::Rust, "src/lib.rs"),
        "plugin.js" => of(Language::JavaScript, path),
        "plugin.py" => of(Language::Python, path),
        "Cargo.toml.in" => Some("Cargo.toml".to_owned()),
        "gitignore" => Some(".gitignore".to_owned()),
        path => Some(path.to_owned()),
    }
}

/// A file of the SDK, outside the repository.
fn alone(path: &str, text: &str) -> String {
    if path != "rust/Cargo.toml" {
        return text.to_owned();
    }
    let lines = text.lines().filter(|line| !WORKSPACE.iter().any(|start| line.starts_with(start)));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn is_name(name: &str) -> bool {
    let fits = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    name.starts_with(|char: char| char.is_ascii_lowercase()) && name.len() <= NAME_BYTES_MAX && name.chars().all(fits)
}

/// `long-wait` is the type `LongWait`.
fn type_name(name: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
    };
    name.split('-').map(word).collect()
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::{ALERT_RULE, ANALYZER, CONNECTOR, JAVASCRIPT, PYTHON, ROUTING_POLICY, RUST, SDK, is_name, type_name};

    #[test]
    fn the_lists_are_what_is_there() {
        let lists = [
            ("", SDK),
            ("templates/alert-rule/", ALERT_RULE),
            ("templates/analyzer/", ANALYZER),
            ("templates/routing-policy/", ROUTING_POLICY),
            ("templates/connector/", CONNECTOR),
            ("templates/rust/", RUST),
            ("templates/js/", JAVASCRIPT),
            ("templates/python/", PYTHON),
        ];
        let listed: BTreeSet<String> = lists
            .iter()
            .flat_map(|(folder, list)| list.iter().map(move |(path, _)| format!("{folder}{path}")))
            .collect();
        let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugin-sdk");
        let mut there = BTreeSet::new();
        ["rust", "wit", "templates"].iter().for_each(|folder| gather(&sdk, &sdk.join(folder), &mut there));
        assert_eq!(listed, there);
    }

    fn gather(root: &Path, folder: &Path, there: &mut BTreeSet<String>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let path: PathBuf = path;
            if path.is_dir() {
                gather(root, &path, there);
            } else {
                there.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
            }
        }
    }

    #[test]
    fn a_name_is_one_of_a_package_and_of_a_type() {
        assert!(is_name("long-wait-2"));
        ["", "2-long", "Long", "lang_wait", "长等"].iter().for_each(|name| assert!(!is_name(name), "{name}"));
        assert_eq!(type_name("long-wait-2"), "LongWait2");
    }
}
