//! Signatures become candidate edges between texts, band by band.
//!
//! Memory: one band's entries for each worker, and the edges.

use super::DedupConfig;
use super::documents::{Documents, Keys, Spill};
use super::texts::Texts;
use crate::error::Result;
use crate::limits::narrow;
use crate::lsh::{self, Candidates, Edge, Rules, Sorter};
use crate::simd;
use crate::sketch::{self, Banding};
use rayon::prelude::*;

/// Chance that the filter by signature drops a pair that is exactly at the threshold.
const MISS: f64 = 1e-5;
/// Groups of bands a worker: several, so that both end at the same time.
const SHARES: usize = 4;

/// How signatures are compared.
pub(super) struct Filter<'a> {
    /// The low bytes of every text's lanes.
    lanes: Vec<&'a [u8]>,
    /// Where copies count only inside one value of a column: the value of each text.
    groups: Vec<u64>,
    /// Most lanes in which a pair at the threshold may differ.
    pub(super) most_unequal: u32,
}

impl<'a> Filter<'a> {
    pub(super) fn new(
        documents: &'a Documents,
        texts: &Texts,
        banding: Banding,
        threshold: f64,
    ) -> Self {
        let count = banding.lanes();
        let lanes = (0..texts.count()).map(|text| documents.lanes(texts.head(text), count));
        let grouped = (0..texts.count()).any(|text| documents.group(texts.head(text)) != 0);
        let group = |text: u32| documents.group(texts.head(text));
        let groups = if grouped { (0..texts.count()).map(group).collect() } else { Vec::new() };
        Self { lanes: lanes.collect(), groups, most_unequal: most_unequal(banding, threshold) }
    }

    /// Lanes in which two texts differ.
    #[inline]
    pub(super) fn unequal(&self, a: u32, b: u32) -> u32 {
        if !self.groups.is_empty() && self.groups[a as usize] != self.groups[b as usize] {
            return u32::MAX;
        }
        let (a, b) = (self.lanes[a as usize], self.lanes[b as usize]);
        unequal(a, b)
    }

    /// Whether two texts can be similar enough.
    pub(super) fn passes(&self, a: u32, b: u32) -> bool {
        self.unequal(a, b) <= self.most_unequal
    }
}

/// The low bytes of the lanes of a signature, by which signatures are compared.
pub(super) fn low_bytes(lanes: &[u32]) -> impl Iterator<Item = u8> {
    lanes.iter().map(|lane| (lane & 0xff) as u8)
}

/// In how many places the low bytes of two signatures differ.
#[inline]
pub(super) fn unequal(a: &[u8], b: &[u8]) -> u32 {
    narrow(a.len() - simd::equal_bytes(a, b))
}

/// Most lanes in which a pair at the threshold may differ.
fn most_unequal(banding: Banding, threshold: f64) -> u32 {
    // Low bytes of different lanes agree once in 256.
    let agree = threshold + (1.0 - threshold) / 256.0;
    narrow(banding.lanes() - sketch::minimum_matches(banding.lanes(), agree, MISS))
}

/// What is compared in a bucket, and what is kept of it.
pub(super) fn rules(config: &DedupConfig, banding: Banding) -> Rules {
    let limits = &config.read.limits;
    // Half way from the threshold to equality: surely verified.
    let surely =
        sketch::minimum_matches(banding.lanes(), f64::midpoint(config.threshold, 1.0), 0.5);
    Rules {
        most_unequal: most_unequal(banding, config.threshold),
        follows: narrow(banding.lanes() - surely),
        small: limits.bucket_pairs,
        leaders: limits.bucket_leaders,
        mega: limits.mega_bucket,
        most_edges: limits.document_candidates,
    }
}

/// The candidate edges, and the number of mega-buckets; of some texts `only`, unless that is empty.
pub(super) fn search(
    (documents, texts): (&Documents, &Texts),
    filter: &Filter<'_>,
    (banding, config, spill): (Banding, &DedupConfig, &Spill),
    only: &[bool],
) -> Result<(Vec<Edge>, u64)> {
    let rules = rules(config, banding);
    let bands: Vec<usize> = (0..banding.bands()).collect();
    let share = bands.len().div_ceil(SHARES * rayon::current_num_threads());
    let found: Vec<Candidates> = bands
        .par_chunks(share)
        .map(|bands| {
            let mut worker = Worker {
                documents,
                texts,
                spill,
                only,
                candidates: Candidates::new(rules),
                sorter: Sorter::default(),
                entries: Vec::new(),
                members: Vec::new(),
                keys: Vec::new(),
            };
            bands.iter().try_for_each(|&band| worker.band(band, filter))?;
            Ok(worker.candidates)
        })
        .collect::<Result<_>>()?;
    let mut all = Candidates::new(rules);
    for part in found {
        all.merge(part);
    }
    Ok(all.finish())
}

struct Worker<'a> {
    documents: &'a Documents,
    texts: &'a Texts,
    spill: &'a Spill,
    only: &'a [bool],
    candidates: Candidates,
    sorter: Sorter,
    entries: Vec<u64>,
    members: Vec<u32>,
    keys: Vec<u32>,
}

impl Worker<'_> {
    fn band(&mut self, band: usize, filter: &Filter<'_>) -> Result<()> {
        self.gather(band)?;
        self.sorter.sort(&mut self.entries);
        for bucket in lsh::buckets(&self.entries) {
            self.members.clear();
            self.members.extend(bucket.iter().map(|entry| (entry & 0xffff_ffff) as u32));
            self.members.sort_unstable();
            self.candidates.add(&self.members, |a, b| filter.unequal(a, b));
        }
        Ok(())
    }

    /// One entry for each text: the key of the first document that has it.
    fn gather(&mut self, band: usize) -> Result<()> {
        self.entries.clear();
        self.entries.reserve_exact(self.texts.count() as usize);
        for (first, part) in self.documents.parts() {
            let count = part.places.len();
            let keys = match &part.keys {
                Keys::Held(keys) => keys.get(band * count..(band + 1) * count).unwrap_or_default(),
                Keys::Spilled(start) => {
                    self.keys.resize(count, 0);
                    self.spill.read(start + (band * count * 4) as u64, &mut self.keys)?;
                    &self.keys
                }
            };
            for (&key, document) in keys.iter().zip(first..) {
                let wanted = |text: &u32| self.only.is_empty() || self.only[*text as usize];
                if let Some(text) = self.texts.headed(document).filter(wanted) {
                    self.entries.push(lsh::entry(key, text));
                }
            }
        }
        Ok(())
    }
}
