//! `check`: whether a component is fit for use, line by line, and what to do where it is not.

use std::path::Path;

use policy::{Lang, pick};
use sandbox::{Component, Limits, Manifest, Sandbox, SandboxError, SettingType, fixture};
use serde_json::{Value as Json, json};

use crate::{failure::Failure, fixtures::Fixtures, text};

/// A setting that no plugin knows.
const UNKNOWN: &str = "no-such-setting";

/// What came of the checks.
#[derive(Debug)]
pub struct Checked {
    /// A line for each.
    pub text: String,
    /// Whether all of them passed.
    pub sound: bool,
}

/// The lines so far.
struct Report {
    lang: Lang,
    checked: Checked,
}

/// What is checked before a plugin starts, in the order in which the sandbox looks at a file.
const BEFORE: [(&str, &str); 6] = [
    ("大小", "size"),
    ("格式", "form"),
    ("导入", "imports"),
    ("清单", "manifest"),
    ("契约", "contract"),
    ("编译", "compile"),
];

/// Checks a component, with whatever fixtures there are.
pub fn check(sandbox: &Sandbox, path: &Path, fixtures: Option<&Fixtures>, lang: Lang) -> Result<Checked, Failure> {
    let mut report = Report { lang, checked: Checked { text: String::new(), sound: true } };
    match sandbox.load_file(path) {
        Ok(component) => {
            report.loaded(&component, path)?;
            report.manifest(component.manifest());
            let base = report.settings(&component, fixtures)?;
            report.fixtures(&component, fixtures, &base)?;
        }
        Err(error) => report.not_loaded(&error)?,
    }
    Ok(report.checked)
}

impl Report {
    fn line(&mut self, ok: bool, (zh, en): (&str, &str), said: &str) {
        let mark = if ok { pick(self.lang, "通过", "ok") } else { pick(self.lang, "不行", "NO") };
        self.checked.sound &= ok;
        self.checked.text.push_str(&format!("{mark:<4}{}: {said}\n", pick(self.lang, zh, en)));
    }

    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        pick(self.lang, zh, en)
    }

    /// What passed before the plugin was refused, then why it was.
    fn not_loaded(&mut self, error: &SandboxError) -> Result<(), Failure> {
        let place = match error {
            SandboxError::TooLarge { .. } => 0,
            SandboxError::CoreModule { .. } | SandboxError::Invalid { .. } => 1,
            SandboxError::Imports { .. } => 2,
            SandboxError::NoManifest { .. } | SandboxError::Manifest { .. } | SandboxError::Greedy { .. } => 3,
            SandboxError::Kind { .. } | SandboxError::Version { .. } => 4,
            SandboxError::Compile { .. } => 5,
            SandboxError::Start(_)
            | SandboxError::Cache { .. }
            | SandboxError::Read { .. }
            | SandboxError::Untrusted { .. }
            | SandboxError::Shape { .. }
            | SandboxError::OtherKind { .. }
            | SandboxError::Configure { .. }
            | SandboxError::Broke { .. }
            | SandboxError::Overrun { .. } => return Err(Failure::Sandbox(error.to_string())),
        };
        BEFORE[..place]
            .iter()
            .for_each(|name| self.line(true, *name, self.say("没有问题", "sound").to_owned().as_str()));
        self.line(false, BEFORE[place], &format!("failed to {error}"));
        Ok(())
    }

    fn loaded(&mut self, component: &Component, path: &Path) -> Result<(), Failure> {
        let bytes = std::fs::metadata(path).map_err(Failure::file(path))?.len() as usize;
        let limits = Limits::default();
        let of = self.say("上限", "of");
        self.line(true, BEFORE[0], &format!("{} ({of} {})", text::size(bytes), text::size(limits.component_bytes)));
        self.line(true, BEFORE[1], self.say("有效的组件", "a valid component"));
        self.line(true, BEFORE[2], self.say("没有", "none"));
        let manifest = component.manifest();
        self.line(true, BEFORE[3], &format!("{} {} · {}", manifest.id, manifest.version, manifest.licence));
        self.line(true, BEFORE[4], &manifest.kind.interface());
        self.line(true, BEFORE[5], &component.digest().to_string());
        Ok(())
    }

    /// What people read of a plugin, and what its settings begin with.
    fn manifest(&mut self, manifest: &Manifest) {
        let empty = |about: &sandbox::About| about.zh.trim().is_empty() || about.en.trim().is_empty();
        let mut wrong = Vec::new();
        if empty(&manifest.about) {
            wrong.push("about".to_owned());
        }
        let settings = manifest.settings.iter();
        wrong.extend(
            settings.filter(|(_, setting)| empty(&setting.about)).map(|(name, _)| format!("settings.{name}.about")),
        );
        let said = self.say("两种语言都有", "in both languages");
        let missing = format!("{}: {}", self.say("缺 zh 或 en", "zh or en is missing"), wrong.join(", "));
        self.line(wrong.is_empty(), ("文字", "texts"), if wrong.is_empty() { said } else { &missing });
        for (name, setting) in manifest.settings.iter().filter(|(_, setting)| !setting.default_fits()) {
            let (kind, min, max) = (setting.holds.word(), setting.min, setting.max);
            let range =
                [("min", min), ("max", max)].into_iter().filter_map(|(word, at)| Some(format!(" {word} {}", at?)));
            let wants = format!(
                "`{name}`: {}: {kind}{}",
                self.say("default 应为", "expected as its default"),
                range.collect::<String>()
            );
            self.line(false, ("设置", "settings"), &wants);
        }
    }

    /// Settings are refused when they are wrong, and each fault names one that is declared. Gives accepted settings.
    fn settings(&mut self, component: &Component, fixtures: Option<&Fixtures>) -> Result<Vec<String>, Failure> {
        const NAME: (&str, &str) = ("设置", "settings");
        let mut base = Vec::new();
        for file in fixtures.map_or(&[][..], |fixtures| &fixtures.0) {
            if let Some((_, question)) = file.asked(component)?
                && !base.contains(&question.settings().to_owned())
            {
                base.push(question.settings().to_owned());
            }
        }
        match refusal(component, &json!({}))? {
            None => self.line(true, NAME, self.say("可以全部省略", "all may be left out")),
            Some(faults) => {
                let known = faults.iter().all(|fault| component.manifest().settings.contains_key(root(fault)));
                let said = self.say("必须给出", "these must be given");
                self.line(known, NAME, &format!("{said}: {}", faults.join(", ")));
            }
        }
        let accepted: Json = base.first().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| json!({}));
        let mut wrong = accepted.clone();
        wrong[UNKNOWN] = json!(1);
        let refused = refusal(component, &wrong)?.is_some();
        let said = self.say("未知的设置被拒绝", "an unknown one is refused");
        let not = self.say(
            "未知的设置被接受了;写错的设置名应是错误",
            "an unknown one is accepted; a misspelt setting must be a fault",
        );
        self.line(refused, NAME, if refused { said } else { not });
        for (name, setting) in &component.manifest().settings {
            let mut wrong = accepted.clone();
            wrong[name] = if setting.holds == SettingType::Text { json!(7) } else { json!("seven") };
            if refusal(component, &wrong)?.is_none() {
                let said = self.say("类型不对也被接受", "accepted although it is of another type");
                self.line(false, NAME, &format!("`{name}`: {said}: {}", wrong[name]));
            }
        }
        Ok(base)
    }

    /// A plugin is a function: asked again, in another order, alone or beside others, it says the same.
    fn fixtures(&mut self, component: &Component, fixtures: Option<&Fixtures>, base: &[String]) -> Result<(), Failure> {
        const NAME: (&str, &str) = ("始终如一", "same answers");
        let Some(fixtures) = fixtures else {
            let none = self
                .say("没有示例,无法核对;请写 fixtures/*.in.json", "no fixtures to tell by: write fixtures/*.in.json");
            self.line(false, NAME, none);
            return Ok(());
        };
        let mut asked = 0;
        for settings in base {
            let guest = fixture::Guest::new(component, settings)?;
            let mut questions = Vec::new();
            for file in &fixtures.0 {
                let question = file.asked(component)?.map(|(_, question)| question);
                if let Some(question) = question.filter(|question| question.settings() == settings) {
                    if let Some(why) = unlike(&guest, &question).map_err(|overrun| file.wrong(&overrun))? {
                        self.line(false, NAME, &format!("{}: {}", file.name, self.say(why.0, why.1)));
                    }
                    questions.extend(question.apart());
                }
            }
            asked += questions.len();
            if let Some(why) = depends(&guest, &questions)? {
                self.line(false, NAME, self.say(why.0, why.1));
            }
        }
        if self.checked.sound {
            let said =
                self.say("个问题:再问、换序、分批,回答都一样", "questions: asked again, in another order and in parts");
            self.line(true, NAME, &format!("{asked} {said}"));
        }
        Ok(())
    }
}

/// The settings that are not accepted; nothing when all of them are.
fn refusal(component: &Component, settings: &Json) -> Result<Option<Vec<String>>, Failure> {
    match fixture::Guest::new(component, &settings.to_string()) {
        Ok(_) => Ok(None),
        Err(SandboxError::Configure { faults, .. }) => {
            Ok(Some(faults.into_iter().map(|fault| fault.setting).collect()))
        }
        Err(error) => Err(error.into()),
    }
}

/// `map.repair` is of the setting `map`.
fn root(fault: &str) -> &str {
    fault.split(['.', '[']).next().unwrap_or(fault)
}

type Why = (&'static str, &'static str);

fn unlike(guest: &fixture::Guest, question: &fixture::Fixture) -> Result<Option<Why>, sandbox::Overrun> {
    let why =
        ("再问一次,回答不同;时间和随机数不是输入", "asked again it answers otherwise; time and chance are no input");
    Ok((guest.answer(question)? != guest.answer(question)?).then_some(why))
}

/// One by one in fresh instances, all at once, backwards, and in two calls of one instance.
fn depends(guest: &fixture::Guest, questions: &[fixture::Fixture]) -> Result<Option<Why>, Failure> {
    let wrong = |overrun: sandbox::Overrun| Failure::Sandbox(format!("ask the plugin: {overrun}"));
    let ask = |calls: &[Vec<&fixture::Fixture>]| -> Result<Option<Vec<Json>>, Failure> {
        let Some(mut kept) = guest.keep()? else { return Ok(None) };
        let mut answers = Vec::new();
        for call in calls {
            answers.extend(kept.answers(call).map_err(wrong)?);
        }
        Ok(Some(answers))
    };
    let mut alone = Vec::new();
    for question in questions {
        match ask(&[vec![question]])? {
            Some(answers) => alone.extend(answers),
            None => return Ok(None),
        }
    }
    let all: Vec<&fixture::Fixture> = questions.iter().collect();
    if ask(std::slice::from_ref(&all))?.as_ref() != Some(&alone) {
        return Ok(Some(("一起问和单独问,回答不同", "asked together they are answered otherwise than alone")));
    }
    let mut backwards = ask(&[all.iter().rev().copied().collect()])?.unwrap_or_default();
    backwards.reverse();
    if backwards != alone {
        return Ok(Some(("换个顺序问,回答不同", "asked in another order they are answered otherwise")));
    }
    let (first, second) = all.split_at(all.len() / 2);
    if ask(&[first.to_vec(), second.to_vec()])?.as_ref() != Some(&alone) {
        return Ok(Some(("记住了上一次的问题,回答不同", "it remembers the call before and answers otherwise")));
    }
    Ok(None)
}
