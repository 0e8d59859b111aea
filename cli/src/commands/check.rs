//! `wirecopy check`: how much of a draft is printed elsewhere, by whom and of what kind.

use super::index;
use crate::args::{CheckArgs, SummaryArg};
use crate::exit::Outcome;
use crate::resolve::Apart;
use crate::session::Session;
use crate::view::check::{self as view, Checked, Limited};
use crate::{output, publish, resolve, signal};
use std::path::Path;
use wirecopy::detect::{LeaveOut, ScanConfig};
use wirecopy::error::Result;
use wirecopy::index::{QueryConfig, Reader, Writer};

/// Runs the command.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let against = resolve::against(&args.against)?;
    let opened = against.map(Reader::open).transpose()?;
    let mut scan = resolve::settings(&args.read, (&args.find, opened.as_ref()), &args.run)?;
    let most = args.fail_above.as_deref().map(share).transpose()?;
    resolve::readable(&args.drafts, &args.against)?;
    scan.inputs.clone_from(&args.drafts);
    Apart::of(&args.run, &args.read)
        .reads("DRAFT", &args.drafts)
        .reads("--against", &args.against)
        .index(against.map(Path::new))
        .check(&mut scan.read)?;
    let session = Session::open(&args.run, &args.read, &mut scan.read)?;
    let reporter = &session.reporter;
    signal::reads(&args.drafts);
    let mut drafts = index::documents(&scan, reporter)?;
    signal::reads(&args.against);
    // What is no index is made one for the length of the run.
    let temporary = tempfile::tempdir()?;
    let reader = if let Some(opened) = opened {
        opened
    } else {
        let path = temporary.path().join("against");
        let mut writer = Writer::create_for(&path, scan.ngram_size, scan.min_tokens)?;
        writer.set_families(false);
        let config = ScanConfig { inputs: args.against.clone(), ..scan.clone() };
        writer.add_inputs(&config, reporter)?;
        drop(writer);
        Reader::open(&path)?
    };
    reporter.finish();
    let others = index::drafts(&reader, &mut drafts)?;
    let (max_candidates, leave_out) = (args.max_candidates, LeaveOut::SameId);
    let config = QueryConfig { scan, max_candidates, leave_out };
    let look = resolve::stdout_look(args.color);
    let (mut page, mut shares, mut left_out) = (String::new(), Vec::new(), 0);
    let sure_tokens = reader.sure_tokens();
    for draft in drafts {
        let itself = others.hold(&draft.id);
        let answer =
            wirecopy::detect::in_workers(&config.scan, || reader.query(draft.clone(), &config))?;
        left_out += answer.left_out;
        let limits = Limited { left_out: answer.left_out, sure_tokens, itself };
        let checked = Checked::new(&draft, &answer.result, limits);
        shares.push((checked.share(), draft.id.clone()));
        match args.format {
            SummaryArg::Text => checked.view(look, &mut page),
            SummaryArg::Json => {
                page.push_str(&serde_json::to_string(&checked.record())?);
                page.push('\n');
            }
        }
    }
    publish::to_stdout(&|out| out.write_all(page.as_bytes()))?;
    session.close()?;
    if !args.run.quiet {
        if let Some(said) = others.said("draft") {
            output::message(&said);
        }
        index::cut(left_out);
        index::short(&reader, config.scan.min_tokens);
        index::unshown(&reader.info());
    }
    let Some(most) = most else { return Ok(Outcome::Done) };
    shares.retain(|(share, _)| *share > most);
    // The first of equals, in the order of ids.
    let worst = shares.iter().rev().max_by(|a, b| a.0.total_cmp(&b.0));
    let Some((worst, id)) = worst else { return Ok(Outcome::Done) };
    if !args.run.quiet {
        output::message(&view::above(id, *worst, (most, shares.len() - 1)));
    }
    Ok(Outcome::Nothing)
}

/// A share such as `30%` or `0.3`.
fn share(text: &str) -> Result<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let read = match text.strip_suffix('%') {
        Some(percent) => number(percent).map(|percent| percent / 100.0),
        None => number(text),
    };
    match read.filter(|share| (0.0..=1.0).contains(share)) {
        Some(share) => Ok(share),
        None => resolve::refuse(
            "--fail-above",
            format!("`{text}` is no share"),
            "give one such as 30% or 0.3",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_are_read_or_refused() {
        for (text, expected) in [("30%", 0.3), ("0.3", 0.3), ("0", 0.0), ("100 %", 1.0)] {
            assert!((share(text).unwrap() - expected).abs() < 1e-12, "{text}");
        }
        for text in ["", "%", "30", "-1%", "101%", "NaN", "a third"] {
            let refused = share(text).unwrap_err().to_string();
            assert!(refused.starts_with("--fail-above: "), "{refused}");
        }
    }
}
