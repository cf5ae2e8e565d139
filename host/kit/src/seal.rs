//! `keygen`, `sign`, `verify`: who vouches for a component. A signature is in the file; it does not change its digest.

use std::{
    fs,
    path::{Path, PathBuf},
};

use policy::{Lang, pick};
use sandbox::{KeyError, KeyId, KeyPair, SignatureError, TrustedKey};

use crate::failure::Failure;

const PUBLIC: &str = "pub";

/// Writes a new pair of keys: the private one to `file`, its owner's alone, the public one to `file.pub`.
pub fn keygen(file: &Path, lang: Lang) -> Result<String, Failure> {
    let pair = KeyPair::generate()?;
    let public_file = beside(file);
    pair.write_file(file)?;
    fs::write(&public_file, pair.public().text()).map_err(Failure::file(&public_file))?;
    let id = pair.public().id();
    let (key, private, public) = match lang {
        Lang::Zh => ("密钥", "私钥,请勿交给任何人", "公钥,写进 trusted_keys"),
        Lang::En => ("key", "private: give it to nobody", "public: for trusted_keys"),
    };
    Ok(format!("{key} {id}\n  {} ({private})\n  {} ({public})\n", file.display(), public_file.display()))
}

/// Signs a component in its place; an older signature by the same key goes.
pub fn sign(component: &Path, key: &Path, lang: Lang) -> Result<String, Failure> {
    let pair = KeyPair::read_file(key)?;
    let bytes = fs::read(component).map_err(Failure::file(component))?;
    let signed = sandbox::sign(&bytes, &pair).map_err(|error| unsigned(component, error))?;
    // Written aside and renamed: a host that reads meanwhile never sees half a component.
    let aside = component.with_extension("wasm.part");
    fs::write(&aside, signed).map_err(Failure::file(&aside))?;
    fs::rename(&aside, component).map_err(Failure::file(component))?;
    let said = pick(lang, "已由密钥签名", "signed by key");
    Ok(format!("{}: {said} {}\n", component.display(), pair.public().id()))
}

/// Says which of these public keys signed the component as it is; a failure when none did.
pub fn verify(component: &Path, keys: &[PathBuf], lang: Lang) -> Result<String, Failure> {
    let keys: Vec<TrustedKey> = keys.iter().map(|key| TrustedKey::read_file(key)).collect::<Result<_, _>>()?;
    let bytes = fs::read(component).map_err(Failure::file(component))?;
    let key = sandbox::verify(&bytes, &keys).map_err(|error| unsigned(component, error))?;
    let said = pick(lang, "签名有效,密钥", "the signature holds, by key");
    Ok(format!("{}: {said} {key}\n", component.display()))
}

/// Who says that they signed it; whether they did takes their keys.
pub(crate) fn signers(component: &[u8]) -> Vec<KeyId> {
    match sandbox::verify(component, &[]) {
        Err(SignatureError::Untrusted { signed, .. }) => signed,
        Ok(_) | Err(_) => Vec::new(),
    }
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(PUBLIC);
    file.with_file_name(name)
}

fn unsigned(component: &Path, problem: SignatureError) -> Failure {
    Failure::Signature { path: component.to_owned(), problem }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Failure::Sandbox(error.to_string())
    }
}
