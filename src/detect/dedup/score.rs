//! Exact similarity of pairs of texts, from records read a second time.
//!
//! Sets of shingles are made when a pair asks for them and dropped when memory is needed. Pairs
//! are scored component by component. Where one component's sets are too large and its pairs go
//! criss-cross, it is read several times instead, each time for the shingles of one part of the
//! hash space: the parts of an intersection add up.
//! Invariant: what is scored, and the score, never depends on memory or threads.

use super::DedupConfig;
use super::documents::Documents;
use super::texts::Texts;
use crate::corpus::{Corpus, Document};
use crate::detect::Progress;
use crate::detect::clock::go_on;
use crate::error::Result;
use crate::hash::{Map, Set};
use crate::shingle::Shingler;
use crate::verify::{self, Incidence, Overlap};
use rayon::prelude::*;

/// Part of the memory budget that sets of shingles may take: 1 in so many.
const SET_SHARE: u64 = 8;
/// Texts read by one worker at a time.
const CHUNK: usize = 16;
/// Pairs compared by one worker at a time.
const PAIRS: usize = 64;
/// Bytes of one hash.
const HASH_BYTES: usize = size_of::<u64>();

/// A pair of texts, the lower first.
pub(super) type Pair = (u32, u32);
/// A pair and its Jaccard similarity.
pub(super) type Scored = (u32, u32, f64);

/// Sets by text, or hashes in order and with repeats.
type Sets = Map<u32, Box<[u64]>>;
/// What is made of a text that was read again.
type Make<'m> = dyn Fn(&mut Vec<u64>) -> Box<[u64]> + Sync + 'm;
/// A way to score pairs, with the texts they need.
type Way<'a> = fn(&mut Scorer<'a>, &[Pair], &[u32]) -> Result<Vec<Scored>>;

/// What texts are read from again.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) corpora: &'a [Corpus],
    /// Documents in memory, by number; empty where they are read from files.
    pub(super) in_memory: &'a [&'a Document],
    /// Their shingle hashes instead, by number; empty where there are texts.
    pub(super) sets: &'a [&'a [u64]],
}

/// What was found at a threshold, while pairs are scored at another.
pub(super) struct Before {
    threshold: f64,
    scored: u64,
    near: Vec<Scored>,
}

/// Scores pairs.
pub(super) struct Scorer<'a> {
    config: &'a DedupConfig,
    sources: Sources<'a>,
    documents: &'a Documents,
    texts: &'a Texts,
    progress: &'a dyn Progress,
    /// Sets held, and their bytes.
    sets: Sets,
    set_bytes: usize,
    most_bytes: usize,
    /// Component of each text: pairs are scored in this order.
    pub(super) homes: Vec<u32>,
    scored: u64,
    /// Similarity from which pairs are near.
    threshold: f64,
    /// Pairs that reach the threshold.
    near: Vec<Scored>,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(
        config: &'a DedupConfig,
        sources: Sources<'a>,
        (documents, texts): (&'a Documents, &'a Texts),
        progress: &'a dyn Progress,
    ) -> Self {
        let share = config.memory.map_or(u64::MAX, |memory| memory / SET_SHARE);
        let most_bytes =
            config.read.limits.set_bytes.min(usize::try_from(share).unwrap_or(usize::MAX));
        Self {
            config,
            sources,
            documents,
            texts,
            progress,
            sets: Sets::default(),
            set_bytes: 0,
            most_bytes,
            homes: vec![0; texts.count() as usize],
            scored: 0,
            threshold: config.threshold,
            near: Vec::new(),
        }
    }

    /// Whether a similarity reaches the threshold.
    pub(super) fn is_near(&self, jaccard: f64) -> bool {
        jaccard >= self.threshold
    }

    /// Has a higher threshold decide from now on, at which these pairs are near, for which some
    /// more had to be scored.
    pub(super) fn raise(&mut self, threshold: f64, near: Vec<Scored>, scored: u64) {
        self.threshold = threshold;
        self.near = near;
        self.scored += scored;
    }

    /// Begins anew at another threshold. Returns what was found so far.
    pub(super) fn begin_anew(&mut self, threshold: f64) -> Before {
        let before = Before {
            threshold: self.threshold,
            scored: std::mem::take(&mut self.scored),
            near: std::mem::take(&mut self.near),
        };
        self.threshold = threshold;
        before
    }

    /// Goes back to what was found before. Returns the number of pairs scored since, and those that
    /// reach the threshold since.
    pub(super) fn go_back(&mut self, before: Before) -> (u64, Vec<Scored>) {
        let Before { threshold, scored, near } = before;
        self.threshold = threshold;
        (std::mem::replace(&mut self.scored, scored), std::mem::replace(&mut self.near, near))
    }

    pub(super) fn threshold(&self) -> f64 {
        self.threshold
    }

    /// All pairs so far that reach the threshold.
    pub(super) fn near(&self) -> &[Scored] {
        &self.near
    }

    /// Number of pairs scored, and those that reach the threshold, in order.
    pub(super) fn finish(mut self) -> (u64, Vec<Scored>) {
        self.near.sort_unstable_by_key(|&(a, b, _)| (a, b));
        (self.scored, self.near)
    }

    /// Scores pairs (the lower text first, each pair once in a run). Sets are kept for later pairs.
    pub(super) fn score(&mut self, pairs: Vec<Pair>) -> Result<Vec<Scored>> {
        self.score_by(Self::together, pairs)
    }

    /// Scores the pairs of components that no later pair touches: nothing is kept of their texts.
    pub(super) fn score_components(&mut self, pairs: Vec<Pair>) -> Result<Vec<Scored>> {
        self.score_by(Self::one_by_one, pairs)
    }

    fn score_by(&mut self, way: Way<'a>, mut pairs: Vec<Pair>) -> Result<Vec<Scored>> {
        pairs.sort_unstable_by_key(|&(a, b)| (self.homes[a as usize], a, b));
        let mut all = Vec::with_capacity(pairs.len());
        let mut rest = &pairs[..];
        while !rest.is_empty() {
            let (count, needed, bytes) = self.components(rest);
            let (now, later) = rest.split_at(count);
            rest = later;
            if bytes <= self.most_bytes {
                all.extend(way(self, now, &needed)?);
            } else {
                all.extend(self.large(now, &needed, bytes)?);
            }
        }
        self.scored += all.len() as u64;
        let near = all.iter().filter(|(.., jaccard)| self.is_near(*jaccard));
        let near: Vec<_> = near.copied().collect();
        self.near.extend(near);
        Ok(all)
    }

    /// The pairs of each component; they are in that order.
    fn by_component<'p>(&self, pairs: &'p [Pair]) -> impl Iterator<Item = &'p [Pair]> {
        let home = |pair: &Pair| self.homes[pair.0 as usize];
        pairs.chunk_by(move |a, b| home(a) == home(b))
    }

    /// How many of the pairs make up whole components that fit in memory together (at least one
    /// component), the texts they need, and the bytes of these.
    fn components(&self, pairs: &[Pair]) -> (usize, Vec<u32>, usize) {
        let (mut seen, mut needed, mut bytes, mut count) = (Set::default(), Vec::new(), 0, 0);
        for component in self.by_component(pairs) {
            let (known, before) = (needed.len(), bytes);
            for text in component.iter().flat_map(|&(a, b)| [a, b]) {
                if seen.insert(text) {
                    bytes += self.bytes(text);
                    needed.push(text);
                }
            }
            if bytes > self.most_bytes && count > 0 {
                needed.truncate(known);
                return (count, needed, before);
            }
            count += component.len();
        }
        (count, needed, bytes)
    }

    /// Bytes that the set of a text takes at most.
    fn bytes(&self, text: u32) -> usize {
        self.documents.tokens(self.texts.head(text)) as usize * HASH_BYTES
    }

    /// Scores pairs whose sets fit in memory.
    fn together(&mut self, pairs: &[Pair], needed: &[u32]) -> Result<Vec<Scored>> {
        go_on(self.progress)?;
        self.load(needed)?;
        let sets = &self.sets;
        let scored = pairs.par_iter().with_min_len(PAIRS).map(|&(a, b)| score_sets(sets, a, b));
        Ok(scored.collect())
    }

    /// Scores pairs component by component.
    fn one_by_one(&mut self, pairs: &[Pair], needed: &[u32]) -> Result<Vec<Scored>> {
        go_on(self.progress)?;
        let texts: Sets = self.read(needed, &|hashes| hashes.as_slice().into())?.collect();
        let components: Vec<&[Pair]> = self.by_component(pairs).collect();
        let score = |group: &mut Group, component: &&[Pair]| group.score(component, &texts);
        let scored = components.par_iter().with_min_len(CHUNK).map_init(Group::default, score);
        Ok(scored.collect::<Vec<_>>().into_iter().flatten().collect())
    }

    /// Scores pairs of one component that is too large: stretch by stretch, or part by part of
    /// the hash space, whichever reads less.
    fn large(&mut self, pairs: &[Pair], needed: &[u32], bytes: usize) -> Result<Vec<Scored>> {
        let parts = bytes.div_ceil(self.most_bytes.max(1));
        let (mut stretches, mut rest, mut reads) = (Vec::new(), pairs, 0);
        while !rest.is_empty() {
            let (count, texts) = self.stretch(rest);
            let (now, later) = rest.split_at(count);
            rest = later;
            reads += texts.len();
            stretches.push((now, texts));
            if reads > parts * needed.len() {
                return self.by_parts(pairs, needed, parts as u64);
            }
        }
        let mut all = Vec::with_capacity(pairs.len());
        for (pairs, texts) in stretches {
            all.extend(self.together(pairs, &texts)?);
        }
        Ok(all)
    }

    /// How many of the pairs can be scored with sets that fit in memory (at least one), and the
    /// texts they need.
    fn stretch(&self, pairs: &[Pair]) -> (usize, Vec<u32>) {
        let (mut seen, mut needed, mut bytes) = (Set::default(), Vec::new(), 0);
        for (n, &(a, b)) in pairs.iter().enumerate() {
            let known = needed.len();
            for text in [a, b] {
                if seen.insert(text) {
                    bytes += self.bytes(text);
                    needed.push(text);
                }
            }
            if bytes > self.most_bytes && n > 0 {
                needed.truncate(known);
                return (n, needed);
            }
        }
        (pairs.len(), needed)
    }

    /// Scores pairs part by part of the hash space.
    fn by_parts(&mut self, pairs: &[Pair], needed: &[u32], parts: u64) -> Result<Vec<Scored>> {
        (self.sets, self.set_bytes) = (Sets::default(), 0);
        let mut sums = vec![Overlap { shared: 0, union: 0 }; pairs.len()];
        for part in 0..parts {
            go_on(self.progress)?;
            let within = |hash: u64| (u128::from(hash) * u128::from(parts)) >> 64 == part.into();
            let sets: Sets = self.read(needed, &|hashes| set(hashes, &within))?.collect();
            sums.par_iter_mut().zip(pairs).with_min_len(PAIRS).for_each(|(sum, &(a, b))| {
                let overlap = verify::overlap(of(&sets, a), of(&sets, b));
                sum.shared += overlap.shared;
                sum.union += overlap.union;
            });
        }
        Ok(pairs.iter().zip(sums).map(|(&(a, b), sum)| (a, b, sum.jaccard())).collect())
    }

    /// Makes the sets of `needed` texts, and drops others where they would be too many.
    fn load(&mut self, needed: &[u32]) -> Result<()> {
        let missing: Vec<u32> =
            needed.iter().copied().filter(|text| !self.sets.contains_key(text)).collect();
        let bytes: usize = missing.iter().map(|&text| self.bytes(text)).sum();
        if self.set_bytes + bytes > self.most_bytes {
            let needed: Set<u32> = needed.iter().copied().collect();
            self.sets.retain(|text, _| needed.contains(text));
            self.set_bytes = self.sets.values().map(|set| set.len() * HASH_BYTES).sum();
        }
        let made = self.read(&missing, &|hashes| set(hashes, &|_| true))?;
        for (text, set) in made {
            self.set_bytes += set.len() * HASH_BYTES;
            self.sets.insert(text, set);
        }
        Ok(())
    }

    /// Reads texts again and has something made of each.
    fn read(
        &self,
        texts: &[u32],
        make: &Make<'_>,
    ) -> Result<impl Iterator<Item = (u32, Box<[u64]>)> + use<>> {
        let mut heads: Vec<_> = texts.iter().map(|&text| (self.texts.head(text), text)).collect();
        // In the order in which they are in the files.
        heads.sort_unstable();
        let tools = || {
            let readers: Vec<_> = self.sources.corpora.iter().map(Corpus::reread).collect();
            (readers, Shingler::new(self.config.unit, self.config.ngram_size as usize))
        };
        let chunks = heads.par_chunks(CHUNK).map_init(tools, |(readers, shingler), chunk| {
            let mut sets = Vec::with_capacity(chunk.len());
            for &(head, text) in chunk {
                if let Some(&hashes) = self.sources.sets.get(head as usize) {
                    let own = shingler.hashes_mut();
                    own.clear();
                    own.extend_from_slice(hashes);
                    sets.push((text, make(own)));
                    continue;
                }
                if let Some(document) = self.sources.in_memory.get(head as usize) {
                    shingler.shingles(&document.text);
                    sets.push((text, make(shingler.hashes_mut())));
                    continue;
                }
                let side = usize::from(head >= self.documents.inputs());
                if let Some(reader) = readers.get_mut(side) {
                    shingler.shingles(reader.text(&self.documents.place(head))?);
                    sets.push((text, make(shingler.hashes_mut())));
                }
            }
            Ok(sets)
        });
        let sets: Vec<Vec<_>> = chunks.collect::<Result<_>>()?;
        Ok(sets.into_iter().flatten())
    }
}

/// Scores the pairs of one component after the other; keeps its scratch space.
#[derive(Debug, Default)]
struct Group {
    members: Vec<u32>,
    incidence: Incidence,
}

impl Group {
    /// Scores the pairs of a component, whose hashes `texts` holds.
    fn score(&mut self, pairs: &[Pair], texts: &Sets) -> Vec<Scored> {
        self.members.clear();
        self.members.extend(pairs.iter().flat_map(|&(a, b)| [a, b]));
        self.members.sort_unstable();
        self.members.dedup();
        let hashes: Vec<&[u64]> = self.members.iter().map(|&text| of(texts, text)).collect();
        if self.incidence.fill(&hashes) {
            let at = |text| self.members.binary_search(&text).unwrap_or(usize::MAX);
            let overlap = |a, b| self.incidence.overlap(at(a), at(b));
            return pairs.iter().map(|&(a, b)| (a, b, overlap(a, b).jaccard())).collect();
        }
        let set = |&text: &u32| {
            let mut hashes = of(texts, text).to_vec();
            verify::make_set(&mut hashes);
            (text, hashes.into())
        };
        let sets: Sets = self.members.iter().map(set).collect();
        pairs.iter().map(|&(a, b)| score_sets(&sets, a, b)).collect()
    }
}

/// The set of those shingle hashes of a text that are `within` some part.
fn set(hashes: &mut Vec<u64>, within: &dyn Fn(u64) -> bool) -> Box<[u64]> {
    hashes.retain(|&hash| within(hash));
    verify::make_set(hashes);
    hashes.as_slice().into()
}

/// The similarity of two texts whose sets were made.
fn score_sets(sets: &Sets, a: u32, b: u32) -> Scored {
    (a, b, verify::overlap(of(sets, a), of(sets, b)).jaccard())
}

/// The set of a text; empty where it was not made.
fn of(sets: &Sets, text: u32) -> &[u64] {
    sets.get(&text).map(AsRef::as_ref).unwrap_or_default()
}
