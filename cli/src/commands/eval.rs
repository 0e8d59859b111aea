//! `wirecopy eval`: a result measured against truth.

use crate::args::{
    EvalArgs, EvalBy, EvalFiles, EvalKindsArgs, EvalPairsArgs, EvalPassagesArgs, EvalWhat,
    SummaryArg,
};
use crate::exit::Outcome;
use crate::view::eval::{GroupBy, PassageReport, ScoreView, group, view};
use crate::{publish, resolve};
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use wirecopy::error::Result;
use wirecopy::eval::passages::{self, Detection, SharedPassage};
use wirecopy::eval::{TruthTable, clusters, json_lines, kinds, offsets::Texts, pairs};

/// Runs the command.
pub(super) fn run(args: &EvalArgs) -> anyhow::Result<Outcome> {
    match &args.what {
        EvalWhat::Passages(args) => print(&of_passages(args)?, &args.files)?,
        EvalWhat::Pairs(args) => print(&of_pairs(args)?, &args.files)?,
        EvalWhat::Clusters(args) => print(&of_clusters(&args.files)?, &args.files)?,
        EvalWhat::Kinds(args) => print(&of_kinds(args)?, &args.files)?,
    }
    Ok(Outcome::Done)
}

fn of_passages(args: &EvalPassagesArgs) -> Result<PassageReport> {
    let mut truth = passages::truth(&TruthTable::read(&args.files.truth)?)?;
    truth.retain(|run| run.tokens >= args.min_tokens);
    truth.retain(|run| args.kind.is_empty() || args.kind.contains(&run.kind));
    let mut also = Vec::new();
    for path in &args.also {
        also.extend(passages::truth(&TruthTable::read(path)?)?);
    }
    let detections: Vec<Detection> = json_lines(&args.files.found)?;
    let texts = if args.docs.is_empty() { None } else { Some(Texts::read(&args.docs)?) };
    let offsets = texts.as_ref().map(|texts| texts.check(&detections));
    let mut found: Vec<SharedPassage> = detections.into_iter().map(SharedPassage::from).collect();
    found.retain(|run| run.tokens == 0 || run.tokens >= args.min_tokens);
    for (table, keep) in [(&args.pairs, true), (&args.not_pairs, false)] {
        if let Some(path) = table {
            let pairs = passages::document_pairs(&TruthTable::read(path)?)?;
            truth.retain(|run| pairs.contains(&run.docs) == keep);
            found.retain(|run| pairs.contains(&run.docs) == keep);
        }
    }
    if let Some(texts) = texts.filter(|_| args.cross_outlet) {
        found.retain(|run| !texts.same_outlet(&run.docs.0, &run.docs.1));
    }
    let (score, fates) = passages::score(&truth, &found, &also);
    let key = args.by.map(|by| match by {
        EvalBy::Kind => GroupBy::Kind,
        EvalBy::Note => GroupBy::Note,
        EvalBy::Tokens => GroupBy::Tokens,
    });
    let groups = key.map(|key| group(&truth, &fates, key));
    Ok(PassageReport { offsets, score, groups })
}

fn of_pairs(args: &EvalPairsArgs) -> Result<pairs::PairScore> {
    if !(0.0..=1.0).contains(&args.threshold) {
        return resolve::refuse("--threshold", "it is out of range", "give a number from 0 to 1");
    }
    if !(0.0..=1.0).contains(&args.slack) {
        return resolve::refuse("--slack", "it is out of range", "give a number from 0 to 1");
    }
    let truth = pairs::truth(&TruthTable::read(&args.files.truth)?)?;
    let found: Vec<pairs::FoundPair> = json_lines(&args.files.found)?;
    Ok(pairs::score(&truth, &found, args.threshold, args.slack))
}

fn of_clusters(files: &EvalFiles) -> Result<clusters::ClusterScore> {
    let truth = clusters::truth(&TruthTable::read(&files.truth)?)?;
    let found = clusters::found(json_lines(&files.found)?, &files.found)?;
    Ok(clusters::score(&truth, &found))
}

fn of_kinds(args: &EvalKindsArgs) -> Result<kinds::KindScore> {
    let labels = kinds::truth(&TruthTable::read(&args.files.truth)?, args.half.as_deref())?;
    let families: Vec<kinds::JudgedFamily> = json_lines(&args.files.found)?;
    Ok(kinds::score(&labels, &families, args.wrong))
}

fn print<S: Serialize + ScoreView>(score: &S, files: &EvalFiles) -> anyhow::Result<()> {
    let mut page = Vec::new();
    match files.format {
        SummaryArg::Json => {
            serde_json::to_writer_pretty(&mut page, score)?;
            page.push(b'\n');
        }
        SummaryArg::Text => {
            let mut text = String::new();
            view(score, &title(files), resolve::stdout_look(files.color), &mut text);
            page = text.into_bytes();
        }
    }
    publish::to_stdout(&|out: &mut dyn Write| out.write_all(&page))?;
    Ok(())
}

fn title(files: &EvalFiles) -> String {
    let name = |path: &Path| path.display().to_string();
    format!("{} against {}", name(&files.found), name(&files.truth))
}
