//! Cases as people read them: what became a case, whose it is, by when, and what people did with it.

use engine::{
    decision::{CaseAssigned, CaseOpened, DecisionBody},
    id::Id,
};
use policy::Lang;

use super::{text::Story, words};
use crate::{lang::pick, refused};

/// Digits of a case's id that people read: enough to tell the cases of a day apart.
const SHORT_DIGITS: usize = 8;

impl Story {
    /// The lines of a decision about a case; nothing for any other.
    #[allow(clippy::wildcard_enum_match_arm, reason = "only decisions about cases are told here")]
    pub(super) fn of_case(&self, body: &DecisionBody) -> Option<Vec<String>> {
        let lang = self.lang;
        let case = pick(lang, "工单", "case");
        let line = match body {
            DecisionBody::CaseOpened(opened) => return Some(self.case_opened(opened)),
            DecisionBody::CaseAssigned(assigned) => return Some(self.case_assigned(assigned)),
            DecisionBody::CaseChased(chased) => match lang {
                Lang::Zh => format!("↻ 催单 · 工单 {} 第 {} 次", short(chased.case), chased.nth),
                Lang::En => format!("↻ chaser · case {}, no. {}", short(chased.case), chased.nth),
            },
            DecisionBody::CaseAsked(asked) => {
                let candidates: Vec<String> = asked.candidates.iter().map(|case| short(*case)).collect();
                let which = pick(lang, "请坐席确认是哪张工单", "the agent is asked which case is meant");
                format!("? {which} · {}", candidates.join(" · "))
            }
            DecisionBody::CaseMoved(moved) => {
                let by = moved.by.as_ref().map_or_else(String::new, |by| format!(" · {}", self.person(by)));
                let (action, now) = (words::action(&moved.action, lang), refused::stands(&moved.now, lang));
                format!("■ {case} {} · {action} → {now}{by}", short(moved.case))
            }
            DecisionBody::CaseActionRefused(refused) => format!(
                "✗ {case} {} · {} · {} · {}: {}",
                short(refused.case),
                words::action(&refused.action, lang),
                refused::stands(&refused.now, lang),
                pick(lang, "需要", "needs"),
                refused::missing(&refused.missing, lang)
            ),
            _ => return None,
        };
        Some(vec![line])
    }

    fn case_opened(&self, opened: &CaseOpened) -> Vec<String> {
        let lang = self.lang;
        let (case, severity) = (pick(lang, "新工单", "case opened"), words::severity(opened.severity, lang));
        let mut lines = vec![format!("■ {case} {} · {} · {severity}", short(opened.case), opened.category)];
        if !opened.because.is_empty() {
            let sure = format!("{} %", opened.confidence);
            let why = pick(lang, "依据", "why");
            lines.push(format!("  {why} {} ({sure})", opened.because.join(" · ")));
        }
        lines
    }

    fn case_assigned(&self, assigned: &CaseAssigned) -> Vec<String> {
        let lang = self.lang;
        let somebody = |person: &Option<String>| match person {
            Some(person) => self.person(person),
            None => pick(lang, "(未载入人员)", "(no directory)").to_owned(),
        };
        let desk = format!("{}/{}", assigned.desk.department, assigned.desk.role);
        let mut parts = vec![
            format!("→ {} {}", pick(lang, "责任人", "owner"), somebody(&assigned.owner)),
            desk,
            format!("{} {}", pick(lang, "首问责任人", "keeper"), somebody(&assigned.keeper)),
            format!("{} {}", pick(lang, "期限", "due"), self.format(assigned.due, "%Y-%m-%d %H:%M")),
        ];
        parts.extend(assigned.priority.clone());
        if assigned.reason != "opened" {
            parts.push(words::because(&assigned.reason, lang).to_owned());
        }
        let why = pick(lang, "依据", "why");
        let because = assigned.because.iter().map(|(name, value)| format!(" · {name}: {value}"));
        vec![parts.join(" · "), format!("  {why} {}{}", assigned.route, because.collect::<String>())]
    }
}

/// The beginning of a case's id.
fn short(case: Id) -> String {
    case.to_string().chars().take(SHORT_DIGITS).collect()
}
