//! Signals are a function of the turns, not of the order they come in: the same turns, shuffled.

use engine::{
    contact::{Contact, Signals, WINDOW_TURNS_MAX},
    time::Instant,
};
use proptest::prelude::*;

use crate::story::{DAY, fact, spelled};

/// What is said of one turn: when, who, which sentence, in which revision.
type Said = (usize, u8, u8, u32);

fn line(place: usize, (turn, who, sentence, revision): Said) -> String {
    // Times are distinct: every line has its own second.
    let time = spelled(Instant(DAY + 36_000_000 + place as i64 * 1_000));
    let speaker = ["agent", "agent", "bot", "customer -0.5", "customer 0.5", "customer"][usize::from(who)];
    let text = ["SCRIPT", "HALF", "the parts are on their way to you", "no", ""][usize::from(sentence)];
    format!("{time} #t{turn} r{revision} {speaker}: {text}")
}

fn signals(lines: &[String]) -> (Signals, Vec<String>) {
    let first = fact(&lines[0], 1, Instant(0));
    let mut contact = Contact::first_seen(&first);
    for (line, position) in lines.iter().zip(1..) {
        contact.fold(&fact(line, position, Instant(0)));
    }
    let turns = contact.window.turns().map(|turn| turn.id.to_string()).collect();
    (contact.measured().signals, turns)
}

/// Turns with distinct times, some said again in higher revisions; the second list is the first in another order.
fn shuffled() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let turn = (0..6_u8, 0..5_u8, 0..3_u32);
    proptest::collection::vec(turn, 1..=WINDOW_TURNS_MAX).prop_flat_map(|turns| {
        let mut lines = Vec::new();
        for (place, (who, sentence, revisions)) in turns.into_iter().enumerate() {
            for revision in 0..=revisions {
                let sentence = (sentence + revision as u8 * 2) % 5;
                lines.push(line(place * 3 + revision as usize, (place, who, sentence, revision)));
            }
        }
        (Just(lines.clone()), Just(lines).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_changes_no_signal((told, shuffled) in shuffled()) {
        prop_assert_eq!(signals(&told), signals(&shuffled), "{:?}", shuffled);
    }
}
