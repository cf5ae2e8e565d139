//! `inspect`: everything one wants to know of a component before it is let in.

use std::{path::Path, time::Instant};

use policy::{Lang, pick};
use sandbox::{Auth, Compiled, Component, Kind, Sandbox, fixture::Guest};
use wasmparser::{KnownCustom, Parser, Payload};

use crate::{failure::Failure, seal::signers, text};

/// What there is to know, for a person.
pub fn inspect(sandbox: &Sandbox, path: &Path, lang: Lang) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(Failure::file(path))?;
    let started = Instant::now();
    let component = sandbox.load(&bytes, &path.display().to_string())?;
    let took = started.elapsed();
    let manifest = component.manifest();
    let mut told = String::new();
    let mut line = |(zh, en): (&str, &str), said: &str| {
        told.push_str(&format!("{}: {said}\n", pick(lang, zh, en)));
    };
    line(("插件", "plugin"), &format!("{} {}", manifest.id, manifest.version));
    line(("种类", "kind"), manifest.kind.word());
    line(("说明", "about"), pick(lang, &manifest.about.zh, &manifest.about.en));
    line(("许可证", "licence"), &manifest.licence);
    line(("契约", "contract"), &manifest.kind.interface());
    line(("摘要", "digest"), &component.digest().to_string());
    let signers: Vec<String> = signers(&bytes).iter().map(ToString::to_string).collect();
    line(("签名密钥", "signed by key"), &listed(&signers, lang));
    line(("大小", "size"), &text::size(bytes.len()));
    line(("由谁制成", "made with"), &made_with(&bytes, lang));
    line(("导入", "imports"), pick(lang, "没有", "none"));
    line(("编译", "compiled"), &format!("{} ({})", text::time(took), compiled(&component, lang)));
    if let Ok(guest) = Guest::new(&component, "{}") {
        line(("起始内存", "memory to begin with"), &text::size(guest.memory_bytes()?));
    }
    if manifest.kind == Kind::AlertRule {
        let signals: Vec<&str> = manifest.input.signals.iter().map(|signal| signal.name.as_str()).collect();
        line(("输入语句", "turns it is sent"), &manifest.input.turns.to_string());
        line(("输入测量", "signals it is sent"), &listed(&signals, lang));
    }
    if manifest.kind == Kind::Connector {
        let controls: Vec<&str> = manifest.controls.iter().map(|control| control.word()).collect();
        let delivers: Vec<&str> = manifest.delivers.iter().map(|kind| kind.word()).collect();
        line(("能送出", "delivers"), &listed(&delivers, lang));
        line(("能执行的干预", "controls"), &listed(&controls, lang));
        let wants: Vec<String> =
            manifest.fetch.iter().map(|fetch| format!("{} {}", fetch.methods.join("|"), fetch.url)).collect();
        line(("想访问", "wants to fetch"), &listed(&wants, lang));
        line(("获准方式", "is let in by"), &manifest.auth.as_ref().map_or_else(|| none(lang), let_in));
        let schemes = manifest.webhook.as_ref().map(|webhook| webhook.schemes.clone()).unwrap_or_default();
        line(("消息校验方式", "webhook schemes"), &listed(&schemes, lang));
    }
    line(("设置", "settings"), if manifest.settings.is_empty() { pick(lang, "没有", "none") } else { "" });
    for (name, setting) in &manifest.settings {
        let default = setting.default.as_ref().map_or_else(String::new, |default| format!(" = {default}"));
        let about = pick(lang, &setting.about.zh, &setting.about.en);
        told.push_str(&format!("  {name} ({}{default}): {about}\n", setting.holds.word()));
    }
    Ok(told)
}

fn none(lang: Lang) -> String {
    pick(lang, "没有", "none").to_owned()
}

fn let_in(auth: &Auth) -> String {
    match auth {
        Auth::Oauth2 { url, .. } => format!("oauth2 {url}"),
        Auth::TokenCall { method, url, .. } => format!("token-call {method} {url}"),
    }
}

fn listed(names: &[impl AsRef<str>], lang: Lang) -> String {
    if names.is_empty() {
        return none(lang);
    }
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}

fn compiled(component: &Component, lang: Lang) -> String {
    match component.compiled() {
        Compiled::Before => pick(lang, "来自缓存", "from the cache").to_owned(),
        Compiled::Now => pick(lang, "刚刚编译", "just now").to_owned(),
        Compiled::NowNotKept { reason } => format!("{}: {reason}", pick(lang, "未缓存", "not kept")),
    }
}

/// What compilers wrote into the `producers` sections, those of the modules inside included.
fn made_with(bytes: &[u8], lang: Lang) -> String {
    let mut names = Vec::new();
    for section in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        if let Payload::CustomSection(section) = section
            && let KnownCustom::Producers(fields) = section.as_known()
        {
            let values = fields.into_iter().flatten().flat_map(|field| field.values.into_iter().flatten());
            for value in values {
                let name = format!("{} {}", value.name, value.version).trim_end().to_owned();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    listed(&names, lang)
}
