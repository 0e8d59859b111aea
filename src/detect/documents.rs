//! Documents for other uses than a search: read as a scan reads them, made into something else,
//! and searched afterwards without being read again.
//!
//! Used by index, which makes postings of them and finds families. Invariant: what is read, left
//! out and reported is what a scan of the same inputs reads, leaves out and reports.

use super::clock::{Clock, in_pool};
use super::overflow::Overflow;
use super::prepare::{self, Prepared, When};
use super::read::{self, Read};
use super::scan::{self, Gathered};
use super::{Progress, ScanConfig, ScanResult};
use crate::corpus::Document;
use crate::error::Result;
use crate::store::{Spill, Vault};
use rayon::prelude::*;
use std::ops::Range;

/// A document with its tokens.
#[derive(Debug, Clone, Copy)]
pub struct Tokenised<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its tokens.
    pub tokens: &'a [u32],
    /// XXH3-64 of its text.
    pub text_hash: u64,
}

/// Documents that were read and tokenised.
#[derive(Debug, Default)]
pub struct Texts {
    prepared: Vec<Prepared>,
    /// The file in which their tokens wait, if they do.
    aside: Option<Spill>,
}

impl Texts {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prepared.is_empty()
    }

    /// Keeps those with these numbers, which ascend.
    pub fn choose(&mut self, numbers: &[usize]) {
        let (mut n, mut wanted) = (0, numbers.iter().peekable());
        self.prepared.retain(|_| {
            let is_wanted = wanted.next_if_eq(&&n).is_some();
            n += 1;
            is_wanted
        });
    }
}

/// What was made of some documents.
#[derive(Debug)]
pub struct Made<T> {
    /// Everything that was made, in no order.
    pub all: Vec<T>,
    /// What it was made of, in the same order; empty unless it was to be kept.
    pub texts: Texts,
    /// Records left out.
    pub skipped: u64,
    /// Records used in part.
    pub partly: u64,
}

/// Makes something of each of some documents.
pub type Each<'a, T> = &'a (dyn Fn(&[Tokenised<'_>]) -> Result<Vec<T>> + Sync);

/// Documents of a block that is worked on at a time.
const BLOCK_DOCUMENTS: usize = 64;

/// Reads the inputs of `config`; `each` makes something of each block of documents, on any worker.
///
/// # Errors
/// As of [`scan`](super::scan), and what `each` returns.
pub fn each_document<T: Send>(
    config: &ScanConfig,
    progress: &dyn Progress,
    each: &(dyn Fn(Vec<Document>) -> Result<Vec<T>> + Sync),
) -> Result<Made<T>> {
    in_pool(config.threads, config.read.limits.open_files, || {
        let mut clock = Clock::new(progress);
        let read = read::read_each((&config.inputs, &|_| Ok(())), config, &mut clock, each)?;
        let (skipped, partly) = (read.skipped, read.partly);
        Ok(Made { all: read.documents, texts: Texts::default(), skipped, partly })
    })
}

/// As [`each_document`], of documents with their tokens, which are returned beside what was made
/// where they are to be kept.
///
/// # Errors
/// As of [`each_document`].
pub fn each_tokenised<T: Send>(
    config: &ScanConfig,
    progress: &dyn Progress,
    is_kept: bool,
    each: Each<'_, T>,
) -> Result<Made<T>> {
    let aside = is_kept.then(|| Vault::scratch(config.temp_dir.clone()).nameless()).transpose()?;
    in_pool(config.threads, config.read.limits.open_files, || {
        let mut clock = Clock::new(progress);
        let block = |documents| made(documents, (is_kept, aside.as_ref()), each);
        let read = read::read_each((&config.inputs, &|_| Ok(())), config, &mut clock, &block)?;
        let Read { documents, skipped, partly } = read;
        Ok(Made { skipped, partly, ..Made::of(documents, aside) })
    })
}

/// As [`each_tokenised`], of documents that are in memory.
///
/// # Errors
/// A text of more than 4 GiB, and what `each` returns.
pub fn each_of<T: Send>(
    mut documents: Vec<Document>,
    is_kept: bool,
    each: Each<'_, T>,
) -> Result<Made<T>> {
    let mut blocks = Vec::new();
    while !documents.is_empty() {
        let rest = documents.split_off(documents.len().min(BLOCK_DOCUMENTS));
        blocks.push(std::mem::replace(&mut documents, rest));
    }
    let parts: Vec<Vec<_>> = blocks
        .into_par_iter()
        .map(|documents| made(documents, (is_kept, None), each))
        .collect::<Result<_>>()?;
    Ok(Made::of(parts.into_iter().flatten().collect(), None))
}

impl<T> Made<T> {
    fn of(made: Vec<(T, Option<Prepared>)>, aside: Option<Spill>) -> Self {
        let (all, texts): (Vec<T>, Vec<Option<Prepared>>) = made.into_iter().unzip();
        let prepared = texts.into_iter().flatten().collect();
        Self { all, texts: Texts { prepared, aside }, skipped: 0, partly: 0 }
    }
}

/// What is made of a block of documents, and these where they are to be kept, with their tokens in
/// the file if there is one.
fn made<T>(
    documents: Vec<Document>,
    (is_kept, aside): (bool, Option<&Spill>),
    each: Each<'_, T>,
) -> Result<Vec<(T, Option<Prepared>)>> {
    let mut block = prepare::prepare(documents, 0, When::Now)?;
    let tokenised: Vec<Tokenised<'_>> = block
        .iter()
        .map(|one| Tokenised {
            document: &one.document,
            tokens: &one.tokens,
            text_hash: one.text_hash,
        })
        .collect();
    let made = each(&tokenised)?;
    if let Some(file) = aside {
        prepare::put_aside(&mut block, file)?;
    }
    Ok(made.into_iter().zip(block).map(|(made, one)| (made, is_kept.then_some(one))).collect())
}

/// More documents: how many, and those of a range.
pub type More<'a> = (usize, &'a (dyn Fn(Range<usize>) -> Result<Vec<Document>> + Sync));

/// Finds every passage that `texts` and `more` documents share, as
/// [`scan_documents`](super::scan_documents) does.
///
/// # Errors
/// As of [`scan_documents`](super::scan_documents), and what `more` returns.
pub fn scan_texts(
    texts: Texts,
    (count, more): More<'_>,
    config: &ScanConfig,
    progress: &dyn Progress,
) -> Result<ScanResult> {
    config.check()?;
    let vault = Vault::scratch(config.temp_dir.clone());
    let overflow = Overflow::new(&vault, scan::room(config, false));
    let Texts { mut prepared, aside } = texts;
    for block in prepared.chunks_mut(BLOCK_DOCUMENTS) {
        if let (Some(file), When::Now) = (&aside, overflow.when()) {
            prepare::take_back(block, file)?;
        }
        overflow.take(block)?;
    }
    let blocks: Vec<Vec<Prepared>> = (0..count)
        .into_par_iter()
        .step_by(BLOCK_DOCUMENTS)
        .map(|first| {
            let documents = more(first..count.min(first + BLOCK_DOCUMENTS))?;
            let mut block = prepare::prepare(documents, 0, overflow.when())?;
            overflow.take(&mut block)?;
            Ok(block)
        })
        .collect::<Result<_>>()?;
    prepared.extend(blocks.into_iter().flatten());
    let gathered = Gathered::new(prepared, overflow, config, &vault)?.with_aside(aside);
    scan::find(gathered, config, None, &mut Clock::new(progress))
}

/// Sorts numbers, on all workers.
pub fn sort_numbers(numbers: &mut [u64]) {
    numbers.par_sort_unstable();
}

/// Runs `work` among the workers of a run of this configuration.
///
/// # Errors
/// What `work` returns, and what the system says of threads.
pub fn in_workers<T: Send>(
    config: &ScanConfig,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    in_pool(config.threads, config.read.limits.open_files, work)
}
