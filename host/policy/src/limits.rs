//! Every limit of a pack, with its reason.

use engine::time::Duration;

/// A pack file a person can still read; a bigger one is a mistake or an attack on the loader.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Files of one folder: rules are grouped by subject, not one file each.
pub const FILES_MAX: usize = 200;
/// Folders a pack is put together from, itself included; also ends a circle that links hide.
pub const FOLDERS_MAX: usize = 16;
/// Rules of a pack: every one is looked at for each fact.
pub const RULES_MAX: usize = 1_000;
/// Parameters of a pack.
pub const PARAMS_MAX: usize = 200;
/// Parameter sets of a pack: each is a choice inside every parameter it names.
pub const PARAM_SETS_MAX: usize = 50;
/// The condition of a parameter set, as it is evaluated: it is part of everything that reads the parameter.
pub const SET_COST_MAX: usize = 500;
/// Steps of a rule: a ladder of more is nobody's plan.
pub const STEPS_MAX: usize = 16;
/// Recipients of a step, and what it needs: asked one after the other.
pub const RECIPIENTS_MAX: usize = 16;
/// Words and labels of a category: each is looked for in every complaint.
pub const WORDS_MAX: usize = 200;
/// Categories of a pack.
pub const CATEGORIES_MAX: usize = 500;
/// Rows of the decision table.
pub const ROUTES_MAX: usize = 500;
/// Analyzers of a pack: every one reads each turn.
pub const ANALYZERS_MAX: usize = 8;
/// The text of a condition.
pub const CONDITION_BYTES_MAX: usize = 4_000;
/// Nodes of a condition as written: what one evaluation may cost.
pub const NODES_MAX: usize = 256;
/// Brackets in brackets and operators in a row: the parser's stack.
pub const NESTING_MAX: usize = 32;
/// Elements of a list literal: `in` looks at each.
pub const LIST_MAX: usize = 100;
/// A regular expression's text.
pub const PATTERN_BYTES_MAX: usize = 500;
/// A compiled regular expression.
pub const PATTERN_COMPILED_MAX: usize = 1024 * 1024;
/// A name: it stands in ids, columns and lists.
pub const NAME_BYTES_MAX: usize = 64;
/// What people read of an alert, in one language: a line or two of a console.
pub const SAY_CHARS_MAX: usize = 500;
/// A plugin's settings as JSON.
pub const SETTINGS_BYTES_MAX: usize = 16 * 1024;
/// A length of time: longer ones are unit mistakes.
pub const DURATION_MAX: Duration = Duration(3_660 * 86_400_000);
/// Whole numbers up to here are exact.
pub const NUMBER_MAX: f64 = 9_007_199_254_740_992.0;
/// The stack the loader runs on: the parser of conditions takes up to 130 KiB for each bracket in a debug build.
pub const LOADER_STACK: usize = 32 * 1024 * 1024;
