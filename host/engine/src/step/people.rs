//! People: what a joiner, a leaver or an action of a person changes.

use super::{casework::Assignment, decide::Attempt};
use crate::{
    case::{Action, Case, CaseState, allowed},
    decision::{CaseActionRefused, CaseMoved, DecisionBody},
    entity::{Entity, EntityKey},
    fact::{CaseActionRequested, FactBody},
    id::Id,
    person::{Directory, named},
    rule::Desk,
};

/// Roles that may act on anybody's case.
const OVERSEEING: [&str; 3] = ["lead", "manager", "operator"];

impl Attempt<'_> {
    /// A fact about people. Whoever leaves, or loses a role, leaves no case behind.
    pub(super) fn change_directory(&mut self) {
        let mut directory = self.world.directory();
        let updated = if let FactBody::PersonUpdated(updated) = &self.fact.body { Some(updated) } else { None };
        let before = updated.and_then(|updated| directory.active(&updated.person).cloned());
        std::sync::Arc::make_mut(&mut directory).fold(self.fact);
        self.world.put(EntityKey::Directory, Entity::Directory(directory.clone()));
        let Some(before) = before else { return };
        let still = |role: &String| directory.active(&before.id).is_some_and(|after| after.has_role(role));
        let lost: Vec<&String> = before.roles.iter().filter(|role| !still(role)).collect();
        for role in &lost {
            if !directory.people().any(|person| !person.gone && person.has_role(role)) {
                self.tell_operator(format!("role `{role}` has lost its last person"));
            }
        }
        let is_last_resort = self.policy.casework.last_resort.as_deref().map(named) == Some(before.id.as_str());
        if is_last_resort && directory.active(&before.id).is_none() {
            self.tell_operator(format!("`{}`, the pack's last resort, has left", before.id));
        }
        self.hand_over(&before.id, &directory);
    }

    /// Cases whose owner may not keep them go to somebody else of the same role.
    fn hand_over(&mut self, person: &str, directory: &Directory) {
        for id in self.world.workload(person).iter() {
            let Some(case) = self.world.case(*id) else { continue };
            let Some(desk) = case.desk.clone() else { continue };
            if directory.active(person).is_none_or(|person| !person.has_role(&desk.role)) {
                let keeper = case.keeper.clone().filter(|keeper| keeper != person);
                let case = Case { keeper, ..std::sync::Arc::unwrap_or_clone(case) };
                self.assign(Assignment::again(&case, desk, "owner-left", self.fact.at));
            }
        }
    }

    /// What a person asks of a case.
    pub(super) fn act_on_case(&mut self) {
        let FactBody::CaseActionRequested(requested) = &self.fact.body else { return };
        let id = self.fact.subject_id();
        let Some(case) = self.world.case(id) else {
            return self.refuse_action(id, &requested.action, "a known case", "unknown");
        };
        let (action, now) = match self.may(&case, requested) {
            Ok(allowed) => allowed,
            Err(missing) => return self.refuse_action(id, &requested.action, &missing, case.state.word()),
        };
        self.decided(
            id,
            DecisionBody::CaseMoved(CaseMoved {
                case: id,
                action: action.word().to_owned(),
                now: now.word().to_owned(),
                by: requested.by.clone(),
                owner: case.owner.clone(),
            }),
        );
        self.follow(&case, action, requested);
    }

    fn refuse_action(&mut self, case: Id, action: &str, missing: &str, now: &str) {
        let (action, missing, now) = (action.to_owned(), missing.to_owned(), now.to_owned());
        self.decided(case, DecisionBody::CaseActionRefused(CaseActionRefused { case, action, missing, now }));
    }

    /// Whether the action can be done; what it would need otherwise.
    fn may(&mut self, case: &Case, requested: &CaseActionRequested) -> Result<(Action, CaseState), String> {
        let words = || Action::WORDS.map(|(word, _)| word).join(", ");
        let action = Action::named(&requested.action).ok_or_else(|| format!("one of {}", words()))?;
        if let Some(expected) = &requested.expected
            && expected != case.state.word()
        {
            return Err(format!("the case in state `{expected}`, as it was when you looked"));
        }
        let now = allowed(action, case.state)?;
        let overseeing = requested.role.as_deref().is_some_and(|role| OVERSEEING.contains(&role));
        let is_owner = case.owner.is_none() || case.owner == requested.by;
        if matches!(action, Action::Accept | Action::Resolve) && !is_owner && !overseeing {
            return Err(format!("the owner, {}", case.owner.as_deref().unwrap_or_default()));
        }
        if matches!(action, Action::Transfer | Action::Resolve | Action::Note) && requested.note.is_none() {
            return Err("a `note`: why, or what was done".to_owned());
        }
        if action == Action::Transfer {
            self.can_transfer(requested.to.as_deref().unwrap_or_default())?;
        }
        Ok((action, now))
    }

    fn can_transfer(&mut self, to: &str) -> Result<(), String> {
        let directory = self.world.directory();
        match to.split_once(':') {
            Some(("role", role)) if directory.people().any(|person| !person.gone && person.has_role(role)) => Ok(()),
            Some(("person", person)) if directory.active(person).is_some() => Ok(()),
            Some(_) | None => Err("`to`: `role:…` or `person:…` of somebody who is there".to_owned()),
        }
    }

    /// What an action brings with it.
    fn follow(&mut self, case: &Case, action: Action, requested: &CaseActionRequested) {
        let desk = case.desk.clone().unwrap_or(Desk { department: String::new(), role: String::new() });
        match action {
            Action::Transfer => {
                let to = requested.to.as_deref().unwrap_or_default();
                match to.split_once(':') {
                    Some(("person", person)) => {
                        self.assign(Assignment::again(case, desk, "transfer", self.fact.at).given_to(person));
                    }
                    Some((_, role)) => {
                        let department = self.department_of(role).unwrap_or(desk.department);
                        let desk = Desk { department, role: role.to_owned() };
                        self.assign(Assignment::again(case, desk, "transfer", self.fact.at));
                    }
                    None => {}
                }
            }
            Action::Reopen => {
                let there = case.owner.as_deref().is_some_and(|owner| self.world.directory().active(owner).is_some());
                if !there {
                    self.assign(Assignment::again(case, desk, "reopened", self.fact.at));
                }
            }
            Action::Accept | Action::Note | Action::Resolve | Action::Close => {
                let keeper = case.keeper.as_deref().filter(|keeper| requested.by.as_deref() != Some(keeper));
                if let Some(keeper) = keeper.filter(|_| action != Action::Note) {
                    let nth = case.moves.len() as u32 + 1;
                    self.tell_of_case(case.id, ("moved", nth), keeper, self.fact.at);
                }
            }
        }
    }

    /// The department whose role this is, by the decision table.
    fn department_of(&self, role: &str) -> Option<String> {
        let desks = self.policy.casework.routes.iter().filter_map(|route| match &route.to {
            crate::rule::RouteTo::Desk(desk) => Some(desk),
            crate::rule::RouteTo::Plugin(_) => None,
        });
        desks.into_iter().find(|desk| desk.role == role).map(|desk| desk.department.clone())
    }
}
