//! The phrases, one file for each language. A phrase stands once; the longest one that fits is taken.

pub(crate) mod en;
pub(crate) mod zh;
