//! Why a generation was not made, or does not decide: each with what a person reads in either language.

use axum::http::StatusCode;
use engine::time::Instant;
use policy::Lang;
use road::wire::spell_instant;

use crate::lang::pick;

/// A text in Chinese and in English.
pub(crate) type Texts = [String; 2];

/// See the module. Whatever it is, the generation that is live stays so.
#[derive(Clone, Debug)]
pub(crate) enum Unmade {
    /// The pack is wrong.
    Pack(Texts),
    /// A plugin cannot be had, or does not accept its settings.
    Plugins(Texts),
    /// An example on one of the pack's pages does not hold.
    Pages(Texts),
    /// A plugin broke on a call made to try it.
    Canary(Texts),
    /// The pack that is live allows no change now.
    Frozen {
        /// Until then.
        until: Instant,
    },
    /// Another activation is at work.
    Busy,
    /// There is nothing to go back to.
    NothingBefore,
    /// No such generation is kept.
    Unknown {
        /// What was asked for.
        generation: String,
    },
    /// The live pack has no such rule.
    NoRule(Texts),
    /// Nothing is paused by these words.
    NotPaused,
    /// The tenant's road has ended.
    Down,
    /// The disk; the log says what.
    Failed(String),
}

impl Unmade {
    /// A text made once for each language.
    pub(crate) fn texts(text: impl Fn(Lang) -> String) -> Texts {
        [text(Lang::Zh), text(Lang::En)]
    }

    /// Its status over HTTP.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Unmade::Pack(_) | Unmade::Plugins(_) | Unmade::Pages(_) | Unmade::Canary(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Unmade::Frozen { .. } | Unmade::Busy | Unmade::NothingBefore => StatusCode::CONFLICT,
            Unmade::Unknown { .. } | Unmade::NoRule(_) | Unmade::NotPaused => StatusCode::NOT_FOUND,
            Unmade::Down => StatusCode::SERVICE_UNAVAILABLE,
            Unmade::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Its word, and what it is in Chinese and in English.
    pub(crate) fn title(&self) -> (&'static str, [&'static str; 2]) {
        match self {
            Unmade::Pack(_) => ("pack-wrong", ["策略包有误", "the pack is wrong"]),
            Unmade::Plugins(_) => ("plugins-unusable", ["插件无法使用", "plugins cannot be used"]),
            Unmade::Pages(_) => ("pages-fail", ["页面示例未通过", "examples on pages do not hold"]),
            Unmade::Canary(_) => ("canary-failed", ["插件试调用失败", "a plugin failed when it was tried"]),
            Unmade::Frozen { .. } => ("frozen", ["处于冻结期", "the pack is frozen"]),
            Unmade::Busy => ("activation-running", ["正在启用另一策略版本", "another activation is at work"]),
            Unmade::NothingBefore => ("nothing-before", ["没有可回退的策略版本", "there is nothing to go back to"]),
            Unmade::Unknown { .. } => ("unknown-generation", ["没有这个策略版本", "no such generation"]),
            Unmade::NoRule(_) => ("unknown-rule", ["没有这条规则", "no such rule"]),
            Unmade::NotPaused => ("not-paused", ["没有这样的暂停", "nothing is paused like that"]),
            Unmade::Down => ("down", ["租户暂停服务", "the tenant is out of service"]),
            Unmade::Failed(_) => ("failed", ["服务器出错", "the server failed"]),
        }
    }

    /// What to do, and that nothing has changed.
    pub(crate) fn detail(&self, lang: Lang) -> String {
        let is_of_pack = matches!(self, Unmade::Pack(_) | Unmade::Plugins(_) | Unmade::Pages(_) | Unmade::Canary(_));
        if !is_of_pack {
            return self.reason(lang);
        }
        let kept = pick(lang, "现行策略版本不变。", "The generation that is live stays so.");
        format!("{}\n{kept}", self.reason(lang).trim_end())
    }

    /// What speaks against it.
    pub(crate) fn reason(&self, lang: Lang) -> String {
        match self {
            Unmade::Pack([zh, en])
            | Unmade::Plugins([zh, en])
            | Unmade::Pages([zh, en])
            | Unmade::Canary([zh, en])
            | Unmade::NoRule([zh, en]) => pick(lang, zh, en).to_owned(),
            Unmade::Frozen { until } => {
                let en = "until {until} only `plaint policy pause` and `rollback` may change what decides";
                pick(lang, "{until} 之前只允许 `plaint policy pause` 和 `rollback`", en)
                    .replace("{until}", &spell_instant(*until))
            }
            Unmade::Busy => pick(lang, "请稍后重试", "try again when it is done").to_owned(),
            Unmade::NothingBefore => {
                let en = "no other generation was live before, or it was taken back itself; `plaint policy history` \
                          shows them, `--to` names one";
                let zh = "此前没有其他策略版本,或已被回退;可用 `plaint policy history` 查看,用 `--to` 指定";
                pick(lang, zh, en).to_owned()
            }
            Unmade::Unknown { generation } => {
                let en = "`{}` is not kept here; `plaint policy history` shows those that are";
                pick(lang, "这里没有 `{}`;可用 `plaint policy history` 查看", en).replace("{}", generation)
            }
            Unmade::NotPaused => {
                let en = "rule, step and brand must be those it was paused with; `plaint policy status` shows them";
                pick(lang, "规则、步骤和品牌须与暂停时一致;可用 `plaint policy status` 查看", en).to_owned()
            }
            Unmade::Down => pick(lang, "请稍后重试", "come again later").to_owned(),
            Unmade::Failed(_) => pick(lang, "原因见服务器日志", "the server's log says why").to_owned(),
        }
    }
}
