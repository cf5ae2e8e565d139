//! The house as tests use it: the binary with a clean environment, rulebooks, roads over lists of events, and a
//! store's whole content as bytes.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use engine::fact::Position;
use plaint_scenarios::{plaint, plugins, root};
use policy::Pack;
use road::{
    Overruns, Plugins, Rulebook, ScriptedJudge,
    drive::{Drive, Road},
    place::Clock,
    source::ListSource,
    wire::{Event, Told, parse_event},
};
use sandbox::{Limits, Sandbox, Settings};
use serde_json::Value;
use store::Store;

/// Where compiled plugins are kept between runs of these tests.
pub(crate) fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("plaint")
}

/// The pack of the stories.
pub(crate) fn appliance() -> PathBuf {
    root().join("rules/appliance")
}

/// One of the stories.
pub(crate) fn story(name: &str) -> PathBuf {
    root().join("tests/scenarios/stories").join(name)
}

/// `plaint` with these arguments, told where the plugins are, in English unless the arguments say otherwise.
pub(crate) fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(plaint());
    command.env_clear().env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env("TZ", "UTC").args(arguments);
    command
}

/// What a run of `plaint` said, and how it ended.
#[derive(Debug)]
pub(crate) struct Went {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

/// Runs `plaint` to its end with `input` on its standard input.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, input: &[u8]) -> Went {
    let pipes = (Stdio::piped(), Stdio::piped(), Stdio::piped());
    let mut child = command(arguments).stdin(pipes.0).stdout(pipes.1).stderr(pipes.2).spawn().expect("plaint starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let Output { status, stdout, stderr } = std::thread::scope(|scope| {
        // A program that stops reading early closes the pipe: what it says is what counts.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().expect("plaint ends")
    });
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Went { out: text(stdout), err: text(stderr), code: status.code() }
}

/// `plaint run` over a file with the pack of the stories; it must go well.
pub(crate) fn run_file(input: &Path, more: &[&str]) -> Went {
    let (pack, plugins) = (appliance(), plugins());
    let mut arguments = vec![OsStr::new("run"), "--rules".as_ref(), pack.as_ref(), "--plugins".as_ref()];
    arguments.extend([plugins.as_os_str(), "--input".as_ref(), input.as_os_str()]);
    arguments.extend(more.iter().map(OsStr::new));
    let went = run(arguments, b"");
    assert_eq!(went.code, Some(0), "{}", went.err);
    went
}

/// Lines as a file in `dir`.
pub(crate) fn file(dir: &Path, name: &str, lines: &[String]) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).expect("a file");
    path
}

/// The decisions a run printed.
pub(crate) fn decisions(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("one CloudEvent on each line")).collect()
}

/// A short spelling of decisions: clock, what, rule, and what matters of each kind.
pub(crate) fn spelled(out: &str) -> Vec<String> {
    decisions(out).iter().map(spell).collect()
}

fn spell(decision: &Value) -> String {
    let data = &decision["data"];
    let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
    let what = decision["type"].as_str().and_then(|name| name.strip_prefix("plaint.")).expect("a type of ours");
    let time = decision["time"].as_str().expect("a time");
    let clock = time.split_once('T').map_or(time, |(_, clock)| clock.trim_end_matches('Z'));
    let more = match what {
        "alert.raised" if data["late"] == true => "late".to_owned(),
        "intervention.ended" => format!("{} {}", text("intervention"), text("how")),
        "alert.cleared" | "step.skipped" => text("because"),
        "alert.action-refused" => format!("{} {}", text("action"), text("now")),
        "operator.alerted" => text("reason"),
        _ => text("intervention"),
    };
    format!("{clock} {what} {} {more}", text("rule")).trim_end().replace("  ", " ")
}

/// The events of lines that are right.
pub(crate) fn events(lines: &[String]) -> Vec<Event> {
    lines
        .iter()
        .map(|line| parse_event(line.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal}: {line}")))
        .collect()
}

/// The pack of the stories with its plugins.
pub(crate) fn rulebook() -> Rulebook {
    static RULEBOOK: OnceLock<Rulebook> = OnceLock::new();
    RULEBOOK.get_or_init(|| rulebook_of(pack())).clone()
}

/// A pack with its plugins.
pub(crate) fn rulebook_of(pack: Pack) -> Rulebook {
    let plugins = {
        let cache = Some(cache());
        let settings = Settings { judges: 16, cache, limits: Limits::default() };
        let sandbox = Sandbox::new(settings).unwrap_or_else(|error| panic!("failed to {error}"));
        Plugins::new(sandbox, vec![plugins().to_path_buf()])
    };
    plugins.rulebook(pack, Overruns::Fail).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The pack of the stories, its plugin rule answered by a function.
pub(crate) fn scripted(judge: ScriptedJudge) -> Rulebook {
    let policy = pack().into_policy(&BTreeMap::new());
    let place = policy.rules.iter().position(|rule| rule.ask.is_some()).expect("a rule that asks a plugin");
    Rulebook::scripted(policy, [(place, judge)].into())
}

fn pack() -> Pack {
    policy::load(&appliance()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Drives events over a store to their end.
pub(crate) fn drive(
    store: Store,
    rulebook: Rulebook,
    (threads, batch_facts): (usize, usize),
    events: Vec<Event>,
) -> (Store, Vec<Told>) {
    let drive = Drive { clock: Clock::Told, threads, batch_facts };
    let mut source = ListSource::new(events);
    let mut road = Road::open(store, rulebook, drive).expect("a road");
    road.drive(&mut source).expect("a drive to the end");
    (road.close().expect("a state"), source.decided)
}

/// Everything a store keeps, as bytes: facts, outcomes, entities.
#[derive(Clone)]
pub(crate) struct Content {
    pub(crate) facts: Vec<String>,
    pub(crate) outcomes: Vec<String>,
    pub(crate) entities: Vec<String>,
}

/// What a store keeps; the chain is verified, and the state is rebuilt from facts and outcomes alone.
pub(crate) fn content(store: &Store) -> Content {
    assert_eq!(store.verify(Position(1), store.appended()).expect("a log"), None, "the chain is broken");
    let facts = store.read(Position(1), usize::MAX).expect("facts");
    let outcomes = store.outcomes(Position(1), usize::MAX).expect("outcomes");
    let entities: Vec<_> = store.entities().map(|entity| entity.expect("an entity")).collect();
    let rebuilt: Vec<_> = road::lanes::rebuild(store).expect("a state").into_iter().collect();
    let entities = json(&entities);
    assert_same("entities kept and rebuilt", &entities, &json(&rebuilt));
    Content { facts: facts.iter().map(|fact| format!("{fact:?}")).collect(), outcomes: json(&outcomes), entities }
}

fn json<T: serde::Serialize>(all: &[T]) -> Vec<String> {
    all.iter().map(|one| serde_json::to_string(one).expect("JSON")).collect()
}

impl Content {
    /// Holds this content to another, and shows the first line that differs.
    pub(crate) fn assert_same(&self, what: &str, other: &Content) {
        assert_same(&format!("{what}: facts"), &self.facts, &other.facts);
        assert_same(&format!("{what}: outcomes"), &self.outcomes, &other.outcomes);
        assert_same(&format!("{what}: entities"), &self.entities, &other.entities);
    }
}

fn assert_same(what: &str, left: &[String], right: &[String]) {
    if let Some(place) = (0..left.len().max(right.len())).find(|place| left.get(*place) != right.get(*place)) {
        panic!("{what} differ at {place}:\n{:?}\n{:?}", left.get(place), right.get(place));
    }
}
