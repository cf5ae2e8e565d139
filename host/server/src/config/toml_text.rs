//! TOML that people write: read as a whole, each mistake with file, line and column.

use std::path::Path;

use policy::Lang;
use serde::de::DeserializeOwned;

use crate::lang::pick;

/// How the reader begins its commonest complaints, and how they are said in Chinese.
const COMPLAINTS: [(&str, &str); 5] = [
    ("unknown field ", "未知的键 "),
    ("missing field ", "缺少 "),
    ("duplicate key", "键重复"),
    ("invalid type: ", "类型不符:"),
    ("invalid value: ", "值不可用:"),
];

/// Reads a file of settings.
///
/// # Errors
/// A sentence for a person.
pub(super) fn read<T: DeserializeOwned>(path: &Path, lang: Lang) -> Result<T, String> {
    parse(path, &text(path, lang)?, lang)
}

/// The text of a file.
///
/// # Errors
/// A sentence for a person.
pub(super) fn text(path: &Path, lang: Lang) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| {
        let told = pick(lang, "无法读取 {path}:{error}", "failed to read {path}: {error}");
        told.replace("{path}", &path.display().to_string()).replace("{error}", &error.to_string())
    })
}

/// Reads the text of a file.
///
/// # Errors
/// A sentence for a person.
pub(super) fn parse<T: DeserializeOwned>(path: &Path, text: &str, lang: Lang) -> Result<T, String> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let (line, column) = error.span().map_or((1, 1), |span| place(text, span.start));
        format!("{}:{line}:{column}: {}", path.display(), complaint(error.message(), lang))
    })
}

fn complaint(message: &str, lang: Lang) -> String {
    let message = message.trim().replace('\n', " ");
    let known = COMPLAINTS.iter().find_map(|(en, zh)| Some((*zh, message.strip_prefix(en)?)));
    match (lang, known) {
        (Lang::Zh, Some((zh, rest))) => format!("{zh}{}", rest.replace(", expected ", ",应为 ")),
        (Lang::Zh, None) => format!("无法理解:{message}"),
        (Lang::En, _) => message,
    }
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
