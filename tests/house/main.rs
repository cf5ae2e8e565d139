//! The house reads itself: what `host/STYLE.md` asks for and a machine can see, one check in one file.
//!
//! A failure names every place as `file:line`, what stands there and what to write instead.
//! The checks read the files that git knows or would take up; they know nothing of what the code does.

mod finding;
mod manifest;
mod source;
mod tree;

mod arrows;
mod engine_order;
mod engine_purity;
mod foreign;
mod formatting;
mod labels;
mod layout;
mod lints;
mod markdown;
mod markers;
mod names;
mod opening;
mod private;
mod shapes;
mod size;
mod tests;
mod words;
