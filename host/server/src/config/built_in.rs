//! The pack of a tenant that has none: enough to see an alert a minute after the first start.

use std::collections::BTreeMap;

use policy::{Pack, Problems};

/// Its files.
const FILES: [(&str, &str); 2] = [
    ("minimal/pack.toml", "name = \"minimal\"\n"),
    (
        "minimal/alerts.toml",
        r#"
[[alert]]
id       = "agent-repeats-script"
on       = "turn"
when     = "contact.agent_repeats >= 3"
clear    = "contact.closed"
severity = "critical"
say.zh   = "坐席已把同一话术说了 {contact.agent_repeats} 遍"
say.en   = "agent has said one script {contact.agent_repeats} times"
then     = [{ hint = "own-words" }, { notify = "lead-of:agent" }]
cooldown = "10m"
"#,
    ),
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
    #[test]
    fn the_built_in_pack_is_right() {
        let pack = super::pack().map_err(|problems| problems.text(policy::Lang::En)).unwrap();
        assert_eq!(pack.rules.len(), 1);
    }
}
