//! Repeated passages are cut out of all documents but one.
//!
//! Reads the documents as `dedup` does, has the search for passages find what was edited a little,
//! and `exact` decide what is cut from which text; export writes what is left. Invariant: a
//! document of the other corpus loses nothing, and what a document loses is kept in a better one.

use super::bodies::Bodies;
use super::claims::Claims;
use super::documents::Documents;
use super::edited::{Cut, Gathering};
use super::exact;
use super::ingest::{Counts, Ingest};
use super::kept::{self, Loss, Lost};
use super::left::Tokens;
use super::rules::Rules;
use super::texts::Texts;
use super::{DedupConfig, Measure};
use crate::corpus::{Corpus, Document, RecordPlace};
use crate::detect::clock::Clock;
use crate::detect::locate::{Located, TextSpan};
use crate::detect::overflow::Overflow;
use crate::detect::prepare::Prepared;
use crate::detect::result::ScanResult;
use crate::detect::scan::{self, Gathered};
use crate::detect::table::Filing;
use crate::detect::{Progress, ScanConfig, Scope};
use crate::error::Result;
use crate::limits::narrow;
use crate::passage::{DocSpan, Passage};
use crate::record::CutCounts;
use crate::store::{Vault, Words};
use crate::text::{Span, Tokenizer};
use rayon::prelude::*;
use std::borrow::Cow;

/// What is cut and how.
#[derive(Debug, Clone)]
pub struct CutConfig {
    /// Inputs, the other corpus, which document keeps a passage, and the bounds of the run. Measure
    /// and threshold do not matter.
    pub dedup: DedupConfig,
    /// Shortest passage that is cut, in tokens.
    pub min_tokens: u32,
    /// A document of which less is left by a cut goes whole.
    pub min_left: u32,
}

/// A stretch of a document that is cut, in tokens, and where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutPlace {
    /// First token.
    pub start: u32,
    /// Token after the last.
    pub end: u32,
    /// Where its words are left; none where they are not known to be left as a whole.
    pub kept: Option<KeptPlace>,
}

/// Where the words of a cut are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptPlace {
    /// Number of all cuts of what is kept in one place.
    pub family: u32,
    /// Document that keeps it.
    pub document: u32,
    /// First byte there.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// A document that loses something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CutDocument {
    /// In order.
    pub cuts: Vec<CutPlace>,
    /// What is left goes too.
    pub whole: bool,
}

/// Equal tokens of a hundred from which a passage is cut as it is; of others only the runs of equal
/// tokens that are long enough are.
const SURE_PERCENT: u64 = 97;

/// What is cut from which document.
#[derive(Debug)]
pub struct CutResult {
    corpora: Vec<Corpus>,
    documents: Documents,
    /// Index in `cut` of each input document; none where nothing is cut.
    of: Vec<Option<u32>>,
    cut: Vec<CutDocument>,
    counts: CutCounts,
    /// Name and wall time of each stage in nanoseconds, in order.
    stages: Vec<(&'static str, u64)>,
}

impl CutResult {
    /// What was read and cut.
    #[must_use]
    pub fn counts(&self) -> &CutCounts {
        &self.counts
    }

    /// Name and wall time of each stage in nanoseconds, in order.
    #[must_use]
    pub fn stages(&self) -> &[(&'static str, u64)] {
        &self.stages
    }

    /// The inputs, and the other corpus where there is one.
    #[must_use]
    pub fn corpora(&self) -> &[Corpus] {
        &self.corpora
    }

    /// The input documents in order: number, place and what is cut.
    #[must_use = "iterators are lazy"]
    pub fn documents(&self) -> impl Iterator<Item = (u32, RecordPlace, Option<&CutDocument>)> {
        let inputs = self.documents.parts().filter(|(_, part)| part.side == 0);
        let all = inputs.flat_map(|(first, part)| (first..).zip(part.places.iter().copied()));
        all.map(|(document, place)| {
            let cut = self.of.get(document as usize).copied().flatten();
            (document, place, cut.map(|n| &self.cut[n as usize]))
        })
    }

    /// The name of a document: its id, else `PATH:N` or `PATH`.
    #[must_use]
    pub fn id(&self, document: u32) -> Cow<'_, str> {
        self.documents.id(document, &self.corpora)
    }

    /// The hash of the tokens of a document, by which its text is known again.
    #[must_use]
    pub fn text_hash(&self, document: u32) -> u128 {
        self.documents.hash(document)
    }
}

/// Finds the passages that are repeated, and says what is cut from which document.
///
/// # Errors
/// A setting out of range, unreadable input, a missing column, no document, an interrupt.
pub fn cut_passages(config: &CutConfig, progress: &dyn Progress) -> Result<CutResult> {
    search(config).check()?;
    let own = DedupConfig { measure: Measure::Coverage, ..config.dedup.clone() };
    let config = &CutConfig { dedup: own, ..config.clone() };
    let dedup = &config.dedup;
    super::in_pool(dedup.threads, dedup.read.limits.open_files, || run(config, progress))
}

/// The settings of the search for passages.
fn search(config: &CutConfig) -> ScanConfig {
    let dedup = &config.dedup;
    ScanConfig {
        read: dedup.read.clone(),
        edits: dedup.edits,
        min_tokens: config.min_tokens,
        scope: Scope::All,
        memory: dedup.memory,
        temp_dir: dedup.temp_dir.clone(),
        ..ScanConfig::default()
    }
}

fn run(config: &CutConfig, progress: &dyn Progress) -> Result<CutResult> {
    let (dedup, search) = (&config.dedup, search(config));
    let mut clock = Clock::new(progress);
    let vault = Vault::scratch(dedup.temp_dir.clone());
    let overflow = Overflow::new(&vault, scan::room(&search, false));
    let ingest = Ingest::new(dedup, super::check(dedup)?, Some(overflow), progress);
    let mut documents = Documents::default();
    let (corpora, counts) = super::read(&ingest, &mut documents, &mut clock)?;
    clock.start("search", 0)?;
    let bodies = ingest.take_bodies(&mut documents);
    let texts = Texts::collapse(&documents);
    let claims =
        Claims { keep: &dedup.keep, corpora: &corpora, documents: &documents, texts: &texts };
    let best: Vec<u32> = (0..texts.count()).map(|text| claims.best(text)).collect();
    let (prepared, tokens) = of_texts(bodies, &best, &claims);
    let Some(overflow) = ingest.overflow else { return Ok(nothing(corpora, documents)) };
    let gathered = Gathered::new(prepared, overflow, &search, &vault)?.with_tokens(tokens);
    let result = scan::find_ordered(gathered, &search, None, &mut clock)?;
    clock.start("cut", 0)?;
    let losses = losses(config, &claims, &result, &vault)?;
    let (of, cut) = of_documents(&losses, (&claims, &best), &result, config)?;
    let counts = count(&documents, &cut, counts);
    let against = dedup.against_documents.unwrap_or(counts.against);
    let counts = CutCounts { against, ..counts };
    corpora.iter().try_for_each(Corpus::check_unchanged)?;
    let stages = clock.finish();
    Ok(CutResult { corpora, documents, of, cut, counts, stages })
}

fn nothing(corpora: Vec<Corpus>, documents: Documents) -> CutResult {
    let (of, cut, counts, stages) = Default::default();
    CutResult { corpora, documents, of, cut, counts, stages }
}

/// The best document of every text, in the order of the texts, and the tokens of these, if they
/// are in one array.
fn of_texts(
    mut bodies: Bodies,
    best: &[u32],
    claims: &Claims<'_>,
) -> (Vec<Prepared>, Option<Vec<u32>>) {
    let mut chosen = Vec::new();
    let one = |&document: &u32| {
        let mut one = bodies.take(document)?;
        chosen.push((document, one.count));
        one.document.id = claims.documents.id(document, claims.corpora).into_owned();
        one.text_hash = crate::hash::low64(claims.documents.hash(document));
        Some(one)
    };
    let prepared = best.iter().filter_map(one).collect();
    (prepared, bodies.into_tokens(&chosen))
}

/// What is cut from each text, and where that is kept.
fn losses(
    config: &CutConfig,
    claims: &Claims<'_>,
    result: &ScanResult,
    vault: &Vault<'_>,
) -> Result<Vec<Loss>> {
    let (memory, vault) = (config.dedup.memory, config.dedup.memory.map(|_| vault));
    let filing = Filing::new(vault, memory.unwrap_or(u64::MAX));
    let tokens = tokens(&result.documents, vault)?;
    let all: Vec<u32> = (0..claims.texts.count()).collect();
    let order = claims.order_of_texts(&all);
    let mut ranks = vec![0; order.len()];
    (0..).zip(&order).for_each(|(rank, &text)| ranks[text as usize] = rank);
    let group = |text: u32| claims.documents.group(claims.texts.head(text));
    let fixed = |text: u32| claims.is_foreign(text);
    let mut gathering = Gathering::new(&ranks, &filing);
    for passage in result.passages.iter() {
        let Passage { doc_a, doc_b, a, b, matched, columns, .. } = passage;
        let is_sure = u64::from(matched) * 100 >= u64::from(columns) * SURE_PERCENT;
        if !is_sure || group(doc_a) != group(doc_b) {
            continue;
        }
        let mut add = |text: u32, own: Span, kept_in: u32, kept: Span| {
            if fixed(text) {
                return Ok(());
            }
            let (kept_start, kept_end) = (kept.start, kept.end);
            let cut = Cut { start: own.start, end: own.end, kept_in, kept_start, kept_end };
            gathering.add(text, cut)
        };
        add(doc_a, a, doc_b, b)?;
        add(doc_b, b, doc_a, a)?;
    }
    let rules = Rules {
        min_tokens: config.min_tokens as usize,
        min_left: config.min_left as usize,
        group: &group,
        fixed: &fixed,
        memory: memory.map_or(u64::MAX, |memory| memory / SHARE),
        vault,
    };
    let outcomes = exact::cut(&tokens, &order, &mut gathering.finish()?, &rules)?;
    Ok(kept::settle(&outcomes, &order, &tokens))
}

/// Share of the memory for the hashes of windows.
const SHARE: u64 = 4;
/// Texts that are tokenised before their tokens are put with those of the others.
const TOGETHER: usize = 64;

/// The tokens of all texts, in a file where there is a vault.
fn tokens(documents: &[Document], vault: Option<&Vault<'_>>) -> Result<Tokens> {
    let (mut all, mut lengths) = (Vec::new(), Vec::with_capacity(documents.len()));
    let spill = vault.map(Vault::nameless).transpose()?;
    for some in documents.chunks(TOGETHER) {
        let some = some.par_iter().map_init(Tokenizer::default, |tokenizer, document| {
            let mut tokens = Vec::new();
            tokenizer.compact_tokens(&document.text, &mut tokens);
            tokens
        });
        let some: Vec<Vec<u32>> = some.collect();
        lengths.extend(some.iter().map(Vec::len));
        match &spill {
            Some(spill) => some.iter().try_for_each(|tokens| spill.words(tokens).map(|_| ()))?,
            None => some.iter().for_each(|tokens| all.extend_from_slice(tokens)),
        }
    }
    let words = spill.map_or(Ok(Words::Held(all)), Words::of)?;
    Ok(Tokens::new(words, lengths.into_iter()))
}

/// Index in the second list for each input document, and what is cut from those that lose
/// something.
fn of_documents(
    losses: &[Loss],
    (claims, best): (&Claims<'_>, &[u32]),
    result: &ScanResult,
    config: &CutConfig,
) -> Result<(Vec<Option<u32>>, Vec<CutDocument>)> {
    let mut of = vec![None; claims.documents.inputs() as usize];
    let mut all: Vec<(CutDocument, Vec<DocSpan>)> = Vec::new();
    for (text, loss) in (0..).zip(losses) {
        let length = result.lengths[text as usize];
        let copied = length >= config.min_tokens;
        let copy = copied.then(|| whole(text, loss, length));
        for &document in claims.texts.documents(text) {
            let Some(slot) = of.get_mut(document as usize) else { continue };
            let cut = if document == best[text as usize] { Some(loss) } else { copy.as_ref() };
            let Some(cut) = cut.filter(|cut| cut.whole || !cut.cuts.is_empty()) else { continue };
            *slot = Some(narrow(all.len()));
            all.push(placed(cut, best));
        }
    }
    let places: Vec<DocSpan> = all.iter().flat_map(|(_, kept)| kept).copied().collect();
    let families = families(&places);
    let filing = Filing::new(None, u64::MAX);
    let located = Located::find(&result.documents, places.into_iter(), &filing)?;
    for (document, places) in &mut all {
        let kept = document.cuts.iter_mut().filter_map(|cut| cut.kept.as_mut());
        for (kept, place) in kept.zip(places) {
            let TextSpan { start, end, .. } = located.get(*place);
            (kept.start, kept.end) = (start, end);
            kept.family =
                families.binary_search_by(|probe| overlaps(probe, place)).map_or(0, narrow);
        }
    }
    Ok((of, all.into_iter().map(|(document, _)| document).collect()))
}

/// What a document loses that has the text of a better one: all of it. Where that one goes too, it
/// keeps nothing.
fn whole(text: u32, loss: &Loss, length: u32) -> Loss {
    if loss.whole {
        return loss.clone();
    }
    let (mut cuts, mut start) = (Vec::new(), 0);
    let keep = |start: u32, end: u32, cuts: &mut Vec<Lost>| {
        if start < end {
            cuts.push(Lost::left(text, start, end));
        }
    };
    for cut in &loss.cuts {
        keep(start, cut.start, &mut cuts);
        cuts.push(*cut);
        start = cut.end;
    }
    keep(start, length, &mut cuts);
    Loss { cuts, whole: true }
}

/// Cuts of a document, and the places where they are kept, as far as they are.
fn placed(loss: &Loss, best: &[u32]) -> (CutDocument, Vec<DocSpan>) {
    let kept = |place: DocSpan| KeptPlace {
        family: 0,
        document: best[place.doc as usize],
        start: 0,
        end: 0,
    };
    let cut =
        |lost: &Lost| CutPlace { start: lost.start, end: lost.end, kept: lost.kept.map(kept) };
    let cuts = loss.cuts.iter().map(cut).collect();
    let places = loss.cuts.iter().filter_map(|lost| lost.kept).collect();
    (CutDocument { cuts, whole: loss.whole }, places)
}

/// Places that are kept, joined where they overlap: one for every family.
fn families(places: &[DocSpan]) -> Vec<DocSpan> {
    let mut sorted = places.to_vec();
    sorted.par_sort_unstable();
    let mut joined: Vec<DocSpan> = Vec::new();
    for place in sorted {
        match joined.last_mut() {
            Some(last) if last.doc == place.doc && place.span.start < last.span.end => {
                last.span.end = last.span.end.max(place.span.end);
            }
            _ => joined.push(place),
        }
    }
    joined
}

/// How a family is to a place: equal where the place is in it.
fn overlaps(family: &DocSpan, place: &DocSpan) -> std::cmp::Ordering {
    family.doc.cmp(&place.doc).then_with(|| {
        if family.span.end <= place.span.start {
            std::cmp::Ordering::Less
        } else if place.span.end <= family.span.start {
            std::cmp::Ordering::Greater
        } else {
            std::cmp::Ordering::Equal
        }
    })
}

fn count(documents: &Documents, cut: &[CutDocument], counts: Counts) -> CutCounts {
    let (inputs, all) = (documents.inputs() as usize, documents.count() as usize);
    let tokens = documents.parts().filter(|(_, part)| part.side == 0);
    let tokens = tokens.flat_map(|(_, part)| &part.tokens).map(|&n| u64::from(n)).sum();
    let whole = cut.iter().filter(|document| document.whole).count();
    let of_cuts = cut.iter().flat_map(|document| &document.cuts);
    CutCounts {
        documents: inputs,
        against: all - inputs,
        kept: inputs - whole,
        removed: whole,
        cut_documents: cut.len() - whole,
        cuts: of_cuts.clone().count(),
        tokens,
        cut_tokens: of_cuts.map(|cut| u64::from(cut.end - cut.start)).sum(),
        skipped: usize::try_from(counts.skipped).unwrap_or(usize::MAX),
        input_bytes: counts.input_bytes,
        ..CutCounts::default()
    }
}
