//! `wirecopy compare`: two documents, and all they share.

use crate::args::CompareArgs;
use crate::exit::Outcome;
use crate::resolve::{self, Apart, OutputFormat};
use crate::session::Session;
use crate::view::Look;
use crate::view::compare::CompareView;
use crate::{output, publish, signal};
use std::io::{self, Write};
use wirecopy::detect::{self, Comparison};
use wirecopy::output::packed::Packed;
use wirecopy::output::{self as outputs, Wanted, html};

/// Runs the command.
pub(super) fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    let mut config = resolve::compare(args)?;
    let target = resolve::target(&args.write)?;
    let look = resolve::look(&args.write, &target);
    Apart::of(&args.run, &args.read)
        .writes("--output", args.write.output.as_deref())
        .reads("A", std::slice::from_ref(&args.a))
        .reads("B", std::slice::from_ref(&args.b))
        .check(&mut config.read)?;
    let (run, write) = (&args.run, &args.write);
    let session = Session::open_to_write(run, &args.read, write, &mut config.read)?;
    let reporter = &session.reporter;
    signal::reads(&[args.a.clone(), args.b.clone()]);
    let comparison = detect::compare(&config, reporter);
    reporter.finish();
    let comparison = comparison?;
    let title = html::title(&[args.a.clone(), args.b.clone()]);
    let wanted = Wanted {
        result: comparison.result(),
        keeps: &|_| true,
        title: &title,
        limits: &config.read.limits,
        to_terminal: target.is_terminal(),
        table: resolve::table_form(&args.write),
    };
    let main = |out: &mut dyn Write| match target.format {
        OutputFormat::Text => {
            let mut out = Packed::new(target.packing(), out)?;
            view(&comparison, look, &mut out)?;
            out.finish().map(drop)
        }
        OutputFormat::Of(format) => {
            outputs::write(format, target.path.as_deref(), wanted, out).map(drop)
        }
    };
    publish::publish(&target, None, &main, &reporter.beside())?;
    session.close()?;
    let nothing = comparison.result().pair_count() == 0;
    if nothing && !args.run.quiet {
        let least = config.min_tokens;
        output::message(&format!(
            "no passage of {least} tokens is shared. a lower --min-tokens finds shorter ones"
        ));
    }
    Ok(if nothing && args.exit_code { Outcome::Nothing } else { Outcome::Done })
}

fn view(comparison: &Comparison, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let (summary, result) = (comparison.summary(), comparison.result());
    let mut view = CompareView::new(look);
    let mut page = String::new();
    view.summary(&summary, result.pair_count(), &mut page);
    out.write_all(page.as_bytes())?;
    for n in 0..result.pair_count() {
        page.clear();
        view.passage(n + 1, &result.pair(n), summary.a.id, &mut page);
        out.write_all(page.as_bytes())?;
    }
    Ok(())
}
