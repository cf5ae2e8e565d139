//! The pack of a tenant that has none: `rules/minimal`, enough to see an alert a minute after the first start.

use std::collections::BTreeMap;

use policy::{Pack, Problems};

/// Its files.
const FILES: [(&str, &str); 2] = [
    ("minimal/pack.toml", include_str!("../../../../rules/minimal/pack.toml")),
    ("minimal/rules.toml", include_str!("../../../../rules/minimal/rules.toml")),
];

/// Reads it.
///
/// # Errors
/// It has none; its test says so.
pub(crate) fn pack() -> Result<Pack, Problems> {
    let files: BTreeMap<String, Vec<u8>> =
        FILES.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    policy::load_texts(files, "minimal")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_built_in_pack_is_right_and_the_whole_of_its_folder() {
        let pack = super::pack().map_err(|problems| problems.text(policy::Lang::En)).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/minimal");
        let kept = policy::load(&folder).map_err(|problems| problems.text(policy::Lang::En)).unwrap();
        assert_eq!((pack.rules.len(), pack.digest), (1, kept.digest));
    }
}
