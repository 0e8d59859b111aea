//! `wirecopy dedup --passages`.
//!
//! Looks for what is in the way, has detect find what is cut and export write what is left, and
//! puts the folder into its place. Invariant: until the last step the folder of the result is as it
//! was, and an interrupted run leaves nothing.

use super::existing::Existing;
use super::{Job, REMOVED, SUMMARY, peak_memory_bytes, settings, site};
use crate::progress::Reporter;
use crate::view::Look;
use crate::view::dedup::{CutView, Wrote, cut_table};
use serde::Serialize;
use std::io::Write as _;
use std::path::Path;
use wirecopy::corpus::Corpus;
use wirecopy::detect::{self, CutConfig, CutResult, Progress as _};
use wirecopy::error::{Error, Result};
use wirecopy::export::{CutLayout, write_cut};
use wirecopy::output::dedup::RunFacts;
use wirecopy::output::jsonl;
use wirecopy::record::CutCounts;
use wirecopy::store::FolderDraft;

/// What `summary.json` holds.
#[derive(Debug, Serialize)]
struct CutSummary {
    /// Version of the program.
    version: &'static str,
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
    edits: &'static str,
    /// The column inside one value of which repeats count.
    within: Option<String>,
    /// Names of the files of the result.
    files: Vec<String>,
    /// What differs from run to run.
    run: RunFacts,
}

/// Runs it.
pub(super) fn run(job: &Job<'_>, reporter: &Reporter) -> Result<()> {
    let config = settings::cut(job.args, &job.config)?;
    let target = job.args.write.output.as_deref().filter(|_| !job.args.write.dry_run);
    let summary = match target {
        Some(target) => write(job, &config, target, reporter),
        None => detect::cut_passages(&config, reporter).map(|found| summary(job, &config, &found)),
    };
    reporter.finish();
    let summary = summary?;
    show(job, &summary, target)?;
    reporter.publish()
}

fn write(
    job: &Job<'_>,
    config: &CutConfig,
    target: &Path,
    report: &Reporter,
) -> Result<CutSummary> {
    let (corpus, others) = site::survey(job)?;
    let layout = CutLayout::new(&corpus, job.form.is_some());
    if layout.converted {
        report.note("records that are not JSON Lines are kept as JSON Lines");
    }
    let mut folder = FolderDraft::begin(target)?;
    let corpora: Vec<&Corpus> = [&corpus].into_iter().chain(&others).collect();
    Existing::of(&folder)?.check(job.args.write.force, &corpora)?;
    folder.clear()?;
    let found = detect::cut_passages(config, report)?;
    let path = folder.target().join(REMOVED);
    let mut out = folder.create(Path::new(REMOVED))?;
    let mut line = Vec::new();
    let written = write_cut(
        &found,
        &layout,
        &folder,
        &mut |row| {
            line.clear();
            jsonl::line(row, &mut line);
            out.write_all(&line).map_err(|error| Error::io(&path, error))
        },
        report,
    )?;
    out.flush().map_err(|error| Error::io(&path, error))?;
    let mut summary = summary(job, config, &found);
    summary.counts.kept_bytes = written.bytes;
    summary.counts.left_alone = written.left_alone;
    summary.files = vec![layout.name(), REMOVED.to_owned(), SUMMARY.to_owned()];
    folder.write(Path::new(SUMMARY), &to_json(&summary)?)?;
    folder.publish(job.args.write.force)?;
    Ok(summary)
}

fn summary(job: &Job<'_>, config: &CutConfig, found: &CutResult) -> CutSummary {
    let stages = found.stages().iter().map(|&(name, ns)| (name.to_owned(), ns)).collect();
    let run = RunFacts {
        seconds: job.begun.elapsed().as_secs_f64(),
        stages,
        peak_memory_bytes: peak_memory_bytes(),
        ..RunFacts::default()
    };
    CutSummary {
        version: env!("CARGO_PKG_VERSION"),
        counts: found.counts().clone(),
        min_tokens: config.min_tokens,
        min_left: config.min_left,
        keep: config.dedup.keep.name(),
        edits: config.dedup.edits.name(),
        within: config.dedup.within.clone(),
        files: Vec::new(),
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
