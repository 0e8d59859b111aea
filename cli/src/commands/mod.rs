//! The commands, one file or folder each.
//!
//! Each takes what the user typed, checks it, calls the library, and publishes what it returns.

mod check;
mod compare;
mod completions;
mod dedup;
mod eval;
mod index;
mod scan;
#[cfg(feature = "serve")]
mod serve;
mod tune;

use crate::args::Command;
use crate::exit::Outcome;

/// Runs the command that was asked for.
pub(crate) fn run(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Scan(args) => scan::run(&args),
        Command::Dedup(args) => dedup::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Index(args) => index::run(&args),
        Command::Check(args) => check::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Tune(args) => tune::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Completions(args) => completions::completions(&args),
        Command::Man => completions::man(),
    }
}
