//! Words of a line: bare ones, and `name=value` with a value that may be quoted.

use serde_json::Value;

use super::Flaw;

/// What stands on a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Words {
    /// Bare words.
    pub(super) bare: Vec<String>,
    /// Names with their values, in order.
    pub(super) pairs: Vec<(String, String)>,
}

impl Words {
    /// Takes a line apart.
    pub(super) fn read(line: &str) -> Result<Self, Flaw> {
        let mut words = Words::default();
        let mut rest = line.trim();
        while !rest.is_empty() {
            let end = end_of_word(rest).ok_or_else(|| Flaw::OpenQuote(rest.to_owned()))?;
            let (word, after) = rest.split_at(end);
            match word.split_once('=').filter(|(name, _)| is_name(name)) {
                Some((name, value)) => words.pairs.push((name.to_owned(), unquoted(value))),
                None => words.bare.push(unquoted(word)),
            }
            rest = after.trim_start();
        }
        Ok(words)
    }

    /// Takes the values of a name away.
    pub(super) fn take(&mut self, name: &str) -> Vec<String> {
        let (taken, left) = std::mem::take(&mut self.pairs).into_iter().partition(|(known, _)| known == name);
        self.pairs = left;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }
}

/// A value as JSON: what is no number, flag, list or object is a text.
pub(super) fn json(value: &str) -> Value {
    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()))
}

/// The first white space that stands in no quotation; `None` when a quotation has no end.
fn end_of_word(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (place, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if letter.is_whitespace() && !quoted => return Some(place),
            _ => {}
        }
    }
    (!quoted).then_some(text.len())
}

fn is_name(name: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(letters)
}

fn unquoted(word: &str) -> String {
    let is_text = word.starts_with('"');
    let text = is_text.then(|| serde_json::from_str::<String>(word).ok()).flatten();
    text.unwrap_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn a_line_is_taken_apart() {
        for (line, bare, pairs) in [
            ("", vec![], vec![]),
            ("phone agent=a-17  caller=media", vec!["phone"], vec![("agent", "a-17"), ("caller", "media")]),
            ("a title=\"two words\" \"b c\"", vec!["a", "b c"], vec![("title", "two words")]),
            ("keys=[{\"kind\":\"a b\"}]", vec![], vec![("keys", "[{\"kind\":\"a b\"}]")]),
            ("lead-of:agent =x", vec!["lead-of:agent", "=x"], vec![]),
        ] {
            let read = Words::read(line).ok();
            let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            let expected = Words {
                bare: bare.into_iter().map(str::to_owned).collect(),
                pairs: pairs.into_iter().map(owned).collect(),
            };
            assert_eq!(read, Some(expected), "{line}");
        }
        assert!(Words::read("a=\"b").is_err());
    }
}
