//! The nearest name: what somebody meant who wrote another.

use crate::lang::{Lang, Said};

/// The known name that is nearest to what was written, if any is near.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nearest(Option<String>);

/// The known name nearest to what was written, where one is near enough to be meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    Nearest::of(written, known).0
}

impl Nearest {
    /// The nearest of `known` to `written`.
    pub(crate) fn of<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let allowed = (written.chars().count() / 3).max(1);
        let near = known.into_iter().map(|name| (distance(&written.to_lowercase(), name), name));
        let nearest = near.filter(|(distance, _)| *distance <= allowed).min();
        Nearest(nearest.map(|(_, name)| name.to_owned()))
    }

    /// This one, or the other where there is none.
    pub(crate) fn or(self, other: Nearest) -> Self {
        Nearest(self.0.or(other.0))
    }

    /// The nearest of `known`, where its last part alone counts as well: `agent_repeats`.
    pub(crate) fn of_dotted<'a>(written: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Self {
        let last = written.rsplit('.').next().unwrap_or(written);
        let same_last = known.clone().into_iter().find(|name| name.rsplit('.').next() == Some(last));
        let whole = Nearest::of(written, known);
        Nearest(whole.0.or_else(|| same_last.map(str::to_owned)))
    }
}

impl Said for Nearest {
    fn said(&self, lang: Lang) -> String {
        match (&self.0, lang) {
            (None, _) => String::new(),
            (Some(name), Lang::Zh) => format!("，是不是 `{name}`？"),
            (Some(name), Lang::En) => format!("; did you mean `{name}`?"),
        }
    }
}

/// Letters to add, take away, change or swap with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![(0..=right.len()).collect::<Vec<usize>>()];
    for (row, letter) in left.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let changed = rows[row][column] + usize::from(letter != other);
            let mut least = changed.min(rows[row][column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other {
                least = least.min(rows[row - 1][column - 1] + 1);
            }
            next.push(least);
        }
        rows.push(next);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::{Nearest, distance};

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        assert_eq!(distance("conatct", "contact"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(Nearest::of("severty", ["severity", "say"]), Nearest(Some("severity".to_owned())));
        assert_eq!(Nearest::of("colour", ["severity", "say"]), Nearest(None));
        assert_eq!(
            Nearest::of_dotted("agent_repeats", ["contact.agent_repeats"]).0.as_deref(),
            Some("contact.agent_repeats")
        );
    }
}
