//! Files as memory: what was written to a temporary file, read where it is needed.
//!
//! Used by whoever keeps more than fits into the memory budget: pages of such a file are dropped
//! by the system when memory is short, and read again. Only files that this program has made
//! itself (nameless, in a folder it holds locked, or published once and never written again) are
//! mapped, so that nobody cuts them short while they are in use. Beside simd the only module with
//! `unsafe`.

#![expect(unsafe_code, reason = "mapping a file, and text that was checked once")]

use super::Spill;
use crate::error::{Error, Result};
use memmap2::Mmap;
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// A file of this program, as bytes.
#[derive(Debug)]
pub struct Map {
    /// None: an empty file, which cannot be mapped.
    mapped: Option<Mmap>,
    /// A bit for every stretch of [`AROUND_BYTES`] that may be in memory, 64 in each number.
    resident: Vec<AtomicU64>,
    /// How many these are.
    count: AtomicUsize,
    /// Stretches after which pages are let go.
    most: usize,
}

/// Bytes of a mapping that stay in memory, about.
const RESIDENT_BYTES: usize = 4 << 20;
/// Bytes that the system brings in where one is asked for: at most as many as were written at once.
const AROUND_BYTES: usize = 64 << 10;
/// The same of a table, of which a run has many.
const ROWS_BYTES: usize = 1 << 20;

impl Map {
    /// Maps everything that was written to `spill`.
    ///
    /// # Errors
    /// What the system says.
    pub fn of(spill: &Spill) -> Result<Self> {
        let most = RESIDENT_BYTES / AROUND_BYTES;
        if spill.bytes() == 0 {
            return Ok(Self {
                mapped: None,
                resident: Vec::new(),
                count: AtomicUsize::new(0),
                most,
            });
        }
        // SAFETY: the file is ours alone (see above), and nothing writes to it from here on: a
        // spill is mapped when it is complete.
        let mapped = unsafe { Mmap::map(spill.file()) };
        let mapped = mapped.map_err(|error| spill.error(error))?;
        #[cfg(unix)]
        mapped.advise(memmap2::Advice::Random).ok();
        let words = mapped.len().div_ceil(64 * AROUND_BYTES);
        let resident = std::iter::repeat_with(AtomicU64::default).take(words).collect();
        Ok(Self { mapped: Some(mapped), resident, count: AtomicUsize::new(0), most })
    }

    /// Maps a file that was published whole and is never written again.
    ///
    /// # Errors
    /// What the system says.
    pub fn published(path: &Path) -> Result<Self> {
        let failed = |error| Error::io(path, error);
        // To open a pipe would wait for whoever writes to it.
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(Error::Input {
                path: path.to_path_buf(),
                cause: "this is no plain file".to_owned(),
                cure: "put the file that was here back from a copy".to_owned(),
            });
        }
        let file = File::open(path).map_err(failed)?;
        let is_empty = file.metadata().map_err(failed)?.len() == 0;
        // SAFETY: this program renames such a file into place when it is complete, and removes it
        // later, but never writes to it or cuts it short; docs/format.md asks the same of others.
        let map = || unsafe { Mmap::map(&file) };
        let mapped = if is_empty { None } else { Some(map().map_err(failed)?) };
        #[cfg(unix)]
        if let Some(mapped) = &mapped {
            mapped.advise(memmap2::Advice::Random).ok();
        }
        let (resident, count) = (Vec::new(), AtomicUsize::new(0));
        Ok(Self { mapped, resident, count, most: usize::MAX })
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.mapped.as_deref().unwrap_or_default()
    }

    /// Takes note that the bytes of a range will be read: after many of them the pages that are in
    /// memory are let go, since the system keeps them while it has room, budget or not.
    fn touch(&self, range: &Range<usize>) {
        let new = self.note(range);
        // Counted anew before anything is let go: where this thread is held up meanwhile, another
        // one that has read as much lets go itself.
        if new > 0
            && self.count.fetch_add(new, Ordering::Relaxed) + new >= self.most
            && self.count.swap(0, Ordering::Relaxed) > 0
        {
            self.resident.iter().for_each(|bits| bits.store(0, Ordering::Relaxed));
            self.release();
            // It will be in memory, but does not count: where it alone is as much as may stay, all
            // would be let go, and come from the file again, whenever it is read in turn with
            // others.
            self.note(range);
        }
    }

    /// Notes which stretches of a range may be in memory from now on; returns how many are new.
    fn note(&self, range: &Range<usize>) -> usize {
        let mut new = 0;
        for at in range.start / AROUND_BYTES..range.end.div_ceil(AROUND_BYTES) {
            let (bit, Some(bits)) = (1 << (at % 64), self.resident.get(at / 64)) else { break };
            if bits.load(Ordering::Relaxed) & bit == 0 {
                new += usize::from(bits.fetch_or(bit, Ordering::Relaxed) & bit == 0);
            }
        }
        new
    }

    /// Lets go of all pages in memory. What is read next comes from the file again.
    fn release(&self) {
        #[cfg(unix)]
        if let Some(mapped) = &self.mapped {
            // SAFETY: the mapping is of a file and read-only, and nothing writes to the file (see
            // above): a page that is let go and read again holds the same bytes.
            unsafe { mapped.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) }.ok();
        }
    }

    /// Says that the bytes of a range will be needed soon.
    pub fn expect(&self, range: Range<usize>) {
        #[cfg(unix)]
        if let Some(mapped) = &self.mapped
            && range.end <= mapped.len()
            && !range.is_empty()
        {
            // Advice only: what the system makes of it changes nothing in the result.
            mapped.advise_range(memmap2::Advice::WillNeed, range.start, range.len()).ok();
        }
        #[cfg(not(unix))]
        let _ = range;
    }

    /// The bytes as numbers of 32 bits in the order of this machine.
    fn words(&self) -> &[u32] {
        // SAFETY: every pattern of bits is a number; the middle of `align_to` is aligned.
        let (head, words, _) = unsafe { self.bytes().align_to::<u32>() };
        // A mapping begins at a page, so nothing lies before the first number.
        if head.is_empty() { words } else { &[] }
    }
}

/// Numbers of 32 bits: in memory, or in a file.
#[derive(Debug)]
pub enum Words {
    /// In memory.
    Held(Vec<u32>),
    /// In a file.
    Filed(Filed),
}

/// Numbers in a file, little-endian. Stretches that are used over and over are loaded: pages of
/// the mapping are the system's to drop, at a bad time too.
#[derive(Debug)]
pub struct Filed {
    spill: Spill,
    map: Map,
    loaded: Vec<(usize, Vec<u32>)>,
}

impl Words {
    /// The numbers of a file written by [`Spill::words`].
    ///
    /// # Errors
    /// What the system says.
    pub fn of(spill: Spill) -> Result<Self> {
        let map = Map::of(&spill)?;
        if cfg!(target_endian = "little") {
            return Ok(Self::Filed(Filed { spill, map, loaded: Vec::new() }));
        }
        let (words, _) = map.bytes().as_chunks::<4>();
        Ok(Self::Held(words.iter().map(|word| u32::from_le_bytes(*word)).collect()))
    }

    /// As [`of`](Self::of), for one of many tables: less of it stays in memory.
    ///
    /// # Errors
    /// What the system says.
    pub fn of_rows(spill: Spill) -> Result<Self> {
        let mut words = Self::of(spill)?;
        if let Self::Filed(filed) = &mut words {
            filed.map.most = ROWS_BYTES / AROUND_BYTES;
        }
        Ok(words)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Held(words) => words.len(),
            Self::Filed(filed) => filed.map.words().len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers of a range, which must lie within them all.
    #[inline]
    #[must_use]
    pub fn at(&self, range: Range<usize>) -> &[u32] {
        match self {
            Self::Held(words) => &words[range],
            Self::Filed(filed) => filed.at(range),
        }
    }

    /// Loads the numbers of a range in the place of those loaded as `slot` before; slots are
    /// counted from 0 and filled in order.
    ///
    /// # Errors
    /// What the system says.
    pub fn load(&mut self, slot: usize, range: Range<usize>) -> Result<()> {
        let Self::Filed(filed) = self else { return Ok(()) };
        let range = range.start..range.end.min(filed.map.words().len());
        if filed.loaded.len() <= slot {
            filed.loaded.resize_with(slot + 1, Default::default);
        }
        let (start, words) = &mut filed.loaded[slot];
        if *start == range.start && words.len() == range.len() {
            return Ok(());
        }
        words.clear();
        *start = range.start;
        filed.spill.read_words(4 * range.start as u64, range.len(), words)
    }

    /// Frees what was loaded.
    pub fn unload(&mut self) {
        if let Self::Filed(filed) = self {
            filed.loaded = Vec::new();
        }
    }

    /// Says that a range will be needed soon.
    pub fn expect(&self, range: Range<usize>) {
        if let Self::Filed(filed) = self {
            filed.map.expect(4 * range.start..4 * range.end);
        }
    }
}

impl Filed {
    fn at(&self, range: Range<usize>) -> &[u32] {
        for (start, words) in &self.loaded {
            if let Some(from) = range.start.checked_sub(*start)
                && let Some(found) = words.get(from..from + range.len())
            {
                return found;
            }
        }
        self.map.touch(&(4 * range.start..4 * range.end));
        &self.map.words()[range]
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::Held(Vec::new())
    }
}

/// A text in a mapped file.
#[derive(Debug)]
pub struct MappedText {
    map: Arc<Map>,
    start: u64,
    len: u32,
    /// It was seen to be UTF-8.
    checked: AtomicBool,
}

impl MappedText {
    /// The text of `len` bytes at byte `start`.
    #[must_use]
    pub fn new(map: Arc<Map>, start: u64, len: u32) -> Self {
        Self { map, start, len, checked: AtomicBool::new(false) }
    }

    /// Bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text; an empty one where the file does not hold it any more.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let start = usize::try_from(self.start).unwrap_or(usize::MAX);
        let end = start.saturating_add(self.len());
        self.map.touch(&(start..end));
        let bytes = self.map.bytes().get(start..end).unwrap_or_default();
        if self.checked.load(Ordering::Relaxed) {
            // SAFETY: these very bytes were checked below, and nothing writes to the file.
            return unsafe { std::str::from_utf8_unchecked(bytes) };
        }
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        self.checked.store(text.len() == bytes.len(), Ordering::Relaxed);
        text
    }
}

impl Clone for MappedText {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.map), self.start, self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Vault;

    #[test]
    fn a_long_range_that_is_read_again_and_again_is_let_go_once_in_a_while() {
        let vault = Vault::scratch(None);
        let spill = vault.spill("s").unwrap();
        spill.append(&vec![7; 200 * AROUND_BYTES]).unwrap();
        let map = Map::of(&spill).unwrap();
        let bytes = |range: Range<usize>| range.start * AROUND_BYTES..range.end * AROUND_BYTES;
        let noted = |at: usize| map.resident[at / 64].load(Ordering::Relaxed) >> (at % 64) & 1 == 1;
        let (long, most) = (bytes(70..200), map.most);
        assert!(most < 130, "the long range is more than may stay");
        for n in 0..most {
            map.touch(&long);
            map.touch(&bytes(n..n + 1));
            assert!(n + 1 == most || noted(0), "what was read before the {n}th is still there");
        }
        assert!(!noted(0) && noted(most - 1), "as much as may stay was read: all was let go");
        assert!(!noted(70), "the long range, too");
        map.touch(&long);
        assert!(noted(70) && noted(199));
        assert_eq!(map.bytes()[long].len(), 130 * AROUND_BYTES);
    }

    #[test]
    fn what_was_spilled_is_read_back() {
        let vault = Vault::scratch(None);
        let (words, texts, empty) =
            (vault.spill("w").unwrap(), vault.spill("t").unwrap(), vault.spill("e").unwrap());
        assert_eq!(words.words(&[7, 1 << 31]).unwrap(), 0);
        assert_eq!(words.words(&[9]).unwrap(), 8);
        assert_eq!(texts.append("żółw".as_bytes()).unwrap(), 0);
        assert_eq!(texts.append(b"\xffend").unwrap(), 7);
        let mut words = Words::of(words).unwrap();
        assert_eq!(words.at(0..words.len()), [7, 1 << 31, 9]);
        words.load(0, 1..99).unwrap();
        for range in [0..1, 0..3, 1..3, 2..3, 3..3] {
            assert_eq!(words.at(range.clone()), &[7, 1 << 31, 9][range]);
        }
        words.unload();
        assert_eq!(words.at(1..3), [1 << 31, 9]);
        assert!(Words::of(empty).unwrap().is_empty());
        let map = Arc::new(Map::of(&texts).unwrap());
        map.expect(0..7);
        let text = |start, len| MappedText::new(Arc::clone(&map), start, len);
        let first = text(0, 7);
        assert_eq!(
            (first.as_str(), first.clone().as_str(), first.as_str()),
            ("żółw", "żółw", "żółw")
        );
        assert_eq!(text(7, 4).as_str(), "", "not UTF-8");
        assert_eq!(text(8, 3).as_str(), "end");
        assert_eq!(text(8, 30).as_str(), "", "beyond the end");
    }
}
