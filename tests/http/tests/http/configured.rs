//! What a server is set up as: defaults, the file, mistakes in it, and the tokens on the command line.

use std::fs;

use plaint_scenarios::plugins;
use sandbox::KeyPair;
use serde_json::{Value, json};

use crate::{
    house::{Installation, run, text, three_times},
    server::{Ask, Server, verify_at},
};

#[test]
fn nothing_needs_to_be_configured() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let arguments = ["--data", text(&data), "--listen", "127.0.0.1:0"];
    let server = Server::start_with(&arguments).unwrap_or_else(|said| panic!("{said}"));
    server.ask("GET", "/readyz", Ask::default()).good(200);
    let (status, said) = server.stop();
    assert_eq!(status.code(), Some(0));
    let at = said.find("plaint_").expect("the first token");
    let token: String = said[at..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    assert!(said.contains("curl "), "{said}");
    let server = Server::start_with(&arguments).unwrap_or_else(|said| panic!("{said}"));
    let heard = server.post("/v1/events?wait=decided", &token, &three_times("k-1")).good(200);
    assert_eq!(heard["decisions"][0]["type"], "plaint.alert.raised");
    let (_, said) = server.stop();
    assert!(!said.contains("plaint_"), "a token is shown once: {said}");
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("host.toml");
    for (toml, place, zh, en) in [
        ("listen = \"x\"\ncolour = 1\n", "host.toml:2:1", "未知的键 `colour`", "unknown field `colour`"),
        ("[limits]\nrequest_bytes = \"x\"\n", "host.toml:2:17", "类型不符", "invalid type"),
        ("[tenant.Main]\n", "", "租户名 `Main`", "the tenant's name `Main`"),
        ("[tenant.main]\nrules = \"nowhere\"\n", "nowhere", "tenant.main", "tenant.main"),
        ("[tenant.main]\nconnectors = \"none.toml\"\n", "none.toml", "无法读取", "failed to read"),
        ("[limits.plugin]\ncpu_ms = 0\n", "host.toml:2:10", "值不可用", "invalid value"),
        ("listen = \"nowhere\"\n", "", "无法监听 nowhere", "failed to listen on nowhere"),
    ] {
        fs::write(&path, format!("{}{toml}", if toml.contains("listen") { "" } else { "\n" }.trim())).expect("a file");
        for (lang, expected) in [("zh", zh), ("en", en)] {
            let data = dir.path().join("data");
            let arguments = ["--config", text(&path), "--data", text(&data), "--lang", lang];
            let refused = Server::start_with(&arguments).err().expect("no server");
            assert!(refused.contains(expected) && refused.contains(place), "{expected}, {place}: {refused}");
        }
    }
    fs::write(&path, "[tenant.a]\n[tenant.b]\n").expect("a file");
    let refused = Server::start_with(&["--config", text(&path), "--rules", "x"]).err().expect("no server");
    assert!(refused.contains("one tenant"), "{refused}");
}

/// Only what a trusted key signed, as it signed it, is loaded.
#[test]
fn a_tenant_takes_plugins_of_the_keys_it_trusts() {
    let installation = Installation::new();
    let (folder, vendor) = (installation.dir().join("plugins"), KeyPair::generate().expect("a key"));
    let plugin = folder.join("transcript.wasm");
    let built = fs::read(plugins().join("transcript.wasm")).expect("a plugin");
    fs::create_dir(&folder).expect("a folder");
    fs::write(installation.dir().join("vendor.pub"), vendor.public().text()).expect("a file");
    let host = installation.dir().join("host.toml");
    let trusting = "listen = \"127.0.0.1:0\"\ndata = \"data\"\n[tenant.main]\nrules = \"pack\"\n\
        connectors = \"connectors.toml\"\nplugins = [\"plugins\"]\ntrusted_keys = [\"vendor.pub\"]\n";
    fs::write(&host, trusting).expect("a file");
    let refused = |bytes: &[u8], zh: &str, en: &str| {
        fs::write(&plugin, bytes).expect("a plugin");
        for (lang, expected) in [("zh", zh), ("en", en)] {
            let refused = Server::start_with(&["--config", text(&host), "--lang", lang]).err().expect("no server");
            assert!(refused.contains(expected), "{expected}: {refused}");
        }
    };
    refused(&built, "没有签名;只接受由", "it is not signed, and only components signed by");
    let stranger = sandbox::sign(&built, &KeyPair::generate().expect("a key")).expect("a signature");
    refused(&stranger, "而只接受由", "it is signed by");
    let signed = sandbox::sign(&built, &vendor).expect("a signature");
    let mut changed = signed.clone();
    *changed.last_mut().expect("a byte") ^= 1;
    refused(&changed, "签名之后被改动过", "it was changed since");
    fs::write(&plugin, &signed).expect("a plugin");
    let server = Server::start_with(&["--config", text(&host)]).unwrap_or_else(|said| panic!("{said}"));
    server.ask("GET", "/readyz", Ask::default()).good(200);
    assert_eq!(server.stop().0.code(), Some(0));
    fs::write(installation.dir().join("vendor.pub"), vendor.text()).expect("a file");
    let refused = Server::start_with(&["--config", text(&host)]).err().expect("no server");
    assert!(refused.contains("vendor.pub") && refused.contains("plaint-ed25519-public:"), "{refused}");
    assert!(!refused.contains(vendor.text().trim()), "{refused}");
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let create = |role: &str| {
        let (secret, said, code) =
            run(&["token", "create", "--data", text(&data), "--role", role, "--name", "desk of Li"]);
        assert_eq!(code, Some(0), "{said}");
        secret.trim().to_owned()
    };
    let (lead, source) = (create("lead"), create("source"));
    let server =
        Server::start_with(&["--data", text(&data), "--listen", "127.0.0.1:0"]).unwrap_or_else(|said| panic!("{said}"));
    server.get("/v1/alerts", &lead).good(200);
    let (listed, _, _) = run(&["token", "list", "--data", text(&data)]);
    let lines: Vec<Vec<&str>> = listed.lines().map(|line| line.split("  ").collect()).collect();
    assert_eq!(lines.iter().map(|line| (line[2], line[3])).collect::<Vec<_>>(), [("main", "lead"), ("main", "source")]);
    assert!(!listed.contains(&lead) && !listed.contains(&source));
    let revoke = ["token", "revoke", "--data", text(&data), lines[0][0]];
    assert_eq!(run(&revoke).2, Some(0));
    server.get("/v1/alerts", &lead).problem(401, "unknown-token");
    server.get("/v1/alerts", &source).problem(403, "wrong-role");
    let (_, said, code) = run(&revoke);
    assert!(code == Some(1) && said.contains("there is no token"), "{said}");
    let kept: Value = serde_json::from_slice(&fs::read(data.join("tokens.json")).expect("a file")).expect("JSON");
    assert_eq!(kept["tokens"][0]["name"], json!("desk of Li"));
}

#[test]
fn people_are_read_once_for_each_writing_of_their_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let (data, people) = (dir.path().join("data"), dir.path().join("people.csv"));
    fs::write(&people, "person,name,team,roles\np-1,王芳,t-1,lead\na-17,李雷,t-1,agent\n").expect("a file");
    let arguments = ["--data", text(&data), "--listen", "127.0.0.1:0", "--directory", text(&people)];
    for appended in [2, 0] {
        let server = Server::start_with(&arguments).unwrap_or_else(|said| panic!("{said}"));
        server.ask("GET", "/readyz", Ask::default()).good(200);
        let (_, said) = server.stop();
        let told = "\"message\":\"people were read\"";
        let line = said.lines().find(|line| line.contains(told)).expect("a line of the log");
        assert!(line.contains(&format!("\"rows\":2,\"new\":{}", appended)), "{line}");
        assert!(!said.contains("王芳"), "{said}");
    }
    verify_at(&data.join("tenants/main"));
    fs::write(&people, "person,nick\np-1,x\n").expect("a file");
    let refused = Server::start_with(&arguments).err().expect("no server");
    assert!(refused.contains("people.csv:1") && refused.contains("unknown column `nick`"), "{refused}");
}
