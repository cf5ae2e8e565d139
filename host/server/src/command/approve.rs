//! `plaint plugin approve`: what a later version of a plugin may reach more is a person's decision.

use policy::Lang;
use serde_json::{Value, json};

use super::{
    Went,
    connector::{installation, list, waiting},
    print,
};
use crate::{cli::PluginApprove, lang::pick};

/// Shows what waits; with a name, approves exactly the version that is shown.
pub(super) fn approve(asked: &PluginApprove, lang: Lang) -> Went {
    let said = asked.remote.get("/v1/connectors", lang)?;
    let waits: Vec<_> = list(&said["connectors"]).iter().filter(|one| one["waiting"].is_object()).collect();
    let Some(id) = &asked.connector else {
        if waits.is_empty() {
            return print(pick(lang, "没有等待批准的版本\n", "nothing waits for approval\n"));
        }
        let shown = |one: &&Value| format!("{}\n{}", one["connector"].as_str().unwrap_or_default(), waiting(one, lang));
        return print(&waits.iter().map(shown).collect::<String>());
    };
    let is_it = |one: &&&Value| {
        let digest = one["waiting"]["digest"].as_str().unwrap_or_default();
        one["connector"] == id.as_str() && digest.starts_with(asked.digest.as_deref().unwrap_or_default())
    };
    let found = waits.iter().find(is_it).ok_or_else(|| {
        let en = "no such version of connector `{}` waits for approval; `plaint plugin approve` shows what waits";
        pick(lang, "连接器 `{}` 没有该版本在等待批准;请用 `plaint plugin approve` 查看", en).replace("{}", id)
    })?;
    let body = json!({"digest": found["waiting"]["digest"]});
    let approved = asked.remote.post(&format!("/v1/connectors/{id}/approve"), &body, lang)?;
    print(&installation(&approved, lang))
}
