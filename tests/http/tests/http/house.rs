//! The binary and the plugins, built when first asked for, and an installation with two tenants to serve.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use plaint_scenarios::{plaint, plugins};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What an agent says again and again.
pub(crate) const SCRIPT: &str = "我这边会帮您反馈,请您耐心等待";
/// Bytes of a request in these tests.
pub(crate) const REQUEST_BYTES: usize = 200_000;

/// The pack of tenant `main`.
const PACK: &str = r#"
name = "desk"

[casework]
last_resort = "person:p-1"

[[alert]]
id       = "agent-repeats-script"
on       = "turn"
when     = "contact.agent_repeats >= 3"
clear    = "contact.closed"
severity = "critical"
say      = { zh = "坐席重复话术", en = "agent has said one script {contact.agent_repeats} times" }
then     = [{ hint = "own-words" }, { notify = "lead-of:agent" }]

[[department]]
id = "service"
zh = "服务部"
en = "Service"

[[role]]
id = "service-desk"
department = "service"
zh = "服务台"
en = "service desk"

[[category]]
id = "repair/not-fixed"
zh = "维修后未修复"
en = "repaired, still broken"
words = ["不制冷"]
severity = "warning"

[[route]]
id = "all"
department = "service"
role = "service-desk"
due = "24h"
"#;

/// `plaint` with these arguments, in English unless they say otherwise.
pub(crate) fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(plaint());
    command.env_clear().env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env("TZ", "UTC").args(arguments);
    command
}

/// What a run of `plaint` said, and its exit code.
pub(crate) fn run(arguments: &[&str]) -> (String, String, Option<i32>) {
    let done = command(arguments).stdin(Stdio::null()).output().expect("plaint ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(done.stdout), text(done.stderr), done.status.code())
}

/// A configuration on the disk, and tokens for it.
pub(crate) struct Installation {
    dir: TempDir,
    tokens: BTreeMap<&'static str, String>,
}

/// A name for each token, its tenant and its role.
const TOKENS: [(&str, &str, &str); 7] = [
    ("operator", "main", "operator"),
    ("source", "main", "source"),
    ("agent", "main", "agent"),
    ("lead", "main", "lead"),
    ("owner", "main", "owner"),
    ("manager", "main", "manager"),
    ("other", "other", "operator"),
];

impl Installation {
    /// Two tenants, `main` with a connector and `other`, and a token for each role.
    pub(crate) fn new() -> Self {
        let mut tokens = BTreeMap::new();
        let dir = tempfile::tempdir().expect("a folder");
        let plugins = fs::canonicalize(plugins()).expect("plugins");
        let plugins = plugins.display();
        let host = format!(
            "listen = \"127.0.0.1:0\"\ndata = \"data\"\n[limits]\nrequest_bytes = {REQUEST_BYTES}\nlag_events = 5\n\
             [tenant.main]\nrules = \"pack\"\nconnectors = \"connectors.toml\"\nplugins = [\"{plugins}\"]\n[tenant.other]\n"
        );
        let connectors =
            "[[connector]]\nid = \"hotline\"\nplugin = \"transcript\"\nsettings = { channel = \"phone\" }\n";
        fs::create_dir(dir.path().join("pack")).expect("a folder");
        fs::write(dir.path().join("pack/pack.toml"), PACK).expect("a file");
        fs::write(dir.path().join("host.toml"), host).expect("a file");
        fs::write(dir.path().join("connectors.toml"), connectors).expect("a file");
        let data = dir.path().join("data");
        for (name, tenant, role) in TOKENS {
            let create = ["token", "create", "--data", text(&data), "--tenant", tenant, "--role", role];
            let (secret, error, code) = run(&[&create[..], &["--person", &format!("p-{name}")]].concat());
            assert_eq!(code, Some(0), "{error}");
            tokens.insert(name, secret.trim().to_owned());
        }
        Installation { dir, tokens }
    }

    /// Its folder.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The token of this name.
    pub(crate) fn token(&self, name: &str) -> &str {
        &self.tokens[name]
    }
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// An event without a time of its own.
pub(crate) fn event(id: &str, kind: &str, subject: &str, data: Value) -> Value {
    json!({"specversion": "1.0", "id": id, "source": "chat", "type": kind, "subject": subject, "data": data})
}

/// An agent says something.
pub(crate) fn turn(id: &str, contact: &str, said: &str) -> Value {
    event(id, "plaint.turn.said", &format!("contact/{contact}"), json!({"speaker": "agent", "text": said}))
}

/// An agent `a-17` says one script three times: that raises an alert.
pub(crate) fn three_times(contact: &str) -> Value {
    let opened = event(
        &format!("{contact}-open"),
        "plaint.contact.opened",
        &format!("contact/{contact}"),
        json!({"channel": "chat", "agent": "a-17"}),
    );
    let said = (0..3).map(|n| turn(&format!("{contact}-{n}"), contact, SCRIPT));
    std::iter::once(opened).chain(said).collect()
}
