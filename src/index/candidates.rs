//! Which documents of an index may share a passage with a text.
//!
//! Asked by reader. Every shingle of the text is looked up. A document is a candidate where a
//! posting agrees with the text in the tokens around the shingle too, or where two shingles that
//! are near each other in the text lead to it: of a long text some two phrases, far from each
//! other, are in many documents, and such a pair is no part of one passage. Where a shingle may be
//! nearly as long as a run that is to be found, one is enough. Candidates are ranked
//! by the evidence for a shared passage: shingles that agree with the text on both sides weigh
//! most, and among equals those that few documents have.
//! Invariant: the ranking depends on the documents that are there, not on how they are spread over
//! segments.

use super::keys::{self, Placed};
use super::live::Live;
use super::postings::{self, of_shingle, parts};
use crate::error::Result;
use std::cmp::Reverse;
use std::ops::Range;

/// A document that may share a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) member: usize,
    pub(super) doc: u32,
    /// The evidence that it shares a passage.
    pub(super) evidence: u32,
    /// How rare what leads to it is.
    pub(super) rarity: u32,
    /// Shingles that lead to it.
    pub(super) shingles: u32,
    /// Hash of its text, so that equals are ranked the same in every index.
    pub(super) text_hash: u64,
}

/// What leads to a document.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// Number of the last shingle that led to it, from 1.
    last: u32,
    /// The last token from which on any so far starts.
    reach: u32,
    /// Whether two that are near each other led to it.
    near: bool,
    /// What the last shingle counts for.
    counted: u8,
    /// Whether any agreed with the text on a side.
    agrees: bool,
    evidence: u32,
    rarity: u32,
    shingles: u32,
}

/// What a shingle counts for that agrees with the text on no side, on one, and on both.
const EVIDENCE: [u8; 3] = [1, 4, 9];
/// Rarity of a shingle that one document keeps.
const RARE: u32 = 1 << 10;
/// Tokens from the start of a shingle to that of another one that is near: twice the gap that a
/// passage may have, since of the shingles between only some are kept.
const NEAR: u32 = 160;

impl Tally {
    /// Takes a posting of the shingle that is the `n`th, from 1, in the order in which they first
    /// start.
    fn take(&mut self, (n, group): (u32, &Group<'_>), agreement: u32, rarity: u32) {
        if self.last != n {
            self.near |= self.last != 0 && group.first <= self.reach.saturating_add(NEAR);
            self.reach = self.reach.max(group.last);
            (self.last, self.counted) = (n, 0);
            self.rarity = self.rarity.saturating_add(rarity);
            self.shingles += 1;
        }
        let counts = EVIDENCE.get(agreement as usize).copied().unwrap_or_default();
        self.agrees |= agreement > 0;
        self.evidence += u32::from(counts.saturating_sub(self.counted));
        self.counted = self.counted.max(counts);
    }
}

/// A shingle of a text.
struct Group<'a> {
    /// Its keys, which differ in what is around it.
    keys: &'a [Placed],
    /// Where it starts for the first and the last time.
    first: u32,
    last: u32,
}

impl<'a> Group<'a> {
    fn of(keys: &'a [Placed]) -> Self {
        let first = keys.iter().map(|key| key.first).min().unwrap_or_default();
        let last = keys.iter().map(|key| key.last).max().unwrap_or_default();
        Self { keys, first, last }
    }

    fn shingle(&self) -> u64 {
        self.keys.first().map(|key| key.key.shingle()).unwrap_or_default()
    }
}

/// The shingles of a text, ascending, and of each how many documents keep it.
struct Asked<'a> {
    groups: Vec<Group<'a>>,
    counts: Vec<u32>,
}

/// The postings of one member for the shingles of a text.
struct Found {
    postings: Vec<u64>,
    /// Where those of each shingle are.
    places: Vec<Range<usize>>,
}

/// The candidates for a text of these tokens, best first.
///
/// # Errors
/// Damage.
pub(super) fn candidates(live: &Live, tokens: &[u32]) -> Result<Vec<Candidate>> {
    let parameters = live.parameters;
    let keys = keys::all(tokens, parameters.ngram_size as usize, parameters.window());
    let is_same = |a: &Placed, b: &Placed| a.key.shingle() == b.key.shingle();
    let groups: Vec<Group<'_>> = keys.chunk_by(is_same).map(Group::of).collect();
    let mut counts = vec![0_u32; groups.len()];
    let mut found = Vec::new();
    for member in &live.members {
        postings::expect(&member.segment, groups.iter().map(Group::shingle));
        let (mut postings, mut places) = (Vec::new(), Vec::with_capacity(groups.len()));
        for (group, count) in groups.iter().zip(&mut counts) {
            let before = postings.len();
            of_shingle(&member.segment, group.shingle(), &mut postings)?;
            let live = postings.iter().skip(before).filter(|&&one| member.holds(parts(one).1));
            *count += u32::try_from(live.count()).unwrap_or(u32::MAX);
            places.push(before..postings.len());
        }
        found.push(Found { postings, places });
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_unstable_by_key(|&n| groups.get(n).map(|group| group.first));
    let (asked, mut all) = (Asked { groups, counts }, Vec::new());
    for (n, found) in found.iter().enumerate() {
        tally(live, n, (&asked, &order), found, &mut all)?;
    }
    let order = |one: &Candidate| (Reverse((one.evidence, one.rarity)), one.text_hash);
    all.sort_unstable_by_key(order);
    Ok(all)
}

/// Adds the candidates of one member, whose shingles are taken in the order of these numbers.
fn tally(
    live: &Live,
    member: usize,
    (asked, order): (&Asked<'_>, &[usize]),
    found: &Found,
    to: &mut Vec<Candidate>,
) -> Result<()> {
    let Some(of) = live.members.get(member) else { return Ok(()) };
    let mut tallies = vec![Tally::default(); of.segment.documents() as usize];
    let mut touched = Vec::new();
    for (n, &number) in (1_u32..).zip(order) {
        let Some(group) = asked.groups.get(number) else { continue };
        let count = asked.counts.get(number).copied().unwrap_or_default();
        let rarity = (RARE / (1 + count.max(1).ilog2())).max(1);
        let places = found.places.get(number).cloned().unwrap_or_default();
        for &one in found.postings.get(places).unwrap_or_default() {
            let (key, doc) = parts(one);
            let Some(tally) = tallies.get_mut(doc as usize).filter(|_| of.holds(doc)) else {
                continue;
            };
            if tally.last == 0 {
                touched.push(doc);
            }
            let agreement = group.keys.iter().map(|asked| asked.key.agreement(key)).max();
            tally.take((n, group), agreement.unwrap_or_default(), rarity);
        }
    }
    let is_enough = !live.parameters.leads_by_a_side();
    for doc in touched {
        let tally = tallies.get(doc as usize).copied().unwrap_or_default();
        if tally.agrees || tally.near || is_enough {
            let text_hash = of.segment.entry(doc)?.text_hash;
            let Tally { evidence, rarity, shingles, .. } = tally;
            to.push(Candidate { member, doc, evidence, rarity, shingles, text_hash });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Writer;
    use super::super::keys::Key;
    use super::*;
    use crate::corpus::Document;
    use crate::store::Shelf;
    use crate::text::Tokenizer;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Vec<u32> {
        let mut tokens = Vec::new();
        Tokenizer::default().compact_tokens(text, &mut tokens);
        tokens
    }

    /// Whether a document is a candidate for a text, looked for among all pairs of shingles.
    fn is_candidate(asked: &[Placed], stored: &[Key]) -> bool {
        let leads = |one: &Placed| {
            let same = |key: &&Key| key.shingle() == one.key.shingle();
            stored.iter().filter(same).map(|key| one.key.agreement(*key)).max()
        };
        let leading: Vec<_> = asked.iter().filter_map(|one| Some((one, leads(one)?))).collect();
        leading.iter().any(|&(_, agreement)| agreement > 0)
            || leading.iter().any(|(a, _)| {
                let place = |shingle: u64| {
                    let of = leading.iter().filter(move |(one, _)| one.key.shingle() == shingle);
                    let first = of.clone().map(|(one, _)| one.first).min().unwrap_or_default();
                    (first, of.map(|(one, _)| one.last).max().unwrap_or_default())
                };
                let (a_first, a_last) = place(a.key.shingle());
                leading.iter().any(|(b, _)| {
                    let (b_first, b_last) = place(b.key.shingle());
                    let gap = a_first.saturating_sub(b_last).max(b_first.saturating_sub(a_last));
                    a.key.shingle() != b.key.shingle() && gap <= NEAR
                })
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn candidates_are_those_of_all_pairs_of_shingles(
            texts in prop::collection::vec(prop::collection::vec(0_u32..5, 5..80), 1..40),
            asked in prop::collection::vec((0_u32..6, 0_usize..60), 10..90),
            batch in 1_usize..40,
        ) {
            let text = |words: &[u32]| {
                words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ")
            };
            // Phrases of few words with words between them that are in no document.
            let mut query = Vec::new();
            for (n, &(word, apart)) in asked.iter().enumerate() {
                query.push(format!("w{word}"));
                let apart = if apart > 45 { apart } else { 0 };
                query.extend((0..apart).map(|own| format!("own{n}x{own}")));
            }
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("ix");
            let mut writer = Writer::create(&path, 5).unwrap();
            writer.set_families(false);
            let texts: Vec<String> = texts.iter().map(|words| text(words)).collect();
            let document = |n: usize| Document::new(format!("{n:03}"), texts[n].as_str());
            let all: Vec<Document> = (0..texts.len()).map(document).collect();
            for part in all.chunks(batch) {
                writer.add(part.to_vec()).unwrap();
            }
            let live = Live::open(&Shelf::at(&path)).unwrap();
            let asked = tokens(&query.join(" "));
            let mut found: Vec<String> = candidates(&live, &asked)
                .unwrap()
                .into_iter()
                .map(|Candidate { member, doc, .. }| {
                    let segment = &live.members[member].segment;
                    segment.meta(&segment.entry(doc).unwrap()).unwrap().0
                })
                .collect();
            found.sort();
            let keys = keys::all(&asked, 5, 11);
            let expected: Vec<String> = (0..texts.len())
                .filter(|&n| is_candidate(&keys, &keys::kept(&tokens(&texts[n]), 5, 11)))
                .map(|n| format!("{n:03}"))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
