//! The texts of the report, and places in them as a browser counts.
//!
//! Fed by the choice, feeds the page. A document is kept whole while there is room, else by its
//! passages alone. Texts are stored once, one behind the other, in blocks that the page
//! decompresses when it needs them. Invariant: `unit_of` counts UTF-16 code units of the text as
//! read, which is how JavaScript indexes strings.

use super::choice::{Chosen, Spot};
use super::embed;
use crate::corpus::Document;
use crate::limits::{Limits, narrow};
use std::io::{self, Write};
use std::ops::Range;

/// A document's text in the report.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    text: &'a str,
    /// The parts that are kept, in bytes; one that is all of the text, or the passages.
    parts: Vec<Range<usize>>,
    /// Byte offsets that are asked for, ascending, and what they are in UTF-16 units.
    borders: Vec<(usize, u32)>,
    /// UTF-16 units of the whole text.
    pub(super) units: u32,
    /// Block of the text.
    pub(super) block: u32,
    /// UTF-16 units of the block before the text.
    pub(super) at: u32,
    /// Whether all of the text is kept.
    pub(super) whole: bool,
}

/// The texts of a report.
#[derive(Debug)]
pub(super) struct Texts<'a> {
    /// In the order of the documents of the report.
    pub(super) kept: Vec<Kept<'a>>,
    blocks: Vec<Range<usize>>,
}

impl<'a> Texts<'a> {
    /// Settles what is kept of each chosen document, and in which block.
    pub(super) fn of(documents: &'a [Document], chosen: &Chosen<'_>, limits: &Limits) -> Self {
        let mut spots: Vec<Vec<Spot>> = vec![Vec::new(); chosen.documents.len()];
        let of_pairs = chosen.pairs.iter().flat_map(|pair| [pair.a, pair.b]);
        for spot in chosen.families.iter().flat_map(|family| family.spots.iter().copied()) {
            spots[spot.document as usize].push(spot);
        }
        for spot in of_pairs {
            spots[spot.document as usize].push(spot);
        }
        let mut room = limits.report_text_bytes;
        let mut texts = Self { kept: Vec::new(), blocks: Vec::new() };
        let (mut first, mut at, mut bytes) = (0, 0, 0);
        for (n, (&document, spots)) in chosen.documents.iter().zip(&spots).enumerate() {
            let text = documents[document].text.as_str();
            let whole = text.len() <= room.min(limits.report_article_bytes);
            room -= if whole { text.len() } else { 0 };
            let mut kept = Kept::new(text, spots, whole);
            if bytes > 0 && bytes + kept.bytes() > limits.report_block_bytes {
                texts.blocks.push(first..n);
                (first, at, bytes) = (n, 0, 0);
            }
            (kept.block, kept.at) = (narrow(texts.blocks.len()), at);
            at += kept.kept_units();
            bytes += kept.bytes();
            texts.kept.push(kept);
        }
        if first < texts.kept.len() {
            texts.blocks.push(first..texts.kept.len());
        }
        texts
    }

    /// Blocks of text.
    pub(super) fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// A block.
    pub(super) fn block(&self, block: usize) -> Vec<u8> {
        let mut plain = Vec::new();
        for kept in &self.kept[self.blocks[block].clone()] {
            kept.parts().for_each(|part| plain.extend_from_slice(part.as_bytes()));
        }
        plain
    }

    /// Writes a block, compressed and in Base64.
    pub(super) fn write_block(&self, block: usize, out: &mut dyn Write) -> io::Result<()> {
        embed::write(&self.block(block), out)
    }

    /// A place in UTF-16 units.
    pub(super) fn units(&self, spot: Spot) -> (u32, u32) {
        let kept = &self.kept[spot.document as usize];
        (kept.unit_of(spot.start), kept.unit_of(spot.end))
    }
}

impl<'a> Kept<'a> {
    fn new(text: &'a str, spots: &[Spot], whole: bool) -> Self {
        let parts = if whole { std::iter::once(0..text.len()).collect() } else { union(spots) };
        let mut bytes: Vec<usize> = spots.iter().flat_map(|s| [s.start, s.end]).collect();
        bytes.push(text.len());
        bytes.sort_unstable();
        bytes.dedup();
        let (mut done, mut units) = (0, 0);
        let borders: Vec<(usize, u32)> = bytes
            .into_iter()
            .map(|byte| {
                units += units_of(text.as_bytes().get(done..byte).unwrap_or_default());
                done = byte;
                (byte, narrow(units))
            })
            .collect();
        Self { text, parts, borders, units: narrow(units), block: 0, at: 0, whole }
    }

    fn parts(&self) -> impl Iterator<Item = &'a str> {
        self.parts.iter().map(|part| self.text.get(part.clone()).unwrap_or_default())
    }

    fn bytes(&self) -> usize {
        self.parts.iter().map(ExactSizeIterator::len).sum()
    }

    fn kept_units(&self) -> u32 {
        narrow(self.parts().map(|part| units_of(part.as_bytes())).sum())
    }

    /// Where one of the offsets asked for is in UTF-16 units.
    fn unit_of(&self, byte: usize) -> u32 {
        let found = self.borders.binary_search_by_key(&byte, |border| border.0);
        found.map_or(self.units, |n| self.borders[n].1)
    }

    /// Starts and ends of the kept parts in UTF-16 units, where the text is not whole.
    pub(super) fn parts_in_units(&self) -> Option<Vec<u32>> {
        let ends = || self.parts.iter().flat_map(|part| [part.start, part.end]);
        (!self.whole).then(|| ends().map(|byte| self.unit_of(byte)).collect())
    }
}

/// The places as ranges that do not touch, ascending.
fn union(spots: &[Spot]) -> Vec<Range<usize>> {
    let mut ranges: Vec<(usize, usize)> = spots.iter().map(|s| (s.start, s.end)).collect();
    ranges.sort_unstable();
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (start, end) in ranges {
        match parts.last_mut().filter(|last| start <= last.end) {
            Some(last) => last.end = last.end.max(end),
            None => parts.push(start..end),
        }
    }
    parts
}

/// UTF-16 code units of UTF-8: one for each first byte, and another for those of four.
fn units_of(bytes: &[u8]) -> usize {
    let units = |&byte: &u8| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0);
    bytes.iter().map(units).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn units_are_those_of_javascript(text in any::<String>()) {
            prop_assert_eq!(units_of(text.as_bytes()), text.encode_utf16().count());
        }

        #[test]
        fn places_are_found_in_units(before in any::<String>(), passage in any::<String>()) {
            let text = format!("{before}{passage}!");
            let (start, end) = (before.len(), before.len() + passage.len());
            for whole in [true, false] {
                let kept = Kept::new(&text, &[Spot { document: 0, start, end }], whole);
                let wide: Vec<u16> = text.encode_utf16().collect();
                let (from, to) = (kept.unit_of(start) as usize, kept.unit_of(end) as usize);
                prop_assert_eq!(String::from_utf16(&wide[from..to]).unwrap(), passage.clone());
                prop_assert_eq!(kept.units as usize, wide.len());
                prop_assert_eq!(kept.parts_in_units().is_none(), whole);
            }
        }
    }

    #[test]
    fn parts_do_not_touch() {
        let spot = |start, end| Spot { document: 0, start, end };
        assert_eq!(union(&[spot(5, 9), spot(0, 3), spot(3, 4), spot(8, 12)]), [0..4, 5..12]);
    }
}
