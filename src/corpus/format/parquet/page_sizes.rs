//! The sizes that page headers claim, before anything is decompressed.
//!
//! A page of a few kilobytes can claim and fill gigabytes, and the crate believes it. Headers are
//! Thrift structs in the compact protocol; fields 2 and 3 are the sizes, all others are passed
//! over.

use crate::corpus::format::row_file::Shared;
use parquet::errors::{ParquetError, Result};

/// The pages of a column in a row group.
pub(super) struct Pages<'a> {
    pub(super) file: &'a Shared,
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Bytes of a header at first; statistics can make it longer.
const HEADER_BYTES: usize = 256;
/// Longest header.
const MOST_HEADER_BYTES: usize = 16 << 20;
/// Deepest nesting of structs in a header.
const DEPTH: usize = 16;

fn broken() -> ParquetError {
    ParquetError::General("a page header is not what it should be".to_owned())
}

/// The largest size that a page decompresses to, or the first over `most`.
pub(super) fn largest(pages: &Pages<'_>, most: usize) -> Result<usize> {
    let (mut at, mut largest) = (pages.start, 0);
    while at < pages.end {
        let Page { header, stored, size } = page(pages, at)?;
        largest = largest.max(size);
        if largest > most {
            break;
        }
        at = at.saturating_add((header + stored) as u64);
    }
    Ok(largest)
}

/// Sizes of a page in bytes.
struct Page {
    header: usize,
    stored: usize,
    size: usize,
}

fn page(pages: &Pages<'_>, at: u64) -> Result<Page> {
    let mut room = HEADER_BYTES;
    loop {
        let left = usize::try_from(pages.end - at).unwrap_or(usize::MAX);
        let bytes = pages.file.bytes(at, room.min(left))?;
        let mut thrift = Thrift { bytes: &bytes, at: 0 };
        let mut sizes = [None; 2];
        if thrift.fields(0, &mut |field, value| match field {
            2 => sizes[0] = usize::try_from(value).ok(),
            3 => sizes[1] = usize::try_from(value).ok(),
            _ => {}
        }) == Some(())
        {
            let [Some(size), Some(stored)] = sizes else { return Err(broken()) };
            return Ok(Page { header: thrift.at, stored, size });
        }
        if room >= left || room >= MOST_HEADER_BYTES {
            return Err(broken());
        }
        room *= 16;
    }
}

/// Bytes in the compact protocol.
struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn pass(&mut self, bytes: u64) -> Option<()> {
        self.at = self.at.checked_add(usize::try_from(bytes).ok()?)?;
        (self.at <= self.bytes.len()).then_some(())
    }

    /// The fields of a struct; those that are whole numbers go to `number`.
    fn fields(&mut self, depth: usize, number: &mut dyn FnMut(i64, i64)) -> Option<()> {
        let mut field = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = match head >> 4 {
                0 => self.zigzag()?,
                delta => field + i64::from(delta),
            };
            match head & 0x0f {
                4..=6 => number(field, self.zigzag()?),
                1 | 2 => {}
                kind => self.value(kind, depth)?,
            }
        }
    }

    /// Passes over a value; in a list a truth value takes a byte.
    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        match kind {
            1..=3 => self.pass(1),
            4..=6 => self.varint().map(drop),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                for _ in 0..count {
                    self.value(head & 0x0f, depth + 1)?;
                }
                Some(())
            }
            12 => self.fields(depth + 1, &mut |_, _| {}),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    /// The numbers of the fields of a struct.
    fn fields(bytes: &[u8]) -> (Option<()>, Vec<(i64, i64)>, usize) {
        let mut thrift = Thrift { bytes, at: 0 };
        let mut found = Vec::new();
        let done = thrift.fields(0, &mut |field, value| found.push((field, value)));
        (done, found, thrift.at)
    }

    #[test]
    fn numbers_of_a_struct_are_found() {
        // Field 1 = 3, field 3 = -2, field 20 = 300, with its number written out.
        let bytes = [0x15, 6, 0x25, 3, 0x05, 40, 0xd8, 0x04, 0, 99];
        assert_eq!(fields(&bytes), (Some(()), vec![(1, 3), (3, -2), (20, 300)], 9));
        assert_eq!(fields(&bytes[..8]).0, None, "cut off");
        assert_eq!(
            fields(&[0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).0,
            None
        );
    }

    #[test]
    fn other_values_are_passed_over() {
        let bytes = [
            0x11, // field 1: true
            0x13, 7, // 2: a byte
            0x17, 1, 2, 3, 4, 5, 6, 7, 8, // 3: a double
            0x18, 2, b'a', b'b', // 4: a string
            0x19, 0x25, 2, 0x80, 1, // 5: a list of two numbers
            0x19, 0xf1, 15, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 6: fifteen flags
            0x1c, 0x15, 2, 0, // 7: a struct
            0x15, 10, 0, // 8: 5
        ];
        assert_eq!(fields(&bytes), (Some(()), vec![(8, 5)], bytes.len()));
        assert_eq!(fields(&[0x18, 9, b'a', 0]).0, None, "a string that ends after the bytes");
        assert_eq!(fields(&[0x1b, 0, 0]).0, None, "maps are in no header");
        let deep = [0x1c].repeat(DEPTH + 2);
        assert_eq!(fields(&[deep, vec![0; DEPTH + 3]].concat()).0, None, "nested too deeply");
    }

    #[test]
    fn the_largest_page_counts() {
        // Type 0, size, stored size; then the stored bytes.
        let page = |size: u8, stored: u8| {
            let header = [0x15, 0, 0x15, size * 2, 0x15, stored * 2, 0];
            [&header[..], &vec![1; usize::from(stored)]].concat()
        };
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let bytes = [b"PAR1".to_vec(), page(9, 3), page(60, 5), page(7, 7)].concat();
        file.write_all(&bytes).unwrap();
        let shared = Shared::open(file.path()).unwrap();
        let end = bytes.len() as u64;
        let sizes = |start: u64, most: usize| {
            largest(&Pages { file: &shared, start, end }, most).map_err(|error| error.to_string())
        };
        assert_eq!(sizes(4, 100), Ok(60));
        assert_eq!(sizes(4, 59), Ok(60), "over the limit");
        assert_eq!(sizes(4, 8), Ok(9), "the first one over the limit ends the search");
        assert_eq!(sizes(end, 8), Ok(0));
        assert!(sizes(5, 100).is_err(), "not a header");
    }
}
