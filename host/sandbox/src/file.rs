//! Reading a file, and no more of it than may be there.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

/// The first `bytes_max` bytes of a file.
pub(crate) fn read_at_most(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    // Room for all of it at once: a vector that grows copies an interpreter several times.
    let length = file.metadata()?.len().min(bytes_max);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(bytes_max).read_to_end(&mut bytes)?;
    Ok(bytes)
}
