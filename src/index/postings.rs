//! Postings of a segment: which documents keep a shingle.
//!
//! A posting is a number: the bits of a [`Key`], then those of a document. They are sorted, so the
//! postings of a shingle follow each other; `packed` has how they are stored. Asked by candidates,
//! merged by merge. Invariant: every posting of the shingles asked for is found, wherever pages
//! end.

use super::keys::{DOCUMENT_BITS, Key};
use super::page::CONTENT_BYTES;
use super::segment::Segment;
use super::words::at;
use crate::error::Result;
use std::ops::Range;

/// A posting of a key and a document.
pub(super) fn posting(key: Key, doc: u32) -> u64 {
    key.bits() << DOCUMENT_BITS | u64::from(doc)
}

/// Key and document of a posting.
pub(super) fn parts(posting: u64) -> (Key, u32) {
    let doc = posting & ((1 << DOCUMENT_BITS) - 1);
    (Key::of_bits(posting >> DOCUMENT_BITS), (doc & 0xffff_ffff) as u32)
}

/// The first place of a range where what `of` gives, which ascends, does not come before `wanted`,
/// looked for around a guess. Hashes are spread evenly, so a guess is a few places off, where
/// halving would touch places of a page that are not in the processor's cache.
fn first_from(range: Range<usize>, of: impl Fn(usize) -> u64, wanted: u64, guess: usize) -> usize {
    let Range { start, end } = range;
    let (mut low, mut step) = (guess.clamp(start, end), 4);
    let mut high = low;
    while low > start && of(low - 1) >= wanted {
        high = low - 1;
        low = low.saturating_sub(step).max(start);
        step *= 2;
    }
    while high < end && of(high) < wanted {
        low = high + 1;
        high = (high + step).min(end);
        step *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if of(middle) < wanted {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Where to look for the postings of a shingle.
struct Sought {
    /// The bucket, and its places in the section.
    bucket: usize,
    places: Range<u64>,
    /// What is left of the shingle in the bucket.
    rest: u64,
    /// Where it is if the bucket's are spread evenly.
    guess: u64,
}

impl Sought {
    fn of(segment: &Segment, shingle: u64) -> Self {
        let layout = segment.layout();
        let bucket = layout.bucket(shingle);
        let places = segment.bucket(bucket);
        let (rest, bits) = layout.rest(shingle);
        let before = (u128::from(rest) * u128::from(places.end - places.start)) >> bits;
        let guess = places.start + u64::try_from(before).unwrap_or_default();
        Self { bucket, places, rest, guess }
    }
}

/// The places of a page, of those of a range.
fn on_page(places: &Range<u64>, page: u64, per_page: u64) -> Range<usize> {
    let start = page.saturating_mul(per_page);
    let inside = |place: u64| at(place.saturating_sub(start).min(per_page));
    inside(places.start)..inside(places.end)
}

/// Appends the postings of a shingle.
pub(super) fn of_shingle(segment: &Segment, shingle: u64, to: &mut Vec<u64>) -> Result<()> {
    let Sought { bucket, places, rest, guess } = Sought::of(segment, shingle);
    if places.is_empty() {
        return Ok(());
    }
    let (layout, first) = (segment.layout(), segment.postings().first);
    let per_page = layout.per_page();
    let content = |page: u64| segment.pages().page(first.saturating_add(page));
    let is_before = |content: &[u8; CONTENT_BYTES]| layout.rest_of(layout.read(content, 0)) < rest;
    // The last page that may have the first of them: the next one does not begin before it.
    let (mut page, mut last) = (places.start / per_page, (places.end - 1) / per_page);
    let end = last;
    while page < last {
        let middle = page + (last - page).div_ceil(2);
        if is_before(content(middle)?) {
            page = middle;
        } else {
            last = middle - 1;
        }
    }
    for page in page..=end {
        let content = content(page)?;
        let slots = on_page(&places, page, per_page);
        let of = |slot: usize| layout.rest_of(layout.read(content, slot));
        let guess = at(guess.saturating_sub(page * per_page));
        let from = first_from(slots.clone(), of, rest, guess);
        for slot in from..slots.end {
            let packed = layout.read(content, slot);
            // Others follow, so these were all.
            if layout.rest_of(packed) != rest {
                return Ok(());
            }
            to.push(layout.unpack(bucket, packed));
        }
    }
    Ok(())
}

/// Says that the postings of these shingles will be needed soon.
pub(super) fn expect(segment: &Segment, shingles: impl Iterator<Item = u64>) {
    let mut last = None;
    for shingle in shingles {
        let sought = Sought::of(segment, shingle);
        let page = sought.guess / segment.layout().per_page();
        if !sought.places.is_empty() && last.replace(page) != Some(page) {
            segment.pages().expect(segment.postings(), page);
        }
    }
}

/// Calls `sink` with every posting, ascending, a page at a time.
pub(super) fn each(segment: &Segment, sink: &mut dyn FnMut(&[u64]) -> Result<()>) -> Result<()> {
    let (section, layout) = (segment.postings(), segment.layout());
    let per_page = layout.per_page();
    let (mut postings, mut bucket) = (Vec::with_capacity(at(per_page)), 0);
    for page in 0..section.pages() {
        let content = segment.pages().page(section.first.saturating_add(page))?;
        postings.clear();
        for slot in on_page(&(0..layout.count()), page, per_page) {
            let place = page * per_page + slot as u64;
            while segment.bucket(bucket).end <= place {
                bucket += 1;
            }
            postings.push(layout.unpack(bucket, layout.read(content, slot)));
        }
        sink(&postings)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::live::Live;
    use super::super::{Writer, keys};
    use super::*;
    use crate::corpus::Document;
    use crate::store::Shelf;
    use crate::text::Tokenizer;
    use proptest::prelude::*;

    /// The postings of texts, each the document of its number.
    fn plain(texts: &[String]) -> Vec<u64> {
        let mut postings = Vec::new();
        for (doc, text) in (0_u32..).zip(texts) {
            let mut tokens = Vec::new();
            Tokenizer::default().compact_tokens(text, &mut tokens);
            postings.extend(keys::kept(&tokens, 5, 11).into_iter().map(|key| posting(key, doc)));
        }
        postings.sort_unstable();
        postings
    }

    /// What a segment of these texts gives is what is looked for in all of them.
    fn is_found(texts: &[String]) -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ix");
        let mut writer = Writer::create(&path, 5)?;
        writer.set_families(false);
        let document =
            |(n, text): (usize, &String)| Document::new(format!("{n:06}"), text.as_str());
        writer.add(texts.iter().enumerate().map(document).collect())?;
        let live = Live::open(&Shelf::at(&path))?;
        let segment = &*live.members[0].segment;
        let (expected, mut found) = (plain(texts), Vec::new());
        each(segment, &mut |page| {
            found.extend_from_slice(page);
            Ok(())
        })?;
        assert_eq!(found, expected);
        let known = expected.iter().map(|one| parts(*one).0.shingle());
        let top = 1 << (keys::SHINGLE_BITS - 1);
        let others = [0, 1, 2 * top - 1];
        for shingle in known.flat_map(|one| [one, one ^ 1, one ^ top]).chain(others) {
            found.clear();
            of_shingle(segment, shingle, &mut found)?;
            let wanted = |one: &&u64| parts(**one).0.shingle() == shingle;
            let first = expected.partition_point(|one| parts(*one).0.shingle() < shingle);
            assert!(found.iter().eq(expected[first..].iter().take_while(wanted)), "{shingle:x}");
        }
        Ok(())
    }

    fn text(words: &[u32]) -> String {
        words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_shingle_of_several_pages_is_found_whole() {
        let shared: Vec<u32> = (0..9).collect();
        let own = |n: u32| shared.iter().copied().chain(n..n + 9).collect::<Vec<_>>();
        let texts: Vec<String> = (1_000..4_000).step_by(2).map(|n| text(&own(n))).collect();
        is_found(&texts).unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_is_found_is_what_was_kept(
            texts in prop::collection::vec(prop::collection::vec(0_u32..4, 0..60), 1..140),
            more in prop::collection::vec(prop::collection::vec(0_u32..90, 0..400), 0..9),
        ) {
            let texts: Vec<String> = texts.iter().chain(&more).map(|words| text(words)).collect();
            is_found(&texts).unwrap();
        }
    }

    proptest! {
        #[test]
        fn a_place_is_found_from_any_guess(
            mut all in prop::collection::vec(0_u64..60, 0..200), wanted in 0_u64..62, guess: usize,
            cut in 0_usize..200,
        ) {
            all.sort_unstable();
            let cut = cut.min(all.len());
            let expected = cut + all[cut..].partition_point(|&one| one < wanted);
            for guess in [guess, guess % 220, expected] {
                let found = first_from(cut..all.len(), |place| all[place], wanted, guess);
                prop_assert_eq!(found, expected);
            }
        }
    }
}
