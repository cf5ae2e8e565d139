//! The door: CloudEvents JSON becomes facts, decisions become CloudEvents JSON. JSON goes no further in.

mod decision;
mod event;
mod refusal;

pub use decision::{Told, decision_data, decision_json};
pub use event::{Event, parse_event, parse_instant, read_draft, read_event, spell_instant};
pub use refusal::Refusal;

/// A larger event is refused: no conversation turn and no complaint comes near it.
pub const EVENT_BYTES_MAX: usize = 1024 * 1024;
/// Fields that plaint does not know are kept beside the fact up to this size.
pub const EXTRA_BYTES_MAX: usize = 16 * 1024;
