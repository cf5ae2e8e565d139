//! `plaint verify`: the log's chain, and the state rebuilt from it, against what is kept.

use std::process::ExitCode;

use policy::Lang;
use store::Store;

use super::{Went, print};
use crate::{cli, lang::pick};

/// Verifies a tenant's folder.
pub(crate) fn verify(arguments: &cli::Verify, lang: Lang) -> Went {
    let store = Store::open(&arguments.data).map_err(|error| error.to_string())?;
    let broken = store.verify(engine::fact::Position(1), store.appended()).map_err(|error| error.to_string())?;
    if let Some(position) = broken {
        let text = pick(lang, "日志在此位置被改动", "the log was changed at position");
        return Err(format!("{text} {}", position.0));
    }
    let undecided = store.appended() != store.decided() || store.decided() != store.checkpoint();
    if undecided {
        let text = "the last run was interrupted; run it again, then verify";
        return Err(pick(lang, "上次运行被中断;请先再次运行,再校验", text).to_owned());
    }
    let rebuilt = road::lanes::rebuild(&store).map_err(|error| error.to_string())?;
    let kept: Result<road::lanes::Rebuilt, _> = store.entities().collect();
    let kept = kept.map_err(|error| error.to_string())?;
    if rebuilt == kept {
        let text = pick(lang, "一致:事实 {facts} 条,实体 {entities} 个", "sound: {facts} facts, {entities} entities");
        let facts = store.appended().0.to_string();
        let entities = kept.len().to_string();
        return print(&(text.replace("{facts}", &facts).replace("{entities}", &entities) + "\n"));
    }
    let differs = kept.iter().find(|(key, entity)| rebuilt.get(key) != Some(entity)).map(|(key, _)| key);
    let extra = rebuilt.keys().find(|key| !kept.contains_key(key));
    let text = pick(lang, "重建的状态与保存的不同", "the rebuilt state differs from the kept one");
    print(&format!("{text}: {:?}\n", differs.or(extra)))?;
    Ok(ExitCode::FAILURE)
}
