//! Tokens: who may use which tenant's doors, and in which role. A token is kept as a digest and shown once.
//!
//! The file is read again whenever it changes, so that a revoked token is void at once.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Random bytes in a token.
const SECRET_BYTES: usize = 32;
/// What every token begins with: a scanner for leaked secrets recognises it.
const PREFIX: &str = "plaint_";

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// Has conversations with customers.
    Agent,
    /// Leads a team of agents.
    Lead,
    /// Solves cases.
    Owner,
    /// Runs a department.
    Manager,
    /// Runs plaint itself.
    Operator,
    /// A machine that tells of events.
    Source,
}

impl Role {
    /// The word on the command line, in the file and in problems.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Lead => "lead",
            Role::Owner => "owner",
            Role::Manager => "manager",
            Role::Operator => "operator",
            Role::Source => "source",
        }
    }
}

/// One token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    /// By which it is listed and revoked.
    pub(crate) id: String,
    /// SHA-256 of the token, in hexadecimal digits.
    digest: String,
    /// The tenant it opens.
    pub(crate) tenant: String,
    /// What for.
    pub(crate) role: Role,
    /// Who acts with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// When it was made, RFC 3339.
    pub(crate) created: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    tokens: Vec<Token>,
}

/// The tokens of a data folder.
pub(crate) struct Tokens {
    path: PathBuf,
    read: Mutex<(Option<Stamp>, BTreeMap<String, Token>)>,
}

/// By which a changed file is recognised.
type Stamp = (SystemTime, u64);

/// What a new token is for.
pub(crate) struct Wanted<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) role: Role,
    pub(crate) person: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
}

impl Tokens {
    /// Those of this data folder.
    pub(crate) fn of(data: &Path) -> Self {
        Tokens { path: data.join("tokens.json"), read: Mutex::default() }
    }

    /// The token that is shown as `secret`.
    pub(crate) fn find(&self, secret: &str) -> io::Result<Option<Token>> {
        let stamp = match fs::metadata(&self.path) {
            Ok(file) => Some((file.modified()?, file.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0 != stamp || stamp.is_none() {
            let tokens = self.list()?.into_iter().map(|token| (token.digest.clone(), token));
            *read = (stamp, tokens.collect());
        }
        Ok(read.1.get(&digest(secret)).cloned())
    }

    /// All of them, oldest first.
    pub(crate) fn list(&self) -> io::Result<Vec<Token>> {
        match fs::read(&self.path) {
            Ok(bytes) => {
                let kept: Kept = serde_json::from_slice(&bytes).map_err(|error| {
                    let at = format!("{}:{}:{}", self.path.display(), error.line(), error.column());
                    io::Error::new(io::ErrorKind::InvalidData, format!("{at}: it is no list of tokens"))
                })?;
                Ok(kept.tokens)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Makes one; gives what is shown once.
    pub(crate) fn create(&self, wanted: &Wanted<'_>) -> io::Result<String> {
        let mut bytes = [0; SECRET_BYTES + 4];
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        let (secret, id) = bytes.split_at(SECRET_BYTES);
        let secret = format!("{PREFIX}{}", hex(secret));
        let token = Token {
            id: hex(id),
            digest: digest(&secret),
            tenant: wanted.tenant.to_owned(),
            role: wanted.role,
            person: wanted.person.map(str::to_owned),
            name: wanted.name.map(str::to_owned),
            created: jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
        };
        self.change(|tokens| tokens.push(token))?;
        Ok(secret)
    }

    /// Makes one void; says whether there was one.
    pub(crate) fn revoke(&self, id: &str) -> io::Result<bool> {
        let mut found = false;
        self.change(|tokens| {
            let before = tokens.len();
            tokens.retain(|token| token.id != id);
            found = tokens.len() < before;
        })?;
        Ok(found)
    }

    /// Changes the file as a whole, one writer at a time.
    fn change(&self, change: impl FnOnce(&mut Vec<Token>)) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join("tokens.lock"))?;
        lock.lock()?;
        let mut tokens = self.list()?;
        change(&mut tokens);
        // A temporary file is its owner's alone.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, &Kept { tokens })?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        lock.unlock()
    }
}

fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, Role, Tokens, Wanted};

    #[test]
    fn a_token_is_found_by_its_secret_until_it_is_revoked() {
        let dir = tempfile::tempdir().unwrap();
        let (tokens, other) = (Tokens::of(dir.path()), Tokens::of(dir.path()));
        let wanted = Wanted { tenant: "main", role: Role::Lead, person: Some("p-1"), name: None };
        let secret = tokens.create(&wanted).unwrap();
        let file = std::fs::read_to_string(dir.path().join("tokens.json")).unwrap();
        assert!(secret.starts_with(PREFIX) && !file.contains(&secret));
        let found = other.find(&secret).unwrap().unwrap();
        assert_eq!((found.role, found.person.as_deref(), found.tenant.as_str()), (Role::Lead, Some("p-1"), "main"));
        assert_eq!(other.find("plaint_00").unwrap(), None);
        assert!(tokens.revoke(&found.id).unwrap() && !tokens.revoke(&found.id).unwrap());
        assert_eq!(other.find(&secret).unwrap(), None);
    }
}
