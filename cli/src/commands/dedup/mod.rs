//! `wirecopy dedup`.
//!
//! Steps: settings, what the result depends on ([`resume`](crate::resume)), what stands in the way
//! ([`existing`]), the search (detect), the records of clusters and pairs, the plan of what to
//! copy, the kept documents (export), the summary, and the folder as a whole into place (store).
//! Invariant: until the last step the folder of the result is as it was; a run that is interrupted
//! after the plan can be resumed from it, any earlier one leaves nothing.

mod existing;
mod passages;
mod settings;
mod site;

use crate::args::{DedupArgs, SummaryArg};
use crate::exit::Outcome;
use crate::log::Level;
use crate::progress::Reporter;
use crate::resolve::Apart;
use crate::session::Session;
use crate::view::Look;
use crate::view::dedup::{Wrote, table};
use crate::{output, publish, resolve, signal};
use site::Site;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;
use wirecopy::corpus::Corpus;
use wirecopy::detect::{self, DedupConfig, Progress as _};
use wirecopy::error::{Error, Result};
use wirecopy::export::{Form, Layout};
use wirecopy::index::is_index;
use wirecopy::output::dedup::{RunFacts, Summary};

/// Names of the tables, without that of their format.
const DUPLICATES: &str = "duplicates";
const PAIRS: &str = "pairs";
const REMOVED: &str = "removed.jsonl";
const SUMMARY: &str = "summary.json";

/// A run as it was asked for.
#[derive(Debug)]
struct Job<'a> {
    args: &'a DedupArgs,
    config: DedupConfig,
    /// Form of the kept documents; none: that of the input.
    form: Option<Form>,
    begun: Instant,
}

/// Runs the command.
pub(super) fn run(args: &DedupArgs) -> anyhow::Result<Outcome> {
    let config = settings::config(args)?;
    let form = settings::form(args)?;
    let mut job = Job { args, config, form, begun: Instant::now() };
    let folder = args.write.output.as_deref().filter(|_| !args.write.dry_run);
    Apart::of(&args.run, &args.read)
        .writes_folder("--output", folder)
        .reads("INPUT", &args.inputs)
        .reads("--against", &args.against)
        .index(args.against.iter().map(Path::new).find(|path| is_index(path)))
        .check(&mut job.config.read)?;
    let session = Session::open(&args.run, &args.read, &mut job.config.read)?;
    let reporter = &session.reporter;
    signal::reads(&[&*args.inputs, &*args.against].concat());
    let _kept = super::index::kept(&mut job.config, args.write.resume, reporter)?;
    if args.passages {
        passages::run(&job, reporter)?;
        session.close()?;
        return Ok(Outcome::Done);
    }
    match args.write.output.as_deref().filter(|_| !args.write.dry_run) {
        Some(target) => job.write(target, reporter)?,
        None => job.only_look(reporter)?,
    }
    reporter.publish()?;
    session.close()?;
    Ok(Outcome::Done)
}

impl Job<'_> {
    /// `--dry-run`.
    fn only_look(&self, reporter: &Reporter) -> Result<()> {
        let result = detect::dedup(&self.config, reporter);
        reporter.finish();
        let mut summary = Summary::new(result?.summary());
        self.add_facts(&mut summary.run);
        self.warn(&summary, reporter);
        self.show(&summary, Wrote::Nothing)
    }

    fn write(&self, target: &Path, reporter: &Reporter) -> Result<()> {
        let layout = |corpus: &Corpus| Layout::new(corpus, &self.config.inputs, self.form);
        let Some(site) = Site::open(self, target, "plan of what to copy", layout)? else {
            self.say_complete(target);
            return Ok(());
        };
        let summary = site.build(self, reporter);
        reporter.finish();
        let summary = match summary {
            Ok(summary) => summary,
            Err(error) => return Err(site.give_up(error)),
        };
        self.warn(&summary, reporter);
        site.publish(&to_json(&summary)?, self.args.write.force)?;
        self.show(&summary, Wrote::Folder(&target.display().to_string()))
    }

    /// Adds what is known only at the end.
    fn add_facts(&self, run: &mut RunFacts) {
        run.seconds = self.begun.elapsed().as_secs_f64();
        run.peak_memory_bytes = peak_memory_bytes();
    }

    /// Says that `--resume` has nothing to do.
    fn say_complete(&self, target: &Path) {
        if !self.args.run.quiet {
            output::message(&format!("{}: is complete already", target.display()));
        }
    }

    /// Says what a user should not overlook.
    fn warn(&self, summary: &Summary, reporter: &Reporter) {
        for outlet in summary.outlets.iter().filter(|outlet| outlet.loses_most()) {
            let name = outlet.outlet.as_deref().unwrap_or("documents without an outlet");
            let column = &self.config.read.outlet.name;
            reporter.note(&format!(
                "{name}: {} of {} documents are removed; --within {column} compares inside one \
                 outlet, --keep decides which copy stays",
                outlet.removed, outlet.documents
            ));
        }
        if let Some(most) = summary.settings.until.filter(|most| summary.counts.kept > *most) {
            reporter.note(&format!(
                "{} documents are left, more than the {most} of --until: a lower --threshold \
                 than {} removes more",
                summary.counts.kept, summary.settings.threshold
            ));
        }
    }

    /// Prints the summary of documents on standard output.
    fn show(&self, summary: &Summary, wrote: Wrote<'_>) -> Result<()> {
        self.print(&|| to_json(summary), &|look, page| table(summary, wrote, look, page))
    }

    /// Prints a summary on standard output, in the form that was asked for.
    fn print(
        &self,
        json: &dyn Fn() -> Result<Vec<u8>>,
        text: &dyn Fn(Look, &mut String),
    ) -> Result<()> {
        let flags = &self.args.write;
        let quiet = self.args.run.quiet || self.args.run.log.level < Level::Warn;
        if quiet && !flags.dry_run {
            return Ok(());
        }
        let page = match flags.format {
            SummaryArg::Json => json()?,
            SummaryArg::Text => {
                let mut page = String::new();
                text(resolve::stdout_look(flags.color), &mut page);
                page.into_bytes()
            }
        };
        publish::to_stdout(&|out: &mut dyn Write| out.write_all(&page))
    }
}

fn to_json(summary: &Summary) -> Result<Vec<u8>> {
    summary.to_json().map_err(|error| Error::io(SUMMARY, error))
}

/// Highest resident memory of this process, where the system reports it.
fn peak_memory_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
