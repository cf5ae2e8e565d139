//! A plugin that dies at work: the question is kept for whoever repairs it, and listed without a word of it.

use std::fs;

use plaint_hostile::{ANALYZER, Guest};
use serde_json::{Value, json};

use crate::{
    house::{Installation, event, run, text},
    server::Server,
};

const SECRET: &str = "不要告诉别人";
const PACK: &str = r#"
name = "dying"
[[analyzer]]
plugin = "reader"
[[alert]]
id = "silent"
on = "turn"
when = "contact.agent_repeats >= 99"
severity = "info"
say = { zh = "无", en = "nothing" }
"#;

#[test]
fn a_question_that_broke_its_plugin_is_listed_and_can_be_asked_again() {
    let installation = Installation::new();
    let dir = installation.dir();
    let dies = Guest { evaluate: "(unreachable)", ..Guest::GOOD };
    fs::create_dir_all(dir.join("plugins")).expect("a folder");
    fs::write(dir.join("plugins/reader.wasm"), dies.component_of(&ANALYZER, "analyzer")).expect("a file");
    fs::write(dir.join("pack/pack.toml"), PACK).expect("a file");
    let host = "listen = \"127.0.0.1:0\"\ndata = \"data\"\n[tenant.main]\nrules = \"pack\"\nplugins = [\"plugins\"]\n";
    fs::write(dir.join("host.toml"), host).expect("a file");
    let server =
        Server::start_with(&["--config", text(&dir.join("host.toml"))]).unwrap_or_else(|said| panic!("{said}"));
    let said = |id: &str| {
        let data = json!({"speaker": "customer", "text": SECRET});
        event(id, "plaint.turn.said", "contact/k-1", data)
    };
    for id in ["a", "b"] {
        server.post("/v1/events?wait=decided", installation.token("source"), &said(id)).good(200);
    }
    let counted = server.get("/metrics", "").text;
    let is_trap = |line: &&str| line.starts_with("plaint_plugin_calls_total{") && line.contains("outcome=\"trap\"");
    let traps = counted.lines().find(is_trap);
    assert!(traps.is_some_and(|line| line.contains("plugin=\"reader\"") && line.ends_with(" 2")), "{counted}");
    let operator = installation.token("operator");
    let page = server.get("/v1/quarantine?kind=question", operator);
    assert!(!page.text.contains(SECRET), "{page:?}");
    let page = page.good(200);
    let [question] = &page["questions"].as_array().expect("a list")[..] else { panic!("{page}") };
    assert_eq!(
        (&question["plugin"], &question["by"], &question["cause"]),
        (&json!("reader"), &json!("analyzer"), &json!("trap"))
    );
    assert_eq!((&page["next"], &page["messages"]), (&Value::Null, &Value::Null));
    let id = question["id"].as_str().expect("an id");
    let kept = dir.join("data/tenants/main/quarantine/questions/reader").join(format!("{id}.in.json"));
    let (answer, _, code) = run(&["plugin", "ask", text(&dir.join("plugins/reader.wasm")), text(&kept)]);
    assert!(code == Some(1) && answer.contains("unreachable"), "one command asks it again: {answer}");
    let kept: Value = serde_json::from_slice(&fs::read(kept).expect("a file")).expect("JSON");
    assert_eq!(kept, json!({"settings": {}, "texts": [["customer", SECRET]]}));
    assert_eq!(server.get("/v1/quarantine", operator).good(200)["messages"], json!([]));
    server.get("/v1/quarantine?kind=secret", operator).problem(400, "bad-parameter");
    let (_, log) = server.stop();
    assert!(log.contains("a question is in quarantine") && !log.contains(SECRET), "{log}");
}
