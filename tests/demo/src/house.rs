//! The house: a server of its own for the demo, on a free port, with its data in a folder that goes when it goes.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::{client::Client, failure::Failure, story::Lang, tell::zone};

/// How many times as fast as the wall's the server's clock runs: thirty seconds of a ladder pass in one and a half.
pub(crate) const TIME_LAPSE: u32 = 20;
/// Whatever time it is now, the programme phones in the morning, and the customer early on the next.
const CALLED_AT: i8 = 10;
const HOURS: i8 = 24;
const NEXT_DAY_AFTER: u32 = 23;
/// The tenant that hears the story.
pub(crate) const MAIN: &str = "main";
/// The tenant that reads the recording of the call as it was.
pub(crate) const THEN: &str = "then";
/// What deliveries are signed with, in this house that is gone tomorrow.
pub(crate) const SIGNING: &str = "only-for-this-demo";
/// The server's configuration, in the house's folder.
const CONFIG: &str = "host.toml";
/// Longest wait for the server: plugins may have to be compiled first.
const UP_MAX: Duration = Duration::from_secs(120);

/// On which day a server is started.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// The day of the call, from ten in the morning.
    First,
    /// The one after it, from nine.
    Next,
}

/// What a server is started with.
pub(crate) struct House {
    plaint: PathBuf,
    lang: Lang,
    root: PathBuf,
    folder: TempDir,
    /// How many hours after now the day of the call begins.
    begins_in: u32,
}

/// A server at work; one that is dropped is told to stop and waited for.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) address: String,
    child: Child,
}

impl House {
    /// Writes what the server needs. `plaint` is the program, `root` the repository, `exchange` where to deliver.
    pub(crate) fn build(plaint: PathBuf, root: &Path, exchange: &str, lang: Lang) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("plaint-demo-").tempdir();
        let folder = folder.map_err(Failure::file(std::env::temp_dir()))?;
        let hour = Timestamp::now().to_zoned(zone()).hour();
        let begins_in = u32::try_from((CALLED_AT + HOURS - hour) % HOURS).unwrap_or(0);
        let house = House { plaint, lang, root: root.to_owned(), folder, begins_in };
        house.write("signing", SIGNING)?;
        house.write("connectors.toml", &connectors(exchange))?;
        Ok(house)
    }

    /// Where log, state and tokens stand.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the server.
    pub(crate) fn open(&self, day: Day) -> Result<Server, Failure> {
        let ahead_hours = match day {
            Day::First => self.begins_in,
            Day::Next => self.begins_in + NEXT_DAY_AFTER,
        };
        self.write(CONFIG, &host(&self.root, ahead_hours))?;
        let mut command = Command::new(&self.plaint);
        command
            .args(["--lang", self.lang.word(), "serve", "--log", "error", "--config"])
            .arg(self.folder.path().join(CONFIG));
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::Start(self.plaint.display().to_string(), error))?;
        let stdout = child.stdout.take();
        let mut server = Server { address: String::new(), child };
        server.address = listening(stdout.ok_or_else(|| Failure::Server("has no output".to_owned()))?)?;
        Ok(server)
    }

    /// Makes a token, as whoever runs plaint would.
    pub(crate) fn token(&self, tenant: &str, role: &str, person: Option<&str>) -> Result<String, Failure> {
        let mut command = Command::new(&self.plaint);
        command.args(["token", "create", "--tenant", tenant, "--role", role, "--data"]).arg(self.data());
        if let Some(person) = person {
            command.args(["--person", person]);
        }
        let made = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let made = made.map_err(|error| Failure::Start("plaint token".to_owned(), error))?;
        let token = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        if made.status.success() && !token.is_empty() {
            Ok(token)
        } else {
            Err(Failure::other("a token", format!("`plaint token create` ended with {}", made.status)))
        }
    }

    /// Rebuilds the story's tenant from its log alone and compares; its server must have stopped.
    pub(crate) fn verify(&self) -> Result<(), Failure> {
        let mut command = Command::new(&self.plaint);
        command.args(["--lang", self.lang.word(), "verify", "--data"]).arg(self.data().join("tenants").join(MAIN));
        let verified = command.stdin(Stdio::null()).output();
        let verified = verified.map_err(|error| Failure::Start("plaint verify".to_owned(), error))?;
        let said = String::from_utf8_lossy(&verified.stderr);
        if verified.status.success() { Ok(()) } else { Err(Failure::other("the same state again", said)) }
    }

    /// Somebody with a token of their own.
    pub(crate) fn client(
        &self,
        server: &Server,
        (tenant, role): (&str, &str),
        person: Option<&str>,
    ) -> Result<Client, Failure> {
        Ok(Client::new(&server.address, &self.token(tenant, role, person)?))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.folder.path().join(name);
        fs::write(&path, text).map_err(Failure::file(&path))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let is_up = self.child.try_wait().is_ok_and(|ended| ended.is_none());
        if is_up && kill_process(Pid::from_child(&self.child), Signal::TERM).is_err() {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// The address a server prints once it is up.
fn listening(stdout: ChildStdout) -> Result<String, Failure> {
    let (told, heard) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            drop(told.send(line));
        }
    });
    let line = heard.recv_timeout(UP_MAX).map_err(|error| {
        Failure::Server(match error {
            RecvTimeoutError::Timeout => format!("did not listen within {UP_MAX:?}"),
            RecvTimeoutError::Disconnected => "ended before it listened".to_owned(),
        })
    })?;
    let said: Value = serde_json::from_str(&line).unwrap_or_default();
    said["listening"].as_str().map(str::to_owned).ok_or_else(|| Failure::Server(format!("said `{line}`")))
}

/// Paths in TOML stand in single quotes: nothing in them is special.
fn host(root: &Path, ahead_hours: u32) -> String {
    let root = root.display();
    let pack = format!("rules = '{root}/rules/appliance'\nplugins = ['{root}/target/plugins']");
    format!(
        "listen = '127.0.0.1:0'\ndata = 'data'\n\n\
         [demo]\ntime_lapse = {TIME_LAPSE}\nahead_hours = {ahead_hours}\n\n\
         [tenant.{MAIN}]\n{pack}\nconnectors = 'connectors.toml'\nforced_changes = 'machine'\n\
         directory = ['{root}/rules/appliance/people.csv', '{root}/rules/appliance/duty.csv']\n\n\
         [tenant.{THEN}]\n{pack}\n"
    )
}

fn connectors(exchange: &str) -> String {
    format!(
        "[[connector]]\nid = 'hotline'\nplugin = 'webhook'\nsettings = {{ url = '{exchange}', secret = 'signing' }}\n\
         secrets = {{ signing = 'file:signing' }}\ngrants = {{ fetch = ['{exchange}'], private = ['127.0.0.1'] }}\n\n\
         [[connector]]\nid = 'star'\nplugin = 'transcript'\nsettings = {{ backfill = true }}\n\n\
         [[connector]]\nid = 'crosswoz'\nplugin = 'transcript'\nsettings = {{ backfill = true }}\n"
    )
}
