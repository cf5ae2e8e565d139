//! People from files: a CSV out of HR or a roster, or the `organisation.toml` of a small firm, become facts.
//!
//! It knows nothing of the log: the facts go the way of all others. A row that has not changed has the same id.

use std::{collections::BTreeMap, path::Path};

use engine::{
    fact::{DutyPlanned, FactBody, PersonUpdated, data as fact_data},
    id::Id,
    time::Instant,
};
use policy::Lang;
use road::wire::Event;
use serde::Deserialize;

use crate::lang::pick;

/// Who tells of people.
const SOURCE: &str = "people";
/// Between several roles, skills or authorities in one cell.
const BETWEEN: char = ';';
/// A column `reach.phone` says how to reach somebody by phone.
const REACH: &str = "reach.";
/// The columns of people, those a row must have first.
const PERSON_COLUMNS: [&str; 9] =
    ["person", "name", "team", "roles", "skills", "authority", "employer", "manager", "active"];
/// The columns of a roster.
const DUTY_COLUMNS: [&str; 4] = ["roster", "person", "from", "until"];

/// A small firm's people, in one file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Organisation {
    #[serde(default)]
    person: Vec<PersonUpdated>,
    #[serde(default)]
    duty: Vec<DutyPlanned>,
}

/// The facts of a file. `stamp` tells one import from the next, so that a row can go back to what it said before.
pub(crate) fn read(path: &Path, stamp: &str, lang: Lang) -> Result<Vec<Event>, String> {
    let failed = |problem: String| format!("{}: {problem}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let bodies = if path.extension().is_some_and(|extension| extension == "toml") {
        of_toml(&text).map_err(failed)?
    } else {
        of_csv(&text, lang).map_err(|(line, problem)| format!("{}:{line}: {problem}", path.display()))?
    };
    Ok(bodies.into_iter().map(|body| event(body, stamp)).collect())
}

fn event(body: FactBody, stamp: &str) -> Event {
    let mut subject = body.kind().name().to_owned();
    if let FactBody::DutyPlanned(duty) = &body {
        subject = format!("roster/{}", duty.roster);
    } else if let FactBody::PersonUpdated(person) = &body {
        subject = format!("person/{}", person.person);
    }
    let says = fact_data::write(&body, serde_json::value::Serializer).map(|says| says.to_string());
    let digest = Id::of(&[stamp.as_bytes(), says.unwrap_or_default().as_bytes()]);
    Event::of(SOURCE, format!("{subject}/{digest}"), subject, body)
}

fn of_toml(text: &str) -> Result<Vec<FactBody>, String> {
    let organisation: Organisation = toml::from_str(text).map_err(|error| error.to_string())?;
    let people = organisation.person.into_iter().map(FactBody::PersonUpdated);
    Ok(people.chain(organisation.duty.into_iter().map(FactBody::DutyPlanned)).collect())
}

/// The facts of a CSV; a row that cannot be read is told with its line.
pub(crate) fn read_csv(text: &str, stamp: &str, lang: Lang) -> Result<Vec<Event>, (u64, String)> {
    Ok(of_csv(text, lang)?.into_iter().map(|body| event(body, stamp)).collect())
}

/// The rows of a CSV with a header: a roster where it has that column, else people.
fn of_csv(text: &str, lang: Lang) -> Result<Vec<FactBody>, (u64, String)> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| (1, error.to_string()))?.clone();
    let columns: Vec<&str> = header.iter().map(|column| column.trim_start_matches('\u{feff}')).collect();
    let is_roster = columns.contains(&DUTY_COLUMNS[0]);
    let known: &[&str] = if is_roster { &DUTY_COLUMNS } else { &PERSON_COLUMNS };
    let reach = |column: &str| !is_roster && column.starts_with(REACH);
    if let Some(unknown) = columns.iter().find(|column| !known.contains(column) && !reach(column)) {
        return Err((1, unknown_column(unknown, known, lang)));
    }
    let mut bodies = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| (error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: BTreeMap<&str, &str> =
            columns.iter().copied().zip(record.iter()).filter(|(_, cell)| !cell.is_empty()).collect();
        let body = if is_roster { duty(&cells, lang) } else { person(&cells, lang) };
        bodies.push(body.map_err(|problem| (line, problem))?);
    }
    Ok(bodies)
}

fn unknown_column(column: &str, known: &[&str], lang: Lang) -> String {
    let known = known.join(", ");
    match lang {
        Lang::Zh => format!("不认识的列 `{column}`;可用的列:{known},以及 reach.phone 这样的列"),
        Lang::En => format!("unknown column `{column}`; known are {known}, and columns like reach.phone"),
    }
}

fn person(cells: &BTreeMap<&str, &str>, lang: Lang) -> Result<FactBody, String> {
    let cell = |name: &str| cells.get(name).map(|cell| (*cell).to_owned());
    let list = |name: &str| -> Vec<String> {
        let items = cells.get(name).into_iter().flat_map(|cell| cell.split(BETWEEN));
        items.map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
    };
    let reach =
        cells.iter().filter_map(|(column, cell)| Some((column.strip_prefix(REACH)?.to_owned(), (*cell).to_owned())));
    let active = match cells.get("active").copied() {
        None | Some("true" | "yes" | "1") => Some(true),
        Some("false" | "no" | "0") => Some(false),
        Some(other) => {
            let expected = pick(lang, "`active` 应为 true 或 false,却是", "`active` must be true or false, not");
            return Err(format!("{expected} `{other}`"));
        }
    };
    Ok(FactBody::PersonUpdated(PersonUpdated {
        person: needed(cells, "person", lang)?,
        name: cell("name"),
        team: cell("team"),
        roles: list("roles"),
        skills: list("skills"),
        authority: list("authority"),
        employer: cell("employer"),
        manager: cell("manager"),
        active,
        reach: reach.collect(),
    }))
}

fn duty(cells: &BTreeMap<&str, &str>, lang: Lang) -> Result<FactBody, String> {
    let duty = DutyPlanned {
        roster: needed(cells, "roster", lang)?,
        person: needed(cells, "person", lang)?,
        from: needed(cells, "from", lang)?,
        until: needed(cells, "until", lang)?,
    };
    for (column, time) in [("from", &duty.from), ("until", &duty.until)] {
        if Instant::parse(time).is_none() {
            let expected = pick(
                lang,
                "应为 2024-09-02T20:00:00+08:00 这样的时间,却是",
                "must be a time like 2024-09-02T20:00:00+08:00, not",
            );
            return Err(format!("`{column}` {expected} `{time}`"));
        }
    }
    Ok(FactBody::DutyPlanned(duty))
}

fn needed(cells: &BTreeMap<&str, &str>, column: &str, lang: Lang) -> Result<String, String> {
    let missing = || format!("{} `{column}`", pick(lang, "缺少", "there is no"));
    cells.get(column).map(|cell| (*cell).to_owned()).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<String>, (u64, String)> {
        let bodies = of_csv(text, Lang::En)?;
        Ok(bodies.into_iter().map(|body| event(body, "").subject).collect())
    }

    #[test]
    fn people_and_rosters_are_told_apart_and_bad_rows_are_named() {
        for (text, expected) in [
            ("person,name,roles\np-1,王芳,lead; senior-desk\n", Ok(vec!["person/p-1"])),
            (
                "roster,person,from,until\nnight,p-1,2024-09-02T20:00:00+08:00,2024-09-03T08:00:00+08:00\n",
                Ok(vec!["roster/night"]),
            ),
            ("person,nick\np-1,x\n", Err((1, "unknown column `nick`"))),
            ("person,name\n,x\n", Err((2, "there is no `person`"))),
            ("person,active\np-1,maybe\n", Err((2, "`active` must be true or false"))),
            ("roster,person,from,until\nnight,p-1,8pm,9pm\n", Err((2, "`from` must be a time"))),
        ] {
            let read = rows(text);
            match expected {
                Ok(subjects) => assert_eq!(read, Ok(subjects.into_iter().map(str::to_owned).collect()), "{text}"),
                Err((line, problem)) => {
                    let (at, said) = read.expect_err(text);
                    assert_eq!(at, line, "{text}");
                    assert!(said.starts_with(problem), "{text}: {said}");
                }
            }
        }
    }

    #[test]
    fn a_small_firm_lists_its_people_in_toml() {
        let bodies = of_toml("[[person]]\nperson = \"p-1\"\nroles = [\"lead\"]\n").expect("a good file");
        assert_eq!(bodies.len(), 1);
        assert!(of_toml("[[person]]\nname = \"x\"\n").is_err(), "a person without an id");
    }

    #[test]
    fn a_row_that_did_not_change_has_the_same_id() {
        let row = |name: &str, stamp: &str| {
            let body = of_csv(&format!("person,name\np-1,{name}\n"), Lang::En).expect("a row").remove(0);
            event(body, stamp).id
        };
        assert_eq!(row("a", "1"), row("a", "1"));
        assert_ne!(row("a", "1"), row("b", "1"));
        assert_ne!(row("a", "1"), row("a", "2"));
    }
}
