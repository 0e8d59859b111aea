//! The normal form: what each code point counts as, and what it folds to.
//!
//! A table made by `scripts/fold_table.py` from the Unicode character database: compatibility
//! decomposition (NFKD), full case folding, marks dropped where they are spelling variants
//! (accents, Hebrew and Arabic points, tatweel, kana voicing), and the forms of one letter that
//! `docs/method.md` lists unified. Used by the tokeniser only.

use std::sync::LazyLock;

static TABLE: &[u8] = include_bytes!("fold.bin");

/// Code points beyond this are unassigned, private or tags, and separate.
const LIMIT: usize = 0x4_0000;
const PAGE: usize = 128;
/// Code points with one and two bytes of UTF-8 are looked up without paging.
const FLAT: usize = 0x800;

/// What a code point does to the token it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Ends a token.
    Separator,
    /// Belongs to the token it is in, but does not count.
    Drop,
    /// Dropped between two word characters, else a separator.
    Apostrophe,
    /// Part of a word.
    Word,
    /// A token of its own (Han, kana, Hangul, Thai, Lao, Khmer, Burmese).
    Character,
    /// Combines with the character before it.
    Extend,
}

/// How a folded form is stored in an [`Entry`].
const HANGUL: u32 = 13;
const IDENTITY: u32 = 14;
const POOLED: u32 = 15;

/// Table entry of a code point: class, and the folded form or where to find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry(u32);

impl Entry {
    #[inline(always)]
    pub(super) fn class(self) -> Class {
        match self.0 >> 28 {
            1 => Class::Drop,
            2 => Class::Apostrophe,
            3 => Class::Word,
            4 => Class::Character,
            5 => Class::Extend,
            _ => Class::Separator,
        }
    }

    fn form(self) -> u32 {
        self.0 >> 24 & 15
    }
}

/// The decoded table.
#[derive(Debug)]
pub(super) struct Fold {
    flat: Vec<Entry>,
    pages: Vec<u16>,
    entries: Vec<Entry>,
    pool: &'static [u8],
}

/// The one table of the process.
pub(super) static FOLD: LazyLock<Fold> = LazyLock::new(Fold::decode);

impl Fold {
    fn decode() -> Self {
        let u32_at = |at: usize| {
            TABLE.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
        };
        let index = LIMIT / PAGE;
        let first = 8 + 2 * index;
        let count = u32_at(0) as usize * PAGE;
        let pages: Vec<u16> =
            (0..index).map(|i| u16::from_le_bytes([TABLE[8 + 2 * i], TABLE[9 + 2 * i]])).collect();
        let entries: Vec<Entry> = (0..count).map(|i| Entry(u32_at(first + 4 * i))).collect();
        let pool = &TABLE[first + 4 * count..];
        let mut fold = Self { flat: Vec::new(), pages, entries, pool };
        fold.flat = (0..FLAT).map(|c| fold.paged(c)).collect();
        fold
    }

    #[inline(always)]
    fn paged(&self, code: usize) -> Entry {
        match self.pages.get(code / PAGE) {
            Some(&page) => self.entries[usize::from(page) * PAGE + code % PAGE],
            None => Entry(0),
        }
    }

    /// Entry of a code point.
    #[inline(always)]
    pub(super) fn entry(&self, code: u32) -> Entry {
        let code = code as usize;
        if code < FLAT { self.flat[code] } else { self.paged(code) }
    }

    /// Appends the folded form of `source` (one code point in UTF-8, value `code`).
    #[inline(always)]
    pub(super) fn append(&self, entry: Entry, code: u32, source: &[u8], to: &mut Folded) {
        match entry.form() {
            IDENTITY => to.push_short(source),
            size @ 0..=3 => to.push_packed(entry.0 & 0xff_ffff, size as usize),
            POOLED => {
                let value = (entry.0 & 0xff_ffff) as usize;
                to.push_long(&self.pool[value >> 6..(value >> 6) + (value & 63)]);
            }
            HANGUL => push_syllable(code, to),
            _ => {}
        }
    }
}

/// Takes a Hangul syllable apart (Unicode 3.12), so that composed and decomposed text agree.
#[inline(always)]
fn push_syllable(code: u32, to: &mut Folded) {
    let index = code - 0xac00;
    let (lead, vowel, tail) = (index / 588, index % 588 / 28, index % 28);
    to.push_packed(jamo(0x1100 + lead), 3);
    to.push_packed(jamo(0x1161 + vowel), 3);
    if tail > 0 {
        to.push_packed(jamo(0x11a7 + tail), 3);
    }
}

/// The three bytes of a code point from U+1000 to U+1FFF, first byte lowest.
#[inline(always)]
fn jamo(code: u32) -> u32 {
    0xe1 | (0x80 | code >> 6 & 0x3f) << 8 | (0x80 | code & 0x3f) << 16
}

/// Bytes kept in place before a long token moves to the heap.
const INLINE: usize = 128;

/// The folded bytes of the current token.
#[derive(Debug, Clone)]
pub(super) struct Folded {
    bytes: [u8; INLINE],
    len: usize,
    /// Earlier bytes of a token too long for `bytes`.
    spilled: Vec<u8>,
}

impl Default for Folded {
    fn default() -> Self {
        Self { bytes: [0; INLINE], len: 0, spilled: Vec::new() }
    }
}

impl Folded {
    #[inline(always)]
    fn push_packed(&mut self, value: u32, size: usize) {
        self.make_room();
        self.bytes[self.len..self.len + 4].copy_from_slice(&value.to_le_bytes());
        self.len += size;
    }

    #[inline(always)]
    fn push_short(&mut self, source: &[u8]) {
        self.make_room();
        for (i, &byte) in source.iter().enumerate() {
            self.bytes[self.len + i] = byte;
        }
        self.len += source.len();
    }

    fn push_long(&mut self, source: &[u8]) {
        source.chunks(4).for_each(|part| self.push_short(part));
    }

    #[inline(always)]
    fn make_room(&mut self) {
        if self.len > INLINE - 4 {
            self.spilled.extend_from_slice(&self.bytes[..self.len]);
            self.len = 0;
        }
    }

    /// Hands the bytes to `read`, with the first 16 as one value (what follows a shorter form
    /// is undefined), and empties the buffer.
    #[inline(always)]
    pub(super) fn take<T>(&mut self, read: impl FnOnce(&[u8], u128) -> T) -> T {
        let len = std::mem::take(&mut self.len);
        if self.spilled.is_empty() {
            let lanes = self.bytes.first_chunk().map_or(0, |lanes| u128::from_le_bytes(*lanes));
            return read(&self.bytes[..len], lanes);
        }
        self.spilled.extend_from_slice(&self.bytes[..len]);
        let result = read(&self.spilled, 0);
        self.spilled.clear();
        result
    }
}
