//! Starting tenants: pack, plugins, connectors and log are put together, and each road gets its thread.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicUsize},
    thread::JoinHandle,
    time::SystemTime,
};

use crossbeam_channel::{Receiver, Sender};
use engine::id::Id;
use policy::Lang;
use road::{
    Rulebook, Rulebooks,
    lanes::{Live, open},
    place::Clock,
    source::{Activate, Receipt, Request, Sent, Stream},
    wire::{Event, Told, decision_json},
};
use sandbox::Sandbox;
use store::{Appended, Store, StoreError};
use tokio::sync::broadcast;

use super::{
    Line, Tenant,
    generation::{Generations, Trial, Unmade, Upload, activated},
};
use crate::{
    config::{self, Limits},
    counted, deliver,
    installation::{self, Connectors, Source},
    lang::pick,
    people, plugins,
    quarantine::Quarantine,
};

/// Decisions a reader of the stream may be behind before it is sent away: it resumes from the log.
const STREAM_LINES: usize = 4_096;

/// The roads at work.
#[derive(Default)]
pub(crate) struct Lives(Vec<(String, JoinHandle<Result<(), String>>)>);

/// What all tenants share.
pub(crate) struct Shared<'a> {
    pub(crate) data: &'a Path,
    pub(crate) limits: Limits,
    pub(crate) sandbox: Sandbox,
    pub(crate) threads: usize,
    pub(crate) clock: Clock,
    pub(crate) lang: Lang,
}

/// Starts every tenant.
///
/// # Errors
/// A sentence for a person.
pub(crate) fn start(
    tenants: &BTreeMap<String, config::Tenant>,
    shared: &Shared<'_>,
) -> Result<(BTreeMap<String, Arc<Tenant>>, Lives), String> {
    let mut started = BTreeMap::new();
    let mut lives = Lives::default();
    for (name, config) in tenants {
        let (tenant, life) = start_one(name, config, shared).map_err(|problem| format!("[tenant.{name}] {problem}"))?;
        lives.0.push((name.clone(), life));
        let StartedTenant { tenant, told } = tenant;
        let tenant = Arc::new(tenant);
        deliver::start(Arc::clone(&tenant), told)?;
        installation::watch(&tenant, shared.lang);
        started.insert(name.clone(), tenant);
    }
    Ok((started, lives))
}

impl Lives {
    /// Waits until every road has ended; gives what went wrong.
    pub(crate) fn end(self) -> Vec<String> {
        let ended = self.0.into_iter().map(|(name, life)| match life.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(problem)) => Err(format!("[tenant.{name}] {problem}")),
            Err(_) => Err(format!("[tenant.{name}] the road broke off")),
        });
        ended.filter_map(Result::err).collect()
    }
}

type Started = (StartedTenant, JoinHandle<Result<(), String>>);

/// A tenant whose courier has yet to begin.
struct StartedTenant {
    tenant: Tenant,
    told: Receiver<Told>,
}

fn start_one(name: &str, config: &config::Tenant, shared: &Shared<'_>) -> Result<Started, String> {
    let folder = shared.data.join("tenants").join(name);
    let store = Store::open(&folder).map_err(|error| unopened(&error, shared.lang))?;
    let sandbox = shared.sandbox.trusting(plugins::trust(&config.trusted_keys)?);
    let generations = Generations::of(&folder, sandbox.clone(), config.forced_by_machine);
    let first = First { config: config.clone(), generations: Arc::new(generations), lang: shared.lang };
    let connectors = connectors((name, config), &folder, sandbox, shared.lang)?;
    let (requests, received) = crossbeam_channel::unbounded();
    let made = Arc::new(Mutex::new(None));
    let (told, _) = broadcast::channel(STREAM_LINES);
    let (delivered, deliveries) = crossbeam_channel::unbounded();
    let opened = open(Live {
        store,
        rulebooks: first.rulebooks(Arc::clone(&made)),
        threads: shared.threads,
        clock: shared.clock.clone(),
        requests: received,
        stream: Some(stream_to(told.clone(), delivered, name.to_owned())),
    });
    let opened = opened.map_err(|error| error.to_string())?;
    if let Some(rulebook) = made.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let event = activated(&rulebook, None, None, None);
        // The road begins only after this: it is there to take it, before anything else.
        let _ = requests.send(Request::Activate(Box::new(Activate { event, rulebook, decided: Box::new(drop) })));
    }
    for path in &config.directory {
        tell_people(people::read(path, &stamp(path)?, shared.lang)?, name, &requests);
    }
    let thread_name = name.to_owned();
    let road = std::thread::Builder::new().name(format!("road-{name}")).spawn(move || {
        let went = opened.live().map(drop).map_err(|error| error.to_string());
        if let Err(problem) = &went {
            tracing::error!(tenant = thread_name, problem, "the road has ended");
        }
        went
    });
    let tenant = Tenant {
        name: name.to_owned(),
        connectors,
        quarantine: Quarantine::of(&folder),
        generations: first.generations,
        clock: shared.clock.clone(),
        road: Mutex::new(Some(requests)),
        waiting: Arc::new(AtomicUsize::new(0)),
        lag_events_max: shared.limits.lag_events,
        told,
    };
    let started = StartedTenant { tenant, told: deliveries };
    Ok((started, road.map_err(|error| error.to_string())?))
}

/// What tells a file that was written again from the one before.
fn stamp(path: &Path) -> Result<String, String> {
    let written = std::fs::metadata(path).and_then(|file| file.modified());
    let written = written.map_err(|error| format!("{}: {error}", path.display()))?;
    let since = written.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Ok(since.as_nanos().to_string())
}

/// People go the way of all facts, before anything else; those that the log knows already change nothing.
fn tell_people(events: Vec<Event>, tenant: &str, requests: &Sender<Request>) {
    let tenant = tenant.to_owned();
    let appended = Box::new(move |receipts: Vec<Receipt>| {
        let new = receipts.iter().filter(|receipt| matches!(receipt.appended, Appended::New(_))).count();
        tracing::info!(tenant, rows = receipts.len(), new, "people were read");
    });
    // The road begins only after this: it is there to take them.
    let _ = requests.send(Request::Events(Sent { events, appended, decided: None }));
}

fn unopened(error: &StoreError, lang: Lang) -> String {
    let StoreError::Held { path } = error else { return error.to_string() };
    let en = "{path} is in use: another plaint has it open; stop that one, or give this one another --data";
    let zh = "{path} 正被另一个 plaint 使用;请先停止它,或用 --data 指定别的文件夹";
    pick(lang, zh, en).replace("{path}", &path.display().to_string())
}

/// What decides at the start.
struct First {
    config: config::Tenant,
    generations: Arc<Generations>,
    lang: Lang,
}

impl First {
    /// The generation that the log says is live; where it says nothing, one of the pack that the operator names, which
    /// is then `made`.
    fn rulebooks(&self, made: Arc<Mutex<Option<Rulebook>>>) -> Rulebooks {
        let First { config, generations, lang } = self;
        let (config, generations, lang) = (config.clone(), Arc::clone(generations), *lang);
        Rulebooks::Logged(Box::new(move |live| match live {
            Some(road::Live { generation, before }) => {
                warn_of_another_pack(&config, generations.texts(generation));
                // What went before may be gone by now: then nothing answers in its place.
                let before = before.and_then(|before| generations.find(before).ok());
                let live = generations.find(generation).map_err(|unmade| lost(generation, &unmade, lang))?;
                Ok(live.with_previous(before))
            }
            None => {
                let rulebook = make(&config, &generations, lang)?;
                *made.lock().unwrap_or_else(PoisonError::into_inner) = Some(rulebook.clone());
                Ok(rulebook)
            }
        }))
    }
}

fn make(config: &config::Tenant, generations: &Generations, lang: Lang) -> Result<Rulebook, String> {
    let upload = match &config.rules {
        Some(rules) => Upload::of_folder(rules, &plugins::folders(&config.plugins, Some(rules)), lang)?,
        None => Upload::built_in(),
    };
    generations.make(&upload, Trial::Start).map(|made| made.rulebook).map_err(|unmade| unmade.reason(lang))
}

/// What is live stays so over a restart; that the folder says something else by now must be seen.
fn warn_of_another_pack(config: &config::Tenant, texts: Option<String>) {
    let Some(rules) = &config.rules else { return };
    let same = policy::load(rules).is_ok_and(|pack| Some(pack.digest.to_string()) == texts);
    if !same {
        let rules = rules.display().to_string();
        tracing::warn!(rules, "the live generation is another one than this folder: `plaint policy activate` swaps it");
    }
}

fn lost(live: Id, unmade: &Unmade, lang: Lang) -> String {
    let en = "generation {live} is live by the log and cannot be used: {reason}\nput its folder back into \
              `generations`, or start with the program that made it";
    let zh =
        "日志中现行的策略版本 {live} 无法使用:{reason}\n请恢复 `generations` 中它的文件夹,或使用原来的程序版本启动";
    pick(lang, zh, en).replace("{live}", &live.to_string()).replace("{reason}", &unmade.reason(lang))
}

fn connectors(
    (name, config): (&str, &config::Tenant),
    folder: &Path,
    sandbox: Sandbox,
    lang: Lang,
) -> Result<Connectors, String> {
    let Some(file) = config.connectors.clone() else { return Ok(Connectors::none()) };
    let (tenant, folder) = (name.to_owned(), folder.join("connectors"));
    let plugins = plugins::folders(&config.plugins, config.rules.as_deref());
    Connectors::open(Source { tenant, file, folder, plugins, sandbox }, lang)
}

/// Counts decisions, and spells them once for all readers where there are any.
fn stream_to(told: broadcast::Sender<Arc<Line>>, delivered: Sender<Told>, tenant: String) -> Stream {
    Box::new(move |decided| {
        for one in decided {
            let kind = one.decision.body.name();
            metrics::counter!(counted::DECISIONS, "tenant" => tenant.clone(), "type" => kind).increment(1);
            if told.receiver_count() > 0 {
                let line = Line { at: (one.position, one.n), kind, json: decision_json(&one) };
                let _ = told.send(Arc::new(line));
            }
            if one.decision.is_delivered() {
                let _ = delivered.send(one);
            }
        }
    })
}
