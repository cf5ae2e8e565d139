//! What a request asks for behind the `?`: known names only, each once.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};

use super::problem::Problem;

/// Asks for a language; every door understands it.
pub(super) const LANG: &str = "lang";

/// The parameters of a request.
pub(super) struct Asked(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let read = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(asked) = read.map_err(|_| Problem::parameter("?", "name=value&…"))?;
        Ok(Asked(asked))
    }
}

impl Asked {
    /// Refuses names that the door does not know.
    pub(super) fn only(self, known: &[&str]) -> Result<Self, Problem> {
        for (place, (name, _)) in self.0.iter().enumerate() {
            if (name != LANG && !known.contains(&name.as_str())) || self.0[..place].iter().any(|(one, _)| one == name) {
                let expected = if known.is_empty() { LANG.to_owned() } else { format!("{}, {LANG}", known.join(", ")) };
                return Err(Problem::parameter(name, &expected));
            }
        }
        Ok(self)
    }

    /// A parameter's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// A parameter's value, read.
    pub(super) fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        self.get(name).map(|text| read(text).ok_or_else(|| Problem::parameter(name, expected))).transpose()
    }
}
