//! The language people are spoken to in: what they ask for, else their locale's.

use policy::Lang;

/// The locale's language: Chinese where it begins with `zh`, English otherwise.
pub(crate) fn of_locale() -> Lang {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let locale = variables.iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
    if locale.is_some_and(|locale| locale.starts_with("zh")) { Lang::Zh } else { Lang::En }
}

/// Reads `zh` or `en`.
pub(crate) fn parse(text: &str) -> Result<Lang, String> {
    match text {
        "zh" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        _ => Err("expected zh or en".to_owned()),
    }
}

/// One of two texts.
pub(crate) fn pick<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
