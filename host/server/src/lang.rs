//! The language people are spoken to in: what they ask for, else their locale's.

use kit::Language;
use policy::Lang;
pub(crate) use policy::pick;

/// The locale's language: Chinese where it begins with `zh`, English otherwise.
pub(crate) fn of_locale() -> Lang {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let locale = variables.iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
    if locale.is_some_and(|locale| locale.starts_with("zh")) { Lang::Zh } else { Lang::En }
}

/// What `--lang` names: whom to speak to, or, for `plugin new`, what a plugin is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A language of people.
    People(Lang),
    /// A language of plugins.
    Plugin(Language),
}

/// Reads `zh`, `en`, or the word of a language that plugins are written in.
pub(crate) fn parse(text: &str) -> Result<Named, String> {
    match text {
        "zh" => Ok(Named::People(Lang::Zh)),
        "en" => Ok(Named::People(Lang::En)),
        _ => {
            let language = Language::ALL.into_iter().find(|language| language.word() == text);
            language
                .map(Named::Plugin)
                .ok_or_else(|| "expected zh or en, or for `plugin new` rust, js or python".into())
        }
    }
}

impl Named {
    /// The language of people, where one was named.
    pub(crate) fn people(self) -> Option<Lang> {
        match self {
            Named::People(lang) => Some(lang),
            Named::Plugin(_) => None,
        }
    }
}
