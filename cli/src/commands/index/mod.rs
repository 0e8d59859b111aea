//! `wirecopy index`: documents are kept, and asked for.

mod each;
mod kept;

pub(super) use kept::kept;

use crate::args::{IndexAddArgs, IndexArgs, IndexInfoArgs, IndexQueryArgs, IndexWhat, SummaryArg};
use crate::exit::Outcome;
use crate::resolve::{self, OutputFormat};
use crate::session::Session;
use crate::view::Look;
use crate::view::text::{self, FamilyView, Key, Sort};
use crate::{output, publish};
use std::io::{self, Write};
use std::path::Path;
use wirecopy::corpus::Document;
use wirecopy::detect::{self, Progress, ScanConfig, ScanResult};
use wirecopy::error::{Error, Result};
use wirecopy::index::{self, Added, FamilyState, Info, QueryConfig, Reader, Writer};
use wirecopy::output::packed::Packed;
use wirecopy::output::{self as outputs, Wanted, html};

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
        IndexWhat::Remove(args) => {
            let mut writer = Writer::open(&args.path.index)?;
            writer.set_families(!args.no_families);
            let missing = writer.remove(&args.ids)?;
            for id in &missing {
                output::message(&format!("`{id}` is not in the index"));
            }
        }
        IndexWhat::Query(args) => return query(args),
        IndexWhat::Info(args) => info(args)?,
        IndexWhat::Check(args) => return check(args),
        IndexWhat::Compact(args) => Writer::open(&args.index)?.compact()?,
    }
    Ok(Outcome::Done)
}

fn add(args: &IndexAddArgs) -> anyhow::Result<()> {
    let limits = resolve::limits(&args.read)?;
    resolve::threads(&args.run)?;
    let mut config = ScanConfig {
        inputs: args.inputs.clone(),
        read: resolve::read_options(&args.read, &limits)?,
        threads: args.run.threads,
        strict: args.run.strict,
        memory: args.memory,
        temp_dir: resolve::temp_dir(args.temp_dir.as_deref())?,
        ..ScanConfig::default()
    };
    let session = Session::open(&args.run, &args.read, &mut config.read)?;
    let mut writer = Writer::open(&args.path.index)?;
    writer.set_families(!args.no_families);
    let added = match &args.report {
        None => writer.add_inputs(&config, &session.reporter),
        Some(path) => reported(&mut writer, &args.path.index, &config, (&session, path)),
    };
    session.reporter.finish();
    let added = added?;
    publish_beside(&session)?;
    session.close()?;
    if !args.run.quiet {
        let counts = [
            (added.replaced, "replaced"),
            (added.unchanged, "there already"),
            (added.repeated, "left out because another has their id"),
            (added.skipped, "records left out"),
        ];
        let beside = counts.into_iter().filter(|(count, _)| *count > 0);
        let mut said = vec![format!("{} documents added", added.added)];
        said.extend(beside.map(|(count, what)| format!("{count} {what}")));
        output::message(&said.join(", "));
    }
    // What was added is there, whatever becomes of this.
    if let Err(error) = writer.settle(&config) {
        output::message(&format!("segments of the index were not merged: {error}"));
    }
    Ok(())
}

/// Adds documents, and writes what each shares with those that were there before.
fn reported(
    writer: &mut Writer,
    index: &Path,
    config: &ScanConfig,
    (session, path): (&Session, &Path),
) -> Result<Added> {
    let made = detect::each_document(config, &session.reporter, &Ok)?;
    let mut texts = in_order(made.all);
    texts.dedup_by(|later, first| later.id == first.id);
    let before = Reader::open(index)?;
    let added = writer.add(texts.clone())?;
    let scan = config.clone().with_ngram_size(before.info().ngram_size);
    let query = QueryConfig { scan, skip_same_id: true, ..QueryConfig::default() };
    let answer = detect::in_workers(&query.scan, || before.query_all(texts, &query))?;
    let format = outputs::of_path(path).or_else(|| outputs::named("jsonl"));
    let wanted = Wanted {
        result: &answer.result,
        keeps: &|_| true,
        title: "What was added",
        limits: &config.read.limits,
        to_terminal: false,
        table: outputs::TableForm::default(),
    };
    wirecopy::store::publish(path, |out| match format {
        Some(format) => outputs::write(format, Some(path), wanted, out).map(drop),
        None => Ok(()),
    })?;
    cut(answer.left_out);
    Ok(Added { skipped: made.skipped, ..added })
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
    let mut scan = resolve::settings(&args.read, &args.find, &args.run)?;
    scan.inputs.clone_from(&args.inputs);
    let target = resolve::target(&args.write)?;
    let look = resolve::look(&args.write, &target);
    let session = Session::open(&args.run, &args.read, &mut scan.read)?;
    let reporter = &session.reporter;
    let reader = Reader::open(&args.path.index)?;
    let texts = documents(&scan, reporter)?;
    let config = QueryConfig {
        scan: scan.clone(),
        max_candidates: args.max_candidates,
        ..QueryConfig::default()
    };
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
        return Ok(asked(args, &reader.info(), (answers.left_out, answers.found)));
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
    let main = |out: &mut dyn Write| match target.format {
        OutputFormat::Text => {
            let mut out = Packed::new(target.packing(), out)?;
            view(&answer.result, look, &mut out)?;
            out.finish().map(drop)
        }
        OutputFormat::Of(format) => {
            outputs::write(format, target.path.as_deref(), wanted, out).map(drop)
        }
    };
    publish::publish(&target, None, &main, &reporter.beside())?;
    session.close()?;
    let found = answer.result.pair_count() > 0;
    Ok(asked(args, &reader.info(), (answer.left_out, found)))
}

/// Says what a user should know beside the answer, and how the program ends.
fn asked(args: &IndexQueryArgs, info: &Info, (left_out, found): (usize, bool)) -> Outcome {
    if !args.run.quiet {
        cut(left_out);
        if found {
            unshown(info);
        }
    }
    if !found && !args.run.quiet {
        let least = args.find.min_tokens;
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
            "{left_out} documents of the index that few phrases lead to were not searched. a \
             higher --max-candidates searches them"
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
    let size = |bytes: u64| {
        let mib = bytes as f64 / f64::from(1 << 20);
        format!("{mib:.1} MiB, {:.1} % of the texts", share(bytes))
    };
    let stored = if info.texts { "texts as stored" } else { "tokens as stored" };
    let texts = format!("{:.1} MiB", info.text_bytes as f64 / f64::from(1 << 20));
    let rows = [
        ("format", info.format.to_string()),
        ("documents", info.documents.to_string()),
        ("removed", info.removed.to_string()),
        ("tokens", info.tokens.to_string()),
        ("segments", info.segments.to_string()),
        ("shingles", format!("of {} words, one of {} in a row", info.ngram_size, info.window)),
        ("texts", texts),
        (stored, size(info.stored_bytes)),
        ("postings", size(info.posting_bytes)),
        ("tables", size(info.table_bytes)),
        ("families", families(info)),
    ];
    rows.map(|(what, value)| format!("{what:<16} {value}\n")).concat()
}

/// What is known of families.
fn families(info: &Info) -> String {
    let mib = info.family_bytes as f64 / f64::from(1 << 20);
    let state = match info.family_state {
        FamilyState::None if !info.texts => return "none, for want of texts".to_owned(),
        FamilyState::None => return "not found yet".to_owned(),
        FamilyState::Stale => ", of an earlier commit",
        FamilyState::Current => "",
    };
    let (count, keys) = (info.families, info.former_keys);
    format!("{count}{state}, {keys} earlier keys that open, {mib:.1} MiB")
}

fn check(args: &IndexInfoArgs) -> anyhow::Result<Outcome> {
    let checked = index::check(&args.path.index)?;
    let damage: Vec<String> = checked.damage.iter().map(ToString::to_string).collect();
    let text = match args.format {
        SummaryArg::Json => {
            let said = serde_json::json!({
                "segments": checked.segments,
                "documents": checked.documents,
                "bytes": checked.bytes,
                "damage": damage,
            });
            format!("{said}\n")
        }
        SummaryArg::Text if damage.is_empty() => {
            format!("{} documents in {} segments: no damage\n", checked.documents, checked.segments)
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
