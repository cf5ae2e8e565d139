//! The generations of a tenant: made from an upload, kept in its folder by digest, found again after a restart.
//!
//! Making one touches nothing that is live: texts and plugins are checked, compiled and tried first, and put down whole
//! or not at all. Which one is live is in the log and nowhere else.

mod unmade;
mod upload;
mod watch;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use engine::{
    fact::{FactBody, GenerationActivated},
    id::Id,
};
use policy::Lang;
use road::{Overruns, Plugins, Rulebook, Shelf, canary, wire::Event};
use sandbox::Sandbox;
use serde::{Deserialize, Serialize};

pub(crate) use unmade::Unmade;
pub(crate) use upload::Upload;
pub(crate) use watch::{Watched, watch};

use crate::{
    pages::{Counts, Tester, pages},
    quarantine::Quarantine,
};

/// The generations kept ready to decide: the live one, those a rollback may want at once.
const READY_MAX: usize = 4;
/// Who tells of activations.
pub(crate) const SOURCE: &str = "plaint.policy";
/// What stands beside texts and plugins.
const ABOUT: &str = "generation.json";

/// See the module.
pub(crate) struct Generations {
    folder: PathBuf,
    sandbox: Sandbox,
    forced_by_machine: bool,
    shelf: Shelf,
    /// The latest last.
    ready: Mutex<Vec<Rulebook>>,
    /// Held by the one activation that is at work.
    pub(crate) one_at_a_time: tokio::sync::Mutex<()>,
}

/// A generation, checked and kept, that decides nothing yet.
pub(crate) struct Made {
    pub(crate) rulebook: Rulebook,
    /// What was played of its pages.
    pub(crate) pages: Counts,
    /// Plugins that were tried.
    pub(crate) tried: usize,
    /// How long what took.
    pub(crate) took: Took,
}

/// How long the parts of making a generation took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Took {
    pub(crate) plugins: Duration,
    pub(crate) pages: Duration,
    pub(crate) canary: Duration,
}

/// What is kept of a generation beside its files.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    /// The pack's folder.
    pack: String,
    /// The digest of its texts.
    texts: String,
}

/// How much of a generation is tried before it is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// Its pages are played, its plugins called.
    Whole,
    /// The operator starts a server with it: what checks it says is enough.
    Start,
}

impl Generations {
    /// Those of the tenant whose folder this is.
    pub(crate) fn of(tenant: &Path, sandbox: Sandbox, forced_by_machine: bool) -> Self {
        let name = tenant.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Generations {
            folder: tenant.join("generations"),
            sandbox,
            forced_by_machine,
            shelf: Quarantine::of(tenant).shelf(name),
            ready: Mutex::default(),
            one_at_a_time: tokio::sync::Mutex::default(),
        }
    }

    /// Makes one; it is kept, and ready to decide.
    ///
    /// # Errors
    /// Everything that speaks against it.
    pub(crate) fn make(&self, upload: &Upload, trial: Trial) -> Result<Made, Unmade> {
        let failed = |error: std::io::Error| Unmade::Failed(error.to_string());
        let pack = policy::load_texts(upload.files.clone(), &upload.pack)
            .map_err(|problems| Unmade::Pack(Unmade::texts(|lang| problems.text(lang))))?;
        let about = About { pack: upload.pack.clone(), texts: pack.digest.to_string() };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let unfinished = tempfile::Builder::new().prefix(".new-").tempdir_in(&self.folder).map_err(failed)?;
        upload.write(unfinished.path()).map_err(failed)?;
        let about = serde_json::to_vec(&about).map_err(|error| Unmade::Failed(error.to_string()))?;
        upload::write_synced(&unfinished.path().join(ABOUT), &about).map_err(failed)?;
        let mut took = Took::default();
        let rulebook = timed(&mut took.plugins, || self.rulebook(pack, unfinished.path()))?;
        let (mut counts, mut tried) = (Counts::default(), 0);
        if trial == Trial::Whole {
            let own = upload::rules(unfinished.path()).join(&upload.pack);
            counts = timed(&mut took.pages, || play(&rulebook, &own, unfinished.path()))?;
            tried = timed(&mut took.canary, || {
                // A trial leaves no trace in breakers and quarantine.
                let all = canary(&rulebook.clone().with_overruns(Overruns::Fail));
                all.map_err(|problems| Unmade::Canary(Unmade::texts(|_| problems.join("\n"))))
            })?;
        }
        self.keep(rulebook.policy().generation, unfinished).map_err(failed)?;
        self.hold(rulebook.clone());
        Ok(Made { rulebook, pages: counts, tried, took })
    }

    /// One that is kept: at once where it is ready, else from its folder, compiled before.
    ///
    /// # Errors
    /// When there is none, or it cannot be used any more.
    pub(crate) fn find(&self, generation: Id) -> Result<Rulebook, Unmade> {
        let ready = self.ready().iter().find(|rulebook| rulebook.policy().generation == generation).cloned();
        if let Some(rulebook) = ready {
            self.hold(rulebook.clone());
            return Ok(rulebook);
        }
        let folder = self.folder.join(generation.to_string());
        let unknown = || Unmade::Unknown { generation: generation.to_string() };
        let about = self.about(generation).ok_or_else(unknown)?;
        let pack = policy::load(&upload::rules(&folder).join(about.pack))
            .map_err(|problems| Unmade::Pack(Unmade::texts(|lang| problems.text(lang))))?;
        let rulebook = self.rulebook(pack, &folder)?;
        if rulebook.policy().generation != generation {
            let found = rulebook.policy().generation;
            return Err(Unmade::Failed(format!("{} holds generation {found}: it was changed", folder.display())));
        }
        self.hold(rulebook.clone());
        Ok(rulebook)
    }

    /// The digest of the texts of one that is kept.
    pub(crate) fn texts(&self, generation: Id) -> Option<String> {
        Some(self.about(generation)?.texts)
    }

    /// Whether it can decide at once.
    pub(crate) fn is_ready(&self, generation: Id) -> bool {
        self.ready().iter().any(|rulebook| rulebook.policy().generation == generation)
    }

    /// Those that can decide at once, the latest last.
    pub(crate) fn all_ready(&self) -> Vec<Rulebook> {
        self.ready().clone()
    }

    fn about(&self, generation: Id) -> Option<About> {
        let about = fs::read(self.folder.join(generation.to_string()).join(ABOUT)).ok()?;
        serde_json::from_slice(&about).ok()
    }

    fn rulebook(&self, pack: policy::Pack, folder: &Path) -> Result<Rulebook, Unmade> {
        let shelf = Plugins::new(self.sandbox.clone(), vec![upload::plugins(folder)]);
        let rulebook = shelf.rulebook(pack, Overruns::Abstain).map_err(|problems| {
            let text = |lang: Lang| problems.iter().map(|problem| problem.text(lang)).collect::<Vec<_>>().join("\n");
            // Where it was put down for the trial is nobody's business.
            let within = format!("{}/", folder.display());
            Unmade::Plugins(Unmade::texts(|lang| text(lang).replace(&within, "")))
        })?;
        Ok(rulebook.with_forced_by_machine(self.forced_by_machine).with_shelf(Arc::clone(&self.shelf)))
    }

    /// Its folder gets its name; one that is kept already is the same.
    fn keep(&self, generation: Id, unfinished: tempfile::TempDir) -> std::io::Result<()> {
        let folder = self.folder.join(generation.to_string());
        if folder.exists() {
            return Ok(());
        }
        fs::rename(unfinished.keep(), &folder)?;
        fs::File::open(&self.folder)?.sync_all()
    }

    fn hold(&self, rulebook: Rulebook) {
        let mut ready = self.ready();
        ready.retain(|held| held.policy().generation != rulebook.policy().generation);
        ready.push(rulebook);
        let too_many = ready.len().saturating_sub(READY_MAX);
        ready.drain(..too_many);
    }

    fn ready(&self) -> std::sync::MutexGuard<'_, Vec<Rulebook>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fact that a generation decides from here on.
pub(crate) fn activated(
    rulebook: &Rulebook,
    withdraws: Option<Id>,
    by: Option<String>,
    reason: Option<String>,
) -> Event {
    let policy = rulebook.policy();
    let body = FactBody::GenerationActivated(GenerationActivated {
        generation: policy.generation.to_string(),
        pack: Some(policy.pack.clone()),
        withdraws: withdraws.map(|id| id.to_string()),
        by,
        reason,
    });
    Event::of(SOURCE, crate::chance::id(), format!("generation/{}", policy.generation), body)
}

/// Plays the pages of a pack; `within` is left out of what is said.
fn play(rulebook: &Rulebook, own: &Path, within: &Path) -> Result<Counts, Unmade> {
    let mut texts: BTreeMap<bool, String> = BTreeMap::new();
    let mut counts = Counts::default();
    for lang in [Lang::Zh, Lang::En] {
        let failed = |text: String| Unmade::Pages(Unmade::texts(|_| text.clone()));
        // A page tells what its rule does where the tenant lets it.
        let mut tester = Tester::new(&rulebook.clone().with_forced_by_machine(true), lang);
        let mut told = String::new();
        for page in pages(own, None, lang).map_err(failed)? {
            told.push_str(&tester.page(&page).map_err(failed)?);
        }
        counts = tester.counts();
        if counts.failed == 0 {
            return Ok(counts);
        }
        let within = format!("{}/", upload::rules(within).display());
        texts.insert(lang == Lang::En, told.replace(&within, "") + &tester.summary());
    }
    let mut text = |is_en: bool| texts.remove(&is_en).unwrap_or_default();
    if counts.failed == 0 { Ok(counts) } else { Err(Unmade::Pages([text(false), text(true)])) }
}

fn timed<T>(took: &mut Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    *took = began.elapsed();
    done
}
