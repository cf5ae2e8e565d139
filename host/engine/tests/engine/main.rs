//! The engine, told stories: what is measured of contacts, what is decided about them, and that the state can be
//! rebuilt from what was recorded.
//!
//! A story is lines of text (see [`story`]), rules are lines of text (see [`rules`]), and what the engine decides is
//! written between the lines of the story: a test compares texts. Every fact any test tells is also rebuilt.

mod rules;
mod story;
mod world;

mod measuring;
mod shuffled;
mod deciding;
mod people;
mod acting;
mod passing;
mod generations;
mod casework;
