//! The verified edges, text by text.
//!
//! Made by `group` and `linked` of verified pairs, which both split into clusters. Invariant: the
//! edges of a text are in the order of the other ends.

use super::score::Scored;

/// The verified edges of every text, by the number of the other end.
pub(super) struct Neighbours {
    starts: Vec<u32>,
    edges: Vec<(u32, f64)>,
}

impl Neighbours {
    pub(super) fn new(texts: u32, near: &[Scored]) -> Self {
        let both = near.iter().flat_map(|&(a, b, jaccard)| [(a, b, jaccard), (b, a, jaccard)]);
        let mut both: Vec<Scored> = both.collect();
        both.sort_unstable_by_key(|&(from, to, _)| (from, to));
        let mut starts = vec![0; texts as usize + 1];
        for (from, ..) in &both {
            starts[*from as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { starts, edges: both.into_iter().map(|(_, to, jaccard)| (to, jaccard)).collect() }
    }

    pub(super) fn of(&self, text: u32) -> &[(u32, f64)] {
        let text = text as usize;
        &self.edges[self.starts[text] as usize..self.starts[text + 1] as usize]
    }
}
