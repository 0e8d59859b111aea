//! The bytes of whole records, cut from a source and not parsed yet.
//!
//! Made by cut, parsed by the formats.

use super::place::RecordPlace;
use std::ops::Range;

/// Whole records of one source.
#[derive(Debug)]
pub(super) struct RawRecords {
    /// Number of the source.
    pub(super) source: usize,
    /// 1-based number of the first line.
    pub(super) first_line: u64,
    /// 1-based number of the first record.
    pub(super) first_record: u64,
    /// The first block of its source.
    pub(super) first: bool,
    /// Place of `raw` in the source as decompressed and decoded.
    pub(super) offset: u64,
    /// The records with what separates them; the last of a source may lack it.
    pub(super) raw: Vec<u8>,
}

impl RawRecords {
    /// Where a record is that is `range` of `raw`.
    pub(super) fn place(&self, range: &Range<usize>, number: u64) -> RecordPlace {
        RecordPlace::in_block(self.source, self.offset, range, number)
    }
}

#[cfg(test)]
impl RawRecords {
    /// The first records of the first source.
    pub(super) fn first(raw: &[u8]) -> Self {
        let raw = raw.to_vec();
        Self { source: 0, first_line: 1, first_record: 1, first: true, offset: 0, raw }
    }
}
