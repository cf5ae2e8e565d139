//! `plaint policy`: which generation decides, on a server that runs.

use engine::generation::PAUSE_MAX;
use policy::Lang;
use serde_json::{Value, json};

use super::{Went, print};
use crate::{
    cli::{Policy, PolicyAction, PolicyActivate, PolicyPause, PolicyRollback, Target},
    lang::pick,
    plugins,
    remote::Remote,
    tenant::Upload,
};

/// Digits of a generation that tell it from any other in a list.
const SHORT: usize = 12;

/// Does what is asked, and says what came of it.
pub(crate) fn policy(arguments: &Policy, lang: Lang) -> Went {
    let remote = &arguments.remote;
    let said = match &arguments.action {
        PolicyAction::Activate(activate) => self::activate(remote, activate, lang)?,
        PolicyAction::Rollback(back) => roll_back(remote, back, lang)?,
        PolicyAction::Status => status(&remote.get("/v1/generations", lang)?, lang),
        PolicyAction::History => history(&remote.get("/v1/generations", lang)?, lang),
        PolicyAction::Pause(pause) => self::pause(remote, pause, lang)?,
        PolicyAction::Resume(resume) => {
            let answer = remote.post("/v1/pauses/end", &target(&resume.target), lang)?;
            fill(pick(lang, "自位置 {position} 起继续\n", "goes on from position {position}\n"), &answer)
        }
    };
    print(&said)
}

fn activate(remote: &Remote, arguments: &PolicyActivate, lang: Lang) -> Result<String, String> {
    let folders = plugins::folders(&arguments.plugins, Some(&arguments.dir));
    let mut body = Upload::of_folder(&arguments.dir, &folders, lang)?.json();
    body["reason"] = json!(arguments.reason);
    let answer = remote.post("/v1/generations", &body, lang)?;
    if answer["changed"] == false {
        let same = pick(
            lang,
            "{pack} 的策略版本 {generation} 已是现行版本,未作改动\n",
            "generation {generation} of {pack} is live already; nothing changed\n",
        );
        return Ok(fill(same, &answer));
    }
    let mut said = fill(
        pick(
            lang,
            "{pack}:{rules} 条规则,自位置 {position} 起由策略版本 {generation} 决定\n",
            "{pack}: {rules} rules decide from position {position} on, as generation {generation}\n",
        ),
        &answer,
    );
    for plugin in answer["plugins"].as_array().into_iter().flatten() {
        let compiled = plugin["compiled"] == true;
        let how =
            if compiled { pick(lang, "已编译", "compiled") } else { pick(lang, "取自缓存", "from the cache") };
        said.push_str(&fill("  {id} {version} · {kind} · ", plugin));
        said.push_str(how);
        said.push('\n');
    }
    let took = |part: &str| format!("{:.0} ms", answer["took_ms"][part].as_f64().unwrap_or(0.0));
    let tried = pick(
        lang,
        "  检查:页面 {pages} 个、示例 {examples} 个全部通过({pages_ms});插件试调用 {tried} 次({canary_ms})\n",
        "  tried: pages {pages}, examples {examples}, all hold ({pages_ms}); plugin calls {tried}, all answered \
         ({canary_ms})\n",
    );
    let tried = fill(tried, &answer["pages"]).replace("{pages_ms}", &took("pages"));
    said.push_str(&fill(&tried, &answer).replace("{canary_ms}", &took("canary")));
    said.push_str(&ended(&answer, lang));
    if let Some(was) = answer["was"].as_str() {
        let kept = pick(
            lang,
            "  上一版本 {} 保留,可用 `plaint policy rollback` 回退\n",
            "  {} before it is kept: `plaint policy rollback` goes back\n",
        );
        said.push_str(&kept.replace("{}", short(was)));
    }
    Ok(said)
}

fn roll_back(remote: &Remote, arguments: &PolicyRollback, lang: Lang) -> Result<String, String> {
    let body = json!({"to": arguments.to, "reason": arguments.reason});
    let answer = remote.post("/v1/generations/rollback", &body, lang)?;
    let mut said = fill(
        pick(
            lang,
            "已回退:自位置 {position} 起由策略版本 {generation} 决定\n",
            "rolled back: generation {generation} decides from position {position} on\n",
        ),
        &answer,
    );
    let withdrawn = &answer["withdrawn"];
    let decided = fill(
        pick(
            lang,
            "  被撤回的 {generation} 在位置 {from} 至 {to} 之间作出的决定:\n",
            "  withdrawn: {generation}, which from position {from} to {to} had decided:\n",
        ),
        withdrawn,
    );
    said.push_str(&decided);
    let counted = counts(&withdrawn["decided"], "    ");
    said.push_str(if counted.is_empty() { pick(lang, "    无\n", "    nothing\n") } else { &counted });
    said.push_str(&ended(&answer, lang));
    Ok(said)
}

/// What ended with the generation before.
fn ended(answer: &Value, lang: Lang) -> String {
    let counted = counts(&answer["ended"], "    ");
    if counted.is_empty() {
        return String::new();
    }
    pick(lang, "  随切换结束:\n", "  ended with the swap:\n").to_owned() + &counted
}

fn counts(counted: &Value, indent: &str) -> String {
    let lines = counted.as_object().into_iter().flatten();
    lines.map(|(kind, count)| format!("{indent}{count:>6}  {kind}\n")).collect()
}

fn status(answer: &Value, lang: Lang) -> String {
    let mut said = match answer["live"].as_object() {
        Some(_) => line(&answer["live"], lang),
        None => pick(lang, "尚无策略版本\n", "no generation yet\n").to_owned(),
    };
    if let Some(before) = answer["before"].as_str() {
        said.push_str(&pick(lang, "可回退至 {}\n", "a rollback goes to {}\n").replace("{}", short(before)));
    }
    for pause in answer["pauses"].as_array().into_iter().flatten() {
        let name = |key: &str| pause[key].as_str();
        let what: Vec<&str> = [name("rule"), name("step"), name("brand")].into_iter().flatten().collect();
        let paused =
            pick(lang, "已暂停 {what},至 {until}({by}:{reason})\n", "paused: {what} until {until} ({by}: {reason})\n");
        said.push_str(&fill(&paused.replace("{what}", &what.join(" · ")), pause));
    }
    said
}

fn history(answer: &Value, lang: Lang) -> String {
    answer["history"].as_array().into_iter().flatten().map(|activation| line(activation, lang)).collect()
}

/// One activation: when, which, what else there is to say.
fn line(activation: &Value, lang: Lang) -> String {
    let text = |key: &str| activation[key].as_str().unwrap_or_default().to_owned();
    let mut said =
        fill("{at}  {generation}  {pack}", activation).replace(&text("generation"), short(&text("generation")));
    said.push_str(&fill(pick(lang, "  自位置 {position} 起", "  from position {position}"), activation));
    if let Some(withdrawn) = activation["withdraws"].as_str() {
        said.push_str(&pick(lang, "  撤回 {}", "  withdrew {}").replace("{}", short(withdrawn)));
    }
    let why: Vec<String> = ["by", "reason"].into_iter().map(text).filter(|text| !text.is_empty()).collect();
    if !why.is_empty() {
        said.push_str(&format!("  ({})", why.join(": ")));
    }
    said.push('\n');
    said
}

fn pause(remote: &Remote, arguments: &PolicyPause, lang: Lang) -> Result<String, String> {
    let length = policy::duration(&arguments.length).filter(|length| *length <= PAUSE_MAX).ok_or_else(|| {
        let en = "--for {}: expected a length of time like 90s, 30m or 2h, a day at most";
        pick(lang, "--for {}:应为时长,例如 90s、30m、2h,最长一天", en).replace("{}", &arguments.length)
    })?;
    let mut body = target(&arguments.target);
    body["seconds"] = json!(length.0 / 1_000);
    body["reason"] = json!(arguments.reason);
    let answer = remote.post("/v1/pauses", &body, lang)?;
    let said = pick(lang, "自位置 {position} 起暂停 {}\n", "paused from position {position} on, for {}\n");
    Ok(fill(&said.replace("{}", &length.spelled()), &answer))
}

fn target(target: &Target) -> Value {
    json!({"rule": target.rule, "step": target.step, "brand": target.brand})
}

/// A text with the fields of an answer in their places.
fn fill(text: &str, fields: &Value) -> String {
    let mut filled = text.to_owned();
    for (name, value) in fields.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    filled
}

fn short(generation: &str) -> &str {
    generation.get(..SHORT).unwrap_or(generation)
}
