//! kill -9 at any moment: every position that was reported is there, and nothing is half there.

use std::{
    io::{BufRead, BufReader, Write as _},
    process::{Command, Stdio},
};

use engine::fact::Position;
use store::{Appended, Checkpoint, Write};

use crate::house::{append, behind, nothing, open, turns};

const DIR: &str = "PLAINT_STORE_CRASH_DIR";
/// The child's batches: from one fact to more than a run.
const BATCHES: [u64; 6] = [1, 40, 7, 333, 90, 200];

/// The child: does nothing unless it is told where to write. It says each position that is committed.
#[test]
fn appends_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let mut store = open(dir.as_ref());
    let mut out = std::io::stdout();
    for batch in BATCHES.iter().cycle() {
        let (from, decided) = (store.appended().0, store.decided().0);
        let outcomes = nothing(decided + 1..=from);
        let checkpoint = (from % 3 == 0).then(|| Checkpoint { position: Position(from), changed: Vec::new() });
        let drafts = turns(from, from + batch);
        store.write(Write { drafts: &drafts, outcomes: &outcomes, checkpoint }).unwrap();
        writeln!(out, "\ncommitted {} {}", store.appended().0, store.decided().0).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn what_was_reported_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut seed = 0x5EED_u64;
    for round in 0..12 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let commits = seed >> 33 & 31;
        let (appended, decided) = run_and_kill(dir.path(), commits as usize + 1);

        let mut store = open(dir.path());
        let found = (store.appended().0, store.decided().0);
        assert!(found.0 >= appended && found.1 >= decided, "round {round}: {found:?} of {appended}, {decided}");
        assert!(store.checkpoint() <= store.decided());
        assert_eq!(store.verify(Position(1), store.appended()).unwrap(), None, "round {round}");
        let facts = store.read(Position(1), usize::MAX).unwrap();
        assert!(facts.iter().zip(1..).all(|(fact, n)| fact.position.0 == n), "round {round}");
        assert_eq!(store.outcomes(Position(1), usize::MAX).unwrap().len() as u64, found.1);
        let answers = append(&mut store, &turns(0, found.0)).unwrap();
        assert!(answers.iter().zip(1..).all(|(answer, n)| *answer == Appended::Known(Position(n))), "round {round}");
    }
    let whole: String = behind(dir.path()).query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
}

/// Lets a child write until it has said `commits` commits, and kills it in whatever it does then.
fn run_and_kill(dir: &std::path::Path, commits: usize) -> (u64, u64) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::appends_until_it_is_killed", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said = lines.filter_map(|line| {
        let mut numbers = line.strip_prefix("committed ")?.split(' ').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    });
    let last = said.nth(commits - 1);
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said before the kill counts as well.
    said.last().or(last).expect("the child said nothing")
}
