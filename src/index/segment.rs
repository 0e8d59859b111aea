//! A segment: a file of postings, a table of documents, and their texts.
//!
//! Written once, by writer and merge, and read by everything else. Sections, in order: header,
//! postings, the directory of them (where those of each bucket start), the table of documents,
//! their records, their texts. Invariant: a file opens only under the name that its header has, and
//! only with all of its pages.

use super::FORMAT_VERSION;
use super::documents::{self, ENTRY_WORDS, Entry};
use super::keys::DOCUMENT_BITS;
use super::manifest::{self, Named, Parameters};
use super::packed::{Layout, Packer};
use super::page::{CONTENT_BYTES, PAGE_BYTES, PageWriter, Pages, Section};
use super::prepared::{Prepared, Waiting};
use super::runs::Runs;
use super::words::{Left, at, put, range};
use crate::corpus::{Document, Meta, Text, Withheld};
use crate::error::{Error, Result};
use crate::hash::{mix, xxh3_64};
use crate::limits::narrow;
use crate::store::Shelf;
use std::borrow::Cow;
use std::io;
use std::ops::Range;

/// First bytes of a segment.
const MAGIC: u64 = u64::from_le_bytes(*b"WCSEGMNT");
/// A number that another order of bytes would turn round.
const BYTE_ORDER: u64 = 0x0102_0304_0506_0708;
/// Sections after the header.
const SECTIONS: usize = 5;
/// Most documents of a segment.
pub(super) const MOST_DOCUMENTS: usize = 1 << DOCUMENT_BITS;

/// What is to become a document of a segment.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) record: Cow<'a, [u8]>,
    /// Bytes of the text as it is stored.
    pub(super) stored: Stored<'a>,
    pub(super) tokens: u32,
    pub(super) text_bytes: u32,
    pub(super) text_hash: u64,
}

/// Where the stored text of a part is.
#[derive(Debug)]
pub(super) enum Stored<'a> {
    In(&'a Segment, Entry),
    New(&'a Waiting, &'a Prepared),
}

impl Part<'_> {
    fn stored_bytes(&self) -> u32 {
        match &self.stored {
            Stored::In(_, entry) => entry.stored_bytes,
            Stored::New(_, one) => one.stored_bytes,
        }
    }

    /// Appends the stored text.
    fn stored(&self, to: &mut Vec<u8>) -> Result<()> {
        match &self.stored {
            Stored::In(segment, entry) => segment.stored(entry, to),
            Stored::New(waiting, one) => waiting.stored(one, to),
        }
    }
}

/// What a header says.
#[derive(Debug, Clone, Copy, Default)]
struct Header {
    documents: u32,
    with_outlet: u64,
    tokens: u64,
    text_bytes: u64,
    postings: u64,
    sections: [Section; SECTIONS],
}

impl Header {
    fn write(&self, parameters: Parameters, name: u64) -> Vec<u8> {
        let Parameters { normal_form, ngram_size, window, texts } = parameters;
        let mut bytes = Vec::new();
        let facts = [MAGIC, FORMAT_VERSION, BYTE_ORDER, name, normal_form, ngram_size.into()];
        let counts = [window, self.documents.into(), self.with_outlet, self.tokens];
        for number in facts.into_iter().chain(counts).chain([self.text_bytes, self.postings]) {
            put(number, &mut bytes);
        }
        for section in self.sections {
            put(section.first, &mut bytes);
            put(section.bytes, &mut bytes);
        }
        put(kept(texts), &mut bytes);
        bytes
    }

    /// From the first page; none where it says something else.
    fn read(bytes: &[u8], parameters: Parameters, name: u64) -> Option<Self> {
        let mut left = Left(bytes);
        let Parameters { normal_form, ngram_size, window, texts } = parameters;
        let facts = [MAGIC, FORMAT_VERSION, BYTE_ORDER, name, normal_form, ngram_size.into()];
        for fact in facts.into_iter().chain([window]) {
            left.word().filter(|word| *word == fact)?;
        }
        let mut header = Self { documents: left.word()?.try_into().ok()?, ..Self::default() };
        header.with_outlet = left.word()?;
        (header.tokens, header.text_bytes) = (left.word()?, left.word()?);
        header.postings = left.word()?;
        for section in &mut header.sections {
            *section = Section { first: left.word()?, bytes: left.word()? };
        }
        (left.word()? == kept(texts)).then_some(header)
    }

    /// How the postings are laid out.
    fn layout(&self) -> Layout {
        Layout::of(self.postings, self.documents)
    }

    /// Pages of the whole file, where every section starts as the one before it ends, and those of
    /// postings have the bytes that so many take.
    fn pages(&self) -> Option<u64> {
        let [postings, directory, ..] = self.sections;
        let layout = self.layout();
        let known = [layout.bytes(), 8 * layout.directory_words()];
        ([postings.bytes, directory.bytes] == known).then_some(())?;
        let mut next = 1;
        for section in self.sections {
            (section.first == next).then_some(())?;
            next = next.checked_add(section.pages())?;
        }
        Some(next)
    }
}

/// What the last section has of each text: the text, or its tokens.
fn kept(texts: bool) -> u64 {
    u64::from(!texts)
}

/// The name of a segment of these documents.
fn name(parts: &[Part<'_>], parameters: Parameters) -> u64 {
    let mut bytes = Vec::new();
    for number in [parameters.normal_form, parameters.ngram_size.into(), parameters.window] {
        put(number, &mut bytes);
    }
    if !parameters.texts {
        put(kept(false), &mut bytes);
    }
    for part in parts {
        put(mix(xxh3_64(&part.record)) ^ part.text_hash, &mut bytes);
    }
    xxh3_64(&bytes)
}

/// Writes and publishes a segment of these documents, ascending by id, with their postings,
/// ascending.
///
/// # Errors
/// Too many documents; what the system says.
pub(super) fn write(
    shelf: &Shelf,
    parameters: Parameters,
    parts: &[Part<'_>],
    postings: Runs,
) -> Result<Named> {
    if parts.len() > MOST_DOCUMENTS {
        return Err(Error::Limit {
            what: "documents in one segment".to_owned(),
            got: parts.len() as u64,
            limit: MOST_DOCUMENTS as u64,
            cure: "keep them in several indexes".to_owned(),
        });
    }
    let name = name(parts, parameters);
    let file = manifest::file(name);
    let mut pages = PageWriter::new(shelf.draft(&file)?, name);
    let written = sections(&mut pages, (parameters, name), parts, postings);
    written.map_err(|error| match error.downcast::<Error>() {
        Ok(own) => own,
        Err(error) => Error::io(shelf.file(&file), error),
    })?;
    let documents = narrow(parts.len());
    Ok(Named { name, bytes: pages.publish()?, documents, removed: Vec::new() })
}

fn sections(
    pages: &mut PageWriter,
    (parameters, name): (Parameters, u64),
    parts: &[Part<'_>],
    postings: Runs,
) -> io::Result<()> {
    let header = header(parts, postings.len() as u64);
    pages.write(&header.write(parameters, name))?;
    pages.end_section()?;
    let mut packer = Packer::new(header.layout());
    postings.ascending(&mut |posting| packer.put(posting, pages))?;
    let directory = packer.finish(pages)?;
    directory.iter().try_for_each(|start| pages.write(&start.to_le_bytes()))?;
    pages.end_section()?;
    let (mut entry, mut bytes) = (Entry::default(), Vec::new());
    for part in parts {
        entry.meta_bytes = narrow(part.record.len());
        (entry.tokens, entry.stored_bytes) = (part.tokens, part.stored_bytes());
        (entry.text_bytes, entry.text_hash) = (part.text_bytes, part.text_hash);
        bytes.clear();
        entry.write(&mut bytes);
        pages.write(&bytes)?;
        entry.meta += u64::from(entry.meta_bytes);
        entry.text += u64::from(entry.stored_bytes);
    }
    pages.end_section()?;
    parts.iter().try_for_each(|part| pages.write(&part.record))?;
    pages.end_section()?;
    for part in parts {
        bytes.clear();
        part.stored(&mut bytes).map_err(io::Error::other)?;
        pages.write(&bytes)?;
    }
    pages.end_section()
}

/// What the header of these documents says.
fn header(parts: &[Part<'_>], postings: u64) -> Header {
    let sum = |of: &dyn Fn(&Part<'_>) -> u64| parts.iter().map(of).sum::<u64>();
    let table = 8 * ENTRY_WORDS * parts.len() as u64;
    let (records, texts) =
        (sum(&|part| part.record.len() as u64), sum(&|part| part.stored_bytes().into()));
    let documents = narrow(parts.len());
    let layout = Layout::of(postings, documents);
    let (packed, directory) = (layout.bytes(), 8 * layout.directory_words());
    let mut sections = [Section::default(); SECTIONS];
    let mut first = 1;
    for (section, bytes) in sections.iter_mut().zip([packed, directory, table, records, texts]) {
        *section = Section { first, bytes };
        first += section.pages();
    }
    Header {
        documents,
        with_outlet: sum(&|part| documents::has_outlet(&part.record).into()),
        tokens: sum(&|part| part.tokens.into()),
        text_bytes: sum(&|part| part.text_bytes.into()),
        postings,
        sections,
    }
}

/// A segment that is open.
#[derive(Debug)]
pub(super) struct Segment {
    pages: Pages,
    header: Header,
    layout: Layout,
    /// Where each bucket of postings starts, and where the last one ends.
    directory: Vec<u64>,
    /// Whether it has texts, else their tokens.
    texts: bool,
}

/// Bytes of the parts of a segment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) postings: u64,
    pub(super) tables: u64,
    pub(super) texts: u64,
    pub(super) text_bytes: u64,
}

impl Segment {
    /// Opens the segment that the manifest names.
    ///
    /// # Errors
    /// A file that is not there, is another one, or is not whole.
    pub(super) fn open(shelf: &Shelf, parameters: Parameters, named: &Named) -> Result<Self> {
        let pages = Self::pages_of(shelf, named)?;
        let header = Header::read(pages.page(0)?, parameters, named.name)
            .filter(|header| header.documents == named.documents)
            .ok_or_else(|| pages.corrupt(0, "the header is that of another segment"))?;
        if header.pages().map(|count| count * PAGE_BYTES as u64) != Some(named.bytes) {
            return Err(pages.corrupt(0, "the sections do not make up the file"));
        }
        let texts = parameters.texts;
        let (layout, section) = (header.layout(), header.sections[1]);
        let mut directory = Vec::with_capacity(at(section.words()));
        for page in 0..section.pages() {
            let words = pages.words(section, page)?;
            directory.extend(words.iter().map(|bytes| super::words::word(*bytes)));
        }
        let ends = (directory.first(), directory.last());
        if ends != (Some(&0), Some(&layout.count())) || !directory.is_sorted() {
            let byte = section.first.saturating_mul(PAGE_BYTES as u64);
            return Err(pages.corrupt(byte, "the directory is not that of the postings"));
        }
        Ok(Self { pages, header, layout, directory, texts })
    }

    /// The pages of the file that the manifest names, of which none was read.
    ///
    /// # Errors
    /// A file that is not there, or is not whole.
    pub(super) fn pages_of(shelf: &Shelf, named: &Named) -> Result<Pages> {
        let file = named.file();
        let pages = Pages::new(shelf.map(&file)?, shelf.file(&file), named.name);
        if pages.bytes() != named.bytes {
            let what = format!("the file has {} bytes, not {}", pages.bytes(), named.bytes);
            return Err(pages.corrupt(pages.bytes().min(named.bytes), what));
        }
        Ok(pages)
    }

    /// Its pages.
    pub(super) fn pages(&self) -> &Pages {
        &self.pages
    }

    /// The section of postings.
    pub(super) fn postings(&self) -> Section {
        self.header.sections[0]
    }

    /// How the postings are laid out.
    pub(super) fn layout(&self) -> Layout {
        self.layout
    }

    /// The places of the postings of a bucket.
    pub(super) fn bucket(&self, bucket: usize) -> Range<u64> {
        let start = |n: usize| self.directory.get(n).copied().unwrap_or(self.layout.count());
        start(bucket)..start(bucket + 1)
    }

    /// Documents in it, removed ones too.
    pub(super) fn documents(&self) -> u32 {
        self.header.documents
    }

    /// Whether any document has an outlet.
    pub(super) fn has_outlets(&self) -> bool {
        self.header.with_outlet > 0
    }

    /// Bytes of its parts.
    pub(super) fn sizes(&self) -> Sizes {
        let [postings, directory, table, records, texts] =
            self.header.sections.map(|section| section.pages() * PAGE_BYTES as u64);
        let tables = directory + table + records + PAGE_BYTES as u64;
        Sizes { postings, tables, texts, text_bytes: self.header.text_bytes }
    }

    /// Tokens of its documents.
    pub(super) fn tokens(&self) -> u64 {
        self.header.tokens
    }

    /// A row of the table of documents.
    pub(super) fn entry(&self, doc: u32) -> Result<Entry> {
        let table = self.header.sections[2];
        let mut words = [0; 5];
        for (n, word) in (u64::from(doc) * ENTRY_WORDS..).zip(&mut words) {
            *word = self.pages.word(table, n)?;
        }
        Ok(Entry::read(words))
    }

    /// The record of a document.
    pub(super) fn record(&self, entry: &Entry, to: &mut Vec<u8>) -> Result<()> {
        self.part(3, entry.meta, entry.meta_bytes, to)
    }

    /// The stored text of a document.
    pub(super) fn stored(&self, entry: &Entry, to: &mut Vec<u8>) -> Result<()> {
        self.part(4, entry.text, entry.stored_bytes, to)
    }

    fn part(&self, section: usize, start: u64, bytes: u32, to: &mut Vec<u8>) -> Result<()> {
        let section = self.header.sections[section];
        match range(start, bytes.into()) {
            Some(range) => self.pages.read(section, range, to),
            None => Err(self.damaged(section, start, "a place is beyond the end")),
        }
    }

    /// Damage at a byte of a section.
    fn damaged(&self, section: Section, byte: u64, what: &str) -> Error {
        let page = section.first.saturating_add(byte / CONTENT_BYTES as u64);
        self.pages.corrupt(page.saturating_mul(PAGE_BYTES as u64), what)
    }

    /// Name and metadata of a document.
    pub(super) fn meta(&self, entry: &Entry) -> Result<(String, Meta)> {
        let mut bytes = Vec::new();
        self.record(entry, &mut bytes)?;
        let read = documents::read(&bytes);
        read.ok_or_else(|| self.damaged(self.header.sections[3], entry.meta, "this is no record"))
    }

    /// The outlet of a document.
    pub(super) fn outlet(&self, doc: u32) -> Result<Option<String>> {
        let mut bytes = Vec::new();
        self.record(&self.entry(doc)?, &mut bytes)?;
        Ok(documents::outlet(&bytes).map(str::to_owned))
    }

    /// The number of the document with an id.
    pub(super) fn find(&self, id: &str) -> Result<Option<u32>> {
        let (doc, is_it) = self.place(id)?;
        Ok(is_it.then_some(doc))
    }

    /// The number of the first document whose id comes after one.
    pub(super) fn after(&self, id: &str) -> Result<u32> {
        let (doc, is_it) = self.place(id)?;
        Ok(doc + u32::from(is_it))
    }

    /// The number of the first document whose id does not come before one, and whether it has it.
    fn place(&self, id: &str) -> Result<(u32, bool)> {
        let (mut low, mut high) = (0, self.documents());
        let mut bytes = Vec::new();
        while low < high {
            let middle = low + (high - low) / 2;
            bytes.clear();
            let entry = self.entry(middle)?;
            self.record(&entry, &mut bytes)?;
            let found = documents::id(&bytes).ok_or_else(|| {
                self.damaged(self.header.sections[3], entry.meta, "this is no record")
            })?;
            match found.cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Ok((middle, true)),
            }
        }
        Ok((low, false))
    }

    /// A document with its text, or the tokens of it where these alone are kept.
    pub(super) fn document(&self, doc: u32, unpacker: &mut Unpacker) -> Result<Document> {
        let entry = self.entry(doc)?;
        let (id, meta) = self.meta(&entry)?;
        unpacker.stored.clear();
        self.stored(&entry, &mut unpacker.stored)?;
        let text = if self.texts {
            unpacker.unpack(&entry).map(Text::from)
        } else {
            unpacker.withheld(&entry).map(Text::withheld)
        };
        let text = text.ok_or_else(|| {
            let what = format!("the text of `{id}` is not what was stored");
            self.damaged(self.header.sections[4], entry.text, &what)
        })?;
        Ok(Document { id, text, meta })
    }
}

type Decompressor = zstd::bulk::Decompressor<'static>;

/// Makes texts of stored ones.
#[derive(Default)]
pub(super) struct Unpacker {
    /// Made where it is needed: it is large, and of some questions all documents are remembered.
    unpacking: Option<Decompressor>,
    stored: Vec<u8>,
}

fn made(unpacking: &mut Option<Decompressor>) -> Option<&mut Decompressor> {
    if unpacking.is_none() {
        *unpacking = Decompressor::new().ok();
    }
    unpacking.as_mut()
}

impl Unpacker {
    /// The text of what was stored; none where it is another one.
    fn unpack(&mut self, entry: &Entry) -> Option<String> {
        let unpacking = made(&mut self.unpacking)?;
        let unpacked = unpacking.decompress(&self.stored, at(entry.text_bytes.into()));
        let text = String::from_utf8(unpacked.ok()?).ok()?;
        let is_it = text.len() == at(entry.text_bytes.into())
            && xxh3_64(text.as_bytes()) == entry.text_hash;
        is_it.then_some(text)
    }

    /// The tokens of what was stored in place of a text.
    fn withheld(&mut self, entry: &Entry) -> Option<Withheld> {
        let Entry { tokens, text_bytes, text_hash, .. } = *entry;
        let size = zstd::zstd_safe::get_frame_content_size(&self.stored).ok()??;
        let size = usize::try_from(size).ok()?;
        if size > Withheld::most_bytes(tokens) || tokens > text_bytes {
            return None;
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).ok()?;
        made(&mut self.unpacking)?.decompress_to_buffer(&self.stored, &mut bytes).ok()?;
        Withheld::read(&bytes, tokens, text_bytes, text_hash)
    }
}
