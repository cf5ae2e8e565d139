//! Every attack we know, one test each: what was tried, what stopped it, and that the neighbours never noticed.
#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests as well")]

mod analyzers;
mod answers;
mod compiled;
mod connectors;
mod deliveries;
mod files;
mod guests;
mod instances;
mod limits;
mod routing_policies;
mod signatures;

use engine::{
    absence::{Absence, Abstention},
    rule::Answered,
};
use plaint_hostile::{ALLOWANCE, Guest, beside_a_neighbour, load, question, rule};
use sandbox::Overrun;

const GOOD: Guest = Guest::GOOD;
const LOOP: &str = "(loop $for_ever (br $for_ever)) (unreachable)";
const OVERRUN: Overrun = Overrun::Cpu { limit: ALLOWANCE.cpu };

/// An abstention of this cause, whose text says so much; told as what stopped the attack.
fn stopped(tried: &str, abstention: &Abstention, (cause, expected): (Absence, &str)) -> String {
    assert_eq!(abstention.cause, cause, "{tried}: {abstention}");
    assert!(abstention.reason.contains(expected), "{tried}: {abstention}");
    format!("{}: {abstention}", cause.word())
}

/// The guest loads and is configured; asked, it abstains for this reason.
fn abstains(tried: &str, guest: &Guest, expected: (Absence, &str)) {
    let (answer, beside) = beside_a_neighbour(|| rule(guest).unwrap().evaluate(&question()));
    match answer {
        Ok(Answered::Abstained(abstention)) => beside.tell(tried, stopped(tried, &abstention, expected)),
        other => panic!("{tried}: {other:?}"),
    }
}

/// The guest loads and is configured; asked, it spends all its time.
fn overruns(tried: &str, guest: &Guest) {
    let (answer, beside) = beside_a_neighbour(|| rule(guest).unwrap().evaluate(&question()));
    assert_eq!(answer, Err(OVERRUN), "{tried}");
    beside.tell(tried, format!("{}: {OVERRUN}", OVERRUN.cause().word()));
}

/// The guest cannot even be configured.
fn never_starts(tried: &str, guest: &Guest, expected: &str) {
    let (made, beside) = beside_a_neighbour(|| rule(guest));
    let error = made.unwrap_err().to_string();
    assert!(error.contains(expected), "{tried}: {error}");
    beside.tell(tried, error);
}

/// The file is not let in.
fn refused(tried: &str, bytes: &[u8], expected: &str) {
    let (loaded, beside) = beside_a_neighbour(|| load(bytes));
    let error = loaded.unwrap_err().to_string();
    assert!(error.contains(expected), "{tried}: {error}");
    beside.tell(tried, error);
}
