//! A file of records under keys: the families of a commit, or what became of earlier ones.
//!
//! Written by families, read by reader and verify, on the pages that segments have too. Sections,
//! in order: header, rows (by key), order (of ranks), members (which documents a record is about),
//! records. Invariant: the bytes depend on what is in the book, so equal books have one name.

use super::FORMAT_VERSION;
use super::manifest::NamedBook;
use super::page::{PAGE_BYTES, PageWriter, Pages, Section};
use super::words::{Left, at, put};
use crate::error::{Error, Result};
use crate::hash::{mix, xxh3_64};
use crate::limits::narrow;
use crate::store::Shelf;
use std::io;
use std::sync::{Mutex, PoisonError};
use zstd::bulk::Compressor;

/// First bytes of a book.
const MAGIC: u64 = u64::from_le_bytes(*b"WCFAMILY");
/// A number that another order of bytes would turn round.
const BYTE_ORDER: u64 = 0x0102_0304_0506_0708;
/// Sections after the header.
const SECTIONS: usize = 4;
/// Numbers of a row.
const ROW_WORDS: u64 = 3;
/// Effort of the compression of records.
const LEVEL: i32 = 1;
/// Longest record as it is read.
const MOST_RECORD_BYTES: usize = 1 << 30;

/// A record on its way into a book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) key: u64,
    /// What is filtered by before the record is read.
    pub(super) facts: u64,
    /// The key under which the record is; the own one but for an alias.
    pub(super) target: u64,
    /// Hashes of the ids of the documents that it is about.
    pub(super) about: Vec<u64>,
    /// The record, compressed; none of an alias.
    pub(super) stored: Vec<u8>,
    /// Its bytes before.
    pub(super) bytes: u32,
}

/// A row: where the record of a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) key: u64,
    start: u64,
    stored: u32,
    bytes: u32,
}

impl Row {
    /// The key that an alias leads to.
    pub(super) fn target(self) -> Option<u64> {
        (self.stored == 0).then_some(self.start)
    }
}

/// Compressors that are not in use: to make one costs more than most records.
#[derive(Default)]
pub(super) struct Packers(Mutex<Vec<Compressor<'static>>>);

impl Packers {
    /// Compresses a record.
    ///
    /// # Errors
    /// A record of more than 1 GiB; a failure of the compression.
    pub(super) fn pack(&self, record: &[u8]) -> io::Result<Vec<u8>> {
        if record.len() > MOST_RECORD_BYTES {
            return Err(io::Error::other("a record of more than 1 GiB"));
        }
        let free = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = free().pop();
        let mut compressor = own.map_or_else(|| Compressor::new(LEVEL), Ok)?;
        let packed = compressor.compress(record)?;
        free().push(compressor);
        Ok(packed)
    }
}

/// Writes and publishes a book of these leaves, which are in the order of ranks; of two with one
/// key the first counts.
///
/// # Errors
/// What the system says.
pub(super) fn write(shelf: &Shelf, suffix: &str, leaves: &[Leaf]) -> Result<NamedBook> {
    let content = Content::of(leaves);
    let name = xxh3_64(&content.hashes());
    let mut named = NamedBook { name, records: narrow(leaves.len()), ..NamedBook::default() };
    let file = named.file(suffix);
    let mut pages = PageWriter::new(shelf.draft(&file)?, name);
    let written = content.write(&mut pages, name, leaves);
    written.map_err(|error| Error::io(shelf.file(&file), error))?;
    named.bytes = pages.publish()?;
    Ok(named)
}

/// The sections of a book but for the records.
struct Content {
    rows: Vec<u8>,
    order: Vec<u8>,
    members: Vec<u8>,
    records: u64,
    sum: u64,
}

impl Content {
    fn of(leaves: &[Leaf]) -> Self {
        let (mut start, mut sum) = (0, 0_u64);
        let mut starts = Vec::with_capacity(leaves.len());
        let mut members: Vec<(u64, u64)> = Vec::new();
        for (n, leaf) in (0_u64..).zip(leaves) {
            starts.push(start);
            start += leaf.stored.len() as u64;
            sum = mix(sum ^ xxh3_64(&leaf.stored));
            members.extend(leaf.about.iter().map(|&hash| (hash, n)));
        }
        let mut by_key: Vec<usize> = (0..leaves.len()).collect();
        by_key.sort_by_key(|&n| (leaves[n].key, n));
        let (mut rows, mut order) = (Vec::new(), vec![0_u64; leaves.len()]);
        for (row, &n) in (0_u64..).zip(&by_key) {
            let leaf = &leaves[n];
            let place = if leaf.stored.is_empty() { leaf.target } else { starts[n] };
            put(leaf.key, &mut rows);
            put(place, &mut rows);
            put(leaf.stored.len() as u64 | u64::from(leaf.bytes) << 32, &mut rows);
            order[n] = row;
        }
        let mut ranked = Vec::new();
        for (row, leaf) in order.into_iter().zip(leaves) {
            put(row, &mut ranked);
            put(leaf.facts, &mut ranked);
        }
        members.sort_unstable();
        members.dedup();
        let mut about = Vec::new();
        for (hash, n) in members {
            put(hash, &mut about);
            put(n, &mut about);
        }
        Self { rows, order: ranked, members: about, records: start, sum }
    }

    /// What the name is a hash of.
    fn hashes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in [&self.rows, &self.order, &self.members] {
            put(xxh3_64(part), &mut bytes);
        }
        put(self.sum, &mut bytes);
        bytes
    }

    fn write(&self, pages: &mut PageWriter, name: u64, leaves: &[Leaf]) -> io::Result<()> {
        let mut header = Vec::new();
        for number in [MAGIC, FORMAT_VERSION, BYTE_ORDER, name, leaves.len() as u64] {
            put(number, &mut header);
        }
        let bytes = [&self.rows, &self.order, &self.members].map(|part| part.len() as u64);
        let mut first = 1;
        for bytes in bytes.into_iter().chain([self.records]) {
            put(first, &mut header);
            put(bytes, &mut header);
            first += Section { first, bytes }.pages();
        }
        pages.write(&header)?;
        pages.end_section()?;
        for part in [&self.rows, &self.order, &self.members] {
            pages.write(part)?;
            pages.end_section()?;
        }
        leaves.iter().try_for_each(|leaf| pages.write(&leaf.stored))?;
        pages.end_section()
    }
}

/// The first of `count` places that does not come before what is looked for.
fn first_from(count: u64, is_before: &dyn Fn(u64) -> Result<bool>) -> Result<u64> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle)? { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// A book that is open.
#[derive(Debug)]
pub(super) struct Book {
    pages: Pages,
    count: u64,
    sections: [Section; SECTIONS],
}

impl Book {
    /// Opens the book that the manifest names.
    ///
    /// # Errors
    /// A file that is not there, is another one, or is not whole.
    pub(super) fn open(shelf: &Shelf, named: &NamedBook, suffix: &str) -> Result<Self> {
        let file = named.file(suffix);
        let pages = Pages::new(shelf.map(&file)?, shelf.file(&file), named.name);
        if pages.bytes() != named.bytes {
            let what = format!("the file has {} bytes, not {}", pages.bytes(), named.bytes);
            return Err(pages.corrupt(pages.bytes().min(named.bytes), what));
        }
        let read = Self::header(pages.page(0)?, named);
        let (count, sections) =
            read.ok_or_else(|| pages.corrupt(0, "the header is that of another file"))?;
        Ok(Self { pages, count, sections })
    }

    fn header(bytes: &[u8], named: &NamedBook) -> Option<(u64, [Section; SECTIONS])> {
        let mut left = Left(bytes);
        for fact in [MAGIC, FORMAT_VERSION, BYTE_ORDER, named.name, named.records.into()] {
            left.word().filter(|word| *word == fact)?;
        }
        let (mut sections, mut next) = ([Section::default(); SECTIONS], 1_u64);
        for section in &mut sections {
            *section = Section { first: left.word()?, bytes: left.word()? };
            (section.first == next).then_some(())?;
            next = next.checked_add(section.pages())?;
        }
        let count = u64::from(named.records);
        let fits = sections[0].words() == count * ROW_WORDS && sections[1].words() == count * 2;
        let whole = next.checked_mul(PAGE_BYTES as u64) == Some(named.bytes);
        (fits && whole).then_some((count, sections))
    }

    /// Its pages.
    pub(super) fn pages(&self) -> &Pages {
        &self.pages
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> u64 {
        self.count
    }

    /// Bytes of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.pages.bytes()
    }

    /// A row, by the order of keys.
    pub(super) fn row(&self, n: u64) -> Result<Row> {
        let word = |word| self.pages.word(self.sections[0], n.saturating_mul(ROW_WORDS) + word);
        let (key, start, lengths) = (word(0)?, word(1)?, word(2)?);
        let (stored, bytes) = ((lengths & 0xffff_ffff) as u32, (lengths >> 32) as u32);
        Ok(Row { key, start, stored, bytes })
    }

    /// The row of a key: the first one in the order of ranks.
    pub(super) fn find(&self, key: u64) -> Result<Option<Row>> {
        let first = first_from(self.count, &|n| Ok(self.row(n)?.key < key))?;
        if first == self.count {
            return Ok(None);
        }
        Ok(Some(self.row(first)?).filter(|row| row.key == key))
    }

    /// The row and the facts of what has a place in the order of ranks, from 0.
    pub(super) fn ranked(&self, n: u64) -> Result<(Row, u64)> {
        let word = |word| self.pages.word(self.sections[1], n.saturating_mul(2) + word);
        let (row, facts) = (word(0)?, word(1)?);
        Ok((self.row(row)?, facts))
    }

    /// The facts alone of what has a place in the order of ranks.
    pub(super) fn facts(&self, n: u64) -> Result<u64> {
        self.pages.word(self.sections[1], n.saturating_mul(2) + 1)
    }

    /// Places in the order of ranks of what is about a document, by the hash of its id.
    pub(super) fn about(&self, hash: u64) -> Result<Vec<u64>> {
        let section = self.sections[2];
        let word = |n: u64| self.pages.word(section, n);
        let count = section.words() / 2;
        let mut found = Vec::new();
        for n in first_from(count, &|n| Ok(word(2 * n)? < hash))?..count {
            if word(2 * n)? != hash {
                break;
            }
            found.push(word(2 * n + 1)?);
        }
        Ok(found)
    }

    /// The record of a row.
    pub(super) fn record(&self, row: &Row) -> Result<Vec<u8>> {
        let section = self.sections[3];
        let mut stored = Vec::new();
        let end = row.start.saturating_add(row.stored.into());
        self.pages.read(section, row.start..end, &mut stored)?;
        let bytes = at(row.bytes.into()).min(MOST_RECORD_BYTES);
        zstd::bulk::decompress(&stored, bytes).map_err(|_| self.damaged("a record is none"))
    }

    /// Damage of the records.
    pub(super) fn damaged(&self, what: impl Into<String>) -> Error {
        self.pages.corrupt(self.sections[3].first.saturating_mul(PAGE_BYTES as u64), what)
    }
}
