//! What is alike by coverage: the share of both texts inside passages that they share.
//!
//! One document of every distinct text goes through the search for passages, as `scan` does it;
//! `copies` measures its pairs, `linked` makes clusters of them. Texts that are hardly longer than
//! a passage are also compared by sets of shingles, as under the other measure.
//! Invariant: which document of a text is searched, and so every pair, does not depend on the order
//! of the input.

use super::bodies::Bodies;
use super::claims::Claims;
use super::common::Common;
use super::config::LEAST_COVERAGE;
use super::documents::Documents;
use super::ingest::Ingest;
use super::jaccard;
use super::ladder;
use super::likeness::{Found, Likeness, Near};
use super::linked::{self, Copies, OnDemand};
use super::outcome::Outcome;
use super::score::Sources;
use super::setting::Setting;
use super::texts::Texts;
use super::{DedupConfig, Keep, Measure};
use crate::components::Components;
use crate::corpus::{Document, Meta};
use crate::detect::clock::Clock;
use crate::detect::copies::Measured;
use crate::detect::overflow::Overflow;
use crate::detect::prepare::{APART, Prepared};
use crate::detect::result::ScanResult;
use crate::detect::scan::{self, Gathered};
use crate::detect::{ScanConfig, Scope};
use crate::error::Result;
use crate::hash;
use crate::sketch::{Banding, Wanted};
use crate::store::Vault;

/// Times the shortest passage: in texts that are shorter, a word that was changed can leave no
/// passage.
const SHORT: u32 = 2;

/// The settings of the search for passages.
pub(super) fn search(config: &DedupConfig) -> ScanConfig {
    ScanConfig {
        read: config.read.clone(),
        edits: config.edits,
        scope: Scope::Documents,
        memory: config.memory,
        temp_dir: config.temp_dir.clone(),
        ..ScanConfig::default()
    }
}

/// How alike documents of one text are.
pub(super) fn equal(tokens: u32, search: &ScanConfig) -> Likeness {
    if tokens < search.min_tokens { Likeness::Jaccard(1.0) } else { Likeness::Coverage(1.0, 1.0) }
}

/// How texts that are shorter than a passage are searched.
pub(super) fn banding(config: &DedupConfig) -> Result<Banding> {
    let wanted = Wanted { lanes: config.num_perm, bands: config.bands, rows: config.rows };
    Banding::choose(Measure::Jaccard.usual_threshold(), wanted)
}

/// Finds what is alike among the texts of `claims`.
pub(super) fn find(
    setting: Setting<'_>,
    claims: &Claims<'_>,
    (bodies, overflow, vault): (Bodies, Overflow<'_>, &Vault<'_>),
    clock: &mut Clock<'_>,
) -> Result<Found> {
    let search = search(setting.config);
    let (prepared, tokens) = one_of_each(bodies, claims);
    let spread = spread(claims);
    let gathered = Gathered::new(prepared, overflow, &search, vault)?.with_tokens(tokens);
    let mut result = scan::find_ordered(gathered, &search, None, clock)?;
    clock.start("verify", 0)?;
    let furniture = result.furniture();
    let mut found = Found {
        candidates: result.summary().pairs as u64,
        verified: result.document_pairs() as u64,
        ..Found::default()
    };
    let short = short_pairs(setting, claims, (&result, &search), &mut found)?;
    clock.start("cluster", 0)?;
    // A text that several outlets have is none that one house alone prints.
    for text in spread {
        result.houses[text as usize] = Some(u32::MAX - text);
    }
    let config = setting.config;
    let least = config.threshold.min(LEAST_COVERAGE);
    let mut measured = result.measured(&furniture, least);
    measured.retain(|&(a, b, _)| claims.may_pair(a, b));
    let on_demand = OnDemand::default();
    let copies = Copies {
        result: &result,
        search: &search,
        threshold: config.threshold,
        least,
        claims,
        on_demand: &on_demand,
    };
    let common = Common::of(&result, &furniture, &search, least);
    let mut steps = Steps { measured, short, common, copies };
    let inputs = claims.documents.inputs();
    let chosen = ladder::choose(config, inputs, &mut |threshold| steps.removed(threshold))?;
    steps.at(chosen, &mut found)?;
    found.threshold = chosen;
    found.verified += on_demand.borrow().len() as u64;
    found.others = ladder::others(chosen, least, &mut |threshold| steps.removed(threshold))?;
    let mut components = Components::new(claims.texts.count());
    for &(a, b, _) in &found.near {
        components.union(a, b);
    }
    found.components = components.groups();
    Ok(found)
}

/// All that is needed to make clusters at any threshold.
struct Steps<'a> {
    measured: Vec<(u32, u32, Measured)>,
    /// Pairs of short texts that are alike by their shingles.
    short: Vec<Near>,
    common: Common,
    copies: Copies<'a>,
}

impl Steps<'_> {
    /// How many documents a threshold removes.
    fn removed(&mut self, threshold: f64) -> Result<usize> {
        let mut found = Found::default();
        self.at(threshold, &mut found)?;
        Ok(Outcome::removed(&found.clusters, self.copies.claims))
    }

    /// The pairs and clusters at a threshold.
    fn at(&mut self, threshold: f64, found: &mut Found) -> Result<()> {
        found.near = self.near(threshold);
        self.copies.threshold = threshold;
        linked::cluster(&self.copies, &mut self.common, found)?;
        found.near.sort_unstable_by_key(|&(a, b, _)| (a, b));
        Ok(())
    }

    /// The pairs that the search found at a threshold, in order.
    fn near(&self, threshold: f64) -> Vec<Near> {
        let of_search = self.measured.iter().filter_map(|pair| near(pair, threshold));
        let mut found = Found { near: of_search.collect(), ..Found::default() };
        found.near.sort_unstable_by_key(|&(a, b, _)| (a, b));
        let more = self.short.iter().filter(|&&(a, b, _)| found.likeness(a, b).is_none());
        let more: Vec<Near> = more.copied().collect();
        found.near.extend(more);
        found.near.sort_unstable_by_key(|&(a, b, _)| (a, b));
        found.near
    }
}

/// A pair that is one of copies at a threshold.
fn near(&(a, b, measured): &(u32, u32, Measured), threshold: f64) -> Option<Near> {
    let coverage = measured.at(threshold)?;
    Some((a, b, Likeness::Coverage(coverage.of_a, coverage.of_b)))
}

/// One document for every text, in the order of the texts: what its documents have in common, and
/// the earliest date. Texts of the other corpus are not searched for what they share with each
/// other. With their tokens, if these are in one array.
fn one_of_each(mut bodies: Bodies, claims: &Claims<'_>) -> (Vec<Prepared>, Option<Vec<u32>>) {
    let mut chosen_of_all = Vec::new();
    let name = |document: u32| claims.documents.id(document, claims.corpora);
    let one = |text: u32| {
        let documents = claims.texts.documents(text);
        let of = |&document: &u32| bodies.get(document);
        let outlets = || documents.iter().filter_map(of).map(|one| &one.document.meta.outlet);
        let outlet = outlets().next().filter(|first| outlets().all(|other| other == *first));
        let dates = documents.iter().filter_map(of).filter_map(|d| d.document.meta.date.as_ref());
        let date = dates.min_by(|x, y| (x.seconds, &x.text).cmp(&(y.seconds, &y.text)));
        let meta =
            Meta { outlet: outlet.cloned().flatten(), date: date.cloned(), ..Meta::default() };
        let hash = |document: &u32| of(document).map(|one| one.text_hash);
        let chosen = documents
            .iter()
            .copied()
            .min_by(|x, y| hash(x).cmp(&hash(y)).then_with(|| name(*x).cmp(&name(*y))))?;
        let mut one = bodies.take(chosen)?;
        chosen_of_all.push((chosen, one.count));
        one.document.id = name(chosen).into_owned();
        one.document.meta = meta;
        one.text_hash = hash::low64(claims.documents.hash(chosen));
        one.side = if claims.is_foreign(text) { APART } else { 0 };
        Some(one)
    };
    let prepared = (0..claims.texts.count()).filter_map(one).collect();
    (prepared, bodies.into_tokens(&chosen_of_all))
}

/// The texts that several outlets have.
fn spread(claims: &Claims<'_>) -> Vec<u32> {
    let several = |text: &u32| {
        let documents = claims.texts.documents(*text).iter();
        let mut outlets = documents.filter_map(|&document| claims.documents.outlet(document));
        outlets.next().is_some_and(|first| outlets.any(|other| other != first))
    };
    (0..claims.texts.count()).filter(several).collect()
}

/// The pairs of short texts that are alike as sets of shingles. What was done is counted in
/// `found`.
fn short_pairs(
    setting: Setting<'_>,
    claims: &Claims<'_>,
    (result, search): (&ScanResult, &ScanConfig),
    found: &mut Found,
) -> Result<Vec<Near>> {
    let tokens = |text: u32| claims.documents.tokens(claims.texts.head(text));
    let most = SHORT * search.min_tokens;
    let short: Vec<u32> = (0..claims.texts.count()).filter(|&text| tokens(text) < most).collect();
    if short.is_empty() {
        return Ok(Vec::new());
    }
    // In this order the first of a cluster is the one that would be kept.
    let order = claims.order_of_texts(&short);
    let copy = |(&text, n): (&u32, u32)| {
        Document::new(format!("{n:010}"), result.documents[text as usize].text.clone())
    };
    let documents: Vec<Document> = order.iter().zip(0..).map(copy).collect();
    let config = DedupConfig {
        measure: Measure::Jaccard,
        threshold: Measure::Jaccard.usual_threshold(),
        keep: Keep::First,
        within: None,
        until: None,
        ..setting.config.clone()
    };
    let ingest = Ingest::new(&config, setting.banding, None, setting.progress);
    let mut taken = Documents::default();
    ingest.take(&documents, 0, &mut taken)?;
    let texts = Texts::collapse(&taken);
    let own = Claims { keep: &config.keep, corpora: &[], documents: &taken, texts: &texts };
    let in_memory: Vec<&Document> = documents.iter().collect();
    let sources = Sources { corpora: &[], in_memory: &in_memory, sets: &[] };
    let setting = Setting { config: &config, spill: &ingest.spill, ladder: false, ..setting };
    let pairs = jaccard::find(setting, &own, sources, &mut |_| Ok(()))?;
    found.candidates += pairs.candidates;
    found.verified += pairs.verified;
    found.mega_buckets += pairs.mega_buckets;
    let mut more = Vec::new();
    for (x, y, likeness) in pairs.near {
        let of = |text: u32| texts.documents(text).iter().map(|&n| order[n as usize]);
        let all = of(x).flat_map(|x| of(y).map(move |y| (x.min(y), x.max(y))));
        let wanted = all.filter(|&(a, b)| claims.may_pair(a, b));
        more.extend(wanted.map(|(a, b)| -> Near { (a, b, likeness) }));
    }
    Ok(more)
}
