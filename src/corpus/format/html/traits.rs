//! What can be seen of each block of a page: numbers that speak for or against its being text of
//! the article.
//!
//! Fed with the blocks and what else is known of the page, feeds `weigh`, whose trees know the
//! traits by their place. Invariant: whole numbers alone, so that every machine sees the same; the
//! work for a block is bounded.

use super::blocks::{Around, Block, Blocks, Kind, is_prose};
use super::outline::Outline;
use super::phrases::said;
use super::plain::{letters, start};
use super::signs::Signs;
use crate::hash::{Map, Set, xxh3_64};

/// What is known of a page besides its blocks.
#[derive(Debug, Default)]
pub(super) struct Known<'p> {
    /// What the reader picked.
    pub(super) picked: &'p str,
    /// The body that JSON-LD has.
    pub(super) body: Option<&'p str>,
    pub(super) title: Option<&'p str>,
    pub(super) description: Option<&'p str>,
    pub(super) author: Option<&'p str>,
}

/// Traits of a block.
pub(super) type Traits = Vec<i32>;

/// Number of traits.
#[cfg(test)]
pub(super) const COUNT: usize = OWN + Signs::COUNT + STEPS.len() * NEAR + 2;
/// Numbers of a block's own traits, and of those that are traits of its neighbours too.
#[cfg(test)]
const OWN: usize = 44;
const NEAR: usize = 6;
/// Blocks before and after one whose traits are some of its own.
const STEPS: [isize; 6] = [-3, -2, -1, 1, 2, 3];
/// Blocks before and after one that count as near it.
const WINDOW: usize = 5;
/// Letters of the start of a block that is looked for in the body.
const START: usize = 60;
/// Bytes of the body in which it is looked for.
const MOST_BODY: usize = 100_000;
/// Letters of a sentence that says what the article is about.
const SENTENCE: usize = 25;
/// Marks that may follow the end of a sentence.
const QUOTES: &str = "\"'\u{201d}\u{2019}\u{bb}\u{ab})]\u{201c}\u{300d}\u{300f}";
const COMMAS: &str = ",;\u{3001}\u{ff0c}\u{60c}";
const ENDS: &str = ".!?\u{3002}\u{ff01}\u{ff1f}\u{61f}\u{964}";
const ELLIPSIS: char = '\u{2026}';
/// Where a page has no main heading.
const NOWHERE: i32 = -999;

/// The traits of all blocks.
pub(super) fn of(blocks: &Blocks, known: &Known<'_>) -> Vec<Traits> {
    let page = Page::new(blocks, known);
    let near: Vec<[i32; NEAR]> = blocks.all.iter().map(|block| page.near(block)).collect();
    let each = blocks.all.iter().enumerate();
    let traits = each.map(|(place, block)| {
        let mut traits = page.own(place, block, near.get(place).copied().unwrap_or_default());
        for step in STEPS {
            let other = place.checked_add_signed(step).and_then(|other| near.get(other));
            traits.extend(other.copied().unwrap_or([-1; NEAR]));
        }
        for step in [-1, 1] {
            let other = place.checked_add_signed(step).and_then(|other| blocks.all.get(other));
            traits.push(other.map_or(-1, |other| page.kinship(block, other)));
        }
        traits
    });
    traits.collect()
}

fn number(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn share((part, whole): (usize, usize)) -> i32 {
    number(part.saturating_mul(100) / whole.max(1))
}

fn key(text: &str) -> u64 {
    xxh3_64(letters(text).as_bytes())
}

/// A page as its blocks are compared with.
struct Page<'b> {
    blocks: &'b Blocks,
    outline: Outline<'b>,
    /// Lines and paragraphs of what was picked, and its length.
    picked: (Set<u64>, usize),
    body: Option<String>,
    title: String,
    description: String,
    author: String,
    /// How often each text is on the page.
    times: Map<u64, usize>,
}

impl<'b> Page<'b> {
    fn new(blocks: &'b Blocks, known: &Known<'_>) -> Self {
        let title = letters(known.title.unwrap_or_default());
        let mut times = Map::default();
        for block in &blocks.all {
            *times.entry(key(&block.text)).or_insert(0) += 1;
        }
        let parts = known.picked.lines().chain(known.picked.split("\n\n"));
        Self {
            blocks,
            outline: Outline::new(blocks, &title),
            picked: (parts.map(key).collect(), known.picked.len()),
            body: known.body.map(|body| letters(start(body, MOST_BODY))),
            title,
            description: letters(known.description.unwrap_or_default()),
            author: letters(known.author.unwrap_or_default()),
            times,
        }
    }

    /// The element of a block, that around it, and the next one up.
    fn around(&self, block: &Block) -> Option<[&Around; 3]> {
        let own = self.blocks.around.get(block.around)?;
        let above = self.blocks.around.get(own.parent)?;
        Some([own, above, self.blocks.around.get(above.parent)?])
    }

    /// Whether the reader picked a block, or half of its lines.
    fn is_picked(&self, block: &Block) -> bool {
        let is_picked = |text: &str| self.picked.0.contains(&key(text));
        is_picked(&block.text) || {
            let picked = block.text.lines().filter(|line| is_picked(line)).count();
            picked * 2 >= block.text.lines().count()
        }
    }

    /// What a block is to those near it.
    fn near(&self, block: &Block) -> [i32; NEAR] {
        let Some([own, ..]) = self.around(block) else { return [-1; NEAR] };
        [
            number(block.letters.min(1000)),
            share((block.linked, block.letters)),
            i32::from(self.is_picked(block)),
            own.kind as i32,
            share(self.outline.of_kind(own)),
            number(self.outline.levels_apart(block.around)),
        ]
    }

    /// Whether two blocks are in one element, or in elements of one.
    fn kinship(&self, block: &Block, other: &Block) -> i32 {
        let parent = |block: &Block| self.blocks.around.get(block.around).map(|own| own.parent);
        if block.around == other.around { 2 } else { i32::from(parent(block) == parent(other)) }
    }

    fn own(&self, place: usize, block: &Block, near: [i32; NEAR]) -> Traits {
        let Some(around @ [own, above, _]) = self.around(block) else { return Traits::new() };
        let mut traits = Traits::from(text(block, own.kind));
        let [.., picked, _, of_kind, apart] = near;
        traits.push(picked);
        traits.extend(self.known(block));
        traits.extend([of_kind, share(self.outline.directly_in(own.home(block.around))), apart]);
        traits.extend(self.place(place, own.depth));
        traits.extend(self.sizes(block, around));
        traits.push(self.prose_near(place));
        traits.extend(said(&block.text).map(|count| count.map_or(-1, number)));
        let has = |signs: Signs, bit| i32::from(signs.has(bit));
        traits.extend((0..Signs::COUNT).map(|bit| {
            let near = own.own.has(bit) || above.own.has(bit);
            has(own.all, bit) + i32::from(near)
        }));
        traits
    }

    /// What else the page says of a block: its body, title, description, author, and the block
    /// itself again.
    fn known(&self, block: &Block) -> [i32; 5] {
        let own = letters(&block.text);
        let start = own.char_indices().nth(START).map_or(own.len(), |(end, _)| end);
        let start = own.get(..start).unwrap_or_default();
        let title = if self.title.is_empty() {
            0
        } else if own == self.title {
            2
        } else {
            i32::from(self.title.starts_with(&own) || own.starts_with(&self.title))
        };
        let is_sentence = |text: &str| text.chars().count() >= SENTENCE;
        let described = is_sentence(&self.description)
            && (own.starts_with(&self.description)
                || (is_sentence(&own) && self.description.starts_with(&own)));
        [
            self.body.as_ref().map_or(-1, |body| i32::from(body.contains(start))),
            title,
            i32::from(described),
            i32::from(!self.author.is_empty() && own.contains(&self.author)),
            number(self.times.get(&key(&block.text)).copied().unwrap_or(1).min(9)),
        ]
    }

    /// Where a block is on the page.
    fn place(&self, place: usize, depth: usize) -> [i32; 5] {
        let from = |other: usize| number(place) - number(other);
        [
            number(depth.min(60)),
            share((place, self.blocks.all.len())),
            self.outline.heading.map_or(NOWHERE, |heading| from(heading).clamp(-200, 500)),
            from(self.outline.first).clamp(-200, 500),
            from(self.outline.last).clamp(-500, 200),
        ]
    }

    /// How much there is in the elements around a block, and of what.
    fn sizes(&self, block: &Block, [own, above, grand]: [&Around; 3]) -> [i32; 14] {
        let page = self.blocks.around.first().map_or(1, |body| body.letters);
        [
            share((own.prose, own.letters)),
            share((above.prose, above.letters)),
            number(above.letters.min(20_000)),
            share((above.letters, page)),
            number(block.text.lines().count().min(50)),
            number(block.text.chars().count().min(4000)),
            i32::from(self.body.is_some()),
            number(self.picked.1.min(30_000)),
            i32::from(block.after_image),
            share((own.linked, own.letters)),
            share((above.linked, above.letters)),
            share((grand.prose, grand.letters)),
            share((grand.linked, grand.letters)),
            number(grand.letters.min(20_000)),
        ]
    }

    /// Share of the letters near a block that is prose.
    fn prose_near(&self, place: usize) -> i32 {
        let (mut prose, mut whole) = (0, 0);
        let near = self.blocks.all.iter().enumerate().skip(place.saturating_sub(WINDOW));
        for (_, block) in near.take(2 * WINDOW + 1).filter(|(other, _)| *other != place) {
            whole += block.letters;
            let kind = self.blocks.around.get(block.around).map_or(Kind::Other, |own| own.kind);
            prose += if is_prose(block, kind) { block.letters } else { 0 };
        }
        share((prose, whole))
    }
}

/// What the text of a block is like.
fn text(block: &Block, kind: Kind) -> [i32; 12] {
    let text = block.text.as_str();
    let count = |wanted: &dyn Fn(char) -> bool| text.chars().filter(|c| wanted(*c)).count();
    let end = text.trim_end_matches(|c: char| QUOTES.contains(c));
    let ends = end.ends_with(|c: char| c == ELLIPSIS || ENDS.contains(c));
    [
        number(block.letters.min(2000)),
        share((block.linked, block.letters)),
        share((block.stressed, block.letters)),
        kind as i32,
        i32::from(ends),
        number(count(&|c| ENDS.contains(c)).min(20)),
        number(count(&|c| COMMAS.contains(c)).min(20)),
        share((count(&char::is_numeric), block.letters)),
        share((count(&char::is_uppercase), block.letters)),
        i32::from(text.starts_with(char::is_lowercase)),
        i32::from(text.contains(['\u{a9}', '|', '\u{2022}'])),
        i32::from(ends || text.trim_end().ends_with(':')),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    #[test]
    fn every_block_has_every_trait() {
        let page = "<nav><a href=/>Home</a></nav><h1>Pumps</h1><p>The pump house opens.</p>";
        let blocks = Blocks::of(&Document::from(format!("<body>{page}</body>")));
        let known =
            Known { picked: "The pump house opens.", title: Some("Pumps"), ..Known::default() };
        let traits = of(&blocks, &known);
        assert_eq!(traits.len(), 3);
        assert!(traits.iter().all(|traits| traits.len() == COUNT));
        let at = |place: usize| traits.iter().map(|traits| traits[place]).collect::<Vec<_>>();
        assert_eq!(at(1), [100, 0, 0], "share of letters in links");
        assert_eq!(at(4), [0, 0, 1], "ends as sentences do");
        assert_eq!(at(12), [0, 0, 1], "was picked");
        assert_eq!(at(14), [0, 2, 0], "is the title");
        assert_eq!(at(23), [-1, 0, 1], "blocks from the main heading");
    }
}
