//! The format: every table of a pack with its keys. The reader, the schema and the advice come from it.

use engine::{
    fact::Speaker,
    guard::OnFailure,
    rule::{Intervention, Severity},
};

use crate::lang::Both;

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A name.
    Name,
    /// Words for people.
    Text,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A condition.
    Condition,
    /// A duration.
    Duration,
    /// True or false.
    Flag,
    /// Texts.
    Texts,
    /// A text or a list of texts.
    Recipients,
    /// A table of any names with simple values.
    Values,
    /// Any table.
    Settings,
    /// A simple value.
    Value,
    /// A table, or tables, of this kind.
    One(Table),
    /// A list of tables of this kind.
    Many(Table),
    /// Any names, each with a table of this kind.
    Each(Table),
    /// Known, but not carried out by this version.
    Later,
}

/// A key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    pub(crate) needed: bool,
    pub(crate) about: Both,
}

/// A kind of table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Pack,
    Param,
    ParamSet,
    Alert,
    Say,
    Step,
    Analyzer,
    Department,
    Role,
    Category,
    Route,
    Casework,
    Freeze,
}

impl Table {
    pub(crate) const ALL: [Table; 13] = [
        Table::Pack,
        Table::Param,
        Table::ParamSet,
        Table::Alert,
        Table::Say,
        Table::Step,
        Table::Analyzer,
        Table::Department,
        Table::Role,
        Table::Category,
        Table::Route,
        Table::Casework,
        Table::Freeze,
    ];
    /// The tables any file of a pack may hold, written `[[…]]`.
    pub(crate) const LISTS: [Table; 6] =
        [Table::Alert, Table::Analyzer, Table::Department, Table::Role, Table::Category, Table::Route];

    /// Its name in the schema.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Table::Pack => "pack",
            Table::Param => "param",
            Table::ParamSet => "param-set",
            Table::Alert => "alert",
            Table::Say => "say",
            Table::Step => "step",
            Table::Analyzer => "analyzer",
            Table::Department => "department",
            Table::Role => "role",
            Table::Category => "category",
            Table::Route => "route",
            Table::Casework => "casework",
            Table::Freeze => "freeze",
        }
    }

    /// What it is called in messages.
    pub(crate) fn label(self) -> Both {
        let (zh, en) = match self {
            Table::Pack => ("策略包文件", "a pack file"),
            Table::Param => ("参数", "a parameter"),
            Table::ParamSet => ("参数组", "a parameter set"),
            Table::Alert => ("预警规则", "an alert rule"),
            Table::Say => ("预警文本", "what an alert says"),
            Table::Step => ("步骤", "a step"),
            Table::Analyzer => ("分析插件", "an analyzer"),
            Table::Department => ("部门", "a department"),
            Table::Role => ("角色", "a role"),
            Table::Category => ("分类", "a category"),
            Table::Route => ("路由", "a route"),
            Table::Casework => ("工单设置", "what a pack says of cases"),
            Table::Freeze => ("冻结期", "a freeze"),
        };
        Both { zh, en }
    }

    /// Its keys, in the order they are printed.
    pub(crate) fn keys(self) -> &'static [Key] {
        match self {
            Table::Pack => PACK,
            Table::Param => PARAM,
            Table::ParamSet => PARAM_SET,
            Table::Alert => ALERT,
            Table::Say => SAY,
            Table::Step => STEP,
            Table::Analyzer => ANALYZER,
            Table::Department => DEPARTMENT,
            Table::Role => ROLE,
            Table::Category => CATEGORY,
            Table::Route => ROUTE,
            Table::Casework => CASEWORK,
            Table::Freeze => FREEZE,
        }
    }
}

const fn needed(name: &'static str, form: Form, zh: &'static str, en: &'static str) -> Key {
    Key { name, form, needed: true, about: Both { zh, en } }
}

const fn optional(name: &'static str, form: Form, zh: &'static str, en: &'static str) -> Key {
    Key { name, form, needed: false, about: Both { zh, en } }
}

const fn on_failure(words: &'static [&'static str]) -> Key {
    let zh = "插件失败时怎么办（默认 abstain，即不作回答）";
    optional("on_failure", Form::Words(words), zh, "what follows where the plugin fails (default abstain)")
}

const fn later(name: &'static str) -> Key {
    optional(name, Form::Later, "本版本尚不执行", "not carried out by this version")
}

/// What a rule may be looked at by; only the first two in this version.
pub(crate) const ON: &[&str] = &["turn", "contact"];
/// Known, but not carried out by this version.
pub(crate) const ON_LATER: &[&str] =
    &["case", "customer", "touchpoint", "clock", "request", "alert", "agent", "team", "metric", "schedule"];
pub(crate) const FIRE: &[&str] = &["rise", "each"];
/// What a plugin's place can want where the plugin fails; the last only a route, which has rows behind it.
pub(crate) const ON_FAILURES: [(&str, OnFailure); 4] = [
    ("abstain", OnFailure::Abstain),
    ("previous", OnFailure::Previous),
    ("alert-operator", OnFailure::AlertOperator),
    ("default-route", OnFailure::DefaultRoute),
];
pub(crate) const ON_FAILURE: &[&str] = &["abstain", "previous", "alert-operator"];
pub(crate) const ON_FAILURE_OF_ROUTES: &[&str] = &["abstain", "previous", "alert-operator", "default-route"];
pub(crate) const SEVERITIES: [(&str, Severity); 3] =
    [("info", Severity::Info), ("warning", Severity::Warning), ("critical", Severity::Critical)];
pub(crate) const SEVERITY: &[&str] = &["info", "warning", "critical"];
pub(crate) const INTERVENTIONS: &[&str] = &[
    Intervention::WORDS[0].0,
    Intervention::WORDS[1].0,
    Intervention::WORDS[2].0,
    Intervention::WORDS[3].0,
    Intervention::WORDS[4].0,
    Intervention::WORDS[5].0,
    Intervention::WORDS[6].0,
    Intervention::WORDS[7].0,
];
/// What a step does: exactly one of these keys.
pub(crate) const ACTS: [&str; 4] = ["hint", "notify", "intervene", "open-case"];
/// What `open-case` says where the category is to be found in the customer's words.
pub(crate) const AUTO: &str = "auto";
/// Whose turns an analyzer can read.
pub(crate) const SPEAKERS: [(&str, Speaker); 4] =
    [("customer", Speaker::Customer), ("agent", Speaker::Agent), ("bot", Speaker::Bot), ("system", Speaker::System)];

const PACK: &[Key] = &[
    needed("name", Form::Name, "策略包名称", "the pack's name"),
    optional("include", Form::Texts, "先读入的策略包文件夹", "folders of packs that are read first"),
    optional("params", Form::Each(Table::Param), "参数，读作 param.<名称>", "parameters, read as param.<name>"),
    optional(
        "param-set",
        Form::Many(Table::ParamSet),
        "参数组：第一个条件成立的组生效",
        "parameter sets: the first whose condition holds counts",
    ),
    optional("alert", Form::Many(Table::Alert), "预警规则", "alert rules"),
    optional(
        "analyzer",
        Form::Many(Table::Analyzer),
        "读语句和投诉的分析插件",
        "plugins that read turns and complaints",
    ),
    optional("department", Form::Many(Table::Department), "部门", "departments"),
    optional("role", Form::Many(Table::Role), "角色", "roles"),
    optional("category", Form::Many(Table::Category), "投诉分类", "the taxonomy of complaints"),
    optional(
        "route",
        Form::Many(Table::Route),
        "路由：第一个成立的行决定工单归谁",
        "who gets which case: the first row that holds counts",
    ),
    optional("casework", Form::One(Table::Casework), "工单设置", "what holds for all cases"),
    optional(
        "freeze",
        Form::Many(Table::Freeze),
        "冻结期：期间只允许暂停和回退",
        "times in which only a pause or a rollback may change what decides",
    ),
    later("signal"),
    later("metric"),
    later("clock"),
    later("ladder"),
    later("calendar"),
];

const FREEZE: &[Key] = &[
    needed("from", Form::Text, "开始时刻（RFC 3339）", "when it begins (RFC 3339)"),
    needed("to", Form::Text, "结束时刻（RFC 3339）", "when it is over (RFC 3339)"),
];

const PARAM: &[Key] = &[
    needed(
        "default",
        Form::Value,
        "默认值：数字、时长、是非或文本",
        "what it is where no set says otherwise: a number, a duration, a flag or a text",
    ),
    optional("min", Form::Value, "最小值", "the least it may be"),
    optional("max", Form::Value, "最大值", "the most it may be"),
    optional("override", Form::Flag, "替换引用包里的同名参数", "replaces the one of this name that was included"),
];

const PARAM_SET: &[Key] = &[
    needed("when", Form::Condition, "何时生效；不可知时不生效", "when it counts; not when that cannot be known"),
    needed("set", Form::Values, "参数的取值", "the values of parameters"),
];

const ALERT: &[Key] = &[
    needed("id", Form::Name, "名称：它抓住的现象", "its name: the pattern it catches"),
    needed("on", Form::Words(ON), "何时查看", "when it is looked at"),
    optional(
        "when",
        Form::Condition,
        "条件；用插件时表示是否去问它",
        "the condition; with a plugin, whether to ask it",
    ),
    optional(
        "fire",
        Form::Words(FIRE),
        "rise：条件变为成立时（默认）；each：每次成立时",
        "rise: when the condition becomes true (default); each: every time",
    ),
    optional("clear", Form::Condition, "何时自动解除", "when an open alert is over by itself"),
    needed("severity", Form::Words(SEVERITY), "严重程度", "how bad it is"),
    needed("say", Form::One(Table::Say), "给人看的文本", "what people read"),
    optional("then", Form::Many(Table::Step), "随后的步骤", "what follows"),
    optional(
        "cooldown",
        Form::Duration,
        "触发后静默多久（默认 0s）",
        "having fired, it keeps still for this long (default 0s)",
    ),
    optional("plugin", Form::Name, "由哪个插件判断", "the plugin that answers"),
    optional("settings", Form::Settings, "插件的设置", "the plugin's settings"),
    on_failure(ON_FAILURE),
    optional("override", Form::Flag, "替换引用包里的同名规则", "replaces the rule of this id that was included"),
    later("group_by"),
    later("max_open_per_person"),
    later("overflow"),
];

const SAY: &[Key] = &[needed("zh", Form::Text, "中文", "in Chinese"), needed("en", Form::Text, "英文", "in English")];

const STEP: &[Key] = &[
    optional("hint", Form::Name, "给坐席看的提示名称", "the name of a hint the agent is shown"),
    optional("notify", Form::Recipients, "通知谁", "who is told"),
    optional("intervene", Form::Words(INTERVENTIONS), "给渠道的指令", "an order to the channel"),
    optional("to", Form::Recipients, "由谁接手，最合适的在前", "who takes over, best first"),
    optional("needs", Form::Texts, "接手的人须具备什么", "what the one who takes over must be able to do"),
    optional("after", Form::Duration, "预警后多久（默认 0s）", "how long after the alert (default 0s)"),
    optional("unless", Form::Condition, "届时若成立则不做", "not if this holds then"),
    optional(
        "within",
        Form::Duration,
        "指令多久无结果算失败（默认 30s）",
        "an order open for this long has failed (default 30s)",
    ),
    optional("else", Form::Words(INTERVENTIONS), "做不成时改做什么", "what to order instead when it fails"),
    optional(
        "open-case",
        Form::Text,
        "为涉及的每位客户开工单：分类 id，或 auto（由客户的话判断）",
        "opens a case for each customer concerned: a category, or auto to go by their words",
    ),
    later("during"),
    later("request"),
    later("set-tag"),
    later("set-severity"),
    later("start-clock"),
    later("oversee"),
    later("callback"),
    later("qa-sample"),
    later("compensate"),
    later("hold-close"),
];

const ANALYZER: &[Key] = &[
    needed("plugin", Form::Name, "插件", "the plugin"),
    optional("settings", Form::Settings, "插件的设置", "the plugin's settings"),
    on_failure(ON_FAILURE),
    optional(
        "reads",
        Form::Texts,
        "读谁的语句（默认 customer 和 agent）；投诉一律读",
        "whose turns it reads (default customer and agent); complaints are always read",
    ),
];

const DEPARTMENT: &[Key] = &[
    needed("id", Form::Name, "名称", "its name"),
    needed("zh", Form::Text, "中文", "in Chinese"),
    needed("en", Form::Text, "英文", "in English"),
    optional("override", Form::Flag, "替换引用包里的同名部门", "replaces the one of this id that was included"),
];

const ROLE: &[Key] = &[
    needed("id", Form::Name, "名称", "its name"),
    optional("department", Form::Name, "所属部门", "its department"),
    needed("zh", Form::Text, "中文", "in Chinese"),
    needed("en", Form::Text, "英文", "in English"),
    optional("override", Form::Flag, "替换引用包里的同名角色", "replaces the one of this id that was included"),
];

const CATEGORY: &[Key] = &[
    needed("id", Form::Text, "名称：大类/小类", "its name: family/name"),
    needed("zh", Form::Text, "中文", "in Chinese"),
    needed("en", Form::Text, "英文", "in English"),
    optional("words", Form::Texts, "说明属于此类的词语，中英文均可", "words that speak for it, in any language"),
    optional("labels", Form::Texts, "说明属于此类的分析标签", "labels of analyzers that speak for it"),
    optional("severity", Form::Words(SEVERITY), "严重程度（默认 warning）", "how bad it is (default warning)"),
    optional("override", Form::Flag, "替换引用包里的同名分类", "replaces the one of this id that was included"),
];

const ROUTE: &[Key] = &[
    needed("id", Form::Name, "名称", "its name"),
    optional("when", Form::Condition, "何时适用；不写则总适用", "when it counts; always without one"),
    optional("department", Form::Name, "交给哪个部门", "the department that gets the case"),
    optional("role", Form::Name, "由哪个角色负责", "the role whose people own the case"),
    optional("plugin", Form::Name, "由哪个插件决定", "the plugin that decides"),
    optional("settings", Form::Settings, "插件的设置", "the plugin's settings"),
    on_failure(ON_FAILURE_OF_ROUTES),
    optional("due", Form::Duration, "多久内解决（默认 7d）", "by when it must be resolved (default 7d)"),
    optional("priority", Form::Name, "优先级", "how urgent it is"),
    optional("override", Form::Flag, "替换引用包里的同名路由", "replaces the one of this id that was included"),
];

const CASEWORK: &[Key] = &[
    optional(
        "keeper",
        Form::Recipients,
        "首问责任人：没有坐席接手时由谁答复客户",
        "who answers to the customer meanwhile, where no agent has the matter",
    ),
    optional(
        "last_resort",
        Form::Text,
        "兜底的人，写 person:<工号>：找不到人时都交给他",
        "the person, written person:<id>, whom everything reaches that reaches nobody else",
    ),
    optional(
        "confidence_min",
        Form::Value,
        "分类把握低于此值（0 到 1）按未分类处理",
        "a category less sure than this, 0 to 1, is not believed",
    ),
];

/// A way to say who.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipient {
    /// As it is written; what ends in `:` is followed by a name.
    pub(crate) form: &'static str,
    pub(crate) about: Both,
}

const fn recipient(form: &'static str, zh: &'static str, en: &'static str) -> Recipient {
    Recipient { form, about: Both { zh, en } }
}

/// Every way to say who.
pub(crate) const RECIPIENTS: [Recipient; 9] = [
    recipient("person:", "某个人", "a person"),
    recipient("role:", "担任某角色的人", "whoever has a role"),
    recipient("team-of:agent", "坐席所在班组", "the agent's team"),
    recipient("lead-of:agent", "坐席的班组长", "the lead of the agent's team"),
    recipient("owner", "责任人", "who solves the case"),
    recipient("keeper", "首问责任人", "who answers to the customer meanwhile"),
    recipient("manager-of:owner", "责任人的上级", "the owner's manager"),
    recipient("duty:", "某值班表上当班的人", "who is on duty by a roster"),
    recipient("queue:", "某队列（只用于 transfer-queue）", "a queue, for transfer-queue only"),
];

#[cfg(test)]
mod tests {
    use super::{SEVERITIES, SEVERITY};

    #[test]
    fn the_severities_have_one_order() {
        assert!(SEVERITIES.iter().map(|(word, _)| word).eq(SEVERITY.iter()));
    }
}
