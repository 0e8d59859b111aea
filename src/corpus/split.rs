//! Where records end.
//!
//! Used by cut, which hands over what was read so far and learns how much of it is whole records.
//! Invariant: every byte is looked at once, however it arrives in pieces.

use super::Format;
use super::csv::{self, Dialect};
use super::{json_list, warc};
use memchr::{memchr, memrchr};

/// Finds the ends of records in one format.
#[derive(Debug)]
pub(super) enum Splitter {
    /// At line feeds; bytes looked at.
    Lines(usize),
    /// At line feeds outside quotation marks.
    Table(csv::Scan),
    /// Behind the values of a list.
    List(json_list::Scan),
    /// Where their lengths say.
    Crawl(warc::Scan),
}

impl Splitter {
    /// For the records of `format`; a table's dialect is set when its header is known.
    pub(super) fn new(format: Format) -> Self {
        match format {
            Format::Csv | Format::Tsv => Self::Table(csv::Scan::new(Dialect::of(format))),
            Format::Json => Self::List(json_list::Scan::default()),
            Format::Warc => Self::Crawl(warc::Scan::default()),
            _ => Self::Lines(0),
        }
    }

    /// What comes next is the begin of a record.
    pub(super) fn reset(&mut self) {
        match self {
            Self::Lines(seen) => *seen = 0,
            Self::Table(scan) => scan.reset(),
            Self::List(scan) => scan.reset(),
            Self::Crawl(scan) => scan.reset(),
        }
    }

    /// The end of the last whole record in `raw`, which begins where the last reset was and is
    /// longer than at the last call; none where no record has ended since.
    pub(super) fn last(&mut self, raw: &[u8]) -> Option<usize> {
        match self {
            Self::Lines(seen) => {
                let from = std::mem::replace(seen, raw.len());
                let end = raw.get(from..).and_then(|fresh| memrchr(b'\n', fresh));
                end.map(|at| from + at + 1)
            }
            Self::Table(scan) => {
                let mut last = None;
                scan.ends(raw, &mut |end| {
                    last = Some(end);
                    true
                });
                last
            }
            Self::List(scan) => {
                let mut last = None;
                scan.values(raw, &mut |range| {
                    last = Some(range.end);
                    true
                });
                last.or(scan.closed())
            }
            Self::Crawl(scan) => {
                let mut last = None;
                scan.records(raw, &mut |range| {
                    last = Some(range.end);
                    true
                });
                last
            }
        }
    }

    /// The end of the record that has begun, in bytes that follow those looked at so far.
    pub(super) fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        let mut first = None;
        match self {
            Self::Lines(_) => first = memchr(b'\n', chunk).map(|at| at + 1),
            Self::Table(scan) => {
                scan.go_on();
                scan.ends(chunk, &mut |end| {
                    first = Some(end);
                    false
                });
            }
            Self::List(scan) => {
                scan.go_on();
                scan.values(chunk, &mut |range| {
                    first = Some(range.end);
                    false
                });
            }
            Self::Crawl(scan) => first = scan.first(chunk),
        }
        first
    }

    /// Records in `raw`, which is whole records. Of lines all count, also blank ones.
    pub(super) fn count(&self, raw: &[u8]) -> u64 {
        let mut count = 0;
        match self {
            Self::Lines(_) => count = memchr::memchr_iter(b'\n', raw).count() as u64,
            Self::Table(scan) => {
                let mut start = 0;
                let mut one = |end| {
                    let record = raw.get(start..end).unwrap_or_default();
                    count += u64::from(!record.trim_ascii().is_empty());
                    start = end;
                    true
                };
                scan.fresh().ends(raw, &mut one);
            }
            Self::List(_) => json_list::Scan::default().values(raw, &mut |_| {
                count += 1;
                true
            }),
            Self::Crawl(_) => warc::Scan::default().records(raw, &mut |_| {
                count += 1;
                true
            }),
        }
        count
    }
}
