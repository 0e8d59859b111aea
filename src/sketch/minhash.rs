//! The signature: one permutation first, then `k` permutations for the lanes still empty (OPHK).
//!
//! Lane `i` of `k` orders all shingles `x` by `(0, h(x))` where `bin(x) = i`, else by
//! `(1, a_i * x mod 2^32)`, and keeps the least. `bin` and `h` use different bits of the shingle
//! hash. A first round over all shingles fills the lanes that have a shingle in their bin (class
//! 0); only the lanes still empty need the product with their factor `a_i` (class 1), and there
//! are about `k e^(-n/k)` of them for `n` shingles.
//!
//! The order is the same for every document, so a lane is an unbiased sample as in the textbook
//! (Broder, "On the resemblance and containment of documents", 1997), and the bins make lanes
//! repel each other as in one-permutation hashing (Li, Owen, Zhang, NIPS 2012), so that the
//! variance is below `J (1 - J) / k`. The number of rounds must not depend on the documents that
//! are compared: that would be biased.
//!
//! Packing: bit 31 is the class, the lower 31 bits are the upper 31 of the ordered value. A lane
//! of a document without shingles is `u32::MAX`.

use crate::error::{Error, Result};
use crate::hash;
use crate::simd::{self, Kernel, LANES};

/// Most lanes of a signature.
pub const MAX_LANES: usize = 4096;

/// Class bit: the lane's bin was empty.
const SECOND: u32 = 1 << 31;

/// Lane that no shingle has reached.
const EMPTY: u32 = u32::MAX;

/// The lanes of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(Box<[u32]>);

impl Signature {
    /// The lanes, packed as the module says.
    #[must_use]
    pub fn lanes(&self) -> &[u32] {
        &self.0
    }

    /// Whether the document has no shingle.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&lane| lane == EMPTY)
    }
}

/// Makes signatures of one number of lanes; keeps its scratch space from document to document.
///
/// # Examples
/// ```
/// use wirecopy::shingle::Shingler;
/// use wirecopy::sketch::{Sketcher, estimate};
/// let (mut shingler, mut sketcher) = (Shingler::default(), Sketcher::new(128)?);
/// let mut signature = |text: &str| sketcher.sketch(shingler.shingles(text));
/// let a = signature("The ferry to the island will not sail before noon, it was said on Monday.");
/// let b = signature("The ferry to the island will not sail before noon, it was said on Friday.");
/// let c = signature("Forecasters expect the storm to move out over the sea during the night.");
/// assert!(estimate(&a, &b) > 0.7 && estimate(&a, &c) < 0.1);
/// # Ok::<(), wirecopy::error::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sketcher {
    kernel: Kernel,
    /// One odd factor per lane.
    factors: Vec<u32>,
    /// The same in rows, for documents that leave most lanes empty.
    rows: Vec<[u32; LANES]>,
    /// Numbers, factors and minima of the lanes of the second round.
    open: Vec<usize>,
    open_factors: Vec<[u32; LANES]>,
    least: Vec<[u32; LANES]>,
}

impl Sketcher {
    /// A sketcher for signatures of `lanes` lanes.
    ///
    /// # Errors
    /// [`Error::Setting`] where `lanes` is 0 or above [`MAX_LANES`].
    pub fn new(lanes: usize) -> Result<Self> {
        Self::with_kernel(lanes, Kernel::best())
    }

    /// A sketcher that uses `kernel`, for tests and measurements.
    ///
    /// # Errors
    /// Those of [`Sketcher::new`].
    pub fn with_kernel(lanes: usize, kernel: Kernel) -> Result<Self> {
        if lanes == 0 || lanes > MAX_LANES {
            return Err(Error::Setting {
                name: "num_perm".into(),
                cause: format!("a signature cannot have {lanes} lanes"),
                cure: format!("ask for 1 to {MAX_LANES}"),
            });
        }
        let factor = |lane| (hash::mix(hash::KEY0 ^ lane) >> 32) as u32 | 1;
        let factors: Vec<u32> = (0..lanes as u64).map(factor).collect();
        let mut rows = vec![[1; LANES]; lanes.div_ceil(LANES)];
        rows.as_flattened_mut()[..lanes].copy_from_slice(&factors);
        Ok(Self {
            kernel,
            factors,
            rows,
            open: Vec::new(),
            open_factors: Vec::new(),
            least: Vec::new(),
        })
    }

    /// Number of lanes.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.factors.len()
    }

    /// The signature of a document with these shingle hashes, in any order; repeats do not count.
    pub fn sketch(&mut self, shingles: &[u64]) -> Signature {
        let mut lanes = vec![EMPTY; self.lanes()];
        self.sketch_into(shingles, &mut lanes);
        Signature(lanes.into_boxed_slice())
    }

    /// Writes the lanes of a signature to `lanes`, whose length must be [`Sketcher::lanes`]; lanes
    /// beyond that are set to those of an empty document.
    pub fn sketch_into(&mut self, shingles: &[u64], lanes: &mut [u32]) {
        lanes.fill(EMPTY);
        let count = self.lanes().min(lanes.len());
        let lanes = &mut lanes[..count];
        first_round(shingles, lanes);
        let open = lanes.iter().filter(|&&lane| lane == EMPTY).count();
        if shingles.is_empty() || open == 0 {
            return;
        }
        if open > count / 2 {
            self.second_round_of_all(shingles, lanes);
        } else {
            self.second_round(shingles, lanes);
        }
    }

    /// Fills the lanes whose bin is empty where that is most of them: to gather them would cost
    /// more than to compute some in vain.
    fn second_round_of_all(&mut self, shingles: &[u64], lanes: &mut [u32]) {
        self.least.clear();
        self.least.resize(self.rows.len(), [u32::MAX; LANES]);
        simd::least_products(shingles, &self.rows, &mut self.least, self.kernel);
        for (lane, &least) in lanes.iter_mut().zip(self.least.as_flattened()) {
            *lane = if *lane == EMPTY { SECOND | least >> 1 } else { *lane };
        }
    }

    /// Fills the lanes whose bin is empty.
    fn second_round(&mut self, shingles: &[u64], lanes: &mut [u32]) {
        self.open.clear();
        self.open.extend((0..lanes.len()).filter(|&lane| lanes[lane] == EMPTY));
        self.open_factors.clear();
        for lanes in self.open.chunks(LANES) {
            let mut row = [1; LANES];
            row.iter_mut().zip(lanes).for_each(|(to, &lane)| *to = self.factors[lane]);
            self.open_factors.push(row);
        }
        self.least.clear();
        self.least.resize(self.open_factors.len(), [u32::MAX; LANES]);
        simd::least_products(shingles, &self.open_factors, &mut self.least, self.kernel);
        for (&lane, &least) in self.open.iter().zip(self.least.as_flattened()) {
            lanes[lane] = SECOND | least >> 1;
        }
    }
}

/// Every shingle goes to its bin.
#[inline(always)]
fn first_round(shingles: &[u64], lanes: &mut [u32]) {
    let bins = lanes.len() as u64;
    for &shingle in shingles {
        let bin = (((shingle >> 32) * bins) >> 32) as usize;
        if let Some(lane) = lanes.get_mut(bin) {
            *lane = (*lane).min(((shingle & 0xffff_ffff) >> 1) as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition: every lane over all shingles.
    fn by_definition(shingles: &[u64], factors: &[u32]) -> Vec<u32> {
        let bins = factors.len() as u64;
        let value = |lane: usize, x: u64| {
            if ((x >> 32) * bins) >> 32 == lane as u64 {
                (0, (x & 0xffff_ffff) as u32 >> 1)
            } else {
                (1, factors[lane].wrapping_mul((x & 0xffff_ffff) as u32) >> 1)
            }
        };
        let least = |lane| shingles.iter().map(|&x| value(lane, x)).min();
        let pack = |(class, value): (u32, u32)| class << 31 | value;
        (0..factors.len()).map(|lane| least(lane).map_or(EMPTY, pack)).collect()
    }

    /// Most shingles and lanes.
    const MOST: usize = if cfg!(miri) { 50 } else { 300 };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 200 }))]
        #[test]
        fn every_kernel_gives_the_definition(
            shingles in prop::collection::vec(any::<u64>(), 0..MOST),
            lanes in 1_usize..MOST,
        ) {
            for kernel in Kernel::all() {
                let mut sketcher = Sketcher::with_kernel(lanes, kernel).unwrap();
                let expected = by_definition(&shingles, &sketcher.factors);
                let signature = sketcher.sketch(&shingles);
                prop_assert_eq!(signature.lanes(), &expected[..], "{:?}", kernel);
            }
        }

        #[test]
        fn order_and_repeats_do_not_count(
            mut shingles in prop::collection::vec(any::<u64>(), 1..200),
        ) {
            let mut sketcher = Sketcher::new(64).unwrap();
            let signature = sketcher.sketch(&shingles);
            shingles.reverse();
            shingles.extend_from_within(..shingles.len() / 2);
            prop_assert_eq!(sketcher.sketch(&shingles), signature);
        }
    }

    #[test]
    fn golden_signatures_of_version_1() {
        let show = |lanes: &[u32]| {
            lanes.iter().map(|lane| format!("{lane:08x}")).collect::<Vec<_>>().join(" ")
        };
        let shingles: Vec<u64> = (1..41).map(hash::mix).collect();
        for kernel in Kernel::all() {
            let mut sketcher = Sketcher::with_kernel(16, kernel).unwrap();
            insta::assert_snapshot!("golden_40_shingles", show(sketcher.sketch(&shingles).lanes()));
            insta::assert_snapshot!(
                "golden_3_shingles",
                show(sketcher.sketch(&shingles[..3]).lanes())
            );
        }
    }

    #[test]
    fn an_empty_document_has_an_empty_signature() {
        let mut sketcher = Sketcher::new(128).unwrap();
        assert!(sketcher.sketch(&[]).is_empty());
        assert!(!sketcher.sketch(&[0]).is_empty());
    }

    #[test]
    fn lane_counts_out_of_range_are_refused() {
        assert_eq!(Sketcher::new(MAX_LANES).unwrap().lanes(), MAX_LANES);
        for lanes in [0, MAX_LANES + 1] {
            let error = Sketcher::new(lanes).unwrap_err().to_string();
            assert!(error.contains("num_perm"), "{error}");
        }
    }
}
