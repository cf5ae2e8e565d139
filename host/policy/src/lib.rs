//! Policy: the text of a pack becomes what the engine decides by.
//!
//! A folder of TOML files goes in; a checked [`Pack`] comes out, or every problem at once with file, line and
//! column, in two languages. It knows TOML, CEL and the engine's types, and nothing of stores, plugins at work or
//! the network.
//!
//! To read it: `pack` (from a folder to a pack), `rule` (a table), `param`, `condition` (a text); under them
//! `format` (every key) and `fields` (reading by keys), `document` (TOML with places), `problem` (every complaint).

mod canonical;
mod casework;
mod condition;
mod document;
mod duration;
mod fields;
mod format;
mod freeze;
mod full_width;
mod kind;
mod lang;
pub mod limits;
mod nearest;
mod pack;
mod param;
mod problem;
mod rule;
mod schema;
mod vocabulary;

pub use condition::cost;
pub use duration::duration;
pub use lang::{Lang, pick};
pub use nearest::nearest;
pub use pack::{About, Pack, SourceText, load, load_texts};
pub use problem::{Place, Problem, Problems};
pub use schema::schema;
pub use vocabulary::vocabulary;
