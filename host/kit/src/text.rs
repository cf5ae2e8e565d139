//! Texts for people: sizes and lengths of time as they read them.

use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = KIB * KIB;

/// `410 KiB`, `17.6 MiB`.
pub(crate) fn size(bytes: usize) -> String {
    if bytes < MIB { format!("{} KiB", bytes.div_ceil(KIB)) } else { format!("{:.1} MiB", bytes as f64 / MIB as f64) }
}

/// `9.8 µs`, `1.20 ms`, `10.4 s`.
pub(crate) fn time(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        ..1e3 => format!("{micros:.1} µs"),
        1e3..1e6 => format!("{:.2} ms", micros / 1e3),
        _ => format!("{:.1} s", micros / 1e6),
    }
}

/// One line after the other, indented under the first.
pub(crate) fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
