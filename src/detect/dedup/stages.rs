//! The stages of a deduplication one by one, for engines that spread documents over machines.
//!
//! A program such as the Python package drives them: [`Stages::read`] where the texts are,
//! [`Stages::small_bucket`], [`Leaders`] and [`Stages::candidate`] where keys, members and
//! signatures meet, [`Stages::group`] where whole components do. Texts are numbered by the upper
//! half of their hashes, so that no task has to know of another's. Invariant: all together find
//! what `dedup_documents` finds in the same documents, as long as a component is grouped as a
//! whole.

use super::claims::Claims;
use super::config::{DedupConfig, Keep, Measure};
use super::documents::{Documents, Part, Spill};
use super::ingest;
use super::jaccard;
use super::likeness::Likeness;
use super::outcome::Outcome;
use super::result::DedupResult;
use super::score::Sources;
use super::search::{self, Filter};
use super::setting::Setting;
use super::texts::Texts;
use crate::corpus::RecordPlace;
use crate::detect::clock::in_pool;
use crate::detect::progress::Silent;
use crate::error::{Error, Result};
use crate::hash::{Map, low64};
use crate::limits::narrow;
use crate::lsh::{self, Edge, Rules};
use crate::record::DedupSummary;
use crate::shingle::Shingler;
use crate::sketch::{Banding, Sketcher};
use crate::verify;

/// The settings of a deduplication by Jaccard similarity, and the scratch space of one task.
#[derive(Debug)]
pub struct Stages {
    config: DedupConfig,
    banding: Banding,
    rules: Rules,
    shingler: Shingler,
    sketcher: Sketcher,
    lanes: Vec<u32>,
    low: Vec<u8>,
    keys: Vec<u32>,
}

/// What is kept of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read<'a> {
    /// Hash of its tokens: equal where texts are equal in normal form.
    pub hash: u128,
    /// Number of its tokens; a text without any is compared with nothing.
    pub tokens: u32,
    /// The low bytes of its lanes.
    pub lanes: &'a [u8],
    /// A key for each band.
    pub keys: &'a [u32],
}

/// Two texts that may be similar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The text with the higher number.
    pub high: u64,
    /// Lanes in which the two differ.
    pub unequal: u32,
    /// The other.
    pub low: u64,
}

/// A text of the components that are grouped.
#[derive(Debug, Clone, Copy)]
pub struct TextSet<'a> {
    /// Its number.
    pub text: u64,
    /// The low bytes of its lanes.
    pub lanes: &'a [u8],
    /// Its shingle hashes.
    pub hashes: &'a [u64],
}

/// A document of the components that are grouped.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupDocument {
    /// The number of its text.
    pub text: u64,
    /// Its name.
    pub id: String,
    /// Number of its tokens.
    pub tokens: u32,
    /// Its claim to be kept; see [`Stages::claim`].
    pub claim: f64,
}

impl Stages {
    /// The stages for these settings.
    ///
    /// # Errors
    /// A setting out of range, or one that needs all documents in one place: coverage, a number of
    /// documents to be left, copies inside one value of a column.
    ///
    /// # Examples
    /// ```
    /// use wirecopy::detect::{DedupConfig, Stages};
    /// let mut stages = Stages::new(DedupConfig::default())?;
    /// let hash = stages.read("The ferry sails at noon.").hash;
    /// assert_eq!(stages.read("the ferry, sails at NOON").hash, hash);
    /// # Ok::<(), wirecopy::error::Error>(())
    /// ```
    pub fn new(config: DedupConfig) -> Result<Self> {
        let odd = [
            ("measure", config.measure != Measure::Jaccard),
            ("until", config.until.is_some()),
            ("within", config.within.is_some()),
            ("keep", matches!(config.keep, Keep::Column(_))),
        ];
        if let Some((name, _)) = odd.into_iter().find(|(_, odd)| *odd) {
            return Err(Error::Setting {
                name: name.into(),
                cause: "this needs all documents in one place".to_owned(),
                cure: "leave it out, or deduplicate on one machine".to_owned(),
            });
        }
        let banding = super::check(&config)?;
        Ok(Self {
            rules: search::rules(&config, banding),
            shingler: Shingler::new(config.unit, config.ngram_size as usize),
            sketcher: Sketcher::new(banding.lanes())?,
            lanes: vec![0; banding.lanes()],
            low: Vec::new(),
            keys: Vec::new(),
            config,
            banding,
        })
    }

    /// Lanes, bands and rows.
    #[must_use]
    pub fn banding(&self) -> Banding {
        self.banding
    }

    /// The number of a text: the upper half of its hash.
    #[must_use]
    pub fn number(hash: u128) -> u64 {
        low64(hash >> 64)
    }

    /// The signature and the band keys of a text.
    pub fn read(&mut self, text: &str) -> Read<'_> {
        let (hash, tokens) = self.take(text);
        self.lanes();
        self.keys.clear();
        lsh::band_keys(&self.lanes, self.banding, &mut self.keys);
        Read { hash, tokens, lanes: &self.low, keys: &self.keys }
    }

    /// The low bytes of the lanes of the text that was taken last.
    pub fn lanes(&mut self) -> &[u8] {
        self.sketcher.sketch_into(self.shingler.hashes(), &mut self.lanes);
        self.low.clear();
        self.low.extend(search::low_bytes(&self.lanes));
        &self.low
    }

    /// Tokenises a text, for [`set`](Self::set); its hash and the number of its tokens.
    pub fn take(&mut self, text: &str) -> (u128, u32) {
        self.shingler.shingles(text);
        let tokens = u32::try_from(self.shingler.tokens().len()).unwrap_or(u32::MAX);
        (self.shingler.text_hash(), tokens)
    }

    /// The set of shingle hashes of the text that was taken last.
    pub fn set(&mut self) -> &[u64] {
        let hashes = self.shingler.hashes_mut();
        verify::make_set(hashes);
        hashes
    }

    /// How good a document's claim to be kept is, the higher the better, by its tokens or by the
    /// seconds of its date.
    #[must_use]
    pub fn claim(&self, tokens: u32, seconds: Option<i64>) -> f64 {
        let seconds = seconds.map(|seconds| seconds as f64);
        ingest::claim(&self.config.keep, tokens as usize, seconds, None)
    }

    /// Members up to which all pairs of a bucket are candidates; those of a larger one go through
    /// [`Leaders`].
    #[must_use]
    pub fn small_bucket(&self) -> usize {
        self.rules.small
    }

    /// Candidates of one text as the higher one, at most: its best.
    #[must_use]
    pub fn most_candidates(&self) -> usize {
        self.rules.most_edges
    }

    /// Two texts as candidates, where their signatures are similar enough.
    #[must_use]
    pub fn candidate(&self, a: (u64, &[u8]), b: (u64, &[u8])) -> Option<Candidate> {
        let unequal = search::unequal(a.1, b.1);
        let (low, high) = (a.0.min(b.0), a.0.max(b.0));
        (unequal <= self.rules.most_unequal).then_some(Candidate { high, unequal, low })
    }

    /// The leaders of a large bucket that is about to begin.
    #[must_use]
    pub fn leaders(&self) -> Leaders {
        Leaders { rules: self.rules, numbers: Vec::new(), kept: Vec::new() }
    }

    /// Verifies and clusters whole components. Documents come in the order in which the first is
    /// kept; every text of two or more documents, or with a candidate, must be among them, and a
    /// set for each text with a candidate. Returns also the text that represents each cluster.
    ///
    /// # Errors
    /// More documents than one run takes.
    pub fn group(
        &self,
        documents: &[GroupDocument],
        sets: &[TextSet<'_>],
        candidates: &[Candidate],
    ) -> Result<(DedupResult, Vec<u64>)> {
        let limits = &self.config.read.limits;
        in_pool(self.config.threads, limits.open_files, || {
            self.group_here(documents, sets, candidates)
        })
    }

    fn group_here(
        &self,
        given: &[GroupDocument],
        sets: &[TextSet<'_>],
        candidates: &[Candidate],
    ) -> Result<(DedupResult, Vec<u64>)> {
        let by_text: Map<u64, &TextSet<'_>> = sets.iter().map(|set| (set.text, set)).collect();
        let mut documents = Documents::default();
        documents.append(vec![self.part(given, &by_text)])?;
        let set = |document: &GroupDocument| by_text.get(&document.text).map(|set| set.hashes);
        let hashes: Vec<&[u64]> = given.iter().map(|d| set(d).unwrap_or_default()).collect();
        let texts = Texts::collapse(&documents);
        let text_of = |text: u32| given.get(texts.head(text) as usize).map_or(0, |d| d.text);
        let numbers: Vec<u64> = (0..texts.count()).map(text_of).collect();
        let filter = Filter::new(&documents, &texts, self.banding, self.config.threshold);
        let spill = Spill::new(None);
        let setting = Setting {
            config: &self.config,
            banding: self.banding,
            spill: &spill,
            progress: &Silent,
            ladder: false,
        };
        let claims =
            Claims { keep: &self.config.keep, corpora: &[], documents: &documents, texts: &texts };
        let sources = Sources { corpora: &[], in_memory: &[], sets: &hashes };
        let edges = edges(&numbers, candidates);
        let found =
            jaccard::of_edges(setting, &claims, (sources, &filter, &edges), &mut |_| Ok(()))?;
        let equal = |_: u32| Likeness::Jaccard(1.0);
        let mut outcome = Outcome::new(&found, &claims, &equal);
        outcome.list(&found, &claims, &equal, self.config.read.limits.listed_component);
        let represents = |group: &super::outcome::Group| {
            given.get(group.representative as usize).map_or(0, |document| document.text)
        };
        let clusters = outcome.clusters.iter().map(represents).collect();
        let summary = DedupSummary::default();
        let result =
            DedupResult { corpora: Vec::new(), documents, outcome, by_coverage: false, summary };
        Ok((result, clusters))
    }

    /// The documents as a reading leaves them.
    fn part(&self, given: &[GroupDocument], sets: &Map<u64, &TextSet<'_>>) -> Part {
        let mut part = Part::default();
        for document in given {
            part.places.push(RecordPlace { source: 0, bytes: 0, offset: 0, line: 0 });
            part.hashes.push(u128::from(document.text) << 64);
            part.tokens.push(document.tokens);
            let end = part.lanes.len() + self.banding.lanes();
            part.lanes.extend(sets.get(&document.text).map_or(&[][..], |set| set.lanes));
            part.lanes.resize(end, 0);
            part.ids.push(&document.id);
            part.outlets.push(0);
            if self.config.keep != Keep::First {
                part.claims.push(document.claim);
            }
        }
        part
    }
}

/// The candidates as edges between texts with these numbers, which ascend.
fn edges(numbers: &[u64], candidates: &[Candidate]) -> Vec<Edge> {
    let place = |text: u64| numbers.binary_search(&text).map(narrow).ok();
    let edge = |candidate: &Candidate| {
        let (high, low) = (place(candidate.high)?, place(candidate.low)?);
        Some(Edge { high, unequal: candidate.unequal, low })
    };
    let mut edges: Vec<Edge> = candidates.iter().filter_map(edge).collect();
    edges.sort_unstable();
    edges
}

/// The leaders of one large bucket: members that resembled no earlier leader.
#[derive(Debug)]
pub struct Leaders {
    rules: Rules,
    numbers: Vec<u32>,
    kept: Vec<(u64, Box<[u8]>)>,
}

impl Leaders {
    /// Compares the next member, with the low bytes of its lanes, and adds its candidates.
    /// Members come in the order of their numbers, each once.
    pub fn meet(&mut self, text: u64, lanes: &[u8], candidates: &mut Vec<Candidate>) {
        let kept = &self.kept;
        let unequal = |low: u32, _: u32| {
            kept.get(low as usize).map_or(u32::MAX, |(_, own)| search::unequal(own, lanes))
        };
        let next = narrow(kept.len());
        let (found, leads) = lsh::lead(&self.rules, &mut self.numbers, next, unequal);
        for edge in found.into_iter().flatten() {
            let low = kept.get(edge.low as usize).map(|(low, _)| *low);
            let of = |low| Candidate { high: text, unequal: edge.unequal, low };
            candidates.extend(low.map(of));
        }
        if leads {
            self.kept.push((text, lanes.into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Document;
    use crate::detect::dedup_documents;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Texts of some families, with words exchanged; a few are equal.
    fn texts(families: usize, each: usize) -> Vec<String> {
        let word = |n: usize| format!("w{}", crate::hash::mix(n as u64) % 5_000);
        let text = |n: usize| {
            let (family, copy) = (n % families, n / families);
            let own = |i: usize| (i + copy * 7).is_multiple_of(40) && copy % 5 > 0;
            let at = |i: usize| word(family * 1_000 + i + if own(i) { copy << 20 } else { 0 });
            (0..80).map(at).collect::<Vec<_>>().join(" ")
        };
        (0..families * each).map(text).collect()
    }

    type Table = (Vec<(String, String, f64)>, Vec<(String, Option<String>, usize, f64)>);

    fn table(result: &DedupResult) -> Table {
        let pair = |p: crate::record::DocumentPair<'_>| {
            let (a, b) = (p.a.into_owned(), p.b.into_owned());
            (a.clone().min(b.clone()), a.max(b), p.jaccard)
        };
        let row = |d: crate::record::Duplicate<'_>| {
            let of = d.duplicate_of.map(std::borrow::Cow::into_owned);
            (d.id.into_owned(), of, d.cluster_size, d.jaccard)
        };
        let mut pairs: Vec<_> = result.pairs().map(pair).collect();
        let mut rows: Vec<_> = result.duplicates().map(row).collect();
        pairs.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        (pairs, rows)
    }

    /// All stages, as an engine drives them, with the components grouped in shares.
    fn by_stages(documents: &[Document], config: &DedupConfig) -> Table {
        let mut stages = Stages::new(config.clone()).unwrap();
        let (mut grouped, mut lanes, mut sets) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut buckets: BTreeMap<(usize, u32), Vec<u64>> = BTreeMap::new();
        for document in documents {
            let read = stages.read(&document.text);
            let (text, tokens) = (Stages::number(read.hash), read.tokens);
            for (band, &key) in read.keys.iter().enumerate() {
                buckets.entry((band, key)).or_default().push(text);
            }
            lanes.insert(text, read.lanes.to_vec());
            let set = stages.set().to_vec();
            sets.insert(text, set);
            let claim = stages.claim(tokens, None);
            grouped.push(GroupDocument { text, id: document.id.clone(), tokens, claim });
        }
        let mut candidates = Vec::new();
        for members in buckets.values_mut() {
            members.sort_unstable();
            members.dedup();
            if members.len() <= stages.small_bucket() {
                for (n, a) in members.iter().enumerate() {
                    let others = members[..n].iter();
                    candidates.extend(
                        others.filter_map(|b| stages.candidate((*a, &lanes[a]), (*b, &lanes[b]))),
                    );
                }
            } else {
                let mut leaders = stages.leaders();
                for m in members {
                    leaders.meet(*m, &lanes[m], &mut candidates);
                }
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let most = stages.most_candidates();
        let candidates: Vec<Candidate> = candidates
            .chunk_by(|a, b| a.high == b.high)
            .flat_map(|own| own.iter().take(most).copied())
            .collect();
        let sets: Vec<TextSet<'_>> = sets
            .iter()
            .map(|(text, set)| TextSet { text: *text, lanes: &lanes[text], hashes: set })
            .collect();
        table(&stages.group(&grouped, &sets, &candidates).unwrap().0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 12 }))]
        #[test]
        fn stages_find_what_a_run_finds(families in 1_usize..6, each in 1_usize..90) {
            let id = |(n, text): (usize, String)| Document::new(format!("d{n:03}"), text);
            let documents: Vec<Document> =
                texts(families, each).into_iter().enumerate().map(id).collect();
            for keep in [Keep::First, Keep::Longest] {
                let config = DedupConfig { keep, threads: 1, ..DedupConfig::default() };
                let whole = dedup_documents(&documents, &[], &config, &Silent).unwrap();
                prop_assert_eq!(by_stages(&documents, &config), table(&whole));
            }
        }
    }

    #[test]
    fn what_needs_all_documents_is_refused() {
        let config = DedupConfig { until: Some(5), ..DedupConfig::default() };
        let refused = Stages::new(config).unwrap_err().to_string();
        assert!(refused.starts_with("until: this needs all documents"), "{refused}");
        let config = DedupConfig { measure: Measure::Coverage, ..DedupConfig::default() };
        assert!(Stages::new(config).is_err());
    }
}
