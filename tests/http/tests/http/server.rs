//! A server at work, and a client that asks it.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    time::Duration,
};

use serde_json::Value;
use ureq::{
    Agent,
    http::{HeaderMap, Request},
};

use crate::house::{Installation, command, text};

/// An answer that takes longer is none.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(60);

/// `plaint serve`; it is killed when nobody needs it any more.
pub(crate) struct Server {
    child: Child,
    address: String,
    agent: Agent,
    /// Kept open, or the program would write into a broken pipe; read when it has ended.
    stderr: Option<std::thread::JoinHandle<String>>,
}

/// What a door answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// A request.
#[derive(Clone, Copy, Default)]
pub(crate) struct Ask<'a> {
    pub(crate) token: Option<&'a str>,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<&'a [u8]>,
}

impl Server {
    /// Starts it with these arguments and waits until it listens.
    pub(crate) fn start_with(arguments: &[&str]) -> Result<Self, String> {
        let mut command = command(["serve"].iter().chain(arguments));
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("plaint starts");
        let stderr: ChildStderr = child.stderr.take().expect("a pipe");
        let stderr = std::thread::spawn(move || {
            let mut said = String::new();
            let _ = BufReader::new(stderr).read_to_string(&mut said);
            said
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let listening: Option<Value> = serde_json::from_str(&line).ok();
        let Some(address) = listening.and_then(|line| line["listening"].as_str().map(str::to_owned)) else {
            child.wait().expect("an end");
            return Err(stderr.join().expect("what it said"));
        };
        let config = Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true);
        let agent = config.timeout_global(Some(ANSWER_TIME_MAX)).build().new_agent();
        Ok(Server { child, address, agent, stderr: Some(stderr) })
    }

    /// Starts the server of an installation.
    pub(crate) fn start(installation: &Installation) -> Self {
        let config = installation.dir().join("host.toml");
        Server::start_with(&["--config", text(&config)]).unwrap_or_else(|said| panic!("{said}"))
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks; `None` when there is no answer.
    pub(crate) fn try_ask(&self, method: &str, path: &str, ask: Ask<'_>) -> Option<Answer> {
        let mut answer = self.open(method, path, ask)?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.body_mut().read_to_string().ok()?;
        Some(Answer { status, headers, text })
    }

    /// Asks; there must be an answer.
    pub(crate) fn ask(&self, method: &str, path: &str, ask: Ask<'_>) -> Answer {
        self.try_ask(method, path, ask).unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }

    /// Reads from a door.
    pub(crate) fn get(&self, path: &str, token: &str) -> Answer {
        self.ask("GET", path, Ask { token: Some(token), ..Ask::default() })
    }

    /// Sends JSON.
    pub(crate) fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.try_post(path, token, body).unwrap_or_else(|| panic!("no answer to POST {path}"))
    }

    /// Sends JSON; `None` when there is no answer.
    pub(crate) fn try_post(&self, path: &str, token: &str, body: &Value) -> Option<Answer> {
        let body = body.to_string();
        let headers = &[("content-type", "application/json")];
        self.try_ask("POST", path, Ask { token: Some(token), headers, body: Some(body.as_bytes()) })
    }

    /// An answer that is read piece by piece.
    pub(crate) fn open(&self, method: &str, path: &str, ask: Ask<'_>) -> Option<ureq::http::Response<ureq::Body>> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        if let Some(token) = ask.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in ask.headers {
            request = request.header(*name, *value);
        }
        match ask.body {
            Some(body) => self.agent.run(request.body(body).expect("a request")).ok(),
            None => self.agent.run(request.body(()).expect("a request")).ok(),
        }
    }

    /// Memory it holds, where the system tells.
    pub(crate) fn resident_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        resident.and_then(|kib| kib.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) / 1_024
    }

    /// Tells it to end; gives how it ended and what it said on standard error.
    pub(crate) fn stop(self) -> (ExitStatus, String) {
        self.signal("TERM");
        self.ended()
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("an end");
        (status, self.stderr.take().expect("not read yet").join().expect("what it said"))
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("kill starts").success());
    }

    /// kill -9.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a kill");
        self.child.wait().expect("an end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// Its body.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Its body, when it went as expected.
    pub(crate) fn good(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    /// The word of a problem, when it is one in the right dress.
    pub(crate) fn problem(&self, status: u16, word: &str) -> Value {
        let problem = self.good(status);
        assert_eq!(problem["type"], format!("urn:plaint:problem:{word}"), "{self:?}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(problem["status"], status);
        assert!(["title", "detail"].iter().all(|field| problem[field].as_str().is_some_and(|said| !said.is_empty())));
        problem
    }
}

/// The state a tenant keeps, against its log.
pub(crate) fn verify(installation: &Installation, tenant: &str) {
    verify_at(&installation.dir().join("data/tenants").join(tenant));
}

/// The same for any tenant's folder.
pub(crate) fn verify_at(folder: &Path) {
    let (out, error, code) = crate::house::run(&["verify", "--data", text(folder)]);
    assert_eq!(code, Some(0), "{out}{error}");
}
