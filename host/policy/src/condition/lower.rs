//! Lowering: names and kinds are checked, the parser's tree becomes the engine's.

use std::collections::BTreeSet;

use cel::common::ast::{CallExpr, Expr, IdedExpr, ListExpr, LiteralValue, operators};
use engine::{
    condition::{Comparison, Condition, Group, Operator, Variable},
    value::Value,
};

use super::{
    function::{self, FUNCTIONS},
    mismatch::{advice, compare_it, words_of},
    negate::negated,
    parse::{Parsed, parse},
    scan::scan,
    site::{Site, group_word, names_at, where_offered},
};
use crate::{
    document::{Spot, Text},
    kind::Kind,
    lang::Both,
    limits::{LIST_MAX, NODES_MAX, NUMBER_MAX},
    nearest::Nearest,
    param::{Lookup, Params},
    problem::{ProblemKind, Problems},
};

/// A checked condition.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) condition: Condition,
    /// The parameters it reads.
    pub(crate) params: BTreeSet<String>,
}

/// Checks and lowers a condition; `None` when something is wrong, and then it has been said.
pub(crate) fn lower(text: &Text, site: Site, params: &Params, problems: &mut Problems) -> Option<Lowered> {
    if text.text.trim().is_empty() {
        let what = Both { zh: "条件", en: "the condition" };
        problems.add(text.spot.problem(&ProblemKind::Empty { what }));
        return None;
    }
    if !scan(text, problems) {
        return None;
    }
    let parsed = parse(text, problems)?;
    let mut lowering =
        Lowering { parsed: &parsed, site, params, problems, elements: Vec::new(), used: BTreeSet::new(), nodes: 0 };
    let condition = lowering.flag(&parsed.tree)?;
    Some(Lowered { condition, params: lowering.used })
}

/// An expression with its kind.
pub(super) struct Typed {
    pub(super) condition: Condition,
    pub(super) kind: Kind,
}

impl Typed {
    pub(super) fn some(condition: Condition, kind: Kind) -> Option<Self> {
        Some(Typed { condition, kind })
    }
}

pub(super) struct Lowering<'a> {
    pub(super) parsed: &'a Parsed<'a>,
    pub(super) site: Site,
    pub(super) params: &'a Params,
    pub(super) problems: &'a mut Problems,
    /// What the walks around here call their elements.
    pub(super) elements: Vec<(String, Kind)>,
    used: BTreeSet<String>,
    nodes: usize,
}

impl Lowering<'_> {
    pub(super) fn say<T>(&mut self, spot: &Spot, kind: &ProblemKind) -> Option<T> {
        self.problems.add(spot.problem(kind));
        None
    }

    /// An expression that must be true or false.
    pub(super) fn flag(&mut self, node: &IdedExpr) -> Option<Condition> {
        let typed = self.value(node)?;
        if typed.kind == Kind::Flag {
            return Some(typed.condition);
        }
        let wants = ProblemKind::WantsFlag { found: typed.kind, instead: compare_it(typed.kind) };
        self.say(&self.parsed.start(node), &wants)
    }

    pub(super) fn value(&mut self, node: &IdedExpr) -> Option<Typed> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            let what = Both { zh: "条件的组成部分", en: "parts in one condition" };
            return self.say(&self.parsed.text.spot.clone(), &ProblemKind::TooMany { what, max: NODES_MAX });
        }
        match &node.expr {
            Expr::Literal(literal) => self.literal(node, literal),
            Expr::Ident(name) => self.name(node, name),
            Expr::Select(_) => self.path(node),
            Expr::List(list) => self.list(node, list),
            Expr::Call(call) => self.call(node, call),
            Expr::Map(_) | Expr::Struct(_) => self.unsupported(node, "`{ }`", "`{ }`"),
            Expr::Comprehension(_) | Expr::Unspecified => self.unsupported(node, "这种写法", "this"),
        }
    }

    fn unsupported<T>(&mut self, node: &IdedExpr, zh: &'static str, en: &'static str) -> Option<T> {
        let instead = if matches!(node.expr, Expr::Literal(LiteralValue::Null)) {
            Both { zh: "是否可知请写 `has(…)`", en: "ask `has(…)` whether a value is known" }
        } else if matches!(node.expr, Expr::Literal(LiteralValue::UInt(_))) {
            Both { zh: "直接写数字，例如 `3`", en: "write the number alone, like `3`" }
        } else {
            Both { zh: "可用的写法见 `plaint vocabulary`", en: "`plaint vocabulary` lists what can" }
        };
        self.say(&self.parsed.sign(node), &ProblemKind::Unsupported { what: Both { zh, en }, instead })
    }

    fn literal(&mut self, node: &IdedExpr, literal: &LiteralValue) -> Option<Typed> {
        match literal {
            LiteralValue::Boolean(flag) => Typed::some(Condition::Constant(Value::Flag(*flag.inner())), Kind::Flag),
            LiteralValue::Int(number) => self.number(node, *number.inner() as f64),
            LiteralValue::Double(number) => self.number(node, *number.inner()),
            LiteralValue::String(text) => {
                Typed::some(Condition::Constant(Value::Text(text.inner().to_owned())), Kind::Text)
            }
            LiteralValue::UInt(_) => self.unsupported(node, "带 u 的数字", "a number with u"),
            LiteralValue::Bytes(_) => self.unsupported(node, "字节串 b'…'", "bytes b'…'"),
            LiteralValue::Null => self.unsupported(node, "null", "null"),
        }
    }

    fn number(&mut self, node: &IdedExpr, number: f64) -> Option<Typed> {
        if number.abs() > NUMBER_MAX {
            return self.say(&self.parsed.sign(node), &ProblemKind::NumberTooBig {});
        }
        Typed::some(Condition::Constant(Value::Number(number)), Kind::Number)
    }

    fn name(&mut self, node: &IdedExpr, name: &str) -> Option<Typed> {
        let element = self.elements.iter().rposition(|(known, _)| known == name);
        if let Some(place) = element {
            let kind = self.elements[place].1;
            return Typed::some(Condition::Element(u8::try_from(place).unwrap_or(u8::MAX)), kind);
        }
        let spot = self.parsed.start(node);
        if is_group(name) {
            return self.say(&spot, &ProblemKind::NoValueItself { name: name.to_owned() });
        }
        let nearest = Nearest::of_dotted(name, names_at(self.site));
        self.say(&spot, &ProblemKind::UnknownVariable { name: name.to_owned(), nearest })
    }

    fn path(&mut self, node: &IdedExpr) -> Option<Typed> {
        let Some(path) = dotted(node) else {
            return self.unsupported(node, "值的字段", "a field of a value");
        };
        match path.split_once('.') {
            Some(("param", name)) => self.param(node, name),
            _ => {
                let variable = self.variable(node, &path)?;
                Typed::some(Condition::Variable(variable), Kind::of_unit(variable.facts().unit))
            }
        }
    }

    fn param(&mut self, node: &IdedExpr, name: &str) -> Option<Typed> {
        let spot = self.parsed.start(node);
        if self.site == Site::ParamSet {
            return self.say(
                &spot,
                &ProblemKind::NotOffered {
                    name: format!("param.{name}"),
                    place: self.site.label(),
                    where_offered: Both {
                        zh: "参数之间不能互相依赖", en: "parameters do not depend on each other"
                    },
                },
            );
        }
        match self.params.find(name) {
            Lookup::Known(kind, choice) => {
                self.used.insert(name.to_owned());
                Typed::some(Condition::Param(name.into(), Box::new(choice.clone())), kind)
            }
            Lookup::Unknown(nearest) => self.say(&spot, &ProblemKind::UnknownParam { name: name.to_owned(), nearest }),
            Lookup::Unsaid => None,
        }
    }

    /// The variable a path names, if it can be read here.
    pub(super) fn variable(&mut self, node: &IdedExpr, path: &str) -> Option<Variable> {
        let spot = self.parsed.start(node);
        let Some(variable) = Variable::named(path) else {
            let nearest = Nearest::of_dotted(path, names_at(self.site));
            return self.say(&spot, &ProblemKind::UnknownVariable { name: path.to_owned(), nearest });
        };
        let group = variable.facts().group;
        if !self.site.offers(group) {
            return self.say(
                &spot,
                &ProblemKind::NotOffered {
                    name: path.to_owned(),
                    place: self.site.label(),
                    where_offered: where_offered(group),
                },
            );
        }
        Some(variable)
    }

    fn list(&mut self, node: &IdedExpr, list: &ListExpr) -> Option<Typed> {
        let spot = self.parsed.sign(node);
        if list.elements.is_empty() {
            return self.say(&spot, &ProblemKind::Empty { what: Both { zh: "列表", en: "the list" } });
        }
        if list.elements.len() > LIST_MAX {
            let what = Both { zh: "列表元素", en: "elements in the list" };
            return self.say(&spot, &ProblemKind::TooMany { what, max: LIST_MAX });
        }
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        for element in &list.elements {
            let Expr::Literal(literal) = &element.expr else {
                return self.say(&self.parsed.start(element), &ProblemKind::ListElements {});
            };
            let constant = self.literal(element, literal)?.condition;
            if let (Condition::Constant(Value::Text(text)), true) = (&constant, numbers.is_empty()) {
                texts.push(text.clone());
            } else if let (Condition::Constant(Value::Number(number)), true) = (&constant, texts.is_empty()) {
                numbers.push(*number);
            } else {
                return self.say(&self.parsed.start(element), &ProblemKind::ListElements {});
            }
        }
        if numbers.is_empty() {
            Typed::some(Condition::Constant(Value::Texts(texts)), Kind::Texts)
        } else {
            Typed::some(Condition::Constant(Value::Numbers(numbers)), Kind::Numbers)
        }
    }

    fn call(&mut self, node: &IdedExpr, call: &CallExpr) -> Option<Typed> {
        if let Some(how) = comparison(&call.func_name) {
            return self.compare(node, call, how);
        }
        if let Some(how) = arithmetic(&call.func_name) {
            return self.arithmetic(node, call, how);
        }
        match call.func_name.as_str() {
            operators::LOGICAL_AND => Typed::some(Condition::And(self.joined(call)?), Kind::Flag),
            operators::LOGICAL_OR => Typed::some(Condition::Or(self.joined(call)?), Kind::Flag),
            operators::LOGICAL_NOT => Typed::some(negated(self.flag(call.args.first()?)?), Kind::Flag),
            operators::CONDITIONAL => self.choose(node, call),
            operators::NEGATE => self.negate(node, call),
            operators::MODULO => self.unsupported(node, "`%`", "`%`"),
            operators::INDEX => self.unsupported(node, "下标 `[ ]`", "an index `[ ]`"),
            name => match function::named(name) {
                Some(function) => self.function(node, call, function),
                None => {
                    let known = FUNCTIONS.map(|function| function.name);
                    self.say(
                        &self.parsed.function(node, name),
                        &ProblemKind::UnknownFunction {
                            name: name.to_owned(),
                            nearest: Nearest::of(name, known),
                            known: known.join(" "),
                        },
                    )
                }
            },
        }
    }

    /// The parts of `a && b && c`, which the parser balances into a tree.
    fn joined(&mut self, call: &CallExpr) -> Option<Vec<Condition>> {
        let mut parts = Some(Vec::new());
        for arg in &call.args {
            let same = if let Expr::Call(inner) = &arg.expr { Some(inner) } else { None };
            let inner = match same.filter(|inner| inner.func_name == call.func_name) {
                Some(inner) => self.joined(inner),
                None => self.flag(arg).map(|part| vec![part]),
            };
            parts = parts.zip(inner).map(|(parts, inner)| [parts, inner].concat());
        }
        parts
    }

    fn choose(&mut self, node: &IdedExpr, call: &CallExpr) -> Option<Typed> {
        let [test, yes, no] = call.args.as_slice() else { return None };
        let (test, yes, no) = (self.flag(test), self.value(yes), self.value(no));
        let (test, yes, no) = (test?, yes?, no?);
        if self.site == Site::ParamSet {
            return self.say(&self.parsed.sign(node), &ProblemKind::SetComputes { sign: "? :" });
        }
        if yes.kind != no.kind {
            let instead = advice(yes.kind, no.kind);
            let mismatch = ProblemKind::Mismatch { left: yes.kind, sign: "? :", right: no.kind, instead };
            return self.say(&self.parsed.sign(node), &mismatch);
        }
        let kind = yes.kind;
        Typed::some(Condition::Choose(Box::new([test, yes.condition, no.condition])), kind)
    }

    /// Both sides of an operator; what is wrong with either is said.
    fn sides(&mut self, call: &CallExpr) -> Option<(Typed, Typed)> {
        let [left, right] = call.args.as_slice() else { return None };
        let (left, right) = (self.value(left), self.value(right));
        left.zip(right)
    }

    fn compare(&mut self, node: &IdedExpr, call: &CallExpr, how: Comparison) -> Option<Typed> {
        let (left, right) = self.sides(call)?;
        let (sign, spot) = (how.sign(), self.parsed.sign(node));
        if how == Comparison::In && right.kind.element().is_none() {
            let instead = if right.kind == Kind::Text {
                Both { zh: "；请写 `文本.contains('…')`", en: "; write `text.contains('…')`" }
            } else {
                Both { zh: "；右边应是列表：`['a', 'b']`", en: "; its right side is a list: `['a', 'b']`" }
            };
            return self.say(&spot, &ProblemKind::NotComparable { kind: right.kind, sign, instead });
        }
        let wanted = if how == Comparison::In { right.kind.element() } else { Some(right.kind) };
        if wanted != Some(left.kind) {
            let instead = advice(left.kind, wanted.unwrap_or(right.kind));
            return self.say(&spot, &ProblemKind::Mismatch { left: left.kind, sign, right: right.kind, instead });
        }
        let ordering = !matches!(how, Comparison::Equal | Comparison::Unequal | Comparison::In);
        if left.kind.element().is_some() || (ordering && !left.kind.is_ordered()) {
            let instead = Both {
                zh: "；是非值直接写，列表用 `in`",
                en: "; a flag stands alone, a list goes with `in`",
            };
            return self.say(&spot, &ProblemKind::NotComparable { kind: left.kind, sign, instead });
        }
        self.words_that_can_be(call, &left.condition, &right.condition)?;
        Typed::some(Condition::Compare(how, Box::new([left.condition, right.condition])), Kind::Flag)
    }

    /// Says when a variable with a list of words is compared with another word.
    fn words_that_can_be(&mut self, call: &CallExpr, left: &Condition, right: &Condition) -> Option<()> {
        let (variable, constant, node) = match (left, right) {
            (Condition::Variable(variable), Condition::Constant(constant)) => (variable, constant, call.args.get(1)?),
            (Condition::Constant(constant), Condition::Variable(variable)) => (variable, constant, call.args.first()?),
            _ => return Some(()),
        };
        let Some(words) = words_of(*variable) else { return Some(()) };
        let written = if let Value::Text(text) = constant {
            std::slice::from_ref(text)
        } else if let Value::Texts(texts) = constant {
            texts.as_slice()
        } else {
            &[]
        };
        let Some(found) = written.iter().find(|text| !words.contains(&text.as_str())) else { return Some(()) };
        let never = ProblemKind::NeverEqual {
            name: variable.facts().name,
            found: found.clone(),
            words: words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
            nearest: Nearest::of(found, words.iter().copied()),
        };
        self.say(&self.parsed.start(node), &never)
    }

    fn arithmetic(&mut self, node: &IdedExpr, call: &CallExpr, how: Operator) -> Option<Typed> {
        let (left, right) = self.sides(call)?;
        let (sign, spot) = (operator_sign(how), self.parsed.sign(node));
        if self.site == Site::ParamSet && matches!(how, Operator::Multiply | Operator::Divide) {
            return self.say(&spot, &ProblemKind::SetComputes { sign });
        }
        if self.site.is_woken_by_time()
            && let Some(name) = grows(&left.condition).or(grows(&right.condition))
        {
            return self.say(&spot, &ProblemKind::GrowsInSum { name });
        }
        let kind = match (how, left.kind, right.kind) {
            (_, Kind::Number, Kind::Number) => Kind::Number,
            (Operator::Add | Operator::Subtract, Kind::Duration, Kind::Duration)
            | (Operator::Subtract, Kind::Instant, Kind::Instant) => Kind::Duration,
            (Operator::Add | Operator::Subtract, Kind::Instant, Kind::Duration)
            | (Operator::Add, Kind::Duration, Kind::Instant) => Kind::Instant,
            (_, left, right) => {
                let instead = advice(left, right);
                return self.say(&spot, &ProblemKind::Mismatch { left, sign, right, instead });
            }
        };
        let sides = match (left.kind, right.kind) {
            (Kind::Duration, Kind::Instant) => [right.condition, left.condition],
            _ => [left.condition, right.condition],
        };
        Typed::some(folded(how, &sides).unwrap_or_else(|| Condition::Arithmetic(how, Box::new(sides))), kind)
    }

    fn negate(&mut self, node: &IdedExpr, call: &CallExpr) -> Option<Typed> {
        let part = self.value(call.args.first()?)?;
        let kind = part.kind;
        if !matches!(kind, Kind::Number | Kind::Duration) {
            let no = ProblemKind::NotComparable { kind, sign: "-", instead: Both::NOTHING };
            return self.say(&self.parsed.sign(node), &no);
        }
        Typed::some(Condition::Negate(Box::new(part.condition)), kind)
    }
}

/// `contact.waiting` for a path of names, nothing for anything else.
pub(super) fn dotted(node: &IdedExpr) -> Option<String> {
    if let Expr::Ident(name) = &node.expr {
        return Some(name.clone());
    }
    let Expr::Select(select) = &node.expr else { return None };
    Some(format!("{}.{}", dotted(&select.operand)?, select.field))
}

/// Whether a name is the word before a dot.
pub(super) fn is_group(name: &str) -> bool {
    name == "param" || Group::ALL.map(group_word).contains(&name)
}

fn comparison(function: &str) -> Option<Comparison> {
    match function {
        operators::EQUALS => Some(Comparison::Equal),
        operators::NOT_EQUALS => Some(Comparison::Unequal),
        operators::LESS => Some(Comparison::Less),
        operators::LESS_EQUALS => Some(Comparison::LessOrEqual),
        operators::GREATER => Some(Comparison::Greater),
        operators::GREATER_EQUALS => Some(Comparison::GreaterOrEqual),
        operators::IN => Some(Comparison::In),
        _ => None,
    }
}

fn arithmetic(function: &str) -> Option<Operator> {
    match function {
        operators::ADD => Some(Operator::Add),
        operators::SUBSTRACT => Some(Operator::Subtract),
        operators::MULTIPLY => Some(Operator::Multiply),
        operators::DIVIDE => Some(Operator::Divide),
        _ => None,
    }
}

fn operator_sign(how: Operator) -> &'static str {
    match how {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
    }
}

/// The name of a variable that grows by nothing but time.
fn grows(condition: &Condition) -> Option<&'static str> {
    let Condition::Variable(variable) = condition else { return None };
    let grows = matches!(variable, Variable::Waiting | Variable::Silence | Variable::Age);
    grows.then(|| variable.facts().name)
}

/// Two written durations make one, so that time can wake what compares with their sum.
fn folded(how: Operator, sides: &[Condition; 2]) -> Option<Condition> {
    let [Condition::Constant(Value::Duration(left)), Condition::Constant(Value::Duration(right))] = sides else {
        return None;
    };
    let length = match how {
        Operator::Add => left.0.saturating_add(right.0),
        Operator::Subtract => left.0.saturating_sub(right.0),
        Operator::Multiply | Operator::Divide => return None,
    };
    Some(Condition::Constant(Value::Duration(engine::time::Duration(length))))
}
