//! `wirecopy dedup --passages`.
//!
//! Looks for what is in the way, has detect find what is cut and export write what is left, and
//! puts the folder into its place. Invariant: until the last step the folder of the result is as it
//! was; a run that is interrupted after the search can be resumed from what it found, any earlier
//! one leaves nothing.

use super::site::{COUNTS, PLAN, Site};
use super::{Job, REMOVED, SUMMARY, settings, site};
use crate::progress::Reporter;
use crate::resume::RUN;
use crate::view::Look;
use crate::view::dedup::{CutView, Wrote, cut_table};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::Path;
use wirecopy::corpus::Corpus;
use wirecopy::detect::{self, CutConfig, CutResult, Progress as _};
use wirecopy::error::{Error, Result};
use wirecopy::export::{CutLayout, Planned, keep_planned, read_planned, write_cut};
use wirecopy::output::dedup::RunFacts;
use wirecopy::output::jsonl;
use wirecopy::record::{CutCounts, RemovedPassage};

/// What `summary.json` holds.
#[derive(Debug, Serialize, Deserialize)]
struct CutSummary {
    /// Version of the program.
    version: String,
    /// What was read and cut.
    #[serde(flatten)]
    counts: CutCounts,
    /// Shortest passage that is cut.
    min_tokens: u32,
    /// A document of which less is left goes whole.
    min_left: u32,
    /// Which document keeps a passage.
    keep: String,
    /// How much rewording is tolerated.
    edits: String,
    /// The column inside one value of which repeats count.
    within: Option<String>,
    /// Names of the files of the result.
    files: Vec<String>,
    /// What the result depends on, as one number; none where that is not known for certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(default)]
    fingerprint: Option<String>,
    /// What differs from run to run.
    run: RunFacts,
}

/// Runs it.
pub(super) fn run(job: &Job<'_>, reporter: &Reporter) -> Result<()> {
    let config = settings::cut(job.args, &job.config)?;
    let target = job.args.write.output.as_deref().filter(|_| !job.args.write.dry_run);
    let summary = match target {
        Some(target) => write(job, &config, target, reporter),
        None => {
            detect::cut_passages(&config, reporter).map(|found| Some(summary(job, &config, &found)))
        }
    };
    reporter.finish();
    match summary? {
        Some(summary) => show(job, &summary, target)?,
        None => job.say_complete(target.unwrap_or(Path::new(""))),
    }
    reporter.publish()
}

/// Writes the result; `None` where `--resume` finds the whole of it in place.
fn write(
    job: &Job<'_>,
    config: &CutConfig,
    target: &Path,
    report: &Reporter,
) -> Result<Option<CutSummary>> {
    let layout = |corpus: &Corpus| {
        let layout = CutLayout::new(corpus, job.form.is_some())?;
        if layout.converted {
            report.note("records that cannot be cut where they are are kept as JSON Lines");
        }
        Ok(layout)
    };
    let Some(site) = Site::open(job, target, "plan of what to cut", layout)? else {
        return Ok(None);
    };
    let built =
        if site.planned { site.resume(job, report) } else { site.start(job, config, report) };
    match built {
        Ok(summary) => {
            site.publish(&to_json(&summary)?, job.args.write.force)?;
            Ok(Some(summary))
        }
        Err(error) => Err(site.give_up(error)),
    }
}

impl Site<CutLayout> {
    /// Searches, keeps what was found, and writes.
    fn start(&self, job: &Job<'_>, config: &CutConfig, report: &Reporter) -> Result<CutSummary> {
        let folder = &self.folder;
        folder.keep_state(RUN, &self.now.to_bytes()?)?;
        let found = detect::cut_passages(config, report)?;
        let mut summary = summary(job, config, &found);
        summary.fingerprint = self.now.digest()?;
        summary.files = vec![self.layout.name(), REMOVED.to_owned(), SUMMARY.to_owned()];
        if self.now.is_certain() {
            folder.settle()?;
            folder.keep_state(COUNTS, &to_json(&summary)?)?;
            keep_planned(folder, PLAN, &found)?;
        }
        let Some(corpus) = found.corpora().first() else { return Ok(summary) };
        self.fill(corpus, &mut Planned::all(&found).map(Ok), &mut summary, report)?;
        job.add_facts(&mut summary.run);
        Ok(summary)
    }

    /// Writes what an interrupted run has found.
    fn resume(&self, job: &Job<'_>, report: &Reporter) -> Result<CutSummary> {
        let mut summary: CutSummary = self.counted()?;
        let mut planned = read_planned(&self.folder, PLAN)?.ok_or_else(|| self.damaged())?;
        site::pass(&self.corpus, report)?;
        self.fill(&self.corpus, &mut planned, &mut summary, report)?;
        summary.run.resumed = true;
        job.add_facts(&mut summary.run);
        Ok(summary)
    }

    /// Fills the folder with what is kept and with the list of what is removed.
    fn fill(
        &self,
        corpus: &Corpus,
        planned: &mut dyn Iterator<Item = Result<Planned>>,
        summary: &mut CutSummary,
        report: &Reporter,
    ) -> Result<()> {
        let path = self.folder.target().join(REMOVED);
        let mut out = self.folder.create(Path::new(REMOVED))?;
        let mut line = Vec::new();
        let mut removed = |row: &RemovedPassage<'_>| {
            line.clear();
            jsonl::line(row, &mut line);
            out.write_all(&line).map_err(|error| Error::io(&path, error))
        };
        let what = (corpus, &self.layout);
        let written = write_cut(what, planned, &self.folder, &mut removed, report)?;
        out.flush().map_err(|error| Error::io(&path, error))?;
        summary.counts.kept_bytes = written.bytes;
        summary.counts.left_alone = written.left_alone;
        Ok(())
    }
}

fn summary(job: &Job<'_>, config: &CutConfig, found: &CutResult) -> CutSummary {
    let stages = found.stages().iter().map(|&(name, ns)| (name.to_owned(), ns)).collect();
    let mut run = RunFacts { stages, ..RunFacts::default() };
    job.add_facts(&mut run);
    CutSummary {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        counts: found.counts().clone(),
        min_tokens: config.min_tokens,
        min_left: config.min_left,
        keep: config.dedup.keep.name(),
        edits: config.dedup.edits.name().to_owned(),
        within: config.dedup.within.clone(),
        files: Vec::new(),
        fingerprint: None,
        run,
    }
}

fn to_json(summary: &CutSummary) -> Result<Vec<u8>> {
    let mut bytes =
        serde_json::to_vec_pretty(summary).map_err(|error| Error::io(SUMMARY, error.into()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Prints the summary on standard output.
fn show(job: &Job<'_>, summary: &CutSummary, target: Option<&Path>) -> Result<()> {
    let text = |look: Look, page: &mut String| {
        let name = target.map(|target| target.display().to_string());
        let wrote = name.as_deref().map_or(Wrote::Nothing, Wrote::Folder);
        let how = format!(
            "{} words or more, edits {}; kept in the {}",
            summary.min_tokens, summary.edits, summary.keep
        );
        let (counts, run, files) = (&summary.counts, &summary.run, &summary.files[..]);
        cut_table(&CutView { counts, how, run, files, wrote }, look, page);
    };
    job.print(&|| to_json(summary), &text)
}
