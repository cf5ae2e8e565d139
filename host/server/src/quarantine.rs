//! Quarantine: messages that no connector could make sense of, kept whole with the reason until somebody looks.
//!
//! A message holds what a customer said, so its file is its owner's alone and a list shows none of it.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use sandbox::Message;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::tokens::hex;

/// Messages kept for a tenant: a broken source fills no disk. Further ones are refused and not kept.
const KEPT_MAX: usize = 10_000;
/// Headers that hold secrets of the sender.
const SECRET_HEADERS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// The quarantine of one tenant.
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
        // A temporary file is its owner's alone.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer_pretty(&mut file, &kept)?;
        file.write_all(b"\n")?;
        file.persist(&path)?;
        Ok(Some(id))
    }

    /// Up to `limit` of them behind the id `after`, by id; files that are no such message are passed over.
    pub(crate) fn list(&self, after: &str, limit: usize) -> io::Result<Vec<(String, Quarantined)>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut ids: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned())).collect();
        ids.retain(|id| id.as_str() > after);
        ids.sort();
        let read = |id: String| {
            let bytes = fs::read(self.folder.join(format!("{id}.json"))).ok()?;
            Some((id, serde_json::from_slice(&bytes).ok()?))
        };
        Ok(ids.into_iter().filter_map(read).take(limit).collect())
    }
}
