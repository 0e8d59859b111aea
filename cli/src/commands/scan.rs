//! `wirecopy scan`.

use super::index;
use crate::args::{ScanArgs, SortArg};
use crate::exit::Outcome;
use crate::log::Level;
use crate::resolve::{self, OutputFormat};
use crate::session::Session;
use crate::view::flows;
use crate::view::text::{self, FamilyView, Key, Sort};
use crate::view::{Look, closing};
use crate::{output, publish, resume, signal};
use std::cell::Cell;
use std::io::{self, Write};
use std::time::{Duration, Instant};
use wirecopy::detect::{self, COPY_COVERAGE, ScanConfig, ScanResult};
use wirecopy::error::Result;
use wirecopy::index::Reader;
use wirecopy::output::packed::Packed;
use wirecopy::output::{self as outputs, Wanted, html};
use wirecopy::record::{CopyPair, Kind};
use wirecopy::store::WorkFolder;

/// Families in the text view.
const TOP: usize = 20;

/// Runs the command.
pub(super) fn run(args: &ScanArgs) -> anyhow::Result<Outcome> {
    let begun = Instant::now();
    let (reader, mut config) = settings(args)?;
    let target = resolve::target(&args.write)?;
    of_view(args, target.format)?;
    let kinds = resolve::kinds(&args.kind)?;
    resolve::apart(args)?.check(&mut config.read)?;
    let session = Session::open_to_write(&args.run, &args.read, &args.write, &mut config.read)?;
    let reporter = &session.reporter;
    signal::reads(&[&*args.inputs, &*args.against].concat());
    say_short(args, reader.as_ref());
    let work = match &reader {
        Some(_) => None,
        None => resume::open(args, &config, target.path.as_deref())?,
    };
    let result = match (&reader, &work) {
        (Some(reader), _) => detect::scan_against(&config, reader, reporter),
        (None, Some(work)) => detect::scan_resumable(&config, work, reporter),
        (None, None) => detect::scan(&config, reporter),
    };
    reporter.finish();
    let result = resume::unless_interrupted(result, work.as_ref())?;
    let found = Found { result, kinds, index: reader.as_ref().map(Reader::len) };
    let (keeps, title) = (|kind| found.keeps(kind), html::title(&args.inputs));
    let wanted = Wanted {
        result: &found.result,
        keeps: &keeps,
        title: &title,
        limits: &config.read.limits,
        to_terminal: target.is_terminal(),
        table: resolve::table_form(&args.write),
    };
    let report = Cell::new(None);
    let main = |out: &mut dyn Write| match target.format {
        OutputFormat::Text => {
            let mut out = Packed::new(target.packing(), out)?;
            found.view(args, resolve::look(&args.write, &target), &mut out)?;
            out.finish().map(drop)
        }
        OutputFormat::Of(format) => {
            report.set(outputs::write(format, target.path.as_deref(), wanted, out)?);
            Ok(())
        }
    };
    let families = |out: &mut dyn Write| match &args.families {
        Some(path) => outputs::write_families(path, wanted, out),
        None => Ok(()),
    };
    let copies = |out: &mut dyn Write| match &args.copies {
        Some(path) => outputs::write_table(path, &found.copies(), wanted.table, out),
        None => Ok(()),
    };
    let flows = |out: &mut dyn Write| match &args.flows {
        Some(path) => outputs::write_table(path, &found.result.flows(), wanted.table, out),
        None => Ok(()),
    };
    let mut beside = reporter.beside();
    let more: [(_, publish::Writer<'_>); 3] =
        [(&args.families, &families), (&args.copies, &copies), (&args.flows, &flows)];
    beside.extend(more.into_iter().filter_map(|(path, write)| Some((path.as_deref()?, write))));
    let published = publish::publish(&target, work.as_ref().map(WorkFolder::path), &main, &beside);
    resume::unless_interrupted(published, work.as_ref())?;
    drop(work);
    session.close()?;
    if !args.run.quiet && args.run.log.level >= Level::Warn {
        found.closing(args, &config, begun.elapsed());
        if let Some(report) = report.get() {
            output::message(&closing::report(&report));
        }
    }
    Ok(Outcome::Done)
}

/// Refuses what says what the text view shows where that is not written: all families are.
fn of_view(args: &ScanArgs, format: OutputFormat) -> Result<()> {
    let given = [("--top", args.top.is_some()), ("--sort", args.sort.is_some())];
    match given.into_iter().find(|(_, given)| *given) {
        Some((flag, _)) if !matches!(format, OutputFormat::Text) => resolve::refuse(
            flag,
            format!("the result is {}, which has everything", format.name()),
            "leave it out, or add --format text",
        ),
        _ => Ok(()),
    }
}

/// The index that the scan is set against, if there is one, and the settings.
fn settings(args: &ScanArgs) -> Result<(Option<Reader>, ScanConfig)> {
    let reader = against_index(args)?;
    let config = resolve::scan(args, reader.as_ref())?;
    Ok((reader, config))
}

/// Says that shorter passages are asked for than an index leads to in every case.
fn say_short(args: &ScanArgs, reader: Option<&Reader>) {
    if let Some(reader) = reader.filter(|_| !args.run.quiet) {
        index::short(reader, args.find.min_tokens);
    }
}

/// The index that `--against` names, if it names one.
fn against_index(args: &ScanArgs) -> Result<Option<Reader>> {
    match resolve::against(&args.against)? {
        None => Ok(None),
        Some(_) if args.resume => resolve::refuse(
            "--resume",
            "a run against an index is not kept to be gone on with",
            "leave it out",
        ),
        Some(index) => Reader::open(index).map(Some),
    }
}

/// What was found, and what of it is wanted.
struct Found {
    result: ScanResult,
    kinds: Option<Vec<Kind>>,
    /// Documents of the index that it was set against.
    index: Option<u64>,
}

impl Found {
    fn keeps(&self, kind: Kind) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }

    fn copies(&self) -> Vec<CopyPair<'_>> {
        self.result.copies(COPY_COVERAGE)
    }

    /// The terminal view: the first families of the order asked for.
    fn view(&self, args: &ScanArgs, look: Look, out: &mut dyn Write) -> io::Result<()> {
        let (mut keys, mut numbers) = (Vec::new(), Vec::new());
        for number in 0..self.result.family_count() {
            if self.keeps(self.result.family_kind(number)) {
                keys.push(Key::of(&self.result.family(number)));
                numbers.push(number);
            }
        }
        let order = text::rank(&keys, sort(args.sort.unwrap_or_default()), args.top.unwrap_or(TOP));
        let mut view = FamilyView::new(look);
        let mut page = String::new();
        for &n in &order {
            page.clear();
            view.family(&self.result.family(numbers[n]), &mut page);
            out.write_all(page.as_bytes())?;
        }
        page.clear();
        text::more(keys.len() - order.len(), look, &mut page);
        let summary = self.result.summary();
        let dates = (summary.without_date, summary.documents);
        flows::flows(&self.result.flows(), dates, look, &mut page);
        out.write_all(page.as_bytes())
    }

    /// The closing words on standard error.
    fn closing(&self, args: &ScanArgs, config: &ScanConfig, took: Duration) {
        let summary = self.result.summary();
        output::message(&closing::summary(summary, took));
        if let Some(cut) = closing::cut(summary) {
            output::message(&cut);
        }
        if summary.families == 0 {
            output::message(&closing::nothing(summary, config, self.index));
        } else if !(0..summary.families).any(|n| self.keeps(self.result.family_kind(n))) {
            output::message("no family is of a kind in --kind. leave it out to see all");
        }
        if args.run.log.level >= Level::Info {
            output::message(&closing::stages(summary));
        }
    }
}

fn sort(choice: SortArg) -> Sort {
    match choice {
        SortArg::Rank => Sort::Rank,
        SortArg::Outlets => Sort::Outlets,
        SortArg::Size => Sort::Size,
        SortArg::Length => Sort::Length,
        SortArg::First => Sort::First,
    }
}
