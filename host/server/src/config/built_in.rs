//! The pack of a tenant that has none: `rules/minimal`, enough to see an alert a minute after the first start.

/// Its files by path.
pub(crate) const FILES: [(&str, &str); 2] = [
    ("minimal/pack.toml", include_str!("../../../../rules/minimal/pack.toml")),
    ("minimal/rules.toml", include_str!("../../../../rules/minimal/rules.toml")),
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_built_in_pack_is_right_and_the_whole_of_its_folder() {
        let files = super::FILES.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        let pack = policy::load_texts(files.into(), "minimal");
        let pack = pack.map_err(|problems| problems.text(policy::Lang::En)).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/minimal");
        let kept = policy::load(&folder).map_err(|problems| problems.text(policy::Lang::En)).unwrap();
        assert_eq!((pack.rules.len(), pack.digest), (1, kept.digest));
    }
}
