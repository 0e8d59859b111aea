//! Which documents of an index may share a passage with a text.
//!
//! Asked by reader. Every shingle of the text is looked up. A document is a candidate where a
//! posting agrees with the text in the tokens around the shingle too, or where two shingles lead
//! to it. Candidates are ranked by how many shingles lead to them, the rare ones first.
//! Invariant: the ranking depends on the documents that are there, not on how they are spread over
//! segments.

use super::keys::{self, Key};
use super::live::Live;
use super::postings::{self, of_shingle, parts};
use crate::error::Result;

/// A document that may share a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) member: usize,
    pub(super) doc: u32,
    /// How much leads to it.
    pub(super) weight: u32,
    /// Hash of its text, so that equals are ranked the same in every index.
    pub(super) text_hash: u64,
}

/// What leads to a document.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// Number of the last shingle that led to it, from 1.
    last: u32,
    shingles: u16,
    /// Whether the last shingle agreed with the text around it.
    agreed: bool,
    /// Whether any did.
    agrees: bool,
    weight: u32,
}

/// Weight of a shingle that one document keeps.
const RARE: u32 = 1 << 10;

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
    all.sort_unstable_by_key(|one: &Candidate| (std::cmp::Reverse(one.weight), one.text_hash));
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
        let weight = (RARE / (1 + count.max(&1).ilog2())).max(1);
        for &one in found.postings.get(start..end).unwrap_or_default() {
            let (key, doc) = parts(one);
            let Some(tally) = tallies.get_mut(doc as usize).filter(|_| of.holds(doc)) else {
                continue;
            };
            if tally.last == 0 {
                touched.push(doc);
            }
            if tally.last != n {
                (tally.last, tally.agreed) = (n, false);
                tally.shingles = tally.shingles.saturating_add(1);
                tally.weight = tally.weight.saturating_add(weight);
            }
            if !tally.agreed && group.iter().any(|asked| asked.agrees(key)) {
                (tally.agreed, tally.agrees) = (true, true);
                tally.weight = tally.weight.saturating_add(weight);
            }
        }
        start = end;
    }
    for doc in touched {
        let tally = tallies.get(doc as usize).copied().unwrap_or_default();
        if tally.agrees || tally.shingles > 1 {
            let text_hash = of.segment.entry(doc)?.text_hash;
            to.push(Candidate { member, doc, weight: tally.weight, text_hash });
        }
    }
    Ok(())
}
