//! The stages of a scan one by one, for engines that spread documents over machines.
//!
//! A program such as the Python package drives them: [`ScanStages::occurrences`] where the texts
//! are, [`ScanStages::meetings`] where all holders of some shingles are together,
//! [`ScanStages::passages`] where the tokens and meetings of pairs of documents are, and
//! [`ScanStages::families`] where all passages of connected documents are. Invariant: all together
//! find what `scan_documents` finds in the same documents, as long as documents are numbered in
//! its order.

use super::clock::in_pool;
use super::twins::Outlets;
use super::{ScanConfig, Scope, prepare, scan};
use crate::corpus::Document;
use crate::error::{Error, Result};
use crate::hash;
use crate::limits::narrow;
use crate::passage::{
    FREQUENT, Families, MAX_TOKENS, Partitions, Passage, Role, Settings, Shard, Stretches,
    add_stretches, first_position, hit, is_along, passages_of_hits, poor_runs_of, second_position,
    shingle_of,
};
use crate::shingle::hash_window;
use crate::text::{Tokenizer, char_offsets};

/// The settings of a scan, for the tasks of an engine.
#[derive(Debug)]
pub struct ScanStages {
    config: ScanConfig,
    settings: Settings,
}

/// A document that holds some shingles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Documents of one group make no pairs with each other, unless repeats inside are wanted.
    pub group: u32,
    /// Day of publication, days since 1970.
    pub day: Option<i32>,
    /// Hash of its name, of [`ScanStages::key`].
    pub key: u64,
}

/// What follows a shingle, as far as that decides who is paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Run {
    /// Hash of the tokens that make the shortest passage; none where the text ends before.
    pub hash: Option<u64>,
    /// Whether it has few different tokens.
    pub poor: bool,
    /// Whether the shingle is in a stretch of few different tokens.
    pub along: bool,
    /// The kind of its first token.
    pub class: u8,
}

/// A shingle in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The bits of its hash by which it is grouped: [`ScanStages::BITS`].
    pub shingle: u64,
    /// The document.
    pub document: u32,
    /// Place of its first token.
    pub place: u32,
    /// What follows.
    pub run: Run,
}

/// Two places (document and token) with an equal shingle, the earlier document first.
pub type Meeting = [(u32, u32); 2];

/// The kind of a token is in its lowest bits.
const CLASS: u32 = 3;

impl ScanStages {
    /// Bits of a shingle.
    pub const BITS: u32 = 42;

    /// The stages for these settings, of which the scope must not be [`Scope::Auto`].
    ///
    /// # Errors
    /// A setting out of range.
    ///
    /// # Examples
    /// ```
    /// use wirecopy::detect::{ScanConfig, ScanStages, Scope};
    /// let config = ScanConfig { scope: Scope::Documents, ..ScanConfig::default() };
    /// let stages = ScanStages::new(config)?;
    /// let tokens = ScanStages::tokens("The ferry to the island sails at noon.");
    /// let mut shingles = 0;
    /// stages.shingles(&tokens, |_, _| shingles += 1);
    /// assert_eq!((tokens.len(), shingles), (8, 4));
    /// # Ok::<(), wirecopy::error::Error>(())
    /// ```
    pub fn new(config: ScanConfig) -> Result<Self> {
        config.check()?;
        if config.scope == Scope::Auto {
            return Err(Error::Setting {
                name: "scope".into(),
                cause: "a task does not know whether any document has an outlet".to_owned(),
                cure: "say outlets, documents or all".to_owned(),
            });
        }
        Ok(Self { settings: scan::settings(&config), config })
    }

    /// The tokens of a text.
    #[must_use]
    pub fn tokens(text: &str) -> Vec<u32> {
        let mut tokens = Vec::new();
        Tokenizer::default().compact_tokens(text, &mut tokens);
        tokens
    }

    /// The hash of the text, by which documents with one id are in order, and the key of the
    /// document as a holder.
    #[must_use]
    pub fn key(document: &Document) -> (u64, u64) {
        let text = hash::xxh3_64(document.text.as_bytes());
        (text, hash::xxh3_64(document.id.as_bytes()) ^ text.rotate_left(1))
    }

    /// Days since 1970 of the date of a document.
    #[must_use]
    pub fn day(document: &Document) -> Option<i32> {
        document.meta.date.as_ref().and_then(prepare::day)
    }

    /// The number of the house of each outlet; `names` are sorted and different.
    #[must_use]
    pub fn houses(names: &[&str]) -> Vec<u32> {
        let houses = Outlets::of(names.iter().map(|name| Some(*name))).houses;
        houses.into_iter().flatten().collect()
    }

    /// Whether repeats inside a document and inside an outlet are wanted.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.config.scope == Scope::All
    }

    /// Calls `sink` with every shingle of a document, and whether it is in a stretch of few
    /// different tokens.
    pub fn shingles(&self, tokens: &[u32], mut sink: impl FnMut(u64, bool)) {
        let mut stretches = Vec::new();
        add_stretches(tokens, 0, &mut stretches);
        let along = |at| is_along(&stretches, narrow(at));
        self.settings.shingles(tokens, |at, hash| sink(shingle_of(hash), along(at)));
    }

    /// Whether what follows a shingle decides who is paired: in so many places, or where one of
    /// them is in a stretch of few different tokens.
    #[must_use]
    pub fn asks_for_runs(&self, places: usize, along: bool) -> bool {
        along || places > FREQUENT.min(self.settings.max_documents)
    }

    /// Calls `sink` with every shingle of a document that is wanted, its place and what follows.
    pub fn occurrences(
        &self,
        tokens: &[u32],
        wanted: impl Fn(u64) -> bool,
        mut sink: impl FnMut(u64, u32, Run),
    ) {
        let mut poor = Vec::new();
        poor_runs_of(tokens, &self.settings, |at| poor.push(at));
        let mut stretches = Vec::new();
        add_stretches(tokens, 0, &mut stretches);
        let size = self.settings.min_tokens as usize;
        self.settings.shingles(tokens, |at, hash| {
            let shingle = shingle_of(hash);
            let Some(rest) = tokens.get(at..).filter(|_| wanted(shingle)) else { return };
            let run = Run {
                hash: rest.get(..size).map(hash_window),
                poor: poor.binary_search(&at).is_ok(),
                along: is_along(&stretches, narrow(at)),
                class: rest.first().map_or(0, |token| (token & CLASS) as u8),
            };
            sink(shingle, narrow(at), run);
        });
    }

    /// Calls `sink` with the pairs of places of shingles of which all `occurrences` are here;
    /// `holders` are in the order of their documents.
    ///
    /// # Errors
    /// More occurrences than a task can hold.
    pub fn meetings(
        &self,
        holders: &[Holder],
        occurrences: &mut [Occurrence],
        sink: &mut dyn FnMut(Meeting),
    ) -> Result<()> {
        occurrences.sort_unstable();
        let mut partitions = Partitions::default();
        let groups = occurrences.chunk_by_mut(|x, y| x.shingle >> 32 == y.shingle >> 32);
        for own in groups {
            own.sort_unstable_by_key(|one| (one.document, one.place));
            let (shard, positions) = self.holders_of(holders, own)?;
            let places = own.iter().zip(&positions).filter(|(one, _)| one.run.along);
            let along = places.map(|(_, &at)| (at, at + 1)).collect();
            let stretches = Stretches::all(&shard, &[along]);
            let one_at = |position: u32| own[positions.partition_point(|&at| at < position)];
            let pack =
                |(one, &at): (&Occurrence, &u32)| (one.shingle & 0xffff_ffff) << 32 | u64::from(at);
            let postings: Vec<u64> = own.iter().zip(&positions).map(pack).collect();
            let is_poor = |(position, _): (u32, u32)| one_at(position).run.poor;
            let at = (&shard, &self.settings, &stretches);
            partitions.hits_but_poor(at, &postings, is_poor, |hit, _| {
                let places = [first_position(hit), second_position(hit)];
                sink(places.map(one_at).map(|one| (one.document, one.place)));
            });
        }
        Ok(())
    }

    /// A shard in which every occurrence (in order of documents) is followed by tokens that are
    /// equal where the runs are, and where each occurrence is.
    fn holders_of(&self, holders: &[Holder], own: &[Occurrence]) -> Result<(Shard, Vec<u32>)> {
        let size = self.settings.min_tokens as usize;
        let (mut tokens, mut positions) = (Vec::new(), Vec::with_capacity(own.len()));
        let (mut starts, mut roles) = (Vec::new(), Vec::new());
        if own.len().saturating_mul(size) > MAX_TOKENS {
            return Err(too_many("occurrences of shingles in one task", own.len()));
        }
        for of_document in own.chunk_by(|x, y| x.document == y.document) {
            starts.push(narrow(tokens.len()));
            let holder = of_document.first().and_then(|one| holders.get(one.document as usize));
            roles.push(holder.map_or_else(Role::default, |holder| Role {
                group: holder.group,
                side: 2,
                day: holder.day,
                key: holder.key,
            }));
            for one in of_document {
                let first = tokens.len();
                positions.push(narrow(first));
                tokens.push(u32::from(one.run.class));
                if let Some(run) = one.run.hash {
                    tokens.extend([(run >> 32) as u32, (run & 0xffff_ffff) as u32]);
                    tokens.resize(first + size, 0);
                }
            }
        }
        starts.push(narrow(tokens.len()));
        let mut shard = Shard::new(tokens, starts, roles);
        shard.internal = self.is_internal();
        shard.max_days = self.config.max_days;
        Ok((shard, positions))
    }

    /// The passages of all pairs of these documents (their tokens, in their order) that meet
    /// anywhere; all meetings of each such pair must be here.
    ///
    /// # Errors
    /// More tokens than a task can hold.
    pub fn passages(&self, documents: &[&[u32]], meetings: &[Meeting]) -> Result<Vec<Passage>> {
        let shard = shard_of(documents)?;
        let at = |(document, place): (u32, u32)| narrow(shard.range(document).start) + place;
        let mut hits: Vec<u64> = meetings.iter().map(|[x, y]| hit(at(*x), at(*y))).collect();
        in_pool(1, self.config.read.limits.open_files, || {
            let guard = |_: u32, work: &mut dyn FnMut()| {
                work();
                Ok::<(), Error>(())
            };
            Ok(passages_of_hits(&shard, &self.settings, &mut hits, &guard)?.passages)
        })
    }

    /// The families of `passages` (sorted), which are all that any of these documents has.
    ///
    /// # Errors
    /// More tokens than a task can hold.
    pub fn families(&self, documents: &[&[u32]], passages: &[Passage]) -> Result<Families> {
        let shard = shard_of(documents)?;
        in_pool(1, self.config.read.limits.open_files, || Ok(Families::gather(passages, &shard)))
    }

    /// Where the tokens of a text start and end, in code points.
    #[must_use]
    pub fn offsets(text: &str) -> Vec<(u32, u32)> {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        Tokenizer::default().tokenize(text, |token| {
            starts.push(token.start);
            ends.push(token.end);
        });
        let starts = char_offsets(text, starts.iter().copied());
        let ends = char_offsets(text, ends.iter().copied());
        starts.into_iter().zip(ends).map(|(start, end)| (narrow(start), narrow(end))).collect()
    }
}

/// A shard of documents whose pairs are known.
fn shard_of(documents: &[&[u32]]) -> Result<Shard> {
    let total: usize = documents.iter().map(|tokens| tokens.len()).sum();
    if total > MAX_TOKENS {
        return Err(too_many("tokens in one task", total));
    }
    let (mut starts, mut at) = (vec![0], 0);
    for tokens in documents {
        at += tokens.len();
        starts.push(narrow(at));
    }
    Ok(Shard::new(documents.concat(), starts, vec![Role::default(); documents.len()]))
}

fn too_many(what: &str, got: usize) -> Error {
    Error::Limit {
        what: what.to_owned(),
        got: got as u64,
        limit: MAX_TOKENS as u64,
        cure: "give more partitions".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Silent, scan_documents};
    use super::*;
    use crate::corpus::Meta;
    use crate::passage::DocSpan;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The passages and families of documents in their order, by the stages: shingles are dealt out
    /// to two tasks, pairs of documents to three.
    fn by_stages(documents: &[Document], config: &ScanConfig) -> (Vec<Passage>, Families) {
        let stages = ScanStages::new(config.clone()).unwrap();
        let tokens: Vec<Vec<u32>> = documents.iter().map(|d| ScanStages::tokens(&d.text)).collect();
        let tokens: Vec<&[u32]> = tokens.iter().map(Vec::as_slice).collect();
        let names: Vec<&str> = {
            let named = documents.iter().filter_map(|d| d.meta.outlet.as_deref());
            let sorted: std::collections::BTreeSet<&str> = named.collect();
            sorted.into_iter().collect()
        };
        let houses = ScanStages::houses(&names);
        let holder = |(n, document): (usize, &Document)| {
            let outlet = document.meta.outlet.as_deref();
            let house = outlet.and_then(|name| names.binary_search(&name).ok()).map(|n| houses[n]);
            let house = house.filter(|_| config.scope != Scope::Documents);
            let group = house.unwrap_or_else(|| narrow(names.len() + n));
            Holder { group, day: ScanStages::day(document), key: ScanStages::key(document).1 }
        };
        let holders: Vec<Holder> = documents.iter().enumerate().map(holder).collect();
        let mut tasks = [Vec::new(), Vec::new()];
        for (document, tokens) in (0..).zip(&tokens) {
            stages.occurrences(
                tokens,
                |_| true,
                |shingle, place, run| {
                    let task = usize::from(shingle >> (ScanStages::BITS - 1) == 1);
                    tasks[task].push(Occurrence { shingle, document, place, run });
                },
            );
        }
        let mut cells: BTreeMap<u32, Vec<Meeting>> = BTreeMap::new();
        for mut task in tasks {
            forget_runs(&stages, &mut task);
            let mut sink = |meeting: Meeting| {
                let [x, y] = meeting.map(|side| side.0);
                cells.entry((x + y) % 3).or_default().push(meeting);
            };
            stages.meetings(&holders, &mut task, &mut sink).unwrap();
        }
        let of_cell = |meetings: &Vec<Meeting>| stages.passages(&tokens, meetings).unwrap();
        let mut passages: Vec<Passage> = cells.values().flat_map(of_cell).collect();
        passages.sort_unstable();
        let families = stages.families(&tokens, &passages).unwrap();
        (passages, families)
    }

    /// Forgets what follows a shingle where that is not asked for.
    fn forget_runs(stages: &ScanStages, task: &mut [Occurrence]) {
        task.sort_unstable_by_key(|one| one.shingle);
        for same in task.chunk_by_mut(|x, y| x.shingle == y.shingle) {
            let along = same.iter().any(|one| one.run.along);
            if !stages.asks_for_runs(same.len(), along) {
                for one in same.iter_mut() {
                    one.run.hash = one.run.hash.map(|_| 0);
                }
            }
        }
    }

    /// Documents of few words, so that shingles are shared by many and runs are poor.
    fn documents(texts: &[(Vec<u8>, u8)]) -> Vec<Document> {
        let document = |(n, (words, outlet)): (usize, &(Vec<u8>, u8))| {
            let words: Vec<String> = words.iter().map(|word| format!("word{word}")).collect();
            let outlet = (*outlet > 0).then(|| format!("outlet{outlet}").into());
            let meta = Meta { outlet, ..Meta::default() };
            Document { id: format!("d{n:03}"), text: words.join(" ").into(), meta }
        };
        texts.iter().enumerate().map(document).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 48 }))]

        #[test]
        fn the_stages_find_what_a_scan_finds(
            texts in prop::collection::vec((prop::collection::vec(0_u8..4, 0..30), 0_u8..3), 0..14),
            scope in prop::sample::select(vec![Scope::Outlets, Scope::Documents, Scope::All]),
            most in 1_usize..5,
        ) {
            let plain = ScanConfig::default();
            let mut config = ScanConfig { scope, min_tokens: 8, threads: 1, ..plain };
            config.read.limits.shingle_documents = most;
            config.read.limits.hubs = 2;
            let documents = documents(&texts);
            let found = scan_documents(documents.clone(), Vec::new(), &config, &Silent).unwrap();
            let (passages, families) = by_stages(&documents, &config);
            prop_assert_eq!(found.passages.iter().collect::<Vec<_>>(), passages);
            let members: Vec<Vec<DocSpan>> = families.members;
            prop_assert_eq!(&found.families.members, &members);
        }
    }
}
