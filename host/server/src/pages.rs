//! The pages of a pack, played: every example must hold. It knows nothing of where a rulebook comes from.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use policy::Lang;
use road::{
    Overruns, Rulebook,
    page::{Block, Example, Page, Row},
    wire::Event,
};

use crate::{lang::pick, people};

/// A page that is about no rule and need not have an example.
const FREE_PAGE: &str = "README";

/// What there was.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) pages: usize,
    pub(crate) examples: usize,
    pub(crate) failed: usize,
}

/// The pages in the order of their names; only that of a rule, where one is named.
pub(crate) fn pages(dir: &Path, rule: Option<&str>, lang: Lang) -> Result<Vec<PathBuf>, String> {
    let failed = |error: io::Error| format!("{}: {error}", dir.display());
    let mut pages = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    let Some(rule) = rule else { return Ok(pages) };
    let names: Vec<String> = pages.iter().filter_map(|page| stem(page)).collect();
    pages.retain(|page| stem(page).as_deref() == Some(rule));
    if !pages.is_empty() {
        return Ok(pages);
    }
    let nearest = policy::nearest(rule, names.iter().map(String::as_str));
    let page = dir.join(format!("{rule}.md"));
    let said = pick(lang, "没有页面 {page}", "there is no page {page}").replace("{page}", &page.display().to_string());
    Err(said + &meant(nearest, lang))
}

fn stem(page: &Path) -> Option<String> {
    Some(page.file_stem()?.to_string_lossy().into_owned())
}

fn meant(nearest: Option<String>, lang: Lang) -> String {
    match (nearest, lang) {
        (None, _) => String::new(),
        (Some(name), Lang::Zh) => format!(",是不是 `{name}`?"),
        (Some(name), Lang::En) => format!("; did you mean `{name}`?"),
    }
}

/// Plays pages by one rulebook.
pub(crate) struct Tester {
    rulebook: Rulebook,
    rules: Vec<String>,
    lang: Lang,
    counts: Counts,
}

impl Tester {
    /// A tester of this rulebook, which fails where a plugin overruns.
    pub(crate) fn new(rulebook: &Rulebook, lang: Lang) -> Self {
        let rules = rulebook.policy().rules.iter().map(|rule| rule.id.clone()).collect();
        let rulebook = rulebook.clone().with_overruns(Overruns::Fail);
        Tester { rulebook, rules, lang, counts: Counts::default() }
    }

    /// What there was so far.
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// Plays a page; gives what is to be told of it, which is nothing where all of it holds.
    pub(crate) fn page(&mut self, path: &Path) -> Result<String, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let rule = stem(path).filter(|name| name != FREE_PAGE);
        let mut told = String::new();
        if let Some(rule) = rule.as_ref().filter(|rule| !self.rules.contains(rule)) {
            let nearest = policy::nearest(rule, self.rules.iter().map(String::as_str));
            let text = pick(self.lang, "策略包里没有规则 `{rule}`", "the pack has no rule `{rule}`");
            let text = text.replace("{rule}", rule) + &meant(nearest, self.lang);
            self.fail(&mut told, path, 1, &text);
            return Ok(told);
        }
        let page = Page::read(&text, rule.as_deref());
        if !(page.examples.is_empty() && rule.is_none()) {
            self.counts.pages += 1;
        }
        if page.examples.is_empty() && page.problems.is_empty() && rule.is_some() {
            let text = pick(
                self.lang,
                "没有示例;请写一个 ```events 块和一个 ```expect 块",
                "there is no example; write an ```events block and an ```expect block",
            );
            self.fail(&mut told, path, 1, text);
        }
        for problem in &page.problems {
            self.fail(&mut told, path, problem.line, &problem.flaw.text(self.lang));
        }
        for example in &page.examples {
            self.counts.examples += 1;
            self.example(&mut told, path, example)?;
        }
        Ok(told)
    }

    fn example(&mut self, told: &mut String, path: &Path, example: &Example) -> Result<(), String> {
        let people = match self.people(&example.people) {
            Ok(people) => people,
            Err((line, problem)) => {
                self.fail(told, path, line, &problem);
                return Ok(());
            }
        };
        let played = example.play(&self.rulebook, people);
        let played = played.map_err(|error| format!("{}:{}: {error}", path.display(), example.line))?;
        for problem in &played.problems {
            self.fail(told, path, problem.line, &problem.flaw.text(self.lang));
        }
        if played.problems.is_empty() && !played.holds() {
            self.fail(told, path, example.line, pick(self.lang, "结果与示例不符", "the example does not hold"));
            told.push_str(&difference(&played.rows, self.lang));
        }
        Ok(())
    }

    /// The facts of the blocks of people, or the line of the page that cannot be read and why.
    fn people(&self, blocks: &[Block]) -> Result<Vec<Event>, (usize, String)> {
        let mut events = Vec::new();
        for block in blocks {
            let read = people::read_csv(&block.text, "", self.lang);
            events.extend(read.map_err(|(line, problem)| (block.line + line as usize, problem))?);
        }
        Ok(events)
    }

    fn fail(&mut self, told: &mut String, path: &Path, line: usize, text: &str) {
        self.counts.failed += 1;
        // Writing to a text cannot fail.
        let _ = writeln!(told, "{}:{line}: {text}", path.display());
    }

    pub(crate) fn summary(&self) -> String {
        let Counts { pages, examples, failed } = self.counts;
        match self.lang {
            Lang::Zh => format!("{pages} 个页面 · {examples} 个示例 · {failed} 个失败\n"),
            Lang::En => {
                let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
                format!("{} · {} · {failed} failed\n", counted(pages, "page"), counted(examples, "example"))
            }
        }
    }
}

/// `-` was expected and did not come, `+` came and nobody expected it.
fn difference(rows: &[Row], lang: Lang) -> String {
    let mut told = String::new();
    for row in rows {
        let _ = match row {
            Row::Met(came) => writeln!(told, "    {came}"),
            Row::Between(came) => writeln!(told, "    {came}  …"),
            Row::Missing { line, text } => {
                let place = pick(lang, "第 {line} 行", "line {line}").replace("{line}", &line.to_string());
                writeln!(told, "  - {text}  ({place})")
            }
            Row::Unexpected(came) => writeln!(told, "  + {came}"),
        };
    }
    told
}
