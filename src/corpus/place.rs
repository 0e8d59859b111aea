//! Where a record is, so that it can be read again.

use std::ops::Range;

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
