//! Checking a whole index: every page of every segment, every record, every posting.
//!
//! Used by the program. Invariant: whatever could make an answer wrong is found and named, with its
//! file and byte; nothing is repaired.

use super::book::Book;
use super::family::KeptFamily;
use super::live::{Member, TRIES};
use super::manifest::{FAMILIES, HISTORY, Manifest, Named, NamedBook, Parameters};
use super::page::Pages;
use super::postings::{each, parts};
use super::segment::{Segment, Unpacker};
use crate::error::{Error, Result};
use crate::store::Shelf;
use std::path::Path;
use std::sync::Arc;

/// What a check saw.
#[derive(Debug, Default)]
pub struct Checked {
    /// Segments that the manifest names.
    pub segments: usize,
    /// Documents that can be found.
    pub documents: u64,
    /// Documents that were removed and still take space; they were read, too.
    pub removed: u64,
    /// Bytes of the segments.
    pub bytes: u64,
    /// All that is damaged, each with file and byte.
    pub damage: Vec<Error>,
}

/// Damage of one segment that is named one by one.
const NAMED: usize = 100;

/// Checks the index at `path`.
///
/// # Errors
/// No index there, or another version. Damage is in what is returned.
pub fn check(path: impl AsRef<Path>) -> Result<Checked> {
    let path = path.as_ref();
    let shelf = Shelf::at(path);
    let mut bytes = shelf.manifest()?;
    let mut checked = named(path, &shelf, bytes.as_deref())?;
    for _ in 0..TRIES {
        // A file may be gone because a later commit does without it.
        let now = if checked.damage.is_empty() { break } else { shelf.manifest()? };
        if now == bytes {
            break;
        }
        bytes = now;
        checked = named(path, &shelf, bytes.as_deref())?;
    }
    Ok(checked)
}

/// Checks what a manifest names.
fn named(path: &Path, shelf: &Shelf, manifest: Option<&[u8]>) -> Result<Checked> {
    let mut checked = Checked::default();
    let manifest = match manifest {
        Some(bytes) => Manifest::read(bytes, &shelf.manifest_path()),
        None => super::Reader::open(path).map(|_| Manifest::default()),
    };
    let manifest = match manifest {
        Err(error @ Error::Corrupt { .. }) => {
            checked.damage.push(error);
            return Ok(checked);
        }
        manifest => manifest?,
    };
    checked.segments = manifest.segments.len();
    for named in &manifest.segments {
        checked.bytes += named.bytes;
        segment(shelf, manifest.parameters, named, &mut checked);
    }
    for (named, suffix) in [(manifest.families, FAMILIES), (manifest.history, HISTORY)] {
        if let Some(named) = named {
            checked.bytes += named.bytes;
            book(shelf, &named, suffix, &mut checked);
        }
    }
    Ok(checked)
}

fn book(shelf: &Shelf, named: &NamedBook, suffix: &str, checked: &mut Checked) {
    let book = match Book::open(shelf, named, suffix) {
        Ok(book) => book,
        Err(error) => return checked.damage.push(error),
    };
    if !damaged(book.pages(), checked)
        && let Err(error) = records(&book)
    {
        checked.damage.push(error);
    }
}

/// Reads every row and record of a book whose pages are as they were written.
fn records(book: &Book) -> Result<()> {
    let mut last = 0;
    for n in 0..book.len() {
        let row = book.row(n)?;
        if row.key < last {
            return Err(book.damaged("the keys are not in their order"));
        }
        last = row.key;
        book.ranked(n)?;
        if row.target().is_none() {
            let record = book.record(&row)?;
            serde_json::from_slice::<KeptFamily>(&record)
                .map_err(|_| book.damaged("this is no family"))?;
        }
    }
    Ok(())
}

/// Names the pages that are damaged; whether any is.
fn damaged(pages: &Pages, checked: &mut Checked) -> bool {
    let damaged = pages.damaged();
    let told = damaged.iter().take(NAMED);
    let what = "the checksum of the page is another";
    checked.damage.extend(told.map(|&at| pages.corrupt(at, what)));
    !damaged.is_empty()
}

fn segment(shelf: &Shelf, parameters: Parameters, named: &Named, checked: &mut Checked) {
    let segment = match Segment::open(shelf, parameters, named) {
        Ok(segment) => segment,
        Err(error) => {
            // Opening stops at the first page that is damaged. All of them are named, unless the
            // file is another from its first page on.
            let pages = Segment::pages_of(shelf, named).ok();
            let pages = pages.filter(|pages| pages.page(0).is_ok());
            if !pages.is_some_and(|pages| damaged(&pages, checked)) {
                checked.damage.push(error);
            }
            return;
        }
    };
    if damaged(segment.pages(), checked) {
        return;
    }
    let member = Member::new(named.clone(), Arc::new(segment));
    if let Err(error) = contents(&member, checked) {
        checked.damage.push(error);
    }
}

/// Reads every document and every posting of a segment whose pages are as they were written.
fn contents(member: &Member, checked: &mut Checked) -> Result<()> {
    let segment = &member.segment;
    let mut unpacker = Unpacker::default();
    let mut last: Option<String> = None;
    for doc in 0..segment.documents() {
        let id = segment.document(doc, &mut unpacker)?.id;
        if last.as_ref().is_some_and(|last| *last >= id) {
            return Err(segment.pages().corrupt(0, format!("`{id}` is not in its order")));
        }
        let count = if member.holds(doc) { &mut checked.documents } else { &mut checked.removed };
        *count += 1;
        last = Some(id);
    }
    let (mut before, mut wrong) = (0, false);
    each(segment, &mut |page| {
        for &one in page {
            wrong |= one < before || parts(one).1 >= segment.documents();
            before = one;
        }
        Ok(())
    })?;
    if wrong {
        let first = segment.postings().first.saturating_mul(super::page::PAGE_BYTES as u64);
        return Err(segment.pages().corrupt(first, "the postings are not in their order"));
    }
    Ok(())
}
