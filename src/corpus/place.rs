//! Where a record is, so that it can be read again, and names that say no more than that.

use std::ops::Range;
use std::path::Path;

/// Where a record is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecordPlace {
    /// Number of the source.
    pub source: u32,
    /// Length of the record: of a line without its line feed, of a text file the whole file.
    pub bytes: u32,
    /// First byte: in the source, or in the copy of it where it is compressed or a stream.
    pub offset: u64,
    /// 1-based line or record; 0 for a text file.
    pub line: u64,
}

impl RecordPlace {
    /// The place of a record that is `range` of a block starting at `offset` of a source.
    pub(super) fn in_block(source: usize, offset: u64, range: &Range<usize>, line: u64) -> Self {
        Self {
            source: u32::try_from(source).unwrap_or(u32::MAX),
            // A record is shorter than a block or than `limits.record_bytes`.
            bytes: u32::try_from(range.len()).unwrap_or(u32::MAX),
            offset: offset + range.start as u64,
            line,
        }
    }
}

/// The name of standard input.
const STDIN: &str = "-";

/// Whether an id says only where among others a text was read, from standard input or in which
/// record of a file: the next text that is read there is another article.
#[must_use]
pub fn is_place(id: &str) -> bool {
    let input = match id.rsplit_once(':') {
        Some((input, number)) if number.parse::<u64>().is_ok() => input,
        _ => return id == STDIN,
    };
    input == STDIN || Path::new(input).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_places_are_told_from_those_of_articles() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().display().to_string();
        for id in ["-", "-:7", &format!("{path}:1")] {
            assert!(is_place(id), "{id}");
        }
        for id in ["a1", "--", "-:", "-:x", "news:7", "", &path, &format!("{path}:")] {
            assert!(!is_place(id), "{id}");
        }
    }
}
