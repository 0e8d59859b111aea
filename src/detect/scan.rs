//! `scan`: documents in, shared passages and families out.

use super::clock::{Clock, go_on, in_pool};
use super::found::Found;
use super::ignore::Ignored;
use super::locate::Located;
use super::mapped::Mapped;
use super::overflow::{self, Counts, Overflow, TIMES_TEXT};
use super::prepare::{self, Fetched, Held, Prepared};
use super::result::ScanResult;
use super::spilled::{Search, Shard};
use super::table::Filing;
use super::twins::Outlets;
use super::verdicts::Verdicts;
use super::{Edits, Progress, ScanConfig, read};
use crate::corpus::Document;
use crate::error::{Error, Result};
use crate::limits::narrow;
use crate::passage::{self, DocSpan, Families, GoOn, Passage, Role, SeedCounts, Seeds, Settings};
use crate::record::ScanSummary;
use crate::store::{Spill, Vault, WorkFolder};
use crate::text::Tokenizer;
use std::sync::OnceLock;

/// Memory of a resumable run that was given no budget.
const DEFAULT_MEMORY: u64 = 1 << 30;

/// Finds every passage that the documents of `config` share.
///
/// # Errors
/// Unreadable input, a missing column, no document, a setting out of range, an interrupt.
pub fn scan(config: &ScanConfig, progress: &dyn Progress) -> Result<ScanResult> {
    scan_amended(config, &|_| (), progress)
}

/// As [`scan`], of documents that `amend` may add to once they are read.
pub(super) fn scan_amended(
    config: &ScanConfig,
    amend: Amend<'_>,
    progress: &dyn Progress,
) -> Result<ScanResult> {
    run(config, &Vault::scratch(config.temp_dir.clone()), amend, progress)
}

/// Adds to what is known about documents.
pub(super) type Amend<'a> = &'a (dyn Fn(&mut Document) + Sync);

/// As [`scan`], with temporary files in `work`: what a run that was interrupted has left there
/// is used. The caller sees to it that it was left by a run over the same.
///
/// # Errors
/// As of [`scan`]; damage to the files.
pub fn scan_resumable(
    config: &ScanConfig,
    work: &WorkFolder,
    progress: &dyn Progress,
) -> Result<ScanResult> {
    run(config, &Vault::lasting(work), &|_| (), progress)
}

fn run(
    config: &ScanConfig,
    vault: &Vault<'_>,
    amend: Amend<'_>,
    progress: &dyn Progress,
) -> Result<ScanResult> {
    config.check()?;
    in_pool(config.threads, config.read.limits.open_files, || {
        let mut clock = Clock::new(progress);
        let ignored = Ignored::of(config, progress)?;
        let (mut gathered, counts) = gather(config, vault, &mut clock)?;
        gathered.prepared.iter_mut().for_each(|prepared| amend(&mut prepared.document));
        let mut result = find(gathered, config, ignored.as_ref(), &mut clock)?;
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        result.summary.skipped = count(counts.skipped);
        result.summary.partly = count(counts.partly);
        Ok(result)
    })
}

/// Which document of the other set is no other than a text itself, so that what they share is no
/// passage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LeaveOut {
    /// None: all are compared.
    #[default]
    Nothing,
    /// The one that has its id and its very words.
    SameText,
    /// The one that has its id, whatever it says: an earlier version of the article.
    SameId,
}

impl LeaveOut {
    /// Whether these two are one article.
    pub(crate) fn is_one(self, a: &Document, b: &Document) -> bool {
        match self {
            Self::Nothing => false,
            Self::SameText => a.id == b.id && a.text == b.text,
            Self::SameId => a.id == b.id,
        }
    }
}

/// Documents of a run, and where their texts and tokens are.
#[derive(Debug, Default)]
pub(super) struct Gathered<'a> {
    prepared: Vec<Prepared>,
    /// Their tokens in this order, where they are in one array already.
    tokens: Option<Vec<u32>>,
    /// The file in which tokens wait, if there is one.
    aside: Option<Spill>,
    /// Files of texts and tokens, if these are not in memory.
    mapped: Option<Mapped>,
    /// Where files of the search go: none where it has all the memory it needs. How many matches
    /// there will be is not known from the size of the texts, so every budget needs one.
    vault: Option<&'a Vault<'a>>,
    leave_out: LeaveOut,
}

impl<'a> Gathered<'a> {
    /// Documents in their order, with the files of `overflow` if there are any.
    pub(super) fn new(
        prepared: Vec<Prepared>,
        overflow: Overflow<'_>,
        config: &ScanConfig,
        vault: &'a Vault<'a>,
    ) -> Result<Self> {
        Self::read((prepared, Counts::default()), overflow, config, vault)
    }

    /// The same, of inputs of which some records were not read.
    fn read(
        (mut prepared, counts): (Vec<Prepared>, Counts),
        overflow: Overflow<'_>,
        config: &ScanConfig,
        vault: &'a Vault<'a>,
    ) -> Result<Self> {
        let mapped = overflow.finish(&mut prepared, counts)?;
        let vault = (mapped.is_some() || config.memory.is_some()).then_some(vault);
        Ok(Self { prepared, mapped, vault, ..Self::default() })
    }

    /// The same with the file in which tokens of documents wait.
    pub(super) fn with_aside(self, aside: Option<Spill>) -> Self {
        Self { aside, ..self }
    }

    /// The same with the tokens of all documents in this order, where they are known.
    pub(super) fn with_tokens(self, tokens: Option<Vec<u32>>) -> Self {
        Self { tokens, ..self }
    }
}

/// Reads all documents, or takes up what an interrupted run has read.
fn gather<'a>(
    config: &ScanConfig,
    vault: &'a Vault<'a>,
    clock: &mut Clock<'_>,
) -> Result<(Gathered<'a>, Counts)> {
    if let Some((prepared, counts, mapped)) = overflow::known(vault)? {
        let mapped = Some(mapped);
        let vault = Some(vault);
        return Ok((Gathered { prepared, mapped, vault, ..Gathered::default() }, counts));
    }
    let overflow = Overflow::new(vault, room(config, vault.work().is_some()));
    let mut read = read::read(&config.inputs, 0, &overflow, config, clock)?;
    if !config.against.is_empty() {
        let more = read::read(&config.against, 1, &overflow, config, clock)?;
        read.documents.extend(more.documents);
        read.skipped += more.skipped;
        read.partly += more.partly;
    }
    let counts = Counts { skipped: read.skipped, partly: read.partly };
    Ok((Gathered::read((read.documents, counts), overflow, config, vault)?, counts))
}

/// Bytes of text that may stay in memory: without a budget all, or none where the run is to be
/// resumed.
pub(super) fn room(config: &ScanConfig, resumable: bool) -> u64 {
    let free = if resumable { 0 } else { u64::MAX };
    config.memory.map_or(free, |memory| memory / TIMES_TEXT)
}

/// Documents that are moved to a file together.
const BLOCK_DOCUMENTS: usize = 64;

/// Finds every passage that `documents` share with each other, or with `against` where that is
/// not empty.
///
/// # Errors
/// A setting out of range, more tokens than a run can hold, or an interrupt.
///
/// # Examples
/// ```
/// use wirecopy::corpus::Document;
/// use wirecopy::detect::{ScanConfig, Silent, scan_documents};
/// let notice = "the harbor will stay closed until the last crane has been tested twice";
/// let config = ScanConfig { min_tokens: 10, ..ScanConfig::default() };
/// let ours = || ["a", "b"].map(|id| Document::new(id, format!("On Sunday {notice}."))).to_vec();
/// let theirs = vec![Document::new("c", format!("On Monday {notice}."))];
/// let within = scan_documents(ours(), Vec::new(), &config, &Silent)?;
/// let across = scan_documents(ours(), theirs, &config, &Silent)?;
/// assert_eq!(within.pair_count(), 1);
/// let ids: Vec<_> = (0..2).map(|n| across.pair(n)).map(|pair| (pair.a.id, pair.b.id)).collect();
/// assert_eq!((across.pair_count(), ids), (2, vec![("a", "c"), ("b", "c")]));
/// # Ok::<(), wirecopy::error::Error>(())
/// ```
pub fn scan_documents(
    documents: Vec<Document>,
    against: Vec<Document>,
    config: &ScanConfig,
    progress: &dyn Progress,
) -> Result<ScanResult> {
    let plain = |documents: Vec<Document>| documents.into_iter().map(Fetched::from).collect();
    scan_fetched([plain(documents), plain(against)], LeaveOut::Nothing, config, progress)
}

/// As [`scan_documents`], of documents whose tokens may be known, and of which one of each set may
/// be the same article.
pub(crate) fn scan_fetched(
    sets: [Vec<Fetched>; 2],
    leave_out: LeaveOut,
    config: &ScanConfig,
    progress: &dyn Progress,
) -> Result<ScanResult> {
    config.check()?;
    let vault = Vault::scratch(config.temp_dir.clone());
    let overflow = Overflow::new(&vault, room(config, false));
    let mut prepared = Vec::new();
    for (fetched, side) in sets.into_iter().zip(0..) {
        let mut part = prepare::fetched(fetched, side, overflow.when())?;
        part.chunks_mut(BLOCK_DOCUMENTS).try_for_each(|block| overflow.take(block))?;
        prepared.extend(part);
    }
    let gathered = Gathered::new(prepared, overflow, config, &vault)?;
    let gathered = Gathered { leave_out, ..gathered };
    let ignored = Ignored::of(config, progress)?;
    find(gathered, config, ignored.as_ref(), &mut Clock::new(progress))
}

/// The engine from tokens to the result.
pub(super) fn find(
    gathered: Gathered<'_>,
    config: &ScanConfig,
    ignored: Option<&Ignored>,
    clock: &mut Clock<'_>,
) -> Result<ScanResult> {
    let mut gathered = Gathered { tokens: None, ..gathered };
    clock.start("order", 0)?;
    prepare::sort(&mut gathered.prepared, config, clock.progress);
    let mut result = find_ordered(gathered, config, ignored, clock)?;
    result.summary.stages = clock.finish();
    Ok(result)
}

/// The same for documents that are in their order, which no id needs to tell apart.
pub(super) fn find_ordered(
    gathered: Gathered<'_>,
    config: &ScanConfig,
    ignored: Option<&Ignored>,
    clock: &mut Clock<'_>,
) -> Result<ScanResult> {
    let Gathered { mut prepared, tokens, aside, mapped, vault, leave_out } = gathered;
    let held = match (mapped, tokens) {
        (Some(mapped), _) => Held::Mapped(mapped),
        (None, Some(tokens)) => Held::Tokens(tokens),
        (None, None) => Held::Tokens(prepare::tokens(&mut prepared, aside.as_ref())?),
    };
    drop(aside);
    let settings = settings(config);
    let outlets = Outlets::of(prepared.iter().map(|p| p.document.meta.outlet.as_deref()));
    let mut summary = summarise(&prepared, &outlets, config);
    if let Some(twins) = outlets.note.as_ref().filter(|_| summary.scope == "outlets") {
        clock.progress.note(twins);
    }
    let (documents, mut shard) = prepare::assemble(prepared, held, &outlets, config)?;
    let search = Look { settings: &settings, documents: &documents };
    let filing = Filing::new(vault, config.memory.unwrap_or(DEFAULT_MEMORY));
    let (mut passages, counts) = match vault {
        Some(vault) => search.within((&mut shard, filing), vault, config, clock)?,
        None => search.in_memory(&shard, clock)?,
    };
    if let Some(ignored) = ignored {
        let before = passages.len();
        passages = passages.filtered(|passage| !ignored.knows(passage, &shard), &filing)?;
        summary.ignored = before - passages.len();
    }
    if leave_out != LeaveOut::Nothing {
        let is_one = |one: &Passage| {
            let two = [one.doc_a, one.doc_b].map(|doc| documents.get(doc as usize));
            matches!(two, [Some(a), Some(b)] if leave_out.is_one(a, b))
        };
        passages = passages.filtered(|one| !is_one(one), &filing)?;
    }
    clock.start("family", 0)?;
    let families = Families::gather_in(&passages, &shard, &filing)?;
    let lengths = (0..narrow(documents.len())).map(|doc| narrow(shard.range(doc).len())).collect();
    drop(shard);
    clock.start("locate", 0)?;
    let located = Located::find(&documents, places(&passages, &families), &filing)?;
    let listed = listed(&passages, config.max_pairs);
    summary.shared_shingles = counts.seeds.shared;
    summary.hub_shingles = counts.seeds.through_hubs;
    summary.pairs = passages.iter().filter(|passage| !passage.shadow).count();
    summary.listed_pairs = listed.len();
    summary.families = families.members.len();
    summary.below_minimum = counts.below_minimum;
    clock.start("judge", 0)?;
    let verdicts = Verdicts::default();
    let mut result = ScanResult {
        houses: outlets.houses,
        documents,
        passages,
        families,
        located,
        verdicts,
        listed,
        lengths,
        summary,
        beginnings: OnceLock::new(),
    };
    result.judge(&filing)?;
    Ok(result)
}

/// The passages that two texts share.
pub(super) fn between(texts: [&str; 2], config: &ScanConfig) -> Result<Vec<Passage>> {
    let (mut tokenizer, mut tokens) = (Tokenizer::default(), Vec::new());
    let mut starts = vec![0];
    for text in texts {
        tokenizer.compact_tokens(text, &mut tokens);
        starts.push(narrow(tokens.len()));
    }
    let role = |group| Role { group, side: 2, ..Role::default() };
    let shard = passage::Shard::new(tokens, starts, vec![role(0), role(1)]);
    let settings = settings(config);
    let go_on: GoOn<'_, Error> = &|| Ok(());
    let matches = Seeds::find(&shard, &settings, go_on)?.matches(&shard, &settings, go_on)?;
    let guard = |_: u32, work: &mut dyn FnMut()| {
        work();
        Ok::<(), Error>(())
    };
    Ok(passage::passages(&shard, &settings, &matches, &guard)?.passages)
}

/// What a search counts beside the passages.
struct SearchCounts {
    seeds: SeedCounts,
    /// Passages that fell short of the minimum length.
    below_minimum: u64,
}

/// The search for passages.
struct Look<'a> {
    settings: &'a Settings,
    documents: &'a [Document],
}

/// Bytes of memory that a document takes beside its text and tokens, about.
const DOCUMENT_BYTES: u64 = 512;

impl Look<'_> {
    fn in_memory(&self, shard: &Shard, clock: &mut Clock<'_>) -> Result<(Found, SearchCounts)> {
        let progress = clock.progress;
        let go_on: GoOn<'_, Error> = &|| go_on(progress);
        let settings = self.settings;
        clock.start("seed", 0)?;
        let seeds = Seeds::find(shard, settings, go_on)?;
        let seed_counts = seeds.counts();
        clock.start("match", 0)?;
        let unsorted = seeds.into_unsorted(shard, settings, go_on)?;
        clock.start("align", 0)?;
        let guard = |doc: u32, work: &mut dyn FnMut()| self.guarded(progress, doc, work);
        let found = passage::passages_of_unsorted(shard, settings, unsorted, &guard)?;
        let counts = SearchCounts { seeds: seed_counts, below_minimum: found.below_minimum };
        Ok((Found::Held(found.passages), counts))
    }

    /// The same by way of temporary files.
    fn within(
        &self,
        (shard, filing): (&mut Shard, Filing<'_>),
        vault: &Vault<'_>,
        config: &ScanConfig,
        clock: &mut Clock<'_>,
    ) -> Result<(Found, SearchCounts)> {
        let progress = clock.progress;
        let go_on: GoOn<'_, Error> = &|| go_on(progress);
        let memory = config.memory.unwrap_or(DEFAULT_MEMORY);
        let taken = DOCUMENT_BYTES * self.documents.len() as u64;
        let memory = memory.saturating_sub(taken).max(memory / 4);
        let settings = self.settings;
        let mut search = Search { shard, settings, vault, filing, memory, go_on };
        clock.start("seed", Search::UNITS)?;
        let hits = search.hits(&|units| progress.advance(units))?;
        clock.start("align", hits.cells())?;
        let guard = |doc: u32, work: &mut dyn FnMut()| self.guarded(progress, doc, work);
        let (found, below_minimum) =
            search.passages(&hits, &guard, &|units| progress.advance(units))?;
        Ok((found, SearchCounts { seeds: hits.counts(), below_minimum }))
    }

    fn guarded(&self, progress: &dyn Progress, doc: u32, work: &mut dyn FnMut()) -> Result<()> {
        go_on(progress)?;
        prepare::guarded(&self.documents[doc as usize].id, work)
    }
}

/// The engine's settings from the user's.
pub(super) fn settings(config: &ScanConfig) -> Settings {
    let base = Settings {
        min_tokens: config.min_tokens,
        shingle: config.ngram_size as usize,
        max_documents: config.read.limits.shingle_documents,
        max_repeats: config.read.limits.shingle_repeats,
        hubs: config.read.limits.hubs,
        seed: config.seed,
        ..Settings::default()
    };
    match config.edits {
        Edits::Normal => base,
        Edits::Low => Settings { min_identity: 0.9, max_gap: 10, ..base },
        Edits::High => {
            Settings { min_identity: 0.45, min_score_per_token: 1.4, slot_cost: 0, ..base }
        }
    }
}

/// What is known before the search.
fn summarise(prepared: &[Prepared], outlets: &Outlets, config: &ScanConfig) -> ScanSummary {
    let count = |test: &dyn Fn(&Prepared) -> bool| prepared.iter().filter(|p| test(p)).count();
    ScanSummary {
        documents: prepared.len(),
        text_bytes: prepared.iter().map(Prepared::text_bytes).sum(),
        tokens: prepared.iter().map(|p| p.token_count() as u64).sum(),
        short_documents: count(&|p| p.token_count() < config.min_tokens as usize),
        outlets: outlets.count,
        without_outlet: count(&|p| p.document.meta.outlet.is_none()),
        without_date: count(&|p| p.document.meta.date.is_none()),
        scope: prepare::resolve(config.scope, outlets.names > 0).name(),
        ..ScanSummary::default()
    }
}

/// All places that records may speak of.
fn places<'a>(passages: &'a Found, families: &'a Families) -> impl Iterator<Item = DocSpan> + 'a {
    let sides = passages
        .iter()
        .flat_map(|p| [DocSpan { doc: p.doc_a, span: p.a }, DocSpan { doc: p.doc_b, span: p.b }]);
    sides.chain(families.members.iter().flatten().copied())
}

/// The passages to list: all but shadows, or the best `most` of them; ascending.
fn listed(passages: &Found, most: usize) -> Vec<u32> {
    let all = 0..narrow(passages.len());
    let mut all: Vec<u32> = all.filter(|&n| !passages.get(n as usize).shadow).collect();
    if all.len() > most {
        all.sort_by_key(|&n| (std::cmp::Reverse(passages.get(n as usize).score), n));
        all.truncate(most);
        all.sort_unstable();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::Silent;
    use super::*;
    use crate::corpus::Meta;

    fn document(id: &str, outlet: &str, text: &str) -> Document {
        let meta = Meta { outlet: Some(outlet.into()), ..Meta::default() };
        Document { id: id.to_owned(), text: text.into(), meta }
    }

    #[test]
    fn documents_that_differ_in_outlet_alone_have_one_order() {
        let text = (0..40).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let outlets = ["gazette", "herald", "mirror", "post", "times", "wire"];
        let order = |outlets: &[&str]| -> Vec<Option<std::sync::Arc<str>>> {
            let documents = outlets.iter().map(|outlet| document("same", outlet, &text)).collect();
            let config = ScanConfig::default();
            let result = scan_documents(documents, Vec::new(), &config, &Silent).unwrap();
            assert_eq!(result.pair_count(), 15);
            result.documents.iter().map(|d| d.meta.outlet.clone()).collect()
        };
        let mut reversed = outlets;
        reversed.reverse();
        assert_eq!(order(&outlets), order(&reversed));
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        for (ngram_size, min_tokens, flag) in [
            (0, 15, "ngram_size"),
            (1, 15, "ngram_size"),
            (33, 40, "ngram_size"),
            (5, 0, "min_tokens"),
            (5, 4, "min_tokens"),
        ] {
            let config = ScanConfig { min_tokens, ngram_size, ..ScanConfig::default() };
            let refused = scan_documents(Vec::new(), Vec::new(), &config, &Silent).unwrap_err();
            assert!(refused.to_string().starts_with(flag), "{refused}");
        }
    }
}
