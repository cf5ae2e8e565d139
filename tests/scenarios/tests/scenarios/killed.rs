//! kill -9 at any moment, again and again: in the end everything is as if nothing had happened.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Child, ChildStdin, Stdio},
};

use plaint_scenarios::plugins;

use crate::{
    house::{appliance, command, file, run, run_file},
    kept::kept,
    log::{Made, Seeded, log},
};

const KILLS: usize = 100;
/// How often the log is looked at, at most, between its first change and the kill: most kills come before the program
/// has taken in what it was told.
const LOOKS_MAX: u64 = 8_000;

#[test]
fn a_run_that_is_killed_a_hundred_times_ends_as_one_that_is_not() {
    let dir = tempfile::tempdir().expect("a folder");
    let lines = log(&Made { facts: 2_500, contacts: 50, untidy: false });
    let input = file(dir.path(), "log.jsonl", &lines);
    let (whole, data) = (dir.path().join("whole"), dir.path().join("killed"));
    let undisturbed = run_file(&input, &["--data", text(&whole)]);
    assert!(undisturbed.out.lines().count() > 200);
    let (mut before, mut interrupted) = (0, 0);
    for round in 0..KILLS {
        let told = lines.len() * (round + 1) / KILLS;
        kill_in_the_middle(&data, &lines[..told], &mut Seeded(round as u64));
        let appended = kept_so_far(&data);
        assert!(appended >= before, "round {round}: {before} facts became {appended}");
        interrupted += usize::from(appended < told as u64);
        before = appended;
    }
    assert!(interrupted > 0, "no kill came in the middle");
    run_file(&input, &["--data", text(&data)]);
    let verified = run(["verify", "--data", text(&data)], b"");
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    kept(&whole).assert_same("killed a hundred times", &kept(&data));
}

/// Feeds lines piece by piece, waits until the program writes, lets it go on for a while, and kills it: it waits for
/// more, so it never ends by itself.
fn kill_in_the_middle(data: &Path, lines: &[String], seed: &mut Seeded) {
    // A text is told event by event: there every event is a commit of its own.
    let format = if seed.below(4) == 0 { "text" } else { "json" };
    let before = size(data);
    let mut child = start(data, format);
    let stdin = child.stdin.take().expect("a pipe");
    let looks = seed.below(LOOKS_MAX);
    let piece = 1 + seed.below(300) as usize;
    std::thread::scope(|scope| {
        // The pipe stays open until the program is gone.
        let feeder = scope.spawn(move || feed(stdin, lines, piece));
        while size(data) == before && child.try_wait().expect("a child").is_none() {}
        for _ in 0..looks {
            size(data);
        }
        assert_eq!(child.try_wait().expect("a child"), None, "it ended by itself");
        child.kill().expect("a kill");
        child.wait().expect("an end");
        drop(feeder.join());
    });
}

fn feed(mut stdin: ChildStdin, lines: &[String], piece: usize) -> ChildStdin {
    for lines in lines.chunks(piece) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        if stdin.write_all(text.as_bytes()).is_err() {
            break;
        }
    }
    stdin
}

fn start(data: &Path, format: &str) -> Child {
    let (pack, plugins) = (appliance(), plugins());
    command(["run", "--rules", text(&pack), "--plugins", text(plugins), "--data", text(data), "--format", format])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("plaint starts")
}

/// What grows with every commit.
fn size(data: &Path) -> [u64; 2] {
    ["plaint.db", "plaint.db-wal"].map(|name| fs::metadata(data.join(name)).map_or(0, |file| file.len()))
}

/// The facts so far; the chain holds, whatever the last kill did.
fn kept_so_far(data: &Path) -> u64 {
    let store = store::Store::open(data).expect("a store");
    assert_eq!(store.verify(engine::fact::Position(1), store.appended()).expect("a log"), None);
    assert!(store.checkpoint() <= store.decided() && store.decided() <= store.appended());
    store.appended().0
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}
