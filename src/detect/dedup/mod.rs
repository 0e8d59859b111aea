//! `dedup`: documents in, clusters of near-duplicates and the kept corpus out.
//!
//! Two readings. The first ([`ingest`]) makes of every document a signature, a hash of its text
//! and its place, and forgets the text. Then equal texts collapse ([`texts`]), signatures propose
//! pairs ([`search`]), the documents of these are read again and compared exactly ([`score`]),
//! verified pairs become components and these clusters ([`group`], [`outcome`]). Where coverage is
//! the measure, passages are searched instead ([`cover`]) and clusters are made of the pairs that
//! they cover ([`linked`]). Kept records are copied from the input by place ([`runs`]).
//! [`stages`] has the same steps one by one, for engines that spread them over machines.
//! Invariant: every stated similarity is exact. Clusters depend on texts, ids and settings alone:
//! not on threads, memory, or (except where the first is kept) the order of the input.

mod bodies;
mod claims;
mod common;
mod config;
mod cover;
mod cut;
mod documents;
mod edited;
mod exact;
mod group;
mod higher;
mod ingest;
mod jaccard;
mod joins;
mod kept;
mod ladder;
mod left;
mod likeness;
mod linked;
mod neighbours;
mod outcome;
mod result;
mod rules;
mod runs;
mod score;
mod search;
mod setting;
mod stages;
mod texts;
mod windows;

#[cfg(test)]
mod tests;

pub use config::{DedupConfig, Keep, Measure};
pub use cut::{CutConfig, CutDocument, CutPlace, CutResult, KeptPlace, cut_passages};
pub use result::DedupResult;
pub use runs::Run;
pub use stages::{Candidate, GroupDocument, Leaders, Read, Stages, TextSet};

use crate::corpus::{Column, Corpus, Document, Problem};
use crate::detect::Progress;
use crate::detect::clock::{Clock, in_pool};
use crate::detect::overflow::Overflow;
use crate::detect::scan;
use crate::error::{Error, Result};
use crate::record::{DedupCounts, DedupSettings, DedupSummary, ThresholdCounts};
use crate::shingle::Unit;
use crate::sketch::{Banding, SKETCH_VERSION, Wanted};
use crate::store::{self, Vault};
use claims::Claims;
use documents::Documents;
use ingest::{Counts, Ingest};
use likeness::{Found, Likeness};
use outcome::Outcome;
use score::Sources;
use setting::Setting;
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
    let banding = check(config)?;
    in_pool(config.threads, config.read.limits.open_files, || of_files(config, banding, progress))
}

/// Finds the near-duplicates among documents in memory; what is in `against` is removed too.
///
/// The result is that of [`dedup`] over files of the same documents: the same documents are kept,
/// with the same clusters and pairs. Documents are numbered from 0 as they are in `documents`. No
/// file is read, and none is written unless `config.memory` is less than the band keys take.
///
/// # Errors
/// A setting out of range, a column to keep by (documents in memory have none), an interrupt.
///
/// # Examples
/// ```
/// use wirecopy::corpus::Document;
/// use wirecopy::detect::{DedupConfig, Silent, dedup_documents};
/// let council = "The council met on Tuesday to discuss the new bridge over the river";
/// let storm = "Forecasters expect the storm to move out over the sea during the night";
/// let ferry = "The ferry to the island will not sail before noon, the port said";
/// let texts = [
///     format!("{council}."), format!("{storm}."), format!("{ferry} on Monday."),
///     format!("{council}, it said."), "A cat was found.".to_owned(), format!("{storm}, again."),
///     format!("{ferry} on Friday."), "The market closed higher.".to_owned(),
///     format!("{council}"), "Rain is likely in the north tomorrow.".to_owned(),
/// ];
/// let documents: Vec<_> =
///     texts.iter().zip(0..).map(|(text, n)| Document::new(format!("t{n}"), &**text)).collect();
/// let result = dedup_documents(&documents, &[], &DedupConfig::default(), &Silent)?;
/// assert_eq!(result.kept().collect::<Vec<_>>(), [0, 1, 2, 4, 7, 9]);
/// let clusters: Vec<_> = result.duplicates().map(|found| (found.id, found.cluster)).collect();
/// assert_eq!(clusters[..2], [("t0".into(), 0), ("t1".into(), 1)]);
/// # Ok::<(), wirecopy::error::Error>(())
/// ```
pub fn dedup_documents(
    documents: &[Document],
    against: &[Document],
    config: &DedupConfig,
    progress: &dyn Progress,
) -> Result<DedupResult> {
    let banding = check(config)?;
    let lacks = |setting: &'static str, name: &str, cure: &str| Error::Setting {
        name: setting.into(),
        cause: format!("documents in memory have no column `{name}`"),
        cure: cure.to_owned(),
    };
    if let Keep::Column(name) = &config.keep {
        return Err(lacks("keep", name, "keep the first, longest, earliest or latest"));
    }
    if let Some(name) = config.within.as_ref().filter(|name| **name != config.read.outlet.name) {
        return Err(lacks("within", name, "name the column of the outlet"));
    }
    let sides = [documents, against];
    in_pool(config.threads, config.read.limits.open_files, || {
        of_documents(sides, config, banding, progress)
    })
}

/// The banding of a deduplication whose settings are in their ranges.
fn check(config: &DedupConfig) -> Result<Banding> {
    let wanted = Wanted { lanes: config.num_perm, bands: config.bands, rows: config.rows };
    let banding = match config.measure {
        Measure::Jaccard => Banding::choose(config.threshold, wanted)?,
        Measure::Coverage => {
            check_coverage(config)?;
            cover::banding(config)?
        }
    };
    if config.ngram_size == 0 {
        return Err(Error::Setting {
            name: "ngram_size".into(),
            cause: "0 tokens make no shingle".to_owned(),
            cure: "ask for at least 1; 5 is usual".to_owned(),
        });
    }
    Ok(banding)
}

/// Refuses settings that coverage cannot work with.
fn check_coverage(config: &DedupConfig) -> Result<()> {
    if !(config.threshold > 0.0 && config.threshold <= 1.0) {
        return Err(Error::Setting {
            name: "threshold".into(),
            cause: format!("{} is out of range", config.threshold),
            cure: "give a number above 0 and at most 1; 0.45 finds edited and cut copies"
                .to_owned(),
        });
    }
    if config.unit == Unit::Char {
        return Err(Error::Setting {
            name: "unit".into(),
            cause: "passages are made of words, not of characters".to_owned(),
            cure: "leave it out, or compare by {measure} jaccard".to_owned(),
        });
    }
    Ok(())
}

/// Where documents go that passages are to be found in.
fn overflow<'a>(config: &DedupConfig, vault: &'a Vault<'a>) -> Option<Overflow<'a>> {
    let room = || scan::room(&cover::search(config), false);
    (config.measure == Measure::Coverage).then(|| Overflow::new(vault, room()))
}

/// Reads the files and finds what is alike.
fn of_files(
    config: &DedupConfig,
    banding: Banding,
    progress: &dyn Progress,
) -> Result<DedupResult> {
    let mut clock = Clock::new(progress);
    let vault = Vault::scratch(config.temp_dir.clone());
    let ingest = Ingest::new(config, banding, overflow(config, &vault), progress);
    let mut documents = Documents::default();
    let (corpora, counts) = read(&ingest, &mut documents, &mut clock)?;
    let reading = Reading { corpora, in_memory: Vec::new(), documents, counts };
    reading.find(ingest, &vault, clock)
}

/// Takes documents from memory and finds what is alike.
fn of_documents(
    sides: [&[Document]; 2],
    config: &DedupConfig,
    banding: Banding,
    progress: &dyn Progress,
) -> Result<DedupResult> {
    let mut clock = Clock::new(progress);
    let vault = Vault::scratch(config.temp_dir.clone());
    let ingest = Ingest::new(config, banding, overflow(config, &vault), progress);
    let mut reading = Reading::default();
    clock.start("read", 0)?;
    for (texts, side) in sides.into_iter().zip(0..) {
        reading.counts.input_bytes += ingest.take(texts, side, &mut reading.documents)?;
        reading.in_memory.extend(texts);
    }
    check_within(config, &reading.documents)?;
    reading.find(ingest, &vault, clock)
}

/// What the first reading leaves: what the texts are read from again, and what is known of each.
#[derive(Default)]
struct Reading<'a> {
    /// The inputs, and the other corpus where there is one; none of documents in memory.
    corpora: Vec<Corpus>,
    /// Documents in memory, by number; none of files.
    in_memory: Vec<&'a Document>,
    documents: Documents,
    counts: Counts,
}

impl Reading<'_> {
    fn find(
        self,
        ingest: Ingest<'_>,
        vault: &Vault<'_>,
        mut clock: Clock<'_>,
    ) -> Result<DedupResult> {
        let Self { corpora, in_memory, mut documents, counts } = self;
        clock.start("search", 0)?;
        let texts = Texts::collapse(&documents);
        let bodies = ingest.take_bodies(&mut documents);
        let Ingest { config, banding, spill, progress, overflow, .. } = ingest;
        let claims =
            Claims { keep: &config.keep, corpora: &corpora, documents: &documents, texts: &texts };
        let setting = Setting { config, banding, spill: &spill, progress, ladder: true };
        let by_coverage = overflow.is_some();
        let found = if let Some(overflow) = overflow {
            cover::find(setting, &claims, (bodies, overflow, vault), &mut clock)?
        } else {
            let sources = Sources { corpora: &corpora, in_memory: &in_memory, sets: &[] };
            jaccard::find(setting, &claims, sources, &mut |stage| clock.start(stage, 0))?
        };
        let search = cover::search(config);
        let equal = |text: u32| {
            let tokens = documents.tokens(texts.head(text));
            if by_coverage { cover::equal(tokens, &search) } else { Likeness::Jaccard(1.0) }
        };
        let mut outcome = Outcome::new(&found, &claims, &equal);
        outcome.list(&found, &claims, &equal, config.read.limits.listed_component);
        let mut summary = summarise(config, banding, &documents, &outcome);
        summary.settings.threshold = found.threshold;
        summary.thresholds = thresholds(&found, &summary.counts);
        summary.counts.skipped = usize::try_from(counts.skipped).unwrap_or(usize::MAX);
        summary.counts.input_bytes = counts.input_bytes;
        summary.counts.candidates = found.candidates;
        summary.counts.verified = found.verified;
        summary.counts.mega_buckets = found.mega_buckets;
        summary.spilled_bytes = spill.bytes();
        documents.forget_signatures();
        corpora.iter().try_for_each(Corpus::check_unchanged)?;
        summary.stages = clock.finish();
        Ok(DedupResult { corpora, documents, outcome, by_coverage, summary })
    }
}

/// Opens and reads the inputs, and the other corpus where there is one.
fn read(
    ingest: &Ingest<'_>,
    documents: &mut Documents,
    clock: &mut Clock<'_>,
) -> Result<(Vec<Corpus>, Counts)> {
    let config = ingest.config;
    let mut options = config.read.clone();
    options.reread = Some(store::temporary_folder(config.temp_dir.as_deref()));
    options.whole = config.measure == Measure::Coverage || config.within.is_some();
    options.extra = extra(config)?;
    let mut opened: Vec<(Corpus, Vec<Problem>)> =
        vec![Corpus::open(&config.inputs, options.clone())?];
    if let Some(extra) = &options.extra
        && opened.iter().all(|(corpus, _)| !corpus.has_columns())
    {
        return Err(no_columns(&extra.name, config));
    }
    if !config.against.is_empty() {
        if let Some(extra) = &mut options.extra {
            extra.chosen = config.within.is_some();
        }
        opened.push(Corpus::open(&config.against, options)?);
    }
    let sizes: Vec<u64> = opened.iter().map(|(corpus, _)| corpus.input_bytes()).collect();
    let total = if sizes.contains(&0) { 0 } else { sizes.iter().sum() };
    clock.start("read", total)?;
    let mut counts = Counts::default();
    for ((corpus, problems), side) in opened.iter().zip(0..) {
        let read = ingest.read(corpus, problems, side, documents);
        let one = read.map_err(|error| of_setting(error, config))?;
        counts.skipped += one.skipped;
        counts.input_bytes += one.input_bytes;
    }
    if config.strict && counts.skipped > 0 {
        return Err(Error::Setting {
            name: "strict".into(),
            cause: match counts.skipped {
                1 => "a file or record was left out".to_owned(),
                several => format!("{several} files or records were left out"),
            },
            cure: "mend them (see the warnings), or run without {strict}".to_owned(),
        });
    }
    check_within(config, documents)?;
    Ok((opened.into_iter().map(|(corpus, _)| corpus).collect(), counts))
}

/// Refuses to compare inside outlets where no document has one.
fn check_within(config: &DedupConfig, documents: &Documents) -> Result<()> {
    let by_outlet = config.within.as_ref() == Some(&config.read.outlet.name);
    if by_outlet && (0..documents.count()).all(|one| documents.outlet(one).is_none()) {
        return Err(Error::Setting {
            name: "within".into(),
            cause: "no document has an outlet".to_owned(),
            cure: "name its column by {outlet_column}".to_owned(),
        });
    }
    Ok(())
}

/// The column beside the usual ones is that of `keep` or that of `within`.
fn of_setting(error: Error, config: &DedupConfig) -> Error {
    match error {
        Error::MissingColumn { path, column, found, .. }
            if config.within.as_ref() == Some(&column)
                && !matches!(config.keep, Keep::Column(_)) =>
        {
            Error::MissingColumn { path, column, found, setting: "within".into() }
        }
        other => other,
    }
}

/// The refusal of a column of inputs that have none.
fn no_columns(name: &str, config: &DedupConfig) -> Error {
    let keeps = matches!(config.keep, Keep::Column(_));
    Error::Setting {
        name: if keeps { "keep" } else { "within" }.into(),
        cause: format!("the inputs are files of one document each, and have no column `{name}`"),
        cure: "leave it out, or give the documents as records (JSON Lines, CSV, Parquet)"
            .to_owned(),
    }
}

/// The column that is needed beside the usual ones.
fn extra(config: &DedupConfig) -> Result<Option<Column>> {
    let column = |name: &String| Some(Column { name: name.clone(), chosen: true });
    let within = config.within.as_ref().filter(|name| **name != config.read.outlet.name);
    match (&config.keep, within) {
        (Keep::Column(keep), Some(within)) if keep != within => Err(Error::Setting {
            name: "within".into(),
            cause: format!("`{within}` and `{keep}` are two columns more than the usual ones"),
            cure: "name the outlet's column, or keep by {keep} first, longest or a date".to_owned(),
        }),
        (Keep::Column(keep), _) => Ok(column(keep)),
        (_, Some(within)) => Ok(column(within)),
        (_, None) => Ok(None),
    }
}

/// What the threshold of the run and others remove.
fn thresholds(found: &Found, counts: &DedupCounts) -> Vec<ThresholdCounts> {
    let row = |&(threshold, removed): &(f64, usize)| {
        let kept = counts.documents.saturating_sub(removed);
        ThresholdCounts { threshold, removed, kept }
    };
    let own = (found.threshold, counts.removed);
    let mut rows: Vec<ThresholdCounts> = found.others.iter().chain([&own]).map(row).collect();
    rows.sort_by(|a, b| a.threshold.total_cmp(&b.threshold));
    rows
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
    let counts = DedupCounts {
        documents: inputs,
        against: config.against_documents.unwrap_or(all - inputs),
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
        ..DedupCounts::default()
    };
    let jaccard = match config.measure {
        Measure::Jaccard => config.threshold,
        Measure::Coverage => Measure::Jaccard.usual_threshold(),
    };
    let settings = DedupSettings {
        measure: config.measure.name().to_owned(),
        edits: (config.measure == Measure::Coverage).then(|| config.edits.name().to_owned()),
        within: config.within.clone(),
        threshold: config.threshold,
        until: config.until,
        ngram_size: config.ngram_size,
        unit: config.unit.name().to_owned(),
        keep: config.keep.name(),
        num_perm: banding.lanes(),
        bands: banding.bands(),
        rows: banding.rows(),
        expected_recall: banding.probability(jaccard),
        expected_recall_above: banding.probability((jaccard + 0.1).min(1.0)),
        sketch_version: SKETCH_VERSION,
    };
    let outlets = documents.outlets(&outcome.removed);
    DedupSummary { counts, settings, outlets, ..DedupSummary::default() }
}
