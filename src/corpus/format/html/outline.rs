//! Where the text of a page has its home, as far as its elements show.
//!
//! Fed with the blocks, used for their traits. Invariant: a few passes over the blocks and
//! elements; ties go to what is first on the page.

use super::blocks::{Around, Block, Blocks, Kind, is_prose};
use super::plain::letters;
use super::signs;
use crate::hash::Map;

/// Levels above the home at which what is around both is looked for.
const LEVELS: usize = 8;

/// The home of the text, and how the rest of the page lies to it.
#[derive(Debug)]
pub(super) struct Outline<'b> {
    blocks: &'b Blocks,
    /// Letters of prose in blocks of one kind: those with the same names around them.
    kinds: Map<u64, usize>,
    most_of_kind: usize,
    /// Letters of prose that are right in each element.
    direct: Vec<usize>,
    most_direct: usize,
    home: usize,
    /// For each element, levels from the home up to the first that is around both.
    apart: Vec<usize>,
    /// Places of the first and last block of the home.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Place of the main heading.
    pub(super) heading: Option<usize>,
}

impl<'b> Outline<'b> {
    /// Looks for the home of the text of a page that is called `title`, in letters alone.
    pub(super) fn new(blocks: &'b Blocks, title: &str) -> Self {
        let mut outline = Self {
            blocks,
            kinds: Map::default(),
            most_of_kind: 0,
            direct: vec![0; blocks.around.len()],
            most_direct: 0,
            home: 0,
            apart: Vec::new(),
            first: 0,
            last: 0,
            heading: heading(blocks, title),
        };
        outline.home = outline.find_home();
        outline.most_of_kind = outline.kinds.values().copied().max().unwrap_or(0);
        outline.most_direct = outline.direct.iter().copied().max().unwrap_or(0);
        outline.measure();
        let in_home = |block: &Block| outline.levels_apart(block.around) == 0;
        let first = blocks.all.iter().position(in_home).unwrap_or(0);
        let last = blocks.all.iter().rposition(in_home).unwrap_or(0);
        (outline.first, outline.last) = (first, last);
        outline
    }

    /// The element with most prose right in it; what is one level further down counts for half.
    fn find_home(&mut self) -> usize {
        let mut scores = vec![0_usize; self.blocks.around.len()];
        for block in &self.blocks.all {
            let Some(own) = self.blocks.around.get(block.around) else { continue };
            let is_beside = signs::BESIDE.iter().any(|&sign| own.all.has(sign));
            if is_beside || !is_prose(block, own.kind) {
                continue;
            }
            *self.kinds.entry(self.kind(own)).or_insert(0) += block.letters;
            let home = own.home(block.around);
            let above = self.blocks.around.get(home).map_or(0, |home| home.parent);
            for (place, weight) in [(home, 2), (above, 1)] {
                if let Some(score) = scores.get_mut(place) {
                    *score += block.letters * weight;
                }
            }
            if let Some(direct) = self.direct.get_mut(home) {
                *direct += block.letters;
            }
        }
        let best = scores.iter().enumerate().rev().max_by_key(|(_, score)| **score);
        best.map_or(0, |(place, _)| place)
    }

    fn kind(&self, own: &Around) -> u64 {
        let above = self.blocks.around.get(own.parent).map_or(0, |above| above.key);
        own.key ^ above.rotate_left(7)
    }

    /// Letters of prose of a block's kind, and the most of any kind.
    pub(super) fn of_kind(&self, own: &Around) -> (usize, usize) {
        (self.kinds.get(&self.kind(own)).copied().unwrap_or(0), self.most_of_kind)
    }

    /// Letters of prose right in an element, and the most right in any.
    pub(super) fn directly_in(&self, place: usize) -> (usize, usize) {
        (self.direct.get(place).copied().unwrap_or(0), self.most_direct)
    }

    /// Levels from the home up to the first element that is around a block too.
    pub(super) fn levels_apart(&self, around: usize) -> usize {
        self.apart.get(around).copied().unwrap_or(LEVELS)
    }

    /// Finds these levels for every element, in one pass: elements come after those around them.
    fn measure(&mut self) {
        let around = &self.blocks.around;
        let mut apart = vec![None; around.len()];
        let (mut here, mut level) = (self.home, 0);
        while level < LEVELS
            && let Some(own) = around.get(here)
        {
            if let Some(apart) = apart.get_mut(here) {
                *apart = Some(level);
            }
            level = if own.parent == here { LEVELS } else { level + 1 };
            here = own.parent;
        }
        for (place, own) in around.iter().enumerate() {
            let above = apart.get(own.parent).copied().flatten().unwrap_or(LEVELS);
            if let Some(apart) = apart.get_mut(place) {
                apart.get_or_insert(above);
            }
        }
        self.apart = apart.into_iter().map(|level| level.unwrap_or(LEVELS)).collect();
    }
}

/// The place of the largest heading, where there are several of that which is the title.
fn heading(blocks: &Blocks, title: &str) -> Option<usize> {
    let is_largest =
        |block: &&Block| blocks.around.get(block.around).is_some_and(|own| own.kind == Kind::Title);
    let is_title = |block: &Block| {
        let own = letters(&block.text);
        title.starts_with(&own) || own.starts_with(title)
    };
    let known = blocks.all.iter().position(|block| is_largest(&block) && is_title(block));
    known.or_else(|| blocks.all.iter().position(|block| is_largest(&block)))
}
