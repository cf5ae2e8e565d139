//! Generations: what an activation and a rollback take, whether a thousand of them leave anything behind, and how long
//! the road stands still for a swap while many contacts are open.
//!
//! `target/debug/generations [RELOADS]`: a real server; ten plugins of three languages, compiled before.

#![expect(clippy::print_stdout, reason = "a measure reports to whoever runs it")]

use std::{error::Error, fs, time::Instant};

use plaint_bench::{root, server::Server};
use serde_json::{Map, Value, json};

/// What a pack is made of: a plugin, and how often.
const PLUGINS: [(&str, usize); 4] =
    [("repeated-script", 3), ("long-wait", 3), ("long-wait-js", 2), ("long-wait-python", 2)];
const ACTIVATIONS: usize = 7;
const RELOADS: usize = 1_000;
/// Contacts that wait for an answer when a rule about waiting changes.
const OPEN_CONTACTS: usize = 50_000;
/// Events in one request.
const BATCH: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let reloads = std::env::args().nth(1).map_or(Ok(RELOADS), |reloads| reloads.parse())?;
    let data = tempfile::tempdir()?;
    let mut server = Server::start(data.path(), "operator")?;
    let mut took = Vec::new();
    for round in 0..=ACTIVATIONS {
        let began = Instant::now();
        let answer = post(&server, "/v1/generations", &upload(&PLUGINS, round)?)?;
        // The first may have to compile.
        if round > 0 {
            took.push((began.elapsed().as_secs_f64() * 1e3, answer["took_ms"]["plugins"].as_f64().unwrap_or(0.0)));
        }
    }
    took.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (whole, plugins) = took[ACTIVATIONS / 2];
    println!("activation of ten plugins, ms: {whole:.0}, of it loading them {plugins:.0}");
    let began = Instant::now();
    post(&server, "/v1/generations/rollback", &json!({}))?;
    println!("rollback, ms: {:.1}", began.elapsed().as_secs_f64() * 1e3);
    for round in 0..reloads {
        if round == reloads / 10 || round == reloads - 1 {
            println!("memory (the most) at reload {round}: {}", server.memory()?);
        }
        post(&server, "/v1/generations", &upload(&PLUGINS[..1], round)?)?;
    }
    server.stop()?;
    swap_over_open_contacts()
}

/// Every contact's next tick moves with the rule: the swap has to look at each.
fn swap_over_open_contacts() -> Result<(), Box<dyn Error>> {
    let data = tempfile::tempdir()?;
    let mut server = Server::start(data.path(), "operator")?;
    activate_waiting(&server, 60)?;
    for first in (0..OPEN_CONTACTS).step_by(BATCH) {
        let said = |n: usize| {
            json!({"specversion": "1.0", "id": n.to_string(), "source": "bench", "type": "plaint.turn.said",
                "subject": format!("contact/k-{n}"), "data": {"speaker": "customer", "text": "hello"}})
        };
        let events: Value = (first..first + BATCH).map(said).collect();
        post(&server, "/v1/events?wait=decided", &events)?;
    }
    let mut took = (50..55).map(|minutes| activate_waiting(&server, minutes)).collect::<Result<Vec<_>, _>>()?;
    took.sort_by(f64::total_cmp);
    println!("activation over {OPEN_CONTACTS} open contacts, ms: {:.0} ({:.0} at most)", took[2], took[4]);
    server.stop()?;
    let mut server = Server::start(data.path(), "operator")?;
    println!("the same when they are on the disk, ms: {:.0}", activate_waiting(&server, 40)?);
    server.stop()
}

fn activate_waiting(server: &Server, minutes: u32) -> Result<f64, Box<dyn Error>> {
    let pack = format!(
        "name = \"desk\"\n[casework]\nlast_resort = \"person:p-1\"\n[[alert]]\nid = \"waits\"\non = \"contact\"\n\
         when = \"contact.waiting > duration('{minutes}m')\"\nseverity = \"info\"\n\
         say = {{ zh = \"等候\", en = \"waits\" }}\n"
    );
    let began = Instant::now();
    post(server, "/v1/generations", &json!({"pack": "desk", "files": {"desk/pack.toml": pack}}))?;
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

/// A pack with a rule for each plugin, another one each time.
fn upload(plugins: &[(&str, usize)], round: usize) -> Result<Value, Box<dyn Error>> {
    // A thousand reloads go back and forth between two generations.
    let nth_text = if plugins.len() > 1 { round } else { round % 2 };
    let mut pack = format!("# {nth_text}\nname = \"desk\"\n[casework]\nlast_resort = \"person:p-1\"\n");
    let mut files = Map::new();
    let mut nth = 0;
    for (plugin, times) in plugins {
        let component = base64(&fs::read(root().join(format!("target/plugins/{plugin}.wasm")))?);
        for _ in 0..*times {
            nth += 1;
            pack += &format!(
                "[[alert]]\nid = \"r{nth}\"\non = \"turn\"\nplugin = \"p{nth}\"\nwhen = \"turn.speaker == 'agent'\"\n\
                 severity = \"info\"\nsay = {{ zh = \"问\", en = \"asked\" }}\n"
            );
            files.insert(format!("p{nth}"), component.clone().into());
        }
    }
    Ok(json!({"pack": "desk", "files": {"desk/pack.toml": pack}, "plugins": files}))
}

fn post(server: &Server, path: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
    let url = format!("http://{}{path}", server.address);
    let request = ureq::post(&url).header("authorization", format!("Bearer {}", server.token));
    let mut answer = request.header("content-type", "application/json").send(body.to_string())?;
    Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    BASE64_STANDARD.encode(bytes)
}
