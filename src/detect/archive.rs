//! A scan against documents that are kept elsewhere.
//!
//! Where they are is not known here: [`Archive`] is what the keeper (index) has to answer.
//! Invariant: the result is that of a scan of the inputs against the documents that the archive
//! proposes, so what it does not propose is all that can be missed.

use super::clock::{Clock, in_pool};
use super::ignore::Ignored;
use super::overflow::Overflow;
use super::scan::{self, Gathered};
use super::{Progress, ScanConfig, ScanResult, Scope, prepare, read};
use crate::corpus::Document;
use crate::error::Result;
use crate::store::Vault;

/// Documents that are kept, and can be asked which of them may share something with others.
pub trait Archive: Sync {
    /// What it is called.
    fn name(&self) -> String;

    /// Whether any of its documents has an outlet.
    fn has_outlets(&self) -> bool;

    /// Its documents that may share a passage with any of these.
    ///
    /// # Errors
    /// Settings that it cannot serve; damage.
    fn proposed(&self, documents: &[Document], config: &ScanConfig) -> Result<Proposed>;
}

/// Documents that an archive proposes.
#[derive(Debug, Default)]
pub struct Proposed {
    /// The documents.
    pub documents: Vec<Document>,
    /// Others that were left out because there were too many for a text.
    pub left_out: usize,
}

/// Documents that are moved to a file together.
const BLOCK_DOCUMENTS: usize = 64;

/// Finds every passage that the documents of `config.inputs` share with those of `archive`.
///
/// # Errors
/// As of [`scan`](super::scan), and what the archive returns.
pub fn scan_against(
    config: &ScanConfig,
    archive: &dyn Archive,
    progress: &dyn Progress,
) -> Result<ScanResult> {
    config.check()?;
    let mut config = config.clone();
    config.against = vec![archive.name()];
    let config = &mut config;
    in_pool(config.threads, config.read.limits.open_files, || {
        let mut clock = Clock::new(progress);
        let ignored = Ignored::of(config, progress)?;
        let read = read::read_each((&config.inputs, &|_| Ok(())), config, &mut clock, &Ok)?;
        clock.start("look up", 0)?;
        let proposed = archive.proposed(&read.documents, config)?;
        if proposed.left_out > 0 {
            progress.note(&format!(
                "{} documents of {} that few phrases lead to were not searched",
                proposed.left_out,
                archive.name()
            ));
        }
        if config.scope == Scope::Auto {
            let known = read.documents.iter().any(|one| one.meta.outlet.is_some());
            let known = known || archive.has_outlets();
            config.scope = if known { Scope::Outlets } else { Scope::Documents };
        }
        let mut result =
            searched([read.documents, proposed.documents], config, (ignored.as_ref(), &mut clock))?;
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        result.summary.skipped = count(read.skipped);
        result.summary.partly = count(read.partly);
        Ok(result)
    })
}

/// The search of one set against the other.
fn searched(
    sets: [Vec<Document>; 2],
    config: &ScanConfig,
    (ignored, clock): (Option<&Ignored>, &mut Clock<'_>),
) -> Result<ScanResult> {
    let vault = Vault::scratch(config.temp_dir.clone());
    let overflow = Overflow::new(&vault, scan::room(config, false));
    let mut prepared = Vec::new();
    for (side, documents) in (0..).zip(sets) {
        let mut part = prepare::prepare(documents, side, overflow.when())?;
        part.chunks_mut(BLOCK_DOCUMENTS).try_for_each(|block| overflow.take(block))?;
        prepared.extend(part);
    }
    let gathered = Gathered::new(prepared, overflow, config, &vault)?;
    scan::find(gathered, config, ignored, clock)
}
