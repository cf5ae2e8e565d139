//! The page `plaint vocabulary` prints: every variable, function, step and recipient, from the tables that check.

use std::fmt::Write as _;

use engine::{
    condition::{Group, Unit, Variable},
    rule::Intervention,
};

use crate::{
    condition::{FUNCTIONS, group_word, where_offered},
    format::{Form, RECIPIENTS, Table},
    lang::{Both, Lang, Said},
};

/// The page, in Markdown.
pub fn vocabulary(lang: Lang) -> String {
    let mut page = String::new();
    variables(&mut page, lang);
    functions(&mut page, lang);
    steps(&mut page, lang);
    recipients(&mut page, lang);
    page
}

fn variables(page: &mut String, lang: Lang) {
    heading(page, lang, "变量", "Variables");
    for group in Group::ALL {
        let _ = writeln!(page, "\n### {}\n\n{}\n", group_word(group), where_offered(group).said(lang));
        let columns = Both {
            zh: "| 名称 | 类型 | 个人信息 | 含义 |\n|---|---|---|---|",
            en: "| name | type | personal | what |\n|---|---|---|---|",
        };
        let _ = writeln!(page, "{}", columns.said(lang));
        for facts in Variable::ALL.iter().map(|variable| variable.facts()).filter(|facts| facts.group == group) {
            let what = Both { zh: facts.zh, en: facts.en }.said(lang);
            let personal = match (facts.personal, lang) {
                (false, _) => "",
                (true, Lang::Zh) => "是",
                (true, Lang::En) => "yes",
            };
            let _ = writeln!(page, "| `{}` | {} | {personal} | {what} |", facts.name, unit(facts.unit).said(lang));
        }
    }
}

fn unit(unit: Unit) -> Both {
    let (zh, en) = match unit {
        Unit::Flag => ("是非", "true or false"),
        Unit::Count => ("次数", "number"),
        Unit::Score => ("-1 到 1", "number from -1 to 1"),
        Unit::Text => ("文本", "text"),
        Unit::Duration => ("时长", "duration"),
        Unit::Instant => ("时刻", "timestamp"),
        Unit::Texts => ("文本列表", "list of texts"),
    };
    Both { zh, en }
}

fn functions(page: &mut String, lang: Lang) {
    heading(page, lang, "函数与运算", "Functions and signs");
    let _ = writeln!(page, "\n`&& || ! == != < <= > >= in + - * / ?:`\n");
    for function in FUNCTIONS {
        let _ = writeln!(page, "- `{}` {}", function.form, function.about.said(lang));
    }
}

fn steps(page: &mut String, lang: Lang) {
    heading(page, lang, "步骤", "Steps");
    page.push('\n');
    for key in Table::Step.keys().iter().filter(|key| key.form != Form::Later) {
        let _ = writeln!(page, "- `{}` {}", key.name, key.about.said(lang));
    }
    let words: Vec<String> = Intervention::WORDS.iter().map(|(word, _)| format!("`{word}`")).collect();
    let _ = writeln!(page, "\n`intervene`, `else`: {}", words.join(" "));
}

fn recipients(page: &mut String, lang: Lang) {
    heading(page, lang, "收件人", "Recipients");
    page.push('\n');
    for recipient in RECIPIENTS {
        let name = match (recipient.form.ends_with(':'), lang) {
            (false, _) => "",
            (true, Lang::Zh) => "<名称>",
            (true, Lang::En) => "<name>",
        };
        let _ = writeln!(page, "- `{}{name}` {}", recipient.form, recipient.about.said(lang));
    }
}

fn heading(page: &mut String, lang: Lang, zh: &'static str, en: &'static str) {
    let before = if page.is_empty() { "" } else { "\n" };
    let _ = writeln!(page, "{before}## {}", Both { zh, en }.said(lang));
}
