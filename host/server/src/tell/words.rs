//! The words of the house in both languages.

use engine::{
    fact::{Capacity, Speaker},
    rule::{Intervention, Severity},
};
use policy::Lang;

use crate::lang::pick;

pub(super) fn speaker(speaker: Speaker, lang: Lang) -> &'static str {
    let (zh, en) = match speaker {
        Speaker::Customer => ("来电人", "caller"),
        Speaker::Agent => ("坐席", "agent"),
        Speaker::Bot => ("机器人", "bot"),
        Speaker::System => ("系统", "system"),
    };
    pick(lang, zh, en)
}

pub(super) fn severity(severity: Severity, lang: Lang) -> &'static str {
    let (zh, en) = match severity {
        Severity::Info => ("提醒", "info"),
        Severity::Warning => ("警示", "warning"),
        Severity::Critical => ("严重", "critical"),
    };
    pick(lang, zh, en)
}

pub(super) fn capacity(capacity: Capacity, lang: Lang) -> &'static str {
    let (zh, en) = match capacity {
        Capacity::SelfCaller => ("本人", "for themselves"),
        Capacity::Family => ("家属", "family"),
        Capacity::Dealer => ("经销商", "dealer"),
        Capacity::Media => ("媒体", "media"),
        Capacity::Lawyer => ("律师", "lawyer"),
        Capacity::Regulator => ("监管部门", "regulator"),
        Capacity::Unknown => ("未知", "unknown"),
    };
    pick(lang, zh, en)
}

pub(super) fn intervention(intervention: Intervention, lang: Lang) -> &'static str {
    let (zh, en) = match intervention {
        Intervention::Hint => ("提示", "hint"),
        Intervention::Monitor => ("监听", "monitor"),
        Intervention::Whisper => ("耳语", "whisper"),
        Intervention::Barge => ("强插", "barge"),
        Intervention::Conference => ("三方通话", "conference"),
        Intervention::TransferAgent => ("转接坐席", "transfer to an agent"),
        Intervention::TransferQueue => ("转接队列", "transfer to a queue"),
        Intervention::ChangeAgent => ("换人", "change of agent"),
    };
    pick(lang, zh, en)
}

/// Why a step was not taken, or an order ended.
pub(super) fn because(word: &str, lang: Lang) -> &str {
    let (zh, en) = match word {
        "unless" => ("已无需要", "no longer needed"),
        "alert-over" => ("预警已结束", "the alert is over"),
        "contact-closed" => ("会话已结束", "the contact has ended"),
        "one-forced-change" => ("每次会话最多强制换人一次", "at most one forced change a contact"),
        "rule-gone" => ("规则已变更", "the rule has changed"),
        "withdrawn" => ("策略版本已回退", "the generation was rolled back"),
        "paused" => ("已暂停", "paused"),
        "expired" => ("无人确认,已过期", "nobody confirmed it in time"),
        "failed" => ("渠道执行失败", "the channel failed"),
        "clear" => ("规则条件已解除", "by the rule's own condition"),
        "nobody-there" => ("无人当班", "nobody is on duty"),
        "needs-a-person" => ("须由人决定", "a person must decide it"),
        "transfer" => ("转派", "transferred"),
        "reopened" => ("重新打开", "reopened"),
        "owner-left" => ("原责任人已离岗", "the owner left"),
        "fallback" => ("兜底", "last resort"),
        "revised" => ("依据已被更正", "its cause was revised"),
        _ => (word, word),
    };
    pick(lang, zh, en)
}

/// What people did with a case.
pub(super) fn action(word: &str, lang: Lang) -> &str {
    let (zh, en) = match word {
        "accept" => ("接单", "accept"),
        "note" => ("备注", "note"),
        "transfer" => ("转派", "transfer"),
        "resolve" => ("处理完成", "resolve"),
        "reopen" => ("重新打开", "reopen"),
        "close" => ("结案", "close"),
        _ => (word, word),
    };
    pick(lang, zh, en)
}

/// Why somebody is told of a case.
pub(super) fn occasion(word: &str, lang: Lang) -> &str {
    let (zh, en) = match word {
        "assigned" => ("有工单待接", "a case is yours"),
        "chased" => ("客户催单", "the customer came back"),
        "moved" => ("工单有进展", "the case moved on"),
        _ => (word, word),
    };
    pick(lang, zh, en)
}

/// Who is meant by a recipient of a rule.
pub(super) fn recipient(to: &str, agent: Option<&str>, lang: Lang) -> String {
    let agent = agent.unwrap_or_default();
    let (kind, name) = to.split_once(':').unwrap_or((to, ""));
    match (kind, name, lang) {
        ("lead-of", "agent", Lang::Zh) => format!("坐席 {agent} 的班组长"),
        ("lead-of", "agent", Lang::En) => format!("the lead of agent {agent}"),
        ("team-of", "agent", Lang::Zh) => format!("坐席 {agent} 所在班组"),
        ("team-of", "agent", Lang::En) => format!("the team of agent {agent}"),
        ("manager-of", "owner", Lang::Zh) => "责任人的上级".to_owned(),
        ("manager-of", "owner", Lang::En) => "the owner's manager".to_owned(),
        ("owner", _, _) => pick(lang, "责任人", "the owner").to_owned(),
        ("keeper", _, _) => pick(lang, "首问责任人", "the keeper").to_owned(),
        ("role", _, _) => format!("{} {name}", pick(lang, "角色", "role")),
        ("person", _, _) => format!("{} {name}", pick(lang, "人员", "person")),
        ("duty", _, _) => format!("{} {name}", pick(lang, "值班", "on duty:")),
        _ => to.to_owned(),
    }
}
