//! Lowering of functions and of walks over lists.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};
use engine::{
    condition::{Condition, Group, Labelled, Pattern, TextTest, WALK_DEPTH_MAX, Walk},
    time::{INSTANT_MAX, INSTANT_MIN, Instant},
    value::Value,
};

use super::{
    function::{Function, What},
    lower::{Lowering, Typed, dotted, is_group},
    site::{Site, where_offered},
};
use crate::{
    document::Text,
    fields::duration_of,
    kind::Kind,
    lang::Both,
    limits::{PATTERN_BYTES_MAX, PATTERN_COMPILED_MAX},
    problem::ProblemKind,
};

const TEXT: Both = Both { zh: "文本", en: "a text" };
const LIST: Both = Both { zh: "列表", en: "a list" };
const TEXT_OR_LIST: Both = Both { zh: "文本或列表", en: "a text or a list" };

impl Lowering<'_> {
    pub(super) fn function(&mut self, node: &IdedExpr, call: &CallExpr, function: Function) -> Option<Typed> {
        let target = call.target.as_deref();
        match (function.what, target, call.args.as_slice()) {
            (What::Has, None, [arg]) => self.has(node, arg, function),
            (What::Size, None, [arg]) | (What::Size, Some(arg), []) => self.size(arg, function),
            (What::StartsWith, Some(text), [part]) => self.text_test(text, part, TextTest::StartsWith, function),
            (What::EndsWith, Some(text), [part]) => self.text_test(text, part, TextTest::EndsWith, function),
            (What::Contains, Some(text), [part]) => self.text_test(text, part, TextTest::Contains, function),
            (What::Matches, Some(text), [pattern]) => self.matches(text, pattern, function),
            (What::Exists, Some(list), [name, test]) => self.walk(list, name, test, Walk::Exists),
            (What::All, Some(list), [name, test]) => self.walk(list, name, test, Walk::All),
            (What::Filter, Some(_), [_, _]) => {
                self.say(&self.parsed.function(node, function.name), &ProblemKind::FilterAlone {})
            }
            (What::Label, Some(of), [label]) => self.label(node, of, label, function),
            (What::Duration, None, [text]) => self.duration(text, function),
            (What::Timestamp, None, [text]) => self.timestamp(text, function),
            (_, _, _) => {
                let arguments = ProblemKind::Arguments { name: function.name.to_owned(), form: function.form };
                self.say(&self.parsed.function(node, function.name), &arguments)
            }
        }
    }

    fn has(&mut self, node: &IdedExpr, arg: &IdedExpr, function: Function) -> Option<Typed> {
        let path = dotted(arg).filter(|path| path.contains('.') && !path.starts_with("param."));
        let Some(path) = path else {
            let arguments = ProblemKind::Arguments { name: function.name.to_owned(), form: function.form };
            return self.say(&self.parsed.function(node, function.name), &arguments);
        };
        let variable = self.variable(arg, &path)?;
        Typed::some(Condition::Has(variable), Kind::Flag)
    }

    fn label(&mut self, node: &IdedExpr, of: &IdedExpr, label: &IdedExpr, function: Function) -> Option<Typed> {
        let path = dotted(of).unwrap_or_default();
        let (of, group) = match path.as_str() {
            "turn" => (Labelled::Turn, Group::Turn),
            "contact" => (Labelled::Contact, Group::Contact),
            _ => {
                let arguments = ProblemKind::Arguments { name: function.name.to_owned(), form: function.form };
                return self.say(&self.parsed.function(node, function.name), &arguments);
            }
        };
        let label = self.written(label, function)?;
        if self.site == Site::ParamSet || !self.site.offers(group) {
            let not_offered = ProblemKind::NotOffered {
                name: format!("{path}.label"),
                place: self.site.label(),
                where_offered: where_offered(group),
            };
            return self.say(&self.parsed.function(node, function.name), &not_offered);
        }
        Typed::some(Condition::Label(of, label.into()), Kind::Number)
    }

    fn size(&mut self, arg: &IdedExpr, function: Function) -> Option<Typed> {
        if let Expr::Call(inner) = &arg.expr
            && let ("filter", Some(list), [name, test]) =
                (inner.func_name.as_str(), inner.target.as_deref(), inner.args.as_slice())
        {
            let counted = self.walk(list, name, test, Walk::Count)?;
            return Typed::some(counted.condition, Kind::Number);
        }
        let typed = self.value(arg)?;
        if typed.kind != Kind::Text && typed.kind.element().is_none() {
            return self.wants(arg, function, TEXT_OR_LIST, typed.kind);
        }
        Typed::some(Condition::Size(Box::new(typed.condition)), Kind::Number)
    }

    fn wants<T>(&mut self, node: &IdedExpr, function: Function, expected: Both, found: Kind) -> Option<T> {
        let wants = ProblemKind::WantsKind { name: function.name.to_owned(), expected, found };
        self.say(&self.parsed.start(node), &wants)
    }

    fn text_value(&mut self, node: &IdedExpr, function: Function) -> Option<Condition> {
        let typed = self.value(node)?;
        if typed.kind == Kind::Text { Some(typed.condition) } else { self.wants(node, function, TEXT, typed.kind) }
    }

    fn text_test(&mut self, text: &IdedExpr, part: &IdedExpr, how: TextTest, function: Function) -> Option<Typed> {
        let (text, part) = (self.text_value(text, function), self.text_value(part, function));
        Typed::some(Condition::TextTest(how, Box::new([text?, part?])), Kind::Flag)
    }

    fn matches(&mut self, text: &IdedExpr, pattern: &IdedExpr, function: Function) -> Option<Typed> {
        let text = self.text_value(text, function);
        let written = self.written(pattern, function)?;
        if written.len() > PATTERN_BYTES_MAX {
            let what = Both { zh: "正则表达式", en: "the regular expression" };
            return self.say(&self.parsed.start(pattern), &ProblemKind::TooLong { what, max: PATTERN_BYTES_MAX });
        }
        match regex::RegexBuilder::new(&written).size_limit(PATTERN_COMPILED_MAX).build() {
            Ok(regex) => Typed::some(Condition::Matches(Box::new(text?), Pattern(regex)), Kind::Flag),
            Err(error) => {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.say(&self.parsed.start(pattern), &ProblemKind::BadPattern { why })
            }
        }
    }

    /// A text that is written out.
    fn written(&mut self, node: &IdedExpr, function: Function) -> Option<String> {
        if let Expr::Literal(LiteralValue::String(text)) = &node.expr {
            return Some(text.inner().to_owned());
        }
        let not_literal = ProblemKind::NotLiteral { name: function.name.to_owned(), form: function.form };
        self.say(&self.parsed.start(node), &not_literal)
    }

    fn duration(&mut self, node: &IdedExpr, function: Function) -> Option<Typed> {
        let written = Text { text: self.written(node, function)?, spot: self.parsed.start(node) };
        let length = duration_of(&written, self.problems)?;
        Typed::some(Condition::Constant(Value::Duration(length)), Kind::Duration)
    }

    fn timestamp(&mut self, node: &IdedExpr, function: Function) -> Option<Typed> {
        let found = self.written(node, function)?;
        let instant = found.parse::<jiff::Timestamp>().ok().map(|moment| Instant(moment.as_millisecond()));
        match instant.filter(|instant| (INSTANT_MIN..=INSTANT_MAX).contains(instant)) {
            Some(instant) => Typed::some(Condition::Constant(Value::Instant(instant)), Kind::Instant),
            None => self.say(&self.parsed.start(node), &ProblemKind::BadInstant { found }),
        }
    }

    fn walk(&mut self, list: &IdedExpr, name: &IdedExpr, test: &IdedExpr, how: Walk) -> Option<Typed> {
        let word = match how {
            Walk::Exists => "exists",
            Walk::All => "all",
            Walk::Count => "filter",
        };
        let function = super::function::named(word)?;
        let typed = self.value(list)?;
        let Some(element) = typed.kind.element() else { return self.wants(list, function, LIST, typed.kind) };
        let Expr::Ident(called) = &name.expr else {
            let arguments = ProblemKind::Arguments { name: word.to_owned(), form: function.form };
            return self.say(&self.parsed.start(name), &arguments);
        };
        if is_group(called) {
            return self.say(&self.parsed.start(name), &ProblemKind::NameTaken { name: called.clone() });
        }
        if self.elements.len() >= WALK_DEPTH_MAX {
            return self.say(&self.parsed.start(list), &ProblemKind::WalkTooDeep { max: WALK_DEPTH_MAX });
        }
        self.elements.push((called.clone(), element));
        let test = self.flag(test);
        self.elements.pop();
        Typed::some(Condition::Walk(how, Box::new([typed.condition, test?])), Kind::Flag)
    }
}
