//! The crowd: real conversations of others that go through the same server while the story is told.

use std::{
    env,
    fs::File,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use flate2::bufread::MultiGzDecoder;
use serde_json::Value;

use crate::client::Client;

/// A connector, and the set it reads.
const SETS: &[(&str, &str)] =
    &[("star", "star_conversations/dialogues.jsonl.gz"), ("crosswoz", "zh_crosswoz_dialogues/dialogues.jsonl.gz")];

/// What went through.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Passed {
    pub(crate) conversations: u64,
    pub(crate) turns: u64,
    /// Messages the server did not take.
    pub(crate) refused: u64,
}

/// See the module.
pub(crate) struct Crowd {
    folder: PathBuf,
    over: Arc<AtomicBool>,
    speakers: Vec<JoinHandle<Passed>>,
}

impl Crowd {
    /// Lets the conversations begin, as many as there are time for.
    pub(crate) fn begin(root: &Path, client: &Client) -> Self {
        let folder = env::var_os("PLAINT_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
        let over = Arc::new(AtomicBool::new(false));
        let there = SETS.iter().map(|(connector, file)| (*connector, folder.join(file)));
        let there = there.filter(|(_, file)| file.is_file());
        let speakers = there.map(|(connector, file)| {
            let (client, over) = (client.clone(), Arc::clone(&over));
            thread::spawn(move || speak(&client, connector, &file, &over))
        });
        let speakers = speakers.collect();
        Crowd { folder, over, speakers }
    }

    /// Lets what is being said be finished; nothing where the sets are not at hand.
    pub(crate) fn end(self) -> Result<Passed, PathBuf> {
        self.over.store(true, Ordering::SeqCst);
        if self.speakers.is_empty() {
            return Err(self.folder);
        }
        let passed = self.speakers.into_iter().filter_map(|speaker| speaker.join().ok());
        Ok(passed.fold(Passed::default(), |all, one| Passed {
            conversations: all.conversations + one.conversations,
            turns: all.turns + one.turns,
            refused: all.refused + one.refused,
        }))
    }
}

/// Sends one conversation after the other; each is answered before the next one begins.
fn speak(client: &Client, connector: &str, file: &Path, over: &AtomicBool) -> Passed {
    let mut passed = Passed::default();
    let Ok(file) = File::open(file) else { return passed };
    for line in BufReader::new(MultiGzDecoder::new(BufReader::new(file))).lines().map_while(Result::ok) {
        if over.load(Ordering::SeqCst) {
            break;
        }
        if client.message(connector, &line).is_err() {
            passed.refused += 1;
            continue;
        }
        let dialogue: Value = serde_json::from_str(&line).unwrap_or_default();
        passed.conversations += 1;
        passed.turns += dialogue["turns"].as_array().map_or(0, |turns| turns.len() as u64);
    }
    passed
}
