//! JSON into the author's types; what does not fit is told by its place and by what was expected there.

use serde::de::DeserializeOwned;

/// What did not fit: where, and what was expected. It never repeats what stood there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) path: String,
    pub(crate) expected: String,
}

pub(crate) fn from_slice<T: DeserializeOwned>(json: &[u8]) -> Result<T, Misfit> {
    // Every call comes through here: the path to an error is only traced once there is one.
    serde_json::from_slice(json).map_err(|error| traced::<T>(json).unwrap_or_else(|| not_json(&error)))
}

fn traced<T: DeserializeOwned>(json: &[u8]) -> Option<Misfit> {
    let mut decoder = serde_json::Deserializer::from_slice(json);
    let error = serde_path_to_error::deserialize::<_, T>(&mut decoder).err()?;
    if !error.inner().is_data() {
        return Some(not_json(error.inner()));
    }
    let path = match error.path().to_string() {
        root if root == "." => String::new(),
        path => path,
    };
    Some(misfit(path, &error.inner().to_string()))
}

fn not_json(error: &serde_json::Error) -> Misfit {
    let expected = format!("one JSON value (line {}, column {})", error.line(), error.column());
    Misfit { path: String::new(), expected }
}

/// serde says `invalid type: string "…", expected f64 at line 1 column 9`: only what was expected is passed on.
fn misfit(path: String, error: &str) -> Misfit {
    let error = error.rsplit_once(" at line ").map_or(error, |(before, _place)| before);
    if let Some(field) = error.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        let path = if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
        return Misfit { path, expected: "a value".into() };
    }
    if error.ends_with("there are no fields") {
        return Misfit { path, expected: "nothing: no name is known here".into() };
    }
    let expected = error.rsplit_once(", expected ").map_or(error, |(_found, expected)| expected);
    let expected =
        if error.starts_with("unknown field") { format!("a known name: {expected}") } else { in_words(expected) };
    Misfit { path, expected }
}

fn in_words(expected: &str) -> String {
    let words = match expected {
        "f32" | "f64" => "a number",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "a string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "decoded, never read")]
    struct Shop {
        floors: u32,
        #[serde(default)]
        doors: Vec<Door>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "decoded, never read")]
    struct Door {
        name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Bare {}

    #[test]
    fn where_nothing_is_known_everything_is_a_misfit() {
        let misfit = from_slice::<Bare>(br#"{"floors":3}"#).unwrap_err();
        assert_eq!((misfit.path.as_str(), misfit.expected.as_str()), ("floors", "nothing: no name is known here"));
    }

    fn check(json: &str, path: &str, expected: &str) {
        let misfit = from_slice::<Shop>(json.as_bytes()).unwrap_err();
        assert_eq!((misfit.path.as_str(), misfit.expected.as_str()), (path, expected), "{json}");
    }

    #[test]
    fn a_misfit_names_its_place_and_never_the_value() {
        check(r#"{"floors":"three, expected"}"#, "floors", "a whole number, 0 or more");
        check(r#"{"floor":3}"#, "floor", "a known name: `floors` or `doors`");
        check("{}", "floors", "a value");
        check(r#"{"floors":1,"doors":[{"name":"a"},{"name":7}]}"#, "doors[1].name", "a text");
        check(r#"{"floors":1,"doors":[{}]}"#, "doors[0].name", "a value");
        check("3", "", "an object");
        check(r#"{"floors":1"#, "", "one JSON value (line 1, column 11)");
        check(r#"{"floors":1} {"#, "", "one JSON value (line 1, column 14)");
    }
}
