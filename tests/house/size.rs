//! A file that grows past its size has become two things.

use crate::{
    finding::{Finding, refuse, seen},
    tree::{self, File},
};

const LINES_MAX: usize = 600;

/// Files that are longer, each with its length: a ratchet that only goes down, until the list is empty.
const LONGER: &[(&str, usize)] = &[];

#[test]
fn a_file_keeps_its_size() {
    let sources = tree::files().iter().filter(|file| file.is(&["rs", "ts", "tsx", "css", "sql", "wit"]));
    let longer = sources.filter_map(|file| too_long(file, LONGER));
    let gone = LONGER.iter().filter(|(path, _)| !tree::files().iter().any(|file| file.path == *path));
    let gone = gone.map(|(path, _)| Finding::new(path, 1, "in the list of long files, and not there", "strike it out"));
    refuse(longer.chain(gone));
}

#[test]
fn the_ratchet_only_goes_down() {
    for (length, longer, expected) in [
        (600, &[][..], vec![]),
        (601, &[][..], vec![(601, "601 lines")]),
        (650, &[("x.rs", 650)][..], vec![]),
        (651, &[("x.rs", 650)][..], vec![(651, "651 lines")]),
        (640, &[("x.rs", 650)][..], vec![(640, "640 lines, listed with 650")]),
    ] {
        let file = File { path: "x.rs".into(), text: "\n".repeat(length) };
        let found: Vec<Finding> = too_long(&file, longer).into_iter().collect();
        assert_eq!(seen(&found), expected, "{length} {longer:?}");
    }
}

fn too_long(file: &File, longer: &[(&str, usize)]) -> Option<Finding> {
    let length = file.text.lines().count();
    let listed = longer.iter().find(|(path, _)| *path == file.path).map(|(_, listed)| *listed);
    let (found, instead) = match listed {
        None if length > LINES_MAX => (format!("{length} lines"), format!("part it by noun: {LINES_MAX} at most")),
        Some(listed) if length > listed => (format!("{length} lines"), format!("it may have {listed}, and fewer soon")),
        Some(listed) if length < listed => {
            (format!("{length} lines, listed with {listed}"), "lower its number in tests/house/size.rs".into())
        }
        None | Some(_) => return None,
    };
    Some(Finding::new(&file.path, length, found, instead))
}
