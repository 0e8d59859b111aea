//! Which representatives a text may be a copy of, where not all of its pairs were searched.
//!
//! Of a passage that very many texts have, only pairs with a hub were searched. `linked` compares
//! such a text with the representatives so far that promise most: by the places of their families
//! alone, before any text is aligned. Clusters are made at many thresholds, so it is found out once
//! for all of them which texts are promised nothing. Invariant: that never changes an answer.

use crate::detect::ScanConfig;
use crate::detect::copies::Furniture;
use crate::detect::result::ScanResult;
use crate::hash::{Map, Set};
use crate::limits::narrow;
use crate::passage::DocSpan;
use crate::text::Span;
use rayon::prelude::*;

/// Representatives that a text is compared with where not all pairs were searched.
const COMPARED: usize = 8;
/// Places of representatives that are counted to choose them.
const COUNTED: usize = 4096;
/// Share of the threshold that the families of two texts must promise to compare them.
const PROMISED: f64 = 0.6;
/// Mean share of two texts from which they may be one text, so that furniture counts too.
const WHOLE: f64 = 0.6;

/// A place of a family in a text.
#[derive(Debug, Clone, Copy)]
struct Holding {
    family: u32,
    tokens: u32,
    /// The same, or 0 where the family is furniture.
    counted: u32,
    /// So many texts have the family that not all its pairs were searched.
    common: bool,
}

/// What two texts hold of the same families.
#[derive(Debug, Clone, Copy, Default)]
struct Promise {
    /// The other text.
    other: u32,
    /// Tokens of the two texts, and how many of them count.
    tokens: [u32; 2],
    counted: [u32; 2],
    common: bool,
}

/// A text that has a place of a family: its number among those that are asked about, the text, and
/// the place.
type Holder = (usize, u32, Holding);

/// Texts with a passage that is so common that not all its pairs were searched.
#[derive(Default)]
pub(super) struct Common {
    /// For each of these texts what it holds.
    families: Map<u32, Vec<Holding>>,
    /// Those of them that some other promises enough at the lowest threshold, if it represents.
    hopeful: Set<u32>,
    /// For each family the representatives that have it.
    representatives: Map<u32, Vec<Holder>>,
    /// Where these texts have furniture.
    furniture: Map<u32, Vec<(Span, Furniture)>>,
    sums: Sums,
}

impl Common {
    /// Of a search with these settings and this furniture, for thresholds from `least` on.
    pub(super) fn of(
        result: &ScanResult,
        furniture: &[Furniture],
        search: &ScanConfig,
        least: f64,
    ) -> Self {
        let most = search.read.limits.shingle_documents / 2;
        let mut found = Self::held(&result.families.members, furniture, most);
        found.hopeful = found.hopeful(&result.lengths, least, COUNTED);
        found
    }

    /// What the texts hold of the families with these members, where some family is in more than
    /// `most` texts.
    fn held(members: &[Vec<DocSpan>], furniture: &[Furniture], most: usize) -> Self {
        let is_common = |n: usize| {
            let documents = members[n].chunk_by(|x, y| x.doc == y.doc).take(most + 1);
            documents.count() > most
        };
        let common: Vec<bool> = (0..members.len()).map(is_common).collect();
        let of_common = members.iter().zip(&common).filter(|(_, common)| **common);
        let texts: Set<u32> = of_common.flat_map(|(places, _)| places).map(|p| p.doc).collect();
        let mut found = Self::default();
        for (n, places) in members.iter().enumerate() {
            for place in places.iter().filter(|place| texts.contains(&place.doc)) {
                let counts = furniture[n] == Furniture::No;
                if !counts {
                    let known = found.furniture.entry(place.doc).or_default();
                    known.push((place.span, furniture[n]));
                }
                found.families.entry(place.doc).or_default().push(Holding {
                    family: narrow(n),
                    tokens: place.span.len(),
                    counted: if counts { place.span.len() } else { 0 },
                    common: common[n],
                });
            }
        }
        found
    }

    /// The texts that some other promises enough at this threshold. If so many places would have to
    /// be counted that some are left out, it is not looked further.
    fn hopeful(&self, lengths: &[u32], least: f64, most: usize) -> Set<u32> {
        let mut holders: Map<u32, Vec<Holder>> = Map::default();
        for (n, (&text, held)) in self.families.iter().enumerate() {
            for &holding in held {
                holders.entry(holding.family).or_default().push((n, text, holding));
            }
        }
        let is_hopeful = |sums: &mut Sums, text: u32, held: &[Holding]| {
            let of = |own: &Holding| holders.get(&own.family).map_or(&[][..], Vec::as_slice);
            if held.iter().map(|own| of(own).len()).sum::<usize>() > most {
                return true;
            }
            for own in held {
                let others = of(own).iter().filter(|(_, other, _)| *other != text);
                others.for_each(|holder| sums.add(own, holder));
            }
            sums.take(text, lengths, least).count() > 0
        };
        let all: Vec<(&u32, &Vec<Holding>)> = self.families.iter().collect();
        let each = |sums: &mut Sums, (&text, held): (&u32, &Vec<Holding>)| {
            is_hopeful(sums, text, held).then_some(text)
        };
        let found = all.into_par_iter().map_init(Sums::default, each);
        found.flatten().collect::<Vec<u32>>().into_iter().collect()
    }

    /// Forgets the representatives.
    pub(super) fn start(&mut self) {
        self.representatives.values_mut().for_each(Vec::clear);
    }

    /// Whether a text has such a passage.
    pub(super) fn has(&self, text: u32) -> bool {
        self.families.contains_key(&text)
    }

    /// What furniture most of a passage of a text is.
    pub(super) fn furniture(&self, text: u32, span: Span) -> Furniture {
        Furniture::at(span, self.furniture.get(&text).map(Vec::as_slice).unwrap_or_default())
    }

    /// Notes a text as the representative of this number.
    pub(super) fn represent(&mut self, text: u32, number: usize) {
        for &holding in self.families.get(&text).into_iter().flatten() {
            let known = self.representatives.entry(holding.family).or_default();
            known.push((number, text, holding));
        }
    }

    /// The representatives that share most with a text by their families, the best first.
    pub(super) fn promising(&mut self, text: u32, lengths: &[u32], threshold: f64) -> Vec<usize> {
        if !self.hopeful.contains(&text) {
            return Vec::new();
        }
        self.best(text, lengths, threshold, COUNTED)
    }

    /// The same for any text, by at most so many places.
    fn best(&mut self, text: u32, lengths: &[u32], threshold: f64, most: usize) -> Vec<usize> {
        let Self { families, representatives, sums, .. } = self;
        let mut counted = 0;
        for own in families.get(&text).into_iter().flatten() {
            for holder in representatives.get(&own.family).map_or(&[][..], Vec::as_slice) {
                counted += 1;
                if counted > most {
                    break;
                }
                sums.add(own, holder);
            }
        }
        let mut promising: Vec<(f64, usize)> = sums.take(text, lengths, threshold).collect();
        promising.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        promising.truncate(COMPARED);
        promising.into_iter().map(|(_, number)| number).collect()
    }
}

/// Room for what a text and each of some others hold, and the numbers of those in use.
#[derive(Default)]
struct Sums {
    promises: Vec<Option<Promise>>,
    summed: Vec<usize>,
}

impl Sums {
    /// Adds a place of the text, and one of the same family in another.
    fn add(&mut self, own: &Holding, (number, other, of_other): &Holder) {
        let Self { promises, summed } = self;
        if promises.len() <= *number {
            promises.resize(number + 1, None);
        }
        let promise = promises[*number].get_or_insert_with(|| {
            summed.push(*number);
            Promise { other: *other, ..Promise::default() }
        });
        promise.tokens[0] += own.tokens;
        promise.tokens[1] += of_other.tokens;
        promise.counted[0] += own.counted;
        promise.counted[1] += of_other.counted;
        promise.common |= own.common;
    }

    /// Takes the others that promise enough at a threshold: how much, and their numbers. All sums
    /// are 0 again after the last.
    fn take(
        &mut self,
        text: u32,
        lengths: &[u32],
        threshold: f64,
    ) -> impl Iterator<Item = (f64, usize)> {
        let share = |tokens: u32, text: u32| {
            let all = lengths[text as usize].max(1);
            f64::from(tokens.min(all)) / f64::from(all)
        };
        let mean = move |[own, of_other]: [u32; 2], other| {
            f64::midpoint(share(own, text), share(of_other, other))
        };
        let Self { promises, summed } = self;
        let all = summed.drain(..).filter_map(|number| Some((number, promises[number].take()?)));
        all.filter(|(_, promise)| promise.common)
            .map(move |(number, promise)| {
                let whole = mean(promise.tokens, promise.other);
                let whole = if whole < WHOLE { 0.0 } else { whole };
                (mean(promise.counted, promise.other).max(whole), number)
            })
            .filter(move |(promise, _)| *promise >= PROMISED * threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Families of a few texts: places as text, start and length.
    fn families() -> impl Strategy<Value = Vec<Vec<(u32, u32, u32)>>> {
        prop::collection::vec(prop::collection::vec((0_u32..9, 0_u32..40, 1_u32..30), 1..12), 1..9)
    }

    proptest! {
        #[test]
        fn a_text_that_hopes_for_nothing_is_promised_nothing(
            places in families(),
            lengths in prop::collection::vec(10_u32..90, 9),
            furniture in prop::collection::vec(any::<bool>(), 9),
            (common, most, steps) in (0_usize..5, 0_usize..60, 6_u32..20),
            order in Just((0..9).collect::<Vec<u32>>()).prop_shuffle(),
        ) {
            let member = |&(doc, start, len): &(u32, u32, u32)| {
                DocSpan { doc, span: Span { start, end: start + len } }
            };
            let mut members: Vec<Vec<DocSpan>> =
                places.iter().map(|of| of.iter().map(member).collect()).collect();
            for of in &mut members {
                of.sort_unstable();
            }
            let furniture: Vec<Furniture> = furniture
                .into_iter()
                .map(|is| if is { Furniture::OfHouse } else { Furniture::No })
                .collect();
            let mut found = Common::held(&members, &furniture, common);
            let least = f64::from(steps) / 20.0;
            found.hopeful = found.hopeful(&lengths, least, most);
            let hopeful = found.hopeful.clone();
            for (number, &text) in order.iter().enumerate() {
                for threshold in [least, f64::midpoint(least, 1.0)] {
                    let plain = found.best(text, &lengths, threshold, most);
                    prop_assert!(plain.is_empty() || hopeful.contains(&text));
                }
                found.represent(text, number);
            }
            // Where all places are counted, only who is promised something by all others hopes.
            let last = order[8];
            found.start();
            (0..8).for_each(|n| found.represent(order[n], n));
            let plain = found.best(last, &lengths, least, usize::MAX);
            let all = Common { hopeful: Set::default(), ..found };
            let exact = all.hopeful(&lengths, least, usize::MAX);
            prop_assert_eq!(!plain.is_empty(), exact.contains(&last));
        }
    }
}
