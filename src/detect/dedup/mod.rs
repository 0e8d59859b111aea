//! `dedup`: documents in, clusters of near-duplicates and the kept corpus out.
//!
//! Two readings. The first ([`ingest`]) makes of every document a signature, a hash of its text
//! and its place, and forgets the text. Then equal texts collapse ([`texts`]), signatures propose
//! pairs ([`search`]), the documents of these are read again and compared exactly ([`score`]),
//! verified pairs become components and these clusters ([`group`], [`outcome`]). Kept records are
//! copied from the input by place ([`runs`]).
//! Invariant: every stated similarity is exact. Clusters depend on texts, ids and settings alone:
//! not on threads, memory, or (except where the first is kept) the order of the input.

mod claims;
mod config;
mod documents;
mod group;
mod ingest;
mod outcome;
mod result;
mod runs;
mod score;
mod search;
mod texts;

#[cfg(test)]
mod tests;

pub use config::{DedupConfig, Keep};
pub use result::DedupResult;
pub use runs::Run;

use crate::corpus::{Column, Corpus, Problem};
use crate::detect::Progress;
use crate::detect::clock::{Clock, in_pool};
use crate::error::{Error, Result};
use crate::record::DedupSummary;
use crate::sketch::{Banding, SKETCH_VERSION, Wanted};
use claims::Claims;
use documents::Documents;
use group::Grouping;
use ingest::{Counts, Ingest};
use outcome::Outcome;
use score::Scorer;
use search::Filter;
use texts::Texts;

/// Finds the near-duplicates among the documents of `config`.
///
/// # Errors
/// A setting out of range (before anything is read), unreadable input, a missing column, no
/// document, an input that changes while it is in use, an interrupt.
///
/// # Examples
/// ```
/// use wirecopy::detect::{DedupConfig, Silent, dedup};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("docs.jsonl");
/// let text = "The council met on Tuesday to discuss the new bridge over the river.";
/// std::fs::write(&path, format!(
///     "{{\"id\":\"a\",\"text\":\"{text}\"}}\n{{\"id\":\"b\",\"text\":\"{text} \"}}\n"))?;
/// let inputs = vec![path.to_string_lossy().into_owned()];
/// let result = dedup(&DedupConfig { inputs, ..DedupConfig::default() }, &Silent)?;
/// assert_eq!(result.removed(), [1]);
/// let pairs: Vec<_> = result.pairs().map(|p| (p.a.into_owned(), p.jaccard)).collect();
/// assert_eq!(pairs, [("a".to_owned(), 1.0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn dedup(config: &DedupConfig, progress: &dyn Progress) -> Result<DedupResult> {
    let wanted = Wanted { lanes: config.num_perm, bands: config.bands, rows: config.rows };
    let banding = Banding::choose(config.threshold, wanted)?;
    if config.ngram_size == 0 {
        return Err(Error::Setting {
            name: "ngram_size".into(),
            cause: "0 tokens make no shingle".to_owned(),
            cure: "ask for at least 1; 5 is usual".to_owned(),
        });
    }
    in_pool(config.threads, config.limits.open_files, || run(config, banding, progress))
}

fn run(config: &DedupConfig, banding: Banding, progress: &dyn Progress) -> Result<DedupResult> {
    let mut clock = Clock::new(progress);
    let ingest = Ingest::new(config, banding, progress);
    let mut documents = Documents::default();
    let (corpora, counts) = read(&ingest, &mut documents, &mut clock)?;
    clock.start("search", 0)?;
    let texts = Texts::collapse(&documents);
    let filter = Filter::new(&documents, &texts, banding, config.threshold);
    let (edges, mega_buckets) =
        search::search(&documents, &texts, &filter, (banding, config, &ingest.spill))?;
    clock.start("verify", 0)?;
    let claims =
        Claims { keep: &config.keep, corpora: &corpora, documents: &documents, texts: &texts };
    let mut scorer = Scorer::new(config, &corpora, (&documents, &texts), progress);
    let limits = &config.limits;
    let mut grouping = Grouping { filter: &filter, limits, claims: &claims, scored: Vec::new() };
    let components = grouping.components(&edges, &mut scorer)?;
    clock.start("cluster", 0)?;
    let clusters = grouping.clusters(&components, &mut scorer)?;
    let mut outcome = Outcome::new(&clusters, &claims);
    let (verified, near) = scorer.finish();
    outcome.list(&components, &near, &claims, config.limits.listed_component);
    let mut summary = summarise(config, banding, &documents, &outcome);
    summary.skipped = usize::try_from(counts.skipped).unwrap_or(usize::MAX);
    summary.input_bytes = counts.input_bytes;
    summary.candidates = edges.len() as u64;
    summary.verified = verified;
    summary.mega_buckets = mega_buckets;
    summary.spilled_bytes = ingest.spill.bytes();
    documents.forget_signatures();
    corpora.iter().try_for_each(Corpus::check_unchanged)?;
    summary.stages = clock.finish();
    Ok(DedupResult { corpora, documents, outcome, summary })
}

/// Opens and reads the inputs, and the other corpus where there is one.
fn read(
    ingest: &Ingest<'_>,
    documents: &mut Documents,
    clock: &mut Clock<'_>,
) -> Result<(Vec<Corpus>, Counts)> {
    let config = ingest.config;
    let mut options = config.read.clone();
    options.reread = Some(config.temp_dir.clone().unwrap_or_else(std::env::temp_dir));
    if let Keep::Column(name) = &config.keep {
        options.extra = Some(Column { name: name.clone(), chosen: true });
    }
    let mut opened: Vec<(Corpus, Vec<Problem>)> =
        vec![Corpus::open(&config.inputs, options.clone())?];
    if !config.against.is_empty() {
        if let Some(extra) = &mut options.extra {
            extra.chosen = false;
        }
        opened.push(Corpus::open(&config.against, options)?);
    }
    let sizes: Vec<u64> = opened.iter().map(|(corpus, _)| corpus.input_bytes()).collect();
    let total = if sizes.contains(&0) { 0 } else { sizes.iter().sum() };
    clock.start("read", total)?;
    let mut counts = Counts::default();
    for ((corpus, problems), side) in opened.iter().zip(0..) {
        let one = ingest.read(corpus, problems, side, documents)?;
        counts.skipped += one.skipped;
        counts.input_bytes += one.input_bytes;
    }
    if config.strict && counts.skipped > 0 {
        return Err(Error::Setting {
            name: "strict".into(),
            cause: format!("{} files or records could not be read", counts.skipped),
            cure: "mend them (see the warnings), or run without {strict}".to_owned(),
        });
    }
    Ok((opened.into_iter().map(|(corpus, _)| corpus).collect(), counts))
}

/// What is known of documents and settings.
fn summarise(
    config: &DedupConfig,
    banding: Banding,
    documents: &Documents,
    outcome: &Outcome,
) -> DedupSummary {
    let (inputs, all) = (documents.inputs() as usize, documents.count() as usize);
    let parts = || documents.parts().map(|(_, part)| part);
    let removed = outcome.removed.len();
    DedupSummary {
        documents: inputs,
        against: all - inputs,
        tokens: parts().flat_map(|part| &part.tokens).map(|&tokens| u64::from(tokens)).sum(),
        empty_documents: parts().flat_map(|p| &p.tokens).filter(|&&tokens| tokens == 0).count(),
        short_documents: parts().map(|part| usize::try_from(part.short).unwrap_or(0)).sum(),
        kept: inputs - removed,
        removed,
        exact_duplicates: outcome.exact,
        near_duplicates: removed - outcome.exact,
        clusters: outcome.clusters.len(),
        largest_cluster: outcome.clusters.iter().map(|c| c.size as usize).max().unwrap_or(0),
        pairs: outcome.pairs.len(),
        partly_listed: outcome.partly_listed,
        threshold: config.threshold,
        ngram_size: config.ngram_size,
        unit: config.unit.name(),
        keep: config.keep.name(),
        num_perm: banding.lanes(),
        bands: banding.bands(),
        rows: banding.rows(),
        expected_recall: banding.probability(config.threshold),
        sketch_version: SKETCH_VERSION,
        ..DedupSummary::default()
    }
}
