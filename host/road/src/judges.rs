//! Measuring in parallel: serial within a contact, contacts side by side.

use std::{
    any::Any,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
};

use engine::{
    entity::{Entity, EntityKey},
    fact::Fact,
    id::Id,
    step::{Answer, Need, Step},
};

use crate::{RoadError, plugins::Rulebook, state::State};

/// The facts of one contact in a batch, by their places; a fact about no contact stands alone.
type Group = Vec<usize>;

/// Measures every fact; gives the steps, ready to decide, in the order of the facts.
pub(crate) fn measure<'a>(
    facts: &'a [Fact],
    rulebook: &'a Rulebook,
    state: &State,
    threads: usize,
) -> Result<Vec<Step<'a>>, RoadError> {
    let groups = groups(facts);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut measured = Vec::new();
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            measured.extend(measure_group(group, facts, rulebook, state)?);
        }
        Ok(measured)
    };
    let threads = threads.min(groups.len());
    let parts: Vec<Result<Vec<(usize, Step<'a>)>, RoadError>> = if threads <= 1 {
        vec![work()]
    } else {
        std::thread::scope(|scope| {
            let judges: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            judges
                .into_iter()
                .map(|judge| judge.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    };
    let mut steps = Vec::with_capacity(facts.len());
    for part in parts {
        steps.extend(part?);
    }
    steps.sort_by_key(|(place, _)| *place);
    Ok(steps.into_iter().map(|(_, step)| step).collect())
}

fn groups(facts: &[Fact]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<Id, usize> = HashMap::new();
    for (place, fact) in facts.iter().enumerate() {
        let group = *known.entry(fact.subject_id()).or_insert_with(|| {
            groups.push(Group::new());
            groups.len() - 1
        });
        groups[group].push(place);
    }
    groups
}

fn measure_group<'a>(
    group: &Group,
    facts: &'a [Fact],
    rulebook: &'a Rulebook,
    state: &State,
) -> Result<Vec<(usize, Step<'a>)>, RoadError> {
    let mut contact = group.first().and_then(|place| state.get(&EntityKey::Contact(facts[*place].subject_id())));
    let mut measured = Vec::with_capacity(group.len());
    for place in group {
        let fact = &facts[*place];
        let step = match catch_unwind(AssertUnwindSafe(|| measure_one(fact, rulebook, contact.clone()))) {
            Ok(step) => step?,
            Err(panic) => poisoned(fact, rulebook, panic_text(&*panic)),
        };
        if let Some((_, changed)) = step.contact() {
            contact = Some(changed);
        }
        measured.push((*place, step));
    }
    Ok(measured)
}

fn measure_one<'a>(fact: &'a Fact, rulebook: &'a Rulebook, contact: Option<Entity>) -> Result<Step<'a>, RoadError> {
    let mut step = Step::begin(rulebook.policy(), fact);
    let (mut answer, mut notes) = (Answer::Begin, Vec::new());
    loop {
        answer = match step.next(answer) {
            Need::Load(_) => Answer::Entities(vec![contact.clone()]),
            Need::Ask(questions) => Answer::Answers(rulebook.ask(&questions, &mut notes)?),
            Need::Read(questions) => Answer::Readings(rulebook.ask(&questions, &mut notes)?),
            Need::Dues(_) | Need::Open | Need::Route(_) | Need::Done(_) => {
                step.guarded(notes);
                return Ok(step);
            }
        }
    }
}

fn poisoned<'a>(fact: &'a Fact, rulebook: &'a Rulebook, reason: String) -> Step<'a> {
    let mut step = Step::poisoned(rulebook.policy(), fact, reason);
    step.next(Answer::Begin);
    step
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "the step failed without saying why".to_owned())
}
