//! The holders of one shingle, and the hubs among them.
//!
//! Used by seed. A shingle in very many documents would have too many pairs, so the documents with
//! the smallest hashes of their names become hubs (see seed).
//! Invariant: the hubs depend on the holders alone, not on the order of the input.

use super::settings::Settings;
use super::shard::Shard;
use crate::hash;

/// The holders of one shingle.
#[derive(Debug, Default)]
pub(super) struct Holders {
    /// Position and document of every occurrence, ascending.
    all: Vec<(u32, u32)>,
    pub(super) documents: usize,
    most_repeats: usize,
    /// Cell of days, key and number of every document.
    by_key: Vec<(i64, u64, u32)>,
}

impl Holders {
    /// Takes the postings of one shingle; returns false if no pair of them can be wanted.
    pub(super) fn fill<T>(&mut self, shard: &Shard<T>, run: &[u64]) -> bool {
        self.all.clear();
        let (mut repeats, mut mixed) = (0, false);
        (self.documents, self.most_repeats) = (0, 0);
        let first = shard.role(shard.document_at((run[0] & 0xffff_ffff) as u32));
        let mut last = None;
        for entry in run {
            let position = (entry & 0xffff_ffff) as u32;
            let doc = shard.document_at(position);
            if last != Some(doc) {
                self.documents += 1;
                repeats = 0;
                last = Some(doc);
                let role = shard.role(doc);
                mixed |= (shard.internal || role.group != first.group)
                    && (role.side == 2 || role.side != first.side);
            }
            repeats += 1;
            self.most_repeats = self.most_repeats.max(repeats);
            self.all.push((position, doc));
        }
        // With one outlet or one side only, no pair is wanted (page furniture, for example).
        mixed
    }

    /// Keeps the first `most` occurrences in each document.
    pub(super) fn kept(&mut self, most: usize) -> &[(u32, u32)] {
        if self.most_repeats > most {
            let (mut last, mut repeats) = (None, 0);
            self.all.retain(|&(_, doc)| {
                repeats = if last == Some(doc) { repeats + 1 } else { 1 };
                last = Some(doc);
                repeats <= most
            });
        }
        &self.all
    }

    /// Reports the hubs: in each cell of days those with the smallest keys. Where pairs must be
    /// dated near each other also the first and the last of the cell, so that a holder whose only
    /// neighbours in time lie in the next cell is paired with one of them.
    pub(super) fn choose_hubs<T>(
        &mut self,
        shard: &Shard<T>,
        settings: &Settings,
        mut hub: impl FnMut(u32),
    ) {
        let mut last = None;
        self.by_key.clear();
        for &(_, doc) in &self.all {
            if last.replace(doc) != Some(doc)
                && let Some(cell) = shard.cell(doc)
            {
                let key = hash::mix(shard.role(doc).key ^ settings.seed);
                self.by_key.push((cell, key, doc));
            }
        }
        self.by_key.sort_unstable();
        let mut chosen = Vec::new();
        for cell in self.by_key.chunk_by_mut(|x, y| x.0 == y.0) {
            pick(shard, cell.iter(), settings.hubs, &mut chosen);
            if shard.max_days.is_some() {
                cell.sort_unstable_by_key(|&(_, key, doc)| (shard.role(doc).day, key, doc));
                pick(shard, cell.iter(), EDGE_HUBS, &mut chosen);
                pick(shard, cell.iter().rev(), EDGE_HUBS, &mut chosen);
            }
        }
        chosen.sort_unstable();
        for &(position, doc) in &self.all {
            if chosen.binary_search(&doc).is_ok() {
                hub(position);
            }
        }
    }
}

/// Hubs at either end of a cell of days: of two outlets, at least one is not that of a holder in
/// the neighbouring cell.
const EDGE_HUBS: usize = 2;

/// Takes the first `most` of `holders`, one of each group of documents, for either side of a
/// set-against-set run.
fn pick<'a, T>(
    shard: &Shard<T>,
    holders: impl Iterator<Item = &'a (i64, u64, u32)>,
    most: usize,
    chosen: &mut Vec<u32>,
) {
    let mut taken: Vec<(u8, u32)> = Vec::new();
    for &(_, _, doc) in holders {
        let role = shard.role(doc);
        let of_side = taken.iter().filter(|t| t.0 == role.side).count();
        let new_group = shard.internal || !taken.contains(&(role.side, role.group));
        if of_side < most && new_group {
            taken.push((role.side, role.group));
            chosen.push(doc);
        }
        if of_side >= most && role.side == 2 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passage::Role;

    /// Two documents of twenty positions each, and three of ten.
    fn shard() -> Shard<()> {
        let role = |n: u32| Role { group: n, side: 2, day: None, key: u64::from(n) * 7 };
        Shard::new((), vec![0, 20, 40, 50, 60, 70], (0..5).map(role).collect())
    }

    #[test]
    fn the_first_occurrences_in_each_document_are_followed() {
        let run: Vec<u64> = vec![1, 2, 3, 25, 26, 27, 28, 41];
        let kept = |most| {
            let mut holders = Holders::default();
            assert!(holders.fill(&shard(), &run));
            assert_eq!(holders.documents, 3);
            holders.kept(most).iter().map(|at| at.0).collect::<Vec<u32>>()
        };
        assert_eq!(kept(1), [1, 25, 41]);
        assert_eq!(kept(2), [1, 2, 25, 26, 41]);
        assert_eq!(kept(3), [1, 2, 3, 25, 26, 27, 41]);
        assert_eq!(kept(4), [1, 2, 3, 25, 26, 27, 28, 41]);
    }

    #[test]
    fn hubs_are_the_holders_with_the_smallest_salted_names() {
        let run: Vec<u64> = vec![3, 25, 26, 41, 55, 66];
        for seed in 0..20 {
            let settings = Settings { hubs: 2, seed, ..Settings::default() };
            let mut holders = Holders::default();
            assert!(holders.fill(&shard(), &run));
            let mut hubs = Vec::new();
            holders.choose_hubs(&shard(), &settings, |position| hubs.push(position));
            let mut names: Vec<(u64, u32)> =
                (0..5).map(|doc| (hash::mix((u64::from(doc) * 7) ^ seed), doc)).collect();
            names.sort_unstable();
            let chosen = |&&position: &&u64| {
                let doc = shard().document_at(u32::try_from(position).unwrap());
                names[..2].iter().any(|name| name.1 == doc)
            };
            let expected: Vec<u64> = run.iter().filter(chosen).copied().collect();
            assert_eq!(hubs.iter().map(|&hub| u64::from(hub)).collect::<Vec<u64>>(), expected);
        }
    }
}
