//! Lines of a file or of standard input, plain or gzip, each bounded.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::bufread::MultiGzDecoder;

/// Bytes read at once.
const BUFFER_BYTES: usize = 256 * 1024;
/// How a gzip file begins.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Where lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, plain or gzip.
    File(PathBuf),
    /// Standard input, plain or gzip.
    Stdin,
}

impl Input {
    /// As messages name it.
    pub fn name(&self) -> String {
        match self {
            Input::File(path) => path.display().to_string(),
            Input::Stdin => "standard input".to_owned(),
        }
    }

    /// How many bytes it has, where that can be known.
    pub(super) fn bytes(&self) -> Option<u64> {
        match self {
            Input::File(path) => std::fs::metadata(path).ok().map(|file| file.len()),
            Input::Stdin => None,
        }
    }
}

/// One line that is not blank, without its end.
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// At most the limit; the rest of a longer one is not kept.
    pub(super) text: Vec<u8>,
    /// How long it was.
    pub(super) bytes: usize,
}

pub(super) struct Lines {
    reader: BufReader<Box<dyn Read + Send>>,
    gzip: bool,
    number: u64,
    bytes_max: usize,
    read: u64,
}

impl Lines {
    pub(super) fn open(input: &Input, bytes_max: usize) -> io::Result<Self> {
        let raw: Box<dyn Read + Send> = match input {
            Input::File(path) => Box::new(open(path)?),
            Input::Stdin => Box::new(io::stdin()),
        };
        let mut reader = BufReader::with_capacity(BUFFER_BYTES, raw);
        let gzip = reader.fill_buf()?.starts_with(&GZIP_MAGIC);
        if gzip {
            let plain: Box<dyn Read + Send> = Box::new(MultiGzDecoder::new(reader));
            reader = BufReader::with_capacity(BUFFER_BYTES, plain);
        }
        Ok(Lines { reader, gzip, number: 0, bytes_max, read: 0 })
    }

    pub(super) fn is_gzip(&self) -> bool {
        self.gzip
    }

    /// Bytes read so far, of the text and not of its compressed form.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// Whether the next line would have to be waited for. A pipe gives what it has; a file never waits long.
    pub(super) fn would_wait(&self) -> bool {
        self.reader.buffer().is_empty()
    }

    /// The next line that is not blank.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut text = Vec::new();
            let limit = self.bytes_max as u64 + 1;
            let mut bytes = self.reader.by_ref().take(limit).read_until(b'\n', &mut text)?;
            if bytes == 0 {
                return Ok(None);
            }
            self.number += 1;
            if text.last() != Some(&b'\n') && bytes as u64 == limit {
                bytes += self.skip_to_end()?;
                text.truncate(self.bytes_max);
            }
            self.read += bytes as u64;
            while matches!(text.last(), Some(b'\n' | b'\r')) {
                text.pop();
            }
            if self.number == 1 && text.starts_with(b"\xef\xbb\xbf") {
                text.drain(..3);
            }
            if !text.trim_ascii().is_empty() {
                return Ok(Some(Line { number: self.number, text, bytes }));
            }
        }
    }

    fn skip_to_end(&mut self) -> io::Result<usize> {
        let mut skipped = 0;
        loop {
            let buffer = self.reader.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(used);
            skipped += used;
            if end.is_some() || used == 0 {
                return Ok(skipped);
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::other("it is a folder; expected a file"));
    }
    Ok(file)
}
