//! `cargo xtask demo`: the story, played through `plaint run`.

use std::env;
use std::process::Command;

use crate::failure::Failure;
use crate::{Tree, cargo, say};

/// The hotline's zone: the story happened there.
const ZONE: &str = "Asia/Shanghai";

/// Plays the call in the locale's language.
pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<(), Failure> {
    Failure::unless_empty(arguments)?;
    let program = cargo::plaint(tree)?;
    let zh = is_chinese();
    say(if zh { OPENING_ZH } else { OPENING_EN });
    let (lang, input) = if zh { ("zh", story("zh")) } else { ("en", story("en")) };
    let mut plaint = Command::new(program);
    plaint.args(["--lang", lang, "run", "--rules", "rules/appliance", "--format", "text", "--input", &input]);
    cargo::run(tree, plaint.env("TZ", ZONE))?;
    say(&if zh { CLOSING_ZH } else { CLOSING_EN }.replace("{input}", &input));
    Ok(())
}

fn story(lang: &str) -> String {
    format!("tests/scenarios/stories/word-for-word.{lang}.jsonl")
}

fn is_chinese() -> bool {
    let set = |name: &&str| env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).is_some_and(|locale| locale.starts_with("zh"))
}

const OPENING_ZH: &str = "
一档电视节目替两位消费者打来热线。坐席用同一句话回答了十三遍半。
下面是 plaint 当时会看到什么、为什么、下什么指令。";
const OPENING_EN: &str = "
A TV programme phones the hotline for two consumers. The agent answers with one sentence, thirteen and a half times.
Below is what plaint would have noticed, why, and what it would have ordered.";
const CLOSING_ZH: &str = "
接下来可以试试:
  把 rules/appliance/pack.toml 里的 repeats 改成 4,再运行一次本命令
  target/debug/plaint check rules/appliance
  target/debug/plaint run --rules rules/appliance --input {input} | head -1   # 机器读的形式";
const CLOSING_EN: &str = "
Next you could
  set repeats to 4 in rules/appliance/pack.toml and run this command again
  target/debug/plaint check rules/appliance
  target/debug/plaint run --rules rules/appliance --input {input} | head -1   # as a machine reads it";
