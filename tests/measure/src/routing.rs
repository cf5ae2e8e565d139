//! Routing: real complaints, filed one by one through the road, and the department each of them reached.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use engine::decision::DecisionBody;
use flate2::read::MultiGzDecoder;
use policy::load;
use road::{
    Overruns, Plugins,
    drive::{BATCH_FACTS, Drive, Road},
    place::Clock,
    source::ListSource,
    wire::{Event, parse_event},
};
use sandbox::{Limits, Sandbox, Settings};
use serde_json::{Value, json};
use store::Store;

use crate::root;

/// A complaint with the department its filer chose.
struct Complaint {
    id: String,
    department: String,
    event: Event,
}

/// How many reached the department they should.
#[derive(Default)]
struct Score {
    right: usize,
    all: usize,
}

impl Score {
    fn share(&self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }
}

/// The complaints of the consumer bureau: the pack's words were chosen on texts with an even id only.
pub(crate) fn cfpb(file: &Path) -> Result<Vec<String>, String> {
    let complaints = read(file)?;
    let routed = route(complaints.iter().map(|complaint| complaint.event.clone()).collect())?;
    let mut departments: BTreeMap<&str, Score> = BTreeMap::new();
    let (mut even, mut odd, mut unclassified) = (Score::default(), Score::default(), 0);
    for complaint in &complaints {
        let (department, category) =
            routed.get(&complaint.id).ok_or_else(|| format!("{} became no case", complaint.id))?;
        let right = usize::from(*department == complaint.department);
        let half = if is_even(&complaint.id) { &mut even } else { &mut odd };
        for score in [departments.entry(&complaint.department).or_default(), half] {
            (score.right, score.all) = (score.right + right, score.all + 1);
        }
        unclassified += usize::from(category == engine::rule::UNCLASSIFIED);
    }
    let all = complaints.len();
    let right: usize = departments.values().map(|score| score.right).sum();
    let majority = departments.values().map(|score| score.all).max().unwrap_or(0);
    let recall: f64 = departments.values().map(Score::share).sum::<f64>() / departments.len().max(1) as f64;
    let share = |count: usize| count as f64 / all.max(1) as f64;
    let each = departments.iter().map(|(name, score)| format!("{name} {:.2} of {}", score.share(), score.all));
    Ok(vec![
        format!(
            "{all} complaints, {} cases, right department {:.3} (majority guess {:.3})",
            routed.len(),
            share(right),
            share(majority)
        ),
        format!(
            "words chosen on even ids: even {:.3}, odd {:.3}; mean recall of departments {recall:.3}; unclassified {:.3}",
            even.share(),
            odd.share(),
            share(unclassified)
        ),
        each.collect::<Vec<_>>().join(" · "),
    ])
}

fn is_even(id: &str) -> bool {
    id.chars().last().and_then(|digit| digit.to_digit(16)).is_some_and(|digit| digit % 2 == 0)
}

fn read(file: &Path) -> Result<Vec<Complaint>, String> {
    let lines = BufReader::new(MultiGzDecoder::new(File::open(file).map_err(|error| error.to_string())?)).lines();
    let mut complaints = Vec::new();
    for line in lines {
        let row: Value =
            serde_json::from_str(&line.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
        let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let id = field("text_id");
        let event = json!({
            "specversion": "1.0", "id": id, "source": "bureau", "type": "plaint.complaint.filed",
            "subject": format!("complaint/{id}"),
            "data": { "text": field("narrative"), "channel": "web", "keys": [{ "kind": "complaint", "value": id }] },
        });
        let event = parse_event(event.to_string().as_bytes()).map_err(|refusal| refusal.to_string())?;
        // A department of the pack is named as names are written: with hyphens.
        complaints.push(Complaint { department: field("department").replace('_', "-"), id, event });
    }
    Ok(complaints)
}

/// The department and category of each complaint's case, by the complaint's id.
fn route(events: Vec<Event>) -> Result<BTreeMap<String, (String, String)>, String> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let settings = Settings { judges: threads, cache: None, limits: Limits::default() };
    let sandbox = Sandbox::new(settings).map_err(|error| error.to_string())?;
    let plugins = Plugins::new(sandbox, vec![root().join("target/plugins")]);
    let pack = load(&root().join("tests/measure/packs/finance")).map_err(|problems| problems.to_string())?;
    let rulebook = plugins.rulebook(pack, Overruns::Fail).map_err(|problems| format!("{problems:?}"))?;
    let store = Store::in_memory().map_err(|error| error.to_string())?;
    let drive = Drive { clock: Clock::Told, threads, batch_facts: BATCH_FACTS };
    let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
    let mut road = Road::open(store, rulebook, drive).map_err(|error| error.to_string())?;
    let mut source = ListSource::new(events);
    road.drive(&mut source).map_err(|error| error.to_string())?;
    let by_position: BTreeMap<_, _> =
        source.receipts.iter().zip(ids).map(|(receipt, id)| (receipt.appended.position(), id)).collect();
    let mut routed: BTreeMap<String, (String, String)> = BTreeMap::new();
    for told in &source.decided {
        let Some(id) = by_position.get(&told.position) else { continue };
        let case = routed.entry(id.clone()).or_default();
        if let DecisionBody::CaseOpened(opened) = &told.decision.body {
            case.1.clone_from(&opened.category);
        } else if let DecisionBody::CaseAssigned(assigned) = &told.decision.body {
            case.0.clone_from(&assigned.desk.department);
        }
    }
    Ok(routed)
}
