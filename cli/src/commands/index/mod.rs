//! `wirecopy index`: documents are kept, and asked for.

mod each;
mod kept;
mod named;

pub(super) use kept::kept;
use named::Others;
pub(super) use named::drafts;

use crate::args::{
    ColorArg, IndexAddArgs, IndexArgs, IndexInfoArgs, IndexQueryArgs, IndexRemoveArgs, IndexWhat,
    SummaryArg,
};
use crate::exit::Outcome;
use crate::resolve::{self, Apart, OutputFormat, Target};
use crate::session::Session;
use crate::view::text::{self, FamilyView, Key, Sort};
use crate::view::{Look, numbers};
use crate::{output, publish, signal};
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use wirecopy::corpus::Document;
use wirecopy::detect::{self, LeaveOut, Progress, ScanConfig, ScanResult};
use wirecopy::error::{Error, Result};
use wirecopy::index::{self, Added, FamilyState, Info, QueryConfig, Reader, Writer};
use wirecopy::output::packed::Packed;
use wirecopy::output::{self as outputs, Wanted, escape, html};
use wirecopy::store::{Draft, publish_all};

/// Runs the command.
pub(super) fn run(args: &IndexArgs) -> anyhow::Result<Outcome> {
    match &args.what {
        IndexWhat::Create(args) => {
            let (path, ngram_size) = (&args.path.index, args.ngram_size);
            if args.no_text {
                Writer::create_without_texts(path, ngram_size)?;
            } else {
                Writer::create(path, ngram_size)?;
            }
        }
        IndexWhat::Add(args) => add(args)?,
        IndexWhat::Remove(args) => return remove(args),
        IndexWhat::Query(args) => return query(args),
        IndexWhat::Info(args) => info(args)?,
        IndexWhat::Check(args) => return check(args),
        IndexWhat::Compact(args) => writer(&args.index)?.compact()?,
    }
    Ok(Outcome::Done)
}

/// Removes documents; says how many, and which are not there. These are no failure, so that what was
/// interrupted can be run again.
fn remove(args: &IndexRemoveArgs) -> anyhow::Result<Outcome> {
    let ids = ids(&args.ids)?;
    let mut writer = writer(&args.path.index)?;
    writer.set_families(!args.no_families);
    let missing = writer.remove(&ids)?;
    for id in missing.iter().take(MISSING_SHOWN) {
        output::message(&format!("`{}` is not in the index", escape::line(id)));
    }
    let removed = (ids.len() - missing.len()) as u64;
    if !args.quiet {
        let said = format!("{} removed", documents_of(removed));
        let rest = match missing.len() {
            0 => String::new(),
            missing => format!(", {missing} not in the index"),
        };
        output::message(&format!("{said}{rest}"));
    }
    Ok(Outcome::Done)
}

/// Ids that are not in the index of which each is named.
const MISSING_SHOWN: usize = 20;

/// The ids that are named, each once: `@LIST` is a file with one a line. `-` is an id: what came
/// from standard input is called so.
fn ids(named: &[String]) -> Result<Vec<String>> {
    let mut ids: Vec<String> = Vec::new();
    for name in named {
        let Some(list) = name.strip_prefix('@').map(Path::new).filter(|list| list.exists()) else {
            ids.push(name.clone());
            continue;
        };
        let text = std::fs::read_to_string(list).map_err(|error| Error::io(list, error))?;
        let lines = text
            .trim_start_matches('\u{feff}')
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        ids.extend(lines.map(str::to_owned));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// How long a writer waits for another one to end, and between two looks: a server that takes
/// documents writes again and again, each time for less than a second.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(5);

/// The writer of an index, once no other one is at work.
fn writer(index: &Path) -> Result<Writer> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(writer) = Writer::try_open(index)? {
            return Ok(writer);
        }
        thread::sleep(PAUSE);
    }
    Writer::open(index)
}

fn add(args: &IndexAddArgs) -> anyhow::Result<()> {
    let limits = resolve::limits(&args.read)?;
    resolve::threads(&args.run)?;
    resolve::readable(&args.inputs, &[])?;
    let report = args.report.as_deref().map(resolve::report).transpose()?;
    let mut config = ScanConfig {
        inputs: args.inputs.clone(),
        read: resolve::read_options(&args.read, &limits)?,
        threads: args.run.threads,
        strict: args.run.strict,
        memory: args.memory,
        temp_dir: resolve::temp_dir(args.temp_dir.as_deref())?,
        ..ScanConfig::default()
    };
    Apart::of(&args.run, &args.read)
        .writes("--report", args.report.as_deref())
        .reads("INPUT", &args.inputs)
        .index(Some(&args.path.index))
        .check(&mut config.read)?;
    let session = Session::open(&args.run, &args.read, &mut config.read)?;
    let mut writer = writer(&args.path.index)?;
    writer.set_families(!args.no_families);
    signal::reads(&args.inputs);
    let (added, report) = match &report {
        None => (writer.add_inputs(&config, &session.reporter), None),
        Some(target) => {
            let before = Reader::open(&args.path.index)?;
            match reported(&mut writer, &before, &config, (&session, target)) {
                Ok((added, report)) => (Ok(added), Some(report)),
                Err(error) => (Err(error), None),
            }
        }
    };
    session.reporter.finish();
    let added = added?;
    // It is there, whatever becomes of what is written beside it.
    if !args.run.quiet {
        output::message(&said(&added));
    }
    if let Some(report) = report {
        report.publish()?;
    }
    publish_beside(&session)?;
    session.close()?;
    // What was added is there, whatever becomes of this.
    if let Err(error) = writer.settle(&config) {
        output::message(&format!("segments of the index were not merged: {error}"));
    }
    Ok(())
}

/// What an `add` did, in a line.
fn said(added: &Added) -> String {
    let first = added.repeated_id.as_deref().unwrap_or_default();
    let repeated = format!("left out because a later one has their id, the first `{first}`");
    let counts = [
        (added.replaced, "replaced"),
        (added.unchanged, "there already"),
        (added.repeated, repeated.as_str()),
    ];
    let beside = counts.into_iter().filter(|(count, _)| *count > 0);
    let mut said = vec![format!("{} added", documents_of(added.added))];
    said.extend(beside.map(|(count, what)| format!("{count} {what}")));
    if added.skipped > 0 {
        said.push(format!("{} left out", count(added.skipped, "record", "records")));
    }
    said.join(", ")
}

fn documents_of(number: u64) -> String {
    count(number, "document", "documents")
}

fn count(number: u64, one: &str, many: &str) -> String {
    numbers::count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
}

/// A report that is written but for its last step.
struct Report {
    drafts: Vec<Draft>,
    /// What goes to standard output.
    shown: Vec<u8>,
    left_out: usize,
}

impl Report {
    fn publish(self) -> Result<()> {
        publish_all(self.drafts)?;
        cut(self.left_out);
        publish::to_stdout(&|out| out.write_all(&self.shown))
    }
}

/// Adds documents, and writes what each that is new shares with those that were there before. What
/// can fail of the report is done before anything is added.
fn reported(
    writer: &mut Writer,
    before: &Reader,
    config: &ScanConfig,
    (session, target): (&Session, &Target),
) -> Result<(Added, Report)> {
    let made = detect::each_document(config, &session.reporter, &Ok)?;
    signal::read();
    let fresh = before.fresh(&made.all)?;
    let scan = config.clone().with_ngram_size(before.info().ngram_size);
    let query = QueryConfig { scan, leave_out: LeaveOut::SameId, ..QueryConfig::default() };
    let answer = detect::in_workers(&query.scan, || before.query_all(fresh, &query))?;
    let wanted = Wanted {
        result: &answer.result,
        keeps: &|_| true,
        title: "What was added",
        limits: &config.read.limits,
        to_terminal: target.is_terminal(),
        table: outputs::TableForm::default(),
    };
    let look = resolve::stdout_look(ColorArg::Auto);
    let look = Look { color: look.color && target.path.is_none(), ..look };
    let write: publish::Writer<'_> = &|out| written(target, look, wanted, out);
    let (mut drafts, mut shown) = (Vec::new(), Vec::new());
    match &target.path {
        Some(path) => drafts = publish::drafts(None, &[(path.as_path(), write)])?,
        None => write(&mut shown).map_err(|error| Error::io("standard output", error))?,
    }
    if signal::stopped() {
        return Err(Error::Interrupted { cure: "run it again".to_owned() });
    }
    let added = writer.add_with(made.all, config)?;
    let report = Report { drafts, shown, left_out: answer.left_out };
    Ok((Added { skipped: made.skipped, ..added }, report))
}

/// Writes a result in the format of its target.
fn written(target: &Target, look: Look, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<()> {
    match target.format {
        OutputFormat::Text => {
            let mut out = Packed::new(target.packing(), out)?;
            view(wanted.result, look, &mut out)?;
            out.finish().map(drop)
        }
        OutputFormat::Of(format) => {
            outputs::write(format, target.path.as_deref(), wanted, out).map(drop)
        }
    }
}

/// Publishes the list of records left out.
fn publish_beside(session: &Session) -> Result<()> {
    for (path, write) in session.reporter.beside() {
        wirecopy::store::publish(path, |out| write(out))?;
    }
    Ok(())
}

/// The documents of some inputs, in the order of their ids.
pub(super) fn documents(config: &ScanConfig, progress: &dyn Progress) -> Result<Vec<Document>> {
    Ok(in_order(detect::each_document(config, progress, &Ok)?.all))
}

/// Documents in the order of their ids, and of their texts where these are the same.
fn in_order(mut all: Vec<Document>) -> Vec<Document> {
    all.sort_by(|a, b| (&a.id, a.text.as_str()).cmp(&(&b.id, b.text.as_str())));
    all
}

fn query(args: &IndexQueryArgs) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&args.path.index)?;
    let mut scan = resolve::settings(&args.read, (&args.find, Some(&reader)), &args.run)?;
    resolve::readable(&args.inputs, &[])?;
    scan.inputs.clone_from(&args.inputs);
    let target = resolve::target(&args.write)?;
    if args.each {
        resolve::json_lines(&target)?;
    }
    resolve::csv_only(&args.write, &[])?;
    resolve::report_size(&args.write, &mut scan.read.limits)?;
    let look = resolve::look(&args.write, &target);
    Apart::of(&args.run, &args.read)
        .writes("--output", args.write.output.as_deref())
        .reads("INPUT", &args.inputs)
        .index(Some(&args.path.index))
        .check(&mut scan.read)?;
    let (run, write) = (&args.run, &args.write);
    let session = Session::open_to_write(run, &args.read, write, &mut scan.read)?;
    let reporter = &session.reporter;
    signal::reads(&args.inputs);
    let mut texts = documents(&scan, reporter)?;
    signal::read();
    let themselves = named::texts(&reader, &mut texts)?;
    let (max_candidates, leave_out) = (args.max_candidates, LeaveOut::SameText);
    let config = QueryConfig { scan: scan.clone(), max_candidates, leave_out };
    if args.each {
        let answers = each::answers(&reader, &texts, &config);
        reporter.finish();
        let answers = answers?;
        let lines = |out: &mut dyn Write| {
            let mut out = Packed::new(target.packing(), out)?;
            answers.lines.iter().try_for_each(|line| out.write_all(line.as_bytes()))?;
            out.finish().map(drop)
        };
        publish::publish(&target, None, &lines, &reporter.beside())?;
        session.close()?;
        return Ok(asked(
            args,
            (&reader, &themselves),
            (scan.min_tokens, answers.left_out, answers.found),
        ));
    }
    let answer = detect::in_workers(&scan, || reader.query_all(texts, &config));
    reporter.finish();
    let answer = answer?;
    let title = html::title(&args.inputs);
    let wanted = Wanted {
        result: &answer.result,
        keeps: &|_| true,
        title: &title,
        limits: &scan.read.limits,
        to_terminal: target.is_terminal(),
        table: resolve::table_form(&args.write),
    };
    let main = |out: &mut dyn Write| written(&target, look, wanted, out);
    publish::publish(&target, None, &main, &reporter.beside())?;
    session.close()?;
    let found = answer.result.pair_count() > 0;
    Ok(asked(args, (&reader, &themselves), (scan.min_tokens, answer.left_out, found)))
}

/// Says what a user should know beside the answer, and how the program ends.
fn asked(
    args: &IndexQueryArgs,
    (reader, themselves): (&Reader, &Others),
    (least, left_out, found): (u32, usize, bool),
) -> Outcome {
    if !args.run.quiet {
        if let Some(said) = themselves.said("text") {
            output::message(&said);
        }
        cut(left_out);
        short(reader, least);
        if found {
            unshown(&reader.info());
        }
    }
    if !found && !args.run.quiet {
        output::message(&format!(
            "no passage of {least} tokens is shared. a lower --min-tokens finds shorter ones"
        ));
    }
    if !found && args.exit_code { Outcome::Nothing } else { Outcome::Done }
}

/// Says that not all candidates were searched.
pub(super) fn cut(left_out: usize) {
    if left_out > 0 {
        output::message(&format!(
            "{left_out} of the documents in the index, those that few phrases lead to, were not \
             searched. a higher --max-candidates searches them"
        ));
    }
}

/// Says that shorter passages were asked for than the index leads to in every case.
pub(super) fn short(reader: &Reader, min_tokens: u32) {
    let sure = reader.sure_tokens();
    if min_tokens < sure {
        output::message(&format!(
            "the index leads to every passage of {sure} equal tokens; of those with fewer some are \
             missing. `scan` or `check` of the files themselves finds all"
        ));
    }
}

/// Says what an index without texts cannot say.
pub(super) fn unshown(info: &Info) {
    if !info.texts {
        output::message(
            "the index keeps no texts: what is shared was compared token by token, but no words of \
             its documents can be shown, and kinds are not sure",
        );
    }
}

fn view(result: &ScanResult, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let keys: Vec<Key> = (0..result.family_count()).map(|n| Key::of(&result.family(n))).collect();
    let (mut view, mut page) = (FamilyView::new(look), String::new());
    for n in text::rank(&keys, Sort::Rank, 0) {
        page.clear();
        view.family(&result.family(n), &mut page);
        out.write_all(page.as_bytes())?;
    }
    Ok(())
}

fn info(args: &IndexInfoArgs) -> anyhow::Result<()> {
    let info = Reader::open(&args.path.index)?.info();
    let text = match args.format {
        SummaryArg::Json => format!("{}\n", serde_json::to_string(&info)?),
        SummaryArg::Text => rows(&info),
    };
    publish::to_stdout(&|out| out.write_all(text.as_bytes()))?;
    Ok(())
}

/// What an index is made of, a fact a line.
fn rows(info: &Info) -> String {
    let share = |bytes: u64| 100.0 * bytes as f64 / info.text_bytes.max(1) as f64;
    let size = |bytes: u64| format!("{}, {:.1} % of the texts", numbers::size(bytes), share(bytes));
    let stored = if info.texts { "texts as stored" } else { "tokens as stored" };
    let rows = [
        ("format", info.format.to_string()),
        ("documents", info.documents.to_string()),
        ("removed", info.removed.to_string()),
        ("tokens", info.tokens.to_string()),
        ("segments", info.segments.to_string()),
        ("shingles", format!("of {} words, one of {} in a row", info.ngram_size, info.window)),
        ("texts", numbers::size(info.text_bytes)),
        (stored, size(info.stored_bytes)),
        ("postings", size(info.posting_bytes)),
        ("tables", size(info.table_bytes)),
        ("families", families(info)),
    ];
    rows.map(|(what, value)| format!("{what:<16} {value}\n")).concat()
}

/// What is known of families.
fn families(info: &Info) -> String {
    let state = match info.family_state {
        FamilyState::None if !info.texts => return "none, for want of texts".to_owned(),
        FamilyState::None => return "not found yet".to_owned(),
        FamilyState::Stale => ", of an earlier commit",
        FamilyState::Current => "",
    };
    let (count, keys) = (info.families.unwrap_or_default(), info.former_keys.unwrap_or_default());
    let size = numbers::size(info.family_bytes);
    format!("{count}{state}, {keys} earlier keys that open, {size}")
}

fn check(args: &IndexInfoArgs) -> anyhow::Result<Outcome> {
    let checked = index::check(&args.path.index)?;
    let damage: Vec<String> = checked.damage.iter().map(ToString::to_string).collect();
    let text = match args.format {
        SummaryArg::Json => {
            let said = serde_json::json!({
                "segments": checked.segments,
                "documents": checked.documents,
                "removed": checked.removed,
                "bytes": checked.bytes,
                "damage": damage,
            });
            format!("{said}\n")
        }
        SummaryArg::Text if damage.is_empty() => {
            let segments = numbers::count(checked.segments, "segment", "segments");
            let removed = match checked.removed {
                0 => String::new(),
                removed => format!(" (and {removed} removed)"),
            };
            format!("{}{removed} in {segments}: no damage\n", documents_of(checked.documents))
        }
        SummaryArg::Text => String::new(),
    };
    publish::to_stdout(&|out| out.write_all(text.as_bytes()))?;
    let Some((last, before)) = damage.split_last() else { return Ok(Outcome::Done) };
    for one in before {
        output::message(one);
    }
    match checked.damage.into_iter().last() {
        Some(error @ Error::Corrupt { .. }) => Err(error.into()),
        _ => Err(anyhow::Error::msg(last.clone())),
    }
}
