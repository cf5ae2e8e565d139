//! The line at the end of a run.

use std::time::Duration;

use policy::Lang;

use super::{BAD_LINES_MAX, Counts};

/// What came in, what was decided, how long it took.
pub(super) fn summary(counts: &Counts, took: Duration, lang: Lang) -> String {
    let of = |kind: &str| counts.decisions.get(kind).copied().unwrap_or(0);
    let (raised, cleared) = (of("plaint.alert.raised"), of("plaint.alert.cleared"));
    let told = of("plaint.notification.ordered");
    let ordered = of("plaint.intervention.ordered");
    let operator = of("plaint.operator.alerted");
    let seconds = took.as_secs_f64();
    let rate = (counts.appended as f64 / seconds.max(1e-6)) as u64;
    let Counts { appended, known, bad, .. } = counts;
    let mut parts = match lang {
        Lang::Zh => vec![
            format!("事实 {appended} 条"),
            format!("预警 {raised} 个"),
            format!("通知 {told} 次"),
            format!("干预指令 {ordered} 个"),
        ],
        Lang::En => vec![
            counted(*appended, "fact"),
            counted(raised, "alert"),
            counted(told, "notification"),
            counted(ordered, "intervention"),
        ],
    };
    let more = [
        (cleared, "自行解除 {} 个", "{} cleared"),
        (*known, "已在日志中 {} 条", "{} already in the log"),
        (operator, "需运维查看 {} 处", "{} for the operator to look at"),
        (*bad, "无法读入 {} 行", if *bad == 1 { "{} bad line" } else { "{} bad lines" }),
        (bad.saturating_sub(BAD_LINES_MAX), "其中 {} 行未列出", "{} of them not listed"),
    ];
    let more = more.into_iter().filter(|(count, ..)| *count > 0);
    parts.extend(more.map(|(count, zh, en)| crate::lang::pick(lang, zh, en).replace("{}", &count.to_string())));
    parts.push(match lang {
        Lang::Zh => format!("用时 {seconds:.1} 秒,每秒 {rate} 条"),
        Lang::En => format!("{seconds:.1} s, {rate} facts a second"),
    });
    parts.join(" · ")
}

fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
