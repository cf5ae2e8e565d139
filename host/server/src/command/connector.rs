//! `plaint connector`: the connectors of a server that runs, seen and changed from the command line.

use policy::Lang;
use serde_json::{Value, json};

use super::{Went, print};
use crate::{
    cli::{Connector, ConnectorAction},
    lang::pick,
};

/// Does one of the four.
pub(crate) fn connector(arguments: &Connector, lang: Lang) -> Went {
    let text = match &arguments.action {
        ConnectorAction::Status(remote) => installation(&remote.get("/v1/connectors", lang)?, lang),
        ConnectorAction::History(remote) => history(&remote.get("/v1/connectors/history", lang)?, lang),
        ConnectorAction::Reload(remote) => installation(&remote.post("/v1/connectors/reload", &json!({}), lang)?, lang),
        ConnectorAction::Rollback(rollback) => {
            let to = json!({"to": rollback.to});
            installation(&rollback.remote.post("/v1/connectors/rollback", &to, lang)?, lang)
        }
    };
    print(&text)
}

/// An installation as people read it.
pub(super) fn installation(said: &Value, lang: Lang) -> String {
    let number = &said["installation"];
    if list(&said["connectors"]).is_empty() {
        return pick(lang, "没有连接器\n", "no connectors\n").to_owned();
    }
    let mut text = pick(lang, "安装 {}\n", "installation {}\n").replace("{}", &number.to_string());
    for connector in list(&said["connectors"]) {
        let [id, plugin, version, digest] =
            ["connector", "plugin", "version", "digest"].map(|name| word(&connector[name]));
        let digest = short(digest);
        text += &format!("{id}  {plugin} {version}  {digest}\n");
        let mut line = |label: &str, value: &str| text += &format!("  {label}{value}\n");
        if let Some(scheme) = connector["scheme"].as_str() {
            line(pick(lang, "消息校验:", "messages prove themselves by "), scheme);
        }
        list(&connector["grants"]).iter().for_each(|grant| line(pick(lang, "可访问:", "may "), word(grant)));
        list(&connector["private"]).iter().for_each(|range| line(pick(lang, "内网地址:", "within "), word(range)));
        if connector["waiting"].is_object() {
            text += &waiting(connector, lang);
        }
    }
    text
}

/// What a version that waits wants more.
pub(super) fn waiting(connector: &Value, lang: Lang) -> String {
    let waiting = &connector["waiting"];
    let (id, version, digest) = (word(&connector["connector"]), word(&waiting["version"]), word(&waiting["digest"]));
    let en = "  version {version} ({digest}) waits for approval; it also wants to\n";
    let mut text = pick(lang, "  版本 {version}({digest})等待批准,还要访问\n", en)
        .replace("{version}", version)
        .replace("{digest}", short(digest));
    list(&waiting["more"]).iter().for_each(|grant| text += &format!("    + {}\n", word(grant)));
    let en = "  approve it with `plaint plugin approve {id} --digest {digest}`\n";
    text + &pick(lang, "  批准:`plaint plugin approve {id} --digest {digest}`\n", en)
        .replace("{id}", id)
        .replace("{digest}", short(digest))
}

fn history(said: &Value, lang: Lang) -> String {
    let mut text = String::new();
    for entry in list(&said["installations"]) {
        let mark = if entry["live"] == true { "*" } else { " " };
        let (how, by) = (how(word(&entry["how"]), lang), entry["by"].as_str().unwrap_or("-"));
        let about = entry["about"].as_str().map(|about| format!(" {about}")).unwrap_or_default();
        let connectors = entry["connectors"].as_object().into_iter().flatten().map(|(id, one)| {
            format!("{id}={} {} {}", word(&one["plugin"]), word(&one["version"]), short(word(&one["digest"])))
        });
        let connectors = connectors.collect::<Vec<_>>().join(", ");
        let (number, time) = (&entry["installation"], word(&entry["time"]));
        text += &format!("{mark} {number}  {time}  {how}{about}  {by}  {connectors}\n");
    }
    text
}

fn how(word: &str, lang: Lang) -> &str {
    let known = [
        ("started", "启动"),
        ("reloaded", "重新读取"),
        ("written", "文件更新"),
        ("approved", "批准"),
        ("rolled-back", "回退到"),
    ];
    let zh = known.iter().find(|(known, _)| *known == word).map_or(word, |(_, zh)| zh);
    pick(lang, zh, word)
}

/// A list that may not be there.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Enough of a digest to tell two apart.
fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
