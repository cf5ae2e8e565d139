//! Lanes: one function of the log, with different sources of facts and of outcomes.

mod live;
mod rebuild;
mod run;

pub use live::{Live, Opened, open};
pub(crate) use rebuild::fold_recorded;
pub use rebuild::{Rebuilt, rebuild};
pub use run::{Run, run};
