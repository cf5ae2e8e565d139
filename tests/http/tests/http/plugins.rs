//! What plugins did is counted, by tenant, plugin and generation: `GET /v1/plugins` and `/metrics`.

use serde_json::{Value, json};

use crate::{
    generations::pack,
    house::{Installation, turn},
    reloads::base64,
    server::{Ask, Server},
};

const ASKED: &str = "[[alert]]\nid = \"asked\"\non = \"turn\"\nplugin = \"repeated-script\"\nwhen = \"turn.speaker == 'agent'\"\n\
                     severity = \"info\"\nsay = { zh = \"问\", en = \"asked\" }\n";

#[test]
fn every_call_of_a_plugin_is_counted_by_generation() {
    let installation = Installation::new();
    let server = Server::start(&installation);
    let operator = installation.token("operator");
    let component = std::fs::read(plaint_scenarios::plugins().join("repeated-script.wasm")).expect("a plugin");
    let activate = |rule: &str| {
        let files = json!({"desk/pack.toml": pack(rule, 9, ASKED)});
        let upload = json!({"pack": "desk", "files": files, "plugins": {"repeated-script": base64(&component)}});
        server.post("/v1/generations", operator, &upload).good(200)["generation"].clone()
    };
    let say = |n: u32| {
        let said = turn(&n.to_string(), "k-1", "hello");
        server.post("/v1/events?wait=decided", installation.token("source"), &said).good(200);
    };
    let first = activate("first");
    (0..3).for_each(say);
    let second = activate("second");
    (3..5).for_each(say);
    let listed = server.get("/v1/plugins", operator).good(200);
    let asked = |generation: &Value| -> Value {
        let all = listed["plugins"].as_array().expect("plugins").iter();
        let mut of = all.filter(|used| &used["generation"] == generation && used["asked_by"] == "asked");
        of.next().unwrap_or_else(|| panic!("{listed}")).clone()
    };
    // One more each: the canary.
    for (generation, calls, live) in [(&first, 4, false), (&second, 3, true)] {
        let used = asked(generation);
        assert_eq!((used["calls"].as_u64(), used["answered"].as_u64()), (Some(calls), Some(calls)), "{used}");
        assert_eq!((&used["plugin"], &used["live"]), (&json!("repeated-script"), &json!(live)));
        assert!(used["memory_bytes_max"].as_u64() > Some(65_536) && used["fresh"]["mean_us"].as_f64() > Some(0.0));
        assert_eq!((&used["kind"], &used["absent"]), (&json!("alert-rule"), &json!({})));
    }
    let connector = listed["plugins"].as_array().expect("plugins").iter().find(|used| used["asked_by"] == "hotline");
    assert_eq!(connector.map(|used| (&used["plugin"], &used["calls"])), Some((&json!("transcript"), &json!(0))));
    let metrics = server.ask("GET", "/metrics", Ask::default()).text;
    let short = &second.as_str().expect("a generation")[..12];
    let labels = format!("tenant=\"main\",plugin=\"repeated-script\",generation=\"{short}\",asked_by=\"asked\"");
    for line in [
        format!("plaint_plugin_calls_total{{{labels},outcome=\"answered\"}} 3\n"),
        format!("plaint_plugin_fresh_seconds_count{{{labels}}} 3\n"),
        format!("plaint_plugin_call_seconds_bucket{{{labels},le=\"+Inf\"}} 3\n"),
    ] {
        assert!(metrics.contains(&line), "{line}{metrics}");
    }
    server.get("/v1/plugins", installation.token("lead")).problem(403, "wrong-role");
}
