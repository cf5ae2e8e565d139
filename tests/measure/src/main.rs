//! How well the rules do on real conversations.
//!
//! The sets are not the project's: their folder is `PLAINT_DATA`, by default `../shared/data` beside the
//! repository. A set that is not there is reported as skipped. One measure, one file, one line in [`MEASURES`].

mod lane;
mod repeats;
mod routing;

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// A measure: the set it needs, and what it prints of it.
struct Measure {
    name: &'static str,
    set: &'static str,
    run: fn(&Path) -> Result<Vec<String>, String>,
}

const MEASURES: &[Measure] = &[
    Measure { name: "repeats", set: "star_conversations/dialogues.jsonl.gz", run: repeats::star },
    Measure { name: "repeats", set: "zh_crosswoz_dialogues/dialogues.jsonl.gz", run: repeats::crosswoz },
    Measure { name: "transcripts", set: "phone_calls_harper_valley/calls.jsonl", run: repeats::readable },
    Measure { name: "transcripts", set: "abcd_sample/dialogues.jsonl", run: repeats::readable },
    Measure { name: "routing", set: "cfpb_narratives/complaints.jsonl.gz", run: routing::cfpb },
];

fn main() -> ExitCode {
    let data = env::var_os("PLAINT_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let mut failed = false;
    for measure in MEASURES {
        let file = data.join(measure.set);
        let lines = if file.is_file() { (measure.run)(&file) } else { Ok(vec!["skipped: the set is not here".into()]) };
        let lines = lines.unwrap_or_else(|problem| {
            failed = true;
            vec![format!("failed: {problem}")]
        });
        for line in lines {
            say(&format!("{} · {} · {line}", measure.name, measure.set));
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The repository: this package stands two folders below it.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn say(line: &str) {
    // A reader that has seen enough is no failure.
    drop(writeln!(io::stdout(), "{line}"));
}
