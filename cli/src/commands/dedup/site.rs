//! The place where a result is built: the work folder, what goes into it, what was there before.
//!
//! Invariant: state that another run may go on with is kept only when it is whole, and everything
//! it relies on is durable by then.

use super::existing::Existing;
use super::settings;
use super::{DUPLICATES, Job, PAIRS, SUMMARY, to_json};
use crate::resume::{Fingerprint, RUN};
use serde::de::DeserializeOwned;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;
use wirecopy::corpus::{Corpus, ReadOptions};
use wirecopy::detect::{self, Measure, Progress};
use wirecopy::error::{Error, Result};
use wirecopy::export::plan::{self, Piece};
use wirecopy::export::{Form, Keeper, Layout};
use wirecopy::output::dedup::Summary;
use wirecopy::output::{self, TableForm, jsonl};
use wirecopy::record::Record;
use wirecopy::store::{FolderDraft, temporary_folder};
use wirecopy::trace;

/// State: what the search counted.
pub(super) const COUNTS: &str = "counts.json";
/// State: what will be copied; written last.
pub(super) const PLAN: &str = "plan";

/// The place where a result is built.
pub(super) struct Site<L> {
    pub(super) folder: FolderDraft,
    /// The inputs as they were found.
    pub(super) corpus: Corpus,
    /// How what is kept is written.
    pub(super) layout: L,
    pub(super) now: Fingerprint,
    /// An interrupted run of the same has searched already.
    pub(super) planned: bool,
}

impl<L> Site<L> {
    /// Looks at inputs and target; `None` where `--resume` finds the whole result in place. `plan`
    /// is what an interrupted run has kept.
    pub(super) fn open(
        job: &Job<'_>,
        target: &Path,
        plan: &'static str,
        layout: impl FnOnce(&Corpus) -> Result<L>,
    ) -> Result<Option<Self>> {
        let (corpus, others) = survey(job)?;
        let layout = layout(&corpus)?;
        let corpora: Vec<&Corpus> = [&corpus].into_iter().chain(&others).collect();
        let now = settings::fingerprint(job, &corpora);
        let mut folder = FolderDraft::begin(target)?;
        let (existing, flags) = (Existing::of(&folder)?, &job.args.write);
        if flags.resume && existing.is_result_of(&now)? {
            folder.clear()?;
            return Ok(None);
        }
        existing.check(flags.force, &corpora)?;
        let planned = flags.resume && is_planned(&folder, &now)?;
        match (planned, flags.resume) {
            (true, _) => trace::goes_on(plan),
            (false, true) => trace::starts_again("there is no plan of an interrupted run"),
            (false, false) => {}
        }
        if !planned {
            folder.clear()?;
        }
        Ok(Some(Self { folder, corpus, layout, now, planned }))
    }

    /// What an interrupted run has counted.
    pub(super) fn counted<S: DeserializeOwned>(&self) -> Result<S> {
        let counts = self.folder.state(COUNTS)?.ok_or_else(|| self.damaged())?;
        serde_json::from_slice(&counts).map_err(|_| self.damaged())
    }

    /// The refusal of a plan that is not whole.
    pub(super) fn damaged(&self) -> Error {
        plan::damaged(&self.folder.state_path(PLAN))
    }

    /// Puts the folder into its place, with its summary.
    pub(super) fn publish(self, summary: &[u8], replace: bool) -> Result<()> {
        self.folder.write(Path::new(SUMMARY), summary)?;
        self.folder.publish(replace)
    }

    /// Leaves what another run can go on with, if this one was interrupted and there is any.
    pub(super) fn give_up(self, error: Error) -> Error {
        if matches!(error, Error::Interrupted { .. }) && self.folder.has_state(PLAN) {
            self.folder.leave();
        }
        error
    }
}

impl Site<Layout> {
    /// Fills the folder.
    pub(super) fn build(&self, job: &Job<'_>, progress: &dyn Progress) -> Result<Summary> {
        if self.planned { self.resume(job, progress) } else { self.start(job, progress) }
    }

    /// Searches, plans and copies.
    fn start(&self, job: &Job<'_>, progress: &dyn Progress) -> Result<Summary> {
        let folder = &self.folder;
        folder.keep_state(RUN, &self.now.to_bytes()?)?;
        let result = detect::dedup(&job.config, progress)?;
        let writing = Instant::now();
        let mut summary = Summary::new(result.summary());
        summary.files = self.layout.names();
        let [duplicates, pairs] = [DUPLICATES, PAIRS].map(|name| table(job, name));
        summary.files.extend([duplicates.clone(), pairs.clone(), SUMMARY.to_owned()]);
        summary.fingerprint = self.now.digest()?;
        match job.config.measure {
            Measure::Jaccard => {
                records(folder, &duplicates, result.duplicates())?;
                records(folder, &pairs, result.pairs())?;
            }
            Measure::Coverage => {
                records(folder, &duplicates, result.covered_duplicates())?;
                records(folder, &pairs, result.covered_pairs())?;
            }
        }
        if self.now.is_certain() {
            folder.settle()?;
            folder.keep_state(COUNTS, &to_json(&summary)?)?;
            plan::write(folder, PLAN, result.kept_runs().map(Piece::from))?;
        }
        let Some(corpus) = result.corpora().first() else { return Ok(summary) };
        let mut pieces = result.kept_runs().map(|run| Ok(Piece::from(run)));
        let keeper = Keeper::new(corpus, &self.layout, folder, progress)?;
        summary.counts.kept_bytes = keeper.copy(&mut pieces)?;
        timed(job, &mut summary, writing);
        Ok(summary)
    }

    /// Copies what an interrupted run had planned.
    fn resume(&self, job: &Job<'_>, progress: &dyn Progress) -> Result<Summary> {
        let folder = &self.folder;
        let mut summary: Summary = self.counted()?;
        let mut pieces = plan::read(folder, PLAN)?.ok_or_else(|| self.damaged())?;
        let writing = Instant::now();
        self.remove_begun()?;
        pass(&self.corpus, progress)?;
        let keeper = Keeper::new(&self.corpus, &self.layout, folder, progress)?;
        summary.counts.kept_bytes = keeper.copy(&mut pieces)?;
        summary.run.resumed = true;
        timed(job, &mut summary, writing);
        Ok(summary)
    }

    /// Removes text files that the run before had copied; it may have been cut off in one.
    fn remove_begun(&self) -> Result<()> {
        let names = self.layout.names();
        names.iter().try_for_each(|name| self.folder.remove_folder(Path::new(name)))
    }
}

/// The sources as they are now. Nothing is read but names, sizes and, where the name does not tell
/// the format, the first bytes.
fn survey(job: &Job<'_>) -> Result<(Corpus, Option<Corpus>)> {
    let config = &job.config;
    let folder = temporary_folder(config.temp_dir.as_deref());
    let options = ReadOptions { reread: Some(folder), ..config.read.clone() };
    let (corpus, _) = Corpus::open(&config.inputs, options.clone())?;
    if config.against.is_empty() {
        return Ok((corpus, None));
    }
    let (others, _) = Corpus::open(&config.against, options)?;
    Ok((corpus, Some(others)))
}

/// Reads the inputs past: compressed sources are copied as they pass, to be read again by place.
pub(super) fn pass(corpus: &Corpus, progress: &dyn Progress) -> Result<()> {
    for block in corpus.blocks() {
        corpus.pass(block?)?;
        if progress.stopped() {
            return Err(Error::Interrupted { cure: "--resume goes on".to_owned() });
        }
    }
    Ok(())
}

/// Whether the work folder holds a plan of a run over the same.
fn is_planned(folder: &FolderDraft, now: &Fingerprint) -> Result<bool> {
    let Some(bytes) = folder.state(RUN)? else { return Ok(false) };
    now.check_same_run(&bytes)?;
    Ok(now.is_certain() && folder.has_state(PLAN))
}

/// Adds the stage of writing, and what is known only at the end.
fn timed(job: &Job<'_>, summary: &mut Summary, writing: Instant) {
    let ns = u64::try_from(writing.elapsed().as_nanos()).unwrap_or(u64::MAX);
    summary.run.stages.push(("write".to_owned(), ns));
    job.add_facts(&mut summary.run);
}

/// The file of a table: Parquet where the kept documents were asked for as Parquet.
fn table(job: &Job<'_>, name: &str) -> String {
    let form = if job.form == Some(Form::Rows) { "parquet" } else { "jsonl" };
    format!("{name}.{form}")
}

/// Writes one record a row.
fn records<R: Record>(
    folder: &FolderDraft,
    name: &str,
    records: impl Iterator<Item = R>,
) -> Result<()> {
    let name = Path::new(name);
    let mut out = folder.create(name)?;
    let write = || {
        if name.extension().is_some_and(|form| form == "parquet") {
            let records: Vec<R> = records.collect();
            output::write_table(name, &records, TableForm::default(), &mut out)?;
            return out.flush();
        }
        let mut line = Vec::new();
        for record in records {
            line.clear();
            jsonl::line(&record, &mut line);
            out.write_all(&line)?;
        }
        out.flush()
    };
    write().map_err(|error| Error::io(folder.target().join(name), error))
}
