//! Components that nobody who is trusted vouches for.

use plaint_hostile::{beside_a_neighbour, load, sandbox};
use sandbox::{Component, KeyPair, SandboxError, Trust, sign};

use crate::GOOD;

/// Loads it where only this key counts.
fn load_trusting(key: &KeyPair, bytes: &[u8]) -> Result<Component, SandboxError> {
    sandbox().trusting(Trust::Keys([key.public()].into())).load(bytes, "guest.wasm")
}

#[test]
fn components_that_nobody_vouches_for() {
    let (vendor, stranger) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let plain = GOOD.component();
    let signed = sign(&plain, &vendor).unwrap();
    let check = |tried: &str, bytes: &[u8], expected: &str| {
        let (loaded, beside) = beside_a_neighbour(|| load_trusting(&vendor, bytes));
        let error = loaded.unwrap_err().to_string();
        assert!(error.contains(expected), "{tried}: {error}");
        beside.tell(tried, error);
    };
    check("no signature", &plain, "it is not signed, and only components signed by");
    check("a stranger's signature", &sign(&plain, &stranger).unwrap(), "it is signed by");
    let mut other = signed.clone();
    other.truncate(signed.len() - plain.len() + 8);
    let more = crate::Guest { evaluate: "(unreachable)", ..GOOD }.component();
    other.extend(&more[8..]);
    check("a trusted signature before another plugin", &other, "it was changed since");
    let mut added = signed.clone();
    added.extend([0, 2, 1, b'x']);
    check("a section added after signing", &added, "it was changed since");
    let at = signed.len() - plain.len() + 4;
    let mut forged = signed.clone();
    forged[at] ^= 1;
    check("a signature with one bit changed", &forged, "was not made by that key");
    let loaded = load_trusting(&vendor, &signed).unwrap();
    assert_eq!(loaded.digest(), load(&plain).unwrap().digest());
}
