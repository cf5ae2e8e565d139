//! A pack with its plugins on the way to a tenant: every file of it, by its path from a folder that they have in
//! common, so that it means the same wherever it is put down.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Component, Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use policy::{Lang, Pack};
use serde_json::{Map, Value, json};

use crate::config;

/// The folder of the built-in pack.
const BUILT_IN: &str = "minimal";
/// A page explains its rule to the people who live with it; the pack's own folder has them.
const PAGE: &str = "md";

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Upload {
    /// The pack's folder.
    pub(crate) pack: String,
    /// Texts by path: the pack's, those of the packs it includes, its pages.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Components by the plugin's id.
    pub(crate) plugins: BTreeMap<String, Vec<u8>>,
}

impl Upload {
    /// The pack in a folder, with its plugins out of these folders.
    ///
    /// # Errors
    /// Sentences for a person: what is wrong with the pack, or which plugin is missing.
    pub(crate) fn of_folder(folder: &Path, plugins: &[PathBuf], lang: Lang) -> Result<Self, String> {
        let pack = policy::load(folder).map_err(|problems| problems.text(lang))?;
        let failed = |error: io::Error| format!("{}: {error}", folder.display());
        let folder = fs::canonicalize(folder).map_err(failed)?;
        // One folder above the highest that is included, so that the pack's own has its name.
        let ups = |name: &str| name.split('/').take_while(|part| *part == "..").count();
        let above = pack.sources.iter().map(|source| ups(&source.name)).max().unwrap_or(0).max(1);
        let root = folder.ancestors().nth(above).unwrap_or(Path::new("/")).to_owned();
        let own = slashed(folder.strip_prefix(&root).unwrap_or(&folder));
        let mut files = BTreeMap::new();
        for source in &pack.sources {
            files.insert(plain(&own, &source.name), source.text.clone().into_bytes());
        }
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == PAGE) {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.insert(plain(&own, &name), fs::read(&path).map_err(failed)?);
            }
        }
        Ok(Upload { pack: own, files, plugins: components(&pack, plugins, lang)? })
    }

    /// The built-in pack.
    pub(crate) fn built_in() -> Self {
        let files = config::BUILT_IN_FILES.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
        Upload { pack: BUILT_IN.to_owned(), files: files.collect(), plugins: BTreeMap::new() }
    }

    /// As it travels.
    pub(crate) fn json(&self) -> Value {
        let text = |bytes: &[u8]| Value::String(String::from_utf8_lossy(bytes).into_owned());
        let files: Map<String, Value> = self.files.iter().map(|(path, bytes)| (path.clone(), text(bytes))).collect();
        let component = |bytes: &[u8]| Value::String(BASE64_STANDARD.encode(bytes));
        let plugins: Map<String, Value> =
            self.plugins.iter().map(|(id, bytes)| (id.clone(), component(bytes))).collect();
        json!({"pack": self.pack, "files": files, "plugins": plugins})
    }

    /// As it arrives; `None` where it is not what [`Upload::json`] makes: a path that leads elsewhere, no base64.
    pub(crate) fn read(
        pack: String,
        files: BTreeMap<String, String>,
        plugins: BTreeMap<String, String>,
    ) -> Option<Self> {
        let is_plain = |path: &str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let is_text = |path: &str| path.ends_with(".toml") || path.ends_with(".md");
        let is_id = |id: &str| id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let whole = is_plain(&pack)
            && files.keys().all(|path| is_plain(path) && is_text(path))
            && plugins.keys().all(|id| !id.is_empty() && is_id(id));
        let decoded = plugins.into_iter().map(|(id, text)| Some((id, BASE64_STANDARD.decode(text).ok()?)));
        let files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        whole.then_some(Upload { pack, files, plugins: decoded.collect::<Option<_>>()? })
    }

    /// Puts it down in a folder that is not there yet, so that it is there whole after whatever happens.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        for (path, bytes) in &self.files {
            write_synced(&rules(folder).join(path), bytes)?;
        }
        for (id, bytes) in &self.plugins {
            write_synced(&plugins(folder).join(format!("{id}.wasm")), bytes)?;
        }
        Ok(())
    }
}

/// Where the texts lie in a folder.
pub(super) fn rules(folder: &Path) -> PathBuf {
    folder.join("rules")
}

/// Where the plugins lie in a folder.
pub(super) fn plugins(folder: &Path) -> PathBuf {
    folder.join("plugins")
}

/// Writes a file and waits for the disk.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write as _;
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn components(pack: &Pack, folders: &[PathBuf], lang: Lang) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut components = BTreeMap::new();
    let mut problems = Vec::new();
    for ask in &pack.asks {
        match road::find(folders, &ask.plugin, &road::asked_by(pack, &ask.plugin)) {
            Ok(path) => {
                let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                components.insert(ask.plugin.clone(), bytes);
            }
            Err(problem) => problems.push(problem.text(lang)),
        }
    }
    if problems.is_empty() { Ok(components) } else { Err(problems.join("\n")) }
}

/// The path of a file that is named from a folder, without `..`.
fn plain(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(name.split('/')) {
        match part {
            ".." => drop(parts.pop()),
            "" | "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn slashed(path: &Path) -> String {
    let parts: Vec<String> = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use policy::Lang;

    use super::Upload;

    const RULE: &str = "[[alert]]\nid = \"r\"\non = \"turn\"\nwhen = \"contact.turns > 1\"\nseverity = \"info\"\n\
                        say = { zh = \"好\", en = \"x\" }\n";

    #[test]
    fn a_pack_travels_with_what_it_includes_and_means_the_same() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("here/own/pack.toml", "name = \"own\"\ninclude = [\"../../there/base\"]\n"),
            ("here/own/r.md", "# r\n"),
            ("there/base/pack.toml", "name = \"base\"\n"),
            ("there/base/rules.toml", RULE),
            ("there/other/pack.toml", "name = \"other\"\n"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let own = folder.path().join("here/own");
        let upload = Upload::of_folder(&own, &[], Lang::En).unwrap();
        assert_eq!(upload.pack, "here/own");
        let paths: Vec<&str> = upload.files.keys().map(String::as_str).collect();
        assert_eq!(paths, ["here/own/pack.toml", "here/own/r.md", "there/base/pack.toml", "there/base/rules.toml"]);
        let there = policy::load_texts(upload.files.clone(), &upload.pack).unwrap();
        assert_eq!(there.digest, policy::load(&own).unwrap().digest);
        let text = |name: &str| upload.json()[name].clone();
        let arrived = Upload::read(
            upload.pack.clone(),
            serde_json::from_value(text("files")).unwrap(),
            serde_json::from_value(text("plugins")).unwrap(),
        );
        assert_eq!(arrived, Some(upload));
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_not_taken() {
        for path in ["../pack.toml", "/etc/pack.toml", "a/../../b.toml", "a/run.sh"] {
            let files = BTreeMap::from([(path.to_owned(), String::new())]);
            assert_eq!(Upload::read("a".to_owned(), files, BTreeMap::new()), None, "{path}");
        }
        let plugins = BTreeMap::from([("../x".to_owned(), String::new())]);
        assert_eq!(Upload::read("a".to_owned(), BTreeMap::new(), plugins), None);
    }
}
