//! Which documents of an index may share a passage with a text.
//!
//! Asked by reader. Every shingle of the text is looked up. A document is a candidate where a
//! posting agrees with the text in the tokens around the shingle too, or where two shingles lead
//! to it. Candidates are ranked by the evidence for a shared passage: shingles that agree with the
//! text on both sides weigh most, and among equals those that few documents have.
//! Invariant: the ranking depends on the documents that are there, not on how they are spread over
//! segments.

use super::keys::{self, Key};
use super::live::Live;
use super::postings::{self, of_shingle, parts};
use crate::error::Result;
use std::cmp::Reverse;

/// A document that may share a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) member: usize,
    pub(super) doc: u32,
    /// The evidence that it shares a passage.
    pub(super) evidence: u32,
    /// How rare what leads to it is.
    pub(super) rarity: u32,
    /// Hash of its text, so that equals are ranked the same in every index.
    pub(super) text_hash: u64,
}

/// What leads to a document.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// Number of the last shingle that led to it, from 1.
    last: u32,
    shingles: u16,
    /// What the last shingle counts for.
    counted: u8,
    /// Whether any agreed with the text on a side.
    agrees: bool,
    evidence: u32,
    rarity: u32,
}

/// What a shingle counts for that agrees with the text on no side, on one, and on both.
const EVIDENCE: [u8; 3] = [1, 4, 9];
/// Rarity of a shingle that one document keeps.
const RARE: u32 = 1 << 10;

impl Tally {
    /// Takes a posting of the shingle that is the `n`th, from 1.
    fn take(&mut self, n: u32, agreement: u32, rarity: u32) {
        if self.last != n {
            (self.last, self.counted) = (n, 0);
            self.shingles = self.shingles.saturating_add(1);
            self.rarity = self.rarity.saturating_add(rarity);
        }
        let counts = EVIDENCE.get(agreement as usize).copied().unwrap_or_default();
        self.agrees |= agreement > 0;
        self.evidence += u32::from(counts.saturating_sub(self.counted));
        self.counted = self.counted.max(counts);
    }
}

/// The postings of one member for the shingles of a text.
struct Found {
    postings: Vec<u64>,
    /// Where those of each shingle end.
    ends: Vec<usize>,
}

/// The candidates for a text of these tokens, best first.
///
/// # Errors
/// Damage.
pub(super) fn candidates(live: &Live, tokens: &[u32]) -> Result<Vec<Candidate>> {
    let keys = keys::all(tokens, live.parameters.ngram_size as usize);
    let groups: Vec<&[Key]> = keys.chunk_by(|a, b| a.shingle() == b.shingle()).collect();
    let mut counts = vec![0_u32; groups.len()];
    let mut found = Vec::new();
    for member in &live.members {
        postings::expect(
            &member.segment,
            groups.iter().filter_map(|g| g.first()).map(|k| k.shingle()),
        );
        let (mut postings, mut ends) = (Vec::new(), Vec::with_capacity(groups.len()));
        for (group, count) in groups.iter().zip(&mut counts) {
            let before = postings.len();
            if let Some(key) = group.first() {
                of_shingle(&member.segment, key.shingle(), &mut postings)?;
            }
            let live = postings.iter().skip(before).filter(|&&one| member.holds(parts(one).1));
            *count += u32::try_from(live.count()).unwrap_or(u32::MAX);
            ends.push(postings.len());
        }
        found.push(Found { postings, ends });
    }
    let mut all = Vec::new();
    for (n, found) in found.iter().enumerate() {
        tally(live, n, (&groups, &counts), found, &mut all)?;
    }
    let order = |one: &Candidate| (Reverse((one.evidence, one.rarity)), one.text_hash);
    all.sort_unstable_by_key(order);
    Ok(all)
}

/// Adds the candidates of one member.
fn tally(
    live: &Live,
    member: usize,
    (groups, counts): (&[&[Key]], &[u32]),
    found: &Found,
    to: &mut Vec<Candidate>,
) -> Result<()> {
    let Some(of) = live.members.get(member) else { return Ok(()) };
    let mut tallies = vec![Tally::default(); of.segment.documents() as usize];
    let (mut touched, mut start) = (Vec::new(), 0);
    for (n, ((group, count), &end)) in (1_u32..).zip(groups.iter().zip(counts).zip(&found.ends)) {
        let rarity = (RARE / (1 + count.max(&1).ilog2())).max(1);
        for &one in found.postings.get(start..end).unwrap_or_default() {
            let (key, doc) = parts(one);
            let Some(tally) = tallies.get_mut(doc as usize).filter(|_| of.holds(doc)) else {
                continue;
            };
            if tally.last == 0 {
                touched.push(doc);
            }
            let agreement = group.iter().map(|asked| asked.agreement(key)).max();
            tally.take(n, agreement.unwrap_or_default(), rarity);
        }
        start = end;
    }
    for doc in touched {
        let tally = tallies.get(doc as usize).copied().unwrap_or_default();
        if tally.agrees || tally.shingles > 1 {
            let text_hash = of.segment.entry(doc)?.text_hash;
            let Tally { evidence, rarity, .. } = tally;
            to.push(Candidate { member, doc, evidence, rarity, text_hash });
        }
    }
    Ok(())
}
