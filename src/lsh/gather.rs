//! The whole stage in memory, for programs that have their signatures at hand.
//!
//! `detect` drives the same parts band by band instead, from temporary files where need be.

use super::bands::{band_keys, entry};
use super::buckets::{Sorter, buckets};
use super::candidates::{Candidates, Edge, Rules};
use crate::limits::{Limits, narrow};
use crate::sketch::{Banding, Signature};

/// Gathers signatures and reports which documents may be similar.
///
/// # Examples
/// ```
/// use wirecopy::lsh::Lsh;
/// use wirecopy::shingle::Shingler;
/// use wirecopy::sketch::{Banding, Sketcher, Wanted};
/// let banding = Banding::choose(0.7, Wanted::default())?;
/// let (mut shingler, mut sketcher) = (Shingler::default(), Sketcher::new(banding.lanes())?);
/// let mut lsh = Lsh::new(banding);
/// for text in [
///     "The ferry to the island will not sail before noon, the port said on Monday.",
///     "Forecasters expect the storm to move out over the sea during the night.",
///     "The ferry to the island will not sail before noon, the port said on Friday.",
/// ] {
///     lsh.add(&sketcher.sketch(shingler.shingles(text)));
/// }
/// let pairs: Vec<_> = lsh.candidates(0.5).iter().map(|edge| (edge.low, edge.high)).collect();
/// assert_eq!(pairs, [(0, 2)]);
/// # Ok::<(), wirecopy::error::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lsh {
    banding: Banding,
    lanes: Vec<u32>,
    keys: Vec<u32>,
    documents: u32,
}

impl Lsh {
    /// For signatures of `banding.lanes()` lanes; without documents at first.
    #[must_use]
    pub fn new(banding: Banding) -> Self {
        Self { banding, lanes: Vec::new(), keys: Vec::new(), documents: 0 }
    }

    /// Adds a document; returns its number: 0, 1, 2 and so on.
    ///
    /// Lanes that are missing count as those of an empty document, lanes too many are ignored.
    pub fn add(&mut self, signature: &Signature) -> u32 {
        let end = self.lanes.len() + self.banding.lanes();
        self.lanes.extend(signature.lanes().iter().take(self.banding.lanes()));
        self.lanes.resize(end, u32::MAX);
        band_keys(&self.lanes[end - self.banding.lanes()..], self.banding, &mut self.keys);
        self.documents += 1;
        self.documents - 1
    }

    /// Pairs that share a band and agree in at least this share of their lanes; linear in the
    /// number of documents, so of a large group only those that tie it together.
    #[must_use]
    pub fn candidates(&self, least_estimate: f64) -> Vec<Edge> {
        let (count, bands) = (self.banding.lanes(), self.banding.bands());
        let lanes = |document: u32| &self.lanes[document as usize * count..][..count];
        let unequal =
            |a: u32, b: u32| narrow(lanes(a).iter().zip(lanes(b)).filter(|(a, b)| a != b).count());
        let allowed = |share: f64| {
            let agrees = |unequal: &usize| (count - unequal) as f64 / count as f64 >= share;
            narrow((0..=count).rev().find(agrees).unwrap_or(0))
        };
        let limits = Limits::default();
        let mut candidates = Candidates::new(Rules {
            most_unequal: allowed(least_estimate),
            follows: allowed(f64::midpoint(least_estimate, 1.0)),
            small: limits.bucket_pairs,
            leaders: limits.bucket_leaders,
            mega: limits.mega_bucket,
            most_edges: limits.document_candidates,
        });
        let (mut sorter, mut entries, mut members) = (Sorter::default(), Vec::new(), Vec::new());
        for band in 0..bands {
            entries.clear();
            let keys = self.keys.iter().skip(band).step_by(bands);
            entries.extend(keys.zip(0..).map(|(&key, document)| entry(key, document)));
            sorter.sort(&mut entries);
            for bucket in buckets(&entries) {
                members.clear();
                // Entries of one key keep their order, so documents ascend.
                members.extend(bucket.iter().map(|entry| (entry & 0xffff_ffff) as u32));
                candidates.add(&members, unequal);
            }
        }
        candidates.finish().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use crate::sketch::{Sketcher, Wanted, estimate};

    /// Documents of families: a base of shingles with some replaced.
    fn signatures(families: u64, each: u64, banding: Banding) -> Vec<Signature> {
        let mut sketcher = Sketcher::new(banding.lanes()).unwrap();
        let mut all = Vec::new();
        for n in 0..families * each {
            let (family, copy) = (n % families, n / families);
            let shingle = |i: u64| match mix(n << 20 ^ i) % 100 {
                0..5 if copy > 0 => mix(n << 32 ^ i),
                _ => mix(family << 50 ^ i),
            };
            all.push(sketcher.sketch(&(0..200).map(shingle).collect::<Vec<u64>>()));
        }
        all
    }

    #[test]
    fn every_document_has_the_keys_of_its_signature() {
        let banding = Banding::choose(0.7, Wanted::default()).unwrap();
        let (mut lsh, mut expected) = (Lsh::new(banding), Vec::new());
        for (n, signature) in (0..).zip(signatures(4, 2, banding)) {
            assert_eq!(lsh.add(&signature), n);
            band_keys(signature.lanes(), banding, &mut expected);
        }
        assert_eq!(lsh.keys, expected);
        // Missing lanes are those of an empty document, lanes too many are ignored.
        let sketch = |lanes| Sketcher::new(lanes).unwrap().sketch(&[1, 2, 3]);
        let mut lsh = Lsh::new(banding);
        lsh.add(&sketch(banding.lanes() + 5));
        assert_eq!(lsh.lanes, sketch(banding.lanes() + 5).lanes()[..banding.lanes()]);
        lsh.add(&sketch(banding.lanes() - 5));
        let short = &lsh.lanes[banding.lanes()..];
        assert_eq!(short[..banding.lanes() - 5], *sketch(banding.lanes() - 5).lanes());
        assert_eq!(short[banding.lanes() - 5..], [u32::MAX; 5]);
    }

    #[test]
    fn candidates_agree_in_the_share_of_lanes_that_is_asked_for() {
        let banding = Banding::choose(0.7, Wanted::default()).unwrap();
        let all = signatures(1, 12, banding);
        let mut lsh = Lsh::new(banding);
        for signature in &all {
            lsh.add(signature);
        }
        let pairs = |least: f64| {
            let found = lsh.candidates(least).into_iter().map(|edge| (edge.low, edge.high));
            found.collect::<std::collections::BTreeSet<(u32, u32)>>()
        };
        let every: std::collections::BTreeSet<(u32, u32)> = pairs(0.0);
        for percent in (0..=100).step_by(5) {
            let least = f64::from(percent) / 100.0;
            let agree =
                |&&(a, b): &&(u32, u32)| estimate(&all[a as usize], &all[b as usize]) >= least;
            assert_eq!(pairs(least), every.iter().filter(agree).copied().collect(), "{least}");
        }
        assert!(every.len() > 50, "nearly all share a band: {}", every.len());
    }

    #[test]
    fn leaders_lose_no_component_that_all_pairs_find() {
        let banding = Banding::choose(0.7, Wanted::default()).unwrap();
        let sizes =
            if cfg!(miri) { [(2, 2), (1, 4), (1, 6)] } else { [(60, 5), (3, 100), (1, 400)] };
        for (families, each) in sizes {
            let signatures = signatures(families, each, banding);
            let mut lsh = Lsh::new(banding);
            for signature in &signatures {
                lsh.add(signature);
            }
            let mut components = crate::hash::Map::default();
            let mut found: Vec<usize> = (0..signatures.len()).collect();
            for edge in lsh.candidates(0.6) {
                let (low, high) = (found[edge.low as usize], found[edge.high as usize]);
                let (a, b) = (&signatures[edge.low as usize], &signatures[edge.high as usize]);
                assert!(estimate(a, b) >= 0.6);
                for label in &mut found {
                    if *label == high.max(low) {
                        *label = high.min(low);
                    }
                }
            }
            for label in &found {
                *components.entry(*label).or_insert(0) += 1;
            }
            let family = |n: usize| n as u64 % families;
            assert_eq!(components.len() as u64, families, "{families} families of {each}");
            assert!(found.iter().enumerate().all(|(n, label)| family(n) == family(*label)));
        }
    }
}
