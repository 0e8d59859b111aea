//! Postings in as few bits as they need.
//!
//! Written by segment, read by postings. Postings ascend, so those whose shingles begin with the
//! same bits follow each other: a bucket. A directory says where each bucket starts, and what it
//! says is left out of the postings, as are bits that no number of a document has. All postings of
//! a segment have the same width, and none lies on two pages, so each can be read alone.
//! Invariant: what is written is read back, whatever numbers there are.

use super::keys::{DOCUMENT_BITS, KEY_BITS, SHINGLE_BITS};
use super::page::{CONTENT_BYTES, PageWriter};
use super::words::at;
use std::io;

/// Postings of a bucket are on average as many as this, up to twice as many.
const BUCKET: u64 = 64;

/// How the postings of a segment are laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Layout {
    count: u64,
    bucket_bits: u32,
    document_bits: u32,
}

impl Layout {
    /// Of so many postings of so many documents.
    pub(super) fn of(count: u64, documents: u32) -> Self {
        let bucket_bits = (count / BUCKET).checked_ilog2().unwrap_or_default().min(SHINGLE_BITS);
        let document_bits = u32::BITS - documents.saturating_sub(1).leading_zeros();
        Self { count, bucket_bits, document_bits: document_bits.min(DOCUMENT_BITS) }
    }

    /// How many postings there are.
    pub(super) fn count(self) -> u64 {
        self.count
    }

    /// Bits of a posting.
    fn width(self) -> u32 {
        KEY_BITS - self.bucket_bits + self.document_bits
    }

    /// Postings of a page.
    pub(super) fn per_page(self) -> u64 {
        8 * CONTENT_BYTES as u64 / u64::from(self.width())
    }

    /// Bytes of the section of postings.
    pub(super) fn bytes(self) -> u64 {
        let (full, rest) = (self.count / self.per_page(), self.count % self.per_page());
        // A header may state any number.
        let last = (rest * u64::from(self.width())).div_ceil(8);
        full.saturating_mul(CONTENT_BYTES as u64).saturating_add(last)
    }

    /// Numbers of the directory: where each bucket starts, and where the last one ends.
    pub(super) fn directory_words(self) -> u64 {
        (1 << self.bucket_bits) + 1
    }

    /// The bucket of a shingle.
    pub(super) fn bucket(self, shingle: u64) -> usize {
        at(shingle >> (SHINGLE_BITS - self.bucket_bits))
    }

    /// What is left of a shingle in its bucket, and how many bits that has.
    pub(super) fn rest(self, shingle: u64) -> (u64, u32) {
        let bits = SHINGLE_BITS - self.bucket_bits;
        (shingle & ((1 << bits) - 1), bits)
    }

    /// What is left of the shingle of a posting that was read.
    pub(super) fn rest_of(self, packed: u64) -> u64 {
        packed >> self.document_bits >> (KEY_BITS - SHINGLE_BITS)
    }

    /// A posting without what its bucket says.
    fn pack(self, posting: u64) -> u64 {
        let (key, doc) = (posting >> DOCUMENT_BITS, posting & ((1 << DOCUMENT_BITS) - 1));
        let key = key & ((1 << (KEY_BITS - self.bucket_bits)) - 1);
        key << self.document_bits | doc
    }

    /// The posting again.
    pub(super) fn unpack(self, bucket: usize, packed: u64) -> u64 {
        let doc = packed & ((1 << self.document_bits) - 1);
        let key = (bucket as u64) << (KEY_BITS - self.bucket_bits) | packed >> self.document_bits;
        key << DOCUMENT_BITS | doc
    }

    /// What is at a place of a page.
    pub(super) fn read(self, content: &[u8; CONTENT_BYTES], slot: usize) -> u64 {
        let bit = slot * self.width() as usize;
        let rest = content.get(bit / 8..).unwrap_or_default();
        let bytes = rest.first_chunk::<16>().copied().unwrap_or_else(|| {
            let mut bytes = [0; 16];
            for (to, from) in bytes.iter_mut().zip(rest) {
                *to = *from;
            }
            bytes
        });
        let moved = u128::from_le_bytes(bytes) >> (bit % 8);
        low(moved) & (u64::MAX >> (u64::BITS - self.width()))
    }
}

/// The lower half.
fn low(both: u128) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(both.to_le_bytes().split_at(8).0);
    u64::from_le_bytes(bytes)
}

/// Writes postings, ascending, as their layout says.
pub(super) struct Packer {
    layout: Layout,
    /// Where each bucket starts.
    directory: Vec<u64>,
    /// Postings so far, and those of them on this page.
    count: u64,
    on_page: u64,
    /// Bits that do not fill a number yet, and how many.
    bits: u128,
    filled: u32,
}

impl Packer {
    /// Begins a section.
    pub(super) fn new(layout: Layout) -> Self {
        let directory = Vec::with_capacity(at(layout.directory_words()));
        Self { layout, directory, count: 0, on_page: 0, bits: 0, filled: 0 }
    }

    /// Takes the next posting.
    pub(super) fn put(&mut self, posting: u64, pages: &mut PageWriter) -> io::Result<()> {
        let shingle = posting >> (u64::BITS - SHINGLE_BITS);
        let buckets = self.layout.bucket(shingle) + 1;
        if self.directory.len() < buckets {
            self.directory.resize(buckets, self.count);
        }
        self.bits |= u128::from(self.layout.pack(posting)) << self.filled;
        self.filled += self.layout.width();
        self.count += 1;
        self.on_page += 1;
        if self.filled >= u64::BITS {
            pages.write(&low(self.bits).to_le_bytes())?;
            self.bits >>= u64::BITS;
            self.filled -= u64::BITS;
        }
        if self.on_page == self.layout.per_page() { self.end_page(pages) } else { Ok(()) }
    }

    fn end_page(&mut self, pages: &mut PageWriter) -> io::Result<()> {
        let bytes = self.bits.to_le_bytes();
        let used = self.filled.div_ceil(8) as usize;
        pages.write(bytes.get(..used).unwrap_or_default())?;
        (self.bits, self.filled, self.on_page) = (0, 0, 0);
        pages.end_section()
    }

    /// Ends the section; the directory.
    pub(super) fn finish(mut self, pages: &mut PageWriter) -> io::Result<Vec<u64>> {
        self.end_page(pages)?;
        self.directory.resize(at(self.layout.directory_words()), self.count);
        Ok(self.directory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_and_sizes_are_those_of_the_numbers() {
        let one = Layout::of(1, 1);
        assert_eq!((one.width(), one.bytes(), one.directory_words()), (40, 5, 2));
        assert_eq!(Layout::of(0, 0).bytes(), 0);
        let most = Layout::of(1, 1 << 24);
        assert_eq!((most.width(), most.bytes()), (64, 8));
        let many = Layout::of(1_900_000, 12_000);
        assert_eq!((many.width(), many.directory_words()), (40 - 14 + 14, (1 << 14) + 1));
        assert_eq!(many.per_page(), 8 * 4_088 / 40);
        let (full, rest) = (1_900_000 / 817, 1_900_000 % 817);
        assert_eq!(many.bytes(), full * 4_088 + rest * 5);
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            count in 0_u64..1 << 36, documents in 1_u32..=1 << 24, key in 0_u64..1 << 40, doc: u32,
        ) {
            let layout = Layout::of(count, documents);
            let posting = key << DOCUMENT_BITS | u64::from(doc % documents);
            let shingle = posting >> (u64::BITS - SHINGLE_BITS);
            let packed = layout.pack(posting);
            prop_assert!(layout.width() == 64 || packed < 1 << layout.width());
            prop_assert_eq!(layout.unpack(layout.bucket(shingle), packed), posting);
            let (rest, bits) = layout.rest(shingle);
            prop_assert_eq!(layout.rest_of(packed), rest);
            prop_assert!(rest < 1 << bits);
        }
    }
}
