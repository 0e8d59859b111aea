//! Pages: 4,088 bytes of content and a checksum over them.
//!
//! Every file of a segment consists of pages; a section is a run of them. Written by segment, read
//! by postings and documents. The checksum also covers the number of the page and the name of the
//! segment, so that a page in another place, or a file under another name, is damage as well.
//! Invariant: no byte of a page is used before its checksum was compared.

use super::words::{at, word};
use crate::error::{Error, Result};
use crate::hash::{mix, xxh3_64};
use crate::store::{Draft, Map};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a page.
pub(super) const PAGE_BYTES: usize = 4096;
/// Bytes of its content.
pub(super) const CONTENT_BYTES: usize = PAGE_BYTES - 8;
/// Numbers of its content.
pub(super) const PAGE_WORDS: usize = CONTENT_BYTES / 8;

/// A run of pages: the first, and how many bytes of content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) first: u64,
    pub(super) bytes: u64,
}

impl Section {
    /// How many pages it has.
    pub(super) fn pages(self) -> u64 {
        self.bytes.div_ceil(CONTENT_BYTES as u64)
    }

    /// How many numbers it holds.
    pub(super) fn words(self) -> u64 {
        self.bytes / 8
    }
}

/// The checksum of a page.
fn checksum(content: &[u8], name: u64, page: u64) -> u64 {
    mix(xxh3_64(content) ^ mix(name ^ mix(page)))
}

/// Writes the pages of one segment.
pub(super) struct PageWriter {
    draft: Draft,
    name: u64,
    page: u64,
    content: Vec<u8>,
}

impl PageWriter {
    /// Writes to `draft` the segment that is called `name`.
    pub(super) fn new(draft: Draft, name: u64) -> Self {
        Self { draft, name, page: 0, content: Vec::with_capacity(CONTENT_BYTES) }
    }

    /// Appends bytes to the section.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = CONTENT_BYTES - self.content.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.content.extend_from_slice(now);
            bytes = later;
            if self.content.len() == CONTENT_BYTES {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.content.resize(CONTENT_BYTES, 0);
        let sum = checksum(&self.content, self.name, self.page);
        self.draft.write_all(&self.content)?;
        self.draft.write_all(&sum.to_le_bytes())?;
        self.content.clear();
        self.page += 1;
        Ok(())
    }

    /// Ends the section; the next one starts a page.
    pub(super) fn end_section(&mut self) -> io::Result<()> {
        if self.content.is_empty() { Ok(()) } else { self.flush() }
    }

    /// Publishes the file; how many bytes it has.
    pub(super) fn publish(self) -> Result<u64> {
        let bytes = self.page * PAGE_BYTES as u64;
        self.draft.publish()?;
        Ok(bytes)
    }
}

/// The pages of a segment.
#[derive(Debug)]
pub(super) struct Pages {
    map: Map,
    path: PathBuf,
    name: u64,
    /// A bit for every page whose checksum was compared, 64 in each number.
    compared: Vec<AtomicU64>,
}

impl Pages {
    /// The pages of the segment `name` in `map`, the file at `path`.
    pub(super) fn new(map: Map, path: PathBuf, name: u64) -> Self {
        let numbers = map.bytes().len().div_ceil(64 * PAGE_BYTES);
        let compared = std::iter::repeat_with(AtomicU64::default).take(numbers).collect();
        Self { map, path, name, compared }
    }

    /// Bytes of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.map.bytes().len() as u64
    }

    /// Damage at a byte.
    pub(super) fn corrupt(&self, offset: u64, what: impl Into<String>) -> Error {
        Error::Corrupt {
            path: self.path.clone(),
            offset,
            what: what.into(),
            cure: "take the file from a copy of the index, or create the index anew".to_owned(),
        }
    }

    /// The content of a page.
    pub(super) fn page(&self, page: u64) -> Result<&[u8; CONTENT_BYTES]> {
        let start = page.checked_mul(PAGE_BYTES as u64).map_or(usize::MAX, at);
        let bytes = self.map.bytes().get(start..).and_then(|rest| rest.get(..PAGE_BYTES));
        let Some((content, sum)) = bytes.and_then(|bytes| bytes.split_first_chunk()) else {
            return Err(self.corrupt(self.bytes(), format!("the file ends before page {page}")));
        };
        let (bit, slot) = (1 << (page % 64), self.compared.get(at(page / 64)));
        if slot.is_some_and(|bits| bits.load(Ordering::Relaxed) & bit != 0) {
            return Ok(content);
        }
        let sum = sum.first_chunk().map(|sum| word(*sum));
        if sum != Some(checksum(content, self.name, page)) {
            return Err(self.corrupt(start as u64, "the checksum of the page is another"));
        }
        if let Some(bits) = slot {
            bits.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(content)
    }

    /// The numbers that a page of a section holds, which is counted from 0.
    pub(super) fn words(&self, section: Section, page: u64) -> Result<&[[u8; 8]]> {
        let left = section.words().saturating_sub(page.saturating_mul(PAGE_WORDS as u64));
        let words = self.page(section.first.saturating_add(page))?.as_chunks::<8>().0;
        Ok(words.get(..at(left)).unwrap_or(words))
    }

    /// One number of a section.
    pub(super) fn word(&self, section: Section, n: u64) -> Result<u64> {
        let (page, inside) = (n / PAGE_WORDS as u64, at(n % PAGE_WORDS as u64));
        let found = self.words(section, page)?.get(inside).copied().map(word);
        found.ok_or_else(|| self.corrupt(self.bytes(), format!("there is no number {n}")))
    }

    /// Appends bytes of a section to `to`.
    pub(super) fn read(
        &self,
        section: Section,
        range: std::ops::Range<u64>,
        to: &mut Vec<u8>,
    ) -> Result<()> {
        if range.start > range.end || range.end > section.bytes {
            let at = section.first.saturating_mul(PAGE_BYTES as u64);
            return Err(self.corrupt(at, "a record lies outside its section"));
        }
        let mut from = range.start;
        while from < range.end {
            let (page, inside) = (from / CONTENT_BYTES as u64, at(from % CONTENT_BYTES as u64));
            let content = self.page(section.first + page)?.get(inside..).unwrap_or_default();
            let now = content.len().min(at(range.end - from));
            to.extend_from_slice(content.get(..now).unwrap_or_default());
            from += now as u64;
        }
        Ok(())
    }

    /// Says that a page of a section will be needed soon.
    pub(super) fn expect(&self, section: Section, page: u64) {
        let start = at(section.first.saturating_add(page).saturating_mul(PAGE_BYTES as u64));
        let end = start.saturating_add(PAGE_BYTES);
        if self.is_unseen(section.first.saturating_add(page)) {
            self.map.expect(start..end);
        }
    }

    fn is_unseen(&self, page: u64) -> bool {
        let bits = self.compared.get(at(page / 64));
        bits.is_some_and(|bits| bits.load(Ordering::Relaxed) & (1 << (page % 64)) == 0)
    }

    /// Every page whose checksum is another: the byte at which it starts.
    pub(super) fn damaged(&self) -> Vec<u64> {
        let pages = self.bytes() / PAGE_BYTES as u64;
        (0..pages).filter(|&page| self.page(page).is_err()).map(|n| n * PAGE_BYTES as u64).collect()
    }
}
