//! Part three: two old problems become two cases, each with an owner, a keeper and a date; the owners take them on.

use serde_json::{Value, json};

use super::{Stage, then::text};
use crate::{failure::Failure, house::MAIN, news::Decision, paper::Ink, tell::Teller};

/// A case as its owner took it on.
pub(crate) struct Taken {
    pub(crate) case: String,
    pub(crate) owner: String,
    pub(crate) assigned: Decision,
}

/// The case of a customer, as somebody was made answerable for it.
pub(crate) fn assigned(stage: &mut Stage<'_>, customer: usize) -> Result<Decision, Failure> {
    let cases = &stage.teller.cases;
    let what = format!("a case of {} with an owner", stage.teller.story.customers[customer].name);
    stage.desk.expect(&what, |decision| {
        decision.kind == "plaint.case.assigned" && cases.borrow().get(decision.text("case")) == Some(&customer)
    })
}

/// Plays it.
pub(crate) fn play(stage: &mut Stage<'_>) -> Result<Vec<Taken>, Failure> {
    let teller = stage.teller;
    teller.began.set(None);
    teller.paper.heading(teller.story.word("cases-heading"));
    teller.paper.paragraph(Ink::Plain, teller.story.word("cases-opening"));
    let mut taken = Vec::new();
    for place in 0..teller.story.customers.len() {
        let assigned = assigned(stage, place)?;
        let case = assigned.text("case").to_owned();
        let owner = assigned.text("owner").to_owned();
        teller.paper.gap();
        let accepted = teller.story.notes.get(place).map_or("", |note| note.accepted.as_str());
        act(stage, (&case, &owner), "accept", &json!({"note": accepted}))?;
        teller.aside("", Ink::Dim, &quoted(teller, accepted));
        stage.pause()?;
        let now = stage.client.get(&format!("/v1/cases/{case}"))?;
        check(&now, &owner)?;
        taken.push(Taken { case, owner, assigned });
    }
    stage.pause()?;
    Ok(taken)
}

/// What an owner asks of a case, with a token of their own.
pub(crate) fn act(
    stage: &mut Stage<'_>,
    (case, owner): (&str, &str),
    action: &str,
    body: &Value,
) -> Result<(), Failure> {
    let client = stage.house.client(&stage.server, (MAIN, "owner"), Some(owner))?;
    let moved =
        |decision: &Decision| decision.is("plaint.case.moved", "case", case) && decision.text("action") == action;
    let before = stage.desk.all(moved).len();
    client.post(&format!("/v1/cases/{case}/{action}"), body)?;
    stage.desk.expect_another("the case moved on", before, moved).map(drop)
}

/// What was written down, as a quotation.
pub(crate) fn quoted(teller: &Teller<'_>, note: &str) -> String {
    teller.story.say("quoted", &[("note", note)])
}

/// Accepting makes the owner the one who answers to the customer.
fn check(case: &Value, owner: &str) -> Result<(), Failure> {
    if text(case, "state") == "accepted" && text(case, "owner") == owner && text(case, "keeper") == owner {
        Ok(())
    } else {
        Err(Failure::other("an accepted case whose owner answers to the customer", case))
    }
}
