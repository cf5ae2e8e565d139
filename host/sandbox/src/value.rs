//! Values as every contract writes them. It knows no kind.

use engine::value::Slot;
use wasmtime::component::{ComponentType, Lower};

#[derive(ComponentType, Lower)]
#[component(variant)]
pub(crate) enum WitValue<'a> {
    #[component(name = "flag")]
    Flag(bool),
    #[component(name = "number")]
    Number(f64),
    #[component(name = "text")]
    Text(&'a str),
    #[component(name = "time")]
    Time(i64),
    #[component(name = "absent")]
    Absent,
}

/// A length of time is a number of milliseconds, like every time in the contract; no contract takes a list.
pub(crate) fn wit_value(slot: Option<Slot<'_>>) -> WitValue<'_> {
    match slot {
        Some(Slot::Flag(flag)) => WitValue::Flag(flag),
        Some(Slot::Number(number)) => WitValue::Number(number),
        Some(Slot::Text(text)) => WitValue::Text(text),
        Some(Slot::Instant(instant)) => WitValue::Time(instant.0),
        Some(Slot::Duration(duration)) => WitValue::Number(duration.0 as f64),
        Some(Slot::Texts(_) | Slot::Numbers(_)) | None => WitValue::Absent,
    }
}
