//! The program `wirecopy`: arguments in, files and terminal out.
//!
//! Last in the flow: drives the library's `detect` and writes what it returns. It alone touches
//! arguments, environment, standard streams, signals and exit status. Two levels: `args` is what
//! the user typed, `resolve` turns it into checked settings; then `commands` has one file each.
//! Invariant: every byte for the terminal goes through `output`, made safe by
//! [`escape`](wirecopy::output::escape).

mod args;
mod bar;
mod commands;
mod exit;
mod flags;
mod log;
mod output;
mod progress;
mod publish;
mod resolve;
mod resume;
mod saved;
mod session;
mod signal;
mod size;
mod view;
mod warn;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let parsed = match args::Args::try_parse_from(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(error) => return output::usage(&error),
    };
    exit::status(commands::run(parsed.command))
}
