//! Repeats that come about where something was cut.
//!
//! Used by `exact` after it has looked at every window of every text. From then on a window that
//! occurs twice in what is left, where anything can be cut, lies across the join of a cut at one of
//! its places. So only such windows are looked for until a round of cuts makes none that occurs
//! twice: in all texts for a few rounds, since there are seldom more, and then in a table of all
//! windows, which takes the room of the texts. Invariant: what is cut is what rounds over all
//! windows would cut (the tests compare both), and the work grows with what was cut, not with the
//! number of rounds.

use super::edited::Cut;
use super::left::{Gone, Tokens};
use super::rules::{Outcome, Rules};
use super::windows::{self, Tops, Windows};
use crate::error::Result;
use crate::hash::Map;
use crate::limits::narrow;
use crate::store::{Vault, Words};
use rayon::prelude::*;
use std::ops::Range;

/// Windows of the table that have the same first bits, about.
const BUCKET: usize = 8;
/// Bytes of a window that was added to the table, about.
const ADDED_BYTES: u64 = 40;
/// Rounds for which windows are looked for in all texts.
const SEARCHES: usize = 8;
/// Bytes of a window that is looked for, about.
const SOUGHT_BYTES: u64 = 64;
/// The table is made anew when so many windows were added to it, at least and at most, as shares of
/// all tokens: seldom enough for its cost, and often enough for its room.
const LEAST_ADDED: usize = 64;
const MOST_ADDED: usize = 16;

/// A window of what is left, by the place of its first token in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Window {
    hash: u64,
    text: u32,
    place: u32,
}

/// One of the places of a window that occurs twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Twice {
    /// Rank of the text.
    rank: u32,
    place: u32,
    /// Number of the window among those of the round.
    id: u32,
}

/// A run of equal tokens, by the places of its first tokens in its text and in the one that keeps
/// it.
struct Run {
    place: u32,
    length: usize,
    text: u32,
    there: u32,
}

/// Where the windows are that occur in what was left when the table was made, or those of them that
/// are looked for.
#[derive(Debug, Default)]
struct Table {
    tops: Option<Tops>,
    /// Numbers of first tokens, in the order of the hashes.
    places: Words,
}

/// What is left of all texts, and where its windows are.
pub(super) struct Joins<'a> {
    tokens: &'a Tokens,
    order: &'a [u32],
    rules: &'a Rules<'a>,
    /// Of each text its place in the order.
    ranks: Vec<u32>,
    gone: Map<u32, Gone>,
    outcomes: Vec<Outcome>,
    nothing: Gone,
    table: Table,
    /// Windows that came about since the table was made.
    added: Map<u64, (u32, u32)>,
}

impl<'a> Joins<'a> {
    pub(super) fn new(
        tokens: &'a Tokens,
        order: &'a [u32],
        rules: &'a Rules<'a>,
        (gone, outcomes): (Map<u32, Gone>, Vec<Outcome>),
    ) -> Self {
        let mut ranks = vec![0; tokens.texts()];
        (0..).zip(order).for_each(|(rank, &text)| ranks[text as usize] = rank);
        let (nothing, table, added) = Default::default();
        Self { tokens, order, rules, ranks, gone, outcomes, nothing, table, added }
    }

    /// Cuts until no window occurs twice.
    pub(super) fn cut(mut self) -> Result<Vec<Outcome>> {
        let all = self.gone.iter().filter(|(text, _)| !self.outcomes[**text as usize].whole);
        let mut joins: Vec<(u32, Vec<Range<u32>>)> =
            all.map(|(&text, gone)| (text, gone.all().collect())).collect();
        joins.par_sort_unstable_by_key(|(text, _)| *text);
        let most = self.rules.memory / ADDED_BYTES;
        let bounds = [LEAST_ADDED, MOST_ADDED].map(|share| self.tokens.count() / share);
        let most = usize::try_from(most).unwrap_or(usize::MAX).clamp(bounds[0], bounds[1]);
        let (mut searches, mut is_of_all) = (0, false);
        while !joins.is_empty() {
            let windows = self.across(&joins);
            if windows.is_empty() {
                break;
            }
            let few = SOUGHT_BYTES.saturating_mul(windows.len() as u64) <= self.rules.memory;
            if !is_of_all && searches < SEARCHES && few {
                searches += 1;
                self.added = Map::default();
                self.table = self.search(&windows);
            } else if !is_of_all || self.added.len() > most {
                is_of_all = true;
                self.added = Map::default();
                self.table = Table::default();
                self.table = self.table()?;
            }
            joins = self.round(&windows);
        }
        Ok(self.outcomes)
    }

    fn gone(&self, text: u32) -> &Gone {
        self.gone.get(&text).unwrap_or(&self.nothing)
    }

    /// The stretches that are left of a text, from a place on.
    fn stretches(&self, text: u32, place: u32) -> impl Iterator<Item = Range<u32>> {
        self.gone(text).left(place, self.tokens.length(text))
    }

    /// The places of the tokens that are left of a text, from a place on.
    fn places(&self, text: u32, place: u32) -> impl Iterator<Item = u32> {
        self.stretches(text, place).flatten()
    }

    /// The first tokens that are left of a text from a place on.
    fn fill(&self, text: u32, place: u32, count: usize, into: &mut Vec<u32>) {
        into.clear();
        for some in self.stretches(text, place) {
            let more = narrow((count - into.len()).min(some.len()));
            into.extend_from_slice(self.tokens.some(text, some.start..some.start + more));
            if into.len() == count {
                break;
            }
        }
    }

    fn token(&self, text: u32, place: u32) -> u32 {
        self.tokens.some(text, place..place + 1)[0]
    }

    /// Whether a token is left, and what is left goes on with `window` from there.
    fn reads(&self, text: u32, place: u32, mut window: &[u32]) -> bool {
        if self.outcomes[text as usize].whole || self.gone(text).around(place).is_some() {
            return false;
        }
        for some in self.stretches(text, place) {
            let (now, rest) = window.split_at(some.len().min(window.len()));
            if self.tokens.some(text, some.start..some.start + narrow(now.len())) != now {
                return false;
            }
            window = rest;
            if window.is_empty() {
                break;
            }
        }
        window.is_empty()
    }

    /// A table of those windows of what is left that are among these.
    fn search(&self, windows: &[Window]) -> Table {
        let mut sought: Vec<u64> = windows.iter().map(|window| window.hash).collect();
        sought.dedup();
        let sought = Windows::new(sought);
        let places = self.windows_of(|hash| sought.contains(hash));
        let mut tops = Tops::new((usize::BITS - (places.len() / BUCKET).leading_zeros()).max(1));
        let some = self.that_matter(&places);
        let places = (0..).zip(some).map(|(n, (hash, number))| {
            tops.add(n, hash);
            number
        });
        let places: Vec<u32> = places.collect();
        tops.finish(places.len());
        Table { tops: Some(tops), places: Words::Held(places) }
    }

    /// A table of all windows of what is left.
    fn table(&self) -> Result<Table> {
        let count = self.tokens.count();
        let parts = windows::parts(16 * count as u64, self.rules.memory);
        let mut tops = Tops::new((usize::BITS - (count / BUCKET).leading_zeros()).max(parts));
        let spill = self.rules.vault.map(Vault::nameless).transpose()?;
        let (mut places, mut entries) = (Vec::new(), 0);
        for part in 0..1_u64 << parts {
            let all = self.windows_of(|hash| hash >> (u64::BITS - parts) == part);
            let some: Vec<u32> = self
                .that_matter(&all)
                .inspect(|(hash, _)| {
                    tops.add(entries, *hash);
                    entries += 1;
                })
                .map(|(_, place)| place)
                .collect();
            match &spill {
                Some(spill) => spill.words(&some).map(|_| ())?,
                None => places.extend(some),
            }
        }
        tops.finish(entries as usize);
        let places = spill.map_or(Ok(Words::Held(places)), Words::of)?;
        Ok(Table { tops: Some(tops), places })
    }

    /// Those of the windows of what is left that are wanted, by hash, each with the number of its
    /// first token.
    fn windows_of(&self, is_wanted: impl Fn(u64) -> bool + Sync) -> Vec<(u64, u32)> {
        let of_text = |(own, all): &mut (Vec<u32>, Vec<u64>), text: u32| {
            all.clear();
            if !self.outcomes[text as usize].whole {
                self.fill(text, 0, self.tokens.length(text) as usize, own);
                windows::hashes(own, self.rules.min_tokens, (self.rules.group)(text), all);
            }
            let here = all.iter().zip(self.places(text, 0)).filter(|(hash, _)| is_wanted(**hash));
            let place = |(hash, place): (&u64, u32)| (*hash, self.tokens.number(text, place));
            here.map(place).collect::<Vec<(u64, u32)>>()
        };
        let texts = (0..narrow(self.tokens.texts())).into_par_iter();
        let all = texts.map_init(Default::default, of_text);
        let mut all: Vec<(u64, u32)> = all.flatten_iter().collect();
        all.par_sort_unstable();
        all
    }

    /// Of windows by hash those whose places can matter.
    fn that_matter<'s>(&'s self, all: &'s [(u64, u32)]) -> impl Iterator<Item = (u64, u32)> + 's {
        all.chunk_by(|x, y| x.0 == y.0).flat_map(|same| self.of_fixed_the_first(same))
    }

    /// Of the places of one window those that can matter: of texts of which nothing is cut the
    /// first keeps it.
    fn of_fixed_the_first<'s>(
        &'s self,
        same: &'s [(u64, u32)],
    ) -> impl Iterator<Item = (u64, u32)> + 's {
        let rank = |number: u32| {
            let (text, place) = self.tokens.place(number as usize);
            (self.rules.fixed)(text).then(|| (self.ranks[text as usize], place))
        };
        let is_one = same.len() < 2;
        let first = if is_one { None } else { same.iter().filter_map(|one| rank(one.1)).min() };
        let matters =
            move |one: &&(u64, u32)| is_one || rank(one.1).is_none_or(|r| Some(r) == first);
        same.iter().filter(matters).copied()
    }

    /// The windows that lie across one of these joins, by hash.
    fn across(&self, joins: &[(u32, Vec<Range<u32>>)]) -> Vec<Window> {
        let length = self.rules.min_tokens;
        let of_text = |(tokens, hashes): &mut (Vec<u32>, Vec<u64>),
                       (text, joins): &(u32, Vec<_>)| {
            let (mut all, mut done, text) = (Vec::new(), 0, *text);
            for join in joins {
                let Range { start, .. } = *join;
                let first = self.gone(text).back(start, narrow(length - 1)).max(done);
                let starts = || self.places(text, first).take_while(|place| *place < start);
                self.fill(text, first, starts().count() + length - 1, tokens);
                windows::hashes(tokens, length, (self.rules.group)(text), hashes);
                let here = hashes.iter().zip(starts());
                all.extend(here.map(|(&hash, place)| Window { hash, text, place }));
                done = start;
            }
            all
        };
        let all = joins.par_iter().map_init(Default::default, of_text);
        let mut all: Vec<Window> = all.flatten_iter().collect();
        all.par_sort_unstable();
        all
    }

    /// Where one window occurs that has come about at the places of `same`.
    fn places_of(&self, window: &mut Vec<u32>, same: &[Window]) -> Vec<(u32, u32)> {
        let mut all: Vec<(u32, u32)> = same.iter().map(|one| (one.text, one.place)).collect();
        let Window { hash, text, place } = same[0];
        self.fill(text, place, self.rules.min_tokens, window);
        let group = (self.rules.group)(text);
        let is_it = |&(text, place): &(u32, u32)| {
            self.token(text, place) == window[0]
                && (self.rules.group)(text) == group
                && self.reads(text, place, window)
        };
        let like = self.table.tops.as_ref().map_or(0..0, |tops| tops.like(hash));
        let like = self.table.places.at(like).iter().map(|&n| self.tokens.place(n as usize));
        all.extend(like.chain(self.added.get(&hash).copied()).filter(is_it));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Cuts what is kept already of the windows that have come about, and returns the joins.
    fn round(&mut self, windows: &[Window]) -> Vec<(u32, Vec<Range<u32>>)> {
        let groups: Vec<&[Window]> = windows.chunk_by(|x, y| x.hash == y.hash).collect();
        let of_group = |window: &mut Vec<u32>, (id, same): (usize, &&[Window])| {
            let all = self.places_of(window, same);
            let all = if all.len() < 2 { Vec::new() } else { all };
            let rank = |text: u32| self.ranks[text as usize];
            let id = narrow(id);
            all.into_iter().map(move |(text, place)| Twice { rank: rank(text), place, id })
        };
        let twice = groups.par_iter().enumerate().map_init(Vec::new, of_group);
        let mut twice: Vec<Twice> = twice.flatten_iter().collect();
        twice.par_sort_unstable();
        let mut kept = vec![None; groups.len()];
        let mut cuts: Vec<(u32, Vec<Cut>)> = Vec::new();
        for own in twice.chunk_by(|x, y| x.rank == y.rank) {
            let text = self.order[own[0].rank as usize];
            let fixed = (self.rules.fixed)(text);
            let runs = if fixed { Vec::new() } else { self.runs(text, own, &kept) };
            self.keep(text, own, &runs, &mut kept);
            if !runs.is_empty() {
                cuts.push((text, runs.iter().flat_map(|run| self.pieces(text, run)).collect()));
            }
        }
        for (same, kept) in groups.iter().zip(&kept) {
            // A window that occurs once may be cut with a run beside it, and is not read any more.
            let new = |place: &(u32, u32)| same.iter().any(|one| (one.text, one.place) == *place);
            let once = (same.len() == 1).then(|| (same[0].text, same[0].place));
            if let Some(place) = kept.map_or(once, |place| Some(place).filter(new)) {
                self.added.insert(same[0].hash, place);
            }
        }
        cuts.into_iter().map(|(text, cuts)| (text, self.take(text, &cuts))).collect()
    }

    /// The runs of a text that are in windows of others, or in earlier ones of its own.
    fn runs(&self, text: u32, own: &[Twice], kept: &[Option<(u32, u32)>]) -> Vec<Run> {
        let length = self.rules.min_tokens;
        let (mut firsts, mut runs, mut next) = (Map::<u32, u32>::default(), Vec::new(), 0);
        let mut window = Vec::new();
        for (n, &Twice { place, id, .. }) in own.iter().enumerate() {
            if place < next {
                continue;
            }
            self.fill(text, place, length, &mut window);
            let after = |count: usize| self.places(text, place).nth(count).unwrap_or(u32::MAX);
            let other =
                kept[id as usize].filter(|&(other, there)| self.reads(other, there, &window));
            if let Some((other, there)) = other {
                let pairs = || self.places(text, place).zip(self.places(other, there));
                let (mut starts, mut ends) = (pairs().skip(1), pairs().skip(length));
                let mut more = 0;
                while let (Some(one), Some((start, there)), Some((end, end_there))) =
                    (own.get(n + more + 1), starts.next(), ends.next())
                {
                    let follows = one.place == start
                        && kept[one.id as usize] == Some((other, there))
                        && self.token(text, end) == self.token(other, end_there);
                    if !follows {
                        break;
                    }
                    more += 1;
                }
                next = after(length + more);
                runs.push(Run { place, length: length + more, text: other, there });
                continue;
            }
            let first = firsts.get(&id).copied();
            let Some(first) = first.filter(|&first| self.reads(text, first, &window)) else {
                firsts.insert(id, place);
                continue;
            };
            let pairs = || self.places(text, place).zip(self.places(text, first));
            let is_same = |&(x, y): &(u32, u32)| self.token(text, x) == self.token(text, y);
            let equal = pairs().take_while(is_same).count();
            // Of stretches that repeat themselves the first one stays whole.
            let skip = self.places(text, first).take(length).filter(|x| *x >= place).count();
            if let Some((place, there)) = pairs().nth(skip).filter(|_| equal > skip) {
                runs.push(Run { place, length: equal - skip, text, there });
            }
            next = after(equal);
        }
        runs
    }

    /// Notes which windows a text keeps of those that no other has kept: those of which no run is
    /// cut.
    fn keep(&self, text: u32, own: &[Twice], runs: &[Run], kept: &mut [Option<(u32, u32)>]) {
        let last = |place: u32, length: usize| self.places(text, place).take(length).last();
        let ends: Vec<u32> = runs.iter().filter_map(|run| last(run.place, run.length)).collect();
        for &Twice { place, id, .. } in own {
            let next = runs.get(ends.partition_point(|end| *end < place));
            let reaches = |run: &Run| last(place, self.rules.min_tokens) >= Some(run.place);
            if !next.is_some_and(reaches) {
                kept[id as usize].get_or_insert((text, place));
            }
        }
    }

    /// A run in pieces that are unbroken in both texts.
    fn pieces(&self, text: u32, run: &Run) -> Vec<Cut> {
        let mut pieces: Vec<Cut> = Vec::new();
        let pairs = self.places(text, run.place).zip(self.places(run.text, run.there));
        for (place, there) in pairs.take(run.length) {
            match pieces.last_mut().filter(|last| (last.end, last.kept_end) == (place, there)) {
                Some(last) => (last.end, last.kept_end) = (place + 1, there + 1),
                None => pieces.push(Cut {
                    start: place,
                    end: place + 1,
                    kept_in: run.text,
                    kept_start: there,
                    kept_end: there + 1,
                }),
            }
        }
        pieces
    }

    /// Takes stretches that are left, and returns the joins that come about.
    fn take(&mut self, text: u32, cuts: &[Cut]) -> Vec<Range<u32>> {
        let gone = self.gone.entry(text).or_default();
        for cut in cuts {
            gone.take(cut.start..cut.end);
        }
        self.outcomes[text as usize].cuts.extend_from_slice(cuts);
        let mut joins: Vec<Range<u32>> =
            cuts.iter().filter_map(|cut| gone.around(cut.start)).collect();
        joins.dedup();
        joins
    }
}
