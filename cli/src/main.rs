//! The program `wirecopy`: arguments in, files and terminal out.
//!
//! Last in the flow: drives the library's `detect` and writes what it returns. It alone touches
//! arguments, environment, standard streams, signals and exit status. Two levels: `args` is what
//! the user typed, `resolve` turns it into checked settings; then one file per command.
//! Invariant: every byte for the terminal goes through `output`, made safe by
//! [`escape`](wirecopy::output::escape).

mod args;
mod bar;
mod compare;
mod completions;
mod dedup;
mod eval;
mod exit;
mod flags;
mod log;
mod output;
mod progress;
mod publish;
mod resolve;
mod saved;
mod scan;
mod session;
mod signal;
mod size;
mod state;
mod tune;
mod view;
mod warn;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let parsed = match args::Args::try_parse_from(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(error) => return output::usage(&error),
    };
    let outcome = match parsed.command {
        args::Command::Scan(args) => scan::run(&args),
        args::Command::Dedup(args) => dedup::run(&args),
        args::Command::Compare(args) => compare::run(&args),
        args::Command::Tune(args) => tune::run(&args),
        args::Command::Eval(args) => eval::run(&args),
        args::Command::Completions(args) => completions::completions(&args),
        args::Command::Man => completions::man(),
    };
    exit::status(outcome)
}
