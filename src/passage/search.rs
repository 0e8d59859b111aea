//! All pairs of documents, each aligned into its passages.
//!
//! Fed by mem with the exact matches of a whole shard, or by hits with those that detect has kept
//! in files; every pair of documents goes through merge. Runs in the caller's rayon pool.
//! Invariant: both ways lead to the same passages in the same order.

use super::aligned::Aligned;
use super::chain::LOOK_BACK;
use super::company::{AROUND, is_weak};
use super::control::Guard;
use super::gather::{self, Bucket, Matches, Unsorted};
use super::hits::{self, Hit};
use super::mem::{Mem, extend};
use super::merge::{DROP, Merger};
use super::outlook::may_be_passage;
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use super::weak::{Filter, drop_alone};
use crate::simd;
use rayon::prelude::*;

/// Matches that lie between a prefetch and its use.
const AHEAD: usize = 8;

/// Aligns the exact matches of every pair of documents into passages, each pair under `guard`.
///
/// # Errors
/// The first error of `guard`.
pub fn passages<T: Tokens, E: Send>(
    shard: &Shard<T>,
    settings: &Settings,
    matches: &Matches,
    guard: Guard<'_, E>,
) -> Result<Aligned, E> {
    let aligned = |bucket: &Vec<Mem>| align(shard, settings, bucket, guard);
    let mut all = joined(matches.buckets.par_iter().map(aligned).collect::<Result<_, E>>()?);
    all.below_minimum += matches.alone;
    Ok(all)
}

/// As [`passages`], of matches that are in no order yet: each bucket is put in order when its turn
/// comes, so that there is never room taken for all of them in order.
///
/// # Errors
/// The first error of `guard`.
pub fn passages_of_unsorted<T: Tokens, E: Send>(
    shard: &Shard<T>,
    settings: &Settings,
    mut unsorted: Unsorted,
    guard: Guard<'_, E>,
) -> Result<Aligned, E> {
    let aligned = |filter: &mut Filter, parts: &mut Vec<Bucket>| {
        let (mems, alone) = gather::bucket((shard, settings), filter, std::mem::take(parts));
        let mut found = align(shard, settings, &mems, guard)?;
        found.below_minimum += alone;
        Ok(found)
    };
    let parts = unsorted.0.par_iter_mut().map_init(Filter::default, aligned);
    parts.collect::<Result<_, E>>().map(joined)
}

/// Aligns the matches of some first documents, in order.
fn align<T: Tokens, E>(
    shard: &Shard<T>,
    settings: &Settings,
    bucket: &[Mem],
    guard: Guard<'_, E>,
) -> Result<Aligned, E> {
    let mut found = Aligned::default();
    let mut aligner = Aligner::new(settings);
    let mut done = 0;
    for pair in bucket.chunk_by(|x, y| x.documents() == y.documents()) {
        done += pair.len();
        if let Some(later) = bucket.get(done + AHEAD) {
            prefetch(shard, later);
        }
        let (doc_a, doc_b) = pair[0].documents();
        let documents = (shard.document(doc_a), shard.document(doc_b));
        guard(doc_a, &mut || aligner.pair(documents, pair, &mut found))?;
    }
    Ok(found)
}

/// Aligns pairs of documents; keeps its scratch space.
struct Aligner<'a> {
    settings: &'a Settings,
    merger: Merger<'a>,
    /// Matches of a pair without those that are alone.
    linked: Vec<Mem>,
}

impl<'a> Aligner<'a> {
    fn new(settings: &'a Settings) -> Self {
        Self { settings, merger: Merger::new(settings), linked: Vec::new() }
    }

    /// Finds the passages of one pair of documents.
    ///
    /// Where a chain could not look back over all matches, those that are alone would be in the
    /// way, and they are there or not as the matches were gathered.
    fn pair(&mut self, documents: (&[u32], &[u32]), mems: &[Mem], found: &mut Aligned) {
        if mems.len() <= LOOK_BACK {
            return self.merger.pair(documents, mems, found);
        }
        let (settings, needed) = (self.settings, self.settings.least_matched());
        let is_hopeless = |mem: &Mem| {
            is_weak(mem, documents.0, documents.1, needed)
                || !may_be_passage(mem, documents, settings, DROP)
        };
        self.linked.clear();
        self.linked.extend_from_slice(mems);
        found.below_minimum += drop_alone(&mut self.linked, settings, is_hopeless);
        self.merger.pair(documents, &self.linked, found);
    }
}

/// Asks the memory for the tokens around a match that will soon be processed: second documents come
/// in no order.
fn prefetch<T: Tokens>(shard: &Shard<T>, later: &Mem) {
    let around = (later.b as usize).saturating_sub(AROUND);
    simd::prefetch(shard.document(later.doc_b), around, 3 * AROUND);
}

/// Aligns the [hits](super::Partitions) of pairs of documents into passages, each pair under
/// `guard`: all hits of every pair among `hits`, in any order.
///
/// # Errors
/// The first error of `guard`.
pub(crate) fn passages_of_hits<T: Tokens, E: Send>(
    shard: &Shard<T>,
    settings: &Settings,
    hits: &mut [Hit],
    guard: Guard<'_, E>,
) -> Result<Aligned, E> {
    hits.par_sort_unstable();
    let found =
        hits::split(hits, |hit| shard.range(shard.document_at(hits::first_position(hit))).end)
            .into_par_iter()
            .with_min_len(8)
            .map_init(
                || Aligner::new(settings),
                |aligner, hits| of_first_document(hits, (shard, settings), aligner, guard),
            )
            .collect::<Result<_, E>>()?;
    Ok(joined(found))
}

fn joined(parts: Vec<Aligned>) -> Aligned {
    let mut all = Aligned::default();
    for part in parts {
        all.append(part);
    }
    all
}

/// Passages of the hits of one first document.
fn of_first_document<T: Tokens, E>(
    hits: &mut [Hit],
    (shard, settings): (&Shard<T>, &Settings),
    aligner: &mut Aligner<'_>,
    guard: Guard<'_, E>,
) -> Result<Aligned, E> {
    let mut found = Aligned::default();
    let Some(&first) = hits.first() else { return Ok(found) };
    let doc_x = shard.document_at(hits::first_position(first));
    // Sorted by the position in the second document from here on.
    for hit in hits.iter_mut() {
        *hit = hits::exchanged(*hit);
    }
    hits.sort_unstable();
    let mut mems: Vec<Mem> = Vec::new();
    for pair in
        hits::split(hits, |hit| shard.range(shard.document_at(hits::first_position(hit))).end)
    {
        let doc_y = shard.document_at(hits::first_position(pair[0]));
        mems.clear();
        for hit in pair.iter_mut() {
            *hit = hits::of_diagonal(hits::exchanged(*hit));
        }
        pair.sort_unstable();
        for (n, &hit) in pair.iter().enumerate() {
            let (x, y) = hits::positions(hit);
            // Those to the left on the diagonal come right before, and nearly always the first of
            // them decides.
            let is_hit = |left: u32, _: u32, _: usize| {
                let wanted = hit - u64::from(x - left);
                let before = pair[..n].iter().rev().take_while(|&&other| other >= wanted);
                before.last() == Some(&wanted)
            };
            mems.extend(extend(shard, settings, (((x, doc_x), (y, doc_y)), 0), is_hit));
        }
        mems.sort_unstable();
        mems.dedup();
        if !mems.is_empty() {
            let documents = (shard.document(doc_x), shard.document(doc_y));
            guard(doc_x, &mut || aligner.pair(documents, &mems, &mut found))?;
        }
    }
    Ok(found)
}
