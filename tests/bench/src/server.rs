//! The server that is measured: a process of its own on a folder of its own.

use std::{
    env,
    error::Error,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::root;

/// See the module.
pub struct Server {
    /// Where it listens.
    pub address: String,
    /// What opens its doors.
    pub token: String,
    /// From the start of the process until it answers.
    pub started: Duration,
    child: Child,
    /// Kept open, or the program would write into a broken pipe.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it on the data in this folder, with a token of this role.
    pub fn start(data: &Path, role: &str) -> Result<Self, Box<dyn Error>> {
        let root = root();
        let token = token(data, role)?;
        let mut command = Command::new(plaint()?);
        command.args(["serve", "--listen", "127.0.0.1:0", "--log", "error", "--data"]).arg(data);
        command.arg("--rules").arg(root.join("rules/appliance")).arg("--plugins").arg(root.join("target/plugins"));
        let began = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("the server has no output")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).map_err(|_| format!("the server did not listen: {line}"))?;
        let address = said["listening"].as_str().ok_or("the server told no address")?.to_owned();
        let url = format!("http://{address}/readyz");
        ureq::get(&url).call()?;
        Ok(Server { address, token, started: began.elapsed(), child, _stdout: stdout })
    }

    /// What it keeps in memory, and the most it has.
    pub fn memory(&self) -> Result<String, Box<dyn Error>> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let mb = |name| kib(name).map_or(0, |kib| kib * 1024 / 1_000_000);
        Ok(format!("{} MB ({} MB)", mb("VmRSS:"), mb("VmHWM:")))
    }

    /// Stops it and waits for the end.
    pub fn stop(&mut self) -> Result<(), Box<dyn Error>> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

fn token(data: &Path, role: &str) -> Result<String, Box<dyn Error>> {
    let mut command = Command::new(plaint()?);
    let made = command.args(["token", "create", "--role", role, "--data"]).arg(data).output()?;
    let token = String::from_utf8(made.stdout)?.trim().to_owned();
    if token.is_empty() { Err(String::from_utf8_lossy(&made.stderr).into_owned().into()) } else { Ok(token) }
}

/// The program that was built beside this one.
fn plaint() -> Result<PathBuf, Box<dyn Error>> {
    let plaint = env::current_exe()?.with_file_name(format!("plaint{}", env::consts::EXE_SUFFIX));
    let missing = || format!("{} is not there: build plaint-server in the same profile", plaint.display());
    if plaint.is_file() { Ok(plaint) } else { Err(missing().into()) }
}
