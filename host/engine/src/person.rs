//! The directory: who works in the house, with which roles, skills and authority, on duty when.
//!
//! A fold of facts from HR, rosters and presence; people change by the hour and never make a new generation. An empty
//! directory means that nobody told of people: recipients are then named, and the channel finds them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    fact::{DutyPlanned, Fact, FactBody, PersonUpdated},
    time::Instant,
};

/// People one tenant has; further ones are not kept.
pub const PEOPLE_MAX: usize = 20_000;
/// Shifts kept of one roster; the one that ended first goes.
const SHIFTS_MAX: usize = 512;
/// Whoever has this role leads the team they are in.
pub const LEAD_ROLE: &str = "lead";

/// Everybody, and the rosters.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Directory {
    people: BTreeMap<String, Arc<Person>>,
    rosters: BTreeMap<String, Arc<Vec<Shift>>>,
}

/// A person of the house.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// The id, for example `p-100` or an agent's `a-17`.
    pub id: String,
    /// What people call them.
    pub name: Option<String>,
    /// Team.
    pub team: Option<String>,
    /// Roles.
    pub roles: Vec<String>,
    /// Skills.
    pub skills: Vec<String>,
    /// What they may decide by themselves.
    pub authority: Vec<String>,
    /// Whose person it is.
    pub employer: Option<String>,
    /// Whom they answer to.
    pub manager: Option<String>,
    /// How to reach them.
    pub reach: BTreeMap<String, String>,
    /// They left, or were deactivated.
    pub gone: bool,
    /// Whether they are at work, where somebody said so.
    pub present: Option<bool>,
}

/// A stretch of duty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shift {
    /// Until.
    pub until: Instant,
    /// From.
    pub from: Instant,
    /// The person.
    pub person: String,
}

/// Whom a recipient may mean besides the directory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meant<'a> {
    /// The agent who has the conversation.
    pub agent: Option<&'a str>,
    /// The owner of the case.
    pub owner: Option<&'a str>,
    /// The keeper of the case.
    pub keeper: Option<&'a str>,
}

/// Who is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Recipients, best first.
    pub to: &'a [String],
    /// What they must be able to do: `skill:…`, `authority:…`.
    pub needs: &'a [String],
    /// Whom recipients may mean.
    pub meant: Meant<'a>,
    /// Not this person.
    pub except: Option<&'a str>,
    /// On duty then.
    pub at: Instant,
}

/// The id within `person:p-100`.
pub fn named(recipient: &str) -> &str {
    recipient.strip_prefix("person:").unwrap_or(recipient)
}

impl Person {
    /// Whether they have a role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|known| known == role)
    }

    fn can(&self, need: &str) -> bool {
        match need.split_once(':') {
            Some(("skill", skill)) => self.skills.iter().any(|known| known == skill),
            Some(("authority", authority)) => self.authority.iter().any(|known| known == authority),
            Some(_) | None => false,
        }
    }
}

impl Directory {
    /// Whether nobody has told of people.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Everybody, in the order of ids.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values().map(|person| &**person)
    }

    /// The person with this id, also one who left.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.get(id).map(|person| &**person)
    }

    /// The person with this id who has not left.
    pub fn active(&self, id: &str) -> Option<&Person> {
        self.person(id).filter(|person| !person.gone)
    }

    /// Whether a fact changes it.
    pub fn is_told_by(body: &FactBody) -> bool {
        matches!(body, FactBody::PersonUpdated(_) | FactBody::DutyPlanned(_) | FactBody::PresenceChanged(_))
    }

    /// Folds one fact about people in.
    pub fn fold(&mut self, fact: &Fact) {
        if let FactBody::PersonUpdated(updated) = &fact.body {
            self.update(updated);
        } else if let FactBody::DutyPlanned(planned) = &fact.body {
            self.plan(planned);
        } else if let FactBody::PresenceChanged(changed) = &fact.body
            && let Some(person) = self.people.get_mut(&changed.person)
        {
            Arc::make_mut(person).present = Some(changed.present);
        }
    }

    fn update(&mut self, updated: &PersonUpdated) {
        if !self.people.contains_key(&updated.person) && self.people.len() >= PEOPLE_MAX {
            return;
        }
        let known = self.people.get(&updated.person);
        let person = Person {
            id: updated.person.clone(),
            name: updated.name.clone(),
            team: updated.team.clone(),
            roles: updated.roles.clone(),
            skills: updated.skills.clone(),
            authority: updated.authority.clone(),
            employer: updated.employer.clone(),
            manager: updated.manager.clone(),
            reach: updated.reach.clone(),
            gone: updated.active == Some(false),
            present: known.and_then(|known| known.present),
        };
        self.people.insert(person.id.clone(), Arc::new(person));
    }

    fn plan(&mut self, planned: &DutyPlanned) {
        let (Some(from), Some(until)) = (Instant::parse(&planned.from), Instant::parse(&planned.until)) else { return };
        let shifts = Arc::make_mut(self.rosters.entry(planned.roster.clone()).or_default());
        let shift = Shift { until, from, person: planned.person.clone() };
        if let Err(place) = shifts.binary_search(&shift) {
            shifts.insert(place, shift);
        }
        if shifts.len() > SHIFTS_MAX {
            shifts.remove(0);
        }
    }

    /// The first recipient who is there, able and on duty: of several, those at work first, then by id.
    pub fn choose(&self, wanted: &Wanted<'_>) -> Option<&Person> {
        wanted.to.iter().find_map(|to| {
            let able = self.able(to, wanted);
            able.into_iter().min_by_key(|person| (person.present != Some(true), &person.id))
        })
    }

    /// Everybody a recipient means who is active, able and not known to be away.
    pub fn able(&self, to: &str, wanted: &Wanted<'_>) -> Vec<&Person> {
        let fits = |person: &&Person| {
            !person.gone
                && person.present != Some(false)
                && wanted.except != Some(person.id.as_str())
                && wanted.needs.iter().all(|need| person.can(need))
        };
        self.meant(to, wanted).into_iter().filter(fits).collect()
    }

    fn meant(&self, to: &str, wanted: &Wanted<'_>) -> Vec<&Person> {
        let Meant { agent, owner, keeper } = wanted.meant;
        let one = |id: Option<&str>| id.and_then(|id| self.person(id)).into_iter().collect();
        let all = |test: &dyn Fn(&Person) -> bool| self.people().filter(|person| test(person)).collect();
        let team = || agent.and_then(|agent| self.person(agent)).and_then(|agent| agent.team.as_deref());
        let in_team = |person: &Person| team().is_some_and(|team| person.team.as_deref() == Some(team));
        match to.split_once(':') {
            Some(("person", id)) => one(Some(id)),
            Some(("role", role)) => all(&|person| person.has_role(role)),
            Some(("team-of", _)) => all(&|person| in_team(person) && Some(person.id.as_str()) != agent),
            Some(("lead-of", _)) => all(&|person| in_team(person) && person.has_role(LEAD_ROLE)),
            Some(("manager-of", _)) => {
                let manager = owner.and_then(|owner| self.person(owner)).and_then(|owner| owner.manager.as_deref());
                one(manager)
            }
            Some(("duty", roster)) => {
                let on_duty = self.on_duty(roster, wanted.at);
                on_duty.into_iter().filter_map(|id| self.person(id)).collect()
            }
            None if to == "owner" => one(owner),
            None if to == "keeper" => one(keeper),
            Some(_) | None => Vec::new(),
        }
    }

    fn on_duty(&self, roster: &str, at: Instant) -> BTreeSet<&str> {
        let shifts = self.rosters.get(roster).into_iter().flat_map(|shifts| shifts.iter());
        let now = shifts.filter(|shift| shift.from <= at && at < shift.until);
        now.map(|shift| shift.person.as_str()).collect()
    }
}
