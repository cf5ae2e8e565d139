//! The end: what plaint would have changed, in four lines, each with the number it rests on and where that stands.

use super::{call::Call, cases::Taken, journey::Journey, next_day::NextDay, then::Then, then::halves};
use crate::{
    crowd::Passed,
    failure::Failure,
    paper::Ink,
    tell::{Teller, spelled},
};

/// What the scenes gave.
pub(crate) struct Played<'a> {
    pub(crate) then: &'a Then,
    pub(crate) journey: &'a Journey,
    pub(crate) call: &'a Call,
    pub(crate) taken: &'a [Taken],
    pub(crate) next_day: &'a NextDay,
}

/// Says it.
pub(crate) fn play(teller: &Teller<'_>, played: &Played<'_>) -> Result<(), Failure> {
    let Played { then, journey, call, taken, next_day } = played;
    let [first, second] = taken else { return Err(Failure::other("two cases", taken.len())) };
    let (name, story) = (|id| teller.people.name(id).to_owned(), teller.story);
    let values: Vec<(&str, String)> = vec![
        ("agent", name(&call.agent)),
        ("new_agent", name(&call.new_agent)),
        ("stations", journey.stations.to_string()),
        ("hurts", journey.hurts.to_string()),
        ("first_fact", journey.positions.0.to_string()),
        ("last_fact", journey.positions.1.to_string()),
        ("lasted", teller.length(then.lasted)),
        ("repeats", halves(then.repeats)),
        ("times", call.times.to_string()),
        ("noticed", spelled(call.noticed)),
        ("changed", spelled(call.changed)),
        ("between", (call.changed - call.noticed).to_string()),
        ("alert", call.alert.address.clone()),
        ("order", call.order.address.clone()),
        ("owner_1", name(&first.owner)),
        ("owner_2", name(&second.owner)),
        ("due_1", teller.date(first.assigned.text("due"))),
        ("due_2", teller.date(second.assigned.text("due"))),
        ("case_1", first.assigned.address.clone()),
        ("case_2", second.assigned.address.clone()),
        ("chased", next_day.chased.address.clone()),
        ("answered", next_day.answered_ms.to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    teller.paper.heading(story.word("ending-heading"));
    for part in ["journey", "escalation", "monitoring", "closing"] {
        let (title, text) = (format!("ending-{part}-title"), format!("ending-{part}"));
        let cells = [(2, Ink::Plain, ""), (16, Ink::Bold, story.word(&title))];
        teller.paper.row(&cells, Ink::Plain, &story.say(&text, &values));
        let rests = story.say(&format!("ending-{part}-rests"), &values);
        teller.paper.row(&[(18, Ink::Plain, "")], Ink::Dim, &rests);
    }
    teller.paper.gap();
    Ok(())
}

/// What went through beside the story.
pub(crate) fn beside(teller: &Teller<'_>, passed: Result<Passed, std::path::PathBuf>) -> Result<(), Failure> {
    let text = match passed {
        Ok(passed) if passed.refused > 0 => return Err(Failure::other("every conversation taken", passed.refused)),
        Ok(_) if teller.beside.disturbed.get() > 0 => {
            return Err(Failure::other("nobody told of the past", teller.beside.disturbed.get()));
        }
        Ok(passed) => teller.story.say(
            "crowd",
            &[
                ("conversations", &passed.conversations.to_string()),
                ("turns", &passed.turns.to_string()),
                ("alerts", &teller.beside.alerts.get().to_string()),
                ("cases", &teller.beside.cases.get().to_string()),
            ],
        ),
        Err(folder) => teller.story.say("no-crowd", &[("folder", &folder.display().to_string())]),
    };
    teller.paper.paragraph(Ink::Dim, &text);
    Ok(())
}
