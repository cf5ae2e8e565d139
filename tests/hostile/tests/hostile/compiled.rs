//! Compiled code that is not what the compiler wrote for this machine.

use std::{fs, path::PathBuf};

use plaint_hostile::{Guest, beside_a_neighbour};
use sandbox::{Compiled, Limits, Sandbox, Settings};

use crate::{GOOD, instances::COUNTING, refused};

/// A sandbox of its own that keeps compiled code in `folder`.
fn caching(folder: &tempfile::TempDir) -> Sandbox {
    let cache = Some(folder.path().join("code"));
    Sandbox::new(Settings { judges: 1, cache, limits: Limits::default() }).unwrap()
}

fn files(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder.path().join("code")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn compiled_code_that_was_tampered_with() {
    let folder = tempfile::tempdir().unwrap();
    let compiled = |guest: &Guest| caching(&folder).load(&guest.component(), "guest").unwrap().compiled().clone();
    assert_eq!((compiled(&GOOD), compiled(&GOOD)), (Compiled::Now, Compiled::Before));
    let [file] = &files(&folder)[..] else { panic!("one file") };
    let whole = fs::read(file).unwrap();

    let check = |tried: &str, tampered: &[u8]| {
        fs::write(file, tampered).unwrap();
        let (again, beside) = beside_a_neighbour(|| (compiled(&GOOD), compiled(&GOOD)));
        assert_eq!(again, (Compiled::Now, Compiled::Before), "{tried}");
        assert_eq!(fs::read(file).unwrap(), whole, "{tried}");
        beside.tell(tried, "the seal; it was compiled again and replaced");
    };
    for place in [0, 31, 32, whole.len() / 2, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        check(&format!("compiled code with byte {place} changed"), &flipped);
    }
    check("half of the compiled code", &whole[..whole.len() / 2]);
    check("no compiled code", b"");

    assert_eq!(compiled(&COUNTING), Compiled::Now);
    let other = files(&folder).into_iter().find(|other| other != file).unwrap();
    check("another plugin's compiled code under this one's name", &fs::read(other).unwrap());
}

#[test]
fn compiled_code_of_another_machine() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let compiled = |folder| caching(folder).load(&GOOD.component(), "guest").unwrap().compiled().clone();
    assert_eq!((compiled(&here), compiled(&there)), (Compiled::Now, Compiled::Now));
    let ([own], [foreign]) = (&files(&here)[..], &files(&there)[..]) else { panic!("one file each") };
    fs::copy(foreign, own).unwrap();
    let (again, beside) = beside_a_neighbour(|| compiled(&here));
    assert_eq!(again, Compiled::Now);
    beside.tell("compiled code that another machine sealed", "the seal; it was compiled again and replaced");
    // Native code is no plugin either.
    let code = fs::read(own).unwrap();
    refused("compiled code in place of a component", &code[32..], "it is not a valid component");
}
