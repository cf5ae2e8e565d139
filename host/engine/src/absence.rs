//! Why a plugin gave no answer: one word from a closed list for machines, a sentence for people. It asks nobody.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A plugin that was to be asked, or was asked, gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abstention {
    /// What kept it from answering.
    #[serde(default)]
    pub cause: Absence,
    /// The same for a person, with numbers.
    pub reason: String,
}

impl Abstention {
    /// An abstention.
    pub fn new(cause: Absence, reason: impl Into<String>) -> Self {
        Abstention { cause, reason: reason.into() }
    }
}

impl fmt::Display for Abstention {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.reason)
    }
}

macro_rules! absences {
    ($($absence:ident $word:literal : $says:literal,)*) => {
        /// What kept a plugin from answering.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Absence {
            $(#[doc = $says] $absence,)*
            /// An outcome from before causes were recorded.
            #[default]
            Unrecorded,
        }

        impl Absence {
            /// All of them, in the order of their places.
            pub const ALL: &'static [Absence] = &[$(Absence::$absence,)* Absence::Unrecorded];

            /// The word in outcomes and metrics.
            pub fn word(self) -> &'static str {
                match self { $(Absence::$absence => $word,)* Absence::Unrecorded => "unrecorded" }
            }
        }
    };
}

absences! {
    Trap "trap": "it broke off, or did not start",
    CpuTime "cpu-time": "it spent its CPU time",
    WallTime "wall-time": "too much time passed while it worked",
    Memory "memory": "it asked for more memory than it may have",
    Table "table": "it asked for more table elements than it may have",
    Answer "answer": "its answer is too large, too deep or not of the contract's form",
    Input "input": "what it was to be asked is larger than a plugin is given",
    Busy "busy": "too many wait for it already",
    Settings "settings": "it no longer accepts its settings",
    Missing "missing": "no such plugin is there",
    Unwilling "unwilling": "it answered, and what it said is that it does not know",
    Breaker "breaker": "it failed too often in a row, and is left alone for a while",
    Quarantined "quarantined": "it broke at this very question before",
}

impl Absence {
    /// Its place among all of them, for counting.
    pub fn place(self) -> usize {
        self as usize
    }

    /// Whether the plugin is to blame: what counts against it when it happens again and again.
    pub fn is_failure(self) -> bool {
        match self {
            Absence::Trap
            | Absence::CpuTime
            | Absence::WallTime
            | Absence::Memory
            | Absence::Table
            | Absence::Answer
            | Absence::Settings => true,
            Absence::Input
            | Absence::Busy
            | Absence::Missing
            | Absence::Unwilling
            | Absence::Breaker
            | Absence::Quarantined
            | Absence::Unrecorded => false,
        }
    }
}
