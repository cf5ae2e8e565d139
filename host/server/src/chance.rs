//! Ids by chance, for what happens once and is told once.

use engine::id::Id;

/// A new id.
pub(crate) fn id() -> String {
    let mut random = [0; 16];
    // Without randomness the clock tells one from the next.
    if getrandom::fill(&mut random).is_err() {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        random = since.map_or(0, |since| since.as_nanos()).to_le_bytes();
    }
    Id(random).to_string()
}
