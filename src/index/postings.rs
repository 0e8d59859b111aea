//! Postings of a segment: which documents keep a shingle.
//!
//! A posting is a number: the bits of a [`Key`], then those of a document. They are sorted, so the
//! postings of a shingle follow each other. Asked by candidates, merged by merge. Invariant: every
//! posting of the shingles asked for is found, wherever pages end.

use super::keys::Key;
use super::page::PAGE_WORDS;
use super::segment::{DOCUMENT_BITS, Segment};
use super::words::word;
use crate::error::Result;

/// A posting of a key and a document.
pub(super) fn posting(key: Key, doc: u32) -> u64 {
    key.bits() << DOCUMENT_BITS | u64::from(doc)
}

/// Key and document of a posting.
pub(super) fn parts(posting: u64) -> (Key, u32) {
    let doc = posting & ((1 << DOCUMENT_BITS) - 1);
    (Key::of_bits(posting >> DOCUMENT_BITS), (doc & 0xffff_ffff) as u32)
}

/// Bits of a posting that are not those of the shingle.
const SHIFT: u32 = 32;

/// The page with the first posting of a shingle, if there is any.
fn first_page(segment: &Segment, shingle: u64) -> u64 {
    let after = segment.fences().partition_point(|fence| fence >> SHIFT < shingle);
    after.saturating_sub(1) as u64
}

/// Appends the postings of a shingle.
pub(super) fn of_shingle(segment: &Segment, shingle: u64, to: &mut Vec<u64>) -> Result<()> {
    let section = segment.postings();
    let of = |bytes: &[u8; 8]| word(*bytes) >> SHIFT;
    for page in first_page(segment, shingle)..section.pages() {
        let words = segment.pages().words(section, page)?;
        let from = words.partition_point(|bytes| of(bytes) < shingle);
        let found = words.get(from..).unwrap_or_default();
        let count = found.iter().take_while(|bytes| of(bytes) == shingle).count();
        to.extend(found.iter().take(count).map(|bytes| word(*bytes)));
        // Others follow on the page, so these were all.
        if count < found.len() {
            break;
        }
    }
    Ok(())
}

/// Says that the postings of these shingles will be needed soon.
pub(super) fn expect(segment: &Segment, shingles: impl Iterator<Item = u64>) {
    let mut last = None;
    for shingle in shingles {
        let page = first_page(segment, shingle);
        if last.replace(page) != Some(page) {
            segment.pages().expect(segment.postings(), page);
        }
    }
}

/// Calls `sink` with every posting, ascending, a page at a time.
pub(super) fn each(segment: &Segment, sink: &mut dyn FnMut(&[u64]) -> Result<()>) -> Result<()> {
    let (section, mut postings) = (segment.postings(), Vec::with_capacity(PAGE_WORDS));
    for page in 0..section.words().div_ceil(PAGE_WORDS as u64) {
        postings.clear();
        postings.extend(segment.pages().words(section, page)?.iter().map(|bytes| word(*bytes)));
        sink(&postings)?;
    }
    Ok(())
}
