//! The road: the one driver loop, and the lanes that run over it.
//!
//! Synchronous, on threads of its own. A lane chooses where facts come from and where decisions go; the loop is
//! the same for all. Read [`drive`] first: it is the table of the road's stages.

pub mod drive;
pub mod wire;
pub mod source;
pub mod lanes;
pub mod glance;
pub mod page;
mod breaker;
mod canary;
mod guarded;
mod judges;
pub mod place;
mod plugins;
mod rulebooks;
mod state;

pub use canary::canary;
pub use guarded::{Poison, Shelf};
pub use plugins::{Counted, Overruns, Plugins, PluginsError, Rulebook, ScriptedJudge, asked_by, find};
pub use policy::Lang;
pub use rulebooks::{FindRulebook, Live, Rulebooks};

/// Why the road cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RoadError {
    /// The log or the state.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The input cannot be read at all.
    #[error("failed to read {origin}: {problem}")]
    Input {
        /// Which input.
        origin: String,
        /// What happened.
        problem: String,
    },
    /// A plugin needed more time than it is allowed, where a slow machine must not change a result.
    #[error("failed to judge by plugin rule `{rule}`: {reason}; nothing was decided about this fact")]
    Overrun {
        /// The rule.
        rule: String,
        /// Limit and value.
        reason: String,
    },
    /// The generation that the log says is live cannot be had: a sentence for a person.
    #[error("{0}")]
    Generation(String),
    /// Something to show could not be written.
    #[error("failed to write decisions: {0}")]
    Output(std::io::Error),
}
