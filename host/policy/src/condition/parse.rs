//! The cel crate's parser at work: its tree, or its complaint in our words.

use cel::{
    Env, ParseErrors,
    common::ast::{Expr, IdedExpr, SourceInfo},
};

use crate::{
    document::{Spot, Text},
    limits::NESTING_MAX,
    problem::{Problem, ProblemKind, Problems},
};

/// A parsed condition with the places of its nodes.
pub(super) struct Parsed<'a> {
    pub(super) tree: IdedExpr,
    pub(super) text: &'a Text,
    info: SourceInfo,
}

/// Parses; macros stay calls, optional syntax is off.
pub(super) fn parse<'a>(text: &'a Text, problems: &mut Problems) -> Option<Parsed<'a>> {
    let depth = u16::try_from(4 * NESTING_MAX).unwrap_or(u16::MAX);
    let parser = Env::default().with_optional_support(false).parser().max_recursion_depth(depth);
    match parser.parse_with_source_info(&text.text) {
        Ok((tree, info)) => Some(Parsed { tree, text, info }),
        Err(errors) => {
            problems.add(complaint(text, &errors));
            None
        }
    }
}

impl Parsed<'_> {
    /// Where a node's own sign or name stands.
    pub(super) fn sign(&self, node: &IdedExpr) -> Spot {
        self.text.at(self.offset(node))
    }

    /// Where a node begins: its leftmost part, or the function's name.
    pub(super) fn start(&self, node: &IdedExpr) -> Spot {
        self.text.at(self.start_offset(node))
    }

    /// Where the name of the called function stands, before its bracket.
    pub(super) fn function(&self, node: &IdedExpr, name: &str) -> Spot {
        self.text.at(self.function_offset(node, name))
    }

    fn offset(&self, node: &IdedExpr) -> usize {
        self.info.offset_for(node.id).map_or(0, |(start, _)| usize::try_from(start).unwrap_or(0))
    }

    fn start_offset(&self, node: &IdedExpr) -> usize {
        match &node.expr {
            Expr::Select(select) => self.start_offset(&select.operand),
            Expr::Call(call) => match (&call.target, call.args.first()) {
                (Some(target), _) => self.start_offset(target),
                (None, Some(first)) if is_infix(&call.func_name) => self.start_offset(first),
                (None, _) if is_prefix(&call.func_name) => self.offset(node),
                (None, _) => self.function_offset(node, &call.func_name),
            },
            Expr::Unspecified
            | Expr::Comprehension(_)
            | Expr::Ident(_)
            | Expr::List(_)
            | Expr::Literal(_)
            | Expr::Map(_)
            | Expr::Struct(_) => self.offset(node),
        }
    }

    fn function_offset(&self, node: &IdedExpr, name: &str) -> usize {
        let bracket = self.offset(node);
        let before = self.text.text.get(..bracket).unwrap_or_default();
        before.trim_end().len().saturating_sub(name.len())
    }
}

/// `_+_` and its kin.
fn is_infix(function: &str) -> bool {
    function.starts_with('_') || function == "@in"
}

/// `!_` and `-_`.
fn is_prefix(function: &str) -> bool {
    function.ends_with('_')
}

/// The first complaint; those after it are mostly its children.
fn complaint(text: &Text, errors: &ParseErrors) -> Problem {
    let syntax = errors.errors.iter().find(|error| error.msg.starts_with("Syntax error"));
    let Some(error) = syntax.or(errors.errors.first()) else {
        return text.spot.problem(&ProblemKind::EndsEarly {});
    };
    let place = text.at(offset_of(&text.text, error.pos));
    let found = quoted(&error.msg);
    place.problem(&match found {
        Some("<EOF>") | None if error.msg.contains("<EOF>") => ProblemKind::EndsEarly {},
        _ if error.msg.contains("string literal") => ProblemKind::Escape {},
        _ if error.msg.contains("int literal") || error.msg.contains("double literal") => ProblemKind::NumberTooBig {},
        Some(found) => ProblemKind::Unexpected { found: found.to_owned() },
        None => ProblemKind::Unexpected { found: error.msg.rsplit(": ").next().unwrap_or_default().to_owned() },
    })
}

/// What the parser's complaint quotes: `mismatched input 'x' expecting …`, `no viable alternative at input '. =='`.
fn quoted(message: &str) -> Option<&str> {
    let rest = message.split_once('\'')?.1;
    let end = rest.find("' expecting").or_else(|| rest.rfind('\''))?;
    Some(rest[..end].trim())
}

/// The byte at a line and column, both counted from 1, columns in letters.
fn offset_of(text: &str, (line, column): (isize, isize)) -> usize {
    let (line, column) = (usize::try_from(line).unwrap_or(1), usize::try_from(column).unwrap_or(1));
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[line_start.min(text.len())..];
    line_start + rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}
