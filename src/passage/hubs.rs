//! The holders of one shingle, and the hubs among them.
//!
//! Used by seed. A shingle in very many documents would have too many pairs, so the documents with
//! the smallest hashes of their names become hubs (see seed).
//!
//! Hubs may hold a passage that goes on differently, or ends early: those of a shingle are no
//! promise that a holder finds what it shares with others beyond the shingle. So the holders are
//! also grouped by their **run**, the tokens from the shingle on that make the shortest passage,
//! and a run whose holders are not all paired by the hubs of the shingle gets hubs of its own.
//!
//! Of a shingle that a document repeats very often only the first places are paired by it. The
//! **late** ones are paired by their runs: with all places of the run where these are few, else
//! with one in each document, so that their pairs grow with the places alone.
//!
//! In a text of few different words a shingle says little, so its **poor** places are paired
//! through their runs alone: with each other, and with the places of other text that hold the same
//! run.
//! Invariant: the hubs depend on the holders alone, not on the order of the input; a run that two
//! documents of a wanted pair hold is paired at each of its places with an equal one.

use super::poor::{Stretches, run_tokens};
use super::settings::Settings;
use super::shard::{Shard, Tokens};
use crate::hash;
use crate::shingle;

/// The holders of one shingle.
#[derive(Debug, Default)]
pub(super) struct Holders {
    /// Position and document of every occurrence, ascending.
    all: Vec<(u32, u32)>,
    pub(super) documents: usize,
    most_repeats: usize,
    /// Cell of days, key and number of every document.
    by_key: Vec<Holder>,
    /// Position and document of the poor places, ascending; they are not in `all`.
    poor: Vec<(u32, u32)>,
    /// Hashes of the runs that others hold too and that are paired already, in order.
    known: Vec<u64>,
    /// The late places, ascending.
    late: Vec<u32>,
    /// The hubs of the shingle.
    hubs: Vec<u32>,
    /// Hash of the run, position and document of every occurrence that a run fits after.
    runs: Vec<(u64, u32, u32)>,
    /// The hubs of a run.
    of_run: Vec<u32>,
    /// Positions of a run, and whether they are hubs of it.
    paired: Vec<(u32, bool)>,
}

/// Cell of days, rank and number of a document.
type Holder = (i64, (bool, u64), u32);

impl Holders {
    /// Takes the postings of one shingle; returns false if no pair of them can be wanted.
    pub(super) fn fill<T>(&mut self, shard: &Shard<T>, run: &[u64]) -> bool {
        self.all.clear();
        let (mut repeats, mut sides) = (0, Sides::default());
        (self.documents, self.most_repeats) = (0, 0);
        let mut last = None;
        for entry in run {
            let position = (entry & 0xffff_ffff) as u32;
            let doc = shard.document_at(position);
            if last != Some(doc) {
                self.documents += 1;
                repeats = 0;
                last = Some(doc);
                let side = if shard.is_one_set() { 2 } else { shard.role(doc).side };
                sides.add(shard.group(doc), side);
            }
            repeats += 1;
            self.most_repeats = self.most_repeats.max(repeats);
            self.all.push((position, doc));
        }
        // With one outlet or one side only, no pair is wanted (page furniture, for example).
        sides.make_a_pair(shard.internal)
    }

    /// Takes the poor places out of the others: those in a stretch, and if the shingle is frequent
    /// those of a poor run.
    pub(super) fn part_poor<T: Tokens>(
        &mut self,
        (shard, settings): (&Shard<T>, &Settings),
        stretches: &Stretches,
        is_poor: impl Fn((u32, u32)) -> bool,
    ) {
        self.poor.clear();
        let is_frequent = self.all.len() > FREQUENT;
        // Nearly always a run is longer than any shingle, whatever the token it starts with.
        let has_run = settings.min_tokens as usize > 2 * settings.shingle;
        let is_along = |&place: &(u32, u32)| {
            let goes_on =
                || has_run || run_tokens(rest((shard, settings), place), settings).is_some();
            stretches.has(place) && goes_on()
        };
        // Places before the first one in a stretch need not be asked again.
        let first = if is_frequent { Some(0) } else { self.all.iter().position(is_along) };
        if let Some(first) = first {
            let (poor, mut n) = (&mut self.poor, 0);
            self.all.retain(|&place| {
                n += 1;
                let is_poor = n > first && is_along(&place) || is_frequent && is_poor(place);
                if is_poor {
                    poor.push(place);
                }
                !is_poor
            });
        }
    }

    /// How many occurrences there are but for poor ones.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Keeps the first `most` occurrences in each document.
    pub(super) fn kept(&mut self, most: usize) -> &[(u32, u32)] {
        if self.most_repeats > most {
            keep_first(&mut self.all, most, |at| at.1);
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
        self.by_key.clear();
        let docs = self.all.iter().map(|&(_, doc)| doc);
        holders(shard, settings, docs, |_| true, &mut self.by_key);
        pick_of_cells(shard, &mut self.by_key, settings.hubs, &mut self.hubs);
        for &(position, doc) in &self.all {
            if self.hubs.binary_search(&doc).is_ok() {
                hub(position);
            }
        }
    }

    /// Whether some runs of places that are not poor are paired already, after
    /// [`poor_runs`](Self::poor_runs) and [`late_runs`](Self::late_runs).
    pub(super) fn has_known_runs(&self) -> bool {
        !self.known.is_empty()
    }

    /// Calls `sink` with the positions of every run, and with its hubs, whose holders the hubs of
    /// the shingle leave unpaired (see above); after [`choose_hubs`](Self::choose_hubs). Those that
    /// poor places hold are paired already.
    pub(super) fn unpaired_runs<T: Tokens>(
        &mut self,
        shard: &Shard<T>,
        settings: &Settings,
        sink: impl FnMut(&[(u32, bool)]),
    ) {
        self.gather_others(shard, settings);
        self.runs(shard, settings, false, sink);
    }

    /// As [`unpaired_runs`](Self::unpaired_runs), for the runs that late places hold: those that
    /// [`kept`](Self::kept) is going to leave out. After [`poor_runs`](Self::poor_runs).
    pub(super) fn late_runs<T: Tokens>(
        &mut self,
        shard: &Shard<T>,
        settings: &Settings,
        sink: impl FnMut(&[(u32, bool)]),
    ) {
        if self.most_repeats <= settings.max_repeats {
            return;
        }
        self.late.clear();
        for of_document in self.all.chunk_by(|x, y| x.1 == y.1) {
            self.late.extend(of_document.iter().skip(settings.max_repeats).map(|place| place.0));
        }
        if self.late.is_empty() {
            return;
        }
        self.gather_others(shard, settings);
        let is_run =
            |&place: &(u32, u32)| run_tokens(rest((shard, settings), place), settings).is_none();
        if self.all.first().is_some_and(is_run) {
            // The shingle is the whole run.
            self.runs.extend(self.all.iter().map(|&(position, doc)| (0, position, doc)));
        }
        let (late, known) = (&self.late, &mut self.known);
        let before = known.len();
        for run in self.runs.chunk_by(|x, y| x.0 == y.0).filter(|run| run.len() > 1) {
            if run.iter().any(|(_, place, _)| late.binary_search(place).is_ok()) {
                known.push(run[0].0);
            }
        }
        let found = &known[before..];
        self.runs.retain(|run| found.binary_search(&run.0).is_ok());
        known.sort_unstable();
        self.hubs.clear();
        self.runs(shard, settings, true, sink);
    }

    /// Gathers the runs of the places that are not poor, but for those that are paired already.
    fn gather_others<T: Tokens>(&mut self, shard: &Shard<T>, settings: &Settings) {
        self.gather_runs(shard, settings, false);
        let known = &self.known;
        self.runs.retain(|run| known.binary_search(&run.0).is_err());
    }

    /// As [`unpaired_runs`](Self::unpaired_runs), for the runs that poor places hold: all holders
    /// of a run are its hubs, if they are no more than may be paired all with all.
    pub(super) fn poor_runs<T: Tokens>(
        &mut self,
        shard: &Shard<T>,
        settings: &Settings,
        sink: impl FnMut(&[(u32, bool)]),
    ) {
        self.hubs.clear();
        self.known.clear();
        if self.poor.is_empty() || !self.may_hold_runs(shard, settings) {
            return;
        }
        self.gather_runs(shard, settings, true);
        let (poor, known) = (&self.poor, &mut self.known);
        let is_poor = |run: &(u64, u32, u32)| poor.binary_search(&(run.1, run.2)).is_ok();
        for run in self.runs.chunk_by(|x, y| x.0 == y.0) {
            if run.iter().any(is_poor) && !run.iter().all(is_poor) {
                known.push(run[0].0);
            }
        }
        self.runs.retain(|run| is_poor(run) || known.binary_search(&run.0).is_ok());
        self.runs(shard, settings, true, sink);
    }

    /// Whether two places may hold the same run: it ends alike. Most shingles of poor places are in
    /// few places, and by chance.
    fn may_hold_runs<T: Tokens>(&self, shard: &Shard<T>, settings: &Settings) -> bool {
        let mut ends = [None; FEW];
        if self.all.len() + self.poor.len() > FEW {
            return true;
        }
        for (n, &place) in self.all.iter().chain(&self.poor).enumerate() {
            let rest = rest((shard, settings), place);
            let run = run_tokens(rest, settings).and_then(|size| rest.get(..size));
            let end = run.and_then(<[u32]>::last_chunk::<2>);
            if end.is_some() && ends[..n].contains(&end) {
                return true;
            }
            ends[n] = end;
        }
        false
    }

    /// Gathers the runs of the places that are not poor, in order, and those of poor ones too.
    fn gather_runs<T: Tokens>(&mut self, shard: &Shard<T>, settings: &Settings, with_poor: bool) {
        let poor = if with_poor { &self.poor[..] } else { &[] };
        self.runs.clear();
        for &place in self.all.iter().chain(poor) {
            let rest = rest((shard, settings), place);
            let run = run_tokens(rest, settings).and_then(|size| rest.get(..size));
            self.runs.extend(run.map(|run| (shingle::hash_window(run), place.0, place.1)));
        }
        self.runs.sort_unstable();
    }

    /// Calls `sink` with the runs that are gathered; `all_hubs` says whether few holders are all
    /// hubs. Of a run that documents repeat very often one place of a hub is enough.
    fn runs<T: Tokens>(
        &mut self,
        shard: &Shard<T>,
        settings: &Settings,
        all_hubs: bool,
        mut sink: impl FnMut(&[(u32, bool)]),
    ) {
        keep_first(&mut self.runs, LATE_TIMES * settings.max_repeats, |run| (run.0, run.2));
        for run in self.runs.chunk_by(|x, y| x.0 == y.0).filter(|run| run.len() > 1) {
            let of_documents = || run.chunk_by(|x, y| x.2 == y.2);
            let is_late = run.len() > ALL_PAIRED
                && of_documents().any(|places| places.len() > settings.max_repeats);
            let all_hubs = all_hubs && of_documents().count() <= settings.max_documents;
            if !all_hubs {
                self.by_key.clear();
                // Those that are hubs already come first, so that most runs need no others.
                let is_hub = |doc: u32| self.hubs.binary_search(&doc).is_ok();
                let docs = run.iter().map(|&(_, _, doc)| doc);
                holders(shard, settings, docs, |doc| !is_hub(doc), &mut self.by_key);
                pick_of_cells(shard, &mut self.by_key, RUN_HUBS, &mut self.of_run);
                self.of_run.retain(|&doc| !is_hub(doc));
                if self.of_run.is_empty() {
                    continue;
                }
            }
            let is_hub = |doc: u32| all_hubs || self.of_run.binary_search(&doc).is_ok();
            let mut last = None;
            self.paired.clear();
            self.paired.extend(run.iter().map(|&(_, at, doc)| {
                let is_first = last.replace(doc) != Some(doc);
                (at, is_hub(doc) && (is_first || !is_late))
            }));
            sink(&self.paired);
        }
    }
}

/// Places of a run in one document that are paired, in those of a shingle.
const LATE_TIMES: usize = 8;

/// Most places of a run that late ones are all paired in: no more than a shingle has that documents
/// do not repeat.
const ALL_PAIRED: usize = 128;

/// Keeps the first `most` of neighbours with the same key.
fn keep_first<T, K: PartialEq>(items: &mut Vec<T>, most: usize, key: impl Fn(&T) -> K) {
    let (mut before, mut repeats) = (None, 0);
    items.retain(|item| {
        let key = Some(key(item));
        repeats = if before == key { repeats + 1 } else { 1 };
        before = key;
        repeats <= most
    });
}

/// Places whose runs are compared each with each.
const FEW: usize = 8;

/// Occurrences of a shingle from which on poor places are looked for.
pub(crate) const FREQUENT: usize = 8;

/// The tokens of its document from a place (position and document) on, as many as a run has.
fn rest<'s, T: Tokens>(
    (shard, settings): (&'s Shard<T>, &Settings),
    place: (u32, u32),
) -> &'s [u32] {
    shard.following(place, settings.min_tokens as usize)
}

/// Which groups of documents some holders are of, on either side.
#[derive(Debug, Default)]
struct Sides {
    /// The first group of each side (2: there is only one set), and whether there are others.
    groups: [Option<(u32, bool)>; 3],
}

impl Sides {
    #[inline]
    fn add(&mut self, group: u32, side: u8) {
        let side = &mut self.groups[usize::from(side.min(2))];
        let (first, others) = side.unwrap_or((group, false));
        *side = Some((first, others || first != group));
    }

    /// Whether two of the holders may be a wanted pair.
    fn make_a_pair(&self, internal: bool) -> bool {
        let one_set = self.groups[2].is_some_and(|(_, others)| internal || others);
        let [Some((x, more_x)), Some((y, more_y)), _] = self.groups else { return one_set };
        one_set || internal || more_x || more_y || x != y
    }
}

/// Hubs of a run, of each side and cell of days: of two outlets one is not that of a holder.
const RUN_HUBS: usize = 2;

/// Hubs at either end of a cell of days: of two outlets, at least one is not that of a holder in
/// the neighbouring cell.
const EDGE_HUBS: usize = 2;

/// Appends the documents of `docs` (ascending, with repeats) that may have pairs, those first in
/// rank of which `later` is false.
fn holders<T>(
    shard: &Shard<T>,
    settings: &Settings,
    docs: impl Iterator<Item = u32>,
    later: impl Fn(u32) -> bool,
    to: &mut Vec<Holder>,
) {
    let mut last = None;
    for doc in docs {
        if last.replace(doc) != Some(doc)
            && let Some(cell) = shard.cell(doc)
        {
            let key = hash::mix(shard.role(doc).key ^ settings.seed);
            to.push((cell, (later(doc), key), doc));
        }
    }
}

/// Chooses hubs among holders: `most` of each side and cell of days, and those at either end of
/// each cell; in order of their numbers.
fn pick_of_cells<T>(shard: &Shard<T>, holders: &mut [Holder], most: usize, chosen: &mut Vec<u32>) {
    chosen.clear();
    holders.sort_unstable();
    for cell in holders.chunk_by_mut(|x, y| x.0 == y.0) {
        pick(shard, &cell.iter(), most, chosen);
        if shard.max_days.is_some() {
            cell.sort_unstable_by_key(|&(_, rank, doc)| (shard.role(doc).day, rank, doc));
            pick(shard, &cell.iter(), EDGE_HUBS, chosen);
            pick(shard, &cell.iter().rev(), EDGE_HUBS, chosen);
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
}

/// Takes the first `most` of `holders` for either side of a set-against-set run: one of each group
/// of documents, then a second of each, and so on.
fn pick<'a, T>(
    shard: &Shard<T>,
    holders: &(impl Iterator<Item = &'a Holder> + Clone),
    most: usize,
    chosen: &mut Vec<u32>,
) {
    let mut taken: Vec<(u8, u32, u32)> = Vec::new();
    for turn in 1..=most {
        let before = taken.len();
        for &(_, _, doc) in holders.clone() {
            let role = shard.role(doc);
            let of_side = taken.iter().filter(|t| t.0 == role.side).count();
            let of_group = taken.iter().filter(|t| (t.0, t.1) == (role.side, role.group)).count();
            let new = !taken.iter().any(|t| t.2 == doc);
            if of_side < most && new && (shard.internal || of_group < turn) {
                taken.push((role.side, role.group, doc));
            }
            if of_side >= most && role.side == 2 {
                break;
            }
        }
        if taken.len() == before {
            break;
        }
    }
    chosen.extend(taken.iter().map(|t| t.2));
}

#[cfg(test)]
mod tests {
    use super::super::shard::Role;
    use super::*;

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
    fn two_holders_make_a_pair_whichever_come_first() {
        // Outlet and side of each; the last two are of different outlets and sides.
        let roles =
            [(2, 1), (0, 1), (2, 0)].map(|(group, side)| Role { group, side, ..Role::default() });
        let pair = |roles: &[Role], internal| {
            let mut sides = Sides::default();
            for &role in roles {
                sides.add(role.group, role.side);
            }
            sides.make_a_pair(internal)
        };
        assert!(pair(&roles, false));
        assert!(!pair(&roles[..2], false), "one side");
        assert!(!pair(&[roles[0], roles[2]], false), "one outlet");
        assert!(pair(&[roles[0], roles[2]], true));
        assert!(!pair(&roles[..2], true), "one side");
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
