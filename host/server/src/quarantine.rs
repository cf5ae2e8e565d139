//! Quarantine: messages that no connector could make sense of, and questions at which a plugin broke, kept whole with
//! the reason until somebody looks.
//!
//! Both hold what a customer said, so their files are their owner's alone and a list shows none of it. A question
//! stands as a fixture of its plugin, in a folder of its plugin's: `plaint plugin test` asks it again.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use road::{Poison, Shelf};
use sandbox::Message;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{counted, tokens::hex};

/// Messages kept for a tenant: a broken source fills no disk. Further ones are refused and not kept.
const KEPT_MAX: usize = 10_000;
/// Questions kept of one plugin: whoever repairs it needs no more.
const QUESTIONS_MAX: usize = 100;
/// What is to be known of a question, beside it.
const ABOUT: &str = ".about.json";
/// Headers that hold secrets of the sender.
const SECRET_HEADERS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// The quarantine of one tenant.
#[derive(Clone)]
pub(crate) struct Quarantine {
    folder: PathBuf,
}

/// A message that is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quarantined {
    pub(crate) connector: String,
    /// When it came last, RFC 3339.
    pub(crate) time: String,
    /// Where in the message.
    pub(crate) at: String,
    /// What was expected there.
    pub(crate) expected: String,
    headers: Vec<(String, String)>,
    /// The body, where it is UTF-8.
    body: Option<String>,
    /// The body in hexadecimal digits, where it is not.
    body_hex: Option<String>,
}

/// A question that is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// The generation, whose folder has the plugin.
    pub(crate) generation: String,
    /// `rule`, `analyzer` or `route`.
    pub(crate) by: String,
    /// The rule, the plugin of the analyzer, or the row.
    pub(crate) of: String,
    pub(crate) plugin: String,
    /// When, RFC 3339.
    pub(crate) time: String,
    /// The word of what kept it from answering.
    pub(crate) cause: String,
    /// The same for a person.
    pub(crate) reason: String,
}

/// Why a message is here.
pub(crate) struct Reason<'a> {
    pub(crate) connector: &'a str,
    pub(crate) at: &'a str,
    pub(crate) expected: &'a str,
}

impl Quarantine {
    /// That of a tenant's folder.
    pub(crate) fn of(tenant: &Path) -> Self {
        Quarantine { folder: tenant.join("quarantine") }
    }

    /// Keeps a message; gives its id, or nothing when there is no room.
    pub(crate) fn keep(&self, message: &Message, reason: &Reason<'_>) -> io::Result<Option<String>> {
        let mut hash = Sha256::new();
        hash.update(reason.connector.as_bytes());
        hash.update([0]);
        hash.update(&message.body);
        let id = hex(&hash.finalize());
        let path = self.folder.join(format!("{id}.json"));
        fs::create_dir_all(&self.folder)?;
        if !path.exists() && fs::read_dir(&self.folder)?.count() >= KEPT_MAX {
            return Ok(None);
        }
        let body = String::from_utf8(message.body.clone());
        let body_hex = body.as_ref().err().map(|error| hex(error.as_bytes()));
        let headers = message.headers.iter().filter(|(name, _)| !SECRET_HEADERS.contains(&name.as_str()));
        let kept = Quarantined {
            connector: reason.connector.to_owned(),
            time: jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
            at: reason.at.to_owned(),
            expected: reason.expected.to_owned(),
            headers: headers.cloned().collect(),
            body: body.ok(),
            body_hex,
        };
        write_private(&self.folder, &format!("{id}.json"), &serde_json::to_vec_pretty(&kept)?)?;
        Ok(Some(id))
    }

    /// Where a rulebook puts the questions that break its plugins.
    pub(crate) fn shelf(&self, tenant: String) -> Shelf {
        let quarantine = self.clone();
        Arc::new(move |poison| {
            metrics::counter!(counted::QUESTIONS, "tenant" => tenant.clone()).increment(1);
            let (plugin, by, of, cause) = (&poison.plugin, poison.by.word(), &poison.id, poison.why.cause.word());
            tracing::warn!(tenant, plugin, by, of, cause, "a question is in quarantine");
            if let Err(error) = quarantine.keep_question(poison) {
                tracing::error!(tenant, problem = error.to_string(), "a question could not be quarantined");
            }
        })
    }

    /// Keeps a question as `<id>.in.json`, with what is to be known of it beside.
    fn keep_question(&self, poison: &Poison) -> io::Result<()> {
        let folder = self.questions_folder().join(&poison.plugin);
        fs::create_dir_all(&folder)?;
        if fs::read_dir(&folder)?.count() >= 2 * QUESTIONS_MAX {
            return Ok(());
        }
        let id = hex(&Sha256::digest(&poison.input)[..16]);
        let question = Question {
            generation: poison.generation.to_string(),
            by: poison.by.word().to_owned(),
            of: poison.id.clone(),
            plugin: poison.plugin.clone(),
            time: jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
            cause: poison.why.cause.word().to_owned(),
            reason: poison.why.reason.clone(),
        };
        write_private(&folder, &format!("{id}.in.json"), poison.input.as_bytes())?;
        write_private(&folder, &format!("{id}{ABOUT}"), &serde_json::to_vec_pretty(&question)?)
    }

    /// Up to `limit` questions behind the id `after`, by id.
    pub(crate) fn questions(&self, after: &str, limit: usize) -> io::Result<Vec<(String, Question)>> {
        let mut files = Vec::new();
        for plugin in entries(&self.questions_folder())? {
            files.extend(entries(&plugin)?);
        }
        let id = |path: &PathBuf| Some(path.file_name()?.to_str()?.strip_suffix(ABOUT)?.to_owned());
        let mut ids: Vec<(String, PathBuf)> = files
            .into_iter()
            .filter_map(|path| Some((id(&path)?, path)))
            .filter(|(id, _)| id.as_str() > after)
            .collect();
        ids.sort();
        let read = |(id, path): (String, PathBuf)| Some((id, serde_json::from_slice(&fs::read(path).ok()?).ok()?));
        Ok(ids.into_iter().filter_map(read).take(limit).collect())
    }

    fn questions_folder(&self) -> PathBuf {
        self.folder.join("questions")
    }

    /// Up to `limit` of them behind the id `after`, by id; files that are no such message are passed over.
    pub(crate) fn list(&self, after: &str, limit: usize) -> io::Result<Vec<(String, Quarantined)>> {
        let names = entries(&self.folder)?.into_iter();
        let id = |path: PathBuf| Some(path.file_name()?.to_str()?.strip_suffix(".json")?.to_owned());
        let mut ids: Vec<String> = names.filter_map(id).collect();
        ids.retain(|id| id.as_str() > after);
        ids.sort();
        let read = |id: String| {
            let bytes = fs::read(self.folder.join(format!("{id}.json"))).ok()?;
            Some((id, serde_json::from_slice(&bytes).ok()?))
        };
        Ok(ids.into_iter().filter_map(read).take(limit).collect())
    }
}

/// Writes a file whole or not at all; a temporary file is its owner's alone.
fn write_private(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.write_all(b"\n")?;
    file.persist(folder.join(name))?;
    Ok(())
}

/// What a folder holds; one that is not there holds nothing.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
