//! Every kind of problem with its texts: one list.

use crate::{
    kind::Kind,
    lang::{Both, Lang, Said},
    nearest::Nearest,
};

macro_rules! problems {
    ($($kind:ident { $($field:ident: $type:ty),* } $zh:literal $en:literal;)*) => {
        /// What is wrong.
        #[derive(Clone, Debug)]
        pub(crate) enum ProblemKind {
            $($kind { $($field: $type),* },)*
        }

        impl ProblemKind {
            /// Its name.
            pub(crate) fn word(&self) -> &'static str {
                match self {
                    $(ProblemKind::$kind { .. } => stringify!($kind),)*
                }
            }

            /// What a person reads.
            pub(crate) fn text(&self, lang: Lang) -> String {
                match self {
                    $(ProblemKind::$kind { $($field),* } => {
                        $(let $field = $field.said(lang);)*
                        match lang {
                            Lang::Zh => format!($zh),
                            Lang::En => format!($en),
                        }
                    })*
                }
            }
        }
    };
}

problems! {
    // Folders and files.
    NoPackFile {}
        "这个文件夹里没有 pack.toml；请新建一个，至少写上 `name = \"…\"`"
        "there is no pack.toml in this folder; make one that says at least `name = \"…\"`";
    NoRules {}
        "策略包里没有任何规则；请在本文件夹的某个 .toml 文件里写 `[[alert]]`"
        "the pack has no rules; write an `[[alert]]` in a .toml file of this folder";
    Unreadable { why: String }
        "无法读取：{why}"
        "cannot be read: {why}";
    NotUtf8 {}
        "不是 UTF-8 编码；请用编辑器另存为 UTF-8"
        "is not UTF-8; save it as UTF-8 in your editor";
    TooBig { max: usize }
        "文件超过 {max} 字节；请拆成几个文件"
        "is bigger than {max} bytes; split it";
    Syntax { why: String }
        "不是合法的 TOML：{why}"
        "is not TOML here: {why}";
    IncludeMissing { folder: String }
        "引用的文件夹 `{folder}` 不存在或没有 pack.toml；路径从本文件夹算起，例如 `../base`"
        "the included folder `{folder}` is not there or has no pack.toml; paths start at this folder, like `../base`";
    IncludeCycle { folder: String }
        "`{folder}` 又引用回自己；请去掉其中一处 include"
        "`{folder}` includes itself in a circle; take one of the includes out";
    IncludeOutside { folder: String }
        "`{folder}` 不能用绝对路径；请写相对路径，例如 `../base`"
        "`{folder}` is an absolute path; write one that starts at this folder, like `../base`";

    // Tables and keys.
    UnknownKey { key: String, table: Both, nearest: Nearest }
        "{table}没有 `{key}` 这个键{nearest}"
        "{table} has no key `{key}`{nearest}";
    NotYet { what: String }
        "`{what}` 是已知的写法，但本版本尚不执行；请删去，否则它会一声不响地不起作用"
        "`{what}` is known but not carried out by this version; take it out, or it would do nothing without a word";
    Elsewhere { key: &'static str }
        "`{key}` 只能写在 pack.toml 里"
        "`{key}` belongs into pack.toml";
    Missing { key: &'static str, table: Both, example: Both }
        "{table}缺少 `{key}`；例如 `{example}`"
        "{table} lacks `{key}`; for example `{example}`";
    WrongType { expected: Both, found: Both }
        "这里应是{expected}，写的却是{found}"
        "expected {expected}, found {found}";
    NotOneOf { found: String, words: String, nearest: Nearest }
        "`{found}` 不在可选之列：{words}{nearest}"
        "`{found}` is not one of {words}{nearest}";
    Empty { what: Both }
        "{what}不能为空"
        "{what} must not be empty";
    TooLong { what: Both, max: usize }
        "{what}太长，最多 {max}"
        "{what} is too long: at most {max}";
    TooMany { what: Both, max: usize }
        "{what}太多，最多 {max} 个"
        "too many {what}: at most {max}";
    BadName { found: String, form: Both }
        "`{found}` 不能作名称；{form}"
        "`{found}` is no name here; {form}";
    DuplicateId { id: String, place: String }
        "`{id}` 已在 {place} 定义；请换个名称，或写 `override = true` 表示有意替换"
        "`{id}` already stands in {place}; give it another name, or write `override = true` to replace that one";
    NothingToOverride { id: String, nearest: Nearest }
        "写了 `override = true`，但前面没有可替换的 `{id}`{nearest}"
        "`override = true` replaces nothing: there is no `{id}` before{nearest}";
    OnlyWith { key: &'static str, needs: Both }
        "`{key}` 只能与{needs}一起用"
        "`{key}` only goes with {needs}";

    // Cases.
    UnknownReference { what: Both, found: String, nearest: Nearest }
        "没有{what} `{found}`{nearest}"
        "there is no {what} `{found}`{nearest}";
    CategoryId { found: String }
        "`{found}` 不能作分类名；写成 `大类/小类`，用小写字母、数字和连字符，例如 `repair/not-fixed`"
        "`{found}` is no category; write `family/name` in small letters, digits and hyphens, like `repair/not-fixed`";
    RouteWhere {}
        "路由要么写 `department` 和 `role`，要么写 `plugin`"
        "a route says either `department` and `role`, or `plugin`";
    LastRoute {}
        "最后一条路由必须接住所有工单：不写 `when`，也不用 `plugin`，否则会有工单无人负责"
        "the last route must catch every case: without `when` and `plugin`, or a case could be nobody's";
    NoRoutes {}
        "有分类或 `open-case` 却没有路由；请写一条 `[[route]]`，注明 `department` 和 `role`"
        "there are categories or an `open-case`, and no routes; write a `[[route]]` with `department` and `role`";
    LastResort {}
        "请在 pack.toml 的 [casework] 写 `last_resort = \"person:<工号>\"`：找不到人时都交给他"
        "write `last_resort = \"person:<id>\"` in [casework] of pack.toml: whom everything reaches that reaches nobody else";
    SaidTwice { found: String }
        "`{found}` 写了两遍"
        "`{found}` stands twice";
    QueueOnly { found: String }
        "`{found}` 是队列，只能作 `intervene = \"transfer-queue\"` 的 `to`"
        "`{found}` is a queue: it only goes into `to` of `intervene = \"transfer-queue\"`";
    PluginKnowsNoCustomer { name: &'static str }
        "`{name}` 在询问插件时还不可知；请写一条不用插件的规则"
        "`{name}` is not known yet when a plugin is asked; write a rule without a plugin";
    Share { found: String }
        "`{found}` 应为 0 到 1 之间的数"
        "`{found}` must be a number from 0 to 1";

    // Durations and numbers.
    BadDuration { found: String }
        "`{found}` 不是时长；写一个整数加一个单位：`1500ms` `90s` `10m` `24h` `7d`"
        "`{found}` is no duration; write a whole number and one unit: `1500ms` `90s` `10m` `24h` `7d`";
    WorkingDays { found: String }
        "`{found}` 需要工作日历，本版本尚不执行；请先用 `7d` 这样的自然日"
        "`{found}` needs a calendar, which is not carried out by this version; write plain days like `7d`";
    DurationTooLong { found: String }
        "`{found}` 超过十年，多半是单位写错了"
        "`{found}` is more than ten years; the unit is probably wrong";
    NotZero {}
        "这里的时长必须大于零"
        "this duration must be more than nothing";
    NumberTooBig {}
        "数字超出可精确表示的范围（±9007199254740992）"
        "the number is beyond what is exact (±9007199254740992)";

    // Parameters.
    ParamForm { name: String }
        "参数要写成表：`{name} = {{ default = … }}`，可加 `min`、`max`"
        "a parameter is a table: `{name} = {{ default = … }}`, with `min` and `max` if you like";
    ParamKind { name: String, expected: Kind, found: Kind }
        "参数 `{name}` 是{expected}，这里给的却是{found}"
        "the parameter `{name}` is {expected}, this is {found}";
    ParamRange { name: String, value: String, range: String }
        "`{name} = {value}` 超出范围（{range}）；请改数值或改 min、max"
        "`{name} = {value}` is out of range ({range}); change the value, or min and max";
    NoRange { kind: Kind }
        "`min`、`max` 只用于数字和时长，这个参数是{kind}"
        "`min` and `max` are for numbers and lengths of time; this parameter is {kind}";
    UnknownParam { name: String, nearest: Nearest }
        "pack.toml 的 [params] 里没有参数 `{name}`{nearest}"
        "there is no parameter `{name}` in the [params] of pack.toml{nearest}";
    SetComputes { sign: &'static str }
        "参数组的条件里不能用 `{sign}`：它的真假必须总是可知；请只做比较"
        "the condition of a parameter set may not use `{sign}`: whether it holds must always be known; compare only";

    // Steps and texts.
    StepIdle {}
        "这一步什么也不做；请写 `hint` `notify` `intervene` `open-case` 之一"
        "this step does nothing; write one of `hint` `notify` `intervene` `open-case`";
    StepActs { found: String }
        "每一步只做一件事，这里写了：{found}；请从 `hint` `notify` `intervene` `open-case` 中选一个"
        "a step does one thing, this one says: {found}; choose one of `hint` `notify` `intervene` `open-case`";
    ToTwice {}
        "`notify` 已经说明通知谁，请去掉 `to`"
        "`notify` already says who is told; take `to` out";
    Recipient { found: String, nearest: Nearest }
        "不认识收件人 `{found}`；可写 person:<工号> role:<角色> team-of:agent lead-of:agent owner keeper manager-of:owner duty:<值班表>{nearest}"
        "no recipient is written `{found}`; write person:<id> role:<id> team-of:agent lead-of:agent owner keeper manager-of:owner duty:<roster>{nearest}";
    Needs { found: String }
        "`{found}` 应写成 `authority:<权限>` 或 `skill:<技能>`"
        "`{found}` must be written `authority:<what>` or `skill:<what>`";
    SayBrace {}
        "花括号不成对；要显示花括号本身，请写 `{{{{` 或 `}}}}`"
        "a brace without its partner; for a brace itself write `{{{{` or `}}}}`";
    SayHole { found: String, nearest: Nearest }
        "`{{{found}}}` 没有可填的值；可写 {{contact.…}} {{agent.…}} {{turn.…}} {{param.…}}，插件规则还可写 {{score}} {{because.…}}{nearest}"
        "nothing can be filled into `{{{found}}}`; write {{contact.…}} {{agent.…}} {{turn.…}} {{param.…}}, with a plugin also {{score}} {{because.…}}{nearest}";
    Personal { name: String }
        "`{name}` 可能含个人信息，不能写进给人看的预警文本"
        "`{name}` may hold personal data and cannot stand in what an alert says";

    // Signs and syntax of conditions.
    FullWidth { found: char, write: String }
        "全角符号 `{found}`：请切换到英文输入法，写 `{write}`"
        "full-width `{found}`: switch the keyboard to English and write `{write}`";
    Sign { found: String, write: &'static str }
        "条件里不能写 `{found}`；请写 `{write}`"
        "`{found}` is not a sign of conditions; write `{write}`";
    OpenText {}
        "文本没有收尾的引号；请补上 `'`"
        "the text has no closing quote; add `'`";
    Escape {}
        "文本里的反斜杠 `\\` 后面不能跟这个字母；正则表达式请写 `r'…'`"
        "a backslash in a text cannot stand before this letter; for a regular expression write `r'…'`";
    Brackets { found: char }
        "括号 `{found}` 不成对"
        "the bracket `{found}` has no partner";
    EndsEarly {}
        "条件没写完；最后一个符号后面还缺内容"
        "the condition ends early; something is missing after the last sign";
    Unexpected { found: String }
        "看不懂 `{found}`：这里应是一个值、一个变量，或 `&&` `||` 等连接符"
        "`{found}` cannot stand here; expected a value, a variable, or a sign like `&&` or `||`";
    Unsupported { what: Both, instead: Both }
        "条件里不能用{what}；{instead}"
        "{what} cannot be used in conditions; {instead}";
    TooDeep { max: usize }
        "括号或运算嵌套太深（最多 {max} 层）；请拆成两条规则或用 `&&` 连接"
        "brackets or operators are nested too deeply (at most {max}); split the rule, or join parts by `&&`";
    WalkTooDeep { max: usize }
        "exists / all / filter 嵌套太深（最多 {max} 层）"
        "exists, all and filter are nested too deeply (at most {max})";

    // Names of conditions.
    UnknownVariable { name: String, nearest: Nearest }
        "没有变量 `{name}`{nearest}（全部变量见 `plaint vocabulary`）"
        "there is no variable `{name}`{nearest} (`plaint vocabulary` lists them)";
    NoValueItself { name: String }
        "`{name}` 本身不是值；请写 `{name}.<变量>`，见 `plaint vocabulary`"
        "`{name}` is no value itself; write `{name}.<variable>` (`plaint vocabulary` lists them)";
    NotOffered { name: String, place: Both, where_offered: Both }
        "{place}读不到 `{name}`；{where_offered}"
        "{place} cannot read `{name}`; {where_offered}";
    UnknownFunction { name: String, nearest: Nearest, known: String }
        "没有函数 `{name}`{nearest}（可用：{known}）"
        "there is no function `{name}`{nearest} (there are {known})";
    NameTaken { name: String }
        "`{name}` 已是变量组的名称，不能作元素名；请换一个，例如 `x`"
        "`{name}` is the name of a group of variables; call the element something else, like `x`";

    // Kinds of values in conditions.
    WantsFlag { found: Kind, instead: Both }
        "这里应是真或假，写的却是{found}{instead}"
        "expected something true or false, found {found}{instead}";
    Mismatch { left: Kind, sign: &'static str, right: Kind, instead: Both }
        "`{sign}` 左边是{left}，右边是{right}，无法比较或运算{instead}"
        "`{sign}` has {left} on its left and {right} on its right, which do not go together{instead}";
    NotComparable { kind: Kind, sign: &'static str, instead: Both }
        "{kind}不能用 `{sign}`{instead}"
        "{kind} cannot be used with `{sign}`{instead}";
    WantsKind { name: String, expected: Both, found: Kind }
        "`{name}` 需要{expected}，给的却是{found}"
        "`{name}` wants {expected}, found {found}";
    Arguments { name: String, form: &'static str }
        "`{name}` 的写法是 `{form}`"
        "`{name}` is written `{form}`";
    NotLiteral { name: String, form: &'static str }
        "`{name}` 只接受直接写出的文本：`{form}`"
        "`{name}` takes only a text that is written out: `{form}`";
    BadPattern { why: String }
        "正则表达式有误：{why}"
        "the regular expression is wrong: {why}";
    BadTime { found: String }
        "`{found}` 不是 1990–2100 年间的时刻；请写成 `2026-11-11T00:00:00+08:00`"
        "`{found}` is no point in time between 1990 and 2100; write `2026-11-11T00:00:00+08:00`";
    NoTime {}
        "`to` 应晚于 `from`"
        "`to` must be later than `from`";
    BadInstant { found: String }
        "`{found}` 不是 1990–2100 年间的时刻；例如 `timestamp('2026-01-01T00:00:00Z')`"
        "`{found}` is no point in time between 1990 and 2100; for example `timestamp('2026-01-01T00:00:00Z')`";
    ListElements {}
        "列表里只能写文本或数字，且同一种：`['a', 'b']` 或 `[1, 2]`"
        "a list holds written texts or written numbers, all of one kind: `['a', 'b']` or `[1, 2]`";
    FilterAlone {}
        "`filter` 只能用于计数：`size(列表.filter(x, …))`"
        "`filter` only counts: `size(list.filter(x, …))`";
    NeverEqual { name: &'static str, found: String, words: String, nearest: Nearest }
        "`{name}` 永远不会是 `{found}`；只有 {words}{nearest}"
        "`{name}` is never `{found}`; it is one of {words}{nearest}";
    GrowsInSum { name: &'static str }
        "`{name}` 随时间增长，不能放在算式里，否则时间到了规则也不会醒；请直接与时长或参数比较"
        "`{name}` grows with time and cannot stand in a sum, or time alone would not wake the rule; compare it with a duration or a parameter";
}
